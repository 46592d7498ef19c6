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

struct process *given_child(struct assessed *assessed, int32_t pid, int32_t parent,
                            const char *exe, const char *command)
{
    struct process *process = given_process(&assessed->given, pid, parent, exe);

    given_command(&assessed->given, process, command);
    return process;
}

static const struct finding *find(const struct assessment *assessment, size_t process,
                                  uint32_t heuristic)
{
    const struct process_findings *found = &assessment->processes[process];

    for (uint32_t i = found->first; i < found->first + found->count; i++)
        if (assessment->findings[i].heuristic == heuristic)
            return &assessment->findings[i];
    return NULL;
}

static void forget(struct process *process, enum fact fact)
{
#define FORGET(member) memset(&process->member, 0, sizeof process->member)
    process->facts[fact] = FACT_NOT_ASKED;
    switch (fact) {
    case FACT_CMDLINE:
        FORGET(cmdline);
        break;
    case FACT_ENVIRON:
        FORGET(environ_flags);
        FORGET(ld_preload);
        FORGET(ld_audit);
        FORGET(ld_library_path);
        break;
    case FACT_CWD:
        FORGET(cwd);
        break;
    case FACT_ROOT:
        FORGET(root);
        break;
    case FACT_MAPS:
        FORGET(maps);
        FORGET(map_count);
        FORGET(maps_flags);
        break;
    case FACT_DESCRIPTORS:
        FORGET(descriptors);
        FORGET(descriptor_count);
        break;
    case FACT_CPU:
        FORGET(cpu_percent);
        FORGET(child_fault_rate);
        break;
    case FACT_CGROUP:
        FORGET(cgroup);
        break;
    case FACT_LOGINUID:
        FORGET(loginuid);
        break;
    default: /* always read, or without members of its own */
        break;
    }
#undef FORGET
}

/* What the check says of a machine of which nothing is known but what it needs. */
static void assert_needs_no_more(const struct assessed *assessed, uint32_t heuristic)
{
    struct snapshot snapshot = assessed->given.snapshot;
    struct heuristic_set alone = {0};
    struct assessment assessment = {0};

    heuristic_set_add(&alone, heuristic);
    fact_mask needs = heuristics_needs(&alone) | FACT_BIT(FACT_STAT) | FACT_BIT(FACT_EXE);
    struct process *processes =
        memory_copy(snapshot.processes, snapshot.process_count, sizeof *processes);
    for (size_t i = 0; i < snapshot.process_count; i++)
        for (unsigned fact = 0; fact < FACT_COUNT; fact++)
            if (!(needs & FACT_BIT(fact)))
                forget(&processes[i], fact);
    snapshot.processes = processes;
    if (!(needs & FACT_BIT(FACT_SOCKETS)))
        snapshot.socket_count = 0;
    struct relations *relations = relations_new(&snapshot);
    heuristics_assess(&snapshot, relations, &assessed->thresholds, &assessment);
    for (size_t i = 0; i < snapshot.process_count; i++) {
        const struct finding *whole = find(&assessed->assessment, i, heuristic);
        const struct finding *part = find(&assessment, i, heuristic);

        if (!whole != !part || (whole && ((double)whole->strength != (double)part->strength ||
                                          strcmp(whole->evidence, part->evidence) != 0)))
            fail_msg("%s of %d looks at more than it needs: %s", heuristics[heuristic].info.key,
                     processes[i].pid, whole ? whole->evidence : part->evidence);
    }
    assessment_release(&assessment);
    relations_free(relations);
    free(processes);
}

void assess(struct assessed *assessed)
{
    given_seal(&assessed->given);
    heuristics_assess(&assessed->given.snapshot, assessed->given.relations,
                      &assessed->thresholds, &assessed->assessment);
    for (uint32_t i = 0; i < HEURISTIC_COUNT; i++)
        if (i != HEURISTIC_blocked) /* it tells of whatever is read */
            assert_needs_no_more(assessed, i);
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

void assert_judges(const struct assessed *assessed, int32_t pid, const char *key,
                   double strength, const char *evidence)
{
    if (strength > 0)
        assert_finds(assessed, pid, key, strength, evidence);
    else
        assert_innocent(assessed, pid, key);
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
