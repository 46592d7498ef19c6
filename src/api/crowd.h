/* SPDX-License-Identifier: MIT */
/*
 * crowd - the connections that are open, by how long their request takes.
 *
 * libmicrohttpd's time-out counts idle time only, so a byte now and then holds a
 * place for ever. Here a whole request has a deadline and the sending of its
 * answer another, and in a crowd a newcomer pushes out who has waited longest: slow clients
 * cannot lock out others. Pushing out is shutdown(2); the HTTP library then sees the end.
 */
#ifndef API_CROWD_H
#define API_CROWD_H

#include <stddef.h>

struct crowd_member;

/* Zero is the empty crowd. */
struct crowd {
    struct crowd_member *oldest, *newest;
    size_t count;
};

struct crowd_member *crowd_add(struct crowd *crowd, int fd);
void crowd_remove(struct crowd *crowd, struct crowd_member *member); /* NULL is fine */

/* Its request is here: it has more time to take the answer, which may be large. */
void crowd_answer(struct crowd_member *member);

/* Its request was answered: the next one's time starts now. */
void crowd_restart(struct crowd *crowd, struct crowd_member *member);

void crowd_shut_late_ones(struct crowd *crowd);

/* Until the next one is late; -1 for an empty crowd. */
int crowd_timeout_ms(const struct crowd *crowd);

#endif
