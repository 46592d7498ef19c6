/* SPDX-License-Identifier: MIT */
/* Live tuning asks the kernel nothing. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "engine/whatif.h"
#include "tests/bench/crowd.h"
#include "tests/support/test.h"

enum { CROWD = 10000 };

struct edits {
    struct refresh refresh;
    struct whatif whatif;
    struct thresholds saved_thresholds, thresholds;
    struct scoring_options saved, options;
};

/* A weight up, an entry of the whitelist, every threshold to elsewhere. */
static void edit(struct edits *edits)
{
    edits->options.weights[heuristics_find("high_cpu")] = 4;
    refresh_score(&edits->refresh, &edits->options);
    whatif_compare(&edits->whatif, &edits->refresh, &edits->saved_thresholds, &edits->saved);

    edits->thresholds.cpu_high = 1;
    edits->thresholds.many_conns = 0;
    port_set_add(&edits->thresholds.ports, 5432);
    refresh_tune(&edits->refresh, &edits->thresholds, &edits->options);
    whatif_compare(&edits->whatif, &edits->refresh, &edits->saved_thresholds, &edits->saved);

    /* And undone. */
    edits->options.weights[heuristics_find("high_cpu")] = 1;
    edits->thresholds = edits->saved_thresholds;
    refresh_tune(&edits->refresh, &edits->thresholds, &edits->options);
}

static void edits_init(struct edits *edits)
{
    const char *reason;
    size_t size;
    void *block = crowd_new(CROWD, 0, &size);

    *edits = (struct edits){0};
    thresholds_init(&edits->thresholds);
    thresholds_init(&edits->saved_thresholds);
    scoring_options_init(&edits->options);
    scoring_options_init(&edits->saved);
    assert_null(whitelist_add(&edits->options.whitelist, WHITELIST_PATTERN, "/opt/agent/*"));
    assert_true(refresh_adopt(&edits->refresh, block, size, &reason));
    refresh_assess(&edits->refresh, &edits->saved_thresholds, &edits->saved);
    edit(edits); /* what memory it takes, it has taken */
}

static void edits_release(struct edits *edits)
{
    scoring_options_release(&edits->options);
    scoring_options_release(&edits->saved);
    whatif_release(&edits->whatif);
    refresh_release(&edits->refresh);
}

#ifdef WITH_SANITIZERS
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

/* From here on any other call is the end of this process. Where the clock cannot be
 * read without the kernel, it may be. */
static bool forbid_calls(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void an_edit_makes_no_system_call(void **state)
{
    struct edits edits;
    int status = 0;

    (void)state;
    if (IS_SANITIZED)
        skip(); /* the sanitizer makes them */
    edits_init(&edits);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!forbid_calls())
            _exit(77);
        edit(&edits);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    edits_release(&edits);
}

/* The filter bites: reading anything ends the child. */
static void a_system_call_would_be_noticed(void **state)
{
    int status = 0;

    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!forbid_calls())
            _exit(77);
        _exit(getppid() == 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edit_makes_no_system_call),
        cmocka_unit_test(a_system_call_would_be_noticed),
    };

    return cmocka_run_group_tests_name("engine/rescore", tests, NULL, NULL);
}
