/* SPDX-License-Identifier: MIT */
#include "anomaly/features.h"

#include <math.h>

#include "tests/support/test.h"
#include "tests/unit/anomaly/photograph.h"

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-3;
}

static void measures_a_process(void **state)
{
    (void)state;
    const struct actor actors[] = {
        {.exe = "/usr/lib/systemd/systemd", .package = "systemd", .age_s = 9e5},
        { .exe = "/tmp/.x/miner (deleted)",
         .arguments = "./miner",
         .ppid = 1,
         .uid = 0,
         .threads = 4,
         .descriptors = 12,
         .rss = 1 << 20,
         .cpu = 98.5,
         .age_s = 99,
         .child_fault_rate = 5,
         .connections = 3,
         .listening = 2},
        {                                                            .exe = "/usr/bin/bash",                    .package = "bash",                                             .ppid = 2,                                                           .uid = 1000, .age_s = 9},
        {                                                   .exe = "/memfd:x (deleted)",                    .ppid = 3,                                        .uid = 1000,                               .age_s = 1},
    };
    static const double expected[][FEATURE_COUNT] = {
        {0,    0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0,  0,       1, 0, 600, 0, 0, PARENT_NONE },
        {98.5, 3, 3, 8, 7, 3, 1, 0, 0, 1, 1, 4, 12, 1 << 20, 1, 5, 99,  2, 1, PARENT_INIT },
        {0,    0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,  0,       1, 0, 9,   0, 0, PARENT_OTHER},
        {0,    0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0,  0,       0, 0, 1,   0, 1, PARENT_SHELL},
    };
    struct photograph photograph;
    struct feature_context context;

    photograph_take(&photograph, actors, 4);
    feature_context_init(&context, &photograph.snapshot, photograph.relations);
    for (uint32_t i = 0; i < 4; i++) {
        struct feature_row row;

        features_measure(&context, i, &row);
        assert_int_equal(row.known, FEATURE_BIT(FEATURE_COUNT) - 1);
        for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
            if (!is_near((double)row.values[feature], expected[i][feature]))
                fail_msg("process %u, %s: %f", i, features[feature].key,
                         (double)row.values[feature]);
    }
    feature_context_release(&context);
    photograph_release(&photograph);
}

static void knows_what_it_does_not_know(void **state)
{
    (void)state;
    const struct actor actor = {.exe = NULL, .age_s = 5};
    struct photograph photograph;
    struct feature_context context;
    struct feature_row row;

    photograph_take(&photograph, &actor, 1);
    feature_context_init(&context, &photograph.snapshot, photograph.relations);
    features_measure(&context, 0, &row);
    assert_false(row.known & (FEATURE_BIT(FEATURE_IS_TMP) | FEATURE_BIT(FEATURE_IS_DELETED) |
                              FEATURE_BIT(FEATURE_IS_UNOWNED)));
    assert_true(row.known & FEATURE_BIT(FEATURE_THREADS));
    assert_int_equal(
        span_length(features_program(&photograph.snapshot, photograph.snapshot.processes)), 0);
    feature_context_release(&context);
    photograph_release(&photograph);
}

static void leaves_out_what_runs_no_program(void **state)
{
    (void)state;
    assert_false(features_apply_to(&(struct process){.flags = PROCESS_PF_KTHREAD}));
    assert_false(features_apply_to(&(struct process){.state = 'Z'}));
    assert_true(features_apply_to(&(struct process){.state = 'S'}));
}

static void scales_there_and_back(void **state)
{
    (void)state;
    static const float values[] = {0, 1, 9, 400, 1e9f};

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            float scaled = feature_scaled(feature, values[i]);
            assert_true(fabsf(feature_unscaled(feature, scaled) - values[i]) <=
                        values[i] * 1e-3f);
        }
    assert_true(is_near((double)feature_scaled(FEATURE_THREADS, 7), 3));
    assert_true(is_near((double)feature_scaled(FEATURE_IS_ROOT, 1), 1));
}

static void has_a_complete_table(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FEATURE_COUNT; i++) {
        assert_non_null(features[i].key);
        assert_true(features[i].weight > 0 && features[i].weight < 1);
        assert_true(features[i].least_spread > 0 && features[i].raw_spread > 0);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(features[i].key, features[k].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_process),
        cmocka_unit_test(knows_what_it_does_not_know),
        cmocka_unit_test(leaves_out_what_runs_no_program),
        cmocka_unit_test(scales_there_and_back),
        cmocka_unit_test(has_a_complete_table),
    };

    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
