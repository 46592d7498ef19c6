/* SPDX-License-Identifier: MIT */
#include "cli/dumper.h"

#include <errno.h>

#include "base/starttime.h"
#include "tests/support/child.h"
#include "tests/support/test.h"

struct place {
    char path[64];
    pid_t child;
    uint64_t starttime;
    struct dumper *dumper;
};

static void rest(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
}

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    char path[96];

    snprintf(place->path, sizeof place->path, "/tmp/procwatch-dumper-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    place->child = child_start(rest, NULL);
    snprintf(path, sizeof path, "/proc/%d", place->child);
    int process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(starttime_read(process, &place->starttime), 0);
    close(process);
    snprintf(path, sizeof path, "%s/dumps", place->path);
    assert_int_equal(dumper_new(path, &place->dumper), 0);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[128];

    dumper_free(place->dumper);
    child_end(place->child);
    snprintf(command, sizeof command, "rm -r %s", place->path);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static int dump(const struct place *place, uint64_t starttime, char (*name)[DUMP_NAME_SIZE])
{
    return dumper_dump(place->dumper, place->child, starttime, span_of_string("{}"), name);
}

static void dumps_a_process_once(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE] = "", path[256];

    assert_int_equal(dump(place, place->starttime, &name), 0);
    snprintf(path, sizeof path, "%s/%s/SHA256SUMS", dumper_directory(place->dumper), name);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(dump(place, place->starttime, &name), -EALREADY);
}

static void goes_on_after_a_process_that_is_gone(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE];

    assert_int_equal(dump(place, place->starttime + 1, &name), -ESRCH);
    assert_int_equal(dump(place, place->starttime, &name), 0);
}

static void stops_after_so_many(void **state)
{
    struct place *place = *state;
    char name[DUMP_NAME_SIZE];

    for (uint64_t i = 1; i <= DUMPS_MAX; i++)
        assert_int_equal(dump(place, place->starttime + i, &name), -ESRCH);
    assert_int_equal(dump(place, place->starttime, &name), -EDQUOT);
}

static void says_why_a_directory_cannot_be_used(void **state)
{
    (void)state;
    struct dumper *dumper = NULL;

    assert_int_equal(dumper_new("/dev/null", &dumper), -ENOTDIR);
    assert_int_equal(dumper_new("/no/such/place", &dumper), -ENOENT);
    assert_null(dumper);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dumps_a_process_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(goes_on_after_a_process_that_is_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(stops_after_so_many, set_up, tear_down),
        cmocka_unit_test(says_why_a_directory_cannot_be_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
