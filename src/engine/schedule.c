/* SPDX-License-Identifier: MIT */
#include "engine/schedule.h"

uint64_t schedule_next(uint64_t due_ms, uint64_t now_ms, uint64_t interval_ms)
{
    if (now_ms < due_ms)
        return due_ms;
    return due_ms + ((now_ms - due_ms) / interval_ms + 1) * interval_ms;
}
