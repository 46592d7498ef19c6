/* SPDX-License-Identifier: MIT */
#include "response/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/starttime.h"
#include "tests/support/child.h"
#include "tests/support/scratch.h"

enum { PAGE = 4096, CODE = 0x10000000 };

struct place {
    int directory; /* scratch */
    pid_t child;
    uint64_t starttime;
};

static void run_with_secrets(const void *argument, int ready)
{
    char *const arguments[] = {"sh", "-c", "read x; :", "--token=hush", NULL};
    char *const environment[] = {"API_KEY=hush", "COLOR=blue", NULL};
    int ends[2];

    (void)argument;
    (void)ready;
    /* It reads a pipe that nobody writes to and nobody closes. */
    if (pipe(ends) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO)
        execve("/bin/sh", arguments, environment);
    _exit(1);
}

static uint64_t starttime_of(pid_t pid)
{
    uint64_t starttime;
    char path[32];

    snprintf(path, sizeof path, "/proc/%d", pid);
    int process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(starttime_read(process, &starttime), 0);
    close(process);
    return starttime;
}

static int set_up(void **state)
{
    struct place *place = memory_new(1, sizeof *place);

    if (!scratch_make())
        return -1;
    place->directory = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    place->child = child_start(run_with_secrets, NULL);
    place->starttime = starttime_of(place->child);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;

    child_end(place->child);
    close(place->directory);
    free(place);
    return scratch_remove();
}

static int dump(const struct place *place, uint64_t starttime, char (*name)[DUMP_NAME_SIZE])
{
    const struct dump_request request = {
        .directory = place->directory,
        .pid = place->child,
        .starttime = starttime,
        .reasons = span_of_string("{\"a\":1}\n"),
    };

    return dump_process(&request, name);
}

static size_t content(const char *dump, const char *file, char *text, size_t size)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s/%s", scratch, dump, file);
    FILE *stream = fopen(path, "re");
    if (!stream)
        fail_msg("no %s", path);
    size_t length = fread(text, 1, size - 1, stream);
    text[length] = '\0';
    fclose(stream);
    return length;
}

static void keeps_everything_for_the_owner_alone(void **state)
{
    struct place *place = *state;
    static const char *const files[] = {"exe",    "cmdline",   "environ",      "maps",
                                        "stat",   "status",    "limits",       "cgroup",
                                        "mounts", "links.txt", "reasons.json", "SHA256SUMS",
                                        "tcp",    "unix",      "parents.txt"};
    char name[DUMP_NAME_SIZE], path[256];
    struct stat status;

    assert_int_equal(dump(place, place->starttime, &name), 0);
    assert_int_equal(lstat(scratch_path(name), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", scratch, name, files[i]);
        if (lstat(path, &status) < 0)
            fail_msg("no %s", files[i]);
        assert_true(S_ISREG(status.st_mode));
        assert_int_equal(status.st_mode & 07777, 0600);
        assert_true(status.st_size > 0);
    }
    /* Nothing was missing. */
    snprintf(path, sizeof path, "%s/%s/problems.txt", scratch, name);
    assert_int_equal(access(path, F_OK), -1);
}

static void masks_secrets(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE], text[4096];

    assert_int_equal(dump(place, place->starttime, &name), 0);
    size_t length = content(name, "environ", text, sizeof text);
    assert_null(memmem(text, length, "hush", 4));
    assert_non_null(memmem(text, length, "COLOR=blue", 10));
    length = content(name, "cmdline", text, sizeof text);
    assert_null(memmem(text, length, "hush", 4));
    assert_non_null(memmem(text, length, "read x", 6));
}

static void keeps_secrets_when_told_to(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE], text[4096];
    const struct dump_request request = {.directory = place->directory,
                                         .pid = place->child,
                                         .starttime = place->starttime,
                                         .flags = DUMP_SECRETS};

    assert_int_equal(dump_process(&request, &name), 0);
    size_t length = content(name, "environ", text, sizeof text);
    assert_non_null(memmem(text, length, "API_KEY=hush", 12));
}

static void names_those_it_comes_from(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE], text[65536], ours[64];

    assert_int_equal(dump(place, place->starttime, &name), 0);
    content(name, "parents.txt", text, sizeof text);
    /* We are the first of them. */
    snprintf(ours, sizeof ours, "%d test_dump exe -> ", getpid());
    assert_int_equal(strncmp(text, ours, strlen(ours)), 0);
}

static void trusts_no_directory_that_others_may_change(void **state)
{
    const char *path = scratch_path("new"), *link = scratch_path("link");
    (void)state;

    int fd = dump_open_directory(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(symlink(path, link), 0);
    fd = dump_open_directory(link);
    assert_true(fd == -ELOOP || fd == -ENOTDIR);
    assert_int_equal(chmod(path, 0770), 0);
    assert_int_equal(dump_open_directory(path), -EPERM);
}

static void sums_what_it_keeps(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE], command[256];

    assert_int_equal(dump(place, place->starttime, &name), 0);
    snprintf(command, sizeof command, "cd %s/%s && sha256sum --status --strict -c SHA256SUMS",
             scratch, name);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "cmp -s %s/%s/exe /bin/sh", scratch, name);
    assert_int_equal(system(command), 0);
}

static void refuses_another_process_of_that_pid(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE] = "untouched";

    assert_int_equal(dump(place, place->starttime + 1, &name), -ESRCH);
    assert_string_equal(name, "untouched");
    assert_int_equal(rmdir(scratch), 0); /* nothing was made */
    assert_int_equal(mkdir(scratch, 0700), 0);
}

static void never_writes_where_something_is(void **state)
{
    struct place *place = *state;
    char first[DUMP_NAME_SIZE], second[DUMP_NAME_SIZE];

    assert_int_equal(dump(place, place->starttime, &first), 0);
    assert_int_equal(dump(place, place->starttime, &second), 0);
    assert_string_not_equal(first, second);
}

/* In memory that it may execute, and no file is behind. */
static void write_code(const void *argument, int ready)
{
    char *code = mmap((void *)CODE, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    (void)argument;
    if (code == MAP_FAILED)
        _exit(1);
    strcpy(code + PAGE, "payload");
    child_ready(ready);
}

static void keeps_chosen_memory(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE], text[3 * PAGE], file[] = "memory-10000000-10002000";
    char path[256];
    pid_t child = child_start(write_code, NULL);
    struct dump_request request = {
        .directory = place->directory, .pid = child, .starttime = starttime_of(child)};

    assert_null(dump_memory_parse("odd", &request.memory));
    assert_int_equal(dump_process(&request, &name), 0);
    assert_int_equal(content(name, file, text, sizeof text), 2 * PAGE);
    assert_string_equal(text + PAGE, "payload");
    content(name, "SHA256SUMS", text, sizeof text);
    assert_non_null(strstr(text, file));

    assert_null(dump_memory_parse("stack", &request.memory));
    assert_int_equal(dump_process(&request, &name), 0);
    snprintf(path, sizeof path, "%s/%s/%s", scratch, name, file);
    assert_int_equal(access(path, F_OK), -1);
    child_end(child);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(keeps_everything_for_the_owner_alone),
        CASE(masks_secrets),
        CASE(keeps_secrets_when_told_to),
        CASE(names_those_it_comes_from),
        CASE(trusts_no_directory_that_others_may_change),
        CASE(sums_what_it_keeps),
        CASE(refuses_another_process_of_that_pid),
        CASE(never_writes_where_something_is),
        CASE(keeps_chosen_memory),
    };

    return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
