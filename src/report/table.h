/* SPDX-License-Identifier: MIT */
/*
 * table - the text report of a scan: a heading, a row a process, and below it
 * its reasons.
 *
 * A row starts with blanks, then score, then pid; nothing else starts with
 * blanks and a digit. So grep -E "^\s+[0-9]+" finds rows alone, and their second
 * word is the pid.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/report.h"

struct table_options {
    enum text_style style;
    bool with_color; /* ANSI sequences; without it there is no escape at all */
};

void table_add(const struct report *report, const struct table_options *options,
               struct strbuf *out);

#endif
