/* SPDX-License-Identifier: MIT */
/* What is at a path and who may write there, on directories of our own; and
 * which file systems count as local. */
#include "tests/support/scratch.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/mounts.h"
#include "gather/paths.h"
#include "gather/procfs.h"

struct place {
    struct procfs procfs;
    struct mounts mounts;
    struct paths paths;
    char top[PATH_MAX]; /* the scratch directory, without links */
    char file[PATH_MAX + 8];
};

static int prepare(void **state)
{
    struct place *place = memory_new(1, sizeof *place);
    const char *reason;

    if (!scratch_make())
        return -1;
    assert_int_equal(procfs_open(&place->procfs, NULL, &reason), 0);
    mounts_init(&place->mounts, &place->procfs);
    place->paths.mounts = &place->mounts;
    scratch_run("chmod 0755 . && mkdir sub && : >sub/run && chmod 0755 sub/run");
    assert_non_null(realpath(scratch, place->top));
    snprintf(place->file, sizeof place->file, "%s/sub/run", place->top);
    *state = place;
    return 0;
}

static int clean_up(void **state)
{
    struct place *place = *state;

    paths_release(&place->paths);
    mounts_release(&place->mounts);
    procfs_close(&place->procfs);
    free(place);
    return scratch_remove();
}

/* Afresh: nothing remembered. */
static uint32_t examine(struct place *place, const char *path)
{
    struct stat status = {0};
    struct paths paths = {.mounts = &place->mounts};

    stat(place->file, &status);
    uint32_t flags = paths_examine(&paths, path, status.st_dev, status.st_ino);
    paths_release(&paths);
    return flags;
}

static void the_file_itself_is_recognised(void **state)
{
    struct place *place = *state;
    uint32_t flags = examine(place, place->file);

    assert_int_equal(flags & (EXE_PATH_EXISTS | EXE_PATH_IS_SAME),
                     EXE_PATH_EXISTS | EXE_PATH_IS_SAME);
    /* /tmp is open to all, but sticky, and not the file's own directory. */
    assert_false(flags & EXE_DIRECTORY_WRITABLE);
    assert_false(flags & EXE_PATH_IS_TRUSTED);
}

static void another_file_at_the_path_is_not_the_same(void **state)
{
    struct place *place = *state;
    char other[PATH_MAX + 8];

    snprintf(other, sizeof other, "%s/sub/old", place->top);
    assert_int_equal(rename(place->file, other), 0);
    int fd = open(place->file, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
    assert_true(fd >= 0);
    struct stat status;
    assert_int_equal(stat(other, &status), 0);
    uint32_t flags = paths_examine(&place->paths, place->file, status.st_dev, status.st_ino);
    assert_true(flags & EXE_PATH_EXISTS);
    assert_false(flags & EXE_PATH_IS_SAME);
    close(fd);
}

static void a_missing_file_does_not_exist(void **state)
{
    struct place *place = *state;

    assert_int_equal(unlink(place->file), 0);
    assert_int_equal(examine(place, place->file), 0);
    assert_int_equal(examine(place, "/nonexistent/directory/run"), 0);
}

static void directories_open_to_others_are_told(void **state)
{
    static const struct {
        const char *directory;
        mode_t mode;
        bool is_writable;
    } cases[] = {
        {"sub", 0755,  false},
        {"sub", 0757,  true }, /* its own directory ... */
        {"sub", 01777, true }, /* ... sticky or not */
        {"",    0777,  true }, /* one above: the way can be replaced ... */
        {"",    01777, false}, /* ... but not where it is sticky */
        {"",    0775,  false},
    };
    struct place *place = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(chmod(scratch_path(""), 0755), 0);
        assert_int_equal(chmod(scratch_path("sub"), 0755), 0);
        assert_int_equal(chmod(scratch_path(cases[i].directory), cases[i].mode), 0);
        assert_int_equal((examine(place, place->file) & EXE_DIRECTORY_WRITABLE) != 0,
                         cases[i].is_writable);
    }
}

static void links_on_the_way_are_not_followed(void **state)
{
    struct place *place = *state;
    char link[PATH_MAX + 8], through[PATH_MAX + 16];

    snprintf(link, sizeof link, "%s/link", place->top);
    snprintf(through, sizeof through, "%s/run", link);
    assert_int_equal(symlink("sub", link), 0);
    assert_false(examine(place, through) & EXE_PATH_EXISTS);
}

/* What a package upgrade leaves behind: found on this very machine. */
static void programs_of_root_in_roots_directories_are_trusted(void **state)
{
    struct place *place = *state;
    char program[PATH_MAX];
    struct stat status;

    assert_non_null(realpath("/bin/sh", program));
    if (stat(program, &status) != 0 || status.st_uid != 0)
        skip();
    uint32_t flags = examine(place, program);
    assert_true(flags & EXE_PATH_IS_TRUSTED);
    assert_false(flags & (EXE_PATH_IS_SAME | EXE_DIRECTORY_WRITABLE));
    assert_false(examine(place, "/etc/passwd") & EXE_PATH_IS_TRUSTED); /* cannot be run */
}

static void what_was_seen_is_kept_and_forgotten_in_time(void **state)
{
    struct place *place = *state;
    struct stat status;

    assert_int_equal(stat(place->file, &status), 0);
    paths_refresh(&place->paths, 10000, false);
    uint32_t before = paths_examine(&place->paths, place->file, status.st_dev, status.st_ino);
    assert_true(before & EXE_PATH_EXISTS);
    assert_int_equal(unlink(place->file), 0);
    paths_refresh(&place->paths, 10000 + PATHS_KEEP_MS - 1, false);
    assert_int_equal(paths_examine(&place->paths, place->file, status.st_dev, status.st_ino),
                     before);
    paths_refresh(&place->paths, 10000 + PATHS_KEEP_MS, false);
    assert_false(paths_examine(&place->paths, place->file, status.st_dev, status.st_ino) &
                 EXE_PATH_EXISTS);
}

static bool is_local(struct place *place, int fd)
{
    struct statx file;

    assert_int_equal(statx(fd, "", AT_EMPTY_PATH, MOUNTS_STATX, &file), 0);
    return mounts_is_local(&place->mounts, -1, &file);
}

static void proc_and_memory_are_local_and_unknown_devices_are_not(void **state)
{
    struct place *place = *state;
    const struct statx unknown = {.stx_dev_major = 0xfff, .stx_dev_minor = 0xff123};

    assert_true(is_local(place, place->procfs.root));
    int memory = memfd_create("m", MFD_CLOEXEC);
    assert_true(is_local(place, memory));
    close(memory);
    assert_false(mounts_is_local(&place->mounts, -1, &unknown));
    mounts_refresh(&place->mounts);
    assert_false(mounts_is_local(&place->mounts, -1, &unknown));
}

/* A file that an overlay has from a layer on another file system, like any of a btrfs
 * subvolume, has a device number that mountinfo does not know. */
static void a_file_is_as_local_as_its_mount(void **state)
{
    struct place *place = *state;
    char path[PATH_MAX + 8];
    struct statx file;

    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", place->top, "tmpfs", 0, NULL) != 0)
        skip();
    scratch_run("mkdir low up all && mount -t tmpfs low low && mount -t tmpfs up up && "
                "mkdir up/files up/work && : >low/run");
    snprintf(path, sizeof path, "%s/all", place->top);
    if (chdir(place->top) != 0 ||
        mount("all", path, "overlay", 0, "lowerdir=low,upperdir=up/files,workdir=up/work") != 0)
        skip();
    assert_int_equal(chdir("/"), 0);
    mounts_release(&place->mounts);
    mounts_init(&place->mounts, &place->procfs);
    snprintf(path, sizeof path, "%s/all/run", place->top);
    assert_int_equal(statx(AT_FDCWD, path, 0, MOUNTS_STATX, &file), 0);
    assert_true(mounts_is_local(&place->mounts, -1, &file));
    assert_true(paths_examine(&place->paths, path,
                              makedev(file.stx_dev_major, file.stx_dev_minor), file.stx_ino) &
                EXE_PATH_IS_SAME);
    file.stx_mask &= ~(unsigned)STATX_MNT_ID; /* a kernel that does not tell */
    assert_false(mounts_is_local(&place->mounts, -1, &file));
    umount2(place->top, MNT_DETACH);
}

#define WITH_A_PLACE(test) cmocka_unit_test_setup_teardown(test, prepare, clean_up)

/* The same file by links is itself; a script, a directory, nothing, a loop and what
 * only /proc knows are no programs. */
static void another_program_is_found_through_links(void **state)
{
    static const struct {
        const char *name;
        bool is_other;
    } cases[] = {
        {"elf",       true },
        {"link",      true },
        {"sub/up",    true },
        {"far",       true },
        {"same",      false},
        {"script",    false},
        {"sub",       false},
        {"nothing",   false},
        {"loop",      false},
        {"proc",      false},
        {"sub/run/x", false},
        {"elf/x",     false},
    };
    struct place *place = *state;
    struct stat self;
    char path[PATH_MAX + 16];

    scratch_run("cp /bin/true elf && ln -s elf link && ln -s ../elf sub/up && "
                "ln -s \"$PWD\"/sub//../link far && ln -s /proc/self/exe proc && "
                "ln -s loop loop && printf '#!/bin/sh\\n' >script && chmod +x script && "
                "cp /bin/false own && ln -s own same");
    snprintf(path, sizeof path, "%s/own", place->top);
    assert_int_equal(stat(path, &self), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(path, sizeof path, "%s/%s", place->top, cases[i].name);
        if (paths_lead_to_other(&place->paths, path, self.st_dev, self.st_ino) !=
            cases[i].is_other)
            fail_msg("%s", cases[i].name);
    }
    assert_false(
        paths_lead_to_other(&place->paths, "/proc/self/exe", self.st_dev, self.st_ino));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_A_PLACE(the_file_itself_is_recognised),
        WITH_A_PLACE(another_file_at_the_path_is_not_the_same),
        WITH_A_PLACE(a_missing_file_does_not_exist),
        WITH_A_PLACE(directories_open_to_others_are_told),
        WITH_A_PLACE(links_on_the_way_are_not_followed),
        WITH_A_PLACE(another_program_is_found_through_links),
        WITH_A_PLACE(programs_of_root_in_roots_directories_are_trusted),
        WITH_A_PLACE(what_was_seen_is_kept_and_forgotten_in_time),
        WITH_A_PLACE(proc_and_memory_are_local_and_unknown_devices_are_not),
        WITH_A_PLACE(a_file_is_as_local_as_its_mount),
    };
    return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
