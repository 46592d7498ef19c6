/* SPDX-License-Identifier: MIT */
#include "engine/engine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "engine/asks.h"
#include "engine/bell.h"
#include "engine/filter.h"
#include "engine/keeper.h"
#include "engine/privilege.h"

enum {
    GOODBYE_MS = 600,      /* for the keeper to end by itself */
    KILL_MS = 200,         /* and to be killed */
    STALL_MOMENT_MS = 100, /* less is not worth a word */
};

static int watch(struct engine *engine, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    return epoll_ctl(engine->descriptor, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_descriptor(struct engine *engine)
{
    const int watched[] = {engine->wires.letters.reader_end, engine->wires.focus.reader_end,
                           engine->wires.keeper.user};
    int error = 0;

    engine->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (engine->descriptor < 0)
        return -errno;
    for (size_t i = 0; !error && i < sizeof watched / sizeof *watched; i++)
        error = watch(engine, watched[i]);
    return error;
}

static void close_end(int *end)
{
    close(*end);
    *end = -1;
}

/* What is the others' only: an end that nobody else holds tells of their death. */
static void close_far_ends(struct wires *wires)
{
    int *const ends[] = {&wires->bell.server,        &wires->keeper.server,
                         &wires->ask.user,           &wires->ask.server,
                         &wires->files.user,         &wires->files.server,
                         &wires->letters.writer_end, &wires->focus.writer_end};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        close_end(ends[i]);
}

static int start_keeper(struct engine *engine)
{
    pid_t parent = getpid();
    int error;

    engine->keeper = fork();
    if (engine->keeper < 0)
        return -errno;
    if (engine->keeper == 0)
        keeper_run(&engine->wires, parent);
    engine->keeper_pidfd = (int)syscall(SYS_pidfd_open, engine->keeper, 0);
    error = engine->keeper_pidfd < 0 ? -errno : 0;
    close_far_ends(&engine->wires);
    return error;
}

int engine_start(const struct engine_options *options, struct engine **ret_engine,
                 const char **ret_reason)
{
    struct engine *engine = memory_new(1, sizeof *engine);
    int error;

    memory_return_large();
    engine->keeper_pidfd = engine->descriptor = -1;
    *ret_reason = "the processes of the engine cannot be connected";
    error = wires_init(&engine->wires);
    if (error) {
        free(engine);
        return error;
    }
    engine->is_sealed = options->is_sealed;
    engine->wires.is_readonly = options->is_readonly || options->remote;
    if (options->remote)
        engine->wires.remote = memory_copy_string(options->remote);
    if (options->remote_token)
        engine->wires.remote_token = memory_copy_string(options->remote_token);
    asks_register(engine, options);
    if (options->proc_root) {
        *ret_reason = "the recording is not there";
        engine->wires.proc_root = realpath(options->proc_root, NULL);
        error = engine->wires.proc_root ? 0 : -errno;
    }
    if (!error) {
        *ret_reason = "the keeper cannot be started";
        error = open_descriptor(engine);
    }
    if (!error)
        error = start_keeper(engine);
    if (!error) {
        *ret_reason = "privileges cannot be given up";
        error = privilege_drop(PRIVILEGE_LOADER);
    }
    if (error) {
        engine_stop(engine);
        return error;
    }
    *ret_engine = engine;
    return 0;
}

int engine_confine(struct engine *engine)
{
    int error = privilege_drop(PRIVILEGE_SCREEN);

    return error ? error
                 : filter_apply(!engine || engine->is_sealed ? FILTER_SEALED : FILTER_SCREEN,
                                NULL, 0);
}

static bool has_ended(int pidfd, int wait_ms)
{
    struct pollfd polled = {.fd = pidfd, .events = POLLIN};
    int result;

    do
        result = poll(&polled, 1, wait_ms);
    while (result < 0 && errno == EINTR);
    return result > 0;
}

static void end_keeper(struct engine *engine)
{
    if (engine->keeper_pidfd < 0) {
        kill(engine->keeper, SIGKILL);
        waitpid(engine->keeper, NULL, 0);
        return;
    }
    /* It may be stopped, or not get a turn. The others die with it. */
    if (!has_ended(engine->keeper_pidfd, GOODBYE_MS)) {
        syscall(SYS_pidfd_send_signal, engine->keeper_pidfd, SIGKILL, NULL, 0);
        has_ended(engine->keeper_pidfd, KILL_MS);
    }
    waitpid(engine->keeper, NULL, WNOHANG);
    close(engine->keeper_pidfd);
}

void engine_stop(struct engine *engine)
{
    if (!engine)
        return;
    /* The end of this socket is the keeper's word to go. */
    close_end(&engine->wires.keeper.user);
    asks_release(engine);
    if (engine->keeper > 0)
        end_keeper(engine);
    if (engine->descriptor >= 0)
        close(engine->descriptor);
    wires_release(&engine->wires);
    strbuf_release(&engine->reason);
    free(engine);
}

int engine_descriptor(const struct engine *engine)
{
    return engine->descriptor;
}

void engine_request(struct engine *engine, const struct engine_request *request)
{
    control_put_request(engine->wires.control, request);
    bell_ring(engine->wires.bell.user);
}

void engine_refresh_now(struct engine *engine)
{
    atomic_fetch_add(&engine->wires.control->refresh_number, 1);
    bell_ring(engine->wires.bell.user);
}

int engine_take(struct engine *engine, void **ret_block, size_t *ret_size,
                const char **ret_reason)
{
    int result = mailbox_take(&engine->wires.letters, ret_block, ret_size);

    if (result == 0)
        return 0;
    asks_take_news(engine);
    *ret_reason = strerror(-result);
    if (!engine->is_lost)
        return result;
    *ret_reason = strbuf_string(&engine->reason);
    return -EPIPE;
}

int engine_take_focus(struct engine *engine, void **ret_block, size_t *ret_size)
{
    return mailbox_take(&engine->wires.focus, ret_block, ret_size);
}

bool engine_is_stalled(const struct engine *engine, struct engine_stall *ret_stall)
{
    uint64_t now_ms = control_now_ms();
    struct beat beat;

    if (!control_look(engine->wires.control, &beat) || now_ms < beat.since_ms + STALL_MOMENT_MS)
        return false;
    *ret_stall = (struct engine_stall){
        .pid = beat.pid,
        .fact = (enum fact)beat.fact,
        .for_ms = (unsigned)(now_ms - beat.since_ms),
    };
    return true;
}
