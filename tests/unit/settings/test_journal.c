/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "settings/journal.h"
#include "settings/schema.h"
#include "tests/support/scratch.h"

static const char file_text[] = "# mine\nmin_score: 3.0 # because\nports: [22, 80]\n"
                                "weights:\n  tmp_exe: 4   # builds\nwhitelist:\n  names:\n"
                                "    - sshd\n    - cron # ok\n";

struct session {
    struct settings base, live;
    struct journal journal;
};

static void load(struct settings *settings, const char *text)
{
    struct problems problems = {0};

    assert_true(settings_load_text(settings, "f", text, strlen(text), &problems));
    assert_int_equal(problems.count, 0);
    problems_release(&problems);
}

static void open_session(struct session *session, const char *text)
{
    *session = (struct session){0};
    load(&session->base, text);
    settings_copy(&session->live, &session->base);
}

static void close_session(struct session *session)
{
    settings_release(&session->base);
    settings_release(&session->live);
    journal_release(&session->journal);
}

static bool edit(struct session *session, enum edit_kind kind, const char *path,
                 const char *value)
{
    char path_copy[64], value_copy[64];
    struct strbuf error = {0};

    snprintf(path_copy, sizeof path_copy, "%s", path);
    snprintf(value_copy, sizeof value_copy, "%s", value ? value : "");
    const struct journal_edit wanted = {
        .kind = kind, .path = path_copy, .new_value = value ? value_copy : NULL};
    bool is_good = journal_record(&session->journal, &session->live, &wanted, &error);
    assert_int_equal(error.length == 0, is_good);
    strbuf_release(&error);
    return is_good;
}

static void reapply(struct session *session)
{
    settings_release(&session->live);
    journal_apply(&session->journal, &session->base, false, &session->live);
}

static void assert_live(const struct session *session, const char *path, const char *value)
{
    struct setting setting;
    struct strbuf text = {0};

    assert_true(setting_find(path, &setting));
    setting_format(&setting, &session->live, &text);
    assert_string_equal(strbuf_string(&text), value);
    strbuf_release(&text);
}

static void assert_patched(struct session *session, const char *before, const char *after)
{
    struct strbuf text = {0}, error = {0};
    const struct journal_target target = {
        .name = "f", .text = span_of_string(before), .base = &session->base};
    bool is_good = journal_patch(&session->journal, &target, &text, &error);

    if (!is_good)
        print_error("%s\n", strbuf_string(&error));
    assert_true(is_good);
    assert_string_equal(strbuf_string(&text), after);
    strbuf_release(&text);
    strbuf_release(&error);
}

static void undoes_and_redoes_without_limit(void **state)
{
    (void)state;
    struct session session;
    char value[16];

    open_session(&session, file_text);
    for (int i = 1; i <= 100; i++) {
        snprintf(value, sizeof value, "%d", i);
        assert_true(edit(&session, EDIT_SET, "topk", value));
    }
    assert_int_equal(session.journal.count, 100);
    while (journal_undo(&session.journal))
        continue;
    reapply(&session);
    assert_live(&session, "topk", "20");
    while (journal_redo(&session.journal))
        continue;
    reapply(&session);
    assert_live(&session, "topk", "100");
    close_session(&session);
}

static void names_each_edit_and_takes_it_back(void **state)
{
    (void)state;
    struct session session;
    static const char *const names[] = {
        "weights.tmp_exe: 4 -> 2", "whitelist.names: + nginx",       "whitelist.names: - cron",
        "min_score: 3.0 -> 2.5",   "weights.tmp_exe: 2 -> built-in",
    };

    open_session(&session, file_text);
    assert_true(edit(&session, EDIT_SET, "weights.tmp_exe", "2.0"));
    assert_true(edit(&session, EDIT_ADD, "whitelist.names", "nginx"));
    assert_true(edit(&session, EDIT_DELETE, "whitelist.names", "cron"));
    assert_true(edit(&session, EDIT_SET, "min_score", "+2.5"));
    assert_true(edit(&session, EDIT_UNSET, "weights.tmp_exe", NULL));
    for (size_t i = 0; i < 5; i++) {
        struct strbuf name = {0};

        journal_describe(&session.journal.edits[i], &name);
        assert_string_equal(strbuf_string(&name), names[i]);
        strbuf_release(&name);
    }
    assert_live(&session, "whitelist.names", "[sshd, nginx]");

    for (size_t i = 5; i-- > 0;)
        assert_ptr_equal(journal_undo(&session.journal), &session.journal.edits[i]);
    assert_null(journal_undo(&session.journal));
    reapply(&session);
    assert_true(settings_equal(&session.live, &session.base));
    assert_false(journal_has_pending(&session.journal));

    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(journal_redo(&session.journal), &session.journal.edits[i]);
    reapply(&session);
    assert_live(&session, "weights.tmp_exe", "2");
    assert_live(&session, "min_score", "2.5");

    /* A new edit forgets what was undone. */
    assert_true(edit(&session, EDIT_SET, "topk", "5"));
    assert_null(journal_redo(&session.journal));
    assert_int_equal(session.journal.count, 5);
    close_session(&session);
}

static void refuses_what_the_schema_refuses(void **state)
{
    (void)state;
    struct session session;

    open_session(&session, file_text);
    assert_false(edit(&session, EDIT_SET, "nothing", "1"));
    assert_false(edit(&session, EDIT_SET, "min_score", "high"));
    assert_false(edit(&session, EDIT_SET, "min_score", "-1"));
    assert_false(edit(&session, EDIT_SET, "whitelist.names", "x"));
    assert_false(edit(&session, EDIT_ADD, "min_score", "1"));
    assert_false(edit(&session, EDIT_ADD, "whitelist.paths", "bin/x"));
    assert_false(edit(&session, EDIT_DELETE, "whitelist.names", "nobody"));
    assert_false(edit(&session, EDIT_SET, "use_sklearn", "true"));
    assert_false(edit(&session, EDIT_ADD, "whitelist.names", "\xff\xfe"));
    assert_true(edit(&session, EDIT_SET, "min_score", "3"));          /* is 3 */
    assert_true(edit(&session, EDIT_ADD, "whitelist.names", "sshd")); /* is there */
    assert_int_equal(session.journal.count, 0);
    assert_true(settings_equal(&session.live, &session.base));
    close_session(&session);
}

static void writes_the_net_effect(void **state)
{
    (void)state;
    struct session session;

    open_session(&session, file_text);
    assert_patched(&session, file_text, file_text);
    edit(&session, EDIT_SET, "weights.tmp_exe", "3");
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    edit(&session, EDIT_SET, "topk", "5");
    edit(&session, EDIT_SET, "topk", "20"); /* back again: no line */
    edit(&session, EDIT_ADD, "whitelist.names", "nginx");
    edit(&session, EDIT_DELETE, "whitelist.names", "nginx"); /* nor here */
    edit(&session, EDIT_DELETE, "whitelist.names", "sshd");
    edit(&session, EDIT_ADD, "whitelist.paths", "/opt/a b");
    edit(&session, EDIT_SET, "ports", "22,443");
    edit(&session, EDIT_SET, "whitelist.mode", "strict");
    assert_patched(&session, file_text,
                   "# mine\nmin_score: 3.0 # because\nports: \"22,443\"\n"
                   "weights:\n  tmp_exe: 2   # builds\nwhitelist:\n  names:\n"
                   "    - cron # ok\n  paths:\n    - /opt/a b\n  mode: strict\n");
    close_session(&session);
}

static void leaves_out_what_was_not_chosen(void **state)
{
    (void)state;
    struct session session;

    open_session(&session, file_text);
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    edit(&session, EDIT_SET, "min_score", "2");
    session.journal.edits[1].is_left_out = true;
    assert_patched(&session, file_text,
                   "# mine\nmin_score: 3.0 # because\nports: [22, 80]\n"
                   "weights:\n  tmp_exe: 2   # builds\nwhitelist:\n  names:\n"
                   "    - sshd\n    - cron # ok\n");
    journal_settle(&session.journal);
    assert_int_equal(session.journal.count, 1);
    assert_string_equal(session.journal.edits[0].path, "min_score");
    assert_true(journal_has_pending(&session.journal));
    close_session(&session);
}

static void begins_a_file_with_the_changes_alone(void **state)
{
    (void)state;
    struct session session;

    open_session(&session, "");
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    edit(&session, EDIT_ADD, "whitelist.users", "1000");
    assert_patched(&session, "# Written by procwatch.\n",
                   "# Written by procwatch.\nweights:\n  tmp_exe: 2\nwhitelist:\n  users:\n"
                   "    - \"1000\"\n");
    close_session(&session);
}

static void fits_edits_to_a_file_that_changed(void **state)
{
    (void)state;
    struct session session;
    struct settings theirs;
    static const char changed[] = "min_score: 4 # them\nweights: {tmp_exe: 4}\n"
                                  "whitelist: {names: [sshd, extra]}\n";

    open_session(&session, file_text);
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    edit(&session, EDIT_SET, "min_score", "2");
    edit(&session, EDIT_DELETE, "whitelist.names", "cron"); /* they did so too */
    edit(&session, EDIT_ADD, "whitelist.names", "nginx");
    load(&theirs, changed);
    assert_false(journal_conflicts(&session.journal.edits[0], &session.base, &theirs));
    assert_true(journal_conflicts(&session.journal.edits[1], &session.base, &theirs));
    assert_false(journal_conflicts(&session.journal.edits[2], &session.base, &theirs));
    assert_false(journal_conflicts(&session.journal.edits[3], &session.base, &theirs));

    session.journal.edits[1].is_left_out = true; /* theirs */
    settings_release(&session.base);
    session.base = theirs;
    assert_patched(&session, changed,
                   "min_score: 4 # them\nweights: {tmp_exe: 2}\n"
                   "whitelist: {names: [sshd, extra, nginx]}\n");
    close_session(&session);
}

static void finds_entries_under_the_older_name(void **state)
{
    (void)state;
    struct session session = {0};
    struct problems problems = {0};
    static const char older[] = "whitelist:\n  exe_paths:\n  - /opt/a # a\n  - /opt/b # b\n";

    assert_true(settings_load_text(&session.base, "f", older, strlen(older), &problems));
    problems_release(&problems);
    settings_copy(&session.live, &session.base);
    assert_true(edit(&session, EDIT_DELETE, "whitelist.paths", "/opt/a"));
    assert_patched(&session, older, "whitelist:\n  exe_paths:\n  - /opt/b # b\n");
    close_session(&session);
}

static void says_why_it_cannot_write(void **state)
{
    (void)state;
    struct session session;
    struct strbuf text = {0}, error = {0};
    static const char shared[] = "weights: &w {tmp_exe: 3}\nother: *w\n";
    struct problems problems = {0};

    session = (struct session){0};
    assert_true(settings_load_text(&session.base, "f", shared, strlen(shared), &problems));
    problems_release(&problems);
    settings_copy(&session.live, &session.base);
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    const struct journal_target target = {
        .name = "f", .text = span_of_string(shared), .base = &session.base};
    assert_false(journal_patch(&session.journal, &target, &text, &error));
    assert_non_null(strstr(strbuf_string(&error), "anchor &w"));
    assert_int_equal(text.length, 0);
    strbuf_release(&error);
    close_session(&session);
}

static void keeps_unsaved_edits_for_the_next_start(void **state)
{
    (void)state;
    char *path, *found, *file = NULL;
    struct session session;
    struct journal read = {0};
    struct problems problems = {0};
    struct stat status;

    setenv("XDG_STATE_HOME", scratch, 1);
    open_session(&session, file_text);
    edit(&session, EDIT_SET, "weights.tmp_exe", "2");
    edit(&session, EDIT_ADD, "whitelist.names", "it's \"\033\"");
    edit(&session, EDIT_UNSET, "ports", NULL);

    /* Those of a program that still runs are its own. */
    assert_int_equal(journal_write_state(&session.journal, NULL, &path), 0);
    free(path);
    assert_null(journal_find_state());

    pid_t child = fork();
    if (child == 0)
        _exit(journal_write_state(&session.journal, "/etc/c.yaml", &path) != 0);
    int exit_status;
    assert_int_equal(waitpid(child, &exit_status, 0), child);
    assert_int_equal(exit_status, 0);

    found = journal_find_state();
    assert_non_null(found);
    assert_int_equal(stat(found, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_true(journal_read_state(&read, found, &file, &problems));
    assert_string_equal(file, "/etc/c.yaml");
    assert_int_equal(read.cursor, 3);
    struct settings again;
    journal_apply(&read, &session.base, false, &again);
    assert_true(settings_equal(&again, &session.live));

    settings_release(&again);
    journal_release(&read);
    free(found);
    free(file);
    close_session(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undoes_and_redoes_without_limit),
        cmocka_unit_test(names_each_edit_and_takes_it_back),
        cmocka_unit_test(refuses_what_the_schema_refuses),
        cmocka_unit_test(writes_the_net_effect),
        cmocka_unit_test(leaves_out_what_was_not_chosen),
        cmocka_unit_test(begins_a_file_with_the_changes_alone),
        cmocka_unit_test(fits_edits_to_a_file_that_changed),
        cmocka_unit_test(finds_entries_under_the_older_name),
        cmocka_unit_test(says_why_it_cannot_write),
        cmocka_unit_test_setup_teardown(keeps_unsaved_edits_for_the_next_start, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
