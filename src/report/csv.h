/* SPDX-License-Identifier: MIT */
/*
 * csv - the report as comma separated values (RFC 4180): a line that names the columns,
 * then a line a process with every column there is. Numbers are
 * raw (bytes, seconds), as filters compare them. Texts are made printable first, so that
 * a name cannot begin a line of its own; one that a spreadsheet would take for a
 * formula is told as text.
 */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "report/report.h"

enum { CSV_SCHEMA = 1 }; /* the first cell of each line; another when columns change */

void csv_add(const struct report *report, struct strbuf *out);

#endif
