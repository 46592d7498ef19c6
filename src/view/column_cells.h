/* SPDX-License-Identifier: MIT */
/*
 * column_cells - how each column makes its cell and compares. Private to columns:
 * the table there says what belongs together.
 */
#ifndef VIEW_COLUMN_CELLS_H
#define VIEW_COLUMN_CELLS_H

#include "view/columns.h"

/* column_cells.c */
void cell_add_text(const struct row *row, struct text_ref text, struct strbuf *out);

/* columns_score.c */
double number_score(const struct row *row);
double number_heuristic(const struct row *row);
double number_ml(const struct row *row);
double number_severity(const struct row *row);
void format_severity(const struct row *row, struct strbuf *out);
double number_reasons(const struct row *row);
void format_reasons(const struct row *row, struct strbuf *out);
void format_why(const struct row *row, struct strbuf *out);
double number_trend(const struct row *row);
void format_trend(const struct row *row, struct strbuf *out);

/* columns_process.c */
double number_pid(const struct row *row);
double number_ppid(const struct row *row);
struct span text_user(const struct row *row);
double number_uid(const struct row *row);
struct span text_name(const struct row *row);
void format_name(const struct row *row, struct strbuf *out);
struct span text_state(const struct row *row);
double number_start(const struct row *row);
void format_start(const struct row *row, struct strbuf *out);
double number_age(const struct row *row);
void format_age(const struct row *row, struct strbuf *out);
double number_tty(const struct row *row);
void format_tty(const struct row *row, struct strbuf *out);
struct span text_parent(const struct row *row);
struct span text_exe(const struct row *row);
struct span text_cmdline(const struct row *row);
void format_cmdline(const struct row *row, struct strbuf *out);

/* columns_thread.c */
void column_format_thread(const struct column *column, const struct row *row,
                          struct strbuf *out);

/* columns_use.c */
double number_cpu(const struct row *row);
double number_rss(const struct row *row);
void format_rss(const struct row *row, struct strbuf *out);
double number_threads(const struct row *row);
double number_conns(const struct row *row);
struct span text_unit(const struct row *row);
struct span text_container(const struct row *row);
void format_container(const struct row *row, struct strbuf *out);
double number_memory(const struct row *row);
double number_virt(const struct row *row);
void format_virt(const struct row *row, struct strbuf *out);
size_t count_listen(const struct row *row);
void format_listen(const struct row *row, struct strbuf *out);
size_t count_remote(const struct row *row);
void format_remote(const struct row *row, struct strbuf *out);

#endif
