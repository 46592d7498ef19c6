/* SPDX-License-Identifier: MIT */
/* The live kernel: children in known states, and their facts by pid. */
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/live.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <time.h>

#include "base/sha256.h"

static const char *text(const struct live *live, struct text_ref ref)
{
    return snapshot_string(&live->snapshot, ref);
}

/* A program that can be removed. */
static const char *copy_sleep(void)
{
    scratch_run("cp \"$(command -v sleep)\" nap");
    return scratch_path("nap");
}

static void a_deleted_executable_has_no_link_left(void **state)
{
    const char *path = copy_sleep();
    struct sha256 expected;
    struct live live;
    char shown[96];
    (void)state;

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(sha256_of_file(fd, 1 << 30, &expected), 0);
    close(fd);
    pid_t pid = child_start(child_sleep, path);
    open_eyes(&live);
    const struct process *process = see(&live, pid);
    assert_string_equal(text(&live, process->exe), path);
    assert_int_equal(process->exe_file.nlink, 1);
    assert_int_equal(process->exe_file.flags & (EXE_PATH_EXISTS | EXE_PATH_IS_SAME),
                     EXE_PATH_EXISTS | EXE_PATH_IS_SAME);
    assert_true(process->maps_flags & MAPS_EXE_IS_MAPPED);

    /* A gatherer of its own: what is at a path is remembered for a while. */
    close_eyes(&live);
    snprintf(shown, sizeof shown, "%s (deleted)", path);
    assert_int_equal(unlink(path), 0);
    open_eyes_as(&live, &(struct gather_options){0});
    look_for(&live, &(struct gather_request){.wanted = FACT_ALL, .focus_pid = pid});
    process = see(&live, pid);
    assert_string_equal(text(&live, process->exe), shown);
    assert_int_equal(process->exe_file.nlink, 0);
    assert_false(process->exe_file.flags & EXE_PATH_EXISTS);
    if (process->exe_file.flags & EXE_ON_LOCAL_FS) {
        assert_int_equal(process->facts[FACT_SHA256], FACT_KNOWN);
        assert_memory_equal(process->sha256.bytes, expected.bytes, SHA256_SIZE);
    }
    close_eyes(&live);
    child_end(pid);
}

static void run_from_memory(const void *path, int ready)
{
    char block[65536];
    char *const arguments[] = {"[kworker/9:9]", "1000", NULL}, *const nothing[] = {NULL};
    int from = open(path, O_RDONLY | O_CLOEXEC), memory = memfd_create("a", MFD_CLOEXEC);
    ssize_t got;
    (void)ready;

    while ((got = read(from, block, sizeof block)) > 0)
        if (write(memory, block, (size_t)got) != got)
            _exit(1);
    fexecve(memory, arguments, nothing);
    _exit(1);
}

static void a_memfd_executable_is_no_path(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(run_from_memory, copy_sleep());
    open_eyes(&live);
    const struct process *process = see(&live, pid);
    assert_true(exe_is_memfd(text(&live, process->exe)));
    assert_int_equal(process->exe_file.flags, EXE_ON_LOCAL_FS);
    assert_string_equal(text(&live, process->cmdline), "[kworker/9:9]");
    assert_false(process_is_kernel_thread(process));
    assert_true(process->maps.count > 0);
    close_eyes(&live);
    child_end(pid);
}

static bool map_wx(void)
{
    return mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static void make_wx(const void *argument, int ready)
{
    (void)argument;
    if (!map_wx())
        _exit(1);
    child_ready(ready);
}

static void writable_and_executable_memory_is_seen(void **state)
{
    struct live live;
    uint32_t found = 0;
    (void)state;

    pid_t pid = child_start(make_wx, NULL);
    open_eyes(&live);
    const struct process *process = see(&live, pid);
    for (uint32_t i = 0; i < process->maps.count; i++) {
        const struct map *map = &live.snapshot.maps[process->maps.first + i];

        assert_true(map->permissions & MAP_EXECUTE); /* nothing else is kept */
        if (map->permissions == (MAP_READ | MAP_WRITE | MAP_EXECUTE) &&
            map->end - map->start == 8192 && map->inode == 0)
            found++;
    }
    assert_int_equal(found, 1);
    assert_int_equal(see(&live, getpid())->maps.count, 0);
    close_eyes(&live);
    child_end(pid);
}

static void run_preloaded(const void *argument, int ready)
{
    char *const arguments[] = {"sleep", "1000", NULL};
    char *const variables[] = {"A=1", "LD_PRELOAD=libc.so.6", "LD_LIBRARY_PATH=/nonexistent",
                               NULL};
    (void)argument;
    (void)ready;

    execve("/bin/sleep", arguments, variables);
    _exit(1);
}

static void preload_comes_from_the_environment(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(run_preloaded, NULL);
    open_eyes(&live);
    const struct process *process = see(&live, pid);
    assert_int_equal(process->environ_flags,
                     ENVIRON_HAS_LD_PRELOAD | ENVIRON_HAS_LD_LIBRARY_PATH);
    assert_string_equal(text(&live, process->ld_preload), "libc.so.6");
    assert_int_equal(process->cmdline.length, sizeof "sleep" + sizeof "1000");
    close_eyes(&live);
    child_end(pid);
}

static void a_traced_process_names_its_tracer(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(make_wx, NULL);
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
    open_eyes(&live);
    assert_int_equal(see(&live, pid)->tracer_pid, getpid());
    assert_int_equal(see(&live, getpid())->tracer_pid, 0);
    close_eyes(&live);
    child_end(pid);
}

static void take_a_name(const void *name, int ready)
{
    prctl(PR_SET_NAME, name);
    child_ready(ready);
}

static void any_name_is_read_as_it_is(void **state)
{
    static const char *const names[] = {
        ") S 1 (", "a\nUid:\t0", "\033[2J\007", "\xff\xfe", "back\\slash", "sshd ", "",
    };
    enum { NAME_COUNT = sizeof names / sizeof *names };
    pid_t pids[NAME_COUNT];
    struct live live;
    (void)state;

    for (size_t i = 0; i < NAME_COUNT; i++)
        pids[i] = child_start(take_a_name, names[i]);
    open_eyes(&live);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        const struct process *process = see(&live, pids[i]);

        assert_string_equal(text(&live, process->comm), names[i]);
        assert_int_equal(process->ppid, getpid());
        assert_int_equal(process->uid[1], geteuid());
        child_end(pids[i]);
    }
    close_eyes(&live);
}

static void *get_ready(void *argument)
{
    child_ready(*(int *)argument);
    return child_thread_rest(NULL);
}

static void leave_threads_behind(const void *argument, int ready)
{
    static int ready_copy;
    pthread_t thread;
    (void)argument;

    ready_copy = ready;
    if (!map_wx() || pthread_create(&thread, NULL, get_ready, &ready_copy) != 0)
        _exit(1);
    pthread_exit(NULL);
}

static bool looks_like_zombie(pid_t pid)
{
    char path[64], line[256] = "";

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    return strstr(line, ") Z ") != NULL;
}

/* Its directory shows a zombie without memory; its threads run on. */
static void an_exited_first_thread_hides_nothing(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(leave_threads_behind, NULL);
    open_eyes(&live);
    for (int tries = 0; !looks_like_zombie(pid); tries++) {
        assert_true(tries < 5000);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    look(&live);
    const struct process *process = see(&live, pid);
    assert_int_equal(process->threads, 2);
    assert_false(process_is_zombie(process));
    assert_int_equal(process->facts[FACT_MAPS], FACT_KNOWN);
    assert_int_equal(process->facts[FACT_NAMESPACES], FACT_KNOWN);
    assert_true(process->maps.count > 0);
    assert_true(process->exe.length > 0);
    assert_true(process->descriptor_count > 0);
    close_eyes(&live);
    child_end(pid);
}

static void exit_at_once(const void *argument, int ready)
{
    (void)argument;
    (void)ready;
    _exit(0);
}

static void a_zombie_has_nothing_and_is_known_to(void **state)
{
    siginfo_t info;
    struct live live;
    (void)state;

    pid_t pid = child_start(exit_at_once, NULL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    open_eyes(&live);
    const struct process *process = see(&live, pid);
    assert_true(process_is_zombie(process));
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        assert_int_not_equal(process->facts[fact], FACT_FAILED);
    assert_int_equal(process->exe.length, 0);
    child_end(pid);
    look(&live);
    assert_null(snapshot_find(&live.snapshot, pid));
    close_eyes(&live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deleted_executable_has_no_link_left),
        cmocka_unit_test(a_memfd_executable_is_no_path),
        cmocka_unit_test(writable_and_executable_memory_is_seen),
        cmocka_unit_test(preload_comes_from_the_environment),
        cmocka_unit_test(a_traced_process_names_its_tracer),
        cmocka_unit_test(any_name_is_read_as_it_is),
        cmocka_unit_test(an_exited_first_thread_hides_nothing),
        cmocka_unit_test(a_zombie_has_nothing_and_is_known_to),
    };
    alone_begin();
    return cmocka_run_group_tests_name("live", tests, scratch_setup, scratch_teardown);
}
