/* SPDX-License-Identifier: MIT */
/*
 * engine - the processes behind a program, seen from the program.
 *
 * engine_start() forks the keeper (which keeps the privileges and parses
 * nothing hostile), and the keeper starts the collector (which reads /proc) and
 * the file worker (which follows paths). The caller goes on as the screen, scan
 * or API: it reads no /proc/PID, and nothing it calls here blocks.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "engine/deed.h"
#include "model/facts.h"
#include "response/dump.h"
#include "response/signal.h"

struct engine_options {
    const char *proc_root;    /* recorded tree, or NULL; none of it is signalled or dumped */
    const char *remote;       /* "unix:PATH" or "http://HOST:PORT" of a procwatch api, whose
                                 snapshots to show; implies is_readonly; or NULL */
    const char *remote_token; /* that it wants; or NULL */
    bool is_sealed;           /* engine_confine() leaves us nothing but to read files, and to
                               * read and write what is open: no exec, no socket, no signal */
    bool is_readonly;         /* the keeper then can only manage our own workers */
    const struct deed *deeds; /* that engine_do() can ask for, by number */
    unsigned deed_count;
};

enum { ENGINE_PATH_SIZE = 256 };

/* What the collector shall do; a change takes effect with its next look. */
struct engine_request {
    fact_mask wanted;
    unsigned interval_ms; /* 0: one pass for each engine_refresh_now() */
    bool is_paused;
    bool may_put_off;   /* first a glance, the rest with passes that follow at once */
    bool wants_threads; /* of all processes */
    bool may_load_bpf;  /* for the first look at many; counts in the first request */
    int32_t focus_pid;  /* also publish this process in full; 0 for none */
    uint64_t focus_starttime;
    /* Also find out who has files open at or below it; empty: nobody asks. */
    char path[ENGINE_PATH_SIZE];
};

struct engine;

/* Call first: before any other thread, before curses and before reading
 * anything that somebody else may have written. Negative errno with a reason. */
int engine_start(const struct engine_options *options, struct engine **ret_engine,
                 const char **ret_reason);

/*
 * Give up what loading a configuration needed, and what a screen never does
 * (a filter on its system calls). engine_start() leaves the caller able to read files
 * and no more, so that "sudo ... --config" finds a file in
 * somebody's closed home; this takes that away too. Call it once everything is
 * loaded, before the first snapshot is taken. Without an engine (NULL: what is shown
 * is read from a file) as if it were sealed. Negative errno.
 */
int engine_confine(struct engine *engine);

/* Ends the other processes; returns within a second, whatever hangs. */
void engine_stop(struct engine *engine);

/* Readable when a snapshot, a focus snapshot or an answer waits. */
int engine_descriptor(const struct engine *engine);

void engine_request(struct engine *engine, const struct engine_request *request);
void engine_refresh_now(struct engine *engine);

/* The newest unread block, malloc()ed, the caller's; -EAGAIN when there is
 * none, else with a reason; -EPIPE when the collector is gone for good. */
int engine_take(struct engine *engine, void **ret_block, size_t *ret_size,
                const char **ret_reason);

/* The same for the focused process. */
int engine_take_focus(struct engine *engine, void **ret_block, size_t *ret_size);

/* What the collector is doing now, for the header: a read that hangs. False
 * when nothing has been hanging for more than a moment. */
struct engine_stall {
    int32_t pid;
    enum fact fact;
    unsigned for_ms;
};
bool engine_is_stalled(const struct engine *engine, struct engine_stall *ret_stall);

/*
 * Send a signal, and wait for the answer, which comes within a second and a half. A
 * process that hangs in execve(2) has no start time that could be compared: it is
 * signalled if its name and user are the target's, else it is SIGNAL_UNSURE.
 */
enum signal_result engine_signal_to(struct engine *engine, const struct signal_target *target,
                                    int number, int *ret_error);

/* The same without knowing what it looks like. */
enum signal_result engine_signal(struct engine *engine, int32_t pid, uint64_t starttime,
                                 int number, int *ret_error);

/*
 * Signals to several, with the user asked in between: engine_pin() takes hold of the
 * processes when the question is put, engine_send() sends to those and to no others,
 * whatever has their pids by then. A number, or a negative errno as engine_begin().
 * A pin lasts a quarter of an hour.
 */
enum { ENGINE_TARGETS_MAX = 1024 };

enum engine_signal_flags {
    ENGINE_FREEZE_FIRST = 1 << 0, /* SIGSTOP to all of them before the first dies */
    ENGINE_TREE = 1 << 1,         /* the same, and all children they have by then */
};

enum engine_stage {
    ENGINE_STAGE_PINNED, /* result: SIGNAL_SENT stands for "can be signalled" */
    ENGINE_STAGE_SENT,
    ENGINE_STAGE_AFTER, /* a second later, or when all are gone: state is known */
};

struct signal_outcome {
    int32_t pid;
    uint32_t result; /* enum signal_result */
    int32_t error;   /* errno behind SIGNAL_FAILED */
    char state;      /* 'D': it cannot die yet; 'T', 'S' ...; 0: it is gone */
};

struct signal_outcomes {
    enum engine_stage stage;
    unsigned count; /* the targets in their order, then children that were found */
    struct signal_outcome items[ENGINE_TARGETS_MAX];
};

int engine_pin(struct engine *engine, const struct signal_target *targets, unsigned count);

/* To those that could be pinned. Negative errno when the pin is no more. */
int engine_send(struct engine *engine, int pin, int number, unsigned flags);

/* The next stage; -EAGAIN when it is not there yet. After ENGINE_STAGE_AFTER, and any
 * other error, the pin is no more. */
int engine_outcomes(struct engine *engine, int pin, struct signal_outcomes *ret_outcomes);

/* Never mind. */
void engine_unpin(struct engine *engine, int pin);

/*
 * Have one of the program's deeds done, by a process with the privileges of its role.
 * engine_begin() returns a number for engine_finish(), or a negative errno: -EPERM for
 * a read-only engine, -EBUSY when too many are under way. engine_finish() never waits:
 * -EAGAIN while it is under way, else its answer or why there is none (-ETIMEDOUT,
 * -EPIPE: whoever was at it ended). engine_do() waits: at most for the deadline of
 * the deed and half a second.
 */
int engine_begin(struct engine *engine, unsigned deed, struct span request);
int engine_finish(struct engine *engine, int number, struct strbuf *ret_answer);
int engine_do(struct engine *engine, unsigned deed, struct span request,
              struct strbuf *ret_answer);

/*
 * Have a process dumped. Returns at once: a number for engine_finish_dump(), which
 * says -EAGAIN until the dump is there; then 0 and the name of its directory, or why
 * there is none: -ESRCH when the process is gone, -EPERM when the directory is not
 * ours alone, -ETIMEDOUT when it hung (a part may be there).
 */
struct engine_dump {
    int32_t pid;
    uint64_t starttime;
    const char *directory; /* made when it is not there, 0700 */
    struct span reasons;   /* JSON, stored as it is */
    unsigned flags;        /* enum dump_flags */
    struct dump_memory memory;
};
int engine_begin_dump(struct engine *engine, const struct engine_dump *dump);
int engine_finish_dump(struct engine *engine, int number, char (*ret_name)[DUMP_NAME_SIZE]);

/* The same, and wait for it. */
int engine_dump(struct engine *engine, const struct engine_dump *dump,
                char (*ret_name)[DUMP_NAME_SIZE]);

#endif
