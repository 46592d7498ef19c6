/* SPDX-License-Identifier: MIT */
#include "engine/learned.h"

#include <fcntl.h>
#include <unistd.h>

#include "anomaly/model_file.h"
#include "anomaly/training.h"
#include "engine/refresh.h"
#include "tests/support/test.h"
#include "tests/unit/anomaly/photograph.h"

static const int64_t now_s = 1800000000, day_s = 86400;

static const struct actor usual = {.exe = "/usr/bin/x",
                                   .package = "x",
                                   .arguments = "x",
                                   .threads = 1,
                                   .descriptors = 9,
                                   .rss = 1e6,
                                   .age_s = 99};

static const struct actor odd = {.exe = "/usr/bin/x",
                                 .package = "x",
                                 .arguments = "x",
                                 .threads = 1,
                                 .descriptors = 9000,
                                 .rss = 1e6,
                                 .cpu = 99,
                                 .age_s = 99};

static void save_model(const char *path, const char *host, int64_t created_s)
{
    struct training *training = training_new(1, NULL);
    struct photograph photograph;

    photograph_take(&photograph, &usual, 1);
    for (unsigned i = 0; i < 20; i++)
        training_add(training, &photograph.snapshot, photograph.relations, NULL);
    photograph_release(&photograph);
    struct anomaly_model *model = training_finish(training);
    model->created_s = created_s;
    free(model->host);
    model->host = strdup(host);
    assert_int_equal(model_file_save(model, path), 0);
    anomaly_model_free(model);
    training_free(training);
}

static int set_up(void **state)
{
    char *path = strdup("/tmp/procwatch-learned-XXXXXX");
    int fd = mkostemp(path, O_CLOEXEC);

    close(fd);
    *state = path;
    return fd < 0;
}

static int tear_down(void **state)
{
    unlink(*state);
    free(*state);
    return 0;
}

static void needs_no_model_that_nobody_asked_for(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct learned learned;
    struct strbuf text = {0};
    struct learned_source source = {.path = "/nonexistent/model.json", .is_optional = true};

    assert_true(learned_load(&learned, &source, now_s, &problems));
    assert_null(learned.anomaly);
    assert_int_equal(problems.count, 0);
    learned_describe(&learned, now_s, &text);
    assert_string_equal(text.bytes, "none");
    learned_release(&learned);

    source.is_optional = false;
    assert_false(learned_load(&learned, &source, now_s, &problems));
    assert_int_equal(problems.count, 1);
    strbuf_release(&text);
    problems_release(&problems);
}

static void warns_of_old_and_foreign_models(void **state)
{
    const char *path = *state;
    const struct learned_source source = {.path = path};
    struct problems problems = {0};
    struct strbuf text = {0};
    struct learned learned;

    save_model(path, "elsewhere", now_s - 40 * day_s);
    assert_true(learned_load(&learned, &source, now_s, &problems));
    assert_int_equal(problems.count, 2);
    assert_false(problems_has_errors(&problems));
    assert_non_null(strstr(problems.items[0].message, "trained 40 days ago"));
    assert_non_null(strstr(problems.items[1].message, "trained on elsewhere"));
    learned_describe(&learned, now_s, &text);
    assert_string_equal(text.bytes,
                        "zscore, trained 40 days ago on elsewhere, another host, stale");
    learned_release(&learned);
    problems_release(&problems);
    strbuf_release(&text);
}

static void *copy_of_block(const struct photograph *photograph)
{
    size_t size = photograph->snapshot.header->size;

    return memcpy(malloc(size), photograph->block, size);
}

/* Through the pipeline: only with a model is the odd one odd. */
static void a_refresh_judges_by_it(void **state)
{
    const char *path = *state;
    const struct learned_source source = {.path = path};
    struct problems problems = {0};
    struct photograph photograph;
    struct refresh refresh = {0};
    struct learned learned;
    const char *reason;

    save_model(path, "", now_s);
    assert_true(learned_load(&learned, &source, now_s, &problems));
    assert_int_equal(problems.count, 0);
    photograph_take(&photograph, &odd, 1);
    assert_true(refresh_adopt(&refresh, copy_of_block(&photograph),
                              photograph.snapshot.header->size, &reason));
    refresh_use_model(&refresh, NULL);
    assert_null(refresh.ml_scores);
    refresh_use_model(&refresh, learned.anomaly);
    assert_true(refresh.ml_scores[0] > 0.5);

    struct thresholds thresholds;
    struct scoring_options options;
    thresholds_init(&thresholds);
    scoring_options_init(&options);
    refresh_assess(&refresh, &thresholds, &options);
    const struct verdict *verdict = &refresh.scores.verdicts[0];
    assert_true(verdict->ml_score > 0.5);
    assert_true(verdict->total_score - verdict->heuristic_score > 1.0); /* ml_weight 2 */
    scoring_options_release(&options);
    assert_true(refresh_adopt(&refresh, copy_of_block(&photograph),
                              photograph.snapshot.header->size, &reason));
    assert_null(refresh.ml_scores); /* of the snapshot before */
    photograph_release(&photograph);
    refresh_release(&refresh);
    learned_release(&learned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_no_model_that_nobody_asked_for),
        cmocka_unit_test(warns_of_old_and_foreign_models),
        cmocka_unit_test(a_refresh_judges_by_it),
    };

    return cmocka_run_group_tests_name("learned", tests, set_up, tear_down);
}
