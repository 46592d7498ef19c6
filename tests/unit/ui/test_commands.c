/* SPDX-License-Identifier: MIT */
/* What is typed behind a colon: completed, done, and told of where it cannot be. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

#include "ui/tuner.h"

enum { ROWS = 24, WIDTH = 80 };

static const struct machine_process park[] = {
    {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL,           0, 0},
    {500, 1, "x",       "/tmp/x",                   "/tmp/x --run", 9, 0},
};

static void start(struct app *app)
{
    struct problems problems = {0};

    scratch_write("config.yaml", "min_score: 3.0\n", 0600);
    app_init(app);
    window_theme(&app->theme, "default-dark");
    settings_release(&app->tuning.base);
    settings_release(&app->tuning.live);
    assert_true(tuning_open(&app->tuning, scratch_path("config.yaml"), &problems));
    problems_release(&problems);
    tuner_apply(app);
    app_arrange(app, ROWS, WIDTH);
    machine_adopt(app, park, 2);
}

static void command(struct app *app, const char *text)
{
    app->message.text[0] = '\0';
    press(app, ":");
    press(app, text);
    press(app, "\r");
}

static void tab_adds_what_is_certain(void **state)
{
    static const struct {
        const char *typed, *completed;
    } cases[] = {
        {"uns",                    "unset "                },
        {"set min_s",              "set min_score "        },
        {"unset weights.tmp_e",    "unset weights.tmp_exe "},
        {"sort cp",                "sort cpu "             },
        {"columns or",             "columns origin "       },
        {"theme h",                "theme high-contrast "  },
        {"theme cb",               "theme cb-safe-"        },
        {"keys v",                 "keys vim "             },
        {"ring of",                "ring off "             },
        {"ring o",                 "ring o"                },
        {"filter ed",              "filter editors "       },
        {"forget-filter ",         "forget-filter editors "},
        {"thread-r",               "thread-rows "          },
        {"nothing-begins-so",      "nothing-begins-so"     },
        {"set no.such",            "set no.such"           },
        {"set whitelist.names ss", "set whitelist.names ss"},
    };
    struct app app;

    (void)state;
    start(&app);
    preferences_name_filter(&app.preferences, "editors", "vim");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(&app, ":");
        press(&app, cases[i].typed);
        press(&app, "\t");
        assert_string_equal(strbuf_string(&app.prompt.text), cases[i].completed);
        press_key(&app, KEY_ESCAPE);
    }
    app_release(&app);
}

static void each_says_what_it_did_or_why_not(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"nonsense",              "there is no command nonsense: Tab completes, ? lists"     },
        {"set",                   "which key?"                                               },
        {"set topk",              "topk needs a value"                                       },
        {"set weights.tmp_ex 3",
         "there is no key weights.tmp_ex; did you mean weights.tmp_exe"                      },
        {"set weights.tmp_exe 2", "weights.tmp_exe: 4 -> 2   0 newly flagged, 1 no longer"   },
        {"unset weights.tmp_exe",
         "weights.tmp_exe: 2 -> built-in   0 newly flagged, 0 no longer"                     },
        {"add whitelist.names x", "whitelist.names: + x   0 newly flagged, 1 no longer"      },
        {"del whitelist.names x", "whitelist.names: - x   0 newly flagged, 0 no longer"      },
        {"sort nothing",          "there is no column nothing: F6 shows them"                },
        {"columns nothing",       "there is no set of columns nothing: f shows them"         },
        {"theme mono",            "theme mono"                                               },
        {"theme nothing",         "there is no theme \"nothing\""                            },
        {"keys emacs",            "htop or vim"                                              },
        {"keys vim",              "the keys of vim: ? shows them"                            },
        {"ring on",               "the bell rings when a process becomes flagged: yes"       },
        {"ring",                  "the bell rings when a process becomes flagged: no"        },
        {"syslog on",             "a line goes to syslog when a process becomes flagged: yes"},
        {"syslog maybe",          "on or off"                                                },
        {"forget-filter mine",    "there is no filter of the name mine"                      },
    };
    struct app app;

    (void)state;
    start(&app);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        command(&app, cases[i].text);
        assert_string_equal(app.message.text, cases[i].message);
    }
    assert_int_equal(app.preferences.keys, KEYS_VIM);
    assert_string_equal(app.preferences.theme, "mono");
    assert_false(app.preferences.rings);
    assert_true(app.preferences.logs);
    app_release(&app);
}

static void sorts_by_a_column_either_way(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    command(&app, "sort -cpu");
    assert_string_equal(app.list.sort->key, "cpu");
    assert_true(app.list.is_reversed);
    command(&app, "sort pid");
    assert_string_equal(app.list.sort->key, "pid");
    assert_false(app.list.is_reversed);
    command(&app, "sort-cpu");
    assert_string_equal(app.list.sort->key, "cpu");
    app_release(&app);
}

static void saves_after_a_look_only(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    command(&app, "diff");
    assert_false(app.review.is_open);
    command(&app, "set topk 7");
    command(&app, "diff");
    assert_true(app.review.is_open);
    press(&app, "n");
    command(&app, "save");
    assert_true(app.review.is_open);
    assert_true(app_has_edits(&app));
    press(&app, "n");
    command(&app, "save ~/new.yaml");
    assert_true(app.review.is_open);
    assert_string_equal(app.tuning.file.path, scratch_path("new.yaml"));
    press(&app, "n");
    app.is_readonly = true;
    command(&app, "save");
    assert_false(app.review.is_open);
    assert_string_equal(app.message.text, "save does nothing under --readonly");
    command(&app, "save ~/new.yaml");
    assert_false(app.review.is_open);
    assert_string_equal(app.message.text, "save does nothing under --readonly");
    app_release(&app);
}

static int set_up(void **state)
{
    return open_screen(state) == 0 ? setenv("HOME", scratch, 1) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tab_adds_what_is_certain),
        cmocka_unit_test(each_says_what_it_did_or_why_not),
        cmocka_unit_test(sorts_by_a_column_either_way),
        cmocka_unit_test(saves_after_a_look_only),
    };

    return cmocka_run_group_tests_name("ui/commands", tests, set_up, close_screen);
}
