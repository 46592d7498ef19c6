/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/strbuf.h"

enum { BAR_CELLS = 20, COLUMNS_DEFAULT = 80 };

void progress_init(struct progress *progress)
{
    const char *term = getenv("TERM");

    *progress = (struct progress){
        .is_terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0,
        .last_tenth = -1,
    };
}

static size_t columns_of_terminal(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                           : COLUMNS_DEFAULT;
}

static void show_bar(struct progress *progress, double share, unsigned left_s, const char *note)
{
    size_t filled = (size_t)(share * BAR_CELLS), room = columns_of_terminal() - 1;
    struct strbuf line = {0};

    strbuf_add_char(&line, '[');
    strbuf_add_repeated(&line, '#', filled);
    strbuf_add_repeated(&line, '.', BAR_CELLS - filled);
    strbuf_add_format(&line, "] %3.0f %%  %u:%02u left  %s", share * 100, left_s / 60,
                      left_s % 60, note);
    if (line.length > room)
        strbuf_truncate(&line, room);
    fprintf(stderr, "\r%s\x1b[K", line.bytes);
    fflush(stderr);
    progress->is_shown = true;
    strbuf_release(&line);
}

void progress_show(struct progress *progress, double share, double left_s, const char *note)
{
    int tenth = (int)(share * 10);
    unsigned left = (unsigned)(left_s + 0.5);

    if (progress->is_terminal) {
        show_bar(progress, share, left, note);
    } else if (tenth > progress->last_tenth) {
        progress->last_tenth = tenth;
        fprintf(stderr, "%.0f %%, %u:%02u left: %s\n", share * 100, left / 60, left % 60, note);
    }
}

void progress_clear(struct progress *progress)
{
    if (!progress->is_shown)
        return;
    fputs("\r\x1b[K", stderr);
    fflush(stderr);
    progress->is_shown = false;
}
