/* SPDX-License-Identifier: MIT */
#include "engine/schedule.h"

uint64_t schedule_next(uint64_t due_ms, uint64_t now_ms, uint64_t interval_ms)
{
    if (now_ms < due_ms)
        return due_ms;
    return due_ms + ((now_ms - due_ms) / interval_ms + 1) * interval_ms;
}

uint64_t schedule_pace(uint64_t interval_ms, uint64_t took_ms, uint64_t took_before_ms)
{
    uint64_t busy_ms = 2 * (took_ms < took_before_ms ? took_ms : took_before_ms);

    return busy_ms <= interval_ms ? interval_ms
                                  : (busy_ms + interval_ms - 1) / interval_ms * interval_ms;
}
