/* SPDX-License-Identifier: MIT */
/*
 * signal - sending a signal to the process that was meant, and to no other.
 *
 * Through a pidfd after the start time was compared on the same process, so
 * that a reused pid is never hit. Refuses pid 1, kernel threads, ourselves and
 * our ancestors.
 */
#ifndef RESPONSE_SIGNAL_H
#define RESPONSE_SIGNAL_H

#include <stdint.h>

enum signal_result {
    SIGNAL_SENT,
    SIGNAL_GONE,        /* the process is no more, or its pid is another one */
    SIGNAL_REFUSED,     /* by us: pid 1, kernel thread, self, ancestor */
    SIGNAL_NOT_ALLOWED, /* EPERM */
    SIGNAL_FAILED,      /* anything else: errno in *ret_error */
};

enum signal_result signal_process(int32_t pid, uint64_t starttime, int number, int *ret_error);

/* "sent", "gone", ... */
const char *signal_result_text(enum signal_result result);

#endif
