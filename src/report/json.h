/* SPDX-License-Identifier: MIT */
/*
 * json - reports for programs. Always valid UTF-8: what a process wrote into its name is made
 * printable first, as on a screen. Numbers are written as in the C locale; a value nobody knows
 * is null.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdint.h>

#include "report/report.h"

enum { JSON_SCHEMA = 1 };

/* The document of one scan, indented or compact, ended by a newline. */
void json_add_document(const struct report *report, struct strbuf *out);

/* Every listed process, as an array. */
void json_add_array(const struct report *report, struct strbuf *out);

/* Every listed process as an object on a line of its own. */
void json_add_lines(const struct report *report, struct strbuf *out);

/* The counts alone, and what the last pass cost. */
void json_add_stats(const struct report *report, struct strbuf *out);

/* {"error": message}; the message is made printable. */
void json_add_error(const char *message, struct strbuf *out);

/* All that is known of one process, with a closer look at it, or NULL; indented. What
 * looks like a secret in its environment is masked. */
void json_add_explanation(const struct report *report, uint32_t process,
                          const struct relations *look, struct strbuf *out);

/* One process, indented, ended by a newline. */
void json_add_process(const struct report *report, uint32_t process, struct strbuf *out);

#endif
