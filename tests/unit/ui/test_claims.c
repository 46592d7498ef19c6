/* SPDX-License-Identifier: MIT */
/*
 * Every key in every context does what help says of it: for each action a claim, which
 * is tried with each of its keys, in each context where the table has it. An action
 * without a claim fails.
 */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include "ui/frame.h"

/* A page of the list: less header, heading, bar, and the four that ended. */
enum { ROWS = 30, WIDTH = 120, PROCESSES = 80, PAGE = ROWS - 5 - 4 };

static WINDOW *window;
static struct machine_process machine[PROCESSES];

static int set_up(void **state)
{
    if (open_screen(state) != 0)
        return -1;
    window = newpad(ROWS, WIDTH);
    for (int i = 0; i < PROCESSES; i++)
        machine[i] = (struct machine_process){
            .pid = i + 1,
            .ppid = (i + 1) / 2,
            .comm = i == 40 ? "needle" : "cron",
            .exe = i % 10 == 7 ? "/tmp/x" : "/usr/sbin/cron",
            .cpu_percent = (float)i,
            .flags = i == 60 ? PROCESS_PF_KTHREAD : 0,
        };
    return setenv("HOME", scratch, 1) | setenv("XDG_CONFIG_HOME", scratch, 1) |
           setenv("XDG_STATE_HOME", scratch, 1);
}

static int tear_down(void **state)
{
    delwin(window);
    return close_screen(state);
}

#define DOWN      "\x0e" /* ^N */
#define PAGE_DOWN "\x1f" /* for that key; no key of its own */

/* With a look at the screen after each key, as one has. */
static void type(struct app *app, const char *keys)
{
    for (; *keys; keys++) {
        if (*keys == *PAGE_DOWN)
            press_key(app, KEY_SPECIAL(KEY_NPAGE));
        else
            press(app, (const char[]){*keys, '\0'});
        frame_draw(app, window);
    }
}

static void start(struct app *app, enum key_preset preset)
{
    struct problems problems = {0};

    scratch_write("config.yaml", "min_score: 3.0  # ours\n", 0600);
    app_init(app);
    keys_use(app, preset);
    settings_release(&app->tuning.base);
    settings_release(&app->tuning.live);
    assert_true(tuning_open(&app->tuning, scratch_path("config.yaml"), &problems));
    problems_release(&problems);
    window_theme(&app->theme, "default-dark");
    app->list.scope = SCOPE_ALL;
    app_arrange(app, ROWS, WIDTH);
    machine_adopt(app, machine, PROCESSES);
    machine_adopt(app, machine, PROCESSES / 2);
    machine_adopt(app, machine, PROCESSES);
    frame_draw(app, window);
}

/* What leads from the list into a context. */
static const struct {
    enum context context;
    const char *keys;
} ways[] = {
    {CONTEXT_LIST,      ""              },
    {CONTEXT_DETAIL,    "x\r"           },
    {CONTEXT_TUNE,      "C"             },
    {CONTEXT_WHITELIST, "w"             },
    {CONTEXT_REVIEW,    ":set topk 7\rW"},
    {CONTEXT_HELP,      "?"             },
    {CONTEXT_MENU,      "f"             },
    {CONTEXT_CONFIRM,   ":signal\r\r"   },
    {CONTEXT_LOG,       "L"             },
    {CONTEXT_PROMPT,    "/"             },
};

/* Each reads one number that a key changes. */
#define PROBE(name, value)                  \
    static long name(const struct app *app) \
    {                                       \
        return (long)(value);               \
    }
#define HUNDREDTHS(number) ((number)*100 + 0.5)

/* Where one reads, in whatever is open. */
static long place(const struct app *app)
{
    if (app->help.is_open)
        return (long)app->help.scroll;
    if (app->log.is_open)
        return (long)app->log.line;
    return (long)app->detail.line;
}

/* The key names the tab. */
static long tab_of_key(const struct app *app)
{
    return app->detail.is_open && app->key >= '1' && app->key <= '9' &&
           app->detail.tab == (enum tab)(app->key - '1');
}

/* At once, or after a question about edits. */
static long leaves(const struct app *app)
{
    bool asks = app->menu.title && strcmp(app->menu.title, "Edits are not saved") == 0;

    return !app->is_running || asks;
}

enum { WAITS = -1, SENDS, SENDS_NOTHING };

static long answer(const struct app *app)
{
    if (app->confirm.is_open)
        return WAITS;
    return strcmp(app->message.text, "nothing was sent") == 0 ? SENDS_NOTHING : SENDS;
}

PROBE(context, app_context(app))
PROBE(row, app->list.index)
PROBE(pid, app->list.selected.pid)
PROBE(rows_shown, app->view.count)
PROBE(sort, app->list.sort - columns)
PROBE(is_reversed, app->list.is_reversed)
PROBE(mode, app->list.mode)
PROBE(scope, app->list.scope)
PROBE(is_tree, app->list.is_tree)
PROBE(tags, app->list.tagged.count)
PROBE(followed, app->list.followed.pid)
PROBE(is_command, app->list.shows_command)
PROBE(shows_ended, app->list.shows_all_ended)
PROBE(shows_threads, app->list.shows_threads)
PROBE(hides_containers, app->list.hides_containers)
PROBE(skipped, app->list.columns.skipped)
PROBE(tab, app->detail.is_open ? (int)app->detail.tab : -1)
PROBE(reveals, app->detail.reveals_secrets)
PROBE(hides_comings, app->log.hides_comings)
PROBE(tune_place, app->tune.index)
PROBE(edits, app->tuning.journal.cursor)
PROBE(left_out, app->tuning.journal.edits[0].is_left_out)
PROBE(threshold, HUNDREDTHS(app->settings.scoring.min_score))
PROBE(weight, HUNDREDTHS(app->settings.scoring.weights[heuristics_find("tmp_exe")]))
PROBE(cpu_high, HUNDREDTHS(app->settings.thresholds.cpu_high))
PROBE(has_whatif, app->shows_whatif)
PROBE(is_paused, app->is_paused)
PROBE(is_folded_away, app->is_header_folded)
PROBE(acknowledged, app->refresh->scores.acknowledged_count)
PROBE(wants_suspend, app->wants_suspend)
PROBE(wants_repaint, app->wants_repaint)
PROBE(wants_editor, app->wants_editor)
PROBE(has_message, app->message.text[0] != '\0')
PROBE(menu_place, app->menu.title ? (long)app->menu.index : -1)
PROBE(set_chosen, app->menu.title ? -1 : list_set(&app->list) - column_sets)
PROBE(entry, app->whitelisting.is_open ? (long)app->whitelisting.index : -1)
PROBE(review_place, app->review.index)
PROBE(review_scroll, app->review.scroll)
PROBE(cursor, app->prompt.cursor)
PROBE(typed, app->prompt.text.length)
PROBE(searches, app->prompt.label ? -1 : (long)app->searches.count)

enum how {
    BY,    /* so much more than before */
    TO,    /* it becomes this */
    MOVES, /* it is something else */
};

/* So many that a page of the review does not hold them. */
#define SET(weight) ":set weights." weight " 1\r"
#define MANY_EDITS     \
    SET("deleted_exe") \
    SET("memfd_exe")   \
    SET("tmp_exe")     \
    SET("wx_mem")      \
    SET("ptraced")     \
    SET("unusual_parent") SET("no_tty") SET("ld_preload") SET("high_cpu") SET("no_exe")

/* clang-format off */
static const struct claim {
    const char *action;
    unsigned contexts; /* 0: wherever it has a key */
    const char *before; /* keys that make it worth trying */
    long (*probe)(const struct app *app);
    enum how how;
    long value;
} claims[] = {
    {"help", 0, "", context, TO, CONTEXT_HELP},
    {"up", 0, DOWN DOWN, row, BY, -1},
    {"down", 0, "", row, BY, 1},
    {"page-up", 0, "G", row, BY, -PAGE},
    {"page-down", 0, "", row, BY, PAGE},
    {"half-up", 0, "G", row, BY, -(PAGE + 1) / 2},
    {"half-down", 0, "", row, BY, (PAGE + 1) / 2},
    {"first", 0, "G", row, TO, 0},
    {"last", 0, "", row, TO, PROCESSES - 1},
    {"search", 0, "", context, TO, CONTEXT_PROMPT},
    {"search-next", 0, "/needle\rg", pid, TO, 41},
    {"search-previous", 0, "/needle\rg", pid, TO, 41},
    {"pid-search", 0, "", context, TO, CONTEXT_PROMPT},
    {"filter", 0, "", context, TO, CONTEXT_PROMPT},
    {"filters", 0, "", context, TO, CONTEXT_MENU},
    {"user", 0, "", context, TO, CONTEXT_MENU},
    {"clear-filters", 0, "\\needle\r", rows_shown, TO, PROCESSES},
    {"scope", 0, "", scope, TO, SCOPE_EXCUSED},
    {"kernel-threads", 0, "", rows_shown, BY, -1},
    {"thread-rows", 0, "", shows_threads, TO, 1},
    {"containers", 0, "", hides_containers, TO, 1},
    {"who-has", 0, "", context, TO, CONTEXT_PROMPT},
    {"ended", 0, "", shows_ended, TO, 1},
    {"command-line", 0, "", is_command, TO, 1},
    {"reason-mode", 0, "", mode, TO, LIST_MATRIX},
    {"tree", 0, "", is_tree, TO, 1},
    {"fold", 0, "tg", rows_shown, MOVES, 0},
    {"unfold", 0, "tg-", rows_shown, TO, PROCESSES},
    {"fold-all", 0, "t", rows_shown, MOVES, 0},
    {"parent", 0, "/needle\r", pid, TO, 20},
    {"follow", 0, "/needle\r", followed, TO, 41},
    {"tag", 0, "", tags, TO, 1},
    {"tag-subtree", 0, "N" DOWN "G", tags, MOVES, 0},
    {"untag", 0, "   ", tags, TO, 0},
    {"columns", 0, "", context, TO, CONTEXT_MENU},
    {"scroll-right", 0, "", skipped, BY, 1},
    {"scroll-left", 0, ":scroll-right\r", skipped, BY, -1},
    {"sort", 0, "", context, TO, CONTEXT_MENU},
    {"sort-score", 0, "N", sort, TO, 0},
    {"sort-cpu", 0, "", sort, MOVES, 0},
    {"sort-memory", 0, "", sort, MOVES, 0},
    {"sort-age", 0, "", sort, MOVES, 0},
    {"sort-pid", 0, "", sort, MOVES, 0},
    {"sort-reverse", 0, "", is_reversed, TO, 1},
    {"threshold-lower", 0, "", threshold, BY, -50},
    {"threshold-raise", 0, "", threshold, BY, 50},
    {"details", 0, "", tab, TO, TAB_REASONS},
    {"next-tab", CONTEXT_LIST, "r", tab, BY, 1},
    {"next-tab", CONTEXT_DETAIL, "r", tab, BY, 1},
    {"previous-tab", 0, "i", tab, BY, -1},
    {"tab-by-number", 0, "r", tab_of_key, TO, 1},
    {"reasons", 0, "i", tab, TO, TAB_REASONS},
    {"maps", 0, "", tab, TO, TAB_MAPS},
    {"connections", 0, "", tab, TO, TAB_CONNECTIONS},
    {"ancestry", 0, "", tab, TO, TAB_ANCESTRY},
    {"program", 0, "r", tab, TO, TAB_PROGRAM},
    {"files", 0, "", tab, TO, TAB_FILES},
    {"environ", 0, "", tab, TO, TAB_ENVIRON},
    {"threads", 0, "", tab, TO, TAB_THREADS},
    {"security", 0, "", tab, TO, TAB_SECURITY},
    {"close", 0, "r", tab, TO, -1},
    {"back", 0, "", tab, TO, -1},
    {"reveal", 0, "e", reveals, TO, 1},
    {"copy", 0, "", context, TO, CONTEXT_PROMPT},
    {"line-up", 0, "jj", place, BY, -1},
    {"line-down", CONTEXT_HELP | CONTEXT_DETAIL, "", place, BY, 1},
    {"line-down", CONTEXT_LOG, "g", place, BY, 1},
    {"page-back", 0, "G", place, MOVES, 0},
    {"page-forward", CONTEXT_HELP | CONTEXT_DETAIL, "", place, MOVES, 0},
    {"page-forward", CONTEXT_LOG, "g", place, MOVES, 0},
    {"top", 0, "G", place, TO, 0},
    {"bottom", CONTEXT_HELP | CONTEXT_DETAIL, "", place, MOVES, 0},
    {"bottom", CONTEXT_LOG, "g", place, MOVES, 0},
    {"find", 0, "", context, TO, CONTEXT_PROMPT},
    {"find-next", CONTEXT_HELP, "/weight\r", place, MOVES, 0},
    {"find-next", CONTEXT_DETAIL, "/cron\r", place, MOVES, 0},
    {"find-next", CONTEXT_LOG, "g/cron\r", place, MOVES, 0},
    {"find-previous", CONTEXT_HELP, "/weight\r", place, MOVES, 0},
    {"find-previous", CONTEXT_DETAIL, "/cron\rg", place, MOVES, 0},
    {"find-previous", CONTEXT_LOG, "g/cron\r", place, MOVES, 0},
    {"close-help", 0, "", context, TO, CONTEXT_LIST},
    {"log", 0, "", context, TO, CONTEXT_LOG},
    {"close-log", 0, "", context, TO, CONTEXT_LIST},
    {"log-comings", 0, "", hides_comings, TO, 1},
    {"tune", 0, "", context, TO, CONTEXT_TUNE},
    {"tune-close", 0, "", context, TO, CONTEXT_LIST},
    {"tune-up", 0, "jj", tune_place, BY, -1},
    {"tune-down", 0, "", tune_place, BY, 1},
    {"tune-page-up", 0, "G", tune_place, MOVES, 0},
    {"tune-page-down", 0, "", tune_place, MOVES, 0},
    {"tune-first", 0, "G", tune_place, TO, 0},
    {"tune-last", 0, "", tune_place, MOVES, 0},
    {"tune-lower", 0, "/cpu_high\r", cpu_high, MOVES, 0},
    {"tune-raise", 0, "/cpu_high\r", cpu_high, MOVES, 0},
    {"tune-type", 0, "", context, TO, CONTEXT_PROMPT},
    {"tune-default", 0, "/cpu_high\r:set cpu_high 50\r", cpu_high, TO, 9000},
    {"tune-find", 0, "", context, TO, CONTEXT_PROMPT},
    {"tune-find-next", 0, "/weight\r", tune_place, MOVES, 0},
    {"weight-raise", CONTEXT_DETAIL, "r", weight, BY, 100},
    {"weight-raise", CONTEXT_TUNE, "/tmp_exe\r", weight, BY, 100},
    {"weight-lower", CONTEXT_DETAIL, "r", weight, BY, -100},
    {"weight-lower", CONTEXT_TUNE, "/tmp_exe\r", weight, BY, -100},
    {"weight-raise-finely", CONTEXT_DETAIL, "r", weight, BY, 10},
    {"weight-raise-finely", CONTEXT_TUNE, "/tmp_exe\r", weight, BY, 10},
    {"weight-lower-finely", CONTEXT_DETAIL, "r", weight, BY, -10},
    {"weight-lower-finely", CONTEXT_TUNE, "/tmp_exe\r", weight, BY, -10},
    {"weight-zero", CONTEXT_DETAIL, "r", weight, TO, 0},
    {"weight-zero", CONTEXT_TUNE, "/tmp_exe\r", weight, TO, 0},
    {"weight-default", 0, "r+", weight, TO, 400},
    {"whitelist", 0, "", context, TO, CONTEXT_WHITELIST},
    {"acknowledge", 0, "", acknowledged, TO, 1},
    {"what-if", 0, "", has_whatif, TO, 1},
    {"undo", 0, ":set topk 7\r", edits, BY, -1},
    {"redo", 0, ":set topk 7\rz", edits, BY, 1},
    {"save", 0, ":set topk 7\r", context, TO, CONTEXT_REVIEW},
    {"edit-file", 0, "", wants_editor, TO, 1},
    {"command", 0, "", context, TO, CONTEXT_PROMPT},
    {"entry-up", 0, "jj", entry, BY, -1},
    {"entry-down", 0, "", entry, BY, 1},
    {"entry-add", 0, "", edits, BY, 1},
    {"entry-edit", 0, "", context, TO, CONTEXT_PROMPT},
    {"entry-cancel", 0, "", entry, TO, -1},
    {"review-up", 0, "n:set min_score 9\rWj", review_place, BY, -1},
    {"review-down", 0, "n:set min_score 9\rW", review_place, BY, 1},
    {"review-page-up", 0, "n" MANY_EDITS "W" PAGE_DOWN, review_scroll, TO, 0},
    {"review-page-down", 0, "n" MANY_EDITS "W", review_scroll, MOVES, 0},
    {"review-choose", 0, "", left_out, TO, 1},
    {"review-save", 0, "", edits, TO, 0},
    {"review-save-as", 0, "", context, TO, CONTEXT_PROMPT},
    {"review-reload", 0, "", has_message, TO, 1},
    {"review-back", 0, "", context, TO, CONTEXT_LIST},
    {"signal", 0, "", context, TO, CONTEXT_MENU},
    {"dump", 0, "", context, TO, CONTEXT_MENU},
    {"record", 0, "", context, TO, CONTEXT_PROMPT},
    /* Of a machine that is watched they say that it is no recording. */
    {"replay-forward", 0, "", has_message, TO, 1},
    {"replay-back", 0, "", has_message, TO, 1},
    {"replay-at", 0, "", has_message, TO, 1},
    {"pause", 0, "", is_paused, TO, 1},
    {"delay", 0, "", context, TO, CONTEXT_PROMPT},
    {"header", 0, "", is_folded_away, TO, 1},
    {"repaint", 0, "", wants_repaint, TO, 1},
    {"suspend", 0, "", wants_suspend, TO, 1},
    {"quit", 0, "", leaves, TO, 1},
    {"menu-up", 0, "jj", menu_place, BY, -1},
    {"menu-down", 0, "", menu_place, BY, 1},
    {"menu-page-up", 0, "jjjjj", menu_place, TO, 0},
    {"menu-page-down", 0, "", menu_place, MOVES, 0},
    {"menu-choose", 0, "j", set_chosen, TO, 1},
    {"menu-cancel", 0, "j", set_chosen, TO, 0},
    {"confirm-yes", 0, "", answer, TO, SENDS},
    {"confirm-no", 0, "", answer, TO, SENDS_NOTHING},
    {"prompt-accept", 0, "abc", searches, TO, 1},
    {"prompt-cancel", 0, "abc", searches, TO, 0},
    {"prompt-left", 0, "abc", cursor, BY, -1},
    {"prompt-right", 0, "abc\x01", cursor, BY, 1},
    {"prompt-home", 0, "abc", cursor, TO, 0},
    {"prompt-end", 0, "abc\x01", cursor, TO, 3},
    {"prompt-backspace", 0, "abc", typed, BY, -1},
    {"prompt-delete", 0, "abc\x01", typed, BY, -1},
    {"prompt-delete-word", 0, "abc de", typed, TO, 4},
    {"prompt-delete-before", 0, "abc", typed, TO, 0},
    {"prompt-delete-behind", 0, "abc\x01", typed, TO, 0},
    {"prompt-older", 0, "abc\r/", typed, TO, 3},
    {"prompt-newer", 0, "abc\r/\x10", typed, TO, 0},
    {"prompt-complete", 0, "\x1b:uns", typed, TO, 6},
};
/* clang-format on */

enum { CLAIM_COUNT = sizeof claims / sizeof *claims };

static const struct claim *find_claim(const char *action, enum context where)
{
    for (size_t i = 0; i < CLAIM_COUNT; i++)
        if (strcmp(claims[i].action, action) == 0 &&
            (claims[i].contexts == 0 || claims[i].contexts & (unsigned)where))
            return &claims[i];
    return NULL;
}

static bool holds(const struct claim *claim, long before, long after)
{
    switch (claim->how) {
    case BY:
        return after - before == claim->value;
    case TO:
        return before != claim->value && after == claim->value;
    case MOVES:
        return after != before;
    }
    return false;
}

/* Returns whether it did. */
static bool try_key(enum key_preset preset, const struct key_row *tried, enum context where,
                    const char *way)
{
    const struct claim *claim = find_claim(tried->action_name, where);
    struct strbuf name = {0};
    struct app app;

    key_add_name(&name, tried->key);
    if (!claim) {
        print_error("nothing is claimed of %s in %s\n", tried->action_name,
                    context_name(where));
        return false;
    }
    start(&app, preset);
    type(&app, way);
    type(&app, claim->before);
    bool is_there = app_context(&app) == where;
    long before = claim->probe(&app);
    key_dispatch(&app, tried->key);
    long after = claim->probe(&app);
    frame_draw(&app, window);
    bool is_true = is_there && holds(claim, before, after);
    if (!is_true)
        print_error("%s (%s) in %s of %s: from %ld to %ld%s; \"%s\"\n", strbuf_string(&name),
                    tried->action_name, context_name(where), key_preset_name(preset), before,
                    after, is_there ? "" : ", another context", app.message.text);
    strbuf_release(&name);
    app_release(&app);
    return is_true;
}

static void try_all_keys(enum key_preset preset)
{
    const struct key_bindings nothing = {0};
    struct keymap map = {0};
    unsigned wrong = 0;

    keymap_make(&map, preset, &nothing);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
        for (size_t i = 0; i < map.count; i++)
            if (map.rows[i].contexts & (unsigned)ways[w].context)
                wrong += !try_key(preset, &map.rows[i], ways[w].context, ways[w].keys);
    keymap_release(&map);
    assert_int_equal(wrong, 0);
}

static void every_key_does_what_help_says(void **state)
{
    (void)state;
    try_all_keys(KEYS_HTOP);
}

static void so_does_every_key_of_vim(void **state)
{
    (void)state;
    try_all_keys(KEYS_VIM);
}

/* From the prompt, where no key of theirs was pressed. */
static void every_action_can_be_called_by_its_name(void **state)
{
    struct app app;

    (void)state;
    for (size_t i = 0; i < key_row_count; i++) {
        if (!(key_rows[i].contexts & (CONTEXT_LIST | CONTEXT_DETAIL | CONTEXT_TUNE)))
            continue;
        start(&app, KEYS_HTOP);
        type(&app, ":");
        type(&app, key_rows[i].action_name);
        type(&app, "\r");
        if (strstr(app.message.text, "there is no command"))
            fail_msg("%s: %s", key_rows[i].action_name, app.message.text);
        if (app.prompt.label)
            type(&app, "\x1b");
        app_release(&app);
    }
}

static void every_claim_is_of_an_action(void **state)
{
    (void)state;
    for (size_t c = 0; c < CLAIM_COUNT; c++) {
        bool is_found = false;

        for (size_t i = 0; i < key_row_count && !is_found; i++)
            is_found = strcmp(key_rows[i].action_name, claims[c].action) == 0;
        if (!is_found)
            fail_msg("%s is no action any more", claims[c].action);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_does_what_help_says),
        cmocka_unit_test(so_does_every_key_of_vim),
        cmocka_unit_test(every_action_can_be_called_by_its_name),
        cmocka_unit_test(every_claim_is_of_an_action),
    };

    return cmocka_run_group_tests_name("ui/claims", tests, set_up, tear_down);
}
