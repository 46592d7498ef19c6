/* SPDX-License-Identifier: MIT */
/* What each of our processes is left with, read from the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "engine/engine.h"
#include "engine/filter.h"
#include "engine/privilege.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static const unsigned long long can_read_files = 1ULL << 2;   /* CAP_DAC_READ_SEARCH */
static const unsigned long long can_signal = 1ULL << 5;       /* CAP_KILL */
static const unsigned long long can_read_others = 1ULL << 19; /* CAP_SYS_PTRACE */

/* In a child, because what is given up does not come back. */
static void assert_claim(void (*claim)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        claim();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static bool has_exactly(pid_t pid, unsigned long long capabilities)
{
    return status_number(pid, "CapEff:", 16) == capabilities &&
           status_number(pid, "CapPrm:", 16) == capabilities &&
           status_number(pid, "CapInh:", 16) == 0 && status_number(pid, "CapAmb:", 16) == 0 &&
           status_number(pid, "CapBnd:", 16) == 0 && status_number(pid, "NoNewPrivs:", 10) == 1;
}

/* A filter (2) or none; where there is no libseccomp, none. */
static bool is_filtered(pid_t pid, bool expected)
{
#ifdef WITH_SANITIZERS
    expected = false;
#endif
    return status_number(pid, "Seccomp:", 10) == (expected && filter_is_available() ? 2 : 0);
}

static struct engine *start(struct crew *crew)
{
    const struct engine_request request = {.wanted = FACT_ALL, .interval_ms = 20};
    const char *reason = "";
    struct engine *engine;

    CLAIM(engine_start(&(struct engine_options){0}, &engine, &reason) == 0);
    engine_request(engine, &request);
    crew_find(crew, crew_collector_of(engine));
    return engine;
}

static void claim_root(void)
{
    unsigned long long all = status_number(getpid(), "CapEff:", 16);
    struct crew crew;
    struct engine *engine = start(&crew);

    CLAIM(status_number(crew.keeper, "CapEff:", 16) == all);
    CLAIM(status_number(crew.keeper, "NoNewPrivs:", 10) == 1);
    CLAIM(is_filtered(crew.keeper, false));
    const pid_t readers[] = {crew.collector, crew.file_worker};
    for (size_t i = 0; i < 2; i++) {
        CLAIM(status_number(readers[i], "Uid:", 10) != 0);
        CLAIM(status_number(readers[i], "Gid:", 10) != 0);
        CLAIM(has_exactly(readers[i], can_read_files | can_read_others));
        CLAIM(is_filtered(readers[i], true));
    }
    /* Us: able to load a configuration, then to do nothing. */
    CLAIM(geteuid() == 0);
    CLAIM(has_exactly(getpid(), can_read_files));
    CLAIM(engine_confine(engine) == 0);
    CLAIM(has_exactly(getpid(), 0));
    CLAIM(is_filtered(getpid(), true));
    /* What is left is enough to end them all. */
    engine_stop(engine);
    CLAIM(crew_is_gone_within(&crew, 0));
}

/* So many censuses are opened for a first pass with that request, and none by the
 * collector that takes over. */
static void claim_censuses(bool may_load_bpf, fact_mask wanted, unsigned count)
{
    const struct engine_request request = {
        .wanted = wanted, .interval_ms = 20, .may_load_bpf = may_load_bpf};
    const char *reason = "";
    struct snapshot snapshot;
    struct engine *engine;
    int32_t first = 0, now;

    fake_gather_init();
    CLAIM(engine_start(&(struct engine_options){0}, &engine, &reason) == 0);
    engine_request(engine, &request);
    do {
        void *block = crew_next(engine, &snapshot);
        now = snapshot.header->collector_pid;
        free(block);
        if (first == 0) {
            first = now;
            CLAIM(fake_gather->censuses == count);
            fake_gather->crashes = 1;
        }
    } while (now == first);
    CLAIM(fake_gather->censuses == count);
    engine_stop(engine);
}

static void claim_census(void)
{
    claim_censuses(true, FACT_ALL, 1);
}

static void claim_no_census(void)
{
    claim_censuses(false, FACT_ALL, 0);
}

static void claim_no_census_without_descriptors(void)
{
    claim_censuses(true, FACT_ALL & ~FACT_BIT(FACT_DESCRIPTORS), 0);
}

static void claim_user(void)
{
    struct crew crew;

    CLAIM(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0 &&
          setresuid(65534, 65534, 65534) == 0);
    struct engine *engine = start(&crew);
    const pid_t pids[] = {crew.keeper, crew.collector, crew.file_worker, getpid()};
    CLAIM(engine_confine(engine) == 0);
    for (size_t i = 0; i < 4; i++) {
        CLAIM(status_number(pids[i], "CapEff:", 16) == 0);
        CLAIM(status_number(pids[i], "NoNewPrivs:", 10) == 1);
        CLAIM(status_number(pids[i], "Uid:", 10) == 65534);
        CLAIM(is_filtered(pids[i], pids[i] != crew.keeper));
    }
    engine_stop(engine);
    CLAIM(crew_is_gone_within(&crew, 0));
}

static void claim_actor(void)
{
    CLAIM(privilege_drop(PRIVILEGE_ACTOR) == 0);
    CLAIM(geteuid() == 0);
    CLAIM(has_exactly(getpid(), can_signal | can_read_others));
}

/* Ends when we do. Not by the parent's death signal: who became another user may not
 * send one. */
static pid_t new_victim(void)
{
    int ends[2];
    char byte;

    CLAIM(pipe(ends) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) != 0);
    }
    CLAIM(pid > 0);
    close(ends[0]);
    return pid;
}

/* What a hijacked reader would try with its CAP_SYS_PTRACE. */
static void claim_reader(void)
{
    char path[64];
    int memory = memfd_create("letters", 0), other = memfd_create("other", 0);
    pid_t victim = new_victim();

    snprintf(path, sizeof path, "/proc/%d/mem", victim);
    CLAIM(privilege_drop(PRIVILEGE_READER) == 0);
    CLAIM(filter_apply(FILTER_READER, &memory, 1) == 0);
    CLAIM(ptrace(PTRACE_ATTACH, victim, NULL, NULL) < 0 && errno == EPERM);
    CLAIM(kill(victim, SIGKILL) < 0 && errno == EPERM);
    CLAIM(open(path, O_RDWR) < 0 && errno == EPERM);
    CLAIM(open("/tmp/procwatch-filter", O_WRONLY | O_CREAT, 0600) < 0 && errno == EPERM);
    CLAIM(unlink("/tmp/procwatch-filter") < 0 && errno == EPERM);
    CLAIM(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM);
    CLAIM(pwrite(other, "x", 1, 0) < 0 && errno == EPERM);
    CLAIM(write(other, "x", 1) < 0 && errno == EPERM);
    CLAIM(dup2(other, memory) < 0 && errno == EPERM);
    CLAIM(close(memory) < 0 && errno == EPERM);
    /* And what it must be able to do. */
    CLAIM(pwrite(memory, "x", 1, 0) == 1);
    CLAIM(kill(getpid(), 0) == 0);
    CLAIM(open("/proc/self/status", O_RDONLY) >= 0);
    CLAIM(close(other) == 0);
    CLAIM(socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) >= 0);
}

/* It may do to others what its capabilities let it. */
static void claim_deed(void)
{
    pid_t victim = new_victim();

    CLAIM(privilege_drop(PRIVILEGE_ACTOR) == 0);
    CLAIM(filter_apply(FILTER_DEED, NULL, 0) == 0);
    CLAIM(ptrace(PTRACE_ATTACH, victim, NULL, NULL) < 0 && errno == EPERM);
    CLAIM(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM);
    CLAIM(kill(victim, SIGKILL) == 0);
}

static void claim_screen(void)
{
    pid_t victim = new_victim();
    int status;

    CLAIM(privilege_drop(PRIVILEGE_SCREEN) == 0);
    CLAIM(filter_apply(FILTER_SCREEN, NULL, 0) == 0);
    CLAIM(ptrace(PTRACE_ATTACH, victim, NULL, NULL) < 0 && errno == EPERM);
    pid_t editor = fork();
    if (editor == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    CLAIM(waitpid(editor, &status, 0) == editor && status == 0);
}

static void claim_nothing_but_showing(struct engine *engine)
{
    pid_t victim = new_victim();

    CLAIM(engine_confine(engine) == 0);
    CLAIM(kill(victim, SIGKILL) < 0 && errno == EPERM);
    CLAIM(fork() < 0 && errno == EPERM);
    CLAIM(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM);
    CLAIM(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
    CLAIM(open("/tmp/procwatch-filter", O_WRONLY | O_CREAT, 0600) < 0 && errno == EPERM);
    CLAIM(open("/etc/passwd", O_RDWR) < 0 && errno == EPERM);
    CLAIM(rename("/tmp/procwatch-filter", "/tmp/x") < 0 && errno == EPERM);
    CLAIM(open("/etc/passwd", O_RDONLY) >= 0);
}

static void claim_sealed(void)
{
    const struct engine_options options = {.is_readonly = true, .is_sealed = true};
    const char *reason = "";
    struct engine *engine;

    CLAIM(engine_start(&options, &engine, &reason) == 0);
    claim_nothing_but_showing(engine);
    engine_stop(engine);
}

/* What is shown is read from a file. */
static void claim_sealed_without_an_engine(void)
{
    claim_nothing_but_showing(NULL);
}

static void claim_described(void)
{
    struct strbuf text = {0};

    CLAIM(privilege_drop(PRIVILEGE_SCREEN) == 0);
    privilege_describe(&text);
#ifdef WITH_SANITIZERS
    CLAIM(strcmp(text.bytes, "uid 0, no capabilities, no new privileges") == 0);
#else
    CLAIM(strcmp(text.bytes, "uid 0, no capabilities, no new privileges, not dumpable") == 0);
#endif
    strbuf_release(&text);
}

static void root_is_given_up_by_all_but_the_keeper(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_claim(claim_root);
}

static void a_census_is_taken_once_where_it_may_be(void **state)
{
    (void)state;
    if (!privilege_may_load_bpf())
        skip();
    assert_claim(claim_census);
    assert_claim(claim_no_census);
    assert_claim(claim_no_census_without_descriptors);
}

static void a_user_loses_what_could_be_gained(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_claim(claim_user);
}

static void the_actor_can_signal_and_look(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_claim(claim_actor);
}

static void describes_what_is_left(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_claim(claim_described);
}

static bool has_filters(void)
{
#ifdef WITH_SANITIZERS
    return false;
#else
    return filter_is_available();
#endif
}

static void a_reader_can_do_nothing_but_read(void **state)
{
    (void)state;
    if (!has_filters())
        skip();
    assert_claim(claim_reader);
}

static void a_deed_executes_nothing(void **state)
{
    (void)state;
    if (!has_filters())
        skip();
    assert_claim(claim_deed);
}

static void a_screen_traces_nobody_and_may_start_an_editor(void **state)
{
    (void)state;
    if (!has_filters())
        skip();
    assert_claim(claim_screen);
}

static void a_sealed_screen_can_do_nothing_but_show(void **state)
{
    (void)state;
    if (!has_filters())
        skip();
    assert_claim(claim_sealed);
    assert_claim(claim_sealed_without_an_engine);
}

static int set_up(void **state)
{
    (void)state;
    fake_gather_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(root_is_given_up_by_all_but_the_keeper, set_up),
        cmocka_unit_test(a_census_is_taken_once_where_it_may_be),
        cmocka_unit_test_setup(a_user_loses_what_could_be_gained, set_up),
        cmocka_unit_test(the_actor_can_signal_and_look),
        cmocka_unit_test(describes_what_is_left),
        cmocka_unit_test(a_reader_can_do_nothing_but_read),
        cmocka_unit_test(a_deed_executes_nothing),
        cmocka_unit_test(a_screen_traces_nobody_and_may_start_an_editor),
        cmocka_unit_test_setup(a_sealed_screen_can_do_nothing_but_show, set_up),
    };

    return cmocka_run_group_tests_name("privilege", tests, NULL, NULL);
}
