/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "engine/actor.h"
#include "engine/asks.h"

enum { ANSWER_MS = 1500 /* the actor answers within half a second */ };

int engine_pin(struct engine *engine, const struct signal_target *targets, unsigned count)
{
    if (count == 0 || count > ENGINE_TARGETS_MAX)
        return -EINVAL;
    return asks_begin(engine, OWN_SIGNAL,
                      span_of((const char *)targets, count * sizeof *targets));
}

static struct errand *errand_of(struct engine *engine, int pin)
{
    if (pin < 0 || pin >= ERRANDS_MAX || !engine->errands[pin].is_open)
        return NULL;
    return &engine->errands[pin];
}

int engine_send(struct engine *engine, int pin, int number, unsigned flags)
{
    const struct actor_order order = {.number = number, .flags = flags};
    struct errand *errand = errand_of(engine, pin);

    if (!errand)
        return -EINVAL;
    return send(errand->socket, &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL) ==
                   sizeof order
               ? 0
               : -EPIPE;
}

static int read_report(struct span answer, struct signal_outcomes *ret_outcomes)
{
    struct actor_report report;

    if (span_length(answer) < sizeof report)
        return -EBADMSG;
    memcpy(&report, answer.at, sizeof report);
    answer.at += sizeof report;
    if (report.count > ENGINE_TARGETS_MAX || report.stage > ENGINE_STAGE_AFTER ||
        span_length(answer) != report.count * sizeof *ret_outcomes->items)
        return -EBADMSG;
    ret_outcomes->stage = (enum engine_stage)report.stage;
    ret_outcomes->count = report.count;
    memcpy(ret_outcomes->items, answer.at, span_length(answer));
    return 0;
}

int engine_outcomes(struct engine *engine, int pin, struct signal_outcomes *ret_outcomes)
{
    struct errand *errand = errand_of(engine, pin);
    struct strbuf answer = {0};

    if (!errand)
        return -EINVAL;
    int result = errand_receive(errand, control_now_ms(), &answer);
    if (result == 0)
        result = read_report(strbuf_span(&answer), ret_outcomes);
    if (result == -EBADMSG || (result == 0 && ret_outcomes->stage == ENGINE_STAGE_AFTER))
        errand_release(errand);
    strbuf_release(&answer);
    return result;
}

void engine_unpin(struct engine *engine, int pin)
{
    struct errand *errand = errand_of(engine, pin);

    if (errand)
        errand_release(errand);
}

/* Until something was sent, or could not be. */
static int await_sent(struct engine *engine, int pin, struct signal_outcomes *outcomes)
{
    uint64_t end_ms = control_now_ms() + ANSWER_MS;
    int result;

    do {
        asks_await(engine, pin, end_ms);
        result = engine_outcomes(engine, pin, outcomes);
        if (control_now_ms() >= end_ms && result == -EAGAIN)
            return -ETIMEDOUT;
    } while (result == -EAGAIN || (result == 0 && outcomes->stage == ENGINE_STAGE_PINNED));
    return result;
}

enum signal_result engine_signal_to(struct engine *engine, const struct signal_target *target,
                                    int number, int *ret_error)
{
    struct signal_outcomes *outcomes = memory_new(1, sizeof *outcomes);
    enum signal_result result = SIGNAL_FAILED;
    int pin = engine_pin(engine, target, 1), error = pin < 0 ? pin : 0;

    if (!error)
        error = engine_send(engine, pin, number, 0);
    /* Also when it could not be told what to do: it may have said why. */
    if (pin >= 0) {
        int heard = await_sent(engine, pin, outcomes);
        error = heard < 0 ? heard : error;
        engine_unpin(engine, pin);
    }
    *ret_error = -error;
    if (error == -EPERM) {
        result = SIGNAL_REFUSED; /* this is a read-only engine */
        *ret_error = 0;
    } else if (!error && outcomes->count == 1) {
        result = (enum signal_result)outcomes->items[0].result;
        *ret_error = outcomes->items[0].error;
    }
    free(outcomes);
    return result;
}

enum signal_result engine_signal(struct engine *engine, int32_t pid, uint64_t starttime,
                                 int number, int *ret_error)
{
    const struct signal_target target = {.pid = pid, .starttime = starttime};

    return engine_signal_to(engine, &target, number, ret_error);
}
