/* SPDX-License-Identifier: MIT */
/* Each system call of a save is made to fail, and to be the last, in turn. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "tests/unit/settings/saving.h"

/*
 * Every system call of a save goes through here (ld --wrap): the call whose turn it
 * is fails, or the process dies before it.
 */
static struct {
    int turn; /* 0: never */
    int error;
    bool kills;
    int calls;
} injection;

static bool is_its_turn(void)
{
    if (++injection.calls != injection.turn)
        return false;
    if (injection.kills)
        kill(getpid(), SIGKILL);
    errno = injection.error;
    return true;
}

#define WRAP(type, name, parameters, arguments)              \
    type __real_##name parameters;                           \
    type __wrap_##name parameters;                           \
    type __wrap_##name parameters                            \
    {                                                        \
        return is_its_turn() ? -1 : __real_##name arguments; \
    }

WRAP(ssize_t, pwrite, (int fd, const void *bytes, size_t length, off_t offset),
     (fd, bytes, length, offset))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, ftruncate, (int fd, off_t length), (fd, length))
WRAP(int, fallocate, (int fd, int mode, off_t offset, off_t length), (fd, mode, offset, length))
WRAP(int, unlinkat, (int at, const char *path, int flags), (at, path, flags))
WRAP(int, linkat, (int from, const char *old, int to, const char *new, int flags),
     (from, old, to, new, flags))
WRAP(int, renameat, (int from, const char *old, int to, const char *new), (from, old, to, new))
WRAP(int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags),
     (from, old, to, new, flags))
WRAP(int, flock, (int fd, int operation), (fd, operation))
WRAP(ssize_t, getrandom, (void *bytes, size_t length, unsigned flags), (bytes, length, flags))
WRAP(ssize_t, flistxattr, (int fd, char *list, size_t size), (fd, list, size))

int __real_openat(int at, const char *path, int flags, ...);
int __wrap_openat(int at, const char *path, int flags, mode_t mode);
int __wrap_openat(int at, const char *path, int flags, mode_t mode)
{
    return is_its_turn() ? -1 : __real_openat(at, path, flags, mode);
}

static void begin_anew(void)
{
    assert_int_equal(scratch_remove(), 0);
    assert_true(scratch_make());
    scratch_write("c.yaml", old_text, 0640);
}

/* Whatever call fails: the text is the old one, or the new one and that is said. */
static void each_failing_call_leaves_old_or_new(void **state)
{
    (void)state;
    static const int errors[] = {EIO, ENOSPC, EACCES, EROFS, EPERM, ENOMEM};
    static const unsigned ways[] = {0, SAVE_NO_BACKUP, SAVE_IN_PLACE};

    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
        for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
            for (int turn = 1;; turn++) {
                begin_anew();
                injection.calls = 0;
                injection.turn = turn;
                injection.error = errors[i];
                enum save_result result = save_as("c.yaml", ways[way]);
                int calls = injection.calls;
                injection.turn = 0;

                char *text = stored_text("c.yaml");
                bool is_old = strcmp(text, old_text) == 0, is_new = strcmp(text, new_text) == 0;
                if (!is_old && !is_new)
                    print_error("way %zu error %d call %d: %s\n", way, errors[i], turn, text);
                assert_true(is_old || is_new);
                if (result == SAVE_DONE)
                    assert_true(is_new);
                free(text);
                if (calls < turn) {
                    assert_true(turn > 5); /* the calls do pass through here */
                    break;
                }
            }
}

/* Killed before any of its calls, a save leaves the old or the new text; in place,
 * the old one is in the backup when it is in neither. */
static void death_at_each_call_leaves_old_or_new(void **state)
{
    (void)state;
    static const unsigned ways[] = {0, SAVE_NO_BACKUP, SAVE_IN_PLACE};

    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        int status = 0;

        for (int turn = 1; turn == 1 || WIFSIGNALED(status); turn++) {
            begin_anew();
            pid_t child = fork();
            if (child == 0) {
                injection.turn = turn;
                injection.kills = true;
                _exit(save_as("c.yaml", ways[way]) != SAVE_DONE);
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            char *text = stored_text("c.yaml"), *backup = stored_text("c.yaml~");
            assert_true(strcmp(text, old_text) == 0 || strcmp(text, new_text) == 0 ||
                        (ways[way] == SAVE_IN_PLACE && strcmp(backup, old_text) == 0));
            free(text);
            free(backup);
            if (ways[way] != SAVE_IN_PLACE) /* and the next save just works */
                assert_int_equal(save_as("c.yaml", ways[way]), SAVE_DONE);
        }
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_failing_call_leaves_old_or_new, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(death_at_each_call_leaves_old_or_new, enter,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("save_failures", tests, NULL, NULL);
}
