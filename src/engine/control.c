/* SPDX-License-Identifier: MIT */
#include "engine/control.h"

#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"

#if defined __SANITIZE_THREAD__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wtsan"
#endif

enum { LOOK_TRIES_MAX = 64 };

struct control *control_new(void)
{
    struct control *control =
        mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return control == MAP_FAILED ? NULL : control;
}

void control_free(struct control *control)
{
    if (control)
        munmap(control, sizeof *control);
}

uint64_t control_now_ms(void)
{
    /* A few milliseconds coarse and a fifth of the price; it is asked before
     * every read. */
    return clock_now_ns(CLOCK_MONOTONIC_COARSE) / NS_PER_MS;
}

void control_put_request(struct control *control, const struct engine_request *request)
{
    uint64_t number = atomic_load_explicit(&control->request_number, memory_order_relaxed) | 1;

    atomic_store_explicit(&control->request_number, number, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    control->request = *request;
    atomic_store_explicit(&control->request_number, number + 1, memory_order_release);
}

uint64_t control_request_number(const struct control *control)
{
    return atomic_load_explicit(&control->request_number, memory_order_acquire) & ~UINT64_C(1);
}

uint64_t control_get_request(const struct control *control, struct engine_request *ret_request)
{
    for (;;) {
        uint64_t number = atomic_load_explicit(&control->request_number, memory_order_acquire);
        struct engine_request request;

        if (number < 2)
            return 0;
        memcpy(&request, (const void *)&control->request, sizeof request);
        atomic_thread_fence(memory_order_acquire);
        if (number % 2 == 0 &&
            atomic_load_explicit(&control->request_number, memory_order_relaxed) == number) {
            /* Whoever wrote it may have been taken over. */
            request.path[sizeof request.path - 1] = '\0';
            *ret_request = request;
            return number;
        }
    }
}

void control_beat(struct control *control, uint64_t epoch, const struct beat *beat)
{
    /* Each reader has its own, so that one that comes back from a hanging read
     * does not beat for the one that took over. */
    struct heartbeat *heart = &control->heartbeats[epoch % CONTROL_READER_MAX];
    uint64_t number = atomic_load_explicit(&heart->number, memory_order_relaxed) | 1;

    atomic_store_explicit(&heart->number, number, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&heart->pid, beat->pid, memory_order_relaxed);
    atomic_store_explicit(&heart->fact, beat->fact, memory_order_relaxed);
    atomic_store_explicit(&heart->starttime, beat->starttime, memory_order_relaxed);
    atomic_store_explicit(&heart->since_ms, beat->since_ms, memory_order_relaxed);
    atomic_store_explicit(&heart->number, number + 1, memory_order_release);
}

bool control_look(const struct control *control, struct beat *ret_beat)
{
    uint64_t epoch = atomic_load_explicit(&control->epoch, memory_order_acquire);
    const struct heartbeat *heart = &control->heartbeats[epoch % CONTROL_READER_MAX];

    for (int tries = 0; tries < LOOK_TRIES_MAX; tries++) {
        uint64_t number = atomic_load_explicit(&heart->number, memory_order_acquire);
        struct beat beat = {
            .pid = atomic_load_explicit(&heart->pid, memory_order_relaxed),
            .fact = atomic_load_explicit(&heart->fact, memory_order_relaxed),
            .starttime = atomic_load_explicit(&heart->starttime, memory_order_relaxed),
            .since_ms = atomic_load_explicit(&heart->since_ms, memory_order_relaxed),
        };

        atomic_thread_fence(memory_order_acquire);
        if (number % 2 != 0 ||
            atomic_load_explicit(&heart->number, memory_order_relaxed) != number)
            continue;
        if (beat.since_ms == 0 || beat.fact >= FACT_COUNT)
            return false;
        *ret_beat = beat;
        return true;
    }
    return false;
}
