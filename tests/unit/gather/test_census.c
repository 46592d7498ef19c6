/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells of all processes at once is what /proc says of each. Needs root
 * and a kernel that lets it ask; what becomes of an answer is tried with made-up ones.
 */
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#include "base/clock.h"
#include "gather/census.h"
#include "gather/parse.h"
#include "gather/procfs.h"
#include "gather/reading.h"

enum { CROWD = 300, SHORT_PATH = 300, LONG_PATH = 1000, PATIENCE = 400, OWN_FD = 77 };

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

static char scratch[64];

static int make_scratch(void **state)
{
    (void)state;
    strcpy(scratch, "/tmp/procwatch-census-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static int remove_scratch(void **state)
{
    (void)state;
    fixture_remove(scratch);
    return 0;
}

/* A file whose path has so many bytes; the directories above it are made. */
static int open_at_depth(size_t length)
{
    char path[LONG_PATH + 256];

    strcpy(path, scratch);
    while (strlen(path) + 101 < length) {
        memset(path + strlen(path) + 1, 0, 101);
        strcat(path, "/");
        memset(path + strlen(path), 'd', 99);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return -1;
    }
    strcat(path, "/");
    for (size_t at = strlen(path); at < length; at++)
        path[at] = 'f', path[at + 1] = '\0';
    return open(path, O_RDWR | O_CREAT, 0600);
}

static int open_deleted(void)
{
    char path[128];

    snprintf(path, sizeof path, "%s/gone-%d", scratch, getpid());
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    unlink(path);
    return fd;
}

static void have_everything_open(const void *argument, int ready)
{
    int pair[2];
    (void)argument;

    bool is_good = pipe(pair) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
                   socket(AF_INET, SOCK_STREAM, 0) >= 0 &&
                   (int)memfd_create("in memory", 0) >= 0 && open_deleted() >= 0 &&
                   posix_openpt(O_RDWR | O_NOCTTY) >= 0 && eventfd(0, 0) >= 0 &&
                   epoll_create1(0) >= 0 && inotify_init() >= 0 &&
                   timerfd_create(CLOCK_MONOTONIC, 0) >= 0 && open("/tmp", O_PATH) >= 0 &&
                   open("/proc/self/stat", O_RDONLY) >= 0 && open("/", O_RDONLY) >= 0 &&
                   open_at_depth(SHORT_PATH) >= 0 && open_at_depth(LONG_PATH) >= 0;

    if (is_good)
        child_ready(ready);
}

static char state_of(pid_t pid, uint64_t *ret_switches, uint64_t *ret_start_ticks)
{
    struct procfs procfs = {.root = AT_FDCWD, .is_live = true};
    struct process_status status = {0};
    struct process_stat stat = {0};
    struct strbuf text = {0};
    char path[48];

    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(directory >= 0);
    assert_int_equal(procfs_read(&procfs, directory, "status", 65536, &text), 0);
    assert_true(parse_status(strbuf_span(&text), &status));
    assert_int_equal(procfs_read(&procfs, directory, "stat", 65536, &text), 0);
    assert_true(parse_stat(strbuf_span(&text), &stat));
    close(directory);
    strbuf_release(&text);
    if (ret_switches)
        *ret_switches = status.switches;
    if (ret_start_ticks)
        *ret_start_ticks = (uint64_t)stat.starttime;
    return stat.state;
}

/* Children are ready a moment before they sleep. */
static void wait_until_asleep(pid_t pid)
{
    for (int i = 0; i < PATIENCE && state_of(pid, NULL, NULL) != 'S'; i++)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(state_of(pid, NULL, NULL), 'S');
}

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
    uint64_t switches, start_ticks;
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
        state_of(pid, &switches, &start_ticks);
        assert_int_equal(descriptor.head.switches, switches);
        assert_int_equal(descriptor.head.start_ns /
                             ((uint64_t)NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK)),
                         start_ticks);
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

static void *open_apart(void *argument)
{
    const int *ready = argument;

    if (unshare(CLONE_FILES) == 0 && dup2(*ready, OWN_FD) == OWN_FD)
        child_ready(*ready);
    for (;;)
        pause();
    return NULL;
}

static void have_other_files_in_a_thread(const void *argument, int ready)
{
    static int shared;
    pthread_t thread;
    (void)argument;

    shared = ready;
    pthread_create(&thread, NULL, open_apart, &shared);
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

static void be_there(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
}

static void be_at_root(const void *argument, int ready)
{
    (void)argument;
    if (chdir("/") == 0)
        child_ready(ready);
}

static void be_elsewhere(const void *argument, int ready)
{
    (void)argument;
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUSER) == 0 && chroot("/tmp") == 0)
        child_ready(ready);
}

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

static void exit_first(const void *argument, int ready)
{
    have_other_files_in_a_thread(argument, ready);
    pthread_exit(NULL);
}

static void a_whole_crowd_is_the_same_either_way(void **state)
{
    static child_body *const kinds[] = {
        have_everything_open,         be_there,  be_at_root, be_elsewhere,
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

/* --- answers that are made up --------------------------------------------- */

struct answer {
    struct census_task task;
    struct census_descriptor descriptor;
    char link[32];
};

static struct answer answer_of(pid_t pid)
{
    uint64_t switches, start_ticks;

    wait_until_asleep(pid);
    state_of(pid, &switches, &start_ticks);
    const struct census_head head = {
        .pid = pid,
        .start_ns = start_ticks * ((uint64_t)NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK)) + 5,
        .switches = switches,
    };
    struct answer answer = {
        .task = {head,         .loginuid = 4711, .ns_net = 1, .ns_mnt = 2, .ns_user = 3},
        .descriptor = {head, .fd = 2    },
        .link = "/told/by/nobody",
    };
    answer.task.head.size = sizeof answer.task;
    answer.descriptor.head.size =
        (uint32_t)(sizeof answer.descriptor + strlen(answer.link) + 1);
    return answer;
}

static struct gather_census census_of(const struct answer *answer)
{
    int tasks[2], files[2];

    assert_int_equal(pipe2(tasks, O_CLOEXEC), 0);
    assert_int_equal(pipe2(files, O_CLOEXEC), 0);
    assert_int_equal(write(tasks[1], &answer->task, sizeof answer->task), sizeof answer->task);
    assert_int_equal(write(files[1], &answer->descriptor, sizeof answer->descriptor),
                     sizeof answer->descriptor);
    assert_true(write(files[1], answer->link,
                      answer->descriptor.head.size - sizeof answer->descriptor) >= 0);
    close(tasks[1]);
    close(files[1]);
    return (struct gather_census){tasks[0], files[0]};
}

static bool is_believed(const struct answer *answer, pid_t pid)
{
    struct snapshot snapshot;
    void *block = pass_with(census_of(answer), &snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);

    assert_non_null(process);
    const struct descriptor *descriptor = &snapshot.descriptors[process->descriptors.first];
    bool has_told_link =
        process->descriptors.count == 1 &&
        strcmp(snapshot_string(&snapshot, descriptor->target), answer->link) == 0;
    assert_int_equal(has_told_link, process->loginuid == 4711);
    assert_int_equal(has_told_link, process->ns_net == 1);
    assert_int_equal(has_told_link, process->descriptor_count == 1);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (told_facts & FACT_BIT(fact))
            assert_int_equal(process->facts[fact], FACT_KNOWN);
    free(block);
    return has_told_link;
}

static void who_slept_since_is_believed(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    assert_true(is_believed(&answer, pid));
    child_end(pid);
}

static void who_ran_since_is_read(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    answer.task.head.switches--;
    answer.descriptor.head.switches--;
    assert_false(is_believed(&answer, pid));
    child_end(pid);
}

static void who_has_the_pid_of_another_is_read(void **state)
{
    (void)state;
    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);

    answer.task.head.start_ns -= NS_PER_S;
    answer.descriptor.head.start_ns -= NS_PER_S;
    assert_false(is_believed(&answer, pid));
    child_end(pid);
}

static void who_was_told_of_and_is_gone_is_no_row(void **state)
{
    struct snapshot snapshot;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    child_end(pid);
    void *block = pass_with(census_of(&answer), &snapshot);
    assert_null(snapshot_find(&snapshot, pid));
    free(block);
}

/* A screen on so many that all that may wait does. */
static void what_is_told_is_not_put_off(void **state)
{
    const struct gather_request request = {
        .wanted = told_facts | FACT_BIT(FACT_MAPS),
        .may_put_off = true,
    };
    struct snapshot snapshot;
    struct gather *gather;
    const char *reason;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    answer.task.flags = CENSUS_CWD_IS_ROOT;
    const struct gather_options options = {.census = census_of(&answer)};
    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    gather->allowance_least_us = 0;
    void *block = fixture_gather(gather, &request, &snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_int_equal(process->facts[FACT_DESCRIPTORS], FACT_KNOWN);
    assert_int_equal(process->descriptor_count, 1);
    assert_int_equal(process->facts[FACT_LOGINUID], FACT_KNOWN);
    assert_int_equal(process->facts[FACT_CWD], FACT_KNOWN);
    assert_string_equal(snapshot_string(&snapshot, process->cwd), "/");
    assert_int_equal(process->facts[FACT_ROOT], FACT_PENDING);
    assert_int_equal(process->facts[FACT_MAPS], FACT_PENDING);
    free(block);
    gather_free(gather);
    child_end(pid);
}

static bool is_open_pipe(int fd, ino_t inode)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_ino == inode;
}

/* Its number may be another file's by then. */
static void it_is_closed_after_the_first_pass(void **state)
{
    const struct gather_request request = {.wanted = told_facts};
    struct snapshot snapshot;
    struct gather *gather;
    const char *reason;
    struct stat tasks, files;
    (void)state;

    pid_t pid = child_start(be_there, NULL);
    struct answer answer = answer_of(pid);
    const struct gather_options options = {.census = census_of(&answer)};
    assert_int_equal(fstat(options.census.tasks, &tasks), 0);
    assert_int_equal(fstat(options.census.descriptors, &files), 0);
    assert_int_equal(gather_new(&options, &gather, &reason), 0);
    free(fixture_gather(gather, &request, &snapshot));
    assert_false(is_open_pipe(options.census.tasks, tasks.st_ino));
    assert_false(is_open_pipe(options.census.descriptors, files.st_ino));
    gather_free(gather);
    child_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_are_told_as_they_read, make_scratch,
                                        remove_scratch),
        cmocka_unit_test(a_threads_own_descriptors_are_not_its_processs),
        cmocka_unit_test(places_are_told_as_they_read),
        cmocka_unit_test(pids_are_those_of_the_reader),
        cmocka_unit_test_setup_teardown(a_whole_crowd_is_the_same_either_way, make_scratch,
                                        remove_scratch),
        cmocka_unit_test(who_slept_since_is_believed),
        cmocka_unit_test(who_ran_since_is_read),
        cmocka_unit_test(who_has_the_pid_of_another_is_read),
        cmocka_unit_test(who_was_told_of_and_is_gone_is_no_row),
        cmocka_unit_test(what_is_told_is_not_put_off),
        cmocka_unit_test(it_is_closed_after_the_first_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
