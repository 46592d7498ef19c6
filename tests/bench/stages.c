/* SPDX-License-Identifier: MIT */
/*
 * stages - what each stage of a refresh costs by itself.
 *
 *     stages [PASSES [COUNT | DIRECTORY]]
 *
 * Gathers the live machine, or the recording below DIRECTORY, and runs each stage
 * PASSES times (20). Or over a made-up snapshot of COUNT processes, and gathers
 * nothing. Prints medians of CPU time. A stage KEY is a function do_KEY(), by which
 * a profiler finds it (run.sh). Figures of one run compare with each other,
 * not with another day's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/gather.h"
#include "heuristics/heuristic.h"
#include "tests/bench/canvas.h"
#include "tests/bench/crowd.h"
#include "tests/bench/measure.h"

enum { PASSES_DEFAULT = 20, PASSES_MAX = 1000, COUNT_MAX = 1000000, FIRST = 20 };

struct bench {
    struct gather *gather; /* NULL: nothing is gathered */
    struct snapshot_builder *builder;
    void *block; /* what was sealed */
    size_t size;
    void *given; /* a copy of it, to be taken over */
    struct app app;
    struct thresholds thresholds, edited;
    struct scoring_options options, listed;
    struct view view;
    const struct column *column;
};

long __real_syscall(long number, long a, long b, long c, long d);
long __wrap_syscall(long number, ...);

/* Valgrind learned openat2(2) in 2023. Nobody planted links in our recording. */
long __wrap_syscall(long number, ...)
{
    va_list arguments;

    va_start(arguments, number);
    long a = va_arg(arguments, long), b = va_arg(arguments, long);
    long c = va_arg(arguments, long), d = va_arg(arguments, long);
    va_end(arguments);
    long result = __real_syscall(number, a, b, c, d);
    if (number != SYS_openat2 || result >= 0 || errno != ENOSYS)
        return result;
    const struct open_how *how = (const void *)c;
    return openat((int)a, (const char *)b, (int)how->flags);
}

static void gather_once(struct bench *bench)
{
    const struct gather_request request = {.wanted = heuristics_needs(NULL)};

    snapshot_builder_clear(bench->builder);
    if (gather_pass(bench->gather, &request, bench->builder) != 0) {
        fprintf(stderr, "stages: nothing can be listed\n");
        exit(1);
    }
}

static void do_gather(struct bench *bench)
{
    gather_once(bench);
}

static void prepare_seal(struct bench *bench)
{
    free(bench->block);
    bench->size = snapshot_builder_size(bench->builder);
    bench->block = memory_new(bench->size, 1);
}

static void do_seal(struct bench *bench)
{
    snapshot_builder_seal(bench->builder, bench->block);
}

static void prepare_verify(struct bench *bench)
{
    bench->given = memory_new(bench->size, 1);
    memcpy(bench->given, bench->block, bench->size);
}

static void do_verify(struct bench *bench)
{
    const char *reason = "";

    if (!refresh_adopt(bench->app.refresh, bench->given, bench->size, &reason)) {
        fprintf(stderr, "stages: %s\n", reason);
        exit(1);
    }
}

static void do_assess(struct bench *bench)
{
    struct refresh *refresh = bench->app.refresh;

    heuristics_assess(&refresh->snapshot, refresh->relations, &bench->thresholds,
                      &refresh->assessment);
    refresh->thresholds = bench->thresholds;
}

static void do_score(struct bench *bench)
{
    refresh_score(bench->app.refresh, &bench->options);
}

static void do_excuse(struct bench *bench)
{
    refresh_score(bench->app.refresh, &bench->listed);
}

static void do_tune(struct bench *bench)
{
    struct app *app = &bench->app;

    refresh_tune(app->refresh, &bench->edited, &bench->options);
    whatif_compare(&app->whatif, app->refresh, &bench->thresholds, &bench->options);
}

static void do_compare(struct bench *bench)
{
    struct app *app = &bench->app;

    whatif_compare(&app->whatif, app->refresh, &bench->thresholds, &bench->options);
}

static void build_view(struct bench *bench, const struct view_options *options)
{
    const struct refresh *refresh = bench->app.refresh;

    view_build(&bench->view, &refresh->snapshot, refresh->relations, &refresh->scores, options);
}

static void do_choose(struct bench *bench)
{
    const struct view_options options = {.limit = FIRST};

    build_view(bench, &options);
}

static void choose_by_column(struct bench *bench)
{
    const struct view_options options = {.limit = FIRST, .sort = bench->column};

    build_view(bench, &options);
}

static void do_order(struct bench *bench)
{
    const struct view_options options = {0};

    build_view(bench, &options);
}

/* What the screen shows is chosen before, and the clock has moved on. */
static void prepare_draw(struct bench *bench)
{
    app_rebuild_view(&bench->app);
}

static void do_draw(struct bench *bench)
{
    canvas_draw(&bench->app);
}

static const struct stage {
    const char *key, *what;
    void (*prepare)(struct bench *bench); /* not measured; or NULL */
    void (*run)(struct bench *bench);
    bool needs_gather;
} stages[] = {
    {"gather",  "read and parse everything",              NULL,           do_gather,  true },
    {"seal",    "into the block that is passed on",       prepare_seal,   do_seal,    true },
    {"verify",  "the block, and relate its processes",    prepare_verify, do_verify,  false},
    {"assess",  "by every heuristic",                     NULL,           do_assess,  false},
    {"score",   "what was found",                         NULL,           do_score,   false},
    {"choose",  "the first 20 by score",                  NULL,           do_choose,  false},
    {"draw",    "them, 120x40, nothing changed",          prepare_draw,   do_draw,    false},
    {"order",   "all, not the first 20",                  NULL,           do_order,   false},
    {"excuse",  "score by a whitelist",                   NULL,           do_excuse,  false},
    {"compare", "edited with saved settings",             NULL,           do_compare, false},
    {"tune",    "assess by an edited threshold, compare", NULL,           do_tune,    false},
};

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

static void open_gather(struct bench *bench, const char *directory)
{
    const struct gather_options options = {.proc_root = directory};
    const char *reason = "";

    bench->builder = snapshot_builder_new();
    if (gather_new(&options, &bench->gather, &reason) != 0) {
        fprintf(stderr, "stages: %s\n", reason);
        exit(1);
    }
    gather_once(bench); /* cold: pace tells what that costs */
}

static void begin(struct bench *bench)
{
    thresholds_init(&bench->thresholds);
    thresholds_init(&bench->edited);
    bench->edited.cpu_high = 50;
    bench->edited.many_conns = 2;
    port_set_add(&bench->edited.ports, 443);
    scoring_options_init(&bench->options);
    scoring_options_init(&bench->listed);
    fill_whitelist(&bench->listed.whitelist);
    if (!canvas_open(&bench->app, open("/dev/null", O_WRONLY | O_CLOEXEC))) {
        fprintf(stderr, "stages: no terminal\n");
        exit(1);
    }
    canvas_resize(40, 120);
}

static double measure(struct bench *bench, const struct stage *stage, size_t passes)
{
    double *ms = memory_new(passes, sizeof *ms);

    for (size_t i = 0; i < passes; i++) {
        if (stage->prepare)
            stage->prepare(bench);
        double start = cpu_ms();
        stage->run(bench);
        ms[i] = cpu_ms() - start;
    }
    double middle = median(ms, passes);
    free(ms);
    return middle;
}

/* With a count of 0 it has nothing to do with how many processes there are. */
static void print_stage(const char *key, const char *what, double ms, size_t count)
{
    printf("  %-8s %-38s %8.2f", key, what, ms);
    if (count > 0)
        printf(" %11.3f\n", ms * 1e3 / (double)count);
    else
        printf(" %11s\n", "-");
}

/* Columns that compare texts cost more than numbers. */
static void measure_columns(struct bench *bench, size_t passes)
{
    const struct stage choose = {.run = choose_by_column};
    double most = 0;
    char what[64] = "";

    for (size_t i = 0; i < column_count; i++) {
        bench->column = &columns[i];
        double ms = measure(bench, &choose, passes);
        if (ms > most)
            snprintf(what, sizeof what, "the first 20 by %s, the dearest", columns[i].key);
        most = ms > most ? ms : most;
    }
    print_stage("", what, most, bench->app.refresh->snapshot.process_count);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    size_t passes = argc > 1 ? strtoul(argv[1], NULL, 10) : PASSES_DEFAULT;
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    if (passes == 0 || passes > PASSES_MAX || count > COUNT_MAX) {
        fprintf(stderr, "usage: stages [PASSES [COUNT | DIRECTORY]]\n");
        return 2;
    }
    begin(&bench);
    if (count > 0)
        bench.block = crowd_new(count, 0, &bench.size);
    else
        open_gather(&bench, argc > 2 ? argv[2] : NULL);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (stages[i].needs_gather && !bench.gather)
            continue;
        double ms = measure(&bench, &stages[i], passes);
        if (bench.gather)
            count = snapshot_builder_header(bench.builder)->counts.processes;
        print_stage(stages[i].key, stages[i].what, ms, stages[i].run != do_draw ? count : 0);
    }
    measure_columns(&bench, passes);
    gather_free(bench.gather);
    snapshot_builder_free(bench.builder);
    scoring_options_release(&bench.options);
    scoring_options_release(&bench.listed);
    view_release(&bench.view);
    app_release(&bench.app);
    free(bench.block);
    return 0;
}
