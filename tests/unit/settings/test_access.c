/* SPDX-License-Identifier: MIT */
/* The configuration of somebody else, read and saved by the keeper for a program
 * that gave up root; and what such a keeper must refuse. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "settings/tuning.h"
#include "tests/unit/engine/fake_gather.h"
#include "tests/unit/settings/stored.h"

enum { NOBODY = 65534 };

static const char old_text[] = "min_score: 3.0 # mine\n";

static int set_up(void **state)
{
    (void)state;
    if (!scratch_make())
        return -1;
    return setenv("XDG_STATE_HOME", scratch, 1); /* the log of changes */
}

static void write_file(const char *name, const char *text)
{
    scratch_write(name, text, 0644);
}

/* No other process: what is asked is served at once. */
static int serve_here(void *context, struct span request, struct strbuf *ret_answer)
{
    (void)context;
    access_serve(request, ret_answer);
    return 0;
}

static const struct access_way here = {serve_here, NULL};

static enum save_result save_here(struct config_file *file, struct span text, const char *edits,
                                  struct strbuf *error)
{
    return access_save(&here, file, &(struct access_save){.text = text, .edits = edits}, error);
}

static void reads_and_saves_like_the_file_itself(void **state)
{
    (void)state;
    struct config_file file;
    struct problems problems = {0};
    struct strbuf error = {0};

    write_file("a.yaml", old_text);
    assert_int_equal(access_read(&here, &file, scratch_path("a.yaml"), &problems), 0);
    assert_true(file.exists);
    assert_string_equal(strbuf_string(&file.text), old_text);
    assert_int_equal(save_here(&file, span_of_string("min_score: 2.0\n"), "an edit", &error),
                     SAVE_DONE);
    assert_stored("a.yaml", "min_score: 2.0\n");
    assert_stored("a.yaml~", old_text);
    /* It knows what it wrote: the next save is no conflict. */
    assert_false(config_file_has_changed(&file));
    assert_int_equal(save_here(&file, span_of_string("min_score: 1.0\n"), "", &error),
                     SAVE_DONE);
    write_file("a.yaml", "min_score: 9.0 # theirs\n");
    assert_int_equal(save_here(&file, span_of_string("min_score: 4.0\n"), "", &error),
                     SAVE_CHANGED);
    assert_stored("a.yaml", "min_score: 9.0 # theirs\n");
    strbuf_release(&error);
    config_file_release(&file);
    problems_release(&problems);
}

static void tells_nothing_of_what_is_no_configuration(void **state)
{
    (void)state;
    struct config_file file;
    struct problems problems = {0};
    static const char *const others[] = {
        "root:$y$secret:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n", /* YAML */
        "root:x:0:0:root:/root:/bin/bash\n",
        "password: hunter2\n",
        "- a list\n",
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_file("other", others[i]);
        assert_int_equal(access_read(&here, &file, scratch_path("other"), &problems), -EBADMSG);
        assert_int_equal(problems.count, 1);
        assert_string_equal(problems.items[0].message, "not a valid configuration");
        problems_release(&problems);
    }
    /* One key of ours, and one that a later version may know. */
    write_file("a.yaml", "min_score: 1\nlater: 2\n");
    assert_int_equal(access_read(&here, &file, scratch_path("a.yaml"), &problems), 0);
    config_file_release(&file);
    write_file("a.yaml", "# nothing yet\n");
    assert_int_equal(access_read(&here, &file, scratch_path("a.yaml"), &problems), 0);
    config_file_release(&file);
    problems_release(&problems);
}

static void replaces_configurations_by_configurations_only(void **state)
{
    (void)state;
    struct config_file file = {.path = (char *)scratch_path("hosts"), .exists = true};
    struct strbuf error = {0};

    write_file("hosts", "127.0.0.1 localhost\n");
    sha256_of("127.0.0.1 localhost\n", 20, &file.digest);
    assert_int_not_equal(save_here(&file, span_of_string("min_score: 1.0\n"), "", &error),
                         SAVE_DONE);
    assert_stored("hosts", "127.0.0.1 localhost\n");

    write_file("a.yaml", old_text);
    file = (struct config_file){.path = (char *)scratch_path("a.yaml"), .exists = true};
    sha256_of(old_text, strlen(old_text), &file.digest);
    assert_int_equal(save_here(&file, span_of_string("root::0:0::/:/bin/sh\n"), "", &error),
                     SAVE_FAILED);
    assert_stored("a.yaml", old_text);
    strbuf_release(&error);
}

static void root_creates_files_of_the_kind_only(void **state)
{
    (void)state;
    struct config_file file = {.path = (char *)scratch_path("profile.sh")};
    struct strbuf error = {0};

    if (geteuid() != 0)
        skip();
    assert_int_equal(save_here(&file, span_of_string("min_score: 1.0\n"), "", &error),
                     SAVE_FAILED);
    assert_int_equal(access(scratch_path("profile.sh"), F_OK), -1);
    strbuf_release(&error);
    file = (struct config_file){.path = strdup(scratch_path("b.yaml"))};
    assert_int_equal(save_here(&file, span_of_string("min_score: 1.0\n"), "", &error),
                     SAVE_DONE);
    assert_stored("b.yaml", "min_score: 1.0\n");
    strbuf_release(&error);
    config_file_release(&file);
}

static void survives_any_request(void **state)
{
    (void)state;
    struct strbuf request = {0}, answer = {0};

    for (size_t length = 0; length < 200; length++) {
        strbuf_clear(&request);
        strbuf_add_repeated(&request, length % 3 ? '\xff' : '\0', length);
        strbuf_clear(&answer);
        access_serve(strbuf_span(&request), &answer);
        assert_true(answer.length > 0);
    }
    strbuf_release(&request);
    strbuf_release(&answer);
}

/* --- through a real keeper --- */

static const struct deed deeds[] = {
    {"test-save", PRIVILEGE_SAVER, 5000, access_serve}
};

static int ask_keeper(void *context, struct span request, struct strbuf *ret_answer)
{
    return engine_do(context, 0, request, ret_answer);
}

static void edit_and_save(struct engine *engine)
{
    const struct access_way way = {ask_keeper, engine};
    struct problems problems = {0};
    struct strbuf error = {0};
    struct tuning tuning;
    size_t conflicts = 1;

    assert_true(tuning_open(&tuning, scratch_path("closed/config.yaml"), &problems));
    problems_release(&problems);
    tuning.access = &way;
    assert_int_equal(engine_confine(engine), 0);
    /* The door is closed now. */
    assert_int_equal(open(scratch_path("closed/config.yaml"), O_RDONLY), -1);
    assert_int_equal(errno, EACCES);
    assert_true(tuning_edit(&tuning, EDIT_SET, "min_score", "2.5", &error));
    if (tuning_save(&tuning, 0, &error) != SAVE_DONE)
        fail_msg("%s", strbuf_string(&error));
    assert_false(tuning_has_changed(&tuning));
    assert_true(tuning_reload(&tuning, &conflicts, &problems));
    assert_int_equal(conflicts, 0);
    assert_true(tuning.base.scoring.min_score == 2.5);
    tuning_release(&tuning);
    problems_release(&problems);
    strbuf_release(&error);
}

/* In a child: what engine_confine() takes does not come back. */
static void run_confined(void)
{
    const struct engine_options options = {.deeds = deeds, .deed_count = 1};
    const char *reason = "";
    struct engine *engine;

    fake_gather_init();
    assert_int_equal(engine_start(&options, &engine, &reason), 0);
    edit_and_save(engine);
    engine_stop(engine);
}

static void confined_root_saves_into_a_closed_home(void **state)
{
    (void)state;
    struct stat status;
    int result;

    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(scratch, 0755), 0);
    assert_int_equal(mkdir(scratch_path("closed"), 0700), 0);
    write_file("closed/config.yaml", old_text);
    assert_int_equal(chmod(scratch_path("closed/config.yaml"), 0640), 0);
    assert_int_equal(chown(scratch_path("closed/config.yaml"), NOBODY, NOBODY), 0);
    assert_int_equal(chown(scratch_path("closed"), NOBODY, NOBODY), 0);

    pid_t child = fork();
    if (child == 0) {
        run_confined();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_stored("closed/config.yaml", "min_score: 2.5 # mine\n");
    assert_stored("closed/config.yaml~", old_text);
    assert_int_equal(stat(scratch_path("closed/config.yaml"), &status), 0);
    assert_int_equal(status.st_uid, NOBODY);
    assert_int_equal(status.st_gid, NOBODY);
    assert_int_equal(status.st_mode & 07777, 0640);
    /* And it is in the log of changes. */
    assert_int_equal(access(scratch_path("procwatch/changes.log"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_and_saves_like_the_file_itself, set_up,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(tells_nothing_of_what_is_no_configuration, set_up,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(replaces_configurations_by_configurations_only, set_up,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(root_creates_files_of_the_kind_only, set_up,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(survives_any_request, set_up, scratch_teardown),
        cmocka_unit_test_setup_teardown(confined_root_saves_into_a_closed_home, set_up,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
