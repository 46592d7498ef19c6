/* SPDX-License-Identifier: MIT */
#include <dirent.h>
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

#include "tests/unit/settings/saving.h"

/* Names of temporary files that were left behind. */
static unsigned count_leftovers(void)
{
    DIR *directory = opendir(scratch);
    unsigned count = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        count += strstr(entry->d_name, ".procwatch.") != NULL;
    closedir(directory);
    return count;
}

static void keeps_mode_owner_and_a_backup(void **state)
{
    (void)state;
    struct stat status;
    char value[8] = "";

    scratch_write("c.yaml", old_text, 0640);
    bool has_attributes = setxattr(scratch_path("c.yaml"), "user.note", "kept", 4, 0) == 0;
    if (geteuid() == 0)
        assert_int_equal(chown(scratch_path("c.yaml"), 1234, 4321), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE);
    assert_stored("c.yaml", new_text);
    assert_stored("c.yaml~", old_text);
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
    assert_stored("c.yaml~", new_text);
    assert_int_equal(count_leftovers(), 0);
}

static void makes_no_backup_when_told_so(void **state)
{
    (void)state;

    scratch_write("c.yaml", old_text, 0600);
    assert_int_equal(save_as("c.yaml", SAVE_NO_BACKUP), SAVE_DONE);
    assert_stored("c.yaml", new_text);
    assert_stored("c.yaml~", NULL);
}

static void makes_a_new_file_and_its_directories(void **state)
{
    (void)state;
    struct stat status;

    assert_int_equal(save_as("a/b/c.yaml", 0), SAVE_DONE);
    assert_stored("a/b/c.yaml", new_text);
    assert_stored("a/b/c.yaml~", NULL);
    assert_int_equal(stat(scratch_path("a/b/c.yaml"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(scratch_path("a"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static void writes_through_symbolic_links(void **state)
{
    (void)state;
    struct stat status;

    mkdir(scratch_path("d"), 0700);
    scratch_write("d/real.yaml", old_text, 0600);
    assert_int_equal(symlink("d/real.yaml", scratch_path("c.yaml")), 0);
    assert_int_equal(symlink("nowhere", scratch_path("dangling.yaml")), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_DONE);
    assert_int_equal(lstat(scratch_path("c.yaml"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_stored("d/real.yaml", new_text);
    assert_stored("d/real.yaml~", old_text);
    assert_int_equal(save_as("dangling.yaml", 0), SAVE_FAILED);
    assert_stored("nowhere", NULL);
}

static void root_follows_no_link_that_others_could_plant(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();

    scratch_write("real.yaml", old_text, 0600);
    mkdir(scratch_path("open"), 0700);
    assert_int_equal(chmod(scratch_path("open"), 0777), 0);
    assert_int_equal(symlink("../real.yaml", scratch_path("open/c.yaml")), 0);
    assert_int_equal(save_as("open/c.yaml", 0), SAVE_FAILED);
    assert_stored("real.yaml", old_text);

    assert_int_equal(symlink("real.yaml", scratch_path("c.yaml")), 0);
    assert_int_equal(chown(scratch_path("real.yaml"), 1234, 1234), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_FAILED);
    assert_stored("real.yaml", old_text);

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

    scratch_write("c.yaml", old_text, 0600);
    assert_int_equal(link(scratch_path("c.yaml"), scratch_path("other")), 0);
    assert_int_equal(save_as("c.yaml", 0), SAVE_NEEDS_ASKING);
    assert_stored("c.yaml", old_text);
    assert_int_equal(save_as("c.yaml", SAVE_IN_PLACE), SAVE_DONE);
    assert_stored("other", new_text);
    assert_stored("c.yaml~", old_text);
    assert_int_equal(stat(scratch_path("c.yaml"), &one), 0);
    assert_int_equal(stat(scratch_path("other"), &other), 0);
    assert_int_equal(one.st_ino, other.st_ino);
}

static void never_overwrites_what_somebody_else_wrote(void **state)
{
    (void)state;
    struct config_file file;
    struct strbuf error = {0};

    scratch_write("c.yaml", old_text, 0600);
    assert_int_equal(config_file_read(&file, scratch_path("c.yaml")), 0);
    assert_false(config_file_has_changed(&file));
    scratch_write("c.yaml", "min_score: 9.9 # them\n", 0600);
    assert_int_equal(config_file_save(&file, span_of_string(new_text), 0, &error),
                     SAVE_CHANGED);
    assert_stored("c.yaml", "min_score: 9.9 # them\n");
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
    assert_stored("n.yaml", old_text);
    config_file_release(&file);
    strbuf_release(&error);
}

static void one_writer_at_a_time(void **state)
{
    (void)state;

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

    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    assert_int_equal(config_file_read(&file, scratch_path("fifo")), -EINVAL);
}

static void a_limit_on_the_size_of_files_loses_nothing(void **state)
{
    (void)state;
    const struct rlimit few_bytes = {10, RLIM_INFINITY};
    struct rlimit before;

    for (unsigned flags = 0; flags <= SAVE_IN_PLACE; flags += SAVE_IN_PLACE) {
        scratch_write("c.yaml", old_text, 0600);
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before);
        setrlimit(RLIMIT_FSIZE, &few_bytes);
        enum save_result result = save_as("c.yaml", flags);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_int_equal(result, SAVE_FAILED);
        assert_stored("c.yaml", old_text);
        assert_int_equal(count_leftovers(), 0);
    }
}

/* Run a claim in a mount namespace of its own; root only. Types of mounts that need none
 * are "": valgrind takes NULL for a mistake. */
static void in_own_mounts(int (*claim)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) < 0)
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
    char *text = stored_text(name);
    bool is_same = text && strcmp(text, expected) == 0;

    free(text);
    return is_same;
}

static int save_a_bind_mount(void)
{
    if (mount(scratch_path("real"), scratch_path("c.yaml"), "", MS_BIND, NULL) < 0)
        return 77;
    if (save_as("c.yaml", 0) != SAVE_NEEDS_ASKING || !holds("real", old_text))
        return 1;
    return save_as("c.yaml", SAVE_IN_PLACE) != SAVE_DONE || !holds("real", new_text) ||
           !holds("c.yaml~", old_text);
}

static void asks_before_it_overwrites_a_bind_mount(void **state)
{
    (void)state;
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

static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    mkdir(scratch_path("small"), 0700);
    in_own_mounts(save_on_full_disk);
}

static int save_read_only(void)
{
    if (mount("none", scratch_path("small"), "tmpfs", 0, "size=64k") < 0)
        return 77;
    scratch_write("small/c.yaml", old_text, 0600);
    if (mount("none", scratch_path("small"), "", MS_REMOUNT | MS_RDONLY, NULL) < 0)
        return 77;
    return save_as("small/c.yaml", 0) != SAVE_FAILED ||
           save_as("small/c.yaml", SAVE_IN_PLACE) != SAVE_FAILED ||
           !holds("small/c.yaml", old_text);
}

static void a_read_only_file_system_is_said_so(void **state)
{
    (void)state;
    mkdir(scratch_path("small"), 0700);
    in_own_mounts(save_read_only);
}

static void logs_who_changed_what(void **state)
{
    (void)state;

    setenv("XDG_STATE_HOME", scratch_path("state"), 1);
    mkdir(scratch_path("state"), 0700);
    assert_int_equal(save_log("/etc/c.yaml", "weights.tmp_exe: 4 -> 2\033[2J"), 0);
    assert_int_equal(save_log("/etc/c.yaml", "whitelist.names: + sshd"), 0);
    char *text = stored_text("state/procwatch/changes.log");
    assert_non_null(strstr(text, ": /etc/c.yaml: weights.tmp_exe: 4 -> 2\\x1b[2J\n"));
    assert_non_null(strstr(text, ": /etc/c.yaml: whitelist.names: + sshd\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_mode_owner_and_a_backup, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(makes_no_backup_when_told_so, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(makes_a_new_file_and_its_directories, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(writes_through_symbolic_links, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(root_follows_no_link_that_others_could_plant, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(asks_before_it_overwrites_a_hard_link, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(never_overwrites_what_somebody_else_wrote, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(one_writer_at_a_time, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_a_fifo_without_hanging, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_limit_on_the_size_of_files_loses_nothing, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(asks_before_it_overwrites_a_bind_mount, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_read_only_file_system_is_said_so, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(logs_who_changed_what, enter, scratch_teardown),
    };

    return cmocka_run_group_tests_name("save", tests, NULL, NULL);
}
