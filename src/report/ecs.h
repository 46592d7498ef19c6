/* SPDX-License-Identifier: MIT */
/*
 * ecs - the listed processes as events of the Elastic Common Schema, for log
 * shippers: one object a line. Secrets in command lines are masked.
 */
#ifndef REPORT_ECS_H
#define REPORT_ECS_H

#include "report/report.h"

void ecs_add_lines(const struct report *report, struct strbuf *out);

#endif
