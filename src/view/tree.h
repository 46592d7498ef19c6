/* SPDX-License-Identifier: MIT */
/*
 * tree - a chosen and ordered list, rearranged below its parents.
 *
 * Ancestors of chosen processes are added so that each can be seen in its
 * place. Siblings follow the list's order by the best of their whole subtree: a
 * suspicious grandchild pulls its branch to the top, and with a stable list the
 * tree is stable too. Depth is no recursion: a chain of 10,000 is fine.
 */
#ifndef VIEW_TREE_H
#define VIEW_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/relations.h"
#include "view/view.h"

enum { TREE_DEPTH_SHOWN = 32 }; /* deeper rows are not indented further */

struct tree_row {
    uint32_t process;
    uint32_t depth;
    uint32_t lines;      /* bit d: a vertical line passes at depth d */
    uint32_t hidden;     /* descendants that folding hides */
    uint32_t flagged;    /* of them; see tree_count_flagged() */
    enum severity worst; /* of those */
    bool is_last;        /* of its siblings */
    bool has_children;   /* that are in the tree */
    bool is_folded;
    bool is_chosen; /* in the list; else only an ancestor of one */
};

struct tree {
    struct tree_row *rows;
    size_t count;
    size_t capacity;
};

/* Which processes are folded. NULL: none. */
typedef bool tree_is_folded(void *context, const struct process *process);

void tree_build(struct tree *tree, const struct view *view, const struct relations *relations,
                tree_is_folded *is_folded, void *context);
/* A fold must not hide what is suspicious: each folded row learns what is below it. */
void tree_count_flagged(struct tree *tree, const struct relations *relations,
                        const struct scores *scores);

/* The rows of the tree as those of the view: from then on both count alike. */
void tree_arrange_view(const struct tree *tree, struct view *view);

/* The rows that view_add_threads() put into the view, below their processes: then both
 * count alike again. */
void tree_add_threads(struct tree *tree, const struct view *view);

/* "│  ├─ " before the name, as many cells as fit. */
void tree_add_branch(const struct tree_row *row, enum text_style style, size_t cells,
                     struct strbuf *out);

void tree_release(struct tree *tree);

#endif
