/* SPDX-License-Identifier: MIT */
#include "ui/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

/* A capability's bytes without the "$<5>" delays, which nobody needs today. */
static void add_capability(struct terminal *terminal, const char *name)
{
    const char *text = tigetstr((char *)name);

    if (!text || text == (char *)-1)
        return;
    for (; *text && terminal->restore_length < sizeof terminal->restore; text++) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

        if (end) {
            text = end;
            continue;
        }
        terminal->restore[terminal->restore_length++] = *text;
    }
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
    add_capability(terminal, "sgr0");
    add_capability(terminal, "cnorm");
    add_capability(terminal, "rmkx");
    add_capability(terminal, "rmcup");
    terminal->is_open = true;
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
