/* SPDX-License-Identifier: MIT */
/*
 * draw - what a frame costs: from a view in hand to the bytes in the terminal.
 *
 *     draw [COUNT [ROUNDS]]
 *
 * A made-up machine of COUNT processes (10,000) is shown in a pseudo-terminal whose
 * other end is read and counted. Prints medians over ROUNDS (20) of CPU time, and the
 * most bytes: of a frame of an idle machine, where a second has passed and a tenth of
 * the processes has run a little; of one whose rows are all others; and of a screen
 * that is painted anew.
 */
#include <pthread.h>
#include <pty.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/bench/canvas.h"
#include "tests/bench/crowd.h"
#include "tests/bench/measure.h"
#include "ui/detail.h"

enum { COUNT_DEFAULT = 10000, COUNT_MAX = 1000000, ROUNDS_DEFAULT = 20, ROUNDS_MAX = 1000 };

struct bench {
    int terminal, screen; /* the end that is read, the end that curses writes to */
    unsigned long bytes;  /* of the frame */
    sem_t has_frame;
    struct app app;
    size_t count;
    unsigned second;
    size_t rounds;
    double *ms;
};

/* A NUL, which curses never writes, ends a frame. */
static void *read_frames(void *context)
{
    struct bench *bench = context;
    char buffer[65536];
    ssize_t got;

    while ((got = read(bench->terminal, buffer, sizeof buffer)) > 0) {
        bench->bytes += (unsigned long)got;
        if (buffer[got - 1] == '\0')
            sem_post(&bench->has_frame);
    }
    return NULL;
}

static void pass_a_second(struct bench *bench)
{
    size_t size;
    void *block = crowd_new(bench->count, bench->second++, &size);

    app_adopt(&bench->app, block, size);
}

static void change_every_row(struct bench *bench)
{
    bench->app.list.is_reversed = !bench->app.list.is_reversed;
    app_rebuild_view(&bench->app);
}

static void paint_anew(struct bench *bench)
{
    (void)bench;
    canvas_forget();
}

struct cost {
    double ms;
    unsigned long bytes;
};

static struct cost draw_frame(struct bench *bench)
{
    double start = cpu_ms();

    canvas_draw(&bench->app);
    struct cost cost = {.ms = cpu_ms() - start};
    if (write(bench->screen, "", 1) != 1)
        abort();
    sem_wait(&bench->has_frame);
    cost.bytes = bench->bytes - 1;
    bench->bytes = 0;
    return cost;
}

static struct cost measure(struct bench *bench, void (*change)(struct bench *bench))
{
    struct cost most = {0};

    for (size_t i = 0; i < bench->rounds; i++) {
        change(bench);
        struct cost cost = draw_frame(bench);
        bench->ms[i] = cost.ms;
        if (cost.bytes > most.bytes)
            most.bytes = cost.bytes;
    }
    most.ms = median(bench->ms, bench->rounds);
    return most;
}

static void show_list(struct app *app)
{
    app->list.scope = SCOPE_TOP;
}

static void show_tree(struct app *app)
{
    app->list.is_tree = true;
    app->list.scope = SCOPE_ALL;
}

static void show_details(struct app *app)
{
    app->list.is_tree = false;
    app->list.scope = SCOPE_ALL;
    app_rebuild_view(app);
    detail_open(app, TAB_REASONS);
}

static const struct {
    const char *name;
    void (*show)(struct app *app);
} scenes[] = {
    {"the first 20", show_list   },
    {"all, as tree", show_tree   },
    {"with details", show_details},
};

static const struct {
    int height, width;
} sizes[] = {
    {24, 80 },
    {50, 200},
};

static const struct {
    const char *name;
    void (*change)(struct bench *bench);
} changes[] = {
    {"idle refresh",  pass_a_second   },
    {"every row new", change_every_row},
    {"painted anew",  paint_anew      },
};

enum {
    SCENES = sizeof scenes / sizeof *scenes,
    SIZES = sizeof sizes / sizeof *sizes,
    CHANGES = sizeof changes / sizeof *changes,
};

static void measure_all(struct bench *bench, struct cost (*ret_costs)[SCENES][SIZES][CHANGES])
{
    for (size_t scene = 0; scene < SCENES; scene++) {
        scenes[scene].show(&bench->app);
        for (size_t size = 0; size < SIZES; size++) {
            canvas_resize(sizes[size].height, sizes[size].width);
            pass_a_second(bench);
            draw_frame(bench);
            for (size_t change = 0; change < CHANGES; change++)
                (*ret_costs)[scene][size][change] = measure(bench, changes[change].change);
        }
    }
}

static void print_costs(const struct cost (*costs)[SCENES][SIZES][CHANGES])
{
    printf("  %-22s", "");
    for (size_t change = 0; change < CHANGES; change++)
        printf("  %18s", changes[change].name);
    printf("\n  %-22s", "screen");
    for (size_t change = 0; change < CHANGES; change++)
        printf("  %8s %9s", "ms CPU", "bytes");
    printf("\n");
    for (size_t scene = 0; scene < SCENES; scene++)
        for (size_t size = 0; size < SIZES; size++) {
            printf("  %3dx%d  %-14s", sizes[size].width, sizes[size].height,
                   scenes[scene].name);
            for (size_t change = 0; change < CHANGES; change++)
                printf("  %8.2f %9lu", (*costs)[scene][size][change].ms,
                       (*costs)[scene][size][change].bytes);
            printf("\n");
        }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct cost costs[SCENES][SIZES][CHANGES];
    pthread_t thread;

    bench.count = argc > 1 ? strtoul(argv[1], NULL, 10) : COUNT_DEFAULT;
    bench.rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : ROUNDS_DEFAULT;
    if (bench.count == 0 || bench.count > COUNT_MAX || bench.rounds == 0 ||
        bench.rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: draw [COUNT [ROUNDS]]\n");
        return 2;
    }
    if (openpty(&bench.terminal, &bench.screen, NULL, NULL, &size) != 0 ||
        sem_init(&bench.has_frame, 0, 0) != 0 ||
        pthread_create(&thread, NULL, read_frames, &bench) != 0 ||
        !canvas_open(&bench.app, bench.screen)) {
        fprintf(stderr, "draw: no terminal\n");
        return 1;
    }
    bench.ms = memory_new(bench.rounds, sizeof *bench.ms);
    measure_all(&bench, &costs);
    printf("drawing a frame of %zu made-up processes\n", bench.count);
    print_costs(&costs);
    app_release(&bench.app);
    free(bench.ms);
    return 0;
}
