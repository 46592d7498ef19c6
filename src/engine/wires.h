/* SPDX-License-Identifier: MIT */
/*
 * wires - everything that connects the processes of the engine, made by the
 * program before the first fork, so that nothing has to be sent or found later.
 */
#ifndef ENGINE_WIRES_H
#define ENGINE_WIRES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/control.h"
#include "engine/deed.h"
#include "engine/mailbox.h"
#include "gather/gather.h"

/* A pair of SOCK_SEQPACKET sockets. */
struct wire {
    int user; /* who asks */
    int server;
};

struct wires {
    struct mailbox letters; /* collector -> screen */
    struct mailbox focus;   /* the same for the focused process */
    struct control *control;
    struct wire bell;   /* screen -> collector: look at the control page */
    struct wire keeper; /* screen -> keeper: struct keeper_request; ends with the screen */
    struct wire ask;    /* collector -> keeper: enum keeper_ask, one byte */
    struct wire files;  /* collector -> file worker: struct file_request */
    char *proc_root;    /* absolute, or NULL */
    char *remote;       /* whose snapshots to take instead of our own; NULL: nobody's */
    char *remote_token; /* NULL: none */
    int events;         /* the collector's, of gather_open_events(); negative: none */
    struct gather_census census; /* the first reader's, until it takes it */
    bool is_readonly;
    const struct deed *deeds; /* what the keeper can be asked to do, by number */
    uint32_t deed_count;
};

/* Negative errno. */
int wires_init(struct wires *wires);
void wires_release(struct wires *wires);

/* What the kernel tells of everybody, to a gatherer that is to look at everybody. The
 * census goes to the first one: half read, it is of no use to others. */
void wires_tell(struct wires *wires, struct gather_options *options);

/* With it come two descriptors: the file that holds the request, and the socket that
 * whoever does the deed talks through. */
enum { KEEPER_FDS = 2 };

struct keeper_request {
    uint32_t deed; /* its number */
};

enum keeper_news_kind { KEEPER_COLLECTOR_LOST };

struct keeper_news {
    uint32_t kind;       /* enum keeper_news_kind */
    int32_t wait_status; /* of the last collector, as waitpid(2) gives it */
};

enum keeper_ask {
    KEEPER_RESPAWN_COLLECTOR = 'c', /* too many readers hang: kill and start afresh */
    KEEPER_RESPAWN_FILE_WORKER = 'f',
};

/* With this status a collector says that starting it again is of no use: the
 * reason is in control->failure. */
enum { COLLECTOR_GIVES_UP = 65 };

/* One that lives less got nowhere: after several of them there is no other. */
enum { COLLECTOR_CHILDHOOD_MS = 2000 };

#endif
