/* SPDX-License-Identifier: MIT */
#include "engine/reader.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/problem.h"
#include "base/span.h"
#include "engine/bell.h"
#include "engine/collector.h"
#include "engine/desk.h"
#include "engine/schedule.h"
#include "model/snapshot.h"

enum {
    FAILED_PASSES_MAX = 3,
    /* Then they keep to the interval again: who forks without end shall not keep us at
     * work without a pause. Enough for thousands with a hundred descriptors each. */
    CATCHING_UP_MAX = 16,
};

struct reader {
    struct office *office;
    uint64_t epoch;
    _Atomic pid_t tid;
    struct desk all;
    struct desk focus;   /* without a gatherer until there is a focus */
    struct beat beat;    /* the last one */
    int32_t pid_at_hand; /* of the pass over everybody */
    bool has_retried;    /* a quarantined read, in this pass: one is enough */
    bool is_retrying;    /* and it was the last one that began */
    struct beat hung_at; /* where it was abandoned */
    bool has_told_of_return;
    uint64_t request_seen; /* by publish_new_focus() */
};

static bool is_in_office(const struct reader *reader)
{
    return atomic_load(&reader->office->wires->control->epoch) == reader->epoch;
}

static void rest(struct reader *reader)
{
    reader->beat = (struct beat){0};
    /* Long abandoned, it may share its heart with a later one. */
    if (is_in_office(reader))
        control_beat(reader->office->wires->control, reader->epoch, &reader->beat);
}

static void tell_of_return(struct reader *reader)
{
    struct office *office = reader->office;

    if (reader->has_told_of_return)
        return;
    reader->has_told_of_return = true;
    pthread_mutex_lock(&office->lock);
    office->hanging--;
    quarantine_returned(&office->wires->control->quarantine, reader->hung_at.pid,
                        reader->hung_at.starttime, reader->hung_at.fact, control_now_ms());
    pthread_mutex_unlock(&office->lock);
}

/* The read before this moment came back. */
static void note_return(struct reader *reader)
{
    struct office *office = reader->office;

    if (!is_in_office(reader)) {
        tell_of_return(reader);
    } else if (reader->is_retrying) {
        reader->is_retrying = false;
        pthread_mutex_lock(&office->lock);
        quarantine_remove(&office->wires->control->quarantine, reader->beat.pid,
                          reader->beat.starttime, reader->beat.fact);
        pthread_mutex_unlock(&office->lock);
    }
}

static void publish_new_focus(struct reader *reader);

static void before(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    struct desk *desk = context;
    struct reader *reader = desk->reader;

    /* Between two processes: whoever opened the detail pane does not wait for
     * the end of a pass. */
    if (desk == &reader->all && reader->pid_at_hand != pid && !reader->is_retrying) {
        reader->pid_at_hand = pid;
        publish_new_focus(reader);
    }
    /* A read that is_quarantined() let through is the one that begins now. */
    if (!reader->is_retrying || reader->beat.pid != pid || reader->beat.fact != fact)
        note_return(reader);
    reader->beat = (struct beat){pid, fact, starttime, control_now_ms()};
    control_beat(reader->office->wires->control, reader->epoch, &reader->beat);
}

/* With the lock held. */
static bool is_closed(struct reader *reader, int32_t pid, uint64_t starttime, enum fact fact)
{
    struct quarantine *quarantine = &reader->office->wires->control->quarantine;
    uint64_t now_ms = control_now_ms();

    if (quarantine_is_closed(quarantine, pid, starttime, fact, now_ms))
        return true;
    if (!quarantine_find(quarantine, pid, starttime, fact))
        return false;
    /* At most one try a pass, so that many of them together cannot make a pass
     * much longer than one of them does. */
    if (reader->has_retried || now_ms < reader->office->retries_from_ms)
        return true;
    reader->has_retried = true;
    reader->is_retrying = true;
    reader->beat = (struct beat){pid, fact, starttime, 0};
    return false;
}

static bool is_quarantined(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    struct desk *desk = context;
    struct reader *reader = desk->reader;
    struct office *office = reader->office;

    if (!is_in_office(reader)) {
        tell_of_return(reader);
        return true;
    }
    if (atomic_load(&office->wires->control->quarantine.count) == 0)
        return false;
    pthread_mutex_lock(&office->lock);
    bool is_shut = is_closed(reader, pid, starttime, fact);
    pthread_mutex_unlock(&office->lock);
    return is_shut;
}

/* Only a pass in which reads hang is too long: a large machine takes its time. Those
 * in front of the last that hung were read before, and did not. */
static bool is_late(void *context, int32_t pid)
{
    const struct desk *desk = context;
    const struct control *control = desk->reader->office->wires->control;
    int32_t hung_as_far_as = atomic_load(&control->hung_as_far_as);

    return hung_as_far_as > 0 && pid > hung_as_far_as &&
           control_now_ms() > atomic_load(&control->pass_since_ms) + PASS_DEADLINE_MS;
}

/* Another one made the same pass meanwhile. */
static bool is_given_up(void *context)
{
    const struct desk *desk = context;

    return !is_in_office(desk->reader);
}

_Noreturn static void give_up(struct office *office, const char *reason, int error)
{
    char *failure = office->wires->control->failure;

    snprintf(failure, CONTROL_TEXT_SIZE, "%s%s%s", reason, error ? ": " : "",
             error ? strerror(-error) : "");
    _exit(COLLECTOR_GIVES_UP);
}

static void set_up(struct desk *desk, struct reader *reader, struct mailbox *mailbox)
{
    struct office *office = reader->office;
    struct gather_options options = {
        .proc_root = office->wires->proc_root,
        .watch = {before, is_quarantined, is_late, is_given_up, desk},
        .names = names_hooks(office->names),
        .files = file_client_hooks(office->files),
    };
    const char *reason = "";

    if (desk == &reader->all)
        wires_tell(office->wires, &options);
    desk->reader = reader;
    if (desk_init(desk, &options, mailbox, &reason) < 0)
        give_up(office, reason, 0);
}

/* With the lock held. */
static void keep_pace(struct office *office, struct snapshot_header *header)
{
    struct engine_request request;

    office->catching_up = header->unfinished > 0 ? office->catching_up + 1 : 0;
    office->is_behind = office->catching_up > 0 && office->catching_up <= CATCHING_UP_MAX;
    if (!office->is_behind) { /* passes that catch up are longer */
        office->took_before_ms = office->took_ms;
        office->took_ms = header->gather_wall_us / 1000;
    }
    if (control_get_request(office->wires->control, &request) != 0 && request.interval_ms > 0)
        header->pace_ms =
            schedule_pace(request.interval_ms, office->took_ms, office->took_before_ms);
}

static int publish(struct desk *desk, const struct gather_request *request)
{
    struct reader *reader = desk->reader;
    struct office *office = reader->office;
    struct control *control = office->wires->control;

    /* A pass begins with what is not about one process; a focus is served in the
     * middle of another pass, whose last read came back. */
    note_return(reader);
    rest(reader);
    snapshot_builder_clear(desk->builder);
    int error = gather_pass(desk->gather, request, desk->builder);
    note_return(reader);
    rest(reader);
    if (error)
        return error;
    if (control->are_files_off)
        snapshot_builder_add_note(desk->builder, PROBLEM_WARNING,
                                  "executables are not digested: too many of them hang");

    pthread_mutex_lock(&office->lock);
    if (is_in_office(reader)) {
        if (desk == &reader->all)
            keep_pace(office, snapshot_builder_header(desk->builder));
        error = desk_post(desk, ++control->serial);
    }
    pthread_mutex_unlock(&office->lock);
    return error;
}

static int publish_all(struct reader *reader)
{
    struct engine_request request;

    if (control_get_request(reader->office->wires->control, &request) == 0)
        return 0;
    reader->has_retried = false;
    reader->pid_at_hand = 0;
    return publish(&reader->all,
                   &(struct gather_request){.wanted = request.wanted,
                                            .may_put_off = request.may_put_off,
                                            .wants_threads = request.wants_threads,
                                            .path = request.path});
}

static void publish_focus(struct reader *reader)
{
    struct office *office = reader->office;
    struct engine_request request;

    if (!is_in_office(reader) || control_get_request(office->wires->control, &request) == 0)
        return;
    pthread_mutex_lock(&office->lock);
    office->focus_pid = request.focus_pid;
    office->focus_starttime = request.focus_starttime;
    pthread_mutex_unlock(&office->lock);
    if (request.focus_pid <= 0)
        return;
    if (!reader->focus.gather)
        set_up(&reader->focus, reader, &office->wires->focus);
    desk_inherit(&reader->focus, reader->all.mailbox);
    publish(&reader->focus, &(struct gather_request){
                                .wanted = FACT_ALL,
                                .focus_pid = request.focus_pid,
                                .focus_starttime = request.focus_starttime,
                            });
}

static void publish_new_focus(struct reader *reader)
{
    struct office *office = reader->office;
    uint64_t number = control_request_number(office->wires->control);
    struct engine_request request;

    if (number == reader->request_seen || !is_in_office(reader))
        return;
    reader->request_seen = number;
    if (control_get_request(office->wires->control, &request) == 0)
        return;
    pthread_mutex_lock(&office->lock);
    bool is_new = office_has_new_focus(office, &request);
    pthread_mutex_unlock(&office->lock);
    if (is_new)
        publish_focus(reader);
}

bool office_has_new_focus(const struct office *office, const struct engine_request *request)
{
    return request->focus_pid > 0 && (request->focus_pid != office->focus_pid ||
                                      request->focus_starttime != office->focus_starttime);
}

/* Wait for a job; false when somebody else holds the office. */
static bool take_job(struct reader *reader, bool *ret_pass)
{
    struct office *office = reader->office;
    bool is_ours;

    pthread_mutex_lock(&office->lock);
    while ((is_ours = is_in_office(reader)) && !office->wants_pass && !office->wants_focus)
        pthread_cond_wait(&office->work, &office->lock);
    if (is_ours) {
        *ret_pass = office->wants_pass;
        office->wants_pass = office->wants_focus = false;
    }
    pthread_mutex_unlock(&office->lock);
    return is_ours;
}

static bool is_periodic(const struct office *office)
{
    struct engine_request request;

    return control_get_request(office->wires->control, &request) != 0 &&
           request.interval_ms > 0;
}

static void finish_job(struct reader *reader, int error)
{
    struct office *office = reader->office;

    pthread_mutex_lock(&office->lock);
    if (is_in_office(reader)) {
        office->failed = error ? office->failed + 1 : 0;
        if (error)
            office->is_behind = false;
        if (office->failed >= FAILED_PASSES_MAX)
            give_up(office, "the processes cannot be listed or reported", error);
        /* Who asked for one pass waits for it, and asks for no other. */
        office->is_busy = office->wants_pass = error && !is_periodic(office);
    }
    pthread_mutex_unlock(&office->lock);
    bell_ring(office->done);
}

static void *reader_main(void *argument)
{
    struct reader *reader = argument;
    struct wires *wires = reader->office->wires;
    bool is_pass = false;

    atomic_store(&reader->tid, gettid());
    set_up(&reader->all, reader, &wires->letters);
    desk_succeed(&reader->all);
    while (take_job(reader, &is_pass)) {
        int error = is_pass ? publish_all(reader) : 0;
        publish_focus(reader);
        finish_job(reader, error);
    }
    desk_release(&reader->all);
    desk_release(&reader->focus);
    free(reader);
    return NULL;
}

int reader_start(struct office *office, struct reader **ret_reader)
{
    struct reader *reader = memory_new(1, sizeof *reader);
    pthread_t thread;

    reader->office = office;
    reader->epoch = atomic_load(&office->wires->control->epoch);
    rest(reader);
    int error = pthread_create(&thread, NULL, reader_main, reader);
    if (error) {
        free(reader);
        return -error;
    }
    pthread_detach(thread);
    *ret_reader = reader;
    return 0;
}

void reader_abandon(struct reader *reader, const struct beat *beat)
{
    reader->hung_at = *beat;
}

bool reader_is_runnable(const struct reader *reader)
{
    char path[64], text[512];
    struct span in, line;

    snprintf(path, sizeof path, "/proc/self/task/%d/status", atomic_load(&reader->tid));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (length <= 0)
        return false;
    in = span_of(text, (size_t)length);
    while (span_take_line(&in, &line))
        if (span_take_string(&line, "State:\t"))
            return span_take_char(&line, 'R');
    return false;
}
