/* SPDX-License-Identifier: MIT */
#include "gather/census_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* The kernel collects 32 KB before it hands anything out. More would be older by the time
 * that it is used. */
enum { BUFFER_SIZE = 32 * 1024 };

void census_stream_init(struct census_stream *stream, int fd, size_t record_least)
{
    *stream = (struct census_stream){
        .fd = fd > 0 ? fd : -1,
        .body_least = record_least,
        .bytes = fd > 0 ? memory_new(BUFFER_SIZE, 1) : NULL,
    };
}

void census_stream_release(struct census_stream *stream)
{
    if (stream->fd >= 0)
        close(stream->fd);
    free(stream->bytes);
    *stream = (struct census_stream){.fd = -1};
}

/* More bytes behind those that are left. False at the end, and for good. */
static bool fill(struct census_stream *stream)
{
    ssize_t got;

    if (stream->fd < 0)
        return false;
    stream->end -= stream->begin;
    memmove(stream->bytes, stream->bytes + stream->begin, stream->end);
    stream->begin = 0;
    do /* EAGAIN: after a million of files, so that whoever reads can be interrupted */
        got = read(stream->fd, stream->bytes + stream->end, BUFFER_SIZE - stream->end);
    while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got <= 0) {
        census_stream_release(stream);
        return false;
    }
    stream->end += (size_t)got;
    return true;
}

/* The next record, whole, whosever it is. What is no record ends it. */
static bool look(struct census_stream *stream, struct census_head *ret_head)
{
    while (stream->end - stream->begin < sizeof *ret_head)
        if (!fill(stream))
            return false;
    memcpy(ret_head, stream->bytes + stream->begin, sizeof *ret_head);
    if (ret_head->size < stream->body_least || ret_head->size > CENSUS_RECORD_MAX) {
        census_stream_release(stream);
        return false;
    }
    while (stream->end - stream->begin < ret_head->size)
        if (!fill(stream))
            return false;
    return true;
}

bool census_stream_find(struct census_stream *stream, int32_t pid, struct census_head *ret_head,
                        struct span *ret_record)
{
    struct census_head head;

    while (look(stream, &head)) {
        if (head.pid > pid)
            return false;
        if (head.pid == pid) {
            *ret_head = head;
            *ret_record = span_of(stream->bytes + stream->begin, head.size);
            return true;
        }
        census_stream_pass(stream, &head);
    }
    return false;
}

void census_stream_pass(struct census_stream *stream, const struct census_head *head)
{
    stream->begin += head->size;
}
