/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/memory.h"
#include "engine/actor.h"
#include "engine/asks.h"
#include "engine/dump_deed.h"

void asks_register(struct engine *engine, const struct engine_options *options)
{
    /* The program's numbers are its own; those of every engine come behind. */
    engine->deeds = memory_new(options->deed_count + OWN_COUNT, sizeof *engine->deeds);
    for (unsigned i = 0; i < options->deed_count; i++)
        engine->deeds[i] = options->deeds[i];
    engine->deeds[options->deed_count + OWN_DUMP] = dump_deed;
    engine->deeds[options->deed_count + OWN_SIGNAL] = actor_deed;
    engine->wires.deeds = engine->deeds;
    engine->wires.deed_count = options->deed_count + OWN_COUNT;
}

void asks_release(struct engine *engine)
{
    for (size_t i = 0; i < ERRANDS_MAX; i++)
        errand_release(&engine->errands[i]);
    free(engine->deeds);
}

static int begin(struct engine *engine, uint32_t deed, struct span request)
{
    int number = 0, keeper = engine->wires.keeper.user;

    while (number < ERRANDS_MAX && engine->errands[number].is_open)
        number++;
    if (number == ERRANDS_MAX)
        return -EBUSY;
    struct errand *errand = &engine->errands[number];
    int error = errand_begin(errand, keeper, deed, &engine->deeds[deed], request);
    if (error)
        return error;
    /* Closing it takes it out again. */
    struct epoll_event event = {.events = EPOLLIN, .data.fd = errand->socket};
    epoll_ctl(engine->descriptor, EPOLL_CTL_ADD, errand->socket, &event);
    return number;
}

int asks_begin(struct engine *engine, enum own_deed deed, struct span request)
{
    /* Who has those numbers on this machine is somebody else. */
    if (engine->wires.proc_root)
        return -EPERM;
    return begin(engine, engine->wires.deed_count - OWN_COUNT + deed, request);
}

int engine_begin(struct engine *engine, unsigned deed, struct span request)
{
    return deed < engine->wires.deed_count - OWN_COUNT ? begin(engine, deed, request) : -EINVAL;
}

int engine_finish(struct engine *engine, int number, struct strbuf *ret_answer)
{
    if (number < 0 || number >= ERRANDS_MAX)
        return -EINVAL;
    return errand_take(&engine->errands[number], control_now_ms(), ret_answer);
}

void asks_await(struct engine *engine, int number, uint64_t until_ms)
{
    struct pollfd polled = {.fd = engine->errands[number].socket, .events = POLLIN};
    uint64_t now_ms = control_now_ms();

    if (engine->errands[number].is_open)
        poll(&polled, 1, until_ms > now_ms ? (int)(until_ms - now_ms) : 0);
}

/* Until it is over, or its deadline. */
static int await_end(struct engine *engine, int number, struct strbuf *ret_answer)
{
    int result;

    while ((result = engine_finish(engine, number, ret_answer)) == -EAGAIN)
        asks_await(engine, number, engine->errands[number].until_ms);
    return result;
}

int engine_do(struct engine *engine, unsigned deed, struct span request,
              struct strbuf *ret_answer)
{
    int number = engine_begin(engine, deed, request);

    return number < 0 ? number : await_end(engine, number, ret_answer);
}

int engine_begin_dump(struct engine *engine, const struct engine_dump *dump)
{
    struct strbuf request = {0};
    int result = dump_deed_pack(dump, &request);

    if (result == 0)
        result = asks_begin(engine, OWN_DUMP, strbuf_span(&request));
    strbuf_release(&request);
    return result;
}

int engine_finish_dump(struct engine *engine, int number, char (*ret_name)[DUMP_NAME_SIZE])
{
    struct strbuf answer = {0};
    int result = engine_finish(engine, number, &answer);

    if (result == 0)
        result = dump_deed_unpack(strbuf_span(&answer), ret_name);
    strbuf_release(&answer);
    return result;
}

int engine_dump(struct engine *engine, const struct engine_dump *dump,
                char (*ret_name)[DUMP_NAME_SIZE])
{
    struct strbuf answer = {0};
    int number = engine_begin_dump(engine, dump);
    int result = number < 0 ? number : await_end(engine, number, &answer);

    if (result == 0)
        result = dump_deed_unpack(strbuf_span(&answer), ret_name);
    strbuf_release(&answer);
    return result;
}
