/* SPDX-License-Identifier: MIT */
/*
 * pace - what gathering costs at the pace of a screen.
 *
 *     pace [PASSES [INTERVAL_MS]]
 *
 * Passes back to back (stages.c) find fewer processes that ran in between than
 * passes a second apart. Prints CPU time of the first passes of a screen, which put
 * off what takes long, until nothing is left; then, of a gatherer that does not,
 * CPU time of the first pass, and the medians of those after it. Both take a census where
 * they may; last comes a first pass by one that does not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "gather/gather.h"
#include "heuristics/heuristic.h"

enum { PASSES_DEFAULT = 20, PASSES_MAX = 1000, INTERVAL_MS_DEFAULT = 1000, GLANCES_MAX = 20 };

struct cost {
    double cpu_ms;
    double reads;
};

static double cpu_ms(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
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

static struct cost gather_once(struct gather *gather, struct snapshot_builder *builder,
                               bool may_put_off)
{
    const struct gather_request request = {
        .wanted = heuristics_needs(NULL),
        .may_put_off = may_put_off,
    };
    double start = cpu_ms();

    snapshot_builder_clear(builder);
    if (gather_pass(gather, &request, builder) != 0) {
        fprintf(stderr, "pace: /proc cannot be read\n");
        exit(1);
    }
    return (struct cost){cpu_ms() - start, snapshot_builder_header(builder)->counts.reads};
}

/* What it costs to be ready, the census among it, goes to the first pass. */
static struct gather *new_gatherer(bool takes_census, double *ret_cpu_ms)
{
    struct gather_options options = {0};
    struct gather *gather;
    const char *reason = "";
    double start = cpu_ms();

    if (takes_census && gather_census_pays())
        gather_open_census(&options.census);
    if (gather_new(&options, &gather, &reason) != 0) {
        fprintf(stderr, "pace: %s\n", reason);
        exit(1);
    }
    *ret_cpu_ms = cpu_ms() - start;
    return gather;
}

/* What nobody looked at before costs more: this comes first. */
static void print_first_passes(struct snapshot_builder *builder)
{
    double total;
    struct gather *gather = new_gatherer(true, &total);
    unsigned passes = 0;
    uint32_t unfinished;

    printf("first passes of a screen, ms CPU (processes unfinished):");
    do {
        double cpu = gather_once(gather, builder, true).cpu_ms;

        unfinished = snapshot_builder_header(builder)->unfinished;
        printf(" %.1f (%u)", cpu, unfinished);
        total += cpu;
    } while (unfinished > 0 && ++passes < GLANCES_MAX);
    printf(", together %.1f\n", total);
    gather_free(gather);
}

static void print_without_census(struct snapshot_builder *builder)
{
    double opening;
    struct gather *gather = new_gatherer(false, &opening);

    printf("everything by path: %.1f ms CPU at first\n",
           opening + gather_once(gather, builder, false).cpu_ms);
    gather_free(gather);
}

int main(int argc, char **argv)
{
    size_t passes = argc > 1 ? strtoul(argv[1], NULL, 10) : PASSES_DEFAULT;
    unsigned long interval_ms = argc > 2 ? strtoul(argv[2], NULL, 10) : INTERVAL_MS_DEFAULT;
    const struct timespec pause = {
        .tv_sec = (time_t)(interval_ms / 1000),
        .tv_nsec = (long)(interval_ms % 1000) * 1000000,
    };
    struct snapshot_builder *builder = snapshot_builder_new();
    uint32_t sweep_reads = 0, sweep_disagreements = 0;
    double opening;

    if (passes == 0 || passes > PASSES_MAX) {
        fprintf(stderr, "usage: pace [PASSES [INTERVAL_MS]]\n");
        return 2;
    }
    double *cpu = memory_new(passes, sizeof *cpu);
    double *reads = memory_new(passes, sizeof *reads);
    print_first_passes(builder);
    struct gather *gather = new_gatherer(true, &opening);
    double first_ms = opening + gather_once(gather, builder, false).cpu_ms;
    for (size_t i = 0; i < passes; i++) {
        nanosleep(&pause, NULL);
        struct cost cost = gather_once(gather, builder, false);
        const struct gather_counts *counts = &snapshot_builder_header(builder)->counts;

        cpu[i] = cost.cpu_ms;
        reads[i] = cost.reads;
        sweep_reads += counts->sweep_reads;
        sweep_disagreements += counts->sweep_disagreements;
    }
    printf("gather each %lu ms: %.1f ms CPU at first, then %.1f ms, %.0f processes read\n",
           interval_ms, first_ms, median(cpu, passes), median(reads, passes));
    printf("  the sweep read %u more, %u were not as remembered\n", sweep_reads,
           sweep_disagreements);
    gather_free(gather);
    print_without_census(builder);
    free(cpu);
    free(reads);
    snapshot_builder_free(builder);
    return 0;
}
