/* SPDX-License-Identifier: MIT */
/* What each of our processes is left with, read from the kernel. */
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "engine/engine.h"
#include "engine/privilege.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static const unsigned long long can_read_files = 1ULL << 2;   /* CAP_DAC_READ_SEARCH */
static const unsigned long long can_signal = 1ULL << 5;       /* CAP_KILL */
static const unsigned long long can_read_others = 1ULL << 19; /* CAP_SYS_PTRACE */

/* A claim runs in a child, because what is given up does not come back; it ends
 * with the number of the first line that does not hold, or 0. */
#define CLAIM(holds)               \
    do {                           \
        if (!(holds))              \
            _exit(__LINE__ % 256); \
    } while (0)

static void assert_claim(void (*claim)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        claim();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("the claim at line %d (of 256) does not hold", WEXITSTATUS(status));
}

static bool has_exactly(pid_t pid, unsigned long long capabilities)
{
    return status_number(pid, "CapEff:", 16) == capabilities &&
           status_number(pid, "CapPrm:", 16) == capabilities &&
           status_number(pid, "CapInh:", 16) == 0 && status_number(pid, "CapAmb:", 16) == 0 &&
           status_number(pid, "CapBnd:", 16) == 0 && status_number(pid, "NoNewPrivs:", 10) == 1;
}

static struct engine *start(struct crew *crew)
{
    const struct engine_request request = {.wanted = FACT_ALL, .interval_ms = 20};
    const char *reason = "";
    struct snapshot snapshot;
    struct engine *engine;

    CLAIM(engine_start(&(struct engine_options){0}, &engine, &reason) == 0);
    engine_request(engine, &request);
    void *block = crew_next(engine, &snapshot);
    crew_find(crew, snapshot.header->collector_pid);
    free(block);
    return engine;
}

static void claim_root(void)
{
    unsigned long long all = status_number(getpid(), "CapEff:", 16);
    struct crew crew;
    struct engine *engine = start(&crew);

    CLAIM(status_number(crew.keeper, "CapEff:", 16) == all);
    CLAIM(status_number(crew.keeper, "NoNewPrivs:", 10) == 1);
    const pid_t readers[] = {crew.collector, crew.file_worker};
    for (size_t i = 0; i < 2; i++) {
        CLAIM(status_number(readers[i], "Uid:", 10) != 0);
        CLAIM(status_number(readers[i], "Gid:", 10) != 0);
        CLAIM(has_exactly(readers[i], can_read_files | can_read_others));
    }
    /* Us: able to load a configuration, then to do nothing. */
    CLAIM(geteuid() == 0);
    CLAIM(has_exactly(getpid(), can_read_files));
    CLAIM(engine_confine(engine) == 0);
    CLAIM(has_exactly(getpid(), 0));
    /* What is left is enough to end them all. */
    engine_stop(engine);
    CLAIM(crew_is_gone_within(&crew, 0));
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
        cmocka_unit_test_setup(a_user_loses_what_could_be_gained, set_up),
        cmocka_unit_test(the_actor_can_signal_and_look),
        cmocka_unit_test(describes_what_is_left),
    };

    return cmocka_run_group_tests_name("privilege", tests, NULL, NULL);
}
