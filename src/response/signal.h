/* SPDX-License-Identifier: MIT */
/*
 * signal - sending a signal to the process that was meant, and to no other.
 *
 * A pin holds the process itself, by its directory in /proc: what is read and
 * signalled through it is one process, whoever has its pid later. Refuses pid 1,
 * kernel threads, ourselves and our ancestors.
 */
#ifndef RESPONSE_SIGNAL_H
#define RESPONSE_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum signal_result {
    SIGNAL_SENT,
    SIGNAL_GONE,        /* the process is no more, or its pid is another one */
    SIGNAL_REFUSED,     /* by us: pid 1, kernel thread, self, ancestor, our own crew */
    SIGNAL_NOT_ALLOWED, /* EPERM */
    SIGNAL_UNSURE,      /* its start time cannot be read, and it looks like another one */
    SIGNAL_FAILED,      /* anything else: errno in *ret_error */
};

enum { SIGNAL_NAME_SIZE = 64 };

/* As the user saw it. */
struct signal_target {
    uint64_t starttime;
    int32_t pid;
    uint32_t uid;                /* real */
    char name[SIGNAL_NAME_SIZE]; /* comm; empty: not known, nor is uid */
};

struct signal_pin {
    int directory; /* /proc/PID; -1 unless result is SIGNAL_SENT */
    struct signal_target target;
    enum signal_result result; /* SIGNAL_SENT: may be signalled */
    int error;
    bool has_same_look; /* name and user are the target's */
};

/* Hold the process. Reads only what no process can make hang. */
void signal_pin(struct signal_pin *pin, const struct signal_target *target);

/* Is it the process of that start time? May hang with a process in execve(2). */
enum signal_result signal_verify(const struct signal_pin *pin, int *ret_error);

/* Send; to be called after signal_verify(), or where that hung. */
enum signal_result signal_send(const struct signal_pin *pin, int number, int *ret_error);

/* Its state now: 'S', 'D', 'T' ...; 0 when it is gone, zombies included. */
char signal_state(const struct signal_pin *pin);

void signal_unpin(struct signal_pin *pin);

/* The parent of a process, from its status; 0 when it cannot be told. */
int32_t signal_parent_of(int32_t pid);

/* "sent", "gone", ... */
const char *signal_result_text(enum signal_result result);

#endif
