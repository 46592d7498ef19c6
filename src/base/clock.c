/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

void clock_add_utc(int64_t at_s, struct strbuf *out)
{
    time_t at = (time_t)at_s;
    struct tm broken = {0};
    char text[sizeof "2026-11-24T08:40:00Z" + 32]; /* a year may have ten digits */

    gmtime_r(&at, &broken);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken);
    strbuf_add_string(out, text);
}
