/* SPDX-License-Identifier: MIT */
/* The details: their cursor, their tabs, and what is copied out of them. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include <unistd.h>

#include "ui/detail.h"

enum { ROWS = 24, WIDTH = 80 };

static const struct machine_process park[] = {
    {1,   0,   "systemd",    "/usr/lib/systemd/systemd", NULL,        0, 0},
    {300, 1,   "bash",       "/usr/bin/bash",            NULL,        2, 0},
    {400, 300, "vim\033[2J", "/usr/bin/vim",             "vim notes", 3, 0},
};

/* The details of vim, with the keys. */
static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app->list.scope = SCOPE_ALL;
    app_arrange(app, ROWS, WIDTH);
    machine_adopt(app, park, 3);
    press(app, "/vim\r\r\r");
    assert_true(shows(app, "vim\\x1b[2J"));
}

/* The closer look that the engine would send: so many variables, and a secret. */
static void adopt_look(struct app *app, unsigned variables)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    struct closer closer = {.pid = 400, .variable_count = variables};

    header->ticks_per_second = header->cpus = header->page_size = 1;
    header->flags = SNAPSHOT_HAS_FOCUS;
    machine_add(builder, &park[2]);
    snapshot_builder_process(builder, 0)->starttime = 4000;
    memset(closer.states, FACT_KNOWN, sizeof closer.states);
    for (unsigned i = 0; i < variables; i++) {
        char name[32];

        snprintf(name, sizeof name, "VARIABLE_%u", i);
        snapshot_builder_add_variable(builder, span_of_string(name), span_of_string("x"));
    }
    snapshot_builder_add_variable(builder, span_of_string("DB_PASSWORD"),
                                  span_of_string("hunter2"));
    snapshot_builder_set_closer(builder, &closer);
    size_t size = snapshot_builder_size(builder);
    void *block = malloc(size);
    assert_non_null(block);
    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    detail_adopt_focus(app, block, size);
}

static void the_page_follows_its_cursor(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    adopt_look(&app, 50);
    press(&app, "e");
    assert_true(shows(&app, "VARIABLE_0"));
    for (int i = 0; i < 30; i++)
        press(&app, "j");
    assert_int_equal(app.detail.line, 30);
    assert_true(shows(&app, "VARIABLE_29"));
    assert_false(shows(&app, "VARIABLE_0="));
    press(&app, "G");
    assert_true(shows(&app, "DB_PASSWORD=***"));
    press(&app, "g/VARIABLE_33\r");
    assert_int_equal(app.detail.line, 34);
    assert_true(shows(&app, "VARIABLE_33"));
    app_release(&app);
}

static void a_search_for_nothing_goes_back_to_where_it_began(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    adopt_look(&app, 50);
    press(&app, "e");
    assert_true(shows(&app, "VARIABLE_0"));
    press(&app, "jj/VARIABLE_4");
    assert_int_equal(app.detail.line, 5);
    press(&app, "4");
    assert_int_equal(app.detail.line, 45);
    press(&app, "4");
    assert_int_equal(app.detail.line, 2);
    assert_int_equal(app.detail.scroll, 0);
    press_key(&app, KEY_SPECIAL(KEY_BACKSPACE));
    assert_int_equal(app.detail.line, 45);
    press_key(&app, KEY_ESCAPE);
    assert_int_equal(app.detail.line, 2);
    app_release(&app);
}

static void secrets_are_shown_for_one_process_only(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    adopt_look(&app, 1);
    press(&app, "e");
    assert_false(shows(&app, "hunter2"));
    press(&app, "*");
    assert_true(shows(&app, "hunter2"));
    press(&app, "*");
    assert_false(shows(&app, "hunter2"));
    press(&app, "*");
    app_select(&app, 0);
    assert_false(app.detail.reveals_secrets);
    app_release(&app);
}

/* A process that is gone keeps all of its tabs. */
static void the_gone_keep_their_last_look(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    adopt_look(&app, 1);
    machine_adopt(&app, park, 2);
    press(&app, "e");
    assert_true(shows(&app, "gone: as last seen"));
    assert_true(shows(&app, "VARIABLE_0=x"));
    app_release(&app);
}

/* Killed, and not waited for by its parent: it is there, and has nothing any more. */
static void a_zombie_is_as_last_seen(void **state)
{
    struct subject subject;
    struct app app;
    size_t size;

    (void)state;
    start(&app);
    adopt_look(&app, 1);
    for (int i = 0; i < 2; i++) {
        char *block = machine_block(park, 3, &size);
        const struct snapshot_header *header = (const void *)block;
        struct process *processes =
            (void *)(block + header->sections[SECTION_PROCESSES].offset);

        processes[2].state = 'Z';
        processes[2].cmdline = (struct text_ref){0};
        app_adopt(&app, block, size);
    }
    assert_true(detail_subject(&app, &subject));
    assert_true(subject.is_gone);
    assert_true(subject.row.process->cmdline.length > 0);
    press(&app, "e");
    assert_true(shows(&app, "VARIABLE_0=x"));
    machine_adopt(&app, park, 2);
    assert_true(detail_subject(&app, &subject));
    assert_true(subject.row.process->cmdline.length > 0);
    app_release(&app);
}

static void a_click_opens_the_tab_under_it(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    for (int tab = TAB_COUNT - 1; tab >= 0; tab--) {
        detail_click(&app, 0, app.detail.tab_ends[tab] - 1);
        assert_int_equal(app.detail.tab, tab);
        assert_true(shows(&app, "vim\\x1b[2J"));
    }
    detail_click(&app, 0, 1);
    assert_int_equal(app.detail.tab, TAB_REASONS);
    press(&app, "a");
    assert_true(shows(&app, "vim\\x1b[2J"));
    detail_click(&app, 3, 10);
    assert_int_equal(app.detail.line, app.detail.scroll + 2);
    app_release(&app);
}

static void read_text(const char *path, struct strbuf *out)
{
    char bytes[4096];
    FILE *file = fopen(path, "re");

    assert_non_null(file);
    strbuf_add(out, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
}

static void copies_lines_behind_what_is_there(void **state)
{
    const char *path = scratch_path("notes");
    char keys[128];
    struct strbuf text = {0};
    struct stat status;
    struct app app;

    (void)state;
    start(&app);
    press(&app, "a");
    assert_true(shows(&app, "vim\\x1b[2J"));
    snprintf(keys, sizeof keys, "jc\025%s\r", path);
    press(&app, keys);
    /* The file is known now. */
    press(&app, "jc");
    read_text(path, &text);
    assert_non_null(strstr(strbuf_string(&text), " 400 vim\\x1b[2J (ancestry)\n    "));
    assert_non_null(strstr(strbuf_string(&text), "300 bash"));
    assert_non_null(strstr(strbuf_string(&text), "400 vim\\x1b[2J  alice"));
    assert_null(strchr(strbuf_string(&text), '\033'));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);

    /* Never through a link. */
    unlink(path);
    assert_int_equal(symlink("elsewhere", path), 0);
    press(&app, "c");
    assert_non_null(strstr(app.message.text, path));
    assert_int_equal(app.message.role, ROLE_ERROR);
    strbuf_release(&text);
    app_release(&app);
}

/* With its evidence, what speaks for it, and how to see for oneself. */
static void a_reason_is_copied_whole(void **state)
{
    static const struct machine_process odd = {500, 1, "x", "/tmp/x", "/tmp/x --run", 0, 0};
    struct strbuf text = {0};
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, &odd, 1);
    strbuf_set_string(&app.notes, scratch_path("reasons"));
    press_key(&app, KEY_ESCAPE);
    press_key(&app, KEY_SPECIAL(KEY_HOME));
    press(&app, "r\r");
    assert_true(shows(&app, "evidence"));
    press(&app, "c");
    read_text(scratch_path("reasons"), &text);
    assert_non_null(strstr(strbuf_string(&text), " 500 x (reasons)\n    +4.0 TMP "));
    assert_non_null(strstr(strbuf_string(&text), "\n              evidence  /tmp/x\n"));
    assert_non_null(strstr(strbuf_string(&text), " innocent "));
    assert_non_null(strstr(strbuf_string(&text), " verify "));
    strbuf_release(&text);
    app_release(&app);
}

static void what_is_not_known_is_not_clean(void **state)
{
    struct app app;
    size_t size;

    (void)state;
    start(&app);
    char *block = machine_block(park, 3, &size);
    const struct snapshot_header *header = (const void *)block;
    struct process *processes = (void *)(block + header->sections[SECTION_PROCESSES].offset);
    processes[2].facts[FACT_MAPS] = FACT_DENIED;
    app_adopt(&app, block, size);
    press(&app, "rG");
    assert_true(shows(&app, "Not assessed: unknown is not clean"));
    assert_true(shows(&app, "wx_mem "));
    assert_true(shows(&app, "maps denied"));
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_follows_its_cursor),
        cmocka_unit_test(a_search_for_nothing_goes_back_to_where_it_began),
        cmocka_unit_test(secrets_are_shown_for_one_process_only),
        cmocka_unit_test(the_gone_keep_their_last_look),
        cmocka_unit_test(a_zombie_is_as_last_seen),
        cmocka_unit_test(a_click_opens_the_tab_under_it),
        cmocka_unit_test(copies_lines_behind_what_is_there),
        cmocka_unit_test(a_reason_is_copied_whole),
        cmocka_unit_test(what_is_not_known_is_not_clean),
    };

    return cmocka_run_group_tests_name("ui/detail", tests, open_screen, close_screen);
}
