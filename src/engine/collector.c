/* SPDX-License-Identifier: MIT */
#include "engine/collector.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/bell.h"
#include "engine/reader.h"
#include "engine/schedule.h"

enum {
    LOOK_MS = 50,       /* how often a reader at work is looked after */
    OVERSLEPT_MS = 150, /* then we were stopped ourselves, and the reader with us */
};

struct supervisor {
    struct wires *wires;
    struct office office;
    struct reader *reader; /* in office */
    int done;              /* readable when a reader has finished */
    struct engine_request request;
    uint64_t request_number;
    uint64_t refreshes_done;
    uint64_t due_ms; /* of the next pass by the interval */
    bool is_leaving; /* the keeper was asked for another collector */
};

static void take_request(struct supervisor *supervisor, uint64_t now_ms)
{
    unsigned interval_ms = supervisor->request.interval_ms;
    bool was_paused = supervisor->request.is_paused;

    if (control_request_number(supervisor->wires->control) == supervisor->request_number)
        return;
    supervisor->request_number =
        control_get_request(supervisor->wires->control, &supervisor->request);
    if (supervisor->request.interval_ms != interval_ms || was_paused)
        supervisor->due_ms = now_ms;
}

static bool is_scheduled(const struct supervisor *supervisor)
{
    return supervisor->request_number != 0 && !supervisor->request.is_paused &&
           supervisor->request.interval_ms > 0;
}

static void begin_pass(struct control *control, uint64_t now_ms)
{
    atomic_store(&control->pass_since_ms, now_ms);
    atomic_store(&control->hung_as_far_as, 0);
}

/* Whoever comes before it was read in this pass, and let its reader go. */
static void note_hang(struct control *control, const struct beat *beat)
{
    if (beat->pid > atomic_load(&control->hung_as_far_as))
        atomic_store(&control->hung_as_far_as, beat->pid);
}

/* Give the reader its next job, when there is one and it has none. */
static void assign(struct supervisor *supervisor, uint64_t now_ms)
{
    struct office *office = &supervisor->office;
    uint64_t refreshes = atomic_load(&supervisor->wires->control->refresh_number);
    bool is_due = is_scheduled(supervisor) && now_ms >= supervisor->due_ms;
    bool is_asked = supervisor->request_number != 0 && refreshes != supervisor->refreshes_done;

    pthread_mutex_lock(&office->lock);
    if (supervisor->request.focus_pid == 0)
        office->focus_pid = 0; /* so that the same one again is a new one */
    if (!office->is_busy) {
        office->wants_pass =
            is_due || is_asked || (office->is_behind && is_scheduled(supervisor));
        office->wants_focus = office_has_new_focus(office, &supervisor->request);
        office->is_busy = office->wants_pass || office->wants_focus;
        if (office->wants_pass) {
            supervisor->refreshes_done = refreshes;
            begin_pass(supervisor->wires->control, now_ms);
            quarantine_expire(&supervisor->wires->control->quarantine, now_ms);
        }
        if (is_due)
            supervisor->due_ms =
                schedule_next(supervisor->due_ms, now_ms,
                              schedule_pace(supervisor->request.interval_ms, office->took_ms,
                                            office->took_before_ms));
        pthread_cond_broadcast(&office->work);
    }
    pthread_mutex_unlock(&office->lock);
}

static void ask_keeper(struct supervisor *supervisor, enum keeper_ask ask)
{
    char byte = (char)ask;

    send(supervisor->wires->ask.user, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The read hangs. Another reader starts the pass again, without that read. */
static void replace_reader(struct supervisor *supervisor, const struct beat *beat,
                           uint64_t now_ms)
{
    struct office *office = &supervisor->office;
    struct control *control = supervisor->wires->control;

    pthread_mutex_lock(&office->lock);
    quarantine_add(&control->quarantine, beat->pid, beat->starttime, beat->fact, now_ms);
    note_hang(control, beat);
    office->hanging++;
    reader_abandon(supervisor->reader, beat);
    supervisor->reader = NULL;
    atomic_fetch_add(&control->epoch, 1);
    office->wants_pass = true;
    supervisor->is_leaving = office->hanging >= READERS_HANGING_MAX;
    pthread_cond_broadcast(&office->work);
    pthread_mutex_unlock(&office->lock);

    if (!supervisor->is_leaving && reader_start(office, &supervisor->reader) < 0)
        supervisor->is_leaving = true;
    if (supervisor->is_leaving)
        ask_keeper(supervisor, KEEPER_RESPAWN_COLLECTOR);
}

static uint64_t deadline_ms_of(uint32_t fact)
{
    switch (fact) {
    case FACT_EXE_FILE: /* paths are examined, and package lists read */
    case FACT_PACKAGE:
        return READ_DEADLINE_DISK_MS;
    default:
        return READ_DEADLINE_MS;
    }
}

static void look_after_reader(struct supervisor *supervisor)
{
    uint64_t now_ms = control_now_ms();
    struct beat beat, again;

    if (supervisor->is_leaving || !control_look(supervisor->wires->control, &beat) ||
        now_ms < beat.since_ms + deadline_ms_of(beat.fact))
        return;
    if (now_ms < beat.since_ms + READ_DEADLINE_RUNNABLE_MS &&
        reader_is_runnable(supervisor->reader))
        return;
    /* Looking took time: it may have come back just now. */
    if (control_look(supervisor->wires->control, &again) && again.pid == beat.pid &&
        again.fact == beat.fact && again.since_ms == beat.since_ms)
        replace_reader(supervisor, &beat, now_ms);
}

static int patience(struct supervisor *supervisor, uint64_t now_ms)
{
    int files_ms = file_client_patience(supervisor->office.files, now_ms);
    int wait_ms = -1;

    pthread_mutex_lock(&supervisor->office.lock);
    if (supervisor->office.is_busy)
        wait_ms = LOOK_MS;
    else if (is_scheduled(supervisor))
        wait_ms = supervisor->due_ms > now_ms && !supervisor->office.is_behind
                      ? (int)(supervisor->due_ms - now_ms)
                      : 0;
    pthread_mutex_unlock(&supervisor->office.lock);
    return wait_ms < 0 || (files_ms >= 0 && files_ms < wait_ms) ? files_ms : wait_ms;
}

static void supervise(struct supervisor *supervisor)
{
    uint64_t now_ms = control_now_ms();

    take_request(supervisor, now_ms);
    assign(supervisor, now_ms);
    struct pollfd polled[] = {
        {.fd = supervisor->wires->bell.server, .events = POLLIN},
        {.fd = supervisor->wires->ask.user,    .events = POLLIN},
        {.fd = supervisor->wires->files.user,  .events = POLLIN},
        {.fd = supervisor->done,               .events = POLLIN},
    };
    int patience_ms = patience(supervisor, now_ms);
    if (poll(polled, 4, patience_ms) < 0 && errno != EINTR)
        _exit(1);
    if ((polled[0].revents | polled[1].revents) & (POLLHUP | POLLERR))
        _exit(0); /* the screen or the keeper is gone */
    bell_silence(supervisor->wires->bell.server);
    bell_silence(supervisor->done);
    if (file_client_serve(supervisor->office.files, control_now_ms()))
        ask_keeper(supervisor, KEEPER_RESPAWN_FILE_WORKER);
    if (patience_ms >= 0 && patience_ms <= LOOK_MS && control_now_ms() < now_ms + OVERSLEPT_MS)
        look_after_reader(supervisor);
}

/* Go on where the collector before was killed. What it was reading then is
 * suspected of having killed it, and left alone for a moment. */
static void inherit(struct control *control)
{
    uint64_t now_ms = control_now_ms();
    struct beat beat;

    if (control_look(control, &beat))
        quarantine_add(&control->quarantine, beat.pid, beat.starttime, beat.fact, now_ms);
    quarantine_inherit(&control->quarantine, now_ms);
    atomic_fetch_add(&control->epoch, 1);
}

_Noreturn void collector_run(struct wires *wires)
{
    struct supervisor supervisor = {.wires = wires};
    struct office *office = &supervisor.office;

    inherit(wires->control);
    office->wires = wires;
    office->names = names_new();
    office->files = file_client_new(wires->files.user, &wires->control->are_files_off);
    office->retries_from_ms = control_now_ms() + COLLECTOR_CHILDHOOD_MS + LOOK_MS;
    pthread_mutex_init(&office->lock, NULL);
    pthread_cond_init(&office->work, NULL);
    /* A collector that took over owes the pass that its predecessor died in. */
    supervisor.refreshes_done = atomic_load(&wires->control->serial) > 0 ? UINT64_MAX : 0;
    if (bell_new(&supervisor.done, &office->done) < 0 ||
        reader_start(office, &supervisor.reader) < 0)
        _exit(1);
    for (;;)
        supervise(&supervisor);
}
