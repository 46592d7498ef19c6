/* SPDX-License-Identifier: MIT */
/* The walk over a tree that looks like the cgroup file system, and the real one. */
#include "tests/support/scratch.h"

#include <unistd.h>

#include "gather/cgroups.h"
#include "gather/procfs.h"

enum { SEEN_MAX = 64 };

struct seen {
    int32_t pids[SEEN_MAX];
    size_t count;
};

static void note(void *context, int32_t pid)
{
    struct seen *seen = context;

    if (seen->count < SEEN_MAX)
        seen->pids[seen->count++] = pid;
}

static bool has(const struct seen *seen, int32_t pid)
{
    for (size_t i = 0; i < seen->count; i++)
        if (seen->pids[i] == pid)
            return true;
    return false;
}

static int make_tree(void **state)
{
    if (scratch_setup(state) != 0)
        return -1;
    scratch_run(
        "mkdir -p a/b c/d/e && printf '1\\n2\\n' >cgroup.procs && "
        "printf '10\\n0\\n11\\n' >a/cgroup.procs && printf '20\\n' >a/b/cgroup.procs && "
        "printf 'x\\n-3\\n99999999999\\n30' >c/cgroup.procs && : >c/d/cgroup.procs && "
        "printf '50\\n' >c/d/e/cgroup.procs && ln -s ../a c/link && ln -s .. c/d/up");
    return 0;
}

static void open_tree(struct cgroups *cgroups)
{
    char text[256];

    snprintf(text, sizeof text, "31 23 0:28 / %s rw - cgroup2 cgroup2 rw\n", scratch);
    cgroups_init(cgroups, span_of_string(text));
    assert_true(cgroups->root >= 0);
}

static void everybody_is_seen_once_and_links_are_no_groups(void **state)
{
    static const int32_t expected[] = {1, 2, 10, 11, 20, 30, 50};
    struct seen seen = {0};
    struct cgroups cgroups;
    (void)state;

    open_tree(&cgroups);
    cgroups_walk(&cgroups, CGROUPS_ALL, note, &seen);
    assert_int_equal(seen.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < seen.count; i++)
        assert_true(has(&seen, expected[i]));
    cgroups_release(&cgroups);
}

/* Six directories, two a step; then it begins again. */
static void a_walk_goes_on_where_it_stopped(void **state)
{
    struct seen seen = {0}, again = {0};
    struct cgroups cgroups;
    (void)state;

    open_tree(&cgroups);
    cgroups_walk(&cgroups, 2, note, &seen);
    assert_true(has(&seen, 1));
    assert_true(seen.count < 7);
    cgroups_walk(&cgroups, 2, note, &seen);
    cgroups_walk(&cgroups, 2, note, &seen);
    assert_int_equal(seen.count, 7);
    cgroups_walk(&cgroups, 1, note, &again);
    assert_int_equal(again.count, 2);
    cgroups_release(&cgroups);
}

static void count_one(void *context, int32_t pid)
{
    (void)pid;
    ++*(size_t *)context;
}

/* Ten directories' worth in one list is paid with five steps of two, and then the walk
 * goes on; whoever wants to see all does. */
static void a_long_list_counts_as_several(void **state)
{
    const size_t listed = 9 * CGROUPS_PIDS, others = 5;
    struct cgroups cgroups;
    char command[256];
    size_t count = 0;
    (void)state;

    snprintf(command, sizeof command, "seq 100 %zu >cgroup.procs", 99 + listed);
    scratch_run(command);
    open_tree(&cgroups);
    for (int step = 0; step < 5; step++) {
        cgroups_walk(&cgroups, 2, count_one, &count);
        assert_int_equal(count, listed);
    }
    for (int step = 0; step < 3; step++)
        cgroups_walk(&cgroups, 2, count_one, &count);
    assert_in_range(count, listed + others, 2 * listed + others);
    cgroups_walk(&cgroups, 1, count_one, &count);
    count = 0;
    cgroups_walk(&cgroups, CGROUPS_ALL, count_one, &count);
    assert_int_equal(count, listed + others);
    cgroups_release(&cgroups);
}

static void the_best_hierarchy_is_taken(void **state)
{
    struct seen seen = {0};
    struct cgroups cgroups;
    char text[512];
    (void)state;

    snprintf(text, sizeof text,
             "31 23 0:28 / /nonexistent/cpu rw - cgroup cgroup rw,cpu\n"
             "nonsense\n"
             "32 23 0:29 / /nonexistent/unified rw - cgroup2 cgroup2 rw\n"
             "33 23 0:30 / %s rw - cgroup cgroup rw,xattr,name=systemd\n",
             scratch);
    cgroups_init(&cgroups, span_of_string(text));
    cgroups_walk(&cgroups, 1, note, &seen);
    assert_int_equal(seen.count, 2);
    cgroups_release(&cgroups);
    cgroups_init(&cgroups, span_of_string("21 1 0:5 / / rw - tmpfs none rw\n"));
    cgroups_walk(&cgroups, CGROUPS_ALL, note, &seen);
    assert_int_equal(seen.count, 2);
    cgroups_release(&cgroups);
}

static void note_ourselves(void *context, int32_t pid)
{
    *(bool *)context |= pid == getpid();
}

static void the_kernel_lists_us(void **state)
{
    struct procfs procfs;
    struct cgroups cgroups;
    struct strbuf text = {0};
    const char *reason;
    bool are_listed = false;
    (void)state;

    assert_int_equal(procfs_open(&procfs, NULL, &reason), 0);
    assert_int_equal(procfs_read(&procfs, procfs.root, "self/mountinfo", 1 << 20, &text), 0);
    cgroups_init(&cgroups, strbuf_span(&text));
    strbuf_release(&text);
    procfs_close(&procfs);
    if (cgroups.root < 0)
        skip();
    /* In the old hierarchy a list misses the youngest of those who come meanwhile. */
    for (int i = 0; i < 1000 && !are_listed; i++)
        cgroups_walk(&cgroups, CGROUPS_ALL, note_ourselves, &are_listed);
    cgroups_release(&cgroups);
    assert_true(are_listed);
}

#define WITH_A_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_A_TREE(everybody_is_seen_once_and_links_are_no_groups),
        WITH_A_TREE(a_walk_goes_on_where_it_stopped),
        WITH_A_TREE(a_long_list_counts_as_several),
        WITH_A_TREE(the_best_hierarchy_is_taken),
        cmocka_unit_test(the_kernel_lists_us),
    };
    return cmocka_run_group_tests_name("cgroups", tests, NULL, NULL);
}
