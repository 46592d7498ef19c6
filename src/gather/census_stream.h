/* SPDX-License-Identifier: MIT */
/*
 * census_stream - the records of one iterator, as they come, beside a list of pids that
 * ascends as they do. They are read once and passed over once: who is asked for out of
 * order, or was passed over, is not found. Knows what all records begin with
 * (census_record.h), and nothing of the rest.
 */
#ifndef GATHER_CENSUS_STREAM_H
#define GATHER_CENSUS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "gather/census_record.h"

struct census_stream {
    int fd;            /* owned; negative: none */
    size_t body_least; /* of a record, with its head */
    char *bytes;       /* read, and not passed over yet: */
    size_t begin, end;
};

/* Takes over the descriptor, zero or less for none. No record is smaller than that. */
void census_stream_init(struct census_stream *stream, int fd, size_t record_least);
void census_stream_release(struct census_stream *stream);

/* The first record of that pid that was not passed over: all of its bytes, valid until
 * the next call. Passes over all of lower pids. False when there is none, or no more. */
bool census_stream_find(struct census_stream *stream, int32_t pid, struct census_head *ret_head,
                        struct span *ret_record);

/* Pass over the one that was found last. */
void census_stream_pass(struct census_stream *stream, const struct census_head *head);

#endif
