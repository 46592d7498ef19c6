/* SPDX-License-Identifier: MIT */
#include "anomaly/model_file.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

#include "anomaly/anomaly.h"
#include "anomaly/training.h"
#include "tests/support/scratch.h"
#include "tests/unit/anomaly/photograph.h"

static const struct actor actors[] = {
    {"/sbin/init",      "systemd", "init",  0, 0,  1, 90, 12e6, 0.1, 9e5, 9e5, 0, 0},
    {"/usr/sbin/sshd",  "ssh",     "sshd",  1, 0,  1, 11, 9e6,  0,   9e5, 9e4, 0, 2},
    {"/usr/sbin/nginx", "nginx",   "nginx", 1, 33, 1, 40, 20e6, 3,   8e5, 0,   1, 2},
    {NULL,              NULL,      "?",     1, 33, 1, 40, 20e6, 3,   8e5, 0,   1, 2},
    {"/opt/\xff/x",     NULL,      "x",     1, 33, 1, 40, 20e6, 3,   8e5, 0,   1, 2},
};
enum { ACTOR_COUNT = sizeof actors / sizeof *actors };

static struct anomaly_model *small_model(void)
{
    struct training *training = training_new(9, NULL);
    struct photograph photograph;

    photograph_take(&photograph, actors, ACTOR_COUNT);
    for (unsigned i = 0; i < 5; i++)
        training_add(training, &photograph.snapshot, photograph.relations, NULL);
    photograph_release(&photograph);
    struct anomaly_model *model = training_finish(training);
    training_free(training);
    model->created_s = 1700000000;
    free(model->host);
    model->host = strdup("web1\x1b[31m");
    return model;
}

static struct anomaly_model *parse(const char *text, struct problems *problems)
{
    return model_file_parse("model.json", text, strlen(text), problems);
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    struct anomaly_model *model = small_model();
    char *text = model_file_format(model);
    struct problems problems = {0};
    struct anomaly_model *again = parse(text, &problems);

    assert_non_null(again);
    assert_int_equal(problems.count, 0);
    assert_int_equal(again->created_s, 1700000000);
    assert_string_equal(again->host, "web1\\x1b[31m");
    assert_int_equal(again->snapshots, 5);
    assert_int_equal(again->program_count, 3); /* the odd path has no baseline */
    assert_int_equal(again->row_count, 25);
    char *text_again = model_file_format(again);
    assert_string_equal(text, text_again);

    /* And it judges alike. */
    struct photograph photograph;
    photograph_take(&photograph, actors, ACTOR_COUNT);
    struct anomaly *first = anomaly_new(model, ANOMALY_ZSCORE);
    struct anomaly *second = anomaly_new(again, ANOMALY_ZSCORE);
    const double *a = anomaly_score(first, &photograph.snapshot, photograph.relations);
    const double *b = anomaly_score(second, &photograph.snapshot, photograph.relations);
    for (size_t i = 0; i < ACTOR_COUNT; i++)
        assert_true(fabs(a[i] - b[i]) < 1e-3);
    anomaly_free(first);
    anomaly_free(second);
    photograph_release(&photograph);
    free(text);
    free(text_again);
    anomaly_model_free(model);
    anomaly_model_free(again);
}

static void refuses_every_truncation(void **state)
{
    (void)state;
    struct anomaly_model *model = small_model();
    char *text = model_file_format(model);
    size_t length = strlen(text);

    for (size_t cut = 0; cut < length; cut++) {
        struct problems problems = {0};

        if (model_file_parse("m", text, cut, &problems))
            fail_msg("accepted %zu of %zu bytes", cut, length);
        assert_int_equal(problems.count, 1);
        assert_true(problems_has_errors(&problems));
        problems_release(&problems);
    }
    free(text);
    anomaly_model_free(model);
}

/* The text with the first occurrence of a piece replaced. */
static char *replaced(const char *text, const char *piece, const char *by)
{
    const char *at = strstr(text, piece);
    char *result;

    if (!at)
        fail_msg("'%s' is not in the model", piece);
    assert_true(asprintf(&result, "%.*s%s%s", (int)(at - text), text, by, at + strlen(piece)) >
                0);
    return result;
}

static void names_the_field_that_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *piece, *by, *message;
    } cases[] = {
        {"\"version\":1",                "\"version\":2",           "version 2 is newer"                        },
        {"\"version\":1",                "\"version\":0",           "version 0 never existed"                   },
        {"\"version\":1",                "\"version\":\"1\"",       "version: not a number"                     },
        {"\"version\":1,",               "",                        "version: missing"                          },
        {"procwatch-model",              "other-model",             "no procwatch model"                        },
        {"\"created\":1700000000",       "\"created\":1e999",       "created: not a number"                     },
        {"\"created\":1700000000",       "\"created\":-1",          "created: not a number"                     },
        {"\"host\":",                    "\"kernel\":",             "kernel: given twice"                       },
        {"\"features\":[\"cpu\"",        "\"features\":[\"wind\"",
         "features[0]: 'wind' is no feature"                                                                    },
        {"\"features\":[\"cpu\",",       "\"features\":[",          "all.centre: has 19 values, must have 18"   },
        {"[\"cpu\",\"connections\"",     "[\"cpu\",\"cpu\"",        "features[1]: 'cpu' is given twice"         },
        {"\"centre\":[",                 "\"centre\":[1,",          "all.centre: has 20 values, must have 19"   },
        {"\"centre\":[",                 "\"centre\":[\"x\",",      "all.centre: has 20"                        },
        {"\"spread\":[0,",               "\"spread\":[-1,",         "cpu: spread is negative"                   },
        {"\"spread\":[",                 "\"spreads\":[",           "all.spread: missing"                       },
        {"\"low\":[0",                   "\"low\":[1e300",          "all.low[0]: not a finite number"           },
        {"\"low\":[0",                   "\"low\":[99",             "cpu: spread is negative, or low above high"},
        {"\"low\":[0",                   "\"low\":[null",           "all.low: null where"                       },
        {"\"path\":\"/sbin/init\"",      "\"path\":\"init\"",       "programs[0].path: not an absolute"         },
        {"\"path\":\"/usr/sbin/nginx\"", "\"path\":\"/sbin/init\"",
         "programs[1].path: given twice"                                                                        },
        {"\"samples\":5",                "\"samples\":0",           "programs[0].samples: must be at least 1"   },
        {"\"rows\":[[",                  "\"rows\":[[3,",           "rows[0]: has 22 values, must have 21"      },
        {"\"rows\":[[",                  "\"rows\":[7,[",           "rows[0]: missing, or no list"              },
    };
    struct anomaly_model *model = small_model();
    char *text = model_file_format(model);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems problems = {0};
        char *damaged = replaced(text, cases[i].piece, cases[i].by);

        if (parse(damaged, &problems))
            fail_msg("case %zu was accepted", i);
        assert_int_equal(problems.count, 1);
        assert_string_equal(problems.items[0].file, "model.json");
        if (!strstr(problems.items[0].message, cases[i].message))
            fail_msg("'%s' instead of '%s'", problems.items[0].message, cases[i].message);
        problems_release(&problems);
        free(damaged);
    }
    free(text);
    anomaly_model_free(model);
}

static void refuses_rows_of_programs_that_are_not_there(void **state)
{
    (void)state;
    static const char *const indexes[] = {"3", "-2", "0.5", "null", "1e99"};
    struct anomaly_model *model = small_model();

    for (size_t i = 0; i < model->row_count; i++)
        model->rows[i].program = 2;
    char *text = model_file_format(model);
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        struct problems problems = {0};
        char by[32];

        snprintf(by, sizeof by, "\"rows\":[[%s,", indexes[i]);
        char *damaged = replaced(text, "\"rows\":[[2,", by);
        assert_null(parse(damaged, &problems));
        assert_non_null(strstr(problems.items[0].message, "rows[0][0]: not the index"));
        problems_release(&problems);
        free(damaged);
    }
    free(text);
    anomaly_model_free(model);
}

static void refuses_what_is_no_document(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "7",
        "{\"format\":7}",
        "{} {}",
        "{}x",
        "{\"means\":[],\"stds\":[]}",
        "{\"means\":[1,1,1,1,1,1,1,1,1,1]}",
        "{\"means\":[1,1,1,1,1,1,1,1,1,1],\"stds\":[1,1,1,1,1,1,1,1,1,-1]}",
        "{\"means\":[1,1,1,1,1,1,1,1,1,1],\"stds\":[1,1,1,1,1,1,1,1,1,1e999]}",
        "{\"means\":[1,1,1,1,1,1,1,1,1,1],\"stds\":[1,1,1,1,1,1,1,1,1,1]} trailing",
        "{\"means\":[1,1,1,1,1,1,1,1,1,1],\"stds\":[1,1,1,1,1,1,1,1,1,1],\"stds\":[]}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct problems problems = {0};

        if (parse(texts[i], &problems))
            fail_msg("accepted %s", texts[i]);
        assert_int_equal(problems.count, 1);
        problems_release(&problems);
    }

    struct problems problems = {0};
    assert_null(model_file_parse("m", "{}\0{}", 5, &problems));
    char *deep = calloc(1, MODEL_FILE_CAP + 2);
    memset(deep, '[', MODEL_FILE_CAP);
    assert_null(model_file_parse("m", deep, MODEL_FILE_CAP, &problems));
    assert_null(model_file_parse("m", deep, MODEL_FILE_CAP + 1, &problems));
    assert_non_null(strstr(problems.items[2].message, "1 MiB"));
    free(deep);
    problems_release(&problems);
}

static void says_where_the_syntax_breaks(void **state)
{
    (void)state;
    struct problems problems = {0};

    assert_null(parse("{\n  \"format\": \"x\"\n  oops\n}", &problems));
    assert_int_equal(problems.items[0].line, 3);
    problems_release(&problems);
}

static void reads_the_older_form(void **state)
{
    (void)state;
    static const char text[] = "{\"means\": [1.5, 0.4, 0.3, 40, 14, 3.1, 0.01, 0, 0, 0.6],\n"
                               " \"stds\": [4, 1, 0.8, 60, 10, 1, 0.1, 0, 0, 0.5]}\n";
    const struct actor strangers[] = {
        {"/sbin/init", "systemd", "init", 0, 0, 1, 90, 12e6, 0.1, 9e5, 9e5, 0,  0},
        {"/tmp/x",     NULL,      "x",    1, 0, 1, 90, 12e6, 99,  9e5, 9e5, 30, 0},
    };
    struct problems problems = {0};
    struct anomaly_model *model = parse(text, &problems);
    struct anomaly_reason reasons[ANOMALY_REASONS_MAX];
    struct photograph photograph;
    struct strbuf line = {0};

    assert_non_null(model);
    assert_true(model->is_old_format);
    struct anomaly *anomaly = anomaly_new(model, ANOMALY_ISOLATION_FOREST);
    assert_int_equal(anomaly_kind(anomaly), ANOMALY_ZSCORE); /* it has no rows to grow from */
    photograph_take(&photograph, strangers, 2);
    const double *scores = anomaly_score(anomaly, &photograph.snapshot, photograph.relations);
    assert_true(scores[0] < 0.1);
    assert_true(scores[1] > 0.6);
    size_t count =
        anomaly_explain(anomaly, &photograph.snapshot, photograph.relations, 1, &reasons);
    assert_true(count >= 2);
    anomaly_reason_format(&reasons[0], &line);
    assert_string_equal(line.bytes, "remote ports 30, usually 0 to 2 for all programs");
    strbuf_release(&line);
    assert_int_equal(model_file_save(model, "/nonexistent/model.json"), -EINVAL);
    anomaly_free(anomaly);
    photograph_release(&photograph);
    anomaly_model_free(model);
}

static void saves_whole_or_not_at_all(void **state)
{
    struct anomaly_model *model = small_model(), *loaded;
    const char *path = scratch_path("a/b/model.json");
    struct problems problems = {0};
    struct stat status;
    (void)state;

    assert_null(model_file_load(path, &problems));
    assert_non_null(strstr(problems.items[0].message, "No such file"));
    problems_clear(&problems);

    for (unsigned i = 0; i < 2; i++) { /* the second replaces the first */
        assert_int_equal(model_file_save(model, path), 0);
        assert_non_null(loaded = model_file_load(path, &problems));
        anomaly_model_free(loaded);
    }
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);

    /* A directory cannot be replaced: what was written beside it goes away. */
    assert_true(model_file_save(model, scratch_path("a")) < 0);
    scratch_run("test \"$(find . -type f)\" = ./a/b/model.json");
    assert_int_equal(model_file_save(model, scratch_path("a/b/model.json/x")), -ENOTDIR);
    problems_release(&problems);
    anomaly_model_free(model);
}

static void knows_when_it_is_stale(void **state)
{
    (void)state;
    const int64_t day_s = 86400;
    struct anomaly_model model = {.created_s = 1000 * day_s};

    assert_false(anomaly_model_is_stale(&model, (1000 + MODEL_STALE_DAYS) * day_s));
    assert_true(anomaly_model_is_stale(&model, (1000 + MODEL_STALE_DAYS) * day_s + 1));
    model.created_s = 0;
    assert_false(anomaly_model_is_stale(&model, 5000 * day_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(names_the_field_that_is_wrong),
        cmocka_unit_test(refuses_rows_of_programs_that_are_not_there),
        cmocka_unit_test(refuses_what_is_no_document),
        cmocka_unit_test(says_where_the_syntax_breaks),
        cmocka_unit_test(reads_the_older_form),
        cmocka_unit_test_setup_teardown(saves_whole_or_not_at_all, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(knows_when_it_is_stale),
    };

    return cmocka_run_group_tests_name("model_file", tests, NULL, NULL);
}
