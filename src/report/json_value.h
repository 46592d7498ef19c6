/* SPDX-License-Identifier: MIT */
/* json_value - single JSON values, as every document here writes them. Private to
 * report. */
#ifndef REPORT_JSON_VALUE_H
#define REPORT_JSON_VALUE_H

#include <cjson/cJSON.h>

#include "report/report.h"

/* cJSON says "out of memory" by NULL; so does this module say it, once. */
cJSON *json_checked(cJSON *item);

/* Made printable. */
cJSON *json_text(struct span text);

/* Rounded, so that 0.1 + 0.2 reads 0.3; never NaN or infinite. */
void json_add_number(cJSON *object, const char *key, double value);

/* When the snapshot was taken, in seconds since 1970. */
double json_timestamp(const struct report *report);

/* The process's arguments, with secrets masked when the report says so; null when
 * nobody knows them. */
cJSON *json_arguments(const struct report *report, const struct process *process);

/* One process, as every document has it. */
cJSON *json_process(const struct report *report, uint32_t process);

/* What it takes of the machine: CPU time, memory (in bytes), descriptors ... */
void json_add_use(cJSON *object, const struct row *row);

/* Prints the item and a newline, frees the item. */
void json_finish(cJSON *item, bool is_indented, struct strbuf *out);

#endif
