/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "heuristics/heuristic.h"
#include "scoring/scoring.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

enum { PID = 10, RANDOM_ROUNDS = 2000 };

/* One process, with findings as a heuristic would have left them. */
struct scene {
    struct given given;
    struct assessment assessment;
    struct process_findings found;
    struct finding findings[HEURISTIC_COUNT];
    struct scoring_options options;
    struct scores scores;
};

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    given_init(&scene->given);
    given_process(&scene->given, PID, 1, "/opt/x/agent");
    given_seal(&scene->given);
    scoring_options_init(&scene->options);
    scene->assessment.catalogue = heuristics_catalogue(&scene->assessment.catalogue_count);
    scene->assessment.processes = &scene->found;
    scene->assessment.process_count = 1;
    scene->assessment.findings = scene->findings;
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    scores_release(&scene->scores);
    scoring_options_release(&scene->options);
    given_release(&scene->given);
    free(scene);
    return 0;
}

static void find(struct scene *scene, const char *key, float strength)
{
    scene->findings[scene->found.count++] = (struct finding){
        .heuristic = (uint32_t)heuristics_find(key), .strength = strength, .evidence = key};
}

static const struct verdict *score(struct scene *scene)
{
    score_snapshot(&scene->given.snapshot, &scene->assessment, NULL, &scene->options,
                   &scene->scores);
    return scene->scores.verdicts;
}

static const struct reason *reason_of(const struct scene *scene, const char *key)
{
    for (size_t i = 0; i < scene->scores.reason_count; i++)
        if (strcmp(scene->scores.reasons[i].heuristic->key, key) == 0)
            return &scene->scores.reasons[i];
    return NULL;
}

static void assert_score(double score, double expected)
{
    if (fabs(score - expected) > 1e-9)
        fail_msg("%g instead of %g", score, expected);
}

static void points_are_strength_times_weight(void **state)
{
    struct scene *scene = *state;

    find(scene, "wx_mem", 1.0F / 3);
    find(scene, "watched_port", 1);
    assert_score(score(scene)->total_score, 3);
    assert_true(scene->scores.verdicts->is_flagged);
    assert_score(reason_of(scene, "wx_mem")->points, 1);
    scene->options.weights[HEURISTIC_wx_mem] = 0;
    assert_score(score(scene)->total_score, 2);
    assert_null(reason_of(scene, "wx_mem"));
    assert_false(scene->scores.verdicts->is_flagged);
}

static void a_family_counts_its_strongest_and_one_more(void **state)
{
    struct scene *scene = *state;

    find(scene, "deleted_exe", 1);
    find(scene, "tmp_exe", 1);
    find(scene, "world_writable_exe", 1);
    find(scene, "watched_port", 1);
    find(scene, "ptraced", 1);
    assert_score(score(scene)->heuristic_score, 4 + 1 + 0 + 2 + 3);
    assert_score(reason_of(scene, "tmp_exe")->score, 1);
    assert_true(reason_of(scene, "tmp_exe")->is_in_family);
    assert_score(reason_of(scene, "world_writable_exe")->score, 0);
    assert_false(reason_of(scene, "deleted_exe")->is_in_family);
    assert_int_equal(scene->scores.verdicts->severity, SEVERITY_HIGH);
}

static void the_whitelist_lowers_each_reason_but_not_the_severe(void **state)
{
    struct scene *scene = *state;

    find(scene, "memfd_exe", 1);
    find(scene, "wx_mem", 1);
    find(scene, "watched_port", 1);
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_NAME, "agent"));
    scene->options.weights[HEURISTIC_wx_mem] = 4;

    const struct verdict *verdict = score(scene);
    assert_score(verdict->heuristic_score, 5 + 1 + 0);
    assert_string_equal(verdict->whitelist_entry, "names: agent");
    assert_false(reason_of(scene, "memfd_exe")->is_whitelisted);
    assert_true(reason_of(scene, "wx_mem")->is_whitelisted);
    assert_score(reason_of(scene, "watched_port")->score, 0);
    assert_int_equal(verdict->severity, SEVERITY_CRITICAL);
    assert_int_equal(scene->scores.whitelisted_count, 1);
    scene->options.whitelist.reduction = 1;
    assert_score(score(scene)->heuristic_score, 5 + 3 + 1);
    scene->options.whitelist.high_severity = 2;
    assert_score(score(scene)->heuristic_score, 5 + 4 + 2);
}

static void weak_reasons_are_never_severe(void **state)
{
    struct scene *scene = *state;

    find(scene, "no_tty", 1);
    find(scene, "watched_port", 1);
    find(scene, "high_cpu", 1);
    scene->options.weights[HEURISTIC_high_cpu] = 50;
    assert_int_equal(score(scene)->severity, SEVERITY_LOW);
}

static void excuses_are_kept_and_count_nothing(void **state)
{
    struct scene *scene = *state;

    find(scene, "wx_mem", 0);
    assert_score(score(scene)->total_score, 0);
    assert_int_equal(scene->scores.verdicts->severity, SEVERITY_NONE);
    assert_non_null(reason_of(scene, "wx_mem"));
}

static void the_model_is_added_after_the_whitelist(void **state)
{
    struct scene *scene = *state;
    double ml_score = 0.75;

    find(scene, "watched_port", 1);
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_USER, "root"));
    score_snapshot(&scene->given.snapshot, &scene->assessment, &ml_score, &scene->options,
                   &scene->scores);
    assert_score(scene->scores.verdicts->heuristic_score, 0);
    assert_score(scene->scores.verdicts->total_score, 1.5);
}

static void a_rule_excuses_its_reason_wholly_and_no_other(void **state)
{
    struct scene *scene = *state;

    find(scene, "tmp_exe", 1);
    find(scene, "deleted_exe", 1);
    find(scene, "memfd_exe", 1);
    assert_score(score(scene)->heuristic_score, 5 + 1);
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_RULE,
                              "memfd_exe path=/opt/x/agent"));

    /* Severe or not; and what is excused takes nothing from the rest of its family. */
    const struct verdict *verdict = score(scene);
    assert_score(verdict->heuristic_score, 4 + 1);
    assert_score(reason_of(scene, "memfd_exe")->score, 0);
    assert_true(reason_of(scene, "memfd_exe")->is_whitelisted);
    assert_string_equal(reason_of(scene, "memfd_exe")->rule, "memfd_exe path=/opt/x/agent");
    assert_null(reason_of(scene, "tmp_exe")->rule);
    assert_false(verdict->is_whitelisted);
    assert_int_equal(verdict->severity, SEVERITY_HIGH);

    /* Beside an entry that vouches for the process. */
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_NAME, "agent"));
    assert_score(score(scene)->heuristic_score, 1 + 0);
    assert_null(
        whitelist_add(&scene->options.whitelist, WHITELIST_RULE, "tmp_exe pattern=agent"));
    assert_null(
        whitelist_add(&scene->options.whitelist, WHITELIST_RULE, "deleted_exe pattern=/opt/*"));
    assert_score(score(scene)->heuristic_score, 0);
    assert_int_equal(scene->scores.verdicts->severity, SEVERITY_NONE);
}

/* In strict mode code that no rule excuses voids an entry. */
static void a_rule_keeps_its_reason_from_voiding_an_entry(void **state)
{
    struct scene *scene = *state;

    scene->options.whitelist.mode = WHITELIST_STRICT;
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_PATH, "/opt/x/agent"));
    find(scene, "wx_mem", 1);
    find(scene, "watched_port", 1);
    assert_score(score(scene)->heuristic_score, 3 + 2);
    assert_null(
        whitelist_add(&scene->options.whitelist, WHITELIST_RULE, "wx_mem path=/opt/x/agent"));
    assert_score(score(scene)->heuristic_score, 0 + 0);
    assert_true(scene->scores.verdicts->is_whitelisted);
}

static void strict_mode_excuses_weak_reasons_of_trusted_code(void **state)
{
    struct scene *scene = *state;

    scene->options.whitelist.mode = WHITELIST_STRICT;
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_NAME, "agent"));
    find(scene, "watched_port", 1);   /* weak */
    find(scene, "unusual_parent", 1); /* relation */
    assert_score(score(scene)->heuristic_score, 0 + 3);
    assert_true(scene->scores.verdicts->is_whitelisted);

    /* Code that is not what the entry vouches for. */
    find(scene, "wx_mem", 1);
    assert_score(score(scene)->heuristic_score, 2 + 3 + 3);
    assert_false(scene->scores.verdicts->is_whitelisted);
}

static void strict_mode_knows_no_name_of_untrusted_code(void **state)
{
    struct scene *scene = *state;
    struct process *process = (struct process *)scene->given.snapshot.processes;

    process->exe_file.uid = 1000;
    scene->options.whitelist.mode = WHITELIST_STRICT;
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_NAME, "agent"));
    find(scene, "watched_port", 1);
    assert_score(score(scene)->heuristic_score, 2);
    scene->options.whitelist.mode = WHITELIST_GUIDE;
    assert_score(score(scene)->heuristic_score, 0);
}

static void strict_mode_lets_a_hash_excuse_code(void **state)
{
    struct scene *scene = *state;
    struct process *process = (struct process *)scene->given.snapshot.processes;
    char hash[SHA256_TEXT_SIZE];

    sha256_text(&process->sha256, &hash);
    process->facts[FACT_SHA256] = FACT_KNOWN;
    scene->options.whitelist.mode = WHITELIST_STRICT;
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_HASH, hash));
    find(scene, "wx_mem", 1);
    find(scene, "memfd_exe", 1);
    assert_score(score(scene)->heuristic_score, 0 + 5);
}

/* Any findings, weights and whitelist: the sum holds, nothing is negative, more
 * than its points or out of order, and scoring again changes nothing. */
static void reasons_add_up_whatever_comes(void **state)
{
    struct scene *scene = *state;

    srand(1);
    assert_null(whitelist_add(&scene->options.whitelist, WHITELIST_NAME, "agent"));
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        scene->found.count = 0;
        for (uint32_t i = 0; i < HEURISTIC_COUNT; i++) {
            scene->options.weights[i] = rand() % 9;
            if (rand() % 2 == 0)
                find(scene, heuristics[i].info.key, (float)(rand() % 7) / 6);
        }
        scene->options.whitelist.mode = rand() % 2 == 0 ? WHITELIST_GUIDE : WHITELIST_STRICT;
        scene->options.whitelist.entries[0].kind =
            rand() % 2 == 0 ? WHITELIST_NAME : WHITELIST_PATH;

        double total = score(scene)->total_score, sum = 0;
        for (size_t i = 0; i < scene->scores.reason_count; i++) {
            const struct reason *reason = &scene->scores.reasons[i];
            assert_true(reason->score >= 0 && reason->score <= reason->points);
            assert_true(i == 0 || reason->score <= reason[-1].score);
            sum += reason->score;
        }
        assert_score(sum, scene->scores.verdicts->heuristic_score);
        assert_score(score(scene)->total_score, total);
    }
}

static void facts_nobody_counts_are_not_wanted(void **state)
{
    struct scene *scene = *state;
    struct scoring_options *options = &scene->options;
    const fact_mask environ = FACT_BIT(FACT_ENVIRON);

    assert_int_equal(scoring_needs(options), heuristics_needs(NULL));
    options->weights[HEURISTIC_ld_preload] = 0;
    options->weights[HEURISTIC_ld_audit] = 0;
    assert_true(scoring_needs(options) & environ);
    options->weights[HEURISTIC_preload_untrusted] = 0;
    assert_int_equal(scoring_needs(options), heuristics_needs(NULL) & ~environ);
    options->weights[HEURISTIC_ld_audit] = 0.5;
    assert_int_equal(scoring_needs(options), heuristics_needs(NULL));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(points_are_strength_times_weight),
        CASE(a_family_counts_its_strongest_and_one_more),
        CASE(the_whitelist_lowers_each_reason_but_not_the_severe),
        CASE(weak_reasons_are_never_severe),
        CASE(excuses_are_kept_and_count_nothing),
        CASE(the_model_is_added_after_the_whitelist),
        CASE(a_rule_excuses_its_reason_wholly_and_no_other),
        CASE(a_rule_keeps_its_reason_from_voiding_an_entry),
        CASE(strict_mode_excuses_weak_reasons_of_trusted_code),
        CASE(strict_mode_knows_no_name_of_untrusted_code),
        CASE(strict_mode_lets_a_hash_excuse_code),
        CASE(reasons_add_up_whatever_comes),
        CASE(facts_nobody_counts_are_not_wanted),
    };

    return cmocka_run_group_tests_name("scoring", tests, NULL, NULL);
}
