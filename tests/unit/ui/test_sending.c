/* SPDX-License-Identifier: MIT */
/* What became of a signal is told as it is: of children of ours, by a real engine. */
#include "tests/support/child.h"
#include "tests/support/console.h"
#include "tests/unit/engine/crew.h"

#include <poll.h>

enum { ROWS = 24, WIDTH = 80, PATIENCE_MS = 10000 };

static void sleeps(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
}

static void ignores_term(const void *argument, int ready)
{
    (void)argument;
    signal(SIGTERM, SIG_IGN);
    child_ready(ready);
}

static bool has_told(const struct app *app, const char *text)
{
    for (size_t i = 0; i < app->log.count; i++)
        if (strstr(event_log_at(&app->log, i)->text, text))
            return true;
    return false;
}

static void take(struct app *app)
{
    struct pollfd polled = {.fd = engine_descriptor(app->engine), .events = POLLIN};

    poll(&polled, 1, 100);
    app_take(app);
}

static void await_word(struct app *app, const char *text)
{
    uint64_t end_ms = crew_now_ms() + PATIENCE_MS;

    while (!has_told(app, text))
        if (crew_now_ms() < end_ms)
            take(app);
        else
            fail_msg("\"%s\" is not told of; the last word was \"%s\"", text,
                     app->message.text);
}

/* A screen that shows these alone. */
static void start(struct app *app, const int32_t *pids, size_t count)
{
    const struct engine_options options = {0};
    uint64_t end_ms = crew_now_ms() + PATIENCE_MS;

    app_init(app);
    window_theme(&app->theme, "default-dark");
    app_arrange(app, ROWS, WIDTH);
    app->list.scope = SCOPE_ALL;
    app->list.pids = pids;
    app->list.pid_count = count;
    app->engine = crew_start(&options, 0);
    app_send_request(app);
    while (app->view.count != count && crew_now_ms() < end_ms)
        take(app);
    assert_int_equal(app->view.count, count);
}

static void end(struct app *app)
{
    engine_stop(app->engine);
    app->engine = NULL;
    app_release(app);
}

/* "SIGSTOP to 4242 test_sending: sent" */
static void assert_told(struct app *app, const char *signal, pid_t pid, const char *outcome)
{
    char text[128];

    snprintf(text, sizeof text, "%s%d test_sending%s", signal, (int)pid, outcome);
    await_word(app, text);
}

static void who_is_stopped_and_goes_on_says_so(void **state)
{
    const pid_t pid = child_start(sleeps, NULL);
    struct app app;

    (void)state;
    start(&app, &pid, 1);
    press(&app, "k\ry");
    assert_told(&app, "SIGSTOP to ", pid, ": sent");
    assert_told(&app, "", pid, " is stopped");
    press(&app, "kj\ry");
    assert_told(&app, "SIGCONT to ", pid, ": sent");
    assert_told(&app, "", pid, " is going on");
    press(&app, "kjj\ry");
    assert_told(&app, "", pid, " is gone");
    end(&app);
    child_end(pid);
}

static void who_does_not_obey_is_told_of(void **state)
{
    const pid_t pid = child_start(ignores_term, NULL);
    struct app app;

    (void)state;
    start(&app, &pid, 1);
    press(&app, "kjj\ry");
    assert_told(&app, "SIGTERM to ", pid, ": sent");
    assert_told(&app, "", pid, " is still there (state S)");
    assert_int_equal(app.message.role, ROLE_WARNING);
    end(&app);
    child_end(pid);
}

static void who_ended_while_one_was_asked_is_not_hit(void **state)
{
    const pid_t pid = child_start(sleeps, NULL);
    struct app app;

    (void)state;
    start(&app, &pid, 1);
    press(&app, "kjjj\r");
    child_end(pid);
    press(&app, "y");
    assert_told(&app, "SIGKILL to ", pid, ": it was gone already, nothing was sent");
    end(&app);
}

static void nobody_shoots_himself(void **state)
{
    const pid_t pid = getpid();
    struct app app;

    (void)state;
    start(&app, &pid, 1);
    press(&app, "kjjj\ry");
    assert_told(&app, "SIGKILL to ", pid, ": refused, it is init, a kernel thread, this");
    end(&app);
}

static void several_are_counted(void **state)
{
    const pid_t pids[] = {child_start(sleeps, NULL), child_start(ignores_term, NULL)};
    char left[32];
    struct app app;

    (void)state;
    start(&app, pids, 2);
    press(&app, "  kjj\ry");
    await_word(&app, "SIGTERM to 2 processes: sent to 2");
    await_word(&app, "1 of 2 are gone");
    snprintf(left, sizeof left, "; not %d (S)", (int)pids[1]);
    await_word(&app, left);
    end(&app);
    child_end(pids[0]);
    child_end(pids[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_stopped_and_goes_on_says_so),
        cmocka_unit_test(who_does_not_obey_is_told_of),
        cmocka_unit_test(who_ended_while_one_was_asked_is_not_hit),
        cmocka_unit_test(nobody_shoots_himself),
        cmocka_unit_test(several_are_counted),
    };

    return cmocka_run_group_tests_name("ui/sending", tests, open_screen, close_screen);
}
