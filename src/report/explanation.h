/* SPDX-License-Identifier: MIT */
/*
 * explanation - everything that is known about one process as text: for a
 * ticket, or for a reader without a screen.
 */
#ifndef REPORT_EXPLANATION_H
#define REPORT_EXPLANATION_H

#include "report/report.h"

/* With a closer look at the same process, or NULL. */
void explanation_add(const struct report *report, uint32_t process,
                     const struct relations *look, enum text_style style, struct strbuf *out);

#endif
