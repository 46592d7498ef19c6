/* SPDX-License-Identifier: MIT */
#include "base/fatal.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

static void restore(void)
{
    if (write(STDERR_FILENO, "restored; ", strlen("restored; ")) < 0)
        _exit(1);
}

/* Else the message would stand on a screen that nobody can read. */
static void restores_the_terminal_before_it_speaks(void **state)
{
    char text[128] = "";
    int status, file = memfd_create("stderr", MFD_CLOEXEC);
    (void)state;

    assert_true(file >= 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(file, STDERR_FILENO);
        fatal_set_hook(restore);
        fatal("no %s left", "rows");
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), FATAL_EXIT_STATUS);
    assert_true(pread(file, text, sizeof text - 1, 0) > 0);
    assert_string_equal(text, "restored; procwatch: no rows left\n");
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restores_the_terminal_before_it_speaks),
    };

    return cmocka_run_group_tests_name("fatal", tests, NULL, NULL);
}
