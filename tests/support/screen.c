/* SPDX-License-Identifier: MIT */
#include "tests/support/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "base/fatal.h"
#include "tests/support/screen_cells.h"

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct screen *screen = user;

    if (property == VTERM_PROP_ALTSCREEN)
        screen->is_alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        screen->is_cursor_visible = value->boolean;
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void open_terminal(struct screen *screen)
{
    screen->terminal = vterm_new(screen->rows, screen->columns);
    vterm_set_utf8(screen->terminal, 1);
    screen->cells = vterm_obtain_screen(screen->terminal);
    vterm_screen_enable_altscreen(screen->cells, 1);
    vterm_screen_set_callbacks(screen->cells, &callbacks, screen);
    vterm_screen_reset(screen->cells, 1);
    screen->is_cursor_visible = true;
}

_Noreturn static void run_child(struct screen *screen, char *const *argv, char *const *env)
{
    close(screen->master);
    if (login_tty(screen->slave) < 0)
        _exit(126);
    unsetenv("NO_COLOR");
    unsetenv("TMUX");
    for (; *env; env++)
        putenv(*env);
    execv(argv[0], argv);
    _exit(127);
}

void screen_start(struct screen *screen, int rows, int columns, char *const *argv,
                  char *const *env)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    *screen = (struct screen){.rows = rows, .columns = columns};
    if (openpty(&screen->master, &screen->slave, NULL, NULL, &size) < 0)
        fatal("openpty: %s", strerror(errno));
    fcntl(screen->master, F_SETFD, FD_CLOEXEC);
    tcgetattr(screen->slave, &screen->before);
    open_terminal(screen);
    screen->pid = fork();
    if (screen->pid < 0)
        fatal("fork: %s", strerror(errno));
    if (screen->pid == 0)
        run_child(screen, argv, env);
}

static bool reap(struct screen *screen)
{
    if (!screen->has_exited && waitpid(screen->pid, &screen->status, WNOHANG) == screen->pid)
        screen->has_exited = true;
    return screen->has_exited;
}

void screen_stop(struct screen *screen)
{
    if (!reap(screen)) {
        kill(screen->pid, SIGKILL);
        waitpid(screen->pid, &screen->status, 0);
    }
    if (screen->master >= 0)
        close(screen->master);
    if (screen->slave >= 0)
        close(screen->slave);
    vterm_free(screen->terminal);
}

/* What no part of a screen's own output holds: a process name got through. */
static void count_hostile(struct screen *screen, const char *bytes, size_t length)
{
    /* How curses leaves a terminal that has colours. */
    static const char reset_palette[] = "\033]104\007";

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (span_starts_with(span_of(bytes + i, length - i), reset_palette)) {
            i += strlen(reset_palette) - 1;
            continue;
        }

        if ((byte < 0x20 && !strchr("\b\t\n\r\016\017\033", byte)) || byte == 0x7f)
            screen->hostile_bytes++;
        /* OSC: titles, clipboards. */
        if (byte == 0x1b && i + 1 < length && bytes[i + 1] == ']')
            screen->hostile_bytes++;
    }
}

bool screen_read(struct screen *screen, int wait_ms)
{
    struct pollfd polled = {.fd = screen->master, .events = POLLIN};
    char bytes[16384];

    if (screen->master < 0 || poll(&polled, 1, wait_ms) <= 0)
        return false;
    ssize_t got = read(screen->master, bytes, sizeof bytes);
    if (got <= 0)
        return false;
    count_hostile(screen, bytes, (size_t)got);
    screen->bytes += (size_t)got;
    vterm_input_write(screen->terminal, bytes, (size_t)got);
    return true;
}

static bool wait_until(struct screen *screen, const char *text, bool is_wanted)
{
    int64_t deadline = now_ms() + SCREEN_PATIENCE_MS;

    while (now_ms() < deadline) {
        if (screen_shows(screen, text) == is_wanted)
            return true;
        if (!screen_read(screen, 100) && reap(screen) && !screen_read(screen, 0))
            break;
    }
    return screen_shows(screen, text) == is_wanted;
}

bool screen_wait(struct screen *screen, const char *text)
{
    return wait_until(screen, text, true);
}

bool screen_wait_gone(struct screen *screen, const char *text)
{
    return wait_until(screen, text, false);
}

bool screen_wait_exit(struct screen *screen, int patience_ms)
{
    int64_t deadline = now_ms() + patience_ms;

    while (!reap(screen) && now_ms() < deadline)
        if (!screen_read(screen, 20))
            usleep(5000);
    while (screen_read(screen, 0))
        ;
    return screen->has_exited;
}

void screen_send(struct screen *screen, const char *keys)
{
    size_t length = strlen(keys);

    while (length > 0) {
        ssize_t written = write(screen->master, keys, length);

        if (written < 0)
            return;
        keys += written;
        length -= (size_t)written;
    }
}

void screen_resize(struct screen *screen, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    screen->rows = rows;
    screen->columns = columns;
    vterm_set_size(screen->terminal, rows, columns);
    ioctl(screen->master, TIOCSWINSZ, &size);
}

void screen_hang_up(struct screen *screen)
{
    close(screen->slave);
    close(screen->master);
    screen->slave = screen->master = -1;
}

static void add_row(const struct screen *screen, int row, struct strbuf *out)
{
    size_t start = out->length;

    for (int column = 0; column < screen->columns; column++) {
        VTermScreenCell cell = screen_cell(screen, row, column);

        /* The right half of a wide character. */
        if (cell.chars[0] == (uint32_t)-1)
            continue;
        if (cell.chars[0] == 0)
            strbuf_add_char(out, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            screen_add_character(out, cell.chars[i]);
    }
    while (out->length > start && out->bytes[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
}

void screen_add_text(const struct screen *screen, struct strbuf *out)
{
    for (int row = 0; row < screen->rows; row++) {
        add_row(screen, row, out);
        strbuf_add_char(out, '\n');
    }
}

bool screen_shows(const struct screen *screen, const char *text)
{
    struct strbuf all = {0};
    bool is_there;

    screen_add_text(screen, &all);
    is_there = strstr(strbuf_string(&all), text) != NULL;
    strbuf_release(&all);
    return is_there;
}

static void add_colour(struct strbuf *out, const char *name, VTermColor colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour))
        return;
    if (VTERM_COLOR_IS_INDEXED(&colour))
        strbuf_add_format(out, " %s %u", name, colour.indexed.idx);
    else
        strbuf_add_format(out, " %s #%02x%02x%02x", name, colour.rgb.red, colour.rgb.green,
                          colour.rgb.blue);
}

static void describe(struct strbuf *out, const VTermScreenCell *cell)
{
    add_colour(out, "fg", cell->fg);
    add_colour(out, "bg", cell->bg);
    if (cell->attrs.bold)
        strbuf_add_string(out, " bold");
    if (cell->attrs.italic)
        strbuf_add_string(out, " italic");
    if (cell->attrs.underline)
        strbuf_add_string(out, " underline");
    if (cell->attrs.reverse)
        strbuf_add_string(out, " reverse");
}

void screen_add_attributes(const struct screen *screen, struct strbuf *out)
{
    char *looks[52] = {0};
    int count = 0;

    for (int row = 0; row < screen->rows; row++) {
        for (int column = 0; column < screen->columns; column++) {
            VTermScreenCell cell = screen_cell(screen, row, column);
            struct strbuf look = {0};
            int at = 0;

            describe(&look, &cell);
            while (at < count && strcmp(looks[at], strbuf_string(&look)) != 0)
                at++;
            if (at == count && count < 52)
                looks[count++] = strdup(strbuf_string(&look));
            strbuf_add_char(out,
                            look.length == 0 ? '.' : (char)((at < 26 ? 'a' : 'A' - 26) + at));
            strbuf_release(&look);
        }
        strbuf_add_char(out, '\n');
    }
    for (int i = 0; i < count; i++) {
        if (*looks[i])
            strbuf_add_format(out, "%c:%s\n", (i < 26 ? 'a' : 'A' - 26) + i, looks[i]);
        free(looks[i]);
    }
}
