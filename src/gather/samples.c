/* SPDX-License-Identifier: MIT */
#include "gather/samples.h"

#include <stdlib.h>

#include "base/memory.h"

static void free_texts(struct sample *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(items[i].cgroup);
}

void samples_release(struct samples *samples)
{
    free_texts(samples->previous, samples->previous_count);
    free_texts(samples->current, samples->current_count);
    free(samples->previous);
    free(samples->current);
    *samples = (struct samples){0};
}

static int compare_pids(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;

    return (a->pid > b->pid) - (a->pid < b->pid);
}

struct sample *samples_find(struct samples *samples, int32_t pid)
{
    const struct sample key = {.pid = pid};

    if (samples->previous_count == 0)
        return NULL;
    return bsearch(&key, samples->previous, samples->previous_count, sizeof key, compare_pids);
}

void samples_keep(struct samples *samples, const struct sample *sample)
{
    samples->current = memory_grow(samples->current, samples->current_count,
                                   &samples->current_capacity, sizeof *sample);
    samples->current[samples->current_count++] = *sample;
}

void samples_turn(struct samples *samples)
{
    struct samples old = *samples;

    free_texts(old.previous, old.previous_count);
    samples->previous = old.current;
    samples->previous_count = old.current_count;
    samples->previous_capacity = old.current_capacity;
    samples->current = old.previous;
    samples->current_count = 0;
    samples->current_capacity = old.previous_capacity;
    /* The kernel lists ascending pids, but that is a habit, not a promise. */
    if (samples->previous_count > 1)
        qsort(samples->previous, samples->previous_count, sizeof *samples->previous,
              compare_pids);
}
