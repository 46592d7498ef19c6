/* SPDX-License-Identifier: MIT */
#include "scoring/scoring.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "heuristics/heuristic.h"
#include "heuristics/program.h"

static const double family_rest_max = 1.0; /* what the weaker ones of a family add, together */
static const double critical_points = 5.0, high_points = 3.0;
/* strict mode: a code reason of this or more voids an entry */
static const double voiding_points = 2.0;

void scoring_options_init(struct scoring_options *options)
{
    size_t count;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&count);

    *options = (struct scoring_options){.min_score = 3.0, .ml_weight = 2.0};
    for (size_t i = 0; i < count; i++)
        options->weights[i] = catalogue[i]->weight;
    whitelist_init(&options->whitelist);
}

fact_mask scoring_needs(const struct scoring_options *options)
{
    struct heuristic_set checks = {0};

    for (uint32_t i = 0; i < HEURISTIC_COUNT; i++)
        if (options->weights[i] != 0)
            heuristic_set_add(&checks, i);
    return heuristics_needs(&checks);
}

void scoring_options_release(struct scoring_options *options)
{
    whitelist_release(&options->whitelist);
}

void scoring_options_copy(struct scoring_options *ret_copy,
                          const struct scoring_options *options)
{
    *ret_copy = *options;
    whitelist_copy(&ret_copy->whitelist, &options->whitelist);
}

/* Thirds are common strengths: without rounding 1/3 x 3 would not be 1, and a
 * sum could miss the threshold that it shows. */
static double rounded(double points)
{
    return round(points * 1000) / 1000;
}

static bool is_before(const struct reason *a, const struct reason *b, bool by_score)
{
    double left = by_score ? a->score : a->points, right = by_score ? b->score : b->points;

    if (left != right)
        return left > right;
    return a->heuristic_index < b->heuristic_index;
}

/* Insertion sort: a process has a handful of reasons. */
static void sort_reasons(struct reason *reasons, size_t count, bool by_score)
{
    for (size_t i = 1; i < count; i++) {
        struct reason reason = reasons[i];
        size_t at = i;

        for (; at > 0 && is_before(&reason, &reasons[at - 1], by_score); at--)
            reasons[at] = reasons[at - 1];
        reasons[at] = reason;
    }
}

static void collect_reasons(const struct assessment *assessment,
                            const struct process_findings *found,
                            const struct scoring_options *options, struct scores *scores)
{
    for (uint32_t i = found->first; i < found->first + found->count; i++) {
        const struct finding *finding = &assessment->findings[i];
        double weight = options->weights[finding->heuristic];

        if (weight <= 0)
            continue;
        double points = rounded((double)finding->strength * weight);
        scores->reasons = memory_grow(scores->reasons, scores->reason_count,
                                      &scores->reason_capacity, sizeof *scores->reasons);
        scores->reasons[scores->reason_count++] = (struct reason){
            .heuristic = assessment->catalogue[finding->heuristic],
            .heuristic_index = (uint16_t)finding->heuristic,
            .strength = finding->strength,
            .weight = weight,
            .points = points,
            .score = points,
            .evidence = finding->evidence,
        };
    }
}

/* Before families: a reason that is excused must not make another one smaller. */
static void apply_rules(const struct whitelist *whitelist, const struct snapshot *snapshot,
                        const struct process *process, struct scores *scores,
                        const struct verdict *verdict)
{
    for (uint32_t i = 0; whitelist->rule_count > 0 && i < verdict->reason_count; i++) {
        struct reason *reason = &scores->reasons[verdict->first_reason + i];
        const struct whitelist_entry *rule =
            whitelist_find_rule(whitelist, snapshot, process, reason->heuristic_index);

        if (!rule)
            continue;
        reason->rule = arena_copy(&scores->texts, span_of_string(rule->text));
        reason->is_whitelisted = true;
        reason->score = 0;
    }
}

/* Wants the reasons by points: the first of a family keeps all of them. */
static void apply_families(struct reason *reasons, size_t count)
{
    bool has_strongest[FAMILY_COUNT] = {false};
    double rest[FAMILY_COUNT];

    for (unsigned family = 0; family < FAMILY_COUNT; family++)
        rest[family] = family_rest_max;
    for (size_t i = 0; i < count; i++) {
        enum signal_family family = reasons[i].heuristic->family;

        if (family == FAMILY_NONE || reasons[i].rule)
            continue;
        if (has_strongest[family] && reasons[i].score > rest[family]) {
            reasons[i].score = rest[family];
            reasons[i].is_in_family = true;
        }
        if (has_strongest[family])
            rest[family] = rounded(rest[family] - reasons[i].score);
        has_strongest[family] = true;
    }
}

/* In strict mode only a hash vouches for code. Any other entry is void once the
 * code is not what it was when the entry was written. */
static bool is_void(const struct whitelist_entry *entry, const struct reason *reasons,
                    size_t count)
{
    if (entry->kind == WHITELIST_HASH)
        return false;
    for (size_t i = 0; i < count; i++)
        if (reasons[i].heuristic->class == SIGNAL_CODE && !reasons[i].rule &&
            reasons[i].points >= voiding_points)
            return true;
    return false;
}

static bool may_lower(const struct whitelist *whitelist, const struct whitelist_entry *entry,
                      const struct reason *reason)
{
    if (reason->points >= whitelist->high_severity)
        return false;
    return whitelist->mode == WHITELIST_GUIDE || entry->kind == WHITELIST_HASH ||
           reason->heuristic->class == SIGNAL_WEAK;
}

static void apply_whitelist(const struct whitelist *whitelist,
                            const struct whitelist_entry *entry, struct reason *reasons,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].rule || !may_lower(whitelist, entry, &reasons[i]))
            continue;
        reasons[i].is_whitelisted = true;
        reasons[i].score = rounded(fmax(0, reasons[i].score - whitelist->reduction));
    }
}

/* The entry that counts for the process: in strict mode whoever runs code that
 * anybody could have put there cannot be known by a name, a user or a pattern. */
static const struct whitelist_entry *find_entry(struct whitelist_memo *memo,
                                                const struct whitelist *whitelist,
                                                const struct snapshot *snapshot,
                                                const struct process *process)
{
    const struct whitelist_entry *entry = whitelist_recall(memo, whitelist, snapshot, process);

    if (!entry || whitelist->mode == WHITELIST_GUIDE || entry->kind == WHITELIST_HASH ||
        entry->kind == WHITELIST_PATH)
        return entry;
    return program_is_trusted(snapshot, process) ? entry : NULL;
}

/* By what is left after the whitelist: an excused process is not shown in red. */
static enum severity severity_of(const struct reason *reasons, size_t count)
{
    enum severity severity = SEVERITY_NONE;

    for (size_t i = 0; i < count; i++) {
        enum severity own =
            reasons[i].strength > 0 && !reasons[i].rule ? SEVERITY_LOW : SEVERITY_NONE;

        if (reasons[i].heuristic->class != SIGNAL_WEAK && reasons[i].score >= high_points)
            own = reasons[i].score >= critical_points ? SEVERITY_CRITICAL : SEVERITY_HIGH;
        if (own > severity)
            severity = own;
    }
    return severity;
}

/* Scoring one snapshot. */
struct job {
    const struct snapshot *snapshot;
    const struct assessment *assessment;
    const struct scoring_options *options;
    struct whitelist_memo memo;
    struct scores *scores;
};

static void score_process(struct job *job, size_t index)
{
    const struct whitelist *whitelist = &job->options->whitelist;
    const struct process *process = &job->snapshot->processes[index];
    const struct whitelist_entry *entry =
        find_entry(&job->memo, whitelist, job->snapshot, process);
    struct scores *scores = job->scores;
    struct verdict *verdict = &scores->verdicts[index];

    verdict->first_reason = (uint32_t)scores->reason_count;
    collect_reasons(job->assessment, &job->assessment->processes[index], job->options, scores);
    verdict->reason_count = (uint32_t)scores->reason_count - verdict->first_reason;

    size_t count = verdict->reason_count;
    struct reason *reasons = count > 0 ? scores->reasons + verdict->first_reason : NULL;
    if (count > 0) {
        apply_rules(whitelist, job->snapshot, process, scores, verdict);
        sort_reasons(reasons, count, false);
        apply_families(reasons, count);
        if (entry && whitelist->mode == WHITELIST_STRICT && is_void(entry, reasons, count))
            entry = NULL;
        if (entry)
            apply_whitelist(whitelist, entry, reasons, count);
        sort_reasons(reasons, count, true);
    }
    if (entry) {
        verdict->is_whitelisted = true;
        verdict->whitelist_entry = arena_format(&scores->texts, "%s: %s",
                                                whitelist_kind_key(entry->kind), entry->text);
    }
    for (size_t i = 0; i < count; i++)
        verdict->heuristic_score += reasons[i].score;
    verdict->severity = count > 0 ? severity_of(reasons, count) : SEVERITY_NONE;
}

void score_snapshot(const struct snapshot *snapshot, const struct assessment *assessment,
                    const double *ml_scores, const struct scoring_options *options,
                    struct scores *scores)
{
    struct job job = {
        .snapshot = snapshot, .assessment = assessment, .options = options, .scores = scores};

    arena_clear(&scores->texts);
    scores->count = assessment->process_count;
    scores->verdicts = memory_resize(scores->verdicts, scores->count, sizeof *scores->verdicts);
    scores->reason_count = 0;
    scores->flagged_count = 0;
    scores->whitelisted_count = 0;
    scores->acknowledged_count = 0;
    scores->max_score = 0;
    for (size_t i = 0; i < scores->count; i++) {
        struct verdict *verdict = &scores->verdicts[i];

        *verdict = (struct verdict){.ml_score = ml_scores ? ml_scores[i] : 0};
        score_process(&job, i);
        verdict->total_score =
            rounded(verdict->heuristic_score + options->ml_weight * verdict->ml_score);
        verdict->is_flagged = verdict->total_score >= options->min_score;
        scores->flagged_count += verdict->is_flagged;
        scores->whitelisted_count += verdict->is_whitelisted;
        scores->max_score = fmax(scores->max_score, verdict->total_score);
    }
}

void scores_release(struct scores *scores)
{
    free(scores->verdicts);
    free(scores->reasons);
    arena_release(&scores->texts);
    *scores = (struct scores){0};
}
