/* SPDX-License-Identifier: MIT */
/*
 * fatal - the end of the program for what cannot be reported as a value: no
 * memory, or an invariant of ours that does not hold. Never for bad input.
 */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

enum { FATAL_EXIT_STATUS = 70 }; /* EX_SOFTWARE of sysexits.h */

/* What must happen before the message can be read: procwatch-top restores the
 * terminal. One hook; NULL takes it away. */
void fatal_set_hook(void (*restore)(void));

_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
