/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "heuristics/gate.h"

const struct heuristic heuristics[HEURISTIC_COUNT] = {
#define HEURISTIC(name, letters, points, facts, kind, group, sentence, who, how) \
    [HEURISTIC_##name] = {                                                       \
        .info = {.key = #name,                                                   \
                 .chip = letters,                                                \
                 .weight = points,                                               \
                 .needs = facts,                                                 \
                 .class = kind,                                                  \
                 .family = group,                                                \
                 .title = sentence,                                              \
                 .innocent = who,                                                \
                 .verify = how},                                                 \
        .check = check_##name,                                                   \
    },
#include "heuristics/heuristics.def"
#undef HEURISTIC
};

static const struct heuristic_info *const catalogue[HEURISTIC_COUNT] = {
#define HEURISTIC(key, ...) [HEURISTIC_##key] = &heuristics[HEURISTIC_##key].info,
#include "heuristics/heuristics.def"
#undef HEURISTIC
};

_Static_assert((int)HEURISTIC_COUNT <= (int)HEURISTICS_MAX, "a bit for each in heuristic_set");

const struct heuristic_info *const *heuristics_catalogue(size_t *ret_count)
{
    *ret_count = HEURISTIC_COUNT;
    return catalogue;
}

int heuristics_find(const char *key)
{
    for (int i = 0; i < HEURISTIC_COUNT; i++)
        if (strcmp(heuristics[i].info.key, key) == 0)
            return i;
    return -1;
}

/* What a check can do without, and looks at all the same: to tell the innocent apart, or
 * to say more. */
static const fact_mask looked_at[HEURISTIC_COUNT] = {
    [HEURISTIC_no_tty] = FACT_BIT(FACT_SOCKETS),
    [HEURISTIC_pty_relay] = FACT_BIT(FACT_DESCRIPTORS),
    [HEURISTIC_dirty_text] = FACT_BIT(FACT_MAPS),
    [HEURISTIC_preload_untrusted] = FACT_BIT(FACT_MAPS),
};

fact_mask heuristics_needs(const struct heuristic_set *checks)
{
    /* Of all of them: who may be trusted, what somebody else's command line says, and
     * where we look into a container. */
    fact_mask needs = FACT_BIT(FACT_EXE_FILE) | FACT_BIT(FACT_STATUS) | FACT_BIT(FACT_PACKAGE) |
                      FACT_BIT(FACT_NAMESPACES) | FACT_BIT(FACT_CMDLINE);

    for (uint32_t i = 0; i < HEURISTIC_COUNT; i++)
        if (!checks || heuristic_set_has(checks, i))
            needs |= heuristics[i].info.needs | looked_at[i];
    return needs;
}

/* Going over the processes of a snapshot. */
struct pass {
    const struct check_context *context;
    struct assessment *assessment;
    struct arena *texts;               /* where evidence is kept */
    struct strbuf evidence;            /* while a check writes it */
    struct span last[HEURISTIC_COUNT]; /* evidence that each found in this pass */
};

static void append(struct assessment *assessment, struct finding finding)
{
    assessment->findings =
        memory_grow(assessment->findings, assessment->finding_count,
                    &assessment->finding_capacity, sizeof *assessment->findings);
    assessment->findings[assessment->finding_count++] = finding;
}

/* Workers of one program have the same evidence, one behind the other. */
static const char *keep_evidence(struct pass *pass, uint32_t heuristic)
{
    struct span text = strbuf_span(&pass->evidence), *last = &pass->last[heuristic];

    if (!last->at || !span_equals_span(*last, text))
        *last = span_of(arena_copy(pass->texts, text), span_length(text));
    return last->at;
}

/* One check of one process. */
static void ask(struct pass *pass, const struct process *process, uint32_t heuristic)
{
    struct strbuf *evidence = &pass->evidence;

    strbuf_clear(evidence);
    float strength = heuristics[heuristic].check(pass->context, process, evidence);
    if (strength > 0 || evidence->length > 0)
        append(pass->assessment, (struct finding){
                                     .heuristic = heuristic,
                                     .strength = strength,
                                     .evidence = keep_evidence(pass, heuristic),
                                 });
}

static bool is_asked(const struct process *process)
{
    return !process_is_kernel_thread(process) && !process_is_zombie(process);
}

static void assess_process(struct pass *pass, struct gate *gate, size_t index)
{
    const struct process *process = &pass->context->snapshot->processes[index];
    struct process_findings *found = &pass->assessment->processes[index];

    *found = (struct process_findings){.first = (uint32_t)pass->assessment->finding_count};
    if (!is_asked(process))
        return;

    const struct gate_class *class = gate_open(gate, pass->context, process);
    found->not_assessed = class->not_assessed;
    for (uint32_t i = 0; heuristic_set_next(&class->checks, &i); i++)
        ask(pass, process, i);
    found->count = (uint32_t)pass->assessment->finding_count - found->first;
}

void heuristics_assess(const struct snapshot *snapshot, const struct relations *relations,
                       const struct thresholds *thresholds, struct assessment *assessment)
{
    const struct check_context context = {snapshot, relations, thresholds};
    struct pass pass = {
        .context = &context, .assessment = assessment, .texts = &assessment->texts};
    struct gate gate = {0};

    arena_clear(&assessment->texts);
    arena_clear(&assessment->tuned_texts);
    assessment->catalogue = heuristics_catalogue(&assessment->catalogue_count);
    assessment->processes = memory_resize(assessment->processes, snapshot->process_count,
                                          sizeof *assessment->processes);
    assessment->process_count = snapshot->process_count;
    assessment->finding_count = 0;
    for (size_t i = 0; i < snapshot->process_count; i++)
        assess_process(&pass, &gate, i);
    strbuf_release(&pass.evidence);
}

static struct heuristic_set find_readers_of_thresholds(void)
{
    static const uint32_t readers[] = {HEURISTIC_high_cpu, HEURISTIC_watched_port,
                                       HEURISTIC_many_conns};
    struct heuristic_set set = {0};

    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        heuristic_set_add(&set, readers[i]);
    return set;
}

/* Take over what the old findings say about heuristics before `limit`, and step over
 * what they say about that one. Returns where they go on. */
static uint32_t keep_until(struct assessment *assessment, struct range rest, uint32_t limit)
{
    const struct finding *old = assessment->spare;
    uint32_t at = rest.first, end = rest.first + rest.count;

    for (; at < end && old[at].heuristic < limit; at++)
        append(assessment, old[at]);
    return at < end && old[at].heuristic == limit ? at + 1 : at;
}

static void reassess_process(struct pass *pass, const struct heuristic_set *again, size_t index)
{
    const struct process *process = &pass->context->snapshot->processes[index];
    struct assessment *assessment = pass->assessment;
    struct process_findings *found = &assessment->processes[index];
    uint32_t at = found->first, end = found->first + found->count;

    found->first = (uint32_t)assessment->finding_count;
    for (uint32_t i = 0; is_asked(process) && heuristic_set_next(again, &i); i++) {
        at = keep_until(assessment, (struct range){at, end - at}, i);
        if (!heuristic_set_has(&found->not_assessed, i))
            ask(pass, process, i);
    }
    keep_until(assessment, (struct range){at, end - at}, HEURISTIC_COUNT);
    found->count = (uint32_t)assessment->finding_count - found->first;
}

static void swap_findings(struct assessment *assessment)
{
    struct finding *findings = assessment->findings;
    size_t capacity = assessment->finding_capacity;

    assessment->findings = assessment->spare;
    assessment->finding_capacity = assessment->spare_capacity;
    assessment->spare = findings;
    assessment->spare_capacity = capacity;
}

void heuristics_reassess(const struct check_context *context, struct assessment *assessment)
{
    struct heuristic_set again = find_readers_of_thresholds();
    struct pass pass = {
        .context = context, .assessment = assessment, .texts = &assessment->tuned_texts};

    swap_findings(assessment);
    arena_clear(&assessment->tuned_texts);
    assessment->finding_count = 0;
    for (size_t i = 0; i < assessment->process_count; i++)
        reassess_process(&pass, &again, i);
    strbuf_release(&pass.evidence);
}

void assessment_borrow(struct assessment *copy, const struct assessment *original)
{
    copy->catalogue = original->catalogue;
    copy->catalogue_count = original->catalogue_count;
    copy->processes =
        memory_resize(copy->processes, original->process_count, sizeof *copy->processes);
    copy->process_count = original->process_count;
    if (copy->finding_capacity < original->finding_count) {
        copy->findings =
            memory_resize(copy->findings, original->finding_count, sizeof *copy->findings);
        copy->finding_capacity = original->finding_count;
    }
    copy->finding_count = original->finding_count;
    if (copy->process_count > 0)
        memcpy(copy->processes, original->processes,
               copy->process_count * sizeof *copy->processes);
    if (copy->finding_count > 0)
        memcpy(copy->findings, original->findings,
               copy->finding_count * sizeof *copy->findings);
}

void assessment_release(struct assessment *assessment)
{
    free(assessment->processes);
    free(assessment->findings);
    free(assessment->spare);
    arena_release(&assessment->texts);
    arena_release(&assessment->tuned_texts);
    *assessment = (struct assessment){0};
}
