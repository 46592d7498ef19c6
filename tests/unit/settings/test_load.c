/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "settings/settings.h"
#include "tests/support/scratch.h"

static void write_file(const char *name, const char *text)
{
    scratch_write(name, text, 0644);
}

/* Load, and compare min_score and the end of the message. */
static void assert_loads(const char *path, bool is_good, double min_score, const char *message)
{
    struct settings settings;
    struct settings_source source;
    struct problems problems = {0};

    assert_int_equal(settings_load(&settings, path, &source, &problems), is_good);
    assert_true(settings.scoring.min_score == min_score);
    assert_non_null(strstr(source.message, message));
    settings_source_release(&source);
    settings_release(&settings);
    problems_release(&problems);
}

static void looks_in_order(void **state)
{
    (void)state;

    assert_loads(NULL, true, 3.0, "built-in");
    mkdir(scratch_path(".config"), 0700);
    mkdir(scratch_path(".config/procwatch"), 0700);
    write_file(".config/procwatch/config.yaml", "min_score: 4\n");
    assert_loads(NULL, true, 4.0, "/.config/procwatch/config.yaml");

    mkdir(scratch_path("xdg"), 0700);
    mkdir(scratch_path("xdg/procwatch"), 0700);
    write_file("xdg/procwatch/config.yaml", "min_score: 5\n");
    setenv("XDG_CONFIG_HOME", scratch_path("xdg"), 1);
    assert_loads(NULL, true, 5.0, "/xdg/procwatch/config.yaml");
    unsetenv("XDG_CONFIG_HOME");

    write_file(".procwatch.yaml", "min_score: 6\n");
    assert_loads(NULL, true, 6.0, "/.procwatch.yaml");
    write_file("named.yaml", "min_score: 7\n");
    assert_loads(scratch_path("named.yaml"), true, 7.0, "/named.yaml");
    assert_loads(scratch_path("missing.yaml"), false, 3.0, "/missing.yaml");
}

static void a_bad_file_is_not_skipped_for_a_later_one(void **state)
{
    (void)state;

    write_file(".procwatch.yaml", "min_score: x\n");
    mkdir(scratch_path(".config"), 0700);
    mkdir(scratch_path(".config/procwatch"), 0700);
    write_file(".config/procwatch/config.yaml", "min_score: 4\n");
    assert_loads(NULL, false, 3.0, "/.procwatch.yaml");
}

static void never_hangs_and_never_reads_without_end(void **state)
{
    (void)state;

    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    assert_loads(scratch_path("fifo"), false, 3.0, "fifo");
    assert_loads("/dev/zero", false, 3.0, "/dev/zero");
    assert_loads(scratch, false, 3.0, scratch);
    write_file("huge.yaml", "min_score: 4\n");
    assert_int_equal(truncate(scratch_path("huge.yaml"), 2 << 20), 0);
    assert_loads(scratch_path("huge.yaml"), false, 3.0, "huge.yaml");
}

static bool is_distrusted(const char *path)
{
    struct settings settings;
    struct settings_source source;
    struct problems problems = {0};

    settings_load(&settings, path, &source, &problems);
    bool is_untrusted = source.is_untrusted;
    assert_int_equal(problems.count, is_untrusted);
    settings_source_release(&source);
    settings_release(&settings);
    problems_release(&problems);
    return is_untrusted;
}

static void root_trusts_no_lesser_user(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    static const struct {
        uid_t owner;
        mode_t mode;
        const char *sudo_uid;
        bool is_good;
    } cases[] = {
        {0,    0644, NULL,   true },
        {0,    0664, NULL,   false},
        {0,    0646, NULL,   false},
        {1234, 0644, NULL,   false},
        {1234, 0644, "1234", true },
        {1234, 0644, "1235", false},
        {1234, 0646, "1234", false},
    };

    write_file(".procwatch.yaml", "min_score: 6\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = scratch_path(".procwatch.yaml");

        assert_int_equal(chown(path, cases[i].owner, cases[i].owner), 0);
        assert_int_equal(chmod(path, cases[i].mode), 0);
        if (cases[i].sudo_uid)
            setenv("SUDO_UID", cases[i].sudo_uid, 1);
        assert_loads(NULL, cases[i].is_good, cases[i].is_good ? 6.0 : 3.0, "/.procwatch.yaml");
        /* Named, it is read all the same, with a warning. */
        assert_loads(path, true, 6.0, "/.procwatch.yaml");
        assert_int_equal(is_distrusted(path), !cases[i].is_good);
        unsetenv("SUDO_UID");
    }

    /* A directory that everybody may change can hold any file tomorrow. */
    const char *path = scratch_path(".procwatch.yaml");
    assert_int_equal(chown(path, 0, 0), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(scratch, 0777), 0);
    assert_loads(NULL, false, 3.0, "/.procwatch.yaml");
}

static void assert_default_path(const char *expected)
{
    char *path = settings_default_path();

    assert_string_equal(path, expected);
    free(path);
}

static void root_takes_no_directory_that_is_somebody_elses(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    struct strbuf ours = {0}, below_home = {0};

    strbuf_add_format(&ours, "%s/procwatch/config.yaml", scratch_path("xdg"));
    strbuf_add_format(&below_home, "%s/.config/procwatch/config.yaml", scratch);
    mkdir(scratch_path("xdg"), 0700);
    setenv("XDG_CONFIG_HOME", scratch_path("xdg"), 1);
    assert_default_path(strbuf_string(&ours));
    assert_int_equal(chown(scratch_path("xdg"), 1234, 1234), 0);
    assert_default_path(strbuf_string(&below_home));
    setenv("XDG_CONFIG_HOME", "relative", 1);
    assert_default_path(strbuf_string(&below_home));

    /* As sudo may keep it: root's own is another. */
    setenv("HOME", scratch_path("xdg"), 1);
    char *path = settings_default_path();
    assert_null(strstr(path, scratch));
    free(path);
    strbuf_release(&ours);
    strbuf_release(&below_home);
}

static int enter(void **state)
{
    (void)state;
    if (!scratch_make())
        return -1;
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("SUDO_UID");
    unsetenv("SUDO_USER");
    return setenv("HOME", scratch, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(looks_in_order, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_bad_file_is_not_skipped_for_a_later_one, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(never_hangs_and_never_reads_without_end, enter,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(root_trusts_no_lesser_user, enter, scratch_teardown),
        cmocka_unit_test_setup_teardown(root_takes_no_directory_that_is_somebody_elses, enter,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
