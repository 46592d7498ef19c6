/* SPDX-License-Identifier: MIT */
/*
 * schedule - when the next pass begins: on a grid of the interval, so that it
 * never drifts; a pass that took longer costs the ticks it ran over, and they
 * are not made up for.
 */
#ifndef ENGINE_SCHEDULE_H
#define ENGINE_SCHEDULE_H

#include <stdint.h>

/* The first tick after now, of the grid that due lies on. */
uint64_t schedule_next(uint64_t due_ms, uint64_t now_ms, uint64_t interval_ms);

/* The interval to keep to when that one was asked for, and the last pass and the one
 * before took so long: as many intervals as leave half of the time to others. One
 * slow pass alone, like the first, changes nothing. */
uint64_t schedule_pace(uint64_t interval_ms, uint64_t took_ms, uint64_t took_before_ms);

#endif
