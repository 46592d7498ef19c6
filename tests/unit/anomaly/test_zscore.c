/* SPDX-License-Identifier: MIT */
/* How deviations become doubt: evidence of one feature, groups, trust. */
#include "anomaly/zscore.h"

#include <math.h>

#include "tests/support/test.h"

static const feature_mask all = FEATURE_BIT(FEATURE_COUNT) - 1;

static bool is_near(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

static double weight_of(enum feature feature)
{
    return (double)features[feature].weight;
}

static void evidence_begins_at_three_spreads_and_nears_the_weight(void **state)
{
    (void)state;
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++) {
        assert_true(is_near(zscore_evidence(feature, 0), 0));
        assert_true(is_near(zscore_evidence(feature, 3), 0));
        assert_true(is_near(zscore_evidence(feature, 6), weight_of(feature) / 2));
        for (float deviation = 3; deviation < 50; deviation++)
            assert_true(zscore_evidence(feature, deviation + 1) >
                        zscore_evidence(feature, deviation));
        assert_true(zscore_evidence(feature, 1e6f) > 0.999 * weight_of(feature));
        assert_true(zscore_evidence(feature, 1e6f) <= weight_of(feature));
    }
}

static void a_row_as_usual_leaves_no_doubt_behind(void **state)
{
    float deviations[FEATURE_COUNT];
    (void)state;

    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        deviations[feature] = 2.9f;
    assert_true(is_near(zscore_doubt(deviations, all, 1), 1));
}

/* Connections and remote ports tell of one fact; CPU of another. */
static void the_strangest_of_a_group_speaks_and_groups_add_up(void **state)
{
    float deviations[FEATURE_COUNT] = {0};
    double network = 1 - weight_of(FEATURE_CONNECTIONS) / 2;
    double load = 1 - weight_of(FEATURE_CPU) / 2;
    (void)state;

    assert_int_equal(features[FEATURE_CONNECTIONS].group, features[FEATURE_REMOTE_PORTS].group);
    deviations[FEATURE_CONNECTIONS] = 6;
    deviations[FEATURE_REMOTE_PORTS] = 4;
    assert_true(is_near(zscore_doubt(deviations, all, 1), network));
    deviations[FEATURE_CPU] = 6;
    assert_true(is_near(zscore_doubt(deviations, all, 1), network * load));
    assert_true(is_near(zscore_doubt(deviations, FEATURE_BIT(FEATURE_CPU), 1), load));
    assert_true(is_near(zscore_doubt(deviations, FEATURE_BIT(FEATURE_CPU), 0.5),
                        1 - weight_of(FEATURE_CPU) / 4));
    assert_true(is_near(zscore_doubt(deviations, all, 0), 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_begins_at_three_spreads_and_nears_the_weight),
        cmocka_unit_test(a_row_as_usual_leaves_no_doubt_behind),
        cmocka_unit_test(the_strangest_of_a_group_speaks_and_groups_add_up),
    };

    return cmocka_run_group_tests_name("zscore", tests, NULL, NULL);
}
