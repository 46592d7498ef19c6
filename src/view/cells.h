/* SPDX-License-Identifier: MIT */
/*
 * cells - how single values are written: ages, times, terminals.
 */
#ifndef VIEW_CELLS_H
#define VIEW_CELLS_H

#include <stdint.h>

#include "base/strbuf.h"

/* "12s", "3m05", "4h12", "5d03h", "1y40d": at most six characters up to a century. */
void cell_add_age(struct strbuf *out, double seconds);

/* "14:03:22" on the day of now, "Nov 24" in its year, else "2025": local time. */
void cell_add_time(struct strbuf *out, int64_t at_s, int64_t now_s);

/* "pts/3", "tty1", "ttyS0", "-" without a terminal, else "major:minor". The
 * device number is that of proc_pid_stat(5) field 7. */
void cell_add_tty(struct strbuf *out, int32_t tty_nr);

#endif
