/* SPDX-License-Identifier: MIT */
/*
 * deed - what a program needs done that it gave up the right to do itself: write
 * the user's configuration, dump a process.
 *
 * The program registers its deeds before it parses anything; the keeper runs one in
 * a process of its own, forked from what the program was then, with the privileges
 * of its role and no longer than its deadline. Whoever asks may have been taken over
 * by then, so a request is checked as if it came from an enemy.
 */
#ifndef ENGINE_DEED_H
#define ENGINE_DEED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "engine/privilege.h"

enum {
    DEED_REQUEST_MAX = 4 << 20,
    DEED_ANSWER_MAX = 4 << 20,
    DEEDS_MAX = 8, /* at once, those that hang included */
};

struct deed {
    const char *name; /* what ps shows: up to 15 characters */
    enum privilege_role role;
    unsigned deadline_ms;
    void (*run)(struct span request, struct strbuf *answer);
    /* Instead, for one that goes on talking: heads and bytes, both ways. */
    void (*converse)(struct span request, int socket);
};

/* Before the bytes of an answer; an error instead of an answer has none. */
struct deed_head {
    int32_t error; /* negative errno */
    uint32_t length;
};

/* The keeper's: who is at it. */
struct deeds {
    struct {
        pid_t pid; /* 0: free */
        uint64_t until_ms;
        bool is_killed;
    } running[DEEDS_MAX];
};

/* Run it on what stands in the file request, and have it write to the socket: a
 * head and bytes. Closes neither. Negative errno. */
int deeds_begin(struct deeds *deeds, const struct deed *deed, int request, int answer);

/* Instead of running one. */
void deed_refuse(int answer, int error);

/* Kill those that take too long. */
void deeds_end_overdue(struct deeds *deeds, uint64_t now_ms);

/* Milliseconds until the next one does; -1 when none is at work. */
int deeds_patience(const struct deeds *deeds, uint64_t now_ms);

/* A child of the keeper was reaped. */
void deeds_note_death(struct deeds *deeds, pid_t pid);

void deeds_kill_all(struct deeds *deeds);
bool deeds_are_over(const struct deeds *deeds);

#endif
