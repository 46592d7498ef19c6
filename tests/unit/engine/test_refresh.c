/* SPDX-License-Identifier: MIT */
#include "engine/refresh.h"

#include "model/snapshot.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

static const char *const reason_unset = "unset";

/* Two processes of one program; or of two, when that of one of them was deleted. */
static void *new_block(size_t *ret_size, int32_t deleted_pid)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 1;
    header->page_size = 4096;
    for (int32_t pid = 100; pid < 102; pid++) {
        bool is_deleted = pid == deleted_pid;
        struct process process = {
            .pid = pid,
            .ppid = 1,
            .starttime = 1,
            .state = 'S',
            .comm = snapshot_builder_text(builder, span_of_string("tool")),
            .cmdline = snapshot_builder_text(builder, span_of("/usr/bin/tool", 14)),
            .exe = snapshot_builder_text(
                builder,
                span_of_string(is_deleted ? "/usr/bin/tool (deleted)" : "/usr/bin/tool")),
            .exe_file = {.ino = is_deleted ? 8 : 7, .nlink = !is_deleted, .mode = 0100755},
        };

        process.facts[FACT_STAT] = process.facts[FACT_STATUS] = FACT_KNOWN;
        process.facts[FACT_EXE] = process.facts[FACT_EXE_FILE] = FACT_KNOWN;
        process.facts[FACT_CMDLINE] = FACT_KNOWN;
        snapshot_builder_add_process(builder, &process);
    }
    return block_of(builder, ret_size);
}

struct bench {
    struct refresh refresh;
    struct thresholds thresholds;
    struct scoring_options options;
};

static void bench_init(struct bench *bench)
{
    *bench = (struct bench){0};
    thresholds_init(&bench->thresholds);
    scoring_options_init(&bench->options);
}

static void bench_release(struct bench *bench)
{
    refresh_release(&bench->refresh);
    scoring_options_release(&bench->options);
}

static void adopt_and_assess(struct bench *bench, int32_t deleted_pid)
{
    const char *reason = reason_unset;
    size_t size;
    void *block = new_block(&size, deleted_pid);

    if (!refresh_adopt(&bench->refresh, block, size, &reason))
        fail_msg("%s", reason);
    refresh_assess(&bench->refresh, &bench->thresholds, &bench->options);
}

static void a_block_becomes_scores(void **state)
{
    (void)state;
    struct bench bench;

    bench_init(&bench);
    adopt_and_assess(&bench, 101);
    const struct scores *scores = &bench.refresh.scores;
    assert_int_equal(scores->count, 2);
    assert_int_equal(scores->verdicts[0].reason_count, 0);
    assert_int_equal(scores->verdicts[1].reason_count, 1);
    const struct reason *reason = &scores->reasons[scores->verdicts[1].first_reason];
    assert_string_equal(reason->heuristic->key, "deleted_exe");
    assert_string_equal(reason->evidence, "/usr/bin/tool (deleted)");
    assert_true(scores->verdicts[1].is_flagged);
    assert_true(bench.refresh.assess_us > 0 && bench.refresh.score_us > 0);

    /* The next snapshot is another story. */
    adopt_and_assess(&bench, 100);
    assert_true(scores->verdicts[0].is_flagged);
    assert_false(scores->verdicts[1].is_flagged);
    bench_release(&bench);
}

static void a_changed_weight_needs_no_new_snapshot(void **state)
{
    (void)state;
    struct bench bench;

    bench_init(&bench);
    adopt_and_assess(&bench, 101);
    bench.options.weights[HEURISTIC_deleted_exe] = 1.5;
    refresh_score(&bench.refresh, &bench.options);
    assert_true(bench.refresh.scores.verdicts[1].total_score == 1.5);
    assert_false(bench.refresh.scores.verdicts[1].is_flagged);
    bench.options.min_score = 1;
    refresh_score(&bench.refresh, &bench.options);
    assert_true(bench.refresh.scores.verdicts[1].is_flagged);
    bench_release(&bench);
}

static void a_bad_block_changes_nothing(void **state)
{
    (void)state;
    struct bench bench;
    size_t size;
    void *block;

    bench_init(&bench);
    adopt_and_assess(&bench, 101);
    block = new_block(&size, 100);
    for (size_t cut = 0; cut < size; cut += 7) {
        const char *reason = reason_unset;
        void *piece = malloc(cut + 1);
        memcpy(piece, block, cut);
        assert_false(refresh_adopt(&bench.refresh, piece, cut, &reason));
        assert_ptr_not_equal(reason, reason_unset);
    }
    free(block);
    refresh_assess(&bench.refresh, &bench.thresholds, &bench.options);
    assert_true(bench.refresh.scores.verdicts[1].is_flagged);
    bench_release(&bench);
}

/* Each byte, set to each of some values: refused, or safe to walk. */
static void no_byte_of_a_block_is_trusted(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    (void)state;
    struct bench bench;
    unsigned refused = 0;
    size_t size;
    uint8_t *block;

    bench_init(&bench);
    block = new_block(&size, 101);
    for (size_t at = 0; at < size; at++)
        for (size_t i = 0; i < sizeof values; i++) {
            const char *reason;
            uint8_t *copy = malloc(size);
            memcpy(copy, block, size);
            copy[at] = values[i];
            if (refresh_adopt(&bench.refresh, copy, size, &reason))
                refresh_assess(&bench.refresh, &bench.thresholds, &bench.options);
            else
                refused++;
        }
    assert_true(refused > 100);
    free(block);
    bench_release(&bench);
}

static bool has_hash(const struct bench *bench, size_t index, const struct sha256 *hash)
{
    const struct process *process = &bench->refresh.snapshot.processes[index];

    return process->facts[FACT_SHA256] == FACT_KNOWN &&
           memcmp(&process->sha256, hash, sizeof *hash) == 0;
}

static void a_hash_that_is_learned_is_that_of_all_who_run_the_file(void **state)
{
    (void)state;
    struct bench bench;
    struct sha256 hash;

    bench_init(&bench);
    sha256_of("tool", 4, &hash);
    adopt_and_assess(&bench, 0);
    refresh_learn_hash(&bench.refresh, 100, 2, &hash); /* another start: another process */
    assert_false(has_hash(&bench, 0, &hash));
    refresh_learn_hash(&bench.refresh, 100, 1, &hash);
    assert_true(has_hash(&bench, 0, &hash));
    assert_true(has_hash(&bench, 1, &hash));

    adopt_and_assess(&bench, 101);
    refresh_learn_hash(&bench.refresh, 100, 1, &hash);
    assert_true(has_hash(&bench, 0, &hash));
    assert_false(has_hash(&bench, 1, &hash));
    bench_release(&bench);
}

static void what_a_closer_look_saw_is_news_once(void **state)
{
    (void)state;
    struct bench bench;

    bench_init(&bench);
    adopt_and_assess(&bench, 0);
    struct process seen = bench.refresh.snapshot.processes[0];
    seen.facts[FACT_INTEGRITY] = FACT_KNOWN;
    seen.integrity = INTEGRITY_MODIFIED;
    assert_true(refresh_learn_closer(&bench.refresh, &seen));
    assert_false(refresh_learn_closer(&bench.refresh, &seen));
    refresh_assess(&bench.refresh, &bench.thresholds, &bench.options);
    assert_int_equal(bench.refresh.scores.verdicts[0].reason_count, 1);
    assert_int_equal(bench.refresh.scores.verdicts[1].reason_count, 0);
    seen.integrity = INTEGRITY_INTACT;
    seen.exe_file.ino++; /* it went on to another program */
    assert_false(refresh_learn_closer(&bench.refresh, &seen));
    bench_release(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_becomes_scores),
        cmocka_unit_test(a_changed_weight_needs_no_new_snapshot),
        cmocka_unit_test(a_bad_block_changes_nothing),
        cmocka_unit_test(no_byte_of_a_block_is_trusted),
        cmocka_unit_test(a_hash_that_is_learned_is_that_of_all_who_run_the_file),
        cmocka_unit_test(what_a_closer_look_saw_is_news_once),
    };

    return cmocka_run_group_tests_name("refresh", tests, NULL, NULL);
}
