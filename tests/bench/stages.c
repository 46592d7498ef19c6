/* SPDX-License-Identifier: MIT */
/*
 * stages - what each stage of a refresh costs by itself.
 *
 *     stages [PASSES [CROWD]]
 *
 * Gathers the live machine once, cold, then PASSES times (20), and runs
 * findings, scores and view over the last snapshot as often. Or over a made-up
 * one of CROWD processes, and gathers nothing. Prints medians of CPU time. Figures
 * of one run compare with each other, not with another day's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "engine/refresh.h"
#include "engine/whatif.h"
#include "gather/gather.h"
#include "tests/bench/crowd.h"
#include "view/view.h"

enum { PASSES_DEFAULT = 20, PASSES_MAX = 1000, CROWD_MAX = 1000000 };

static double cpu_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

static double gather_once(struct gather *gather, struct snapshot_builder *builder)
{
    struct gather_request request = {.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256)};
    double start = cpu_us();

    snapshot_builder_clear(builder);
    if (gather_pass(gather, &request, builder) != 0) {
        fprintf(stderr, "stages: /proc cannot be read\n");
        exit(1);
    }
    return cpu_us() - start;
}

static void print_stage(const char *name, double us, size_t processes)
{
    printf("  %-22s %10.2f ms %8.2f us/process\n", name, us / 1e3,
           processes ? us / (double)processes : 0);
}

/* A whitelist of the size that a site ends up with. */
static void fill_whitelist(struct whitelist *whitelist)
{
    static const struct {
        enum whitelist_kind kind;
        const char *text;
    } entries[] = {
        {WHITELIST_NAME,    "systemd"             },
        {WHITELIST_NAME,    "sshd"                },
        {WHITELIST_NAME,    "prometheus"          },
        {WHITELIST_NAME,    "node_exporter"       },
        {WHITELIST_NAME,    "containerd"          },
        {WHITELIST_NAME,    "dockerd"             },
        {WHITELIST_USER,    "backup"              },
        {WHITELIST_USER,    "1999"                },
        {WHITELIST_PATTERN, "/opt/agent/*"        },
        {WHITELIST_PATTERN, "/opt/other/*/bin/*"  },
        {WHITELIST_PATTERN, "/srv/*/releases/*"   },
        {WHITELIST_PATTERN, "/home/*/.cargo/bin/*"},
        {WHITELIST_PATTERN, "kube-*"              },
        {WHITELIST_PATTERN, "docker-*"            },
        {WHITELIST_PATH,    "/opt/app/service"    },
        {WHITELIST_PATH,    "/usr/local/bin/tool" },
        {WHITELIST_PATH,    "/opt/a/b"            },
        {WHITELIST_PATH,    "/opt/c/d"            },
    };

    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (whitelist_add(whitelist, entries[i].kind, entries[i].text))
            abort();
}

static void measure_scoring(struct refresh *refresh, size_t passes)
{
    struct thresholds thresholds;
    struct scoring_options options, listed;
    struct view view = {0};
    double *assess = memory_new(passes, sizeof *assess);
    double *score = memory_new(passes, sizeof *score);
    double *excuse = memory_new(passes, sizeof *excuse);
    double *tune = memory_new(passes, sizeof *tune);
    double *compare = memory_new(passes, sizeof *compare);
    double *rank = memory_new(passes, sizeof *rank);
    double *order = memory_new(passes, sizeof *order);
    struct whatif whatif = {0};
    size_t count = refresh->snapshot.process_count;

    thresholds_init(&thresholds);
    scoring_options_init(&options);
    scoring_options_init(&listed);
    fill_whitelist(&listed.whitelist);
    for (size_t i = 0; i < passes; i++) {
        struct view_options view_options = {.limit = 20};
        double start = cpu_us();
        refresh_assess(refresh, &thresholds, &options);
        assess[i] = cpu_us() - start;
        start = cpu_us();
        refresh_score(refresh, &options);
        score[i] = cpu_us() - start;
        start = cpu_us();
        refresh_score(refresh, &listed);
        excuse[i] = cpu_us() - start;
        start = cpu_us();
        whatif_compare(&whatif, refresh, &thresholds, &options);
        compare[i] = cpu_us() - start;
        struct thresholds edited = thresholds;
        edited.cpu_high = 50;
        edited.many_conns = 2;
        port_set_add(&edited.ports, 443);
        start = cpu_us();
        refresh_tune(refresh, &edited, &options);
        whatif_compare(&whatif, refresh, &thresholds, &options);
        tune[i] = cpu_us() - start;
        start = cpu_us();
        view_build(&view, &refresh->snapshot, refresh->relations, &refresh->scores,
                   &view_options);
        rank[i] = cpu_us() - start;
        view_options.limit = 0;
        start = cpu_us();
        view_build(&view, &refresh->snapshot, refresh->relations, &refresh->scores,
                   &view_options);
        order[i] = cpu_us() - start;
    }
    print_stage("assess and score", median(assess, passes), count);
    print_stage("score again (an edit)", median(score, passes), count);
    print_stage("score by a whitelist", median(excuse, passes), count);
    print_stage("compare with saved", median(compare, passes), count);
    print_stage("tune, and compare", median(tune, passes), count);
    print_stage("choose the first 20", median(rank, passes), count);
    print_stage("order all", median(order, passes), count);
    view_release(&view);
    scoring_options_release(&options);
    scoring_options_release(&listed);
    free(assess);
    free(score);
    free(compare);
    free(tune);
    free(excuse);
    whatif_release(&whatif);
    free(rank);
    free(order);
}

static void *gather_block(size_t passes, size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    double *warm = memory_new(passes, sizeof *warm);
    struct gather *gather;
    const char *reason = "";

    if (gather_new(&(struct gather_options){0}, &gather, &reason) != 0) {
        fprintf(stderr, "stages: %s\n", reason);
        exit(1);
    }
    double cold = gather_once(gather, builder);
    for (size_t i = 0; i < passes; i++)
        warm[i] = gather_once(gather, builder);

    *ret_size = snapshot_builder_size(builder);
    void *block = memory_new(*ret_size, 1);
    double start = cpu_us();
    snapshot_builder_seal(builder, block);
    double seal = cpu_us() - start;

    size_t count = snapshot_builder_header(builder)->counts.processes;
    print_stage("gather, cold", cold, count);
    print_stage("gather", median(warm, passes), count);
    print_stage("seal", seal, count);
    free(warm);
    gather_free(gather);
    snapshot_builder_free(builder);
    return block;
}

int main(int argc, char **argv)
{
    size_t passes = argc > 1 ? strtoul(argv[1], NULL, 10) : PASSES_DEFAULT;
    size_t crowd = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    const char *reason = "";
    size_t size;

    if (passes == 0 || passes > PASSES_MAX || crowd > CROWD_MAX) {
        fprintf(stderr, "usage: stages [PASSES [CROWD]]\n");
        return 2;
    }
    printf("stages of a refresh, CPU time:\n");
    void *block = crowd > 0 ? crowd_new(crowd, &size) : gather_block(passes, &size);

    struct refresh refresh = {0};
    double start = cpu_us();
    if (!refresh_adopt(&refresh, block, size, &reason)) {
        fprintf(stderr, "stages: %s\n", reason);
        return 1;
    }
    print_stage("verify and relate", cpu_us() - start, refresh.snapshot.process_count);
    measure_scoring(&refresh, passes);
    printf("  %zu processes, %zu bytes of snapshot\n", refresh.snapshot.process_count, size);
    refresh_release(&refresh);
    return 0;
}
