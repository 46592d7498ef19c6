/* SPDX-License-Identifier: MIT */
/*
 * Whole screens, as a terminal shows them, over recorded machines: the text and
 * a plane of attributes, compared with tests/golden/screens/. UPDATE_GOLDEN=1
 * writes them anew; read the difference before you commit it.
 */
#include "tests/support/fixture.h"

#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "recording/recording.h"
#include "tests/support/screen.h"
#include "tests/support/tape.h"

/* What the stories of tuning find in the directory they are started in. */
#define CONFIG "--config=config.yaml"
static const char config_text[] = "# ours\n"
                                  "min_score: 3.0   # flagged from here on\n"
                                  "weights:\n"
                                  "  tmp_exe: 4     # builds run there\n"
                                  "whitelist:\n"
                                  "  names:\n"
                                  "    - sshd       # the jump host\n";

/* What is replayed, there too. */
#define TAPE "--replay=night.rec"

/* clang-format off */
static const struct story {
    const char *name;
    const char *fixture;
    int rows, columns;
    const char *term;
    const char *option; /* or NULL */
    /* Pairs: wait for this text, then press these keys. */
    const char *steps[9];
} stories[] = {
    {"list-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0"}},
    {"list-40x10", "reverse_shell.proc", 10, 40, "xterm-256color", NULL, {"nginx"}},
    {"details-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "\r", "evidence"}},
    {"connections-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", NULL, {"10.0", "i", "REMOTE"}},
    {"program-120x40", "web_shell.proc", 40, 120, "xterm-256color", NULL, {"nginx", "x", "argv[0]"}},
    {"ancestry-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "a", "session"}},
    {"miner-80x24", "fileless_miner.proc", 24, 80, "xterm-256color", NULL, {"14.0", "x", "argv[0]"}},
    {"hidden-80x24", "hidden_process.proc", 24, 80, "xterm-256color", NULL, {"libhide.so"}},
    {"files-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "l", "TARGET"}},
    {"environ-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "e", "masked"}},
    {"revealed-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "e", "masked", "\r*", "hunter2", "/s3c\r"}},
    {"threads-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "y", "TID"}},
    {"security-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", NULL, {"10.0", "Y", "LIMIT"}},
    {"security-40x10", "reverse_shell.proc", 10, 40, "xterm-256color", NULL, {"nginx", "Y", "inheritable"}},
    {"details-200x50", "reverse_shell.proc", 50, 200, "xterm-256color", NULL, {"10.0", "\r", "evidence"}},
    {"maps-120x40", "wx_memory.proc", 40, 120, "xterm-256color", NULL, {"systemd", "m", "PERM"}},
    {"matrix-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", NULL, {"10.0", "o", "as a matrix"}},
    {"hostile-80x24", "hostile_names.proc", 24, 80, "xterm-256color", NULL, {"10.0"}},
    {"help-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "?", "every key"}},
    {"signal-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "  k", "nothing of it can be acted on"}},
    {"log-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "L", "flagged"}},
    {"colours8-80x24", "reverse_shell.proc", 24, 80, "xterm-color", NULL, {"10.0"}},
    {"mono-80x24", "reverse_shell.proc", 24, 80, "vt100", NULL, {"10.0"}},
    {"ascii-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", "--ascii", {"10.0", "\r", "evidence"}},
    {"tune-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", "C", "DEFAULT", "/revshell_s\r++", "14.0"}},
    {"tune-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", CONFIG, {"10.0", "C", "MEANING", "]]]]~", "SAVED", "]]]]]]]]]]]]]]]]", "no longer"}},
    {"whitelist-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", "w", "EXCUSED"}},
    {"whitelist-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", CONFIG, {"10.0", "w", "EXCUSED", "kjjj", "broad"}},
    {"save-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", ":set weights.tmp_exe 2\r:del whitelist.names sshd\rW", "review and save"}},
    {"save-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", CONFIG, {"10.0", ":set weights.tmp_exe 2\r:del whitelist.names sshd\rWt", "[ ]"}},
    {"reasons-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", "\r\r", "evidence", "+", "+7.0"}},
    {"edited-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", ":set weights.tmp_exe 2\rE", "read again", "W", "tmp_exe: 2 "}},
    {"replay-80x24", "clean_server.proc", 24, 80, "xterm-256color", TAPE, {"REPLAY 1/4", "@08:00:25\rr", "evidence"}},
    {"replay-120x40", "clean_server.proc", 40, 120, "xterm-256color", TAPE, {"REPLAY 1/4", "}}}:set min_score 13\r~", "SAVED", "e", "not in the recording"}},
    {"vim-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", "--keys=vim", {"10.0", "jkr", "evidence", "o", "TARGET"}},
    {"thread-rows-80x24", "clean_server.proc", 24, 80, "xterm-256color", "--threads", {"aio reader", "611\r\r", "TID"}},
    {"thread-tree-120x40", "clean_server.proc", 40, 120, "xterm-256color", NULL, {"nginx", "H", "aio reader", "t", "as a tree"}},
    {"list-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", NULL, {"10.0"}},
    {"list-200x50", "web_shell.proc", 50, 200, "xterm-256color", NULL, {"nginx"}},
    {"tree-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "t", "as a tree", " ", "tagged: 1"}},
    {"tree-folded-120x40", "web_shell.proc", 40, 120, "xterm-256color", NULL, {"nginx", "t", "as a tree", "600\r-F", "following"}},
    {"tree-ascii-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", "--ascii", {"10.0", "t", "as a tree"}},
    {"net-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", NULL, {"10.0", ":columns net\r", "who talks to whom"}},
    {"origin-200x50", "reverse_shell.proc", 50, 200, "xterm-256color", NULL, {"10.0", ":columns origin\r", "whence it came"}},
    {"columns-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "f", "one by one"}},
    {"command-lines-120x40", "web_shell.proc", 40, 120, "xterm-256color", NULL, {"nginx", "p", "command lines"}},
    {"filter-error-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "\\name~ng", "Filter: name~ng", "(", "atched"}},
    {"who-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", ":who :4444\r", "who has :4444: 1"}},
    {"sort-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", ":sort rss\r", "resident"}},
    {"cb-safe-dark-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", "--theme=cb-safe-dark", {"10.0", "\r", "evidence"}},
    {"cb-safe-light-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", "--theme=cb-safe-light", {"10.0", "\r", "evidence"}},
    {"high-contrast-120x40", "reverse_shell.proc", 40, 120, "xterm-256color", "--theme=high-contrast", {"10.0", "\r", "evidence"}},
    {"light-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", "--theme=default-light", {"10.0", "\r", "evidence"}},
    {"nothing-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {"10.0", "\\name=zzz\r", "= clears the filters"}},
    {"flagged-80x24", "reverse_shell.proc", 24, 80, "xterm-256color", CONFIG, {"10.0", ":set min_score 2\rF v", "flagged only"}},
    {"whitelist-40x10", "reverse_shell.proc", 10, 40, "xterm-256color", CONFIG, {"nginx", "w", "still flagged"}},
    {"log-40x10", "reverse_shell.proc", 10, 40, "xterm-256color", NULL, {"nginx", "L", "ESTABLISHED"}},
    {"tune-40x10", "reverse_shell.proc", 10, 40, "xterm-256color", CONFIG, {"nginx", "C", "KEY"}},
    {"mono-details-80x24", "reverse_shell.proc", 24, 80, "vt100", NULL, {"10.0", "\r\rx", "argv[0]"}},
    {"colours8-details-80x24", "reverse_shell.proc", 24, 80, "xterm-color", "--theme=cb-safe-dark", {"10.0", "\r", "evidence"}},
};
/* clang-format on */

/* One program at a time, on one recorded machine. */
static struct screen screen;
static bool is_started;
static char root[FIXTURE_PATH_SIZE]; /* empty: nothing is unpacked */

/* Whatever a test came to. */
static int clear_away(void **state)
{
    (void)state;
    if (is_started)
        screen_stop(&screen);
    is_started = false;
    if (root[0])
        fixture_remove(root);
    root[0] = '\0';
    return 0;
}

static const char *build_directory(void)
{
    const char *directory = getenv("builddir");

    return directory ? directory : ".";
}

static const char *picture_theme(void)
{
    return getenv("PROCWATCH_PICTURES") ? getenv("PROCWATCH_PICTURES_THEME") : NULL;
}

static bool is_replay(const struct story *story)
{
    return story->option && strcmp(story->option, TAPE) == 0;
}

static void write_tape(void)
{
    struct strbuf path = {0};

    strbuf_add_format(&path, "%s/night.rec", root);
    tape_write(strbuf_string(&path));
    strbuf_release(&path);
}

static void write_config(void)
{
    struct strbuf path = {0};

    strbuf_add_format(&path, "%s/config.yaml", root);
    FILE *file = fopen(strbuf_string(&path), "w");
    assert_non_null(file);
    fputs(config_text, file);
    fclose(file);
    strbuf_release(&path);
}

/* The recorded machine is also the home and the working directory: nothing that lies
 * about on this machine is read, and nothing is left on it. */
static void start(const struct story *story)
{
    static char program[PATH_MAX], root_option[FIXTURE_PATH_SIZE + 16], term[64];
    static char home[FIXTURE_PATH_SIZE + 8],
        config_home[] = "XDG_CONFIG_HOME=", data_home[] = "XDG_DATA_HOME=",
        state_home[] = "XDG_STATE_HOME=";
    static char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC", interval[] = "-d3600",
                editor[] = "VISUAL=sed -i s/3.0/6.0/";
    char *argv[] = {program, root_option, interval, (char *)story->option, NULL, NULL};
    char *env[] = {term, locale, zone, home, config_home, data_home, state_home, editor, NULL};
    char relative[1024], before[PATH_MAX];

    fixture_unpack(story->fixture, &root);
    snprintf(relative, sizeof relative, "%s/procwatch-top", build_directory());
    assert_non_null(realpath(relative, program));
    snprintf(root_option, sizeof root_option, "--proc-root=%s", root);
    snprintf(home, sizeof home, "HOME=%s", root);
    snprintf(term, sizeof term, "TERM=%s", story->term);
    if (picture_theme()) {
        static char theme[64];

        snprintf(theme, sizeof theme, "--theme=%s", picture_theme());
        argv[story->option ? 4 : 3] = theme;
    }
    write_config();
    if (is_replay(story)) {
        write_tape();
        argv[1] = (char *)story->option;
        argv[3] = argv[4];
        argv[4] = NULL;
    }
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(root), 0);
    screen_start(&screen, story->rows, story->columns, argv, env);
    is_started = true;
    assert_int_equal(chdir(before), 0);
}

static void expect(const char *text)
{
    struct strbuf shown = {0};

    if (screen_wait(&screen, text))
        return;
    screen_add_text(&screen, &shown);
    fail_msg("\"%s\" does not come; the screen:\n%s", text, strbuf_string(&shown));
}

/* What a refresh costs differs from run to run. */
static void blank_the_cost(struct strbuf *text)
{
    static const char blank[] = "Cost #.# ms  ";
    char *cost = strstr(text->bytes, "Cost ");

    if (cost && strlen(cost) >= strlen(blank))
        memcpy(cost, blank, strlen(blank));
}

static void read_golden(const char *path, struct strbuf *out)
{
    FILE *file = fopen(path, "r");
    char bytes[4096];
    size_t got;

    if (!file)
        fail_msg("%s is missing: UPDATE_GOLDEN=1 writes it", path);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        strbuf_add(out, bytes, got);
    fclose(file);
}

static void compare(const char *name, const struct strbuf *seen)
{
    const char *source = getenv("srcdir");
    struct strbuf path = {0}, golden = {0};

    strbuf_add_format(&path, "%s/tests/golden/screens/%s.txt", source ? source : ".", name);
    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(strbuf_string(&path), "w");

        assert_non_null(file);
        fwrite(seen->bytes, 1, seen->length, file);
        fclose(file);
    } else {
        read_golden(strbuf_string(&path), &golden);
        if (strcmp(strbuf_string(&golden), strbuf_string(seen)) != 0)
            fail_msg("%s differs from %s; it is now:\n%s", name, strbuf_string(&path),
                     strbuf_string(seen));
    }
    strbuf_release(&golden);
    strbuf_release(&path);
}

/* The same picture each time: what a refresh costs is the word behind "Cost". */
static void settle_the_cost(struct strbuf *picture)
{
    char *cost = strstr(strbuf_string(picture), ">Cost<");

    cost = cost ? strstr(cost + strlen(">Cost<"), "'>") : NULL;
    for (char *at = cost ? cost + strlen("'>") : NULL; at && *at && *at != '<'; at++)
        if (*at >= '0' && *at <= '9')
            *at = at[1] == '<' ? '7' : '0';
}

/* For people: PROCWATCH_PICTURES names a directory for SVG files; with
 * PROCWATCH_PICTURES_THEME every story is drawn in that theme, and nothing compared. */
static void draw_picture(const char *name)
{
    const char *directory = getenv("PROCWATCH_PICTURES");
    struct strbuf path = {0}, picture = {0};

    if (!directory)
        return;
    strbuf_add_format(&path, "%s/%s.svg", directory, name);
    screen_add_svg(&screen, &picture);
    settle_the_cost(&picture);
    FILE *file = fopen(strbuf_string(&path), "w");
    assert_non_null(file);
    fwrite(picture.bytes, 1, picture.length, file);
    fclose(file);
    strbuf_release(&path);
    strbuf_release(&picture);
}

static void settle(void)
{
    while (screen_read(&screen, 300))
        ;
}

/* The alternate screen, the modes and the cursor as they were found. */
static void assert_restored(void)
{
    struct termios after;

    assert_int_equal(tcgetattr(screen.slave, &after), 0);
    assert_int_equal(after.c_lflag, screen.before.c_lflag);
    assert_int_equal(after.c_iflag, screen.before.c_iflag);
    assert_int_equal(after.c_oflag, screen.before.c_oflag);
    assert_false(screen.is_alternate);
    assert_true(screen.is_cursor_visible);
}

static void leave_by(const char *keys)
{
    screen_send(&screen, keys);
    assert_true(screen_wait_exit(&screen, SCREEN_PATIENCE_MS));
    assert_int_equal(screen.status, 0);
    assert_restored();
}

static void shows_the_story(void **state)
{
    const struct story *story = *state;
    struct strbuf seen = {0};

    start(story);
    for (int i = 0; story->steps[i]; i++) {
        if (i % 2 == 0)
            expect(story->steps[i]);
        else
            screen_send(&screen, story->steps[i]);
    }
    /* Freeze what was waited for: the next refresh may come any time. */
    settle();
    screen_add_text(&screen, &seen);
    blank_the_cost(&seen);
    screen_add_attributes(&screen, &seen);
    if (!picture_theme())
        compare(story->name, &seen);
    screen.is_light = picture_theme() ? strstr(picture_theme(), "light") != NULL
                                      : story->option && strstr(story->option, "light");
    draw_picture(story->name);
    assert_int_equal(screen.hostile_bytes, 0);
    strbuf_release(&seen);
    /* Once more for edits that are not saved: they are kept, in the fixture. */
    leave_by("\003\003");
}

static void start_simply(void)
{
    static const struct story plain = {
        "", "reverse_shell.proc", 24, 80, "xterm-256color", NULL, {NULL}};

    start(&plain);
    expect("10.0");
}

static void ends_by_a_signal_with_the_terminal_restored(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGSEGV};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        start_simply();
        kill(screen.pid, signals[i]);
        assert_true(screen_wait_exit(&screen, SCREEN_PATIENCE_MS));
        assert_true(WIFSIGNALED(screen.status));
        assert_int_equal(WTERMSIG(screen.status), signals[i]);
        assert_restored();
        clear_away(state);
    }
}

/* Who is not at the keyboard can have what is seen kept. */
static void keeps_a_snapshot_on_a_signal(void **state)
{
    struct strbuf pattern = {0};
    struct recording *recording;
    const char *reason = "";
    glob_t found;

    (void)state;
    start_simply();
    kill(screen.pid, SIGUSR1);
    expect("the snapshot is in procwatch-2");
    leave_by("q");
    strbuf_add_format(&pattern, "%s/procwatch-2*.rec", root);
    assert_int_equal(glob(strbuf_string(&pattern), 0, NULL, &found), 0);
    strbuf_release(&pattern);
    if (!recording_open(found.gl_pathv[0], &recording, &reason))
        fail_msg("%s", reason);
    assert_int_equal(recording_count(recording), 1);
    recording_free(recording);
    globfree(&found);
}

static void ends_when_the_terminal_is_gone(void **state)
{
    (void)state;
    start_simply();
    screen_hang_up(&screen);
    /* A second is promised; the machine that tests may be slow. */
    assert_true(screen_wait_exit(&screen, 5000));
}

static void survives_every_size(void **state)
{
    static const int sizes[][2] = {
        {1,   1  },
        {2,   500},
        {200, 3  },
        {10,  40 },
        {9,   39 },
        {50,  17 },
        {3,   120},
        {200, 500},
        {19,  139},
        {24,  80 }
    };

    (void)state;
    start_simply();
    screen_send(&screen, "\r");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        screen_resize(&screen, sizes[i][0], sizes[i][1]);
        screen_send(&screen, "\t");
        settle();
        assert_int_equal(kill(screen.pid, 0), 0);
    }
    expect("nginx");
    leave_by("\003");
}

static void draws_nothing_when_nothing_changes(void **state)
{
    (void)state;
    start_simply();
    screen_send(&screen, "Z");
    expect("PAUSED");
    settle();
    size_t before = screen.bytes;
    screen_read(&screen, 1500);
    assert_int_equal(screen.bytes, before);
    leave_by("q");
}

/* Escape and another key, typed quickly, arrive as Alt and that key do. */
static void alt_means_escape_where_it_means_nothing_else(void **state)
{
    (void)state;
    start_simply();
    screen_send(&screen, "C");
    expect("DEFAULT");
    screen_send(&screen, "\033w");
    expect("EXCUSED");
    screen_send(&screen, "\033\033");
    assert_true(screen_wait_gone(&screen, "EXCUSED"));
    screen_send(&screen, "\033w");
    expect("Who has");
    leave_by("\003\003");
}

static void refuses_a_terminal_that_cannot_be_drawn_on(void **state)
{
    static const struct story dumb = {"", "clean_server.proc", 24, 80, "dumb", NULL, {NULL}};

    (void)state;
    start(&dumb);
    assert_true(screen_wait_exit(&screen, SCREEN_PATIENCE_MS));
    assert_true(WIFEXITED(screen.status));
    assert_int_equal(WEXITSTATUS(screen.status), 5);
    assert_true(screen_shows(&screen, "-b prints the list"));
}

static bool is_of_a_story(const char *path)
{
    const char *name = strrchr(path, '/') + 1;

    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
        if (strncmp(name, stories[i].name, strlen(stories[i].name)) == 0 &&
            strcmp(name + strlen(stories[i].name), ".txt") == 0)
            return true;
    return false;
}

static void nothing_else_is_kept_for_comparing(void **state)
{
    const char *source = getenv("srcdir");
    struct strbuf pattern = {0};
    glob_t found;

    (void)state;
    strbuf_add_format(&pattern, "%s/tests/golden/screens/*", source ? source : ".");
    assert_int_equal(glob(strbuf_string(&pattern), 0, NULL, &found), 0);
    strbuf_release(&pattern);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (!is_of_a_story(found.gl_pathv[i]))
            fail_msg("%s is of no story", found.gl_pathv[i]);
    globfree(&found);
}

#define TEST(name) cmocka_unit_test_teardown(name, clear_away)

enum { STORY_COUNT = sizeof stories / sizeof *stories, OTHER_COUNT = 8 };

/* A name, or a pattern of names, runs those alone. */
int main(int argc, char **argv)
{
    struct CMUnitTest tests[STORY_COUNT + OTHER_COUNT] = {
        TEST(ends_by_a_signal_with_the_terminal_restored),
        TEST(keeps_a_snapshot_on_a_signal),
        TEST(ends_when_the_terminal_is_gone),
        TEST(survives_every_size),
        TEST(draws_nothing_when_nothing_changes),
        TEST(alt_means_escape_where_it_means_nothing_else),
        TEST(refuses_a_terminal_that_cannot_be_drawn_on),
        TEST(nothing_else_is_kept_for_comparing),
    };

    for (size_t i = 0; i < STORY_COUNT; i++)
        tests[OTHER_COUNT + i] = (struct CMUnitTest){
            .name = stories[i].name,
            .test_func = shows_the_story,
            .teardown_func = clear_away,
            .initial_state = (void *)&stories[i],
        };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("golden/screens", tests, NULL, NULL);
}
