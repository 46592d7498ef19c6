/* SPDX-License-Identifier: MIT */
/*
 * view - which processes to show, in which order: row indexes, nothing else.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/columns.h"
#include "view/filter.h"
#include "view/who.h"

struct view_options {
    const struct column *sort; /* NULL: total score, highest first */
    bool is_reversed;          /* ascending where the default is descending */
    bool flagged_only;
    const uint8_t *marks; /* only processes that are not 0 here; NULL for all */
    double least_score;   /* only with at least this total score; 0 for all */
    bool hide_kernel_threads;
    size_t limit;        /* top-k; 0 for all */
    const int32_t *pids; /* only these; NULL for all */
    size_t pid_count;
    const char *user;              /* only this user (name or uid), "!root" for all
                                      others; NULL for all */
    const struct filter *filter;   /* NULL for all */
    const char *search;            /* only rows whose name, command line or exe
                                      contains this, case ignored; NULL for all */
    const struct who *who;         /* only who has this; NULL for all */
    bool hide_containers;          /* processes in a container that is named */
    const struct history *history; /* for what rows were before; or NULL */
};

#define VIEW_NO_THREAD UINT32_MAX

struct view {
    uint32_t *rows;      /* process indexes, in order */
    uint32_t *threads;   /* beside them: VIEW_NO_THREAD, or the row is that thread's of the
                            process; NULL before view_add_threads() */
    size_t thread_count; /* of the rows */
    size_t thread_capacity;
    size_t count;   /* shown */
    size_t matched; /* before the limit */
    size_t capacity;
    struct sort_entry *entries; /* of view.c; kept for the next round */
    size_t entry_capacity;
};

/*
 * Choose and order. Numeric columns sort highest first by default, text columns
 * ascending. Ties are broken by strongest reason, then start time, then pid, so
 * that rows do not jump between refreshes.
 */
void view_build(struct view *view, const struct snapshot *snapshot,
                const struct relations *relations, const struct scores *scores,
                const struct view_options *options);
void view_release(struct view *view);

/* Behind each process a row for each of its threads that the snapshot has; not where
 * they are hidden: by the index of the process's row before. NULL: nowhere. */
typedef bool view_hides_threads(const void *context, size_t index);
void view_add_threads(struct view *view, const struct snapshot *snapshot,
                      view_hides_threads *is_hidden, const void *context);

/* The thread whose row that is, or NULL: the process's. */
const struct thread *view_thread(const struct view *view, const struct snapshot *snapshot,
                                 size_t index);

/* Mark who of those that ended would be chosen as well, by what was last seen of them.
 * No mark is theirs, and they have nothing any more that one could ask for. */
void view_choose_ended(struct history *history, const struct view_options *options);

/* The row record of a process. */
struct row view_row(const struct snapshot *snapshot, const struct relations *relations,
                    const struct scores *scores, uint32_t process, enum text_style style);

#endif
