/* SPDX-License-Identifier: MIT */
/*
 * bell - wakes somebody who polls in another process, and never blocks.
 *
 * A pair of sockets and not an eventfd: whether a call on an eventfd blocks is
 * decided by a flag of the description both sides share, so a hostile collector
 * could clear O_NONBLOCK and make the screen wait. On a socket each call says
 * so for itself.
 */
#ifndef ENGINE_BELL_H
#define ENGINE_BELL_H

/* Two ends; either may ring, the other one becomes readable. */
int bell_new(int *ret_one, int *ret_other);

/* Wake whoever polls the other end. A bell that is ringing already stays so. */
void bell_ring(int end);

/* Stop being readable, until the next ring. */
void bell_silence(int end);

#endif
