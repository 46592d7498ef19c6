/* SPDX-License-Identifier: MIT */
/*
 * file_client - the collector's side of the file worker: what is known of which
 * file, what is asked, and whether the answer is overdue.
 *
 * Digests are kept by (dev, ino, size, mtime, ctime), so each file is read
 * once. The worker has one request at a time: when it hangs, it is known where.
 * Safe to call from several threads; no call waits for the worker.
 */
#ifndef ENGINE_FILE_CLIENT_H
#define ENGINE_FILE_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "gather/gather.h"

enum { FILE_DEADLINE_MS = 5000 };

struct file_client;

/* While *are_off nothing is asked: answers not known yet are FACT_BLOCKED. */
struct file_client *file_client_new(int socket, const _Atomic bool *are_off);
void file_client_free(struct file_client *client);

/* What the gatherer is given. */
struct gather_files file_client_hooks(struct file_client *client);

/* Take answers and pass on the next request. True when the worker is overdue:
 * its file is given up as FACT_BLOCKED, and somebody must replace the worker. */
bool file_client_serve(struct file_client *client, uint64_t now_ms);

/* Milliseconds until the worker is overdue; -1 when it has nothing to do. */
int file_client_patience(struct file_client *client, uint64_t now_ms);

#endif
