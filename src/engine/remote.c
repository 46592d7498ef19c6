/* SPDX-License-Identifier: MIT */
#include "engine/remote.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "engine/bell.h"
#include "engine/control.h"
#include "engine/schedule.h"
#include "model/snapshot.h"

enum {
    ANSWER_DEADLINE_MS = 10000,
    PATIENCE_MS = 10000, /* with a server that does not answer */
    RETRY_MS = 200,
};

struct remote {
    struct wires *wires;
    struct http_place place;
    char etag[HTTP_ETAG_SIZE];
    struct engine_request request;
    uint64_t request_number;
    uint64_t refreshes_done;
    uint64_t due_ms;
    uint64_t failing_since_ms; /* 0: it answers */
    /* Of the latest snapshot, by the clocks there; 0 before the first: */
    uint64_t serial;
    int64_t realtime_ns;
    uint64_t uptime_ms;
};

_Noreturn static void give_up(struct remote *remote, const char *why)
{
    snprintf(remote->wires->control->failure, sizeof remote->wires->control->failure, "%s: %s",
             remote->wires->remote, why);
    _exit(COLLECTOR_GIVES_UP);
}

/* Perhaps it is only being started again. */
static void note_failure(struct remote *remote, const char *why)
{
    uint64_t now_ms = control_now_ms();

    if (remote->failing_since_ms == 0)
        remote->failing_since_ms = now_ms;
    /* One that never answered is a wrong address. */
    if (remote->etag[0] == '\0' || now_ms - remote->failing_since_ms >= PATIENCE_MS)
        give_up(remote, why);
}

/* Somebody on the way may hand out what he recorded. After a reboot the uptime is less,
 * and the wall clock may be set back: but not both. */
static bool is_older(const struct remote *remote, const struct snapshot_header *header)
{
    return header->realtime_ns < remote->realtime_ns && header->uptime_ms < remote->uptime_ms;
}

/* A snapshot, or what is called one: who takes it looks. True when it is another than
 * the one in hand, and went out. */
static bool take_snapshot(struct remote *remote, const struct http_head *head,
                          const struct strbuf *block)
{
    struct snapshot_header header = {0};

    if (block->length >= sizeof header)
        memcpy(&header, block->bytes, sizeof header);
    if (is_older(remote, &header))
        give_up(remote, "a snapshot that is older than the one before: somebody plays back "
                        "old ones, or the clock there was set back");
    if (remote->realtime_ns != 0 && header.serial == remote->serial &&
        header.realtime_ns == remote->realtime_ns) {
        note_failure(remote, "the same snapshot again and again: somebody plays it back");
        return false;
    }
    remote->serial = header.serial;
    remote->realtime_ns = header.realtime_ns;
    remote->uptime_ms = header.uptime_ms;
    remote->failing_since_ms = 0;
    memcpy(remote->etag, head->etag, sizeof remote->etag);
    if (mailbox_post(&remote->wires->letters, block->bytes, block->length) != 0)
        return false;
    atomic_fetch_add(&remote->wires->control->serial, 1);
    return true;
}

/* True when a new snapshot came. */
static bool take_answer(struct remote *remote, const struct http_head *head,
                        const struct strbuf *body)
{
    switch (head->status) {
    case 200:
        return take_snapshot(remote, head, body);
    case 304: /* none yet that we have not */
    case 503: /* none yet at all */
        remote->failing_since_ms = 0;
        return false;
    case 401:
        give_up(remote, "a token is needed (--token-file)");
    case 403:
        give_up(remote, "snapshots are only given over the Unix socket or with a token");
    case 421:
        give_up(remote, "it does not go by that name");
    default:
        give_up(remote, "this is no procwatch api");
    }
}

static bool fetch(struct remote *remote)
{
    const struct http_question question = {
        .path = "/api/snapshot",
        .token = remote->wires->remote_token,
        .etag = remote->etag,
        .body_max = remote->wires->letters.letter_max,
        .deadline_ms = ANSWER_DEADLINE_MS,
    };
    struct http_head head;
    struct strbuf body = {0};
    int error = http_get(&remote->place, &question, &head, &body);
    bool is_new = false;

    if (error == -EPROTO)
        note_failure(remote, "this is no procwatch api, or it ended");
    else if (error)
        note_failure(remote, strerror(-error));
    else
        is_new = take_answer(remote, &head, &body);
    strbuf_release(&body);
    return is_new;
}

static void take_request(struct remote *remote, uint64_t now_ms)
{
    if (control_request_number(remote->wires->control) == remote->request_number)
        return;
    remote->request_number = control_get_request(remote->wires->control, &remote->request);
    remote->due_ms = now_ms;
}

/* Fetch what is due; milliseconds until there is more to do, -1: until asked. */
static int work(struct remote *remote)
{
    uint64_t now_ms = control_now_ms();
    uint64_t refreshes = atomic_load(&remote->wires->control->refresh_number);

    take_request(remote, now_ms);
    bool is_scheduled = !remote->request.is_paused && remote->request.interval_ms > 0;
    bool is_asked = refreshes != remote->refreshes_done;
    bool is_due = is_scheduled && now_ms >= remote->due_ms;

    if (remote->request_number == 0)
        return -1;
    if ((is_asked || is_due) && !fetch(remote))
        return RETRY_MS;
    remote->refreshes_done = refreshes;
    if (!is_scheduled)
        return -1;
    if (is_due)
        remote->due_ms = schedule_next(remote->due_ms, now_ms, remote->request.interval_ms);
    now_ms = control_now_ms();
    return remote->due_ms > now_ms ? (int)(remote->due_ms - now_ms) : 0;
}

int remote_read_token(const char *path, char (*ret_token)[REMOTE_TOKEN_SIZE])
{
    struct strbuf text = {0};
    int error = input_file_read(path, REMOTE_TOKEN_SIZE, &text, NULL);
    size_t length = error ? 0 : strcspn(strbuf_string(&text), "\r\n");

    if (!error && (length == 0 || length >= REMOTE_TOKEN_SIZE))
        error = -EBADMSG;
    if (!error)
        snprintf(*ret_token, sizeof *ret_token, "%.*s", (int)length, text.bytes);
    strbuf_release(&text);
    return error;
}

_Noreturn void remote_run(struct wires *wires)
{
    struct remote remote = {.wires = wires};

    if (!http_place_parse(wires->remote, &remote.place))
        give_up(&remote, "neither unix:PATH nor http://HOST:PORT");
    for (;;) {
        struct pollfd polled[] = {
            {.fd = wires->bell.server, .events = POLLIN},
            {.fd = wires->ask.user,    .events = POLLIN},
        };

        if (poll(polled, 2, work(&remote)) < 0 && errno != EINTR)
            _exit(1);
        if ((polled[0].revents | polled[1].revents) & (POLLHUP | POLLERR))
            _exit(0); /* the screen or the keeper is gone */
        bell_silence(wires->bell.server);
    }
}
