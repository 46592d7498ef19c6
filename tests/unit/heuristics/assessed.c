/* SPDX-License-Identifier: MIT */
#include "tests/unit/heuristics/assessed.h"

#include "base/memory.h"

int assessed_setup(void **state)
{
    struct assessed *assessed = memory_new(1, sizeof *assessed);

    given_init(&assessed->given);
    thresholds_init(&assessed->thresholds);
    *state = assessed;
    return 0;
}

int assessed_teardown(void **state)
{
    struct assessed *assessed = *state;

    assessment_release(&assessed->assessment);
    given_release(&assessed->given);
    free(assessed);
    return 0;
}

void assess(struct assessed *assessed)
{
    given_seal(&assessed->given);
    heuristics_assess(&assessed->given.snapshot, assessed->given.relations,
                      &assessed->thresholds, &assessed->assessment);
}

static const struct process_findings *findings_of(const struct assessed *assessed, int32_t pid)
{
    const struct process *process = snapshot_find(&assessed->given.snapshot, pid);

    assert_non_null(process);
    return &assessed->assessment.processes[process - assessed->given.snapshot.processes];
}

bool is_assessed(const struct assessed *assessed, int32_t pid, const char *key)
{
    int heuristic = heuristics_find(key);

    if (heuristic < 0)
        fail_msg("no heuristic %s", key);
    return !heuristic_set_has(&findings_of(assessed, pid)->not_assessed, (uint32_t)heuristic);
}

const struct finding *finding_of(const struct assessed *assessed, int32_t pid, const char *key)
{
    const struct process_findings *found = findings_of(assessed, pid);
    int heuristic = heuristics_find(key);

    if (!is_assessed(assessed, pid, key))
        fail_msg("%s of %d was not assessed", key, pid);
    for (uint32_t i = found->first; i < found->first + found->count; i++)
        if (assessed->assessment.findings[i].heuristic == (uint32_t)heuristic)
            return &assessed->assessment.findings[i];
    return NULL;
}

void assert_finds(const struct assessed *assessed, int32_t pid, const char *key,
                  double strength, const char *evidence)
{
    const struct finding *finding = finding_of(assessed, pid, key);

    if (!finding)
        fail_msg("%s of %d was not found", key, pid);
    if ((double)finding->strength < strength - 0.01 ||
        (double)finding->strength > strength + 0.01)
        fail_msg("%s of %d: strength %.2f instead of %.2f: %s", key, pid,
                 (double)finding->strength, strength, finding->evidence);
    if (!strstr(finding->evidence, evidence))
        fail_msg("%s of %d: \"%s\" is not in: %s", key, pid, evidence, finding->evidence);
}

void assert_innocent(const struct assessed *assessed, int32_t pid, const char *key)
{
    const struct finding *finding = finding_of(assessed, pid, key);

    if (finding && finding->strength > 0)
        fail_msg("%s of %d: %s", key, pid, finding->evidence);
}

void assert_clean(const struct assessed *assessed, int32_t pid)
{
    const struct process_findings *found = findings_of(assessed, pid);

    for (uint32_t i = found->first; i < found->first + found->count; i++) {
        const struct finding *finding = &assessed->assessment.findings[i];
        if (finding->strength > 0)
            fail_msg("%s of %d: %s", heuristics[finding->heuristic].info.key, pid,
                     finding->evidence);
    }
}
