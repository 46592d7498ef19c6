/* SPDX-License-Identifier: MIT */
/* reported - a report of a scored machine, and what a text says. */
#ifndef TESTS_UNIT_REPORT_REPORTED_H
#define TESTS_UNIT_REPORT_REPORTED_H

#include "report/report.h"
#include "tests/support/scored.h"
#include "tests/support/test.h"

/* Stays where it is: the report points into it. */
struct reported {
    struct scored scored;
    struct view view;
    struct report report;
};

/* Everybody is listed. */
static inline void reported_init(struct reported *reported,
                                 const struct scored_process *processes, size_t count)
{
    struct scored *scored = &reported->scored;

    scored_init(scored, processes, count);
    reported->view = (struct view){0};
    view_build(&reported->view, &scored->snapshot, scored->relations, &scored->scores,
               &(struct view_options){0});
    reported->report = (struct report){
        .snapshot = &scored->snapshot,
        .relations = scored->relations,
        .assessment = &scored->assessment,
        .scores = &scored->scores,
        .view = &reported->view,
        .min_score = 3,
    };
}

static inline void reported_release(struct reported *reported)
{
    view_release(&reported->view);
    scored_release(&reported->scored);
}

static inline void assert_says(const struct strbuf *out, const char *text)
{
    if (!strstr(strbuf_string(out), text))
        fail_msg("\"%s\" is not in:\n%s", text, strbuf_string(out));
}

#endif
