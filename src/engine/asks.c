/* SPDX-License-Identifier: MIT */
#include "engine/asks.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/text.h"

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
    strbuf_set_string(&engine->reason, "the keeper is gone");
    lose(engine);
}

/* True when there may be more. */
static bool take_one(struct engine *engine)
{
    struct keeper_news news;
    ssize_t got;

    do
        got = recv(engine->wires.keeper.user, &news, sizeof news, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got == sizeof news) {
        if (news.kind == KEEPER_COLLECTOR_LOST)
            note_lost_collector(engine, news.wait_status);
        return true;
    }
    if (got >= 0 || errno != EAGAIN)
        note_lost_keeper(engine);
    return false;
}

void asks_take_news(struct engine *engine)
{
    while (!engine->is_lost && take_one(engine))
        ;
}
