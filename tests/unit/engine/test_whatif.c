/* SPDX-License-Identifier: MIT */
/* What edits would do, and what whitelist entries would excuse. */
#include "engine/whatif.h"

#include <math.h>

#include "engine/whitelist_offer.h"
#include "scoring/acknowledged.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

struct written {
    int32_t pid;
    const char *comm, *exe, *user;
    uint64_t ino; /* of the executable */
    uint32_t mode;
    uint32_t nlink;
    float cpu;
};

static const struct written machine[] = {
    {1,  "systemd", "/usr/lib/systemd/systemd", "root", 10, 0100755, 1, 0 },
    {20, "miner",   "/tmp/miner-2.1",           "eve",  20, 0100755, 1, 99},
    {21, "miner",   "/tmp/miner-2.1",           "eve",  20, 0100755, 1, 0 },
    {22, "miner",   "/tmp/other",               "bob",  30, 0100755, 1, 0 },
    {23, "tool",    "/usr/bin/tool (deleted)",  "bob",  40, 0100755, 0, 0 },
};
enum { COUNT = sizeof machine / sizeof *machine, MINER = 1 };

static struct text_ref text(struct snapshot_builder *builder, const char *string)
{
    return snapshot_builder_text(builder, span_of_string(string));
}

static void *new_block(size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 1;
    header->page_size = 4096;
    for (size_t i = 0; i < COUNT; i++) {
        const struct written *written = &machine[i];
        struct process process = {
            .pid = written->pid,
            .ppid = written->pid > 1,
            .starttime = (uint64_t)written->pid,
            .state = 'S',
            .cpu_percent = written->cpu,
            .comm = text(builder, written->comm),
            .cmdline = snapshot_builder_text(builder, span_of("a long command", 15)),
            .exe = text(builder, written->exe),
            .user = text(builder, written->user),
            .exe_file = {.dev = 1,
                         .ino = written->ino,
                         .nlink = written->nlink,
                         .mode = written->mode},
        };
        static const enum fact known[] = {FACT_STAT, FACT_STATUS,   FACT_EXE,
                                          FACT_CPU,  FACT_EXE_FILE, FACT_CMDLINE};

        for (size_t fact = 0; fact < sizeof known / sizeof *known; fact++)
            process.facts[known[fact]] = FACT_KNOWN;
        snapshot_builder_add_process(builder, &process);
    }
    return block_of(builder, ret_size);
}

struct bench {
    struct refresh refresh;
    struct thresholds thresholds, saved_thresholds;
    struct scoring_options options, saved;
};

static void bench_init(struct bench *bench)
{
    const char *reason;
    size_t size;
    void *block = new_block(&size);

    *bench = (struct bench){0};
    thresholds_init(&bench->thresholds);
    thresholds_init(&bench->saved_thresholds);
    scoring_options_init(&bench->options);
    scoring_options_init(&bench->saved);
    assert_true(refresh_adopt(&bench->refresh, block, size, &reason));
    refresh_assess(&bench->refresh, &bench->thresholds, &bench->options);
}

static void bench_release(struct bench *bench)
{
    scoring_options_release(&bench->options);
    scoring_options_release(&bench->saved);
    refresh_release(&bench->refresh);
}

static void counts_who_crosses_the_threshold(void **state)
{
    struct whatif whatif = {0};
    struct strbuf line = {0};
    struct bench bench;

    (void)state;
    bench_init(&bench);
    /* Three run from /tmp, one was deleted: 4 points each. */
    assert_int_equal(bench.refresh.scores.flagged_count, 4);
    bench.options.weights[heuristics_find("tmp_exe")] = 1;
    refresh_score(&bench.refresh, &bench.options);
    whatif_compare(&whatif, &bench.refresh, &bench.saved_thresholds, &bench.saved);
    /* The one that is busy as well stays flagged. */
    assert_int_equal(whatif.no_longer, 2);
    assert_int_equal(whatif.newly_flagged, 0);
    assert_int_equal(whatif.changes[0], WHATIF_SAME);
    assert_int_equal(whatif.changes[MINER], WHATIF_OTHER_SCORE);
    assert_int_equal(whatif.changes[2], WHATIF_NO_LONGER);
    assert_int_equal(whatif.changes[4], WHATIF_SAME);
    assert_int_equal(whatif.foremost, 2);
    whatif_describe(&whatif, &line);
    assert_string_equal(strbuf_string(&line), "5 processes: 0 newly flagged, 2 no longer");

    /* The other way round. */
    whatif_compare(&whatif, &bench.refresh, &bench.saved_thresholds, &bench.options);
    assert_int_equal(whatif.no_longer, 0);
    refresh_score(&bench.refresh, &bench.saved);
    whatif_compare(&whatif, &bench.refresh, &bench.saved_thresholds, &bench.options);
    assert_int_equal(whatif.newly_flagged, 2);
    strbuf_release(&line);
    whatif_release(&whatif);
    bench_release(&bench);
}

static void compares_thresholds_by_checking_again(void **state)
{
    struct whatif whatif = {0};
    struct bench bench;

    (void)state;
    bench_init(&bench);
    bench.thresholds.cpu_high = 1000;
    refresh_tune(&bench.refresh, &bench.thresholds, &bench.options);
    whatif_compare(&whatif, &bench.refresh, &bench.saved_thresholds, &bench.saved);
    assert_int_equal(whatif.other_scores, 1);
    assert_int_equal(whatif.changes[MINER], WHATIF_OTHER_SCORE);
    assert_true(whatif.saved.verdicts[MINER].total_score >
                bench.refresh.scores.verdicts[MINER].total_score);
    whatif_release(&whatif);
    bench_release(&bench);
}

static void what_is_acknowledged_is_not_flagged_and_not_a_change(void **state)
{
    struct acknowledged acknowledged = {0};
    struct whatif whatif = {0};
    struct bench bench;

    (void)state;
    bench_init(&bench);
    assert_true(acknowledged_toggle(&acknowledged, 20, 20));
    /* Another start is another process. */
    assert_true(acknowledged_toggle(&acknowledged, 21, 9999));
    acknowledged_apply(&acknowledged, &bench.refresh.snapshot, &bench.refresh.scores);
    assert_int_equal(bench.refresh.scores.flagged_count, 3);
    assert_int_equal(bench.refresh.scores.acknowledged_count, 1);
    assert_false(bench.refresh.scores.verdicts[MINER].is_flagged);
    assert_true(bench.refresh.scores.verdicts[MINER].is_acknowledged);
    whatif_compare(&whatif, &bench.refresh, &bench.saved_thresholds, &bench.saved);
    assert_int_equal(whatif.no_longer, 0);
    assert_false(acknowledged_toggle(&acknowledged, 20, 20));
    refresh_score(&bench.refresh, &bench.options);
    acknowledged_apply(&acknowledged, &bench.refresh.snapshot, &bench.refresh.scores);
    assert_int_equal(bench.refresh.scores.flagged_count, 4);
    acknowledged_release(&acknowledged);
    whatif_release(&whatif);
    bench_release(&bench);
}

static void a_heuristic_without_weight_still_says_whom_it_hits(void **state)
{
    struct impact impacts[HEURISTICS_MAX];
    int tmp_exe = heuristics_find("tmp_exe");
    struct bench bench;

    (void)state;
    bench_init(&bench);
    impact_of_heuristics(&bench.refresh, &impacts);
    assert_int_equal(impacts[tmp_exe].processes, 3);
    assert_true(impacts[tmp_exe].points == 12);
    bench.options.weights[tmp_exe] = 0;
    refresh_score(&bench.refresh, &bench.options);
    impact_of_heuristics(&bench.refresh, &impacts);
    assert_int_equal(impacts[tmp_exe].processes, 3);
    assert_true(impacts[tmp_exe].points == 0);
    bench_release(&bench);
}

static const struct whitelist_offer *offer_of(const struct whitelist_offers *offers,
                                              enum whitelist_kind kind)
{
    for (size_t i = 0; i < WHITELIST_OFFER_COUNT; i++)
        if (offers->offers[i].kind == kind)
            return &offers->offers[i];
    return NULL;
}

static void write_offers(struct whitelist_offers *offers, const struct bench *bench,
                         uint32_t process, const struct sha256 *hash, const char *reason)
{
    const struct whitelist_subject subject = {
        .process = process,
        .heuristic = reason ? (int)heuristics_find(reason) : -1,
        .hash = hash,
    };

    whitelist_offers_write(offers, &bench->refresh, &subject, &bench->options);
}

static void says_what_each_entry_would_excuse(void **state)
{
    static const struct {
        enum whitelist_kind kind;
        const char *text;
        unsigned matches, drops, others;
    } cases[] = {
  /* The hash of one file is that of all who run it. */
        {WHITELIST_HASH,    NULL,                          2, 2, 0},
        {WHITELIST_PATH,    "/tmp/miner-2.1",              2, 2, 0},
        {WHITELIST_PATTERN, "/tmp/miner-*",                2, 2, 0},
        {WHITELIST_NAME,    "miner",                       3, 3, 1},
        {WHITELIST_USER,    "eve",                         2, 2, 0},
        {WHITELIST_RULE,    "tmp_exe path=/tmp/miner-2.1", 2, 2, 0},
    };
    struct whitelist_offers offers = {0};
    struct sha256 hash;
    struct bench bench;

    (void)state;
    bench_init(&bench);
    sha256_of("miner", 5, &hash);
    write_offers(&offers, &bench, MINER, &hash, "tmp_exe");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct whitelist_offer *offer = &offers.offers[i];

        assert_int_equal(offer->kind, cases[i].kind);
        if (cases[i].text)
            assert_string_equal(strbuf_string(&offer->text), cases[i].text);
        assert_int_equal(offer->matches, cases[i].matches);
        assert_int_equal(offer->drops, cases[i].drops);
        assert_int_equal(offer->others_flagged, cases[i].others);
        assert_true(offer->is_broad);
        assert_false(offer->is_already_there);
        /* A rule excuses one reason, and leaves the others. */
        assert_int_equal(offer->stays.length > 0, cases[i].kind == WHITELIST_RULE);
    }
    assert_int_equal(offer_of(&offers, WHITELIST_NAME)->other_pid, 22);
    /* Nothing was added. */
    assert_int_equal(bench.options.whitelist.count, 0);
    whitelist_offers_release(&offers);
    bench_release(&bench);
}

static void names_the_reasons_that_are_too_severe_to_excuse(void **state)
{
    struct whitelist_offers offers = {0};
    struct bench bench;

    (void)state;
    bench_init(&bench);
    bench.options.weights[heuristics_find("tmp_exe")] = 6;
    refresh_score(&bench.refresh, &bench.options);
    write_offers(&offers, &bench, 2, NULL, NULL);
    const struct whitelist_offer *path = offer_of(&offers, WHITELIST_PATH);
    assert_string_equal(strbuf_string(&path->stays), "TMP+6");
    assert_int_equal(path->drops, 0);
    assert_true(path->score_after == 6);
    /* Without a reason there is no rule; a rule excuses also what is severe. */
    assert_int_equal(offer_of(&offers, WHITELIST_RULE)->text.length, 0);
    write_offers(&offers, &bench, 2, NULL, "tmp_exe");
    const struct whitelist_offer *rule = offer_of(&offers, WHITELIST_RULE);
    assert_true(fabs(rule->score_before - rule->score_after - 6) < 1e-9);
    whitelist_offers_release(&offers);
    bench_release(&bench);
}

static void offers_no_hash_unseen_and_no_path_that_is_gone(void **state)
{
    struct whitelist_offers offers = {0};
    struct bench bench;

    (void)state;
    bench_init(&bench);
    whitelist_add(&bench.options.whitelist, WHITELIST_NAME, "tool");
    write_offers(&offers, &bench, 4, NULL, "deleted_exe");
    assert_int_equal(offer_of(&offers, WHITELIST_HASH)->text.length, 0);
    assert_int_equal(offer_of(&offers, WHITELIST_PATH)->text.length, 0);
    assert_string_equal(strbuf_string(&offer_of(&offers, WHITELIST_PATTERN)->text),
                        "/usr/bin/tool*");
    assert_true(offer_of(&offers, WHITELIST_NAME)->is_already_there);
    assert_string_equal(strbuf_string(&offer_of(&offers, WHITELIST_RULE)->text),
                        "deleted_exe pattern=/usr/bin/tool*");
    whitelist_offers_release(&offers);
    bench_release(&bench);
}

static void suggests_patterns_that_outlive_an_update(void **state)
{
    static const struct {
        const char *exe, *pattern;
    } cases[] = {
        {"/opt/app-1.2.3/bin/x", "/opt/app-*/bin/x" },
        {"/usr/bin/python3.11",  "/usr/bin/python*" },
        {"/usr/bin/tool",        "/usr/bin/tool*"   },
        {"/srv/a*b[1]/x",        "/srv/a\\*b\\[*]/x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf pattern = {0};

        whitelist_suggest_pattern(span_of_string(cases[i].exe), &pattern);
        assert_string_equal(strbuf_string(&pattern), cases[i].pattern);
        strbuf_release(&pattern);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_who_crosses_the_threshold),
        cmocka_unit_test(compares_thresholds_by_checking_again),
        cmocka_unit_test(what_is_acknowledged_is_not_flagged_and_not_a_change),
        cmocka_unit_test(a_heuristic_without_weight_still_says_whom_it_hits),
        cmocka_unit_test(says_what_each_entry_would_excuse),
        cmocka_unit_test(names_the_reasons_that_are_too_severe_to_excuse),
        cmocka_unit_test(offers_no_hash_unseen_and_no_path_that_is_gone),
        cmocka_unit_test(suggests_patterns_that_outlive_an_update),
    };

    return cmocka_run_group_tests_name("engine/whatif", tests, NULL, NULL);
}
