/* SPDX-License-Identifier: MIT */
#include "view/tree.h"

#include <stdlib.h>

#include "base/memory.h"

/* A process's place among the others in the tree: links by index. */
struct node {
    uint32_t first_child;
    uint32_t last_child;
    uint32_t next_sibling;
    uint32_t size; /* of its subtree, itself included */
    bool is_in_tree;
    bool is_chosen;
};

struct nodes {
    struct node *of; /* by process index */
    uint32_t first_root;
    uint32_t last_root;
    const struct relations *relations;
};

static void append_child(struct nodes *nodes, uint32_t parent, uint32_t child)
{
    uint32_t *first = &nodes->first_root, *last = &nodes->last_root;

    if (parent != RELATION_NONE) {
        first = &nodes->of[parent].first_child;
        last = &nodes->of[parent].last_child;
    }
    if (*first == RELATION_NONE)
        *first = child;
    else
        nodes->of[*last].next_sibling = child;
    *last = child;
}

/* Rows come best first, and each brings those of its ancestors that are not in
 * the tree yet: so every branch is appended when its best row comes. */
static void add_with_ancestors(struct nodes *nodes, uint32_t process)
{
    nodes->of[process].is_chosen = true;
    while (!nodes->of[process].is_in_tree) {
        uint32_t parent = nodes->relations->parents[process];

        nodes->of[process].is_in_tree = true;
        append_child(nodes, parent, process);
        if (parent == RELATION_NONE)
            return;
        process = parent;
    }
}

static void add_row(struct tree *tree, struct tree_row row)
{
    tree->rows = memory_grow(tree->rows, tree->count, &tree->capacity, sizeof *tree->rows);
    tree->rows[tree->count++] = row;
}

static struct tree_row make_row(const struct nodes *nodes, uint32_t process, uint32_t depth,
                                uint32_t lines)
{
    const struct node *node = &nodes->of[process];

    return (struct tree_row){
        .process = process,
        .depth = depth,
        .lines = lines,
        .is_last = node->next_sibling == RELATION_NONE,
        .has_children = node->first_child != RELATION_NONE,
        .is_chosen = node->is_chosen,
    };
}

static uint32_t line_bit(uint32_t depth)
{
    return depth < TREE_DEPTH_SHOWN ? UINT32_C(1) << depth : 0;
}

/* From a node to the next in depth-first order: down, else along, else up to
 * the nearest ancestor that has a next sibling. */
static uint32_t next_in_order(const struct nodes *nodes, const struct tree_row *row,
                              uint32_t *depth, uint32_t *lines)
{
    uint32_t at = row->process;

    if (row->has_children) {
        *lines = row->is_last ? row->lines : row->lines | line_bit(row->depth);
        *depth = row->depth + 1;
        return nodes->of[at].first_child;
    }
    while (nodes->of[at].next_sibling == RELATION_NONE) {
        at = nodes->relations->parents[at];
        if (at == RELATION_NONE)
            return RELATION_NONE;
        (*depth)--;
    }
    /* The lines left of this depth are those of the row we came from. */
    *lines &= *depth < TREE_DEPTH_SHOWN ? (UINT32_C(1) << *depth) - 1 : UINT32_MAX;
    return nodes->of[at].next_sibling;
}

static void add_all_rows(struct tree *tree, const struct nodes *nodes)
{
    uint32_t depth = 0, lines = 0, at = nodes->first_root;

    while (at != RELATION_NONE) {
        add_row(tree, make_row(nodes, at, depth, lines));
        at = next_in_order(nodes, &tree->rows[tree->count - 1], &depth, &lines);
    }
}

/* Backwards through depth-first order, children come before their parents. */
static void count_subtrees(const struct tree *tree, struct nodes *nodes)
{
    for (size_t i = tree->count; i > 0; i--) {
        uint32_t at = tree->rows[i - 1].process, parent = nodes->relations->parents[at];

        nodes->of[at].size++;
        if (parent != RELATION_NONE)
            nodes->of[parent].size += nodes->of[at].size;
    }
}

static void fold(struct tree *tree, const struct nodes *nodes, tree_is_folded *is_folded,
                 void *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < tree->count; i++) {
        struct tree_row row = tree->rows[i];

        row.is_folded = row.has_children &&
                        is_folded(context, &nodes->relations->snapshot->processes[row.process]);
        if (row.is_folded) {
            row.hidden = nodes->of[row.process].size - 1;
            i += row.hidden;
        }
        tree->rows[kept++] = row;
    }
    tree->count = kept;
}

void tree_build(struct tree *tree, const struct view *view, const struct relations *relations,
                tree_is_folded *is_folded, void *context)
{
    size_t count = relations->snapshot->process_count;
    struct nodes nodes = {
        .of = memory_new(count, sizeof *nodes.of),
        .first_root = RELATION_NONE,
        .last_root = RELATION_NONE,
        .relations = relations,
    };

    for (size_t i = 0; i < count; i++)
        nodes.of[i].first_child = nodes.of[i].last_child = nodes.of[i].next_sibling =
            RELATION_NONE;
    for (size_t i = 0; i < view->count; i++)
        add_with_ancestors(&nodes, view->rows[i]);

    tree->count = 0;
    add_all_rows(tree, &nodes);
    if (is_folded) {
        count_subtrees(tree, &nodes);
        fold(tree, &nodes, is_folded, context);
    }
    free(nodes.of);
}

/* The folded row that hides a process, or NULL: the topmost of its ancestors. */
static struct tree_row *hider_of(uint32_t process, const struct relations *relations,
                                 struct tree_row *const *folded)
{
    struct tree_row *hider = NULL;

    for (uint32_t at = relations->parents[process]; at != RELATION_NONE;
         at = relations->parents[at])
        if (folded[at])
            hider = folded[at];
    return hider;
}

void tree_count_flagged(struct tree *tree, const struct relations *relations,
                        const struct scores *scores)
{
    struct tree_row **folded = memory_new(scores->count + 1, sizeof *folded);

    for (size_t i = 0; i < tree->count; i++)
        if (tree->rows[i].is_folded)
            folded[tree->rows[i].process] = &tree->rows[i];
    for (uint32_t i = 0; i < scores->count; i++) {
        struct tree_row *hider =
            scores->verdicts[i].is_flagged ? hider_of(i, relations, folded) : NULL;

        if (!hider)
            continue;
        hider->flagged++;
        if (scores->verdicts[i].severity > hider->worst)
            hider->worst = scores->verdicts[i].severity;
    }
    free(folded);
}

void tree_arrange_view(const struct tree *tree, struct view *view)
{
    if (tree->count > view->capacity) {
        view->rows = memory_resize(view->rows, tree->count, sizeof *view->rows);
        view->capacity = tree->count;
    }
    for (size_t i = 0; i < tree->count; i++)
        view->rows[i] = tree->rows[i].process;
    view->count = tree->count;
}

static bool is_last_thread(const struct view *view, size_t index)
{
    return index + 1 == view->count || view->threads[index + 1] == VIEW_NO_THREAD;
}

void tree_add_threads(struct tree *tree, const struct view *view)
{
    size_t from = 0;

    if (view->thread_count == 0)
        return;
    struct tree_row *rows = memory_new(view->count, sizeof *rows);
    for (size_t i = 0; i < view->count; i++) {
        if (view->threads[i] == VIEW_NO_THREAD) {
            rows[i] = tree->rows[from++];
            continue;
        }
        const struct tree_row *process = &tree->rows[from - 1];
        rows[i] = (struct tree_row){
            .process = process->process,
            .depth = process->depth + 1,
            .lines =
                process->is_last ? process->lines : process->lines | line_bit(process->depth),
            .is_last = is_last_thread(view, i) && !process->has_children,
        };
    }
    free(tree->rows);
    *tree = (struct tree){rows, view->count, view->count};
}

enum { LEVEL_CELLS = 2 };

void tree_add_branch(const struct tree_row *row, enum text_style style, size_t cells,
                     struct strbuf *out)
{
    bool is_utf8 = style == TEXT_UTF8;
    uint32_t depth = row->depth < TREE_DEPTH_SHOWN ? row->depth : TREE_DEPTH_SHOWN;

    if (depth > cells / LEVEL_CELLS)
        depth = (uint32_t)(cells / LEVEL_CELLS);
    /* A root has no line beside it: depth 0 is not drawn. */
    for (uint32_t d = 1; d < depth; d++)
        strbuf_add_string(out, !(row->lines & UINT32_C(1) << d) ? "  " : is_utf8 ? "│ " : "| ");
    if (depth > 0)
        strbuf_add_string(out, row->is_last ? (is_utf8 ? "└" : "`") : (is_utf8 ? "├" : "|"));
    if (depth > 0 || row->is_folded)
        strbuf_add_string(out, row->is_folded ? "+" : is_utf8 ? "─" : "-");
}

void tree_release(struct tree *tree)
{
    free(tree->rows);
    *tree = (struct tree){0};
}
