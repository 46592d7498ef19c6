/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"
#include "tests/support/test.h"
#include "view/tree.h"

/* parents[i] is the index of process i's parent, or -1. */
struct fixture {
    struct snapshot snapshot;
    struct relations relations;
    struct process processes[8];
    uint32_t parents[8];
};

static void build(struct fixture *fixture, const int *parents, size_t count)
{
    *fixture = (struct fixture){0};
    for (size_t i = 0; i < count; i++) {
        fixture->processes[i].pid = (int32_t)i;
        fixture->parents[i] = parents[i] < 0 ? RELATION_NONE : (uint32_t)parents[i];
    }
    fixture->snapshot.processes = fixture->processes;
    fixture->snapshot.process_count = count;
    fixture->relations.snapshot = &fixture->snapshot;
    fixture->relations.parents = fixture->parents;
}

/* "0 -1 --2": each row as its depth in dashes and its index. */
static void assert_tree(const struct tree *tree, const char *expected)
{
    struct strbuf text = {0};

    for (size_t i = 0; i < tree->count; i++) {
        if (i > 0)
            strbuf_add_char(&text, ' ');
        strbuf_add_repeated(&text, '-', tree->rows[i].depth);
        strbuf_add_format(&text, "%u%s", tree->rows[i].process,
                          tree->rows[i].is_chosen ? "" : "*");
    }
    assert_string_equal(strbuf_string(&text), expected);
    strbuf_release(&text);
}

/* The view has the tree's rows, and each row that branch. */
static void assert_drawn(const struct tree *tree, const struct view *view,
                         const char *const *drawn)
{
    for (size_t i = 0; i < view->count; i++) {
        struct strbuf text = {0};

        assert_int_equal(view->rows[i], tree->rows[i].process);
        tree_add_branch(&tree->rows[i], TEXT_UTF8, 20, &text);
        assert_string_equal(strbuf_string(&text), drawn[i]);
        strbuf_release(&text);
    }
}

/* 0 - 1 - 3, 0 - 2 - 4, 0 - 2 - 5 */
static const int parents[] = {-1, 0, 0, 1, 2, 2};

static void pulls_branches_up_by_their_best_row(void **state)
{
    (void)state;
    uint32_t order[] = {5, 3, 0, 1, 2, 4};
    struct view view = {.rows = order, .count = 6};
    struct fixture fixture;
    struct tree tree = {0};

    build(&fixture, parents, 6);
    tree_build(&tree, &view, &fixture.relations, NULL, NULL);
    assert_tree(&tree, "0 -2 --5 --4 -1 --3");
    assert_true(tree.rows[0].is_last);
    assert_false(tree.rows[1].is_last);
    assert_int_equal(tree.rows[2].lines, 2); /* branch 2 goes on: a line at depth 1 */
    assert_int_equal(tree.rows[5].lines, 0);
    tree_release(&tree);
}

static void draws_branches_and_gives_the_view_its_rows(void **state)
{
    static const char *const drawn[] = {"", "├─", "│ ├─", "│ └─", "└─", "  └─"};
    (void)state;
    uint32_t order[] = {5, 3, 0, 1, 2, 4};
    struct view view = {0};
    struct view chosen = {.rows = order, .count = 6};
    struct fixture fixture;
    struct tree tree = {0};

    build(&fixture, parents, 6);
    tree_build(&tree, &chosen, &fixture.relations, NULL, NULL);
    tree_arrange_view(&tree, &view);
    assert_int_equal(view.count, 6);
    assert_drawn(&tree, &view, drawn);
    struct strbuf narrow = {0};
    tree.rows[2].depth = 30;
    tree_add_branch(&tree.rows[2], TEXT_ASCII, 7, &narrow);
    assert_true(narrow.length <= 7);
    strbuf_release(&narrow);
    view_release(&view);
    tree_release(&tree);
}

static bool is_zero_or_two(void *context, const struct process *process)
{
    (void)context;
    return process->pid == 2 || process->pid == 0;
}

static bool is_two(void *context, const struct process *process)
{
    (void)context;
    return process->pid == 2;
}

static void a_fold_says_what_is_flagged_below_it(void **state)
{
    (void)state;
    uint32_t order[] = {5, 3, 0, 1, 2, 4};
    struct view view = {.rows = order, .count = 6};
    struct verdict verdicts[6] = {
        [2] = {.is_flagged = true,         .severity = SEVERITY_CRITICAL},
        [4] = {.is_flagged = true,                          .severity = SEVERITY_HIGH},
        [5] = {.severity = SEVERITY_LOW},
    };
    const struct scores scores = {.verdicts = verdicts, .count = 6};
    struct fixture fixture;
    struct tree tree = {0};

    build(&fixture, parents, 6);
    tree_build(&tree, &view, &fixture.relations, is_two, NULL);
    tree_count_flagged(&tree, &fixture.relations, &scores);
    assert_tree(&tree, "0 -2 -1 --3");
    assert_int_equal(tree.rows[1].hidden, 2);
    assert_int_equal(tree.rows[1].flagged, 1);
    assert_int_equal(tree.rows[1].worst, SEVERITY_HIGH);
    assert_int_equal(tree.rows[0].flagged, 0);
    tree_build(&tree, &view, &fixture.relations, is_zero_or_two, NULL);
    tree_count_flagged(&tree, &fixture.relations, &scores);
    assert_tree(&tree, "0");
    assert_int_equal(tree.rows[0].flagged, 2);
    assert_int_equal(tree.rows[0].worst, SEVERITY_CRITICAL);
    tree_release(&tree);
}

static void adds_ancestors_of_what_was_chosen(void **state)
{
    (void)state;
    uint32_t order[] = {4};
    struct view view = {.rows = order, .count = 1};
    struct fixture fixture;
    struct tree tree = {0};

    build(&fixture, parents, 6);
    tree_build(&tree, &view, &fixture.relations, NULL, NULL);
    assert_tree(&tree, "0* -2* --4");
    view.count = 0;
    tree_build(&tree, &view, &fixture.relations, NULL, NULL);
    assert_int_equal(tree.count, 0);
    tree_release(&tree);
}

static void folds_and_says_how_much_it_hides(void **state)
{
    (void)state;
    uint32_t order[] = {0, 1, 2, 3, 4, 5};
    struct view view = {.rows = order, .count = 6};
    struct fixture fixture;
    struct tree tree = {0};

    build(&fixture, parents, 6);
    tree_build(&tree, &view, &fixture.relations, is_two, NULL);
    assert_tree(&tree, "0 -1 --3 -2");
    assert_true(tree.rows[3].is_folded);
    assert_int_equal(tree.rows[3].hidden, 2);
    tree_release(&tree);
}

/* A chain as deep as there are processes: no recursion, no quadratic walk. */
static void survives_a_very_deep_chain(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    struct process *processes = calloc(DEEP, sizeof *processes);
    uint32_t *up = calloc(DEEP, sizeof *up), *order = calloc(DEEP, sizeof *order);
    struct snapshot snapshot = {.processes = processes, .process_count = DEEP};
    struct relations relations = {.snapshot = &snapshot, .parents = up};
    struct view view = {.rows = order, .count = DEEP};
    struct tree tree = {0};

    for (uint32_t i = 0; i < DEEP; i++) {
        up[i] = i == 0 ? RELATION_NONE : i - 1;
        order[i] = DEEP - 1 - i;
    }
    processes[0].pid = 2;
    tree_build(&tree, &view, &relations, is_two, NULL);
    assert_int_equal(tree.count, 1);
    assert_int_equal(tree.rows[0].hidden, DEEP - 1);
    tree_build(&tree, &view, &relations, NULL, NULL);
    assert_int_equal(tree.rows[DEEP - 1].depth, DEEP - 1);
    tree_release(&tree);
    free(processes);
    free(up);
    free(order);
}

static void hangs_threads_below_their_process(void **state)
{
    static const char *const drawn[] = {"", "├─", "│ ├─", "│ └─", "└─", "  ├─", "  └─"};
    const struct thread threads[] = {
        {.pid = 1, .tid = 11},
        {.pid = 1, .tid = 12},
        {.pid = 2, .tid = 21}
    };
    uint32_t order[] = {0, 1, 2, 4};
    struct view view = {0};
    struct view chosen = {.rows = order, .count = 4};
    struct fixture fixture;
    struct tree tree = {0};

    (void)state;
    build(&fixture, parents, 6);
    fixture.snapshot.threads = threads;
    fixture.snapshot.thread_count = sizeof threads / sizeof *threads;
    tree_build(&tree, &chosen, &fixture.relations, NULL, NULL);
    tree_arrange_view(&tree, &view);
    view_add_threads(&view, &fixture.snapshot, NULL, NULL);
    tree_add_threads(&tree, &view);
    assert_int_equal(tree.count, 7);
    assert_int_equal(view.count, 7);
    assert_drawn(&tree, &view, drawn);
    assert_int_equal(view_thread(&view, &fixture.snapshot, 3)->tid, 12);
    view_release(&view);
    tree_release(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulls_branches_up_by_their_best_row),
        cmocka_unit_test(hangs_threads_below_their_process),
        cmocka_unit_test(draws_branches_and_gives_the_view_its_rows),
        cmocka_unit_test(a_fold_says_what_is_flagged_below_it),
        cmocka_unit_test(adds_ancestors_of_what_was_chosen),
        cmocka_unit_test(folds_and_says_how_much_it_hides),
        cmocka_unit_test(survives_a_very_deep_chain),
    };

    return cmocka_run_group_tests_name("view/tree", tests, NULL, NULL);
}
