/* SPDX-License-Identifier: MIT */
#include "engine/whitelist_offer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "heuristics/program.h"

static const enum whitelist_kind preference[WHITELIST_OFFER_COUNT] = {
    WHITELIST_HASH, WHITELIST_PATH, WHITELIST_PATTERN,
    WHITELIST_NAME, WHITELIST_USER, WHITELIST_RULE,
};
enum { BROAD_PERCENT = 5 };

/* The snapshot with the one hash that is known given to all who run that file. */
struct scene {
    struct snapshot snapshot;
    struct process *processes; /* owned */
    const struct refresh *refresh;
    const struct scoring_options *options;
    uint32_t subject;
    int heuristic;
};

static void scene_init(struct scene *scene, const struct refresh *refresh,
                       const struct whitelist_subject *whom)
{
    size_t count = refresh->snapshot.process_count;
    const struct sha256 *hash = whom->hash;
    uint32_t subject = whom->process;

    scene->refresh = refresh;
    scene->subject = subject;
    scene->heuristic = whom->heuristic;
    scene->snapshot = refresh->snapshot;
    scene->processes = memory_new(count, sizeof *scene->processes);
    memcpy(scene->processes, refresh->snapshot.processes, count * sizeof *scene->processes);
    for (size_t i = 0; hash && i < count; i++)
        if (i == subject ||
            process_runs_same_file(&scene->processes[i], &scene->processes[subject])) {
            scene->processes[i].sha256 = *hash;
            scene->processes[i].facts[FACT_SHA256] = FACT_KNOWN;
        }
    scene->snapshot.processes = scene->processes;
}

static void add_literally(struct strbuf *out, char c)
{
    if (strchr("*?[\\", c))
        strbuf_add_char(out, '\\');
    strbuf_add_char(out, c);
}

void whitelist_suggest_pattern(struct span exe, struct strbuf *out)
{
    bool has_number = false;

    while (exe.at < exe.end) {
        if (!isdigit((unsigned char)*exe.at)) {
            add_literally(out, *exe.at++);
            continue;
        }
        has_number = true;
        strbuf_add_char(out, '*');
        while (exe.at < exe.end && (isdigit((unsigned char)*exe.at) || *exe.at == '.'))
            exe.at++;
    }
    if (!has_number)
        strbuf_add_char(out, '*');
}

/* "tmp_exe path=/tmp/x": a file that is there by its path, another by a pattern. */
static void write_rule(struct strbuf *out, const struct scene *scene, struct span bare,
                       bool is_path)
{
    if (scene->heuristic < 0 || span_length(bare) == 0)
        return;
    strbuf_add_format(out, "%s %s", scene->refresh->assessment.catalogue[scene->heuristic]->key,
                      is_path ? "path=" : "pattern=");
    if (is_path)
        strbuf_add_span(out, bare);
    else
        whitelist_suggest_pattern(bare, out);
}

static void write_entry(struct whitelist_offer *offer, const struct scene *scene,
                        const struct sha256 *hash)
{
    const struct process *process = &scene->processes[scene->subject];
    const char *exe = snapshot_string(&scene->snapshot, process->exe);
    struct span bare = span_of(exe, process_exe_bare_length(process, exe));
    bool is_file =
        process_knows(process, FACT_BIT(FACT_EXE)) && *exe == '/' && !exe_is_memfd(exe);
    char digest[SHA256_TEXT_SIZE];

    switch (offer->kind) {
    case WHITELIST_HASH:
        if (hash) {
            sha256_text(hash, &digest);
            strbuf_add_string(&offer->text, digest);
        }
        break;
    case WHITELIST_PATH:
        /* No path vouches for a file that is not there any more. */
        if (is_file && span_length(bare) == strlen(exe))
            strbuf_add_span(&offer->text, bare);
        break;
    case WHITELIST_PATTERN:
        if (is_file)
            whitelist_suggest_pattern(bare, &offer->text);
        break;
    case WHITELIST_NAME:
        strbuf_add_span(&offer->text, snapshot_span(&scene->snapshot, process->comm));
        break;
    case WHITELIST_USER:
        if (process_knows(process, FACT_BIT(FACT_STATUS)))
            strbuf_add_span(&offer->text, snapshot_span(&scene->snapshot, process->user));
        break;
    case WHITELIST_RULE:
        if (process_knows(process, FACT_BIT(FACT_EXE)))
            write_rule(&offer->text, scene, bare, is_file && span_length(bare) == strlen(exe));
        break;
    case WHITELIST_KIND_COUNT:
        break;
    }
}

static bool is_same_program(const struct scene *scene, size_t process)
{
    const struct process *a = &scene->processes[process];
    const struct process *b = &scene->processes[scene->subject];

    return process == scene->subject || process_runs_same_file(a, b) ||
           (a->exe.length > 0 && strcmp(snapshot_string(&scene->snapshot, a->exe),
                                        snapshot_string(&scene->snapshot, b->exe)) == 0);
}

static bool has_reason(const struct scores *scores, size_t process, uint32_t heuristic)
{
    const struct verdict *verdict = &scores->verdicts[process];

    for (uint32_t i = 0; i < verdict->reason_count; i++)
        if (scores->reasons[verdict->first_reason + i].heuristic_index == heuristic)
            return true;
    return false;
}

/* A rule vouches for nobody: it matches where it has a reason to excuse. */
static bool matches(const struct scene *scene, const struct whitelist_entry *entry,
                    size_t process)
{
    const struct process *candidate = &scene->processes[process];

    if (entry->kind != WHITELIST_RULE)
        return whitelist_entry_matches(entry, &scene->snapshot, candidate);
    return has_reason(&scene->refresh->scores, process, entry->rule.heuristic) &&
           rule_excuses(&entry->rule, &scene->snapshot, candidate, entry->rule.heuristic);
}

static void count_matches(struct whitelist_offer *offer, const struct scene *scene,
                          const struct whitelist_entry *entry, const struct scores *after)
{
    const struct scores *before = &scene->refresh->scores;

    for (size_t i = 0; i < before->count; i++) {
        if (!matches(scene, entry, i))
            continue;
        offer->matches++;
        if (!before->verdicts[i].is_flagged)
            continue;
        offer->flagged_matches++;
        offer->drops += !after->verdicts[i].is_flagged;
        if (!is_same_program(scene, i)) {
            offer->others_flagged++;
            offer->other_pid = scene->processes[i].pid;
        }
    }
    offer->is_broad =
        offer->others_flagged > 0 ||
        (offer->matches > 1 && offer->matches * 100ull > before->count * (size_t)BROAD_PERCENT);
}

static void note_what_stays(struct whitelist_offer *offer, const struct scores *after,
                            uint32_t subject)
{
    const struct verdict *verdict = &after->verdicts[subject];

    for (uint32_t i = 0; i < verdict->reason_count; i++) {
        const struct reason *reason = &after->reasons[verdict->first_reason + i];

        if (!reason->is_whitelisted && reason->score > 0)
            strbuf_add_format(&offer->stays, "%s%s%+.3g", offer->stays.length > 0 ? " " : "",
                              reason->heuristic->chip, reason->score);
    }
}

static void measure(struct whitelist_offer *offer, const struct scene *scene)
{
    struct scoring_options with;
    struct scores after = {0};

    scoring_options_copy(&with, scene->options);
    size_t count = with.whitelist.count;
    const char *wrong =
        whitelist_add(&with.whitelist, offer->kind, strbuf_string(&offer->text));
    if (wrong) {
        strbuf_clear(&offer->text);
    } else {
        struct whitelist only = {0};

        offer->is_already_there = with.whitelist.count == count;
        whitelist_add(&only, offer->kind, strbuf_string(&offer->text));
        score_snapshot(&scene->snapshot, &scene->refresh->assessment, scene->refresh->ml_scores,
                       &with, &after);
        offer->score_before = scene->refresh->scores.verdicts[scene->subject].total_score;
        offer->score_after = after.verdicts[scene->subject].total_score;
        count_matches(offer, scene, &only.entries[0], &after);
        note_what_stays(offer, &after, scene->subject);
        scores_release(&after);
        whitelist_release(&only);
    }
    scoring_options_release(&with);
}

void whitelist_offers_write(struct whitelist_offers *offers, const struct refresh *refresh,
                            const struct whitelist_subject *subject,
                            const struct scoring_options *options)
{
    struct scene scene = {.options = options};

    whitelist_offers_release(offers);
    scene_init(&scene, refresh, subject);
    for (size_t i = 0; i < WHITELIST_OFFER_COUNT; i++) {
        struct whitelist_offer *offer = &offers->offers[i];

        offer->kind = preference[i];
        write_entry(offer, &scene, subject->hash);
        if (offer->text.length > 0)
            measure(offer, &scene);
    }
    free(scene.processes);
}

void whitelist_offers_release(struct whitelist_offers *offers)
{
    for (size_t i = 0; i < WHITELIST_OFFER_COUNT; i++) {
        strbuf_release(&offers->offers[i].text);
        strbuf_release(&offers->offers[i].stays);
    }
    *offers = (struct whitelist_offers){0};
}
