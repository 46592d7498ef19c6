/* SPDX-License-Identifier: MIT */
#include "engine/asks.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/text.h"

enum { ANSWER_MS = 1500 /* the keeper answers within half a second */ };

static void lose(struct engine *engine)
{
    if (engine->is_lost)
        return;
    engine->is_lost = true;
    /* It would stay readable, and its reader would never sleep again. */
    epoll_ctl(engine->descriptor, EPOLL_CTL_DEL, engine->wires.keeper.user, NULL);
}

/* The collector wrote it, so it may be anything. */
static void add_failure(struct engine *engine)
{
    char failure[CONTROL_TEXT_SIZE];

    memcpy(failure, engine->wires.control->failure, sizeof failure);
    text_add_printable(&engine->reason, span_of(failure, strnlen(failure, sizeof failure)),
                       TEXT_ASCII);
}

static void note_lost_collector(struct engine *engine, int status)
{
    strbuf_clear(&engine->reason);
    if (WIFEXITED(status) && WEXITSTATUS(status) == COLLECTOR_GIVES_UP)
        add_failure(engine);
    else if (WIFSIGNALED(status))
        strbuf_add_format(&engine->reason, "the collector keeps being killed by signal %d (%s)",
                          WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        strbuf_add_format(&engine->reason, "the collector keeps ending with status %d",
                          WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    lose(engine);
}

static void note_lost_keeper(struct engine *engine)
{
    strbuf_clear(&engine->reason);
    strbuf_add_string(&engine->reason, "the keeper is gone");
    lose(engine);
}

/* True when a message was taken; *ret_answer is one to a request. */
static bool take_message(struct engine *engine, struct keeper_answer *ret_answer)
{
    struct keeper_answer message;
    ssize_t got;

    do
        got = recv(engine->wires.keeper.user, &message, sizeof message, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got == sizeof message) {
        if (message.kind == KEEPER_COLLECTOR_LOST)
            note_lost_collector(engine, message.wait_status);
        *ret_answer = message;
        return true;
    }
    if (got >= 0 || errno != EAGAIN)
        note_lost_keeper(engine);
    return false;
}

void asks_take_messages(struct engine *engine)
{
    struct keeper_answer late;

    while (!engine->is_lost && take_message(engine, &late))
        ;
}

static bool await_answer(struct engine *engine, uint64_t id, struct keeper_answer *ret_answer)
{
    uint64_t end_ms = control_now_ms() + ANSWER_MS, now_ms;
    struct pollfd polled = {.fd = engine->wires.keeper.user, .events = POLLIN};

    while ((now_ms = control_now_ms()) < end_ms) {
        if (poll(&polled, 1, (int)(end_ms - now_ms)) <= 0)
            continue;
        bool is_taken = take_message(engine, ret_answer);
        if (is_taken && ret_answer->kind == KEEPER_SIGNALLED && ret_answer->id == id)
            return true;
        if (!is_taken && engine->is_lost)
            return false;
    }
    return false;
}

enum signal_result engine_signal(struct engine *engine, int32_t pid, uint64_t starttime,
                                 int number, int *ret_error)
{
    struct keeper_request request = {
        .id = ++engine->last_id, .starttime = starttime, .pid = pid, .number = number};
    struct keeper_answer answer;

    if (send(engine->wires.keeper.user, &request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL) <
        0) {
        *ret_error = errno;
        return SIGNAL_FAILED;
    }
    if (!await_answer(engine, request.id, &answer)) {
        *ret_error = engine->is_lost ? EPIPE : ETIMEDOUT;
        return SIGNAL_FAILED;
    }
    *ret_error = answer.error;
    return (enum signal_result)answer.result;
}
