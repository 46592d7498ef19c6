/* SPDX-License-Identifier: MIT */
#include "ui/terminal.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <ucontext.h>
#include <unistd.h>

static const char *capability(const char *name)
{
    const char *text = tigetstr((char *)name);

    return text == (char *)-1 ? NULL : text;
}

/* Without the "$<5>" delays, which nobody needs today. */
static void add_restore(struct terminal *terminal, const char *text)
{
    for (; text && *text && terminal->restore_length < sizeof terminal->restore; text++) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

        if (end) {
            text = end;
            continue;
        }
        terminal->restore[terminal->restore_length++] = *text;
    }
}

/* As curses switches it on: by XM where the terminal has that, else as xterm's. */
static void add_mouse_off(struct terminal *terminal)
{
    const char *mode = capability("XM");

    if (mode)
        add_restore(terminal, tiparm(mode, 0));
    else if (capability("kmous"))
        add_restore(terminal, "\033[?1000l");
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
}

static const int ending[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

/* Whoever waits for the signal gets it: it comes again, blocked this time. */
static void stop_waiting(int number, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;

    (void)info;
    terminal_unblock();
    sigaddset(&interrupted->uc_sigmask, number);
    raise(number);
}

static void catch_ending(void)
{
    struct sigaction action = {.sa_sigaction = stop_waiting, .sa_flags = SA_SIGINFO};

    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        sigaction(ending[i], &action, NULL);
}

const char *terminal_open(struct terminal *terminal)
{
    int error;

    *terminal = (struct terminal){0};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return "input and output are not both a terminal";
    if (tcgetattr(STDIN_FILENO, &terminal->saved) < 0)
        return "the terminal does not answer";
    if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
        return "TERM names no terminal that is known here";
    bool can_place_cursor = cursor_address != NULL;
    del_curterm(cur_term);
    if (!can_place_cursor)
        return "this terminal cannot place its cursor";

    /* LINES and COLUMNS of the environment may be anything. */
    use_env(FALSE);
    use_tioctl(TRUE);
    terminal->screen = newterm(NULL, stdout, stdin);
    if (!terminal->screen)
        return "the terminal cannot be used";
    set_modes();
    add_mouse_off(terminal);
    add_restore(terminal, capability("sgr0"));
    add_restore(terminal, capability("cnorm"));
    add_restore(terminal, capability("rmkx"));
    add_restore(terminal, capability("rmcup"));
    terminal->is_open = true;
    catch_ending();
    return NULL;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal->is_open)
        return;
    terminal->is_open = false;
    endwin();
    delscreen(terminal->screen);
    terminal->screen = NULL;
}

void terminal_rescue(const struct terminal *terminal)
{
    if (!terminal->is_open)
        return;
    ssize_t written = write(STDOUT_FILENO, terminal->restore, terminal->restore_length);
    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal->saved);
}

void terminal_unblock(void)
{
    tcflow(STDOUT_FILENO, TCOON);
    tcflush(STDOUT_FILENO, TCOFLUSH);
}

void terminal_show(void)
{
    sigset_t set, before;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        sigaddset(&set, ending[i]);
    sigprocmask(SIG_UNBLOCK, &set, &before);
    doupdate();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void terminal_update_size(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}

void terminal_leave(struct terminal *terminal)
{
    endwin();
    terminal->is_open = false;
}

void terminal_return(struct terminal *terminal)
{
    terminal->is_open = true;
    terminal_update_size();
    clearok(curscr, TRUE);
    wrefresh(curscr);
}

void terminal_suspend(struct terminal *terminal)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL}, before;
    sigset_t stop;

    terminal_leave(terminal);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &by_default, &before);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here it stops, and here it goes on */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &before, NULL);
    terminal_return(terminal);
}
