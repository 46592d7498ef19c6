/* SPDX-License-Identifier: MIT */
/*
 * replay - a fuzz target without a fuzzer: each seed, each of its truncations,
 * and each of its bytes changed in a few ways. The inputs are copied to memory
 * of exactly their size, so that the sanitizers see a read beyond the end.
 *
 *     replay_X                 the seeds of X
 *     replay_X DIRECTORY...    what lies there, as it is: what a fuzzer collected
 *
 * No input may take long: whoever can choose it could hold us up.
 */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config.h"

#ifdef WITH_SANITIZERS
enum { SLOW_MS = 1000 };
#else
enum { SLOW_MS = 100 };
#endif

enum { SEED_MAX = 1 << 20, TRUNCATIONS_MAX = 4096 };

/* In the slowest run, of our own time and not the machine's. */
static long slowest_ms;

static long used_ms(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    long before_ms = used_ms();

    if (!exact)
        abort();
    if (size)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    if (used_ms() - before_ms > slowest_ms)
        slowest_ms = used_ms() - before_ms;
}

static void run_variants(uint8_t *data, size_t size)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    size_t step = size / TRUNCATIONS_MAX + 1; /* a long seed, not for ever */

    for (size_t length = 0; length <= size; length += step)
        run(data, length);
    for (size_t i = 0; i < size; i += step) {
        uint8_t original = data[i];
        for (size_t mask = 0; mask < sizeof masks; mask++) {
            data[i] = original ^ masks[mask];
            run(data, size);
        }
        data[i] = '\0';
        run(data, size);
        data[i] = original;
    }
}

static bool replay(const char *path, bool has_variants)
{
    static uint8_t data[SEED_MAX];
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t size = fread(data, 1, sizeof data, file);
    bool is_whole = !ferror(file) && feof(file);
    fclose(file);
    slowest_ms = 0;
    run(data, size);
    if (has_variants)
        run_variants(data, size);
    if (slowest_ms > SLOW_MS)
        printf("# %s: %ld ms\n", path, slowest_ms);
    return is_whole && slowest_ms <= SLOW_MS;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* False when one of them is bad, or there is none. */
static bool replay_directory(const char *directory, bool is_collected)
{
    struct dirent **files;
    char path[PATH_MAX];
    bool is_good = true;
    int count = scandir(directory, &files, is_visible, alphasort);

    if (count <= 0) {
        printf("Bail out! nothing in %s\n", directory);
        return false;
    }
    if (!is_collected)
        printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i]->d_name);
        bool is_ok = replay(path, !is_collected);
        if (!is_collected)
            printf("%s %d - survives %s, cut and changed\n", is_ok ? "ok" : "not ok", i + 1,
                   files[i]->d_name);
        is_good &= is_ok;
        free(files[i]);
    }
    free(files);
    return is_good;
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir"), *target = strrchr(argv[0], '_');
    char seeds[PATH_MAX / 2];
    bool is_good = true;

    for (int i = 1; i < argc; i++)
        is_good &= replay_directory(argv[i], true);
    if (argc == 1) {
        snprintf(seeds, sizeof seeds, "%s/tests/fuzz/seeds/%s", source ? source : ".",
                 target ? target + 1 : "");
        is_good = replay_directory(seeds, false);
    }
    return is_good ? 0 : 1;
}
