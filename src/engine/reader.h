/* SPDX-License-Identifier: MIT */
/*
 * reader - the thread of the collector that reads /proc, and the office it
 * holds.
 *
 * A read that hangs cannot be interrupted, so a reader that misses its deadline
 * is abandoned: the office's epoch moves on and a new reader takes over. Each
 * reader owns its gatherer and its buffers. The one that hangs may be anywhere
 * in its own when the read comes back (the kernel still writes into its buffer),
 * so they are never shared or handed over. What must not be lost is elsewhere:
 * all that was kept of each process in the last letter (gather_succeed()), digests
 * in the file client. A reader that comes back finds every read forbidden, ends its pass,
 * publishes nothing, and frees what it owns.
 */
#ifndef ENGINE_READER_H
#define ENGINE_READER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/control.h"
#include "engine/file_client.h"
#include "engine/names.h"
#include "engine/wires.h"

/* Shared by the supervisor and all readers, those that hang included. */
struct office {
    struct wires *wires;
    struct file_client *files;
    struct names *names;
    pthread_mutex_t lock; /* guards what follows and control->quarantine */
    pthread_cond_t work;
    bool wants_pass; /* jobs for the reader in office */
    bool wants_focus;
    bool is_busy;     /* it has taken one, or will at once */
    int done;         /* a bell: rings when it has finished */
    unsigned hanging; /* abandoned readers that did not come back */
    /* A young collector tries no quarantined read: several that kill it would
     * else keep it from getting anywhere. */
    uint64_t retries_from_ms;
    unsigned failed;      /* passes in a row that could not list /proc */
    bool is_behind;       /* the last pass over everybody put something off: the next is due */
    unsigned catching_up; /* passes in a row that did */
    uint64_t took_ms;     /* the last one that is not followed at once; and the one before */
    uint64_t took_before_ms;
    int32_t focus_pid; /* what the last focus snapshot was of */
    uint64_t focus_starttime;
};

struct reader;

/* A reader of the current epoch. Negative errno when there is no thread. */
int reader_start(struct office *office, struct reader **ret_reader);

/* It waits for the processor, or uses it: slow, but nothing hangs. */
bool reader_is_runnable(const struct reader *reader);

/* The request has a focus that no snapshot was published of yet. With the lock
 * held. */
bool office_has_new_focus(const struct office *office, const struct engine_request *request);

/* By the supervisor, with the lock held and the office's epoch moved on: it
 * hangs in that read. The reader then belongs to itself. */
void reader_abandon(struct reader *reader, const struct beat *beat);

#endif
