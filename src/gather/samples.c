/* SPDX-License-Identifier: MIT */
#include "gather/samples.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

float sample_cpu_percent(uint64_t ticks_before, uint64_t ticks_now, double elapsed_ticks)
{
    /* The sum may step back by a tick when the kernel rescales its parts. */
    uint64_t used = ticks_now > ticks_before ? ticks_now - ticks_before : 0;

    return (float)(100 * (double)used / elapsed_ticks);
}

float sample_fault_rate(const struct sample *before, uint64_t child_faults, uint64_t now_ns)
{
    const float memory_s = 30.0f;
    float seconds = (float)(now_ns - before->taken_ns) / 1e9f;
    uint64_t more =
        child_faults > before->child_faults ? child_faults - before->child_faults : 0;

    /* Almost nobody ever starts anything. */
    if (more == 0 && before->child_fault_rate <= 0)
        return 0.0f;
    float kept = expf(-seconds / memory_s);
    return kept * before->child_fault_rate + (1.0f - kept) * (float)more / seconds;
}

static void free_kept(struct samples *samples, struct sample *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        kept_free(items[i].kept, &samples->descriptor_count);
}

void samples_release(struct samples *samples)
{
    free_kept(samples, samples->previous, samples->previous_count);
    free_kept(samples, samples->current, samples->current_count);
    free(samples->previous);
    free(samples->current);
    *samples = (struct samples){0};
}

static int compare_pids(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;

    return (a->pid > b->pid) - (a->pid < b->pid);
}

static struct sample *search(const struct samples *samples, int32_t pid)
{
    const struct sample key = {.pid = pid};

    if (samples->previous_count == 0)
        return NULL;
    return bsearch(&key, samples->previous, samples->previous_count, sizeof key, compare_pids);
}

struct sample *samples_find(struct samples *samples, int32_t pid)
{
    /* Almost always the one asked for last, or its neighbour. */
    for (size_t i = samples->cursor; i < samples->previous_count && i < samples->cursor + 2;
         i++)
        if (samples->previous[i].pid == pid) {
            samples->cursor = i;
            return &samples->previous[i];
        }

    struct sample *found = search(samples, pid);
    if (found)
        samples->cursor = (size_t)(found - samples->previous);
    return found;
}

const struct sample *samples_find_other(const struct samples *samples, int32_t pid)
{
    return search(samples, pid);
}

void samples_keep(struct samples *samples, const struct sample *sample)
{
    samples->current = memory_grow(samples->current, samples->current_count,
                                   &samples->current_capacity, sizeof *sample);
    samples->current[samples->current_count++] = *sample;
}

static bool is_ascending(const struct sample *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (items[i - 1].pid > items[i].pid)
            return false;
    return true;
}

void samples_turn(struct samples *samples)
{
    struct samples old = *samples;

    free_kept(samples, old.previous, old.previous_count);
    samples->previous = old.current;
    samples->previous_count = old.current_count;
    samples->previous_capacity = old.current_capacity;
    samples->current = old.previous;
    samples->current_count = 0;
    samples->cursor = 0;
    samples->current_capacity = old.previous_capacity;
    /* The kernel lists ascending pids, but that is a habit, not a promise. */
    if (!is_ascending(samples->previous, samples->previous_count))
        qsort(samples->previous, samples->previous_count, sizeof *samples->previous,
              compare_pids);
}
