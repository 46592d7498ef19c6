/* SPDX-License-Identifier: MIT */
#include "ui/panel_reasons.h"

#include <string.h>

#include "base/translate.h"
#include "ui/panel_why.h"

enum { INDENT = 10, LABEL = 10 };

static void write_total(struct page *page, const struct subject *subject,
                        const struct scoring_options *options)
{
    const struct verdict *verdict = subject->row.verdict;

    page_line(page);
    page_add(page, ROLE_LABEL, "score ");
    page_add(page, role_of_severity(verdict->severity), "%.1f", verdict->total_score);
    page_add(page, ROLE_DIM, "   %s the threshold %.1f",
             verdict->is_flagged ? "reaches" : "below", options->min_score);
    page_add(page, ROLE_DIM, "   reasons %.1f", verdict->heuristic_score);
    if (verdict->ml_score > 0)
        page_add(page, ROLE_DIM, "   model %.1f x %.2f", options->ml_weight, verdict->ml_score);
    if (verdict->is_whitelisted) {
        page_line(page);
        page_add(page, ROLE_WHITELISTED, "whitelisted by %s",
                 verdict->whitelist_entry ? verdict->whitelist_entry : "an entry");
    }
    if (verdict->is_acknowledged) {
        page_line(page);
        page_add(page, ROLE_WHITELISTED, "acknowledged for this session: not flagged");
    }
}

static void write_labelled(struct page *page, const char *label, enum role role,
                           struct span text)
{
    page_line(page);
    page_add(page, ROLE_LABEL, "%*s%-*s", INDENT, "", LABEL, label);
    page_wrap(page, role, INDENT + LABEL, text);
}

/* The command with the process's own id in it. */
static void fill_in_pid(struct strbuf *out, const char *command, int32_t pid)
{
    const char *mark;

    while ((mark = strstr(command, "{pid}"))) {
        strbuf_add(out, command, (size_t)(mark - command));
        strbuf_add_format(out, "%d", (int)pid);
        command = mark + strlen("{pid}");
    }
    strbuf_add_string(out, command);
}

/* "weight 4 x 1.0 = 4.0, same fact as another reason, whitelist: 1.0 left". */
static void write_points(struct page *page, const struct reason *reason)
{
    struct strbuf text = {0};

    strbuf_add_format(&text, "weight %.3g x strength %.3g = %.1f", reason->weight,
                      (double)reason->strength, reason->points);
    if (reason->is_in_family)
        strbuf_add_string(&text, "; lowered: another reason tells of the same fact");
    if (reason->rule) {
        strbuf_add_string(&text, "; excused by the rule ");
        text_add_printable(&text, span_of_string(reason->rule), page->style);
    } else if (reason->is_whitelisted && reason->score < reason->points)
        strbuf_add_string(&text, "; lowered by the whitelist");
    else if (reason->is_whitelisted)
        strbuf_add_string(&text, "; too severe for the whitelist to lower");
    if (reason->strength <= 0)
        strbuf_add_string(&text, "; excused");
    else if (reason->weight <= 0)
        strbuf_add_string(&text, "; disabled by its weight");
    write_labelled(page, "points", ROLE_DIM, strbuf_span(&text));
    strbuf_release(&text);
}

/* is_chosen: under the cursor. */
static void write_reason(struct page *page, const struct subject *subject,
                         const struct reason *reason, bool is_chosen)
{
    struct strbuf command = {0};
    enum role role = role_of_reason(reason);

    page_line(page);
    page_line(page);
    const char *chip = reason->heuristic->chip;

    /* The blanks that fill the column are none of it, where it has a ground. */
    page_add(page, is_chosen ? ROLE_TAB_ACTIVE : role, "%+4.1f %s", reason->score, chip);
    page_add(page, ROLE_TEXT, "%*s", 5 - (int)strlen(chip), "");
    page_wrap(page, role == ROLE_DIM ? ROLE_DIM : ROLE_KEY, INDENT,
              span_of_string(translate(reason->heuristic->title)));
    if (reason->evidence && *reason->evidence)
        write_labelled(page, "evidence", ROLE_TEXT, span_of_string(reason->evidence));
    write_points(page, reason);
    write_labelled(page, "innocent", ROLE_DIM,
                   span_of_string(translate(reason->heuristic->innocent)));
    fill_in_pid(&command, reason->heuristic->verify, subject->row.process->pid);
    write_labelled(page, "verify", ROLE_DIM, strbuf_span(&command));
    strbuf_release(&command);
}

static void add_missing_facts(struct strbuf *out, const struct process *process,
                              fact_mask needs)
{
    bool is_first = true;

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (needs & FACT_BIT(fact) && !process_knows(process, FACT_BIT(fact))) {
            strbuf_add_format(out, "%s%s %s", is_first ? "" : ", ", fact_name(fact),
                              fact_state_name(process->facts[fact]));
            is_first = false;
        }
}

static void write_not_assessed(struct page *page, const struct subject *subject,
                               const struct assessment *assessment)
{
    const struct row *row = &subject->row;
    size_t index = snapshot_index(row->snapshot, row->process);
    const struct heuristic_set *missing = &assessment->processes[index].not_assessed;
    bool is_first = true;

    for (uint32_t h = 0; h < assessment->catalogue_count; h++) {
        struct strbuf why = {0};

        if (!heuristic_set_has(missing, h))
            continue;
        if (is_first) {
            page_line(page);
            page_line(page);
            page_add(page, ROLE_WARNING, "Not assessed: unknown is not clean");
        }
        is_first = false;
        page_line(page);
        page_add(page, ROLE_TEXT, "%*s%-20s ", 5, "", assessment->catalogue[h]->key);
        add_missing_facts(&why, row->process, assessment->catalogue[h]->needs);
        page_wrap(page, ROLE_DIM, 26, strbuf_span(&why));
        strbuf_release(&why);
    }
}

/* What the model finds strange, when it finds anything. */
static void write_model(struct page *page, const struct subject *subject,
                        const struct judges *judges)
{
    const struct row *row = &subject->row;
    struct anomaly_reason reasons[ANOMALY_REASONS_MAX];
    uint32_t process = snapshot_index(row->snapshot, row->process);
    size_t count;

    if (!judges->anomaly || row->verdict->ml_score <= 0)
        return;
    page_line(page);
    page_line(page);
    page_add(page, ROLE_KEY, "%+4.1f model ",
             judges->options->ml_weight * row->verdict->ml_score);
    page_add(page, ROLE_DIM, "weight %.3g x %.2f: unlike what was learned",
             judges->options->ml_weight, row->verdict->ml_score);
    count = anomaly_explain(judges->anomaly, row->snapshot, row->relations, process, &reasons);
    for (size_t i = 0; i < count; i++) {
        struct strbuf text = {0};

        anomaly_reason_format(&reasons[i], &text);
        write_labelled(page, i == 0 ? "because" : "", ROLE_TEXT, strbuf_span(&text));
        strbuf_release(&text);
    }
}

void panel_reasons_write(struct page *page, const struct subject *subject,
                         const struct judges *judges, struct reason_places *places)
{
    const struct row *row = &subject->row;

    write_total(page, subject, judges->options);
    places->count = row->verdict->reason_count;
    for (uint32_t i = 0; i < row->verdict->reason_count; i++) {
        const struct reason *reason = &row_reasons(row)[i];

        /* A blank line comes first. */
        places->lines[i] = page->line_count + 1;
        places->heuristics[i] = (int)reason->heuristic_index;
        write_reason(page, subject, reason, places->heuristics[i] == places->chosen);
    }
    if (row->verdict->reason_count == 0) {
        page_line(page);
        page_line(page);
        page_add(page, ROLE_DIM, "Nothing stands out.");
    }
    write_model(page, subject, judges);
    write_not_assessed(page, subject, judges->assessment);
}
