/* SPDX-License-Identifier: MIT */
#include "view/cells.h"

#include <time.h>

#include "model/process.h"

void cell_add_age(struct strbuf *out, double seconds)
{
    unsigned long long s = seconds > 0 ? (unsigned long long)seconds : 0;
    unsigned long long m = s / 60, h = m / 60, d = h / 24, y = d / 365;

    if (s < 60)
        strbuf_add_format(out, "%llus", s);
    else if (m < 60)
        strbuf_add_format(out, "%llum%02llu", m, s % 60);
    else if (h < 24)
        strbuf_add_format(out, "%lluh%02llu", h, m % 60);
    else if (d < 365)
        strbuf_add_format(out, "%llud%02lluh", d, h % 24);
    else
        strbuf_add_format(out, "%lluy%llud", y, d % 365);
}

void cell_add_time(struct strbuf *out, int64_t at_s, int64_t now_s)
{
    time_t at = (time_t)at_s, now = (time_t)now_s;
    struct tm then = {0}, today = {0};
    char text[32] = "?";
    const char *format;

    if (localtime_r(&at, &then) && localtime_r(&now, &today)) {
        if (then.tm_year != today.tm_year)
            format = "%Y";
        else if (then.tm_yday != today.tm_yday)
            format = "%b %d";
        else
            format = "%H:%M:%S";
        strftime(text, sizeof text, format, &then);
    }
    strbuf_add_string(out, text);
}

/* Linux, Documentation/admin-guide/devices.txt: 4 are the consoles and, from minor 64
 * on, the serial lines. */
enum { MAJOR_TTY = 4, MINOR_SERIAL_FIRST = 64 };

void cell_add_tty(struct strbuf *out, int32_t tty_nr)
{
    uint32_t major = tty_major(tty_nr), minor = tty_minor(tty_nr), pts;

    if (tty_nr == 0)
        strbuf_add_char(out, '-');
    else if (tty_is_pts(tty_nr, &pts))
        strbuf_add_format(out, "pts/%u", pts);
    else if (major == MAJOR_TTY && minor < MINOR_SERIAL_FIRST)
        strbuf_add_format(out, "tty%u", minor);
    else if (major == MAJOR_TTY)
        strbuf_add_format(out, "ttyS%u", minor - MINOR_SERIAL_FIRST);
    else
        strbuf_add_format(out, "%u:%u", major, minor);
}
