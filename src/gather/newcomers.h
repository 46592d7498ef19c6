/* SPDX-License-Identifier: MIT */
/*
 * newcomers - sockets that were not there in the pass before, and which of them
 * were found with some process since. Knows inode numbers, nothing else.
 *
 * Those that nobody is found with tell that the descriptors of somebody changed
 * who was thought to have the same.
 */
#ifndef GATHER_NEWCOMERS_H
#define GATHER_NEWCOMERS_H

#include <stddef.h>
#include <stdint.h>

/* Open addressing; a slot holds twice the inode number, one more for a newcomer
 * that nobody was found with; 0: free. */
struct inode_set {
    uint64_t *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t used;
};

struct newcomers {
    struct inode_set now;
    struct inode_set before;
    size_t count; /* newcomers that nobody was found with */
};

void newcomers_release(struct newcomers *newcomers);

/* The start of a pass. */
void newcomers_begin(struct newcomers *newcomers);

/* There is a socket. */
void newcomers_see(struct newcomers *newcomers, uint64_t inode);

/* Some process has it. */
void newcomers_claim(struct newcomers *newcomers, uint64_t inode);

#endif
