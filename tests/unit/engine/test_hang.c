/* SPDX-License-Identifier: MIT */
/* The real /proc, and a process in it that makes its readers hang. While it
 * does, it makes ps and top hang too: this takes no longer than it must. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/engine.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/dead_fuse.h"

/* A promise of one second, and room for a machine that does much else. */
enum { PATIENCE_MS = 6000 };

/* Mounted while we may: an engine takes that away. */
static struct dead_fuse fuses[2];
static bool is_mounted;

static int mount_them(void **state)
{
    (void)state;
    is_mounted = geteuid() == 0 && dead_fuse_mount(&fuses[0], "/bin/sleep") &&
                 dead_fuse_mount(&fuses[1], "/bin/sleep");
    return 0;
}

/* Also when a case failed half way: nobody stays hung. */
static int abort_them(void **state)
{
    (void)state;
    for (size_t i = 0; is_mounted && i < sizeof fuses / sizeof *fuses; i++)
        dead_fuse_abort(&fuses[i]);
    return 0;
}

/* Holds a file of the dead file system, and executes something when told. */
static pid_t new_victim(const struct dead_fuse *fuse, int *ret_go)
{
    int ends[2];
    char byte;
    pid_t parent = getpid(), pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        close(fuse->device);
        close(fuse->hold);
        close(ends[1]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent || open(fuse->file, O_RDONLY | O_CLOEXEC) < 0 ||
            read(ends[0], &byte, 1) != 1)
            _exit(1);
        execl("/bin/sleep", "sleep", "60", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    *ret_go = ends[1];
    return pid;
}

static void read_name(pid_t pid, char (*ret_name)[SIGNAL_NAME_SIZE])
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(*ret_name, sizeof *ret_name, file));
    fclose(file);
    (*ret_name)[strcspn(*ret_name, "\n")] = '\0';
}

static unsigned blocked_facts(const struct process *process)
{
    unsigned count = 0;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        count += process->facts[fact] == FACT_BLOCKED;
    return count;
}

/* The victim's row, once it is so; the longest wait for any snapshot. */
static struct process await_row(struct engine *engine, pid_t pid, bool is_blocked,
                                uint64_t *ret_longest_ms)
{
    uint64_t end = crew_now_ms() + 30000, last = crew_now_ms();
    struct snapshot snapshot;

    *ret_longest_ms = 0;
    while (crew_now_ms() < end) {
        void *block = crew_next(engine, &snapshot);
        const struct process *found = snapshot_find(&snapshot, pid);
        struct process row = found ? *found : (struct process){0};

        free(block);
        if (crew_now_ms() - last > *ret_longest_ms)
            *ret_longest_ms = crew_now_ms() - last;
        last = crew_now_ms();
        if (found && (blocked_facts(&row) > 0) == is_blocked)
            return row;
    }
    fail_msg("the row never came");
    return (struct process){0};
}

/* Without packages: the wait for their database is of another kind. */
static struct engine *start(void)
{
    const struct engine_request request = {.wanted = FACT_ALL & ~FACT_BIT(FACT_PACKAGE),
                                           .interval_ms = 100};
    struct engine *engine;
    const char *reason = "";

    assert_int_equal(engine_start(&(struct engine_options){0}, &engine, &reason), 0);
    engine_request(engine, &request);
    return engine;
}

/* Its start time cannot be compared: then it must look like the one that was meant. It
 * takes no longer than a moment to find out, and it cannot die before the server does. */
static void signal_is_told_truthfully(struct engine *engine, pid_t pid, uint64_t starttime)
{
    struct signal_target target = {.pid = pid, .starttime = starttime, .uid = geteuid()};
    uint64_t start_ms = crew_now_ms();
    int error = 0, pin;

    assert_int_equal(engine_signal(engine, pid, starttime, SIGKILL, &error), SIGNAL_UNSURE);
    strcpy(target.name, "somebody else");
    assert_int_equal(engine_signal_to(engine, &target, SIGKILL, &error), SIGNAL_UNSURE);
    assert_true(crew_now_ms() - start_ms < PATIENCE_MS);
    read_name(pid, &target.name);
    pin = engine_pin(engine, &target, 1);
    assert_true(pin >= 0);
    assert_int_equal(engine_send(engine, pin, SIGKILL, 0), 0);
    struct signal_outcomes *outcomes = crew_await_stage(engine, pin, ENGINE_STAGE_AFTER);
    assert_int_equal(outcomes->count, 1);
    assert_int_equal(outcomes->items[0].result, SIGNAL_SENT);
    assert_int_equal(outcomes->items[0].state, 'D');
    free(outcomes);
}

static void the_list_goes_on_while_a_process_hangs_in_exec(void **state)
{
    struct dead_fuse *fuse = &fuses[0];
    uint64_t longest_ms;
    int go;
    (void)state;

    if (!is_mounted)
        skip();
    pid_t pid = new_victim(fuse, &go);
    uint64_t starttime = starttime_of(pid);
    struct engine *engine = start();
    struct process row = await_row(engine, pid, false, &longest_ms);
    assert_int_equal(row.starttime, starttime);

    assert_int_equal(write(go, "", 1), 1);
    row = await_row(engine, pid, true, &longest_ms);
    /* One read that hangs tells what else would. */
    assert_true(longest_ms < PATIENCE_MS);
    /* What never blocks is still told, and so is who it is. */
    assert_int_equal(row.starttime, starttime);
    assert_int_equal(row.facts[FACT_STATUS], FACT_KNOWN);
    /* Where environ was what hung first, it is not known which of its two locks. */
    assert_true(row.facts[FACT_CMDLINE] == FACT_KNOWN ||
                row.facts[FACT_ENVIRON] == FACT_BLOCKED);
    assert_int_equal(row.facts[FACT_STAT], FACT_BLOCKED);
    assert_int_equal(row.facts[FACT_EXE], FACT_BLOCKED);
    assert_true(row.blocked_since_ms > 0);

    signal_is_told_truthfully(engine, pid, starttime);

    uint64_t start_ms = crew_now_ms();
    engine_stop(engine);
    assert_true(crew_now_ms() - start_ms < PATIENCE_MS);
    dead_fuse_abort(fuse);
    sleeper_end(pid);
    close(go);
}

static pid_t new_sleeper_from(const struct dead_fuse *fuse)
{
    pid_t parent = getpid(), pid = fork();
    uint64_t end = crew_now_ms() + 5000;
    char path[64], exe[128];
    ssize_t length;

    if (pid == 0) {
        close(fuse->device);
        close(fuse->hold);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            execl(fuse->file, "sleep", "60", (char *)NULL);
        _exit(127);
    }
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    do {
        length = readlink(path, exe, sizeof exe - 1);
        exe[length > 0 ? length : 0] = '\0';
    } while (strcmp(exe, fuse->file) != 0 && crew_now_ms() < end);
    assert_string_equal(exe, fuse->file);
    return pid;
}

static void a_program_on_a_dead_server_costs_a_file_worker(void **state)
{
    struct dead_fuse *fuse = &fuses[1];
    struct crew crew;
    uint64_t longest_ms;
    (void)state;

    if (!is_mounted)
        skip();
    pid_t pid = new_sleeper_from(fuse);
    *fuse->is_dead = true;
    struct engine *engine = start();
    crew_find(&crew, crew_collector_of(engine));

    struct process row = await_row(engine, pid, true, &longest_ms);
    assert_true(longest_ms < PATIENCE_MS);
    assert_int_equal(row.facts[FACT_EXE], FACT_KNOWN);
    assert_int_equal(row.facts[FACT_EXE_FILE], FACT_BLOCKED);
    /* Killed, and still there: nobody waited for it. */
    assert_false(pidfd_ends_within(crew.pidfds[2], 0));
    uint64_t start_ms = crew_now_ms();
    engine_stop(engine);
    assert_true(crew_now_ms() - start_ms < PATIENCE_MS);
    dead_fuse_abort(fuse);
    assert_true(crew_is_gone_within(&crew, PATIENCE_MS));
    crew_release(&crew);
    sleeper_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_goes_on_while_a_process_hangs_in_exec),
        cmocka_unit_test(a_program_on_a_dead_server_costs_a_file_worker),
    };

    return cmocka_run_group_tests_name("hang", tests, mount_them, abort_them);
}
