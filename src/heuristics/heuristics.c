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

fact_mask heuristics_needs(void)
{
    /* Facts that no row requires but that tell the innocent apart: who may be
     * trusted, and where we look into a container. */
    fact_mask needs = FACT_BIT(FACT_EXE_FILE) | FACT_BIT(FACT_STATUS) | FACT_BIT(FACT_PACKAGE) |
                      FACT_BIT(FACT_NAMESPACES);

    for (size_t i = 0; i < HEURISTIC_COUNT; i++)
        needs |= heuristics[i].info.needs;
    return needs;
}

static void add_finding(struct assessment *assessment, uint32_t heuristic, float strength,
                        const struct strbuf *evidence)
{
    assessment->findings =
        memory_grow(assessment->findings, assessment->finding_count,
                    &assessment->finding_capacity, sizeof *assessment->findings);
    assessment->findings[assessment->finding_count++] = (struct finding){
        .heuristic = heuristic,
        .strength = strength,
        .evidence = arena_copy(&assessment->texts, strbuf_span(evidence)),
    };
}

static void assess_process(const struct check_context *context, const struct process *process,
                           struct gate *gate, struct strbuf *evidence,
                           struct assessment *assessment)
{
    struct process_findings *found =
        &assessment->processes[process - context->snapshot->processes];

    *found = (struct process_findings){.first = (uint32_t)assessment->finding_count};
    if (process_is_kernel_thread(process) || process_is_zombie(process))
        return;

    const struct gate_class *class = gate_open(gate, context, process);
    found->not_assessed = class->not_assessed;
    for (uint32_t i = 0; heuristic_set_next(&class->checks, &i); i++) {
        strbuf_clear(evidence);

        float strength = heuristics[i].check(context, process, evidence);
        if (strength > 0 || evidence->length > 0)
            add_finding(assessment, i, strength, evidence);
    }
    found->count = (uint32_t)assessment->finding_count - found->first;
}

void heuristics_assess(const struct snapshot *snapshot, const struct relations *relations,
                       const struct thresholds *thresholds, struct assessment *assessment)
{
    const struct check_context context = {snapshot, relations, thresholds};
    struct strbuf evidence = {0};
    struct gate gate = {0};

    arena_clear(&assessment->texts);
    assessment->catalogue = heuristics_catalogue(&assessment->catalogue_count);
    assessment->processes = memory_resize(assessment->processes, snapshot->process_count,
                                          sizeof *assessment->processes);
    assessment->process_count = snapshot->process_count;
    assessment->finding_count = 0;
    for (size_t i = 0; i < snapshot->process_count; i++)
        assess_process(&context, &snapshot->processes[i], &gate, &evidence, assessment);
    strbuf_release(&evidence);
}

void assessment_release(struct assessment *assessment)
{
    free(assessment->processes);
    free(assessment->findings);
    arena_release(&assessment->texts);
    *assessment = (struct assessment){0};
}
