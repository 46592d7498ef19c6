/* SPDX-License-Identifier: MIT */
/*
 * event_log - what happened while the screen ran: who came and went, who crossed the
 * threshold and why, and what the user did about it. Bounded: the oldest go first, and
 * comings and goings before all else.
 * With a file, each event is added to it at once.
 */
#ifndef UI_EVENT_LOG_H
#define UI_EVENT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "engine/refresh.h"
#include "ui/page.h"

enum {
    EVENTS_MAX = 4096,
    EVENTS_OF_A_PASS_MAX = 100, /* comings and goings; the rest is counted */
};

enum event_kind {
    EVENT_APPEARED,
    EVENT_ENDED,
    EVENT_FLAGGED,
    EVENT_CLEARED, /* below the threshold again */
    EVENT_ACTION,
    EVENT_KIND_COUNT
};

struct event {
    int64_t at_s; /* since 1970 */
    enum event_kind kind;
    int32_t pid; /* 0: of no single process */
    char *text;  /* made printable */
};

/* A process of the last snapshot. */
struct event_seen;

struct event_log {
    struct event *events; /* a ring of EVENTS_MAX; NULL: none yet */
    size_t first, count;
    struct event_seen *seen; /* by pid */
    size_t seen_count;
    bool has_begun;
    int file;  /* -1: none */
    int error; /* negative errno of the last write; 0: it went well */
    bool is_open, hides_comings, is_off_end;
    size_t scroll, line;
    struct page page;
    struct strbuf find;
};

void event_log_init(struct event_log *log);
void event_log_release(struct event_log *log);

/* Add events to this file from now on. Negative errno. */
int event_log_open_file(struct event_log *log, const char *path);

/* Who came, went or crossed the threshold since the last one. */
void event_log_look(struct event_log *log, const struct refresh *refresh,
                    enum text_style style);

/* The next look is at another time: what differs did not happen. */
void event_log_skip(struct event_log *log);

void event_log_act(struct event_log *log, int32_t pid, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The nth oldest. */
const struct event *event_log_at(const struct event_log *log, size_t index);

const char *event_kind_name(enum event_kind kind);

#endif
