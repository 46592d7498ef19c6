/* SPDX-License-Identifier: MIT */
#include "anomaly/isolation_forest.h"

#include <math.h>

#include "tests/support/test.h"

static void knows_the_average_paths(void **state)
{
    (void)state;
    /* 2 H(n-1) - 2 (n-1)/n with H(i) = ln(i) + 0.5772156649, by hand. */
    static const struct {
        size_t count;
        double length;
    } cases[] = {
        {0,    0        },
        {1,    0        },
        {2,    1        },
        {3,    1.207392 },
        {4,    1.851656 },
        {256,  10.244771},
        {1000, 12.969940},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(fabs(isolation_average_path(cases[i].count) - cases[i].length) < 1e-4);
}

/*
 * The oracle: the expected path length of a row is a sum over all first cuts.
 * A dimension is as likely as any other in which the rows differ, and a gap
 * between two neighbours as likely as it is wide; what remains on the row's side
 * is the same question again. Rows are sets of bits.
 */
enum { ORACLE_ROWS = 6, ORACLE_DIMENSIONS = 2 };
typedef float oracle_rows[ORACLE_ROWS][ORACLE_DIMENSIONS];

static unsigned height_limit(unsigned count)
{
    unsigned limit = 0;

    while ((1u << limit) < count)
        limit++;
    return limit;
}

static double expected_path(const oracle_rows rows, unsigned set, unsigned row, unsigned height)
{
    double sum = 0;
    unsigned varied = 0;

    if (__builtin_popcount(set) <= 1 || height == height_limit(ORACLE_ROWS))
        return isolation_average_path((size_t)__builtin_popcount(set));
    for (unsigned dimension = 0; dimension < ORACLE_DIMENSIONS; dimension++) {
        double least = INFINITY, greatest = -INFINITY, part = 0;

        for (unsigned i = 0; i < ORACLE_ROWS; i++)
            if (set >> i & 1) {
                least = fmin(least, rows[i][dimension]);
                greatest = fmax(greatest, rows[i][dimension]);
            }
        if (least >= greatest)
            continue;
        varied++;
        /* Each row but the least closes the gap below it. */
        for (unsigned i = 0; i < ORACLE_ROWS; i++) {
            double above = rows[i][dimension], below = -INFINITY;
            unsigned left = 0;

            if (!(set >> i & 1) || above <= least)
                continue;
            for (unsigned k = 0; k < ORACLE_ROWS; k++)
                if (set >> k & 1 && rows[k][dimension] < above) {
                    below = fmax(below, rows[k][dimension]);
                    left |= 1u << k;
                }
            /* Equal rows share one gap. */
            unsigned twins = 0;
            for (unsigned k = 0; k < ORACLE_ROWS; k++)
                twins +=
                    set >> k & 1 && rows[k][dimension] >= above && rows[k][dimension] <= above;
            unsigned side = left >> row & 1 ? left : set & ~left;
            part += (above - below) / (greatest - least) / twins *
                    (1 + expected_path(rows, side, row, height + 1));
        }
        sum += part;
    }
    return varied ? sum / varied : isolation_average_path((size_t)__builtin_popcount(set));
}

static void agrees_with_the_exact_expectation(void **state)
{
    (void)state;
    static const oracle_rows cases[] = {
        {{0, 0}, {1, 0}, {2, 0},    {3, 0}, {4, 0},       {50, 0}},
        {{0, 5}, {1, 4}, {1, 4.5f}, {2, 5}, {1.5f, 4.2f}, {9, -3}},
        {{1, 1}, {1, 1}, {1, 1},    {1, 1}, {1, 1},       {1, 2} },
    };
    const struct isolation_options options = {.trees = 20000, .samples = 256, .seed = 1};
    double average = isolation_average_path(ORACLE_ROWS);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct isolation_forest *forest =
            isolation_forest_new(cases[i][0], ORACLE_ROWS, ORACLE_DIMENSIONS, &options);

        for (unsigned row = 0; row < ORACLE_ROWS; row++) {
            double exact =
                exp2(-expected_path(cases[i], (1u << ORACLE_ROWS) - 1, row, 0) / average);
            double score = isolation_forest_score(forest, cases[i][row]);
            if (fabs(score - exact) > 0.005)
                fail_msg("set %zu, row %u: %f, exactly %f", i, row, score, exact);
        }
        isolation_forest_free(forest);
    }
}

/* The paper's own picture: a normal cloud, and points around it. */
static void sets_outliers_apart_from_a_cloud(void **state)
{
    (void)state;
    enum { CLOUD = 1000, OUTSIDE = 12 };
    static float rows[CLOUD + OUTSIDE][2];
    const struct isolation_options options = {.trees = 100, .samples = 256, .seed = 7};
    unsigned seed = 1, mistaken = 0;

    for (size_t i = 0; i < CLOUD; i++)
        for (size_t d = 0; d < 2; d++)
            for (unsigned n = 0; n < 12; n++) /* sum of uniforms: nearly normal */
                rows[i][d] += (float)rand_r(&seed) / (float)RAND_MAX - 0.5f;
    for (size_t i = 0; i < OUTSIDE; i++) {
        rows[CLOUD + i][0] = 6 * cosf((float)i);
        rows[CLOUD + i][1] = 6 * sinf((float)i);
    }
    struct isolation_forest *forest = isolation_forest_new(rows[0], CLOUD, 2, &options);
    const float middle[2] = {0, 0};
    assert_true(isolation_forest_score(forest, middle) < 0.45);
    for (size_t outside = CLOUD; outside < CLOUD + OUTSIDE; outside++) {
        double score = isolation_forest_score(forest, rows[outside]);

        assert_true(score > 0.6 && score < 1.0);
        for (size_t i = 0; i < CLOUD; i++)
            mistaken += isolation_forest_score(forest, rows[i]) >= score;
    }
    isolation_forest_free(forest);
    /* ROC AUC is 1 minus this share. */
    assert_in_range(mistaken, 0, CLOUD * OUTSIDE / 200);
}

static void grows_the_same_forest_again(void **state)
{
    (void)state;
    float rows[300][3], probe[3] = {0.3f, 0.9f, 0.1f};
    struct isolation_options options = {.trees = 10, .samples = 64, .seed = 42};
    double scores[3];
    unsigned seed = 3;

    for (size_t i = 0; i < 300; i++)
        for (size_t d = 0; d < 3; d++)
            rows[i][d] = (float)rand_r(&seed) / (float)RAND_MAX;
    for (size_t i = 0; i < 3; i++) {
        options.seed = i < 2 ? 42 : 43;
        struct isolation_forest *forest = isolation_forest_new(rows[0], 300, 3, &options);
        scores[i] = isolation_forest_score(forest, probe);
        isolation_forest_free(forest);
    }
    assert_true(scores[0] <= scores[1] && scores[0] >= scores[1]);
    assert_true(fabs(scores[0] - scores[2]) > 0);
}

static void survives_rows_without_a_difference(void **state)
{
    (void)state;
    const float rows[5][2] =
        {
            {1, 2},
            {1, 2},
            {1, 2},
            {1, 2},
            {1, 2}
    },
                other[2] = {9, 9};
    const struct isolation_options options = {.trees = 10, .samples = 256, .seed = 1};

    struct isolation_forest *forest = isolation_forest_new(rows[0], 5, 2, &options);
    assert_true(fabs(isolation_forest_score(forest, rows[0]) - 0.5) < 1e-6);
    assert_true(fabs(isolation_forest_score(forest, other) - 0.5) < 1e-6);
    isolation_forest_free(forest);

    forest = isolation_forest_new(rows[0], 1, 2, &options);
    assert_true(isolation_forest_score(forest, other) <= 0);
    isolation_forest_free(forest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_average_paths),
        cmocka_unit_test(agrees_with_the_exact_expectation),
        cmocka_unit_test(sets_outliers_apart_from_a_cloud),
        cmocka_unit_test(grows_the_same_forest_again),
        cmocka_unit_test(survives_rows_without_a_difference),
    };

    return cmocka_run_group_tests_name("isolation_forest", tests, NULL, NULL);
}
