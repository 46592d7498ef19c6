/* SPDX-License-Identifier: MIT */
#include "anomaly/baseline.h"

#include <math.h>

#include "tests/support/test.h"

static bool is_near(float a, double b)
{
    return fabs((double)a - b) < 1e-3;
}

static void finds_centre_and_spread(void **state)
{
    (void)state;
    float values[101];

    for (int i = 0; i <= 100; i++)
        values[i] = (float)(100 - i);
    struct feature_stat stat = feature_stat_of(values, 101);
    assert_true(is_near(stat.centre, 50));
    assert_true(is_near(stat.low, 2) && is_near(stat.high, 98));
    /* Quartiles 50 apart: 37.06 sigmas of a normal distribution. */
    assert_true(is_near(stat.spread, 50 / 1.349));
}

static void is_not_moved_by_a_few_wild_values(void **state)
{
    (void)state;
    float values[100];

    for (int i = 0; i < 100; i++)
        values[i] = i < 3 ? 1e6f : (float)(i % 10);
    struct feature_stat stat = feature_stat_of(values, 100);
    assert_true(stat.centre >= 4 && stat.centre <= 5);
    assert_true(stat.spread < 6);
}

static void lives_with_one_sample_and_no_spread(void **state)
{
    (void)state;
    float value = 7;
    struct baseline baseline = {.samples = 1, .known = FEATURE_BIT(FEATURE_THREADS)};
    struct feature_row row = {.known = FEATURE_BIT(FEATURE_THREADS)};
    float deviations[FEATURE_COUNT];

    baseline.stats[FEATURE_THREADS] = feature_stat_of(&value, 1);
    assert_true(is_near(baseline.stats[FEATURE_THREADS].centre, 7));
    assert_true(is_near(baseline.stats[FEATURE_THREADS].spread, 0));
    baseline_prepare(&baseline, false);
    row.values[FEATURE_THREADS] = 8;
    baseline_deviations(&baseline, &row, &deviations);
    assert_true(deviations[FEATURE_THREADS] > 0.1f && deviations[FEATURE_THREADS] < 3);

    row.values[FEATURE_THREADS] = 1e30f;
    baseline_deviations(&baseline, &row, &deviations);
    assert_true(is_near(deviations[FEATURE_THREADS], (double)DEVIATION_MAX));
}

static void grows_surer_with_samples(void **state)
{
    (void)state;
    struct feature_row row = {.known = FEATURE_BIT(FEATURE_CPU)};
    float few[FEATURE_COUNT], many[FEATURE_COUNT];

    row.values[FEATURE_CPU] = 5;
    for (unsigned i = 0; i < 2; i++) {
        struct baseline baseline = {.samples = i ? 1000 : 2, .known = row.known};
        baseline_prepare(&baseline, false);
        baseline_deviations(&baseline, &row, i ? &many : &few);
    }
    assert_true(many[FEATURE_CPU] > 2 * few[FEATURE_CPU]);
}

static void looks_at_the_strange_side_only(void **state)
{
    (void)state;
    struct baseline baseline = {
        .samples = 100,
        .known = FEATURE_BIT(FEATURE_CPU) | FEATURE_BIT(FEATURE_AGE),
        .stats[FEATURE_CPU] = {.centre = 5, .spread = 1},
        .stats[FEATURE_AGE] = {.centre = 5, .spread = 1},
    };
    struct feature_row row = {.known = baseline.known | FEATURE_BIT(FEATURE_RESIDENT)};
    float deviations[FEATURE_COUNT];

    row.values[FEATURE_RESIDENT] = 1000; /* of this the baseline knows nothing */
    baseline_prepare(&baseline, false);
    baseline_deviations(&baseline, &row, &deviations);
    assert_true(deviations[FEATURE_CPU] <= 0);
    assert_true(deviations[FEATURE_AGE] > 4);
    assert_true(deviations[FEATURE_RESIDENT] <= 0);
}

static void measures_parents_by_their_rarity(void **state)
{
    (void)state;
    struct baseline baseline = {.samples = 1000, .known = FEATURE_BIT(FEATURE_PARENT)};
    struct feature_row row = {.known = baseline.known};
    float deviations[FEATURE_COUNT];

    baseline.parents[PARENT_INIT] = 1000;
    baseline_prepare(&baseline, false);
    row.values[FEATURE_PARENT] = PARENT_INIT;
    baseline_deviations(&baseline, &row, &deviations);
    assert_true(deviations[FEATURE_PARENT] < 0.1f);
    row.values[FEATURE_PARENT] = PARENT_SHELL;
    baseline_deviations(&baseline, &row, &deviations);
    assert_true(deviations[FEATURE_PARENT] > 10);
}

/* Two halves, folded, are as the whole: for a normal distribution exactly so. */
static void folds_one_into_the_other(void **state)
{
    (void)state;
    struct feature_stat a = {.centre = 10, .spread = 2, .low = 6, .high = 14};
    const struct feature_stat b = {.centre = 20, .spread = 2, .low = 16, .high = 24};

    feature_stat_merge(&a, 300, &b, 100);
    assert_true(is_near(a.centre, 12.5));
    assert_true(is_near(a.spread, sqrt(4 + 0.75 * 0.25 * 100)));
    assert_true(is_near(a.low, 6) && is_near(a.high, 24));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_centre_and_spread),
        cmocka_unit_test(is_not_moved_by_a_few_wild_values),
        cmocka_unit_test(lives_with_one_sample_and_no_spread),
        cmocka_unit_test(grows_surer_with_samples),
        cmocka_unit_test(looks_at_the_strange_side_only),
        cmocka_unit_test(measures_parents_by_their_rarity),
        cmocka_unit_test(folds_one_into_the_other),
    };

    return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
