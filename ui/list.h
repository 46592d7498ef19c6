/* SPDX-License-Identifier: MIT */
/*
 * list - what the list shows, in which order, and where the cursor stands in it.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/identities.h"
#include "view/column_sets.h"
#include "view/history.h"
#include "view/tree.h"

struct app;

enum list_mode { LIST_CHIPS, LIST_MATRIX, LIST_SENTENCES, LIST_MODE_COUNT };
/* SCOPE_EXCUSED: whitelisted or acknowledged. SCOPE_CHANGED: whose score differs by
 * the edits. */
enum list_scope {
    SCOPE_TOP,
    SCOPE_FLAGGED,
    SCOPE_ALL,
    SCOPE_EXCUSED,
    SCOPE_CHANGED,
    SCOPE_COUNT
};

/* The columns before the reasons. */
struct list_columns {
    const struct column *items[COLUMN_SET_MAX];
    size_t count;
    size_t skipped; /* scrolled away to the left, of those that are not fixed */
    int text_skip;  /* cells of the sentences, once no column is left to scroll */
};

/* Where a cursor stands, to come back to. */
struct list_place {
    struct identity who;
    int32_t thread; /* of it; 0: its own row */
    size_t stood;   /* its row in the view, as long as it was no zombie */
    bool is_placed; /* somebody moved it there; else it is on the first row */
};

struct list {
    enum list_mode mode;
    enum list_scope scope;
    bool shows_kernel_threads, hides_containers;
    bool shows_all_ended; /* also those that scored nothing */
    bool shows_command;   /* instead of the sentences */
    bool shows_threads;   /* each in a row below its process */
    bool is_tree, is_reversed;
    bool is_placed;            /* somebody moved the cursor */
    const struct column *sort; /* never NULL */
    struct list_columns columns;
    struct identity selected;
    int32_t selected_thread;  /* of it; 0: its own row */
    struct identity followed; /* the cursor returns to it, and no filter hides it */
    size_t index;             /* its row in the view */
    size_t stood;             /* the same, as long as it was no zombie */
    size_t top;               /* first row shown */
    struct strbuf user;       /* empty: all */
    struct strbuf filter;     /* the text of the filter in force; empty: all */
    struct filter *compiled;  /* of that text; NULL: all */
    struct strbuf search;     /* what n looks for */
    struct list_place began;  /* where the search that is typed began */
    struct who who;
    unsigned who_tells; /* snapshots that the answer is told of again */
    struct identities tagged, folded;
    uint8_t *marks;      /* of the scopes that no verdict tells */
    const int32_t *pids; /* --pid */
    size_t pid_count;
    struct tree tree; /* while is_tree: its rows are the view's */
    struct history history;
};

void list_init(struct list *list);
void list_release(struct list *list);

/* The columns of a set, from the left again. */
void list_use_set(struct list *list, const struct column_set *set);
bool list_has_column(const struct list *list, const struct column *column);
/* The set that is shown, or NULL when it is one's own choice. */
const struct column_set *list_set(const struct list *list);

/* "flagged": in the header, and in top.yaml. */
const char *list_scope_name(enum list_scope scope);

/* A new filter, in force at once. NULL, or what is wrong with it (to the next call):
 * then the last good one stays. */
bool list_set_filter(struct list *list, const char *text, struct filter_error *ret_error);

/* Facts that the list needs for what it shows and chooses by. */
fact_mask list_needs(const struct list *list);

/* Those that ended and are still shown, the latest first; in a list of that height, at
 * its bottom. */
size_t list_count_ended(const struct list *list, int height);
const struct history_ended *list_ended(const struct list *list, size_t index);

/* Rows of processes that a list of that height holds, below its heading. */
size_t list_page(const struct list *list, int height);

struct list_place list_place(const struct list *list);

/* Choose and order what is in hand. */
void list_build(struct app *app);

#endif
