/* SPDX-License-Identifier: MIT */
#include "anomaly/anomaly.h"

#include "anomaly/training.h"
#include "tests/support/test.h"
#include "tests/unit/anomaly/photograph.h"

enum { PARK_SIZE = 60, ROUNDS = 40 };

static const enum anomaly_kind kinds[] = {ANOMALY_ZSCORE, ANOMALY_ISOLATION_FOREST};

/* What an ordinary server runs: who it is, and how much its numbers move. */
static const struct actor cast[] = {
  /* clang-format off */
    {"/usr/lib/systemd/systemd",            "systemd",        "/sbin/init",             0, 0,    1,  90, 12e6, 0.1, 9e5,  1,   0, 0},
    {"/usr/sbin/sshd",                      "openssh-server", "sshd: listener",         1, 0,    1,  11, 9e6,  0,   9e5,  0.1, 0, 2},
    {"/usr/sbin/nginx",                     "nginx",          "nginx: worker",          1, 33,   1,  40, 20e6, 3,   8e5,  0,   1, 2},
    {"/usr/lib/postgresql/15/bin/postgres", "postgresql-15",  "postgres: main",         1, 70,   1,  30, 60e6, 1,   8e5,  0.1, 0, 1},
    {"/usr/bin/redis-server",               "redis-server",   "redis-server",           1, 71,   5,  12, 15e6, 1.5, 8e5,  0,   0, 1},
    {"/usr/sbin/cron",                      "cron",           "cron -f",                1, 0,    1,  6,  3e6,  0,   9e5,  7,   0, 0},
    {"/usr/bin/node",                       "nodejs",         "node /srv/app/index.js", 1, 1000, 11, 28, 90e6, 6,   7e5,  0,   4, 1},
    {"/usr/bin/bash",                       "bash",           "-bash",                  2, 1000, 1,  4,  5e6,  0,   4000, 125, 0, 0},
    {"/usr/bin/python3.11",                 "python3.11",     "python3 /srv/x.py",      1, 1000, 3,  14, 40e6, 4,   6e5,  0,   1, 0},
    {"/usr/bin/dbus-daemon",                "dbus",           "dbus-daemon --system",   1, 101,  1,  25, 5e6,  0,   9e5,  0,   0, 0},
  /* clang-format on */
};
enum { CAST_SIZE = sizeof cast / sizeof *cast };

static double jitter(unsigned *seed)
{
    return 0.7 + 0.6 * (double)rand_r(seed) / (double)RAND_MAX;
}

/* The cast, over and over, each a bit different each time. */
static void fill_park(struct actor *actors, unsigned round)
{
    unsigned seed = round + 1;

    for (size_t i = 0; i < PARK_SIZE; i++) {
        struct actor *actor = &actors[i];

        *actor = cast[i < CAST_SIZE ? i : 1 + i % (CAST_SIZE - 1)];
        actor->descriptors = (uint32_t)(actor->descriptors * jitter(&seed) + 0.5);
        actor->rss *= jitter(&seed);
        actor->cpu *= 2 * jitter(&seed) * jitter(&seed);
        actor->age_s += round;
        if (actor->connections > 0)
            actor->connections = (unsigned)(actor->connections * 2 * jitter(&seed));
    }
}

static void learn(struct training *training, const struct actor *actors, size_t count)
{
    struct photograph photograph;

    photograph_take(&photograph, actors, count);
    training_add(training, &photograph.snapshot, photograph.relations, NULL);
    photograph_release(&photograph);
}

static struct anomaly_model *trained_on_the_park(void)
{
    struct training *training = training_new(1, NULL);
    struct actor actors[PARK_SIZE];

    for (unsigned round = 0; round < ROUNDS; round++) {
        fill_park(actors, round);
        learn(training, actors, PARK_SIZE);
    }
    assert_int_equal(training_count(training).snapshots, ROUNDS);
    assert_int_equal(training_count(training).samples, ROUNDS * PARK_SIZE);
    assert_int_equal(training_count(training).programs, CAST_SIZE);
    struct anomaly_model *model = training_finish(training);
    training_free(training);
    assert_non_null(model);
    return model;
}

static const struct actor intruders[] = {
  /* clang-format off */
    /* a quiet miner: one core, one connection to port 443 */
    {"/opt/app/bin/helper", NULL,             "helper",        1, 1000, 2, 8,   30e6, 99, 300, 0,  1,  0},
    /* 500 descriptors, by a program that was seen with a dozen */
    {"/usr/bin/python3.11", "python3.11",     "python3 x.py",  1, 1000, 3, 500, 40e6, 0,  300, 0,  0,  0},
    /* a process a second: /bin/true makes 50 page faults */
    {"/usr/bin/python3.11", "python3.11",     "python3 x.py",  1, 1000, 1, 5,   12e6, 2,  300, 50, 0,  0},
    /* a beacon: seen while it connects */
    {"/home/u/beacon",      NULL,             "./beacon",      1, 1000, 1, 4,   3e6,  0,  300, 0,  1,  0},
    /* a web server's worker that talks to many */
    {"/usr/sbin/nginx",     "nginx",          "nginx: worker", 1, 33,   1, 60,  20e6, 3,  8e5, 0,  40, 2},
    /* sshd's name, root, far grown */
    {"/usr/sbin/sshd",      "openssh-server", "sshd",          1, 0,    1, 412, 9e6,  60, 9e5, 1,  0,  2},
  /* clang-format on */
};
enum { INTRUDER_COUNT = sizeof intruders / sizeof *intruders };

static void leaves_a_normal_machine_below_a_third(void **state)
{
    struct anomaly_model *model = *state;

    for (size_t k = 0; k < 2; k++) {
        struct anomaly *anomaly = anomaly_new(model, kinds[k]);
        double sum = 0, highest = 0;

        assert_int_equal(anomaly_kind(anomaly), kinds[k]);
        for (unsigned round = 1000; round < 1000 + ROUNDS; round++) {
            struct actor actors[PARK_SIZE];
            struct photograph photograph;

            fill_park(actors, round);
            photograph_take(&photograph, actors, PARK_SIZE);
            const double *scores =
                anomaly_score(anomaly, &photograph.snapshot, photograph.relations);
            for (size_t i = 0; i < PARK_SIZE; i++) {
                sum += scores[i];
                highest = scores[i] > highest ? scores[i] : highest;
            }
            photograph_release(&photograph);
        }
        fprintf(stderr, "# %s: mean %.3f, highest %.3f\n", anomaly_kind_name(kinds[k]),
                sum / (ROUNDS * PARK_SIZE), highest);
        assert_true(sum / (ROUNDS * PARK_SIZE) < 0.1);
        assert_true(highest < (kinds[k] == ANOMALY_ZSCORE ? 0.3 : 0.5));
        anomaly_free(anomaly);
    }
}

static void ranks_the_strange_above_the_normal(void **state)
{
    struct anomaly_model *model = *state;
    struct actor actors[PARK_SIZE + INTRUDER_COUNT];
    struct photograph photograph;

    fill_park(actors, 5000);
    memcpy(actors + PARK_SIZE, intruders, sizeof intruders);
    photograph_take(&photograph, actors, PARK_SIZE + INTRUDER_COUNT);
    for (size_t k = 0; k < 2; k++) {
        struct anomaly *anomaly = anomaly_new(model, kinds[k]);
        const double *scores =
            anomaly_score(anomaly, &photograph.snapshot, photograph.relations);
        double above = 0;

        for (size_t i = PARK_SIZE; i < PARK_SIZE + INTRUDER_COUNT; i++) {
            fprintf(stderr, "# %s %s: %.3f\n", anomaly_kind_name(kinds[k]), actors[i].exe,
                    scores[i]);
            assert_true(scores[i] <= 1);
            for (size_t n = 0; n < PARK_SIZE; n++)
                above += scores[i] > scores[n] ? 1 : scores[i] < scores[n] ? 0 : 0.5;
        }
        fprintf(stderr, "# %s: AUC %.4f\n", anomaly_kind_name(kinds[k]),
                above / (PARK_SIZE * INTRUDER_COUNT));
        assert_true(above / (PARK_SIZE * INTRUDER_COUNT) >= 0.95);
        anomaly_free(anomaly);
    }
    photograph_release(&photograph);
}

static void judges_nobody_who_is_half_read(void **state)
{
    struct anomaly *anomaly = anomaly_new(*state, ANOMALY_ZSCORE);
    struct photograph photograph;

    photograph_take(&photograph, intruders, INTRUDER_COUNT);
    struct process *process = (struct process *)photograph.snapshot.processes; /* ours */
    const double *scores = anomaly_score(anomaly, &photograph.snapshot, photograph.relations);
    double second = scores[1];
    assert_true(scores[0] > 0);
    process->facts[FACT_MAPS] = FACT_PENDING; /* of no feature */
    scores = anomaly_score(anomaly, &photograph.snapshot, photograph.relations);
    assert_true(scores[0] <= 0);
    assert_true(scores[1] >= second && second > 0);
    anomaly_free(anomaly);
    photograph_release(&photograph);
}

static void scores_the_same_twice(void **state)
{
    struct anomaly_model *model = *state;
    struct anomaly *anomaly = anomaly_new(model, ANOMALY_ISOLATION_FOREST);
    struct anomaly *other = anomaly_new(model, ANOMALY_ISOLATION_FOREST);
    struct photograph photograph;
    double first[INTRUDER_COUNT];

    photograph_take(&photograph, intruders, INTRUDER_COUNT);
    memcpy(first, anomaly_score(anomaly, &photograph.snapshot, photograph.relations),
           sizeof first);
    assert_memory_equal(first,
                        anomaly_score(anomaly, &photograph.snapshot, photograph.relations),
                        sizeof first);
    assert_memory_equal(first, anomaly_score(other, &photograph.snapshot, photograph.relations),
                        sizeof first);
    anomaly_free(anomaly);
    anomaly_free(other);
    photograph_release(&photograph);
}

static void says_why(void **state)
{
    struct anomaly_model *model = *state;
    static const struct {
        uint32_t process;
        const char *text;
    } cases[] = {
        {0, "a program that the training never saw"                                      },
        {0, "CPU 99 %, usually 0 % to "                                                  },
        {0, "belongs to no package, unusual here"                                        },
        {1, "descriptors 500, usually 10 to 18 for python3.11"                           },
        {2, "page faults of past children 50 a second, usually 0 a second for python3.11"},
        {4, "outbound connections 40, usually 1 to 2 for nginx"                          },
        {5, "descriptors 412, usually 8 to 14 for sshd"                                  },
    };
    struct anomaly *anomaly = anomaly_new(model, ANOMALY_ZSCORE);
    struct actor actors[1 + INTRUDER_COUNT] = {cast[0]};
    struct photograph photograph;

    memcpy(actors + 1, intruders, sizeof intruders);
    photograph_take(&photograph, actors, 1 + INTRUDER_COUNT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct anomaly_reason reasons[ANOMALY_REASONS_MAX];
        struct strbuf text = {0};
        size_t count = anomaly_explain(anomaly, &photograph.snapshot, photograph.relations,
                                       1 + cases[i].process, &reasons);

        assert_in_range(count, 1, ANOMALY_REASONS_MAX);
        for (size_t n = 0; n < count; n++) {
            assert_true(n == 0 || reasons[n].share <= reasons[n - 1].share);
            anomaly_reason_format(&reasons[n], &text);
            strbuf_add_char(&text, '\n');
        }
        if (!strstr(text.bytes, cases[i].text))
            fail_msg("'%s' is not in: %s", cases[i].text, text.bytes);
        strbuf_release(&text);
    }
    anomaly_free(anomaly);
    photograph_release(&photograph);
}

static void a_packaged_newcomer_is_no_wonder(void **state)
{
    struct anomaly_model *model = *state;
    const struct actor newcomers[] = {
        cast[0],
        cast[7], /* bash */
        {"/usr/bin/vim.basic",                   "vim",    "vim x",   8, 1000, 1, 5, 12e6, 0.3, 20, 0, 0, 0},
        {"/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "cpp-12", "cc1 x.c", 2, 1000, 1, 5, 80e6, 99,
                        2,                                                                                         0, 0, 0},
        {NULL,                                   NULL,     "?",       8, 1000, 1, 5, 12e6, 0.3, 20, 0, 0, 0},
    };
    struct photograph photograph;

    photograph_take(&photograph, newcomers, 5);
    for (size_t k = 0; k < 2; k++) {
        struct anomaly *anomaly = anomaly_new(model, kinds[k]);
        const double *scores =
            anomaly_score(anomaly, &photograph.snapshot, photograph.relations);

        for (size_t i = 0; i < 5; i++)
            if (scores[i] >= (kinds[k] == ANOMALY_ZSCORE ? 0.3 : 0.5))
                fail_msg("%s %s: %f", anomaly_kind_name(kinds[k]), newcomers[i].exe, scores[i]);
        anomaly_free(anomaly);
    }
    photograph_release(&photograph);
}

static void does_not_learn_what_is_excluded(void **state)
{
    (void)state;
    struct training *training = training_new(1, NULL);
    const bool is_excluded[INTRUDER_COUNT] = {true, true, true, true, true, false};
    struct photograph photograph;

    assert_null(training_finish(training));
    photograph_take(&photograph, intruders, INTRUDER_COUNT);
    training_add(training, &photograph.snapshot, photograph.relations, is_excluded);
    photograph_release(&photograph);
    assert_int_equal(training_count(training).excluded, INTRUDER_COUNT - 1);
    struct anomaly_model *model = training_finish(training);
    assert_int_equal(model->program_count, 1);
    assert_string_equal(model->programs[0].program, "/usr/sbin/sshd");
    assert_int_equal(anomaly_model_find(model, span_of_string("/usr/sbin/sshd")), 0);
    assert_int_equal(anomaly_model_find(model, span_of_string("/usr/sbin/nginx")),
                     MODEL_NO_PROGRAM);
    anomaly_model_free(model);
    training_free(training);
}

/* Of more than fit into a model. */
static void keeps_the_programs_that_were_seen_most_often(void **state)
{
    enum { COUNT = MODEL_PROGRAMS_MAX + 200, OFTEN = 10, SELDOM = 3 };
    static struct actor actors[COUNT];
    static char paths[COUNT][16];
    struct training *training = training_new(1, NULL);
    (void)state;

    for (size_t i = 0; i < COUNT; i++) {
        snprintf(paths[i], sizeof paths[i], "/bin/p%04zu", i);
        actors[i] = (struct actor){.exe = paths[i], .threads = 1, .age_s = 99};
    }
    for (unsigned i = 0; i < SELDOM; i++)
        learn(training, actors, COUNT);
    for (unsigned i = SELDOM; i < OFTEN; i++)
        learn(training, actors + COUNT - MODEL_PROGRAMS_MAX, MODEL_PROGRAMS_MAX);
    assert_int_equal(training_count(training).programs, COUNT);
    struct anomaly_model *model = training_finish(training);
    assert_int_equal(model->program_count, MODEL_PROGRAMS_MAX);
    assert_string_equal(model->programs[0].program, paths[COUNT - MODEL_PROGRAMS_MAX]);
    assert_int_equal(model->programs[0].samples, OFTEN);
    assert_true(model->row_count <= MODEL_ROWS_MAX);
    for (size_t i = 0; i < model->row_count; i++)
        assert_true(model->rows[i].program == MODEL_NO_PROGRAM ||
                    model->rows[i].program < model->program_count);
    anomaly_model_free(model);
    training_free(training);
}

/* One sample of one process still makes a model that judges without nonsense. */
static void lives_with_one_sample(void **state)
{
    (void)state;
    struct training *training = training_new(1, NULL);
    struct photograph photograph;

    learn(training, cast, 1);
    struct anomaly_model *model = training_finish(training);
    training_free(training);
    assert_int_equal(model->row_count, 1);
    photograph_take(&photograph, cast, CAST_SIZE);
    for (size_t k = 0; k < 2; k++) {
        struct anomaly *anomaly = anomaly_new(model, kinds[k]);
        const double *scores =
            anomaly_score(anomaly, &photograph.snapshot, photograph.relations);

        assert_int_equal(anomaly_kind(anomaly), ANOMALY_ZSCORE); /* one row is no forest */
        for (size_t i = 0; i < CAST_SIZE; i++)
            assert_true(scores[i] >= 0 && scores[i] < 0.5);
        anomaly_free(anomaly);
    }
    photograph_release(&photograph);
    anomaly_model_free(model);
}

static void learns_on(void **state)
{
    struct anomaly_model *model = *state;
    struct training *training = training_new(2, model);
    struct actor actors[PARK_SIZE];
    const struct actor newcomer = {
        "/usr/bin/new", "new", "new", 1, 5, 2, 9, 1e6, 0, 99, 0, 0, 0};

    fill_park(actors, 1);
    actors[PARK_SIZE - 1] = newcomer;
    for (unsigned i = 0; i < ROUNDS; i++)
        learn(training, actors, PARK_SIZE);
    struct anomaly_model *both = training_finish(training);
    training_free(training);

    uint32_t old_sshd = anomaly_model_find(model, span_of_string("/usr/sbin/sshd"));
    uint32_t sshd = anomaly_model_find(both, span_of_string("/usr/sbin/sshd"));
    assert_int_equal(both->program_count, model->program_count + 1);
    assert_int_not_equal(anomaly_model_find(both, span_of_string("/usr/bin/new")),
                         MODEL_NO_PROGRAM);
    assert_true(both->programs[sshd].samples > model->programs[old_sshd].samples);
    assert_int_equal(both->snapshots, 2 * ROUNDS);
    assert_int_equal(both->row_count, MODEL_ROWS_MAX);
    for (size_t i = 1; i < both->program_count; i++)
        assert_true(strcmp(both->programs[i - 1].program, both->programs[i].program) < 0);
    anomaly_model_free(both);
}

static int set_up(void **state)
{
    *state = trained_on_the_park();
    return 0;
}

static int tear_down(void **state)
{
    anomaly_model_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_a_normal_machine_below_a_third),
        cmocka_unit_test(ranks_the_strange_above_the_normal),
        cmocka_unit_test(judges_nobody_who_is_half_read),
        cmocka_unit_test(scores_the_same_twice),
        cmocka_unit_test(says_why),
        cmocka_unit_test(a_packaged_newcomer_is_no_wonder),
        cmocka_unit_test(does_not_learn_what_is_excluded),
        cmocka_unit_test(keeps_the_programs_that_were_seen_most_often),
        cmocka_unit_test(lives_with_one_sample),
        cmocka_unit_test(learns_on),
    };

    return cmocka_run_group_tests_name("anomaly", tests, set_up, tear_down);
}
