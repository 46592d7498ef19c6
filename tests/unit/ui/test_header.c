/* SPDX-License-Identifier: MIT */
/* The top of the screen tells what was not seen: unknown never looks like clean. */
#include "tests/support/console.h"
#include "tests/support/machine.h"

enum { ROWS = 24, WIDTH = 160 };

static const struct machine_process park[] = {
    {1,  0, "systemd", "/usr/lib/systemd/systemd", NULL, 0, 0},
    {20, 1, "cron",    "/usr/sbin/cron",           NULL, 1, 0},
};

static void start(struct app *app)
{
    app_init(app);
    window_theme(&app->theme, "default-dark");
    app_arrange(app, ROWS, WIDTH);
}

static void what_was_not_seen_is_told(void **state)
{
    static const struct {
        const char *shown;
        struct gather_counts counts;
        uint32_t flags, unfinished;
    } cases[] = {
        {"everything read",      .counts = {0}                      },
        {" incomplete",          .flags = SNAPSHOT_IS_INCOMPLETE    },
        {"Still to read 7",      .unfinished = 7                    },
        {"Blocked 1",            .counts = {.blocked = 1}           },
        {"only 2 visible",       .flags = SNAPSHOT_PROC_HIDES_PIDS  },
        {"2 of 300 visible",     .counts = {.expected = 300}        },
        {"Denied 2",             .counts = {.denied = 2}            },
        {"Failed 1",             .counts = {.failed = 1}            },
        {"Truncated 3",          .counts = {.truncated = 3}         },
        {"Truncated 0, sockets", .flags = SNAPSHOT_SOCKETS_TRUNCATED},
        {"Truncated 0, threads", .flags = SNAPSHOT_THREADS_TRUNCATED},
        {"Short-lived 40",       .counts = {.short_lived = 40}      },
        {"Short-lived ~40",      .counts = {.short_lived = 40},
         .flags = SNAPSHOT_ESTIMATES_SHORT_LIVED},
        {"Cache was wrong 1",                      .counts = {.sweep_disagreements = 1}                                      },
    };
    struct app app;

    (void)state;
    start(&app);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        struct snapshot_header *header = machine_block(park, 2, &size);

        header->counts = cases[i].counts;
        header->counts.processes = 2;
        header->flags = cases[i].flags;
        header->unfinished = cases[i].unfinished;
        app_adopt(&app, header, size);
        if (!shows(&app, cases[i].shown))
            fail_msg("\"%s\" is not shown", cases[i].shown);
        bool is_wholly_read =
            i == 0 || strstr(cases[i].shown, "Short-lived") || strstr(cases[i].shown, "Cache");
        assert_int_equal(shows(&app, "everything read"), is_wholly_read);
    }
    app_release(&app);
}

static void what_is_left_out_by_choice_is_told(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 2);
    assert_false(shows(&app, "User "));
    strbuf_set_string(&app.list.user, "alice");
    app.list.hides_containers = true;
    app.list.shows_kernel_threads = false;
    app.list.scope = SCOPE_FLAGGED;
    app_rebuild_view(&app);
    assert_true(shows(&app, "User alice"));
    assert_true(shows(&app, "Showing flagged"));
    assert_true(shows(&app, "no containers"));
    assert_true(shows(&app, "no kernel threads"));
    app_release(&app);
}

static void what_hangs_now_is_told(void **state)
{
    struct app app;

    (void)state;
    start(&app);
    machine_adopt(&app, park, 2);
    app.stall = (struct engine_stall){.pid = 20, .fact = FACT_MAPS, .for_ms = 1500};
    assert_true(shows(&app, "maps of 20 hangs for 1.5 s"));
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_seen_is_told),
        cmocka_unit_test(what_is_left_out_by_choice_is_told),
        cmocka_unit_test(what_hangs_now_is_told),
    };

    return cmocka_run_group_tests_name("ui/header", tests, open_screen, close_screen);
}
