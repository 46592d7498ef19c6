/* SPDX-License-Identifier: MIT */
/*
 * replay - a fuzz target without a fuzzer: each seed, each of its truncations,
 * and each of its bytes changed in a few ways. The inputs are copied to memory
 * of exactly their size, so that the sanitizers see a read beyond the end.
 *
 *     replay_X FILE...      (without arguments: the seeds of X)
 */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_MAX = 1 << 16, TRUNCATIONS_MAX = 4096 };

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    if (!exact)
        abort();
    if (size)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
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

static bool replay(const char *path)
{
    static uint8_t data[SEED_MAX];
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t size = fread(data, 1, sizeof data, file);
    bool is_whole = !ferror(file) && feof(file);
    fclose(file);
    run(data, size);
    run_variants(data, size);
    return is_whole;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir"), *target = strrchr(argv[0], '_');
    struct dirent **seeds;
    char directory[PATH_MAX / 2], path[PATH_MAX];
    bool is_good = true;

    for (int i = 1; i < argc; i++)
        is_good &= replay(argv[i]);
    if (argc > 1)
        return is_good ? 0 : 1;

    snprintf(directory, sizeof directory, "%s/tests/fuzz/seeds/%s", source ? source : ".",
             target ? target + 1 : "");
    int count = scandir(directory, &seeds, is_visible, alphasort);
    if (count <= 0) {
        printf("Bail out! no seeds in %s\n", directory);
        return 1;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, seeds[i]->d_name);
        bool is_ok = replay(path);
        printf("%s %d - survives %s, cut and changed\n", is_ok ? "ok" : "not ok", i + 1,
               seeds[i]->d_name);
        is_good &= is_ok;
        free(seeds[i]);
    }
    free(seeds);
    return is_good ? 0 : 1;
}
