/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells of all processes at once is what /proc says of each. Needs root
 * and a kernel that lets it ask.
 */
#include "gather/census.h"
#include "tests/unit/gather/census_crowd.h"

#include <dirent.h>
#include <limits.h>

enum { CROWD = 300 };

static void open_or_skip(struct census *census)
{
    struct gather_census opened;

    census_open(&opened);
    if (opened.tasks <= 0 || opened.descriptors <= 0) {
        census_init(census, &opened);
        census_release(census);
        skip();
    }
    census_init(census, &opened);
}

/* --- who has what open ---------------------------------------------------- */

static size_t link_of(pid_t pid, const char *name, char (*ret_link)[PATH_MAX + 1])
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    ssize_t length = readlink(path, *ret_link, PATH_MAX);
    assert_true(length >= 0);
    (*ret_link)[length] = '\0';
    return (size_t)length;
}

static unsigned count_open(pid_t pid)
{
    char path[48];
    unsigned count = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

/* Each descriptor of it, with the text of its link, in order, and no other. */
static void assert_told_as_listed(struct census *census, pid_t pid)
{
    struct census_descriptor descriptor;
    struct span link;
    int32_t before = -1;
    unsigned told = 0;
    char name[24], expected[PATH_MAX + 1];

    while (census_take_descriptor(census, pid, &descriptor, &link)) {
        assert_true(descriptor.fd > before);
        before = descriptor.fd;
        told++;
        snprintf(name, sizeof name, "fd/%d", descriptor.fd);
        size_t length = link_of(pid, name, &expected);
        if (length >= CENSUS_TEXT_MAX)
            assert_int_equal(span_length(link), 0);
        else if (!span_equals(link, expected))
            fail_msg("%d: %s is told as %.*s", descriptor.fd, expected, (int)span_length(link),
                     link.at);
        struct said said = files_of(pid);
        assert_int_equal(descriptor.head.switches, said.status.switches);
        assert_int_equal(ticks_of(descriptor.head.start_ns), said.stat.starttime);
    }
    assert_int_equal(told, count_open(pid));
}

static void links_are_told_as_they_read(void **state)
{
    struct census census;
    (void)state;

    pid_t pid = child_start(have_everything_open, NULL);
    wait_until_asleep(pid);
    open_or_skip(&census);
    assert_true(count_open(pid) > 15);
    assert_told_as_listed(&census, pid);
    census_release(&census);
    child_end(pid);
}

static void a_threads_own_descriptors_are_not_its_processs(void **state)
{
    struct census census;
    (void)state;

    pid_t pid = child_start(have_other_files_in_a_thread, NULL);
    wait_until_asleep(pid);
    open_or_skip(&census);
    assert_told_as_listed(&census, pid);
    census_release(&census);
    child_end(pid);
}

/* --- where they are ------------------------------------------------------- */

static uint64_t namespace_of(pid_t pid, const char *path, const char *kind)
{
    char link[PATH_MAX + 1];
    uint64_t number = 0;

    size_t length = link_of(pid, path, &link);
    assert_true(parse_numbered_link(span_of(link, length), kind, &number));
    return number;
}

static void assert_placed_as_listed(struct census *census, pid_t pid, bool is_root_ours)
{
    struct census_task task;
    char link[PATH_MAX + 1];

    assert_true(census_find_task(census, pid, &task));
    assert_int_equal(task.ns_net, namespace_of(pid, "ns/net", "net"));
    assert_int_equal(task.ns_mnt, namespace_of(pid, "ns/mnt", "mnt"));
    assert_int_equal(task.ns_user, namespace_of(pid, "ns/user", "user"));
    link_of(pid, "root", &link);
    assert_int_equal(strcmp(link, "/") == 0, is_root_ours);
    assert_int_equal(!!(task.flags & CENSUS_ROOT_IS_OURS), is_root_ours);
    link_of(pid, "cwd", &link);
    assert_int_equal(!!(task.flags & CENSUS_CWD_IS_ROOT), strcmp(link, "/") == 0);

    char path[48], text[32] = "";
    snprintf(path, sizeof path, "/proc/%d/loginuid", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
    close(fd);
    assert_int_equal(task.loginuid, strtoul(text, NULL, 10));
}

static void assert_known_as_listed(struct census *census, pid_t pid)
{
    const struct said said = files_of(pid);
    const struct process_status *status = &said.status;
    struct census_task task;

    assert_true(census_find_task(census, pid, &task));
    assert_int_equal(ticks_of(task.head.start_ns), said.stat.starttime);
    assert_int_equal(task.head.switches, status->switches);
    assert_int_equal(task.runtime_ns, said.times.runtime_ns);
    assert_int_equal(task.arrivals, said.times.arrivals);
    assert_memory_equal(task.uid, status->uid, sizeof task.uid);
    assert_memory_equal(task.gid, status->gid, sizeof task.gid);
    assert_int_equal(task.cap_permitted, status->cap_permitted);
    assert_int_equal(task.cap_effective, status->cap_effective);
    assert_int_equal(task.cap_ambient, status->cap_ambient);
    assert_int_equal(task.task_flags & 1, status->no_new_privs);
    assert_int_equal(task.seccomp, status->seccomp);
    assert_int_equal(task.levels, status->ns_depth);
    assert_int_equal(task.ptrace, 0);
    assert_int_equal(task.state, 1);
}

/* Root, another with a filter, one in namespaces of its own. */
static void identities_are_told_as_they_read(void **state)
{
    static child_body *const kinds[] = {be_there, be_confined, be_elsewhere};
    (void)state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct census census;
        pid_t pid = child_start(kinds[i], NULL);

        wait_until_asleep(pid);
        open_or_skip(&census);
        assert_int_equal(files_of(pid).status.uid[0] == SOMEBODY, kinds[i] == be_confined);
        assert_known_as_listed(&census, pid);
        census_release(&census);
        child_end(pid);
    }
}

static void places_are_told_as_they_read(void **state)
{
    struct census census;
    (void)state;

    pid_t here = child_start(be_at_root, NULL), there = child_start(be_elsewhere, NULL);
    wait_until_asleep(here);
    wait_until_asleep(there);
    open_or_skip(&census);
    assert_int_not_equal(namespace_of(there, "ns/net", "net"),
                         namespace_of(here, "ns/net", "net"));
    bool is_ascending = here < there; /* pids begin again now and then */
    assert_placed_as_listed(&census, is_ascending ? here : there, is_ascending);
    assert_placed_as_listed(&census, is_ascending ? there : here, !is_ascending);
    census_release(&census);
    child_end(here);
    child_end(there);
}

/* The first process of a new pid namespace is told as 1 there, and nobody outside. */
static int look_from_inside(void)
{
    struct gather_census opened;
    struct census census;
    struct census_task task;

    census_open(&opened);
    census_init(&census, &opened);
    if (!census_find_task(&census, 1, &task) || task.head.pid != 1)
        return 1;
    return census_find_task(&census, 2, &task) || census.tasks.fd >= 0 ? 2 : 0;
}

static void pids_are_those_of_the_reader(void **state)
{
    struct census census;
    int status;
    (void)state;

    open_or_skip(&census);
    census_release(&census);
    pid_t outer = fork();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID) != 0)
            _exit(77);
        pid_t inner = fork();
        if (inner == 0)
            _exit(look_from_inside());
        waitpid(inner, &status, 0);
        _exit(WEXITSTATUS(status));
    }
    assert_int_equal(waitpid(outer, &status, 0), outer);
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- a pass with it and one without --------------------------------------- */

static const fact_mask told_facts = FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_NAMESPACES) |
                                    FACT_BIT(FACT_LOGINUID) | FACT_BIT(FACT_ROOT) |
                                    FACT_BIT(FACT_CWD);

static void *pass_with(struct gather_census census, struct snapshot *ret_snapshot)
{
    const struct gather_options options = {.census = census};
    const struct gather_request request = {.wanted = told_facts};
    struct gather *gather;
    const char *reason;

    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    void *block = fixture_gather(gather, &request, ret_snapshot);
    gather_free(gather);
    return block;
}

static void assert_same(const struct snapshot *a, const struct snapshot *b, pid_t pid)
{
    const struct process *first = snapshot_find(a, pid), *second = snapshot_find(b, pid);

    assert_non_null(first);
    assert_non_null(second);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        assert_int_equal(first->facts[fact], second->facts[fact]);
    assert_memory_equal(first->uid, second->uid, sizeof first->uid);
    assert_memory_equal(first->gid, second->gid, sizeof first->gid);
    assert_int_equal(first->cap_permitted, second->cap_permitted);
    assert_int_equal(first->no_new_privs, second->no_new_privs);
    assert_int_equal(first->seccomp, second->seccomp);
    assert_int_equal(first->ns_depth, second->ns_depth);
    assert_int_equal(first->threads, second->threads);
    assert_int_equal(first->ppid, second->ppid);
    assert_int_equal(first->switches, second->switches);
    assert_string_equal(snapshot_string(a, first->comm), snapshot_string(b, second->comm));
    assert_string_equal(snapshot_string(a, first->user), snapshot_string(b, second->user));
    assert_int_equal(first->loginuid, second->loginuid);
    assert_int_equal(first->ns_net, second->ns_net);
    assert_int_equal(first->ns_pid, second->ns_pid);
    assert_int_equal(first->ns_mnt, second->ns_mnt);
    assert_int_equal(first->ns_user, second->ns_user);
    assert_string_equal(snapshot_string(a, first->cwd), snapshot_string(b, second->cwd));
    assert_string_equal(snapshot_string(a, first->root), snapshot_string(b, second->root));
    assert_int_equal(first->descriptor_count, second->descriptor_count);
    assert_int_equal(first->descriptors.count, second->descriptors.count);
    for (uint32_t i = 0; i < first->descriptors.count; i++) {
        const struct descriptor *one = &a->descriptors[first->descriptors.first + i],
                                *other = &b->descriptors[second->descriptors.first + i];
        assert_int_equal(one->fd, other->fd);
        assert_int_equal(one->kind, other->kind);
        assert_int_equal(one->inode, other->inode);
        assert_string_equal(snapshot_string(a, one->target), snapshot_string(b, other->target));
    }
}

static void a_whole_crowd_is_the_same_either_way(void **state)
{
    static child_body *const kinds[] = {
        have_everything_open,         be_there,  be_at_root, be_elsewhere, be_confined,
        have_other_files_in_a_thread, exit_first};
    struct gather_census opened;
    struct snapshot told, read;
    pid_t crowd[CROWD];
    (void)state;

    census_open(&opened);
    if (opened.tasks <= 0 || opened.descriptors <= 0)
        skip();
    for (size_t i = 0; i < CROWD; i++)
        crowd[i] = child_start(kinds[i % (sizeof kinds / sizeof *kinds)], NULL);
    void *told_block = pass_with(opened, &told);
    void *read_block = pass_with((struct gather_census){0}, &read);
    for (size_t i = 0; i < CROWD; i++)
        assert_same(&told, &read, crowd[i]);
    free(told_block);
    free(read_block);
    for (size_t i = 0; i < CROWD; i++)
        child_end(crowd[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_are_told_as_they_read, make_scratch,
                                        remove_scratch),
        cmocka_unit_test(a_threads_own_descriptors_are_not_its_processs),
        cmocka_unit_test(places_are_told_as_they_read),
        cmocka_unit_test(identities_are_told_as_they_read),
        cmocka_unit_test(pids_are_those_of_the_reader),
        cmocka_unit_test_setup_teardown(a_whole_crowd_is_the_same_either_way, make_scratch,
                                        remove_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
