/* SPDX-License-Identifier: MIT */
#include "ui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "settings/user_directory.h"
#include "ui/editor.h"
#include "ui/frame.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/mouse.h"
#include "ui/prompt.h"
#include "ui/tuner.h"

enum {
    TICK_MS = 500,       /* a hanging read shows by then */
    KEYS_PER_FRAME = 64, /* a paste must not starve the screen */
};

enum { POLL_KEYS, POLL_SIGNALS, POLL_ENGINE, POLL_COUNT };

int loop_take_signals(void)
{
    /* All that would end us from outside without a chance to restore the terminal. */
    static const int wanted[] = {SIGTERM,   SIGHUP,   SIGINT,  SIGQUIT, SIGTSTP,
                                 SIGCONT,   SIGWINCH, SIGALRM, SIGUSR1, SIGUSR2,
                                 SIGVTALRM, SIGPROF,  SIGXCPU, SIGIO};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        sigaddset(&set, wanted[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

static void show(struct app *app)
{
    app->is_dirty = false;
    if (app->wants_repaint)
        clearok(curscr, TRUE);
    app->wants_repaint = false;
    if (app->wants_bell)
        beep();
    app->wants_bell = false;
    frame_draw(app, stdscr);
    wnoutrefresh(stdscr);
    terminal_show();
}

static void read_keys(struct app *app)
{
    for (int i = 0;
         i < KEYS_PER_FRAME && app->is_running && !app->wants_suspend && !app->wants_editor;
         i++) {
        int key = input_read_key(&app->keymap, app_context(app));
        MEVENT event;

        if (key < 0)
            return;
        if (key == KEY_SPECIAL(KEY_MOUSE)) {
            if (getmouse(&event) == OK)
                mouse_act(app, &event);
            continue;
        }
        if (key == 0 || key_dispatch(app, key))
            continue;
        if (app->prompt.label && key >= ' ' && key < KEY_SPECIAL(0))
            prompt_insert(app, (uint32_t)key);
    }
}

static void suspend(struct app *app, struct terminal *terminal)
{
    bool was_paused = app->is_paused;

    app->wants_suspend = false;
    app->is_paused = true;
    app_send_request(app);
    terminal_suspend(terminal);
    app->is_paused = was_paused;
    app_send_request(app);
    app->is_dirty = true;
}

/* What was typed at the editor was meant for it. */
static void forget_keyboard_signals(void)
{
    const struct timespec at_once = {0};
    sigset_t typed;

    sigemptyset(&typed);
    sigaddset(&typed, SIGINT);
    sigaddset(&typed, SIGQUIT);
    sigaddset(&typed, SIGTSTP);
    while (sigtimedwait(&typed, NULL, &at_once) > 0)
        ;
}

static void edit_file(struct app *app, struct terminal *terminal)
{
    const char *path = app->tuning.file.path;
    bool was_paused = app->is_paused;
    struct strbuf error = {0};

    app->wants_editor = false;
    app->is_paused = true;
    app_send_request(app);
    user_directory_make_for(path); /* the editor says so when it cannot write */
    terminal_leave(terminal);
    bool is_good = editor_run(path, &error);
    forget_keyboard_signals();
    terminal_return(terminal);
    app->is_paused = was_paused;
    app_send_request(app);
    if (!is_good)
        app_say(app, ROLE_WARNING, "%s; nothing was read again", strbuf_string(&error));
    else if (tuning_has_changed(&app->tuning))
        tuner_read_again(app);
    else
        app_say(app, ROLE_TEXT, "%s was left as it was", path);
    strbuf_release(&error);
}

/* Returns the signal that ends the program, or 0. */
static int read_signals(struct app *app, int signals)
{
    struct signalfd_siginfo info;

    while (read(signals, &info, sizeof info) == sizeof info) {
        switch (info.ssi_signo) {
        case SIGWINCH:
            terminal_update_size();
            app->is_dirty = true;
            break;
        case SIGUSR1:
            taping_keep_one(app);
            break;
        case SIGTSTP:
            app->wants_suspend = true;
            break;
        case SIGCONT:
            /* Whoever had the terminal meanwhile may have changed it. */
            app->wants_repaint = app->is_dirty = true;
            break;
        default:
            return (int)info.ssi_signo;
        }
    }
    return 0;
}

static void tick(struct app *app)
{
    struct engine_stall stall = {0};

    replay_tick(app);
    if (!app->engine)
        return;
    if (!engine_is_stalled(app->engine, &stall))
        stall = (struct engine_stall){0};
    if (stall.pid != app->stall.pid || stall.for_ms / TICK_MS != app->stall.for_ms / TICK_MS)
        app->is_dirty = true;
    app->stall = stall;
    sending_poll(app);
    dumping_poll(app);
}

static void take(struct app *app)
{
    uint64_t before = app_has_snapshot(app) ? app->refresh->snapshot.header->serial : 0;

    app_take(app);
    tuner_poll(app);
    if (!app_has_snapshot(app) || app->refresh->snapshot.header->serial == before)
        return;
    if (app->iterations > 0 && --app->iterations == 0)
        app->is_running = false;
}

int loop_run(struct app *app, struct terminal *terminal, int signals)
{
    struct pollfd polled[POLL_COUNT] = {
        [POLL_KEYS] = {.fd = STDIN_FILENO, .events = POLLIN},
        [POLL_SIGNALS] = {.fd = signals,                  .events = POLLIN},
        [POLL_ENGINE] = {.events = POLLIN},
    };
    int ended_by = 0;

    if (app->has_mouse)
        mouse_open();
    while (app->is_running && !ended_by) {
        if (app->is_dirty)
            show(app);
        /* What stands still leaves its snapshots where they are. */
        polled[POLL_ENGINE].fd =
            app_is_frozen(app) || !app->engine ? -1 : engine_descriptor(app->engine);
        if (poll(polled, POLL_COUNT, replay_patience(app, TICK_MS)) < 0 && errno != EINTR)
            return SIGHUP;
        if (polled[POLL_SIGNALS].revents & POLLIN)
            ended_by = read_signals(app, signals);
        /* A terminal that is gone reads as ready for ever. */
        if (polled[POLL_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
            return SIGHUP;
        if (polled[POLL_KEYS].revents & POLLIN)
            read_keys(app);
        if (polled[POLL_ENGINE].fd >= 0 && polled[POLL_ENGINE].revents & POLLIN)
            take(app);
        if (app->wants_suspend)
            suspend(app, terminal);
        if (app->wants_editor)
            edit_file(app, terminal);
        tick(app);
    }
    if (ended_by)
        terminal_unblock();
    return ended_by;
}
