/* SPDX-License-Identifier: MIT */
#include "engine/wires.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/bell.h"
#include "model/snapshot.h"

/* Some 300,000 processes; and one process with a million mappings. */
static const uint64_t letter_max = SNAPSHOT_SIZE_MAX / 4;
static const uint64_t focus_letter_max = SNAPSHOT_SIZE_MAX / 8;

static int wire_init(struct wire *wire)
{
    return bell_new(&wire->user, &wire->server);
}

static void wire_release(struct wire *wire)
{
    if (wire->user >= 0)
        close(wire->user);
    if (wire->server >= 0)
        close(wire->server);
}

/* Started with a closed standard descriptor, ours would take its place, and be
 * replaced by /dev/null in the children. Opened the wrong way round: who uses it
 * still learns that it was closed. */
static int occupy_standard_descriptors(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return -errno;
    return 0;
}

int wires_init(struct wires *wires)
{
    struct wire *pairs[] = {&wires->bell, &wires->keeper, &wires->ask, &wires->files};
    int error;

    *wires = (struct wires){.letters = MAILBOX_NONE, .focus = MAILBOX_NONE, .events = -1};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        *pairs[i] = (struct wire){-1, -1};

    error = occupy_standard_descriptors();
    if (!error) {
        wires->control = control_new();
        error = wires->control ? 0 : -errno;
    }
    for (size_t i = 0; !error && i < sizeof pairs / sizeof *pairs; i++)
        error = wire_init(pairs[i]);
    if (!error)
        error = mailbox_init(&wires->letters, letter_max);
    if (!error)
        error = mailbox_init(&wires->focus, focus_letter_max);
    if (error)
        wires_release(wires);
    return error;
}

void wires_tell(struct wires *wires, struct gather_options *options)
{
    options->events = wires->events;
    options->census = wires->census;
    wires->census = (struct gather_census){0};
}

void wires_release(struct wires *wires)
{
    wire_release(&wires->bell);
    wire_release(&wires->keeper);
    wire_release(&wires->ask);
    wire_release(&wires->files);
    mailbox_release(&wires->letters);
    mailbox_release(&wires->focus);
    control_free(wires->control);
    free(wires->proc_root);
    free(wires->remote);
    free(wires->remote_token);
}
