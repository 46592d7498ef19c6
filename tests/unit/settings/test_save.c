/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "settings/save.h"
#include "tests/support/scratch.h"

static const char old_text[] = "min_score: 3.0 # old\n";
static const char new_text[] = "min_score: 2.5 # new, and longer than the old one\n";

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

static char *read_text(const char *name)
{
    struct config_file file;

    assert_int_equal(config_file_read(&file, scratch_path(name)), 0);
    char *text = file.exists ? strdup(strbuf_string(&file.text)) : NULL;
    config_file_release(&file);
    return text;
}

static void assert_text(const char *name, const char *expected)
{
    char *text = read_text(name);

    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
    free(text);
}

/* Names of temporary files that were left behind. */
static int count_leftovers(void)
{
    struct strbuf command = {0};
    int count = -1;

    strbuf_add_format(&command, "ls -A %s | grep -c '[.]procwatch[.]'", scratch);
    FILE *pipe = popen(strbuf_string(&command), "r");
    assert_int_equal(fscanf(pipe, "%d", &count), 1);
    pclose(pipe);
    strbuf_release(&command);
    return count;
}

static enum save_result save_as(const char *name, unsigned flags)
{
    struct config_file file;
    struct strbuf error = {0};

    assert_int_equal(config_file_read(&file, scratch_path(name)), 0);
    enum save_result result = config_file_save(&file, span_of_string(new_text), flags, &error);
    assert_int_equal(error.length > 0, result != SAVE_DONE);
    if (result == SAVE_DONE)
        assert_false(config_file_has_changed(&file));
    config_file_release(&file);
    strbuf_release(&error);
    return result;
}

static void clear(void)
{
    struct strbuf command = {0};

    strbuf_add_format(&command, "rm -rf %s/* %s/.[a-z]*", scratch, scratch);
    assert_int_equal(system(strbuf_string(&command)), 0);
    strbuf_release(&command);
}

static void keeps_mode_owner_and_a_backup(void **state)
{
    (void)state;
    struct stat status;
    char value[8] = "";

    clear();
    scratch_write("c.yaml", old_text, 0640);
    bool has_attributes = setxattr(scratch_path("c.yaml"), "user.note", "kept", 4, 0) == 0;
    if (geteuid() == 0)
        assert_int_equal(chown(scratch_path("c.yaml"), 1234, 4321), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE);
    assert_text("c.yaml", new_text);
    assert_text("c.yaml~", old_text);
    assert_int_equal(stat(scratch_path("c.yaml"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(status.st_nlink, 1);
    if (geteuid() == 0) {
        assert_int_equal(status.st_uid, 1234);
        assert_int_equal(status.st_gid, 4321);
    }
    if (has_attributes) {
        assert_int_equal(getxattr(scratch_path("c.yaml"), "user.note", value, sizeof value), 4);
        assert_string_equal(value, "kept");
    }
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE); /* the backup rotates */
    assert_text("c.yaml~", new_text);
    assert_int_equal(count_leftovers(), 0);
}

static void makes_a_new_file_and_its_directories(void **state)
{
    (void)state;
    struct stat status;

    clear();
    assert_int_equal(save_as("a/b/c.yaml", 0), SAVE_DONE);
    assert_text("a/b/c.yaml", new_text);
    assert_text("a/b/c.yaml~", NULL);
    assert_int_equal(stat(scratch_path("a/b/c.yaml"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(scratch_path("a"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static void writes_through_symbolic_links(void **state)
{
    (void)state;
    struct stat status;

    clear();
    mkdir(scratch_path("d"), 0700);
    scratch_write("d/real.yaml", old_text, 0600);
    assert_int_equal(symlink("d/real.yaml", scratch_path("c.yaml")), 0);
    assert_int_equal(symlink("nowhere", scratch_path("dangling.yaml")), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE);
    assert_int_equal(lstat(scratch_path("c.yaml"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_text("d/real.yaml", new_text);
    assert_text("d/real.yaml~", old_text);
    assert_int_equal(save_as("dangling.yaml", 0), SAVE_FAILED);
    assert_text("nowhere", NULL);
}

static void root_follows_no_link_that_others_could_plant(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();

    clear();
    scratch_write("real.yaml", old_text, 0600);
    mkdir(scratch_path("open"), 0700);
    assert_int_equal(chmod(scratch_path("open"), 0777), 0);
    assert_int_equal(symlink("../real.yaml", scratch_path("open/c.yaml")), 0);
    assert_int_equal(save_as("open/c.yaml", 0), SAVE_FAILED);
    assert_text("real.yaml", old_text);

    assert_int_equal(symlink("real.yaml", scratch_path("c.yaml")), 0);
    assert_int_equal(chown(scratch_path("real.yaml"), 1234, 1234), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_FAILED);
    assert_text("real.yaml", old_text);

    mkdir(scratch_path("theirs"), 0700);
    assert_int_equal(chown(scratch_path("theirs"), 1234, 1234), 0);
    assert_int_equal(save_as("theirs/c.yaml", 0), SAVE_FAILED);
    setenv("SUDO_UID", "1234", 1);
    assert_int_equal(save_as("theirs/c.yaml", 0), SAVE_DONE);
    unsetenv("SUDO_UID");
    struct stat status;
    assert_int_equal(stat(scratch_path("theirs/c.yaml"), &status), 0);
    assert_int_equal(status.st_uid, 1234);
}

static void asks_before_it_overwrites_a_hard_link(void **state)
{
    (void)state;
    struct stat one, other;

    clear();
    scratch_write("c.yaml", old_text, 0600);
    assert_int_equal(link(scratch_path("c.yaml"), scratch_path("other")), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_NEEDS_ASKING);
    assert_text("c.yaml", old_text);
    assert_int_equal(save_as("c.yaml", SAVE_IN_PLACE), SAVE_DONE);
    assert_text("other", new_text);
    assert_text("c.yaml~", old_text);
    assert_int_equal(stat(scratch_path("c.yaml"), &one), 0);
    assert_int_equal(stat(scratch_path("other"), &other), 0);
    assert_int_equal(one.st_ino, other.st_ino);
}

static void never_overwrites_what_somebody_else_wrote(void **state)
{
    (void)state;
    struct config_file file;
    struct strbuf error = {0};

    clear();
    scratch_write("c.yaml", old_text, 0600);
    assert_int_equal(config_file_read(&file, scratch_path("c.yaml")), 0);
    assert_false(config_file_has_changed(&file));
    scratch_write("c.yaml", "min_score: 9.9 # them\n", 0600);
    assert_int_equal(config_file_save(&file, span_of_string(new_text), 0, &error),
                     SAVE_CHANGED);
    assert_text("c.yaml", "min_score: 9.9 # them\n");
    unlink(scratch_path("c.yaml"));
    assert_int_equal(config_file_save(&file, span_of_string(new_text), 0, &error),
                     SAVE_CHANGED);
    config_file_release(&file);

    /* And where there was none, one that appeared. */
    assert_int_equal(config_file_read(&file, scratch_path("n.yaml")), 0);
    assert_false(file.exists);
    scratch_write("n.yaml", old_text, 0600);
    assert_int_equal(config_file_save(&file, span_of_string(new_text), 0, &error),
                     SAVE_CHANGED);
    assert_text("n.yaml", old_text);
    config_file_release(&file);
    strbuf_release(&error);
}

static void one_writer_at_a_time(void **state)
{
    (void)state;

    clear();
    scratch_write("c.yaml", old_text, 0600);
    int fd = open(scratch, O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_FAILED);
    close(fd);
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE);
}

static void refuses_a_fifo_without_hanging(void **state)
{
    (void)state;
    struct config_file file;

    clear();
    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    assert_int_equal(config_file_read(&file, scratch_path("fifo")), -EINVAL);
}

static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    const struct rlimit none = {10, RLIM_INFINITY};
    struct rlimit before;

    for (unsigned flags = 0; flags <= SAVE_IN_PLACE; flags += SAVE_IN_PLACE) {
        clear();
        scratch_write("c.yaml", old_text, 0600);
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before);
        setrlimit(RLIMIT_FSIZE, &none);
        enum save_result result = save_as("c.yaml", flags);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(result, SAVE_FAILED);
        assert_text("c.yaml", old_text);
        assert_int_equal(count_leftovers(), 0);
    }
}

/* Run a claim in a mount namespace of its own; root only. */
static void in_own_mounts(int (*claim)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
            _exit(77);
        _exit(claim());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool holds(const char *name, const char *expected)
{
    char *text = read_text(name);
    bool is_same = text && strcmp(text, expected) == 0;

    free(text);
    return is_same;
}

static int save_a_bind_mount(void)
{
    if (mount(scratch_path("real"), scratch_path("c.yaml"), NULL, MS_BIND, NULL) < 0)
        return 77;
    if (save_as("c.yaml", 0) != SAVE_NEEDS_ASKING || !holds("real", old_text))
        return 1;
    return save_as("c.yaml", SAVE_IN_PLACE) != SAVE_DONE || !holds("real", new_text) ||
           !holds("c.yaml~", old_text);
}

static void asks_before_it_overwrites_a_bind_mount(void **state)
{
    (void)state;
    clear();
    scratch_write("real", old_text, 0600);
    scratch_write("c.yaml", "", 0600);
    in_own_mounts(save_a_bind_mount);
}

static int save_on_full_disk(void)
{
    static char large[256 * 1024];
    struct config_file file;
    struct strbuf error = {0};

    if (mount("none", scratch_path("small"), "tmpfs", 0, "size=64k") < 0)
        return 77;
    scratch_write("small/c.yaml", old_text, 0600);
    memset(large, '#', sizeof large);
    for (unsigned flags = 0; flags <= SAVE_IN_PLACE; flags += SAVE_IN_PLACE) {
        if (config_file_read(&file, scratch_path("small/c.yaml")) < 0 ||
            config_file_save(&file, span_of(large, sizeof large), flags, &error) !=
                SAVE_FAILED ||
            !strstr(strbuf_string(&error), "No space left"))
            return 1;
        config_file_release(&file);
        if (!holds("small/c.yaml", old_text))
            return 2;
    }
    strbuf_release(&error);
    return 0;
}

static void a_full_tmpfs_loses_nothing(void **state)
{
    (void)state;
    clear();
    mkdir(scratch_path("small"), 0700);
    in_own_mounts(save_on_full_disk);
}

static int save_read_only(void)
{
    if (mount("none", scratch_path("small"), "tmpfs", 0, "size=64k") < 0)
        return 77;
    scratch_write("small/c.yaml", old_text, 0600);
    if (mount("none", scratch_path("small"), NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
        return 77;
    return save_as("small/c.yaml", 0) != SAVE_FAILED ||
           save_as("small/c.yaml", SAVE_IN_PLACE) != SAVE_FAILED ||
           !holds("small/c.yaml", old_text);
}

static void a_read_only_file_system_is_said_so(void **state)
{
    (void)state;
    clear();
    mkdir(scratch_path("small"), 0700);
    in_own_mounts(save_read_only);
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
                clear();
                scratch_write("c.yaml", old_text, 0640);
                injection.calls = 0;
                injection.turn = turn;
                injection.error = errors[i];
                enum save_result result = save_as("c.yaml", ways[way]);
                int calls = injection.calls;
                injection.turn = 0;

                char *text = read_text("c.yaml");
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
            clear();
            scratch_write("c.yaml", old_text, 0640);
            pid_t child = fork();
            if (child == 0) {
                injection.turn = turn;
                injection.kills = true;
                _exit(save_as("c.yaml", ways[way]) != SAVE_DONE);
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            char *text = read_text("c.yaml"), *backup = read_text("c.yaml~");
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

static void logs_who_changed_what(void **state)
{
    (void)state;

    clear();
    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
    mkdir(scratch_path("state"), 0700);
    assert_int_equal(save_log("/etc/c.yaml", "weights.tmp_exe: 4 -> 2\033[2J"), 0);
    assert_int_equal(save_log("/etc/c.yaml", "whitelist.names: + sshd"), 0);
    char *text = read_text("state/procwatch/changes.log");
    assert_non_null(strstr(text, ": /etc/c.yaml: weights.tmp_exe: 4 -> 2\\x1b[2J\n"));
    assert_non_null(strstr(text, ": /etc/c.yaml: whitelist.names: + sshd\n"));
    free(text);
}

static int enter(void **state)
{
    (void)state;
    unsetenv("SUDO_UID");
    unsetenv("SUDO_USER");
    return scratch_make() ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    return scratch_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_mode_owner_and_a_backup),
        cmocka_unit_test(makes_a_new_file_and_its_directories),
        cmocka_unit_test(writes_through_symbolic_links),
        cmocka_unit_test(root_follows_no_link_that_others_could_plant),
        cmocka_unit_test(asks_before_it_overwrites_a_hard_link),
        cmocka_unit_test(never_overwrites_what_somebody_else_wrote),
        cmocka_unit_test(one_writer_at_a_time),
        cmocka_unit_test(refuses_a_fifo_without_hanging),
        cmocka_unit_test(a_full_disk_loses_nothing),
        cmocka_unit_test(asks_before_it_overwrites_a_bind_mount),
        cmocka_unit_test(a_full_tmpfs_loses_nothing),
        cmocka_unit_test(a_read_only_file_system_is_said_so),
        cmocka_unit_test(each_failing_call_leaves_old_or_new),
        cmocka_unit_test(death_at_each_call_leaves_old_or_new),
        cmocka_unit_test(logs_who_changed_what),
    };

    return cmocka_run_group_tests_name("save", tests, enter, leave);
}
