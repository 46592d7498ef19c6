/* SPDX-License-Identifier: MIT */
/*
 * history - what the snapshots before said: since when a process is known, its last
 * scores, and what was last seen of those that ended. Times are those of the
 * snapshots, so a recording has the same history as the machine it was made on.
 */
#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/columns.h"

enum {
    HISTORY_SCORES = 8,      /* kept of each process */
    HISTORY_NEW_MS = 10000,  /* a process is new for that long */
    HISTORY_KEPT_MS = 60000, /* one that ended is remembered for that long */
    HISTORY_ENDED_MAX = 200, /* of a burst, the latest */
};

struct history_entry {
    uint64_t starttime;
    int64_t since_ms; /* first seen; 0: when the history began */
    int32_t pid;
    uint8_t score_count;
    uint8_t tenths[HISTORY_SCORES]; /* of points, up to 25.5; the latest last */
};

/* What stood in a column, and what it sorted by. */
struct history_cell {
    struct strbuf text;
    double number; /* of a column that has one */
    bool is_known;
};

/* A process that ended, as it was last seen. */
struct history_ended {
    int32_t pid;
    uint64_t starttime;
    int64_t at_ms;
    double score;
    bool was_flagged, was_kernel_thread;
    bool is_chosen; /* see view_choose_ended() */
    enum severity severity;
    struct history_cell *cells;            /* in the order of columns[] */
    const struct heuristic_info **reasons; /* those that counted */
    uint32_t reason_count;
};

struct history {
    struct history_entry *entries; /* by pid, as the snapshot has them */
    size_t count;
    struct history_ended *ended; /* the latest first */
    size_t ended_count;
    int64_t now_ms; /* of the last snapshot */
};

void history_release(struct history *history);

/* Before a snapshot is replaced: keep what is seen of those that the next one lacks. */
void history_note_ended(struct history *history, const struct row *any_row,
                        const struct snapshot *next);

const struct history_cell *history_cell(const struct history_ended *ended,
                                        const struct column *column);

/* As row_contains(), of the cells. */
bool history_contains(const struct history_ended *ended, const char *text);

/* Take in the scores of a snapshot. */
void history_add(struct history *history, const struct snapshot *snapshot,
                 const struct scores *scores);

/* NULL when it was never added. */
const struct history_entry *history_find(const struct history *history,
                                         const struct process *process);

/* It came while we looked, and not long ago. */
bool history_is_new(const struct history *history, const struct process *process);

/* Its last scores as bars, "▁▁▄█" or "..=#": one cell each. */
void history_add_trend(const struct history_entry *entry, enum text_style style,
                       struct strbuf *out);

#endif
