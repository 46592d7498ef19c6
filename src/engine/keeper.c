/* SPDX-License-Identifier: MIT */
#include "engine/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/child.h"
#include "engine/collector.h"
#include "engine/deed.h"
#include "engine/file_worker.h"
#include "engine/filter.h"
#include "engine/privilege.h"
#include "engine/remote.h"
#include "gather/gather.h"

enum {
    MEMBERS_MAX = 16,
    FILE_WORKERS_HANGING_MAX = 4,
    /* Each process that can crash it costs one, and is then left alone. */
    QUICK_DEATHS_MAX = 10,
    RESPAWN_FIRST_MS = 50,
    RESPAWN_LAST_MS = 1000,
    RESPAWN_LEAST_MS = 250, /* between two that were asked for */
    FAREWELL_MS = 300,
};

enum member_kind { MEMBER_NONE, MEMBER_COLLECTOR, MEMBER_FILE_WORKER };

struct member {
    enum member_kind kind;
    pid_t pid;
    bool is_killed; /* by us: not counted on any more, perhaps not dead yet */
    uint64_t born_ms;
};

struct keeper {
    struct wires *wires;
    pid_t pid;  /* its own */
    int deaths; /* signalfd for SIGCHLD */
    struct member members[MEMBERS_MAX];
    uint64_t due_ms[MEMBER_FILE_WORKER + 1]; /* when one may be started, by kind */
    unsigned quick_deaths;
    bool is_collector_lost;
    struct deeds deeds;
};

static struct member *working(struct keeper *keeper, enum member_kind kind)
{
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        if (keeper->members[i].kind == kind && !keeper->members[i].is_killed)
            return &keeper->members[i];
    return NULL;
}

static unsigned hanging(const struct keeper *keeper, enum member_kind kind)
{
    unsigned count = 0;

    for (size_t i = 0; i < MEMBERS_MAX; i++)
        count += keeper->members[i].kind == kind && keeper->members[i].is_killed;
    return count;
}

/* The first request, which whoever started us makes once it has read its configuration.
 * False when it rings for something else. */
static bool await_request(struct wires *wires, struct engine_request *ret_request)
{
    struct pollfd polled[] = {
        {.fd = wires->bell.server, .events = POLLIN},
        {.fd = wires->ask.user,    .events = POLLIN},
    };

    if (control_get_request(wires->control, ret_request) != 0)
        return true;
    while (poll(polled, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    if ((polled[0].revents | polled[1].revents) & (POLLHUP | POLLERR))
        _exit(0); /* the screen or the keeper is gone */
    return control_get_request(wires->control, ret_request) != 0;
}

/* Opening it takes the privileges that are about to be dropped. Whoever takes over from
 * another collector goes on with what that one read. */
static void open_census(struct wires *wires)
{
    struct engine_request request;

    if (atomic_load(&wires->control->serial) == 0 && gather_census_pays() &&
        privilege_may_load_bpf() && await_request(wires, &request) && request.may_load_bpf &&
        request.wanted & FACT_BIT(FACT_DESCRIPTORS))
        gather_open_census(&wires->census);
}

_Noreturn static void become_collector(struct keeper *keeper)
{
    struct wires *wires = keeper->wires;
    int kept[] = {wires->letters.memory,   wires->letters.writer_end, wires->focus.memory,
                  wires->focus.writer_end, wires->bell.server,        wires->ask.user,
                  wires->files.user};

    child_settle("procwatch-coll", kept, sizeof kept / sizeof *kept);
    if (!wires->proc_root) {
        wires->events = gather_open_events(); /* without, it is told less */
        open_census(wires);
    }
    int error = privilege_drop(PRIVILEGE_READER);
    child_bind_to_parent(keeper->pid);
    const int written[] = {wires->letters.memory, wires->focus.memory};
    if (!error)
        error = filter_apply(FILTER_READER, written, sizeof written / sizeof *written);
    if (error) {
        snprintf(wires->control->failure, sizeof wires->control->failure,
                 "the collector cannot give up its privileges: %s", strerror(-error));
        _exit(COLLECTOR_GIVES_UP);
    }
    collector_run(wires);
}

_Noreturn static void become_remote(struct keeper *keeper)
{
    struct wires *wires = keeper->wires;
    int kept[] = {wires->letters.memory, wires->letters.writer_end, wires->bell.server,
                  wires->ask.user};

    child_settle("procwatch-remo", kept, sizeof kept / sizeof *kept);
    int error = privilege_drop(PRIVILEGE_SCREEN);
    child_bind_to_parent(keeper->pid);
    if (!error)
        error = filter_apply(FILTER_DEED, NULL, 0);
    if (error)
        _exit(COLLECTOR_GIVES_UP);
    remote_run(wires);
}

_Noreturn static void become_file_worker(struct keeper *keeper)
{
    int kept[] = {keeper->wires->files.server};

    child_settle("procwatch-file", kept, 1);
    int error = privilege_drop(PRIVILEGE_READER);
    child_bind_to_parent(keeper->pid);
    if (!error)
        error = filter_apply(FILTER_READER, NULL, 0);
    if (error)
        _exit(COLLECTOR_GIVES_UP);
    file_worker_run(keeper->wires->files.server);
}

static void spawn(struct keeper *keeper, enum member_kind kind)
{
    struct member *member = working(keeper, MEMBER_NONE);

    keeper->due_ms[kind] = control_now_ms() + RESPAWN_LEAST_MS;
    if (!member)
        return;
    pid_t pid = fork();
    if (pid == 0 && kind == MEMBER_COLLECTOR && keeper->wires->remote)
        become_remote(keeper);
    if (pid == 0 && kind == MEMBER_COLLECTOR)
        become_collector(keeper);
    if (pid == 0)
        become_file_worker(keeper);
    if (pid > 0)
        *member = (struct member){kind, pid, false, control_now_ms()};
}

/* Does not wait: a process in the D state may take any time to go. */
static void dismiss(struct keeper *keeper, enum member_kind kind)
{
    struct member *member = working(keeper, kind);

    if (!member)
        return;
    kill(member->pid, SIGKILL);
    member->is_killed = true;
}

static void tell(struct keeper *keeper, const struct keeper_news *news)
{
    send(keeper->wires->keeper.server, news, sizeof *news, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void collector_died(struct keeper *keeper, const struct member *member, int status)
{
    bool gave_up = WIFEXITED(status) && WEXITSTATUS(status) == COLLECTOR_GIVES_UP;
    uint64_t now = control_now_ms();

    keeper->quick_deaths =
        now - member->born_ms < COLLECTOR_CHILDHOOD_MS ? keeper->quick_deaths + 1 : 0;
    if (gave_up || keeper->quick_deaths >= QUICK_DEATHS_MAX) {
        keeper->is_collector_lost = true;
        tell(keeper, &(struct keeper_news){KEEPER_COLLECTOR_LOST, status});
    }
    uint64_t wait_ms = (uint64_t)RESPAWN_FIRST_MS << keeper->quick_deaths;
    keeper->due_ms[MEMBER_COLLECTOR] =
        now + (wait_ms < RESPAWN_LAST_MS ? wait_ms : RESPAWN_LAST_MS);
}

static void reap(struct keeper *keeper)
{
    struct signalfd_siginfo ignored;
    int status;
    pid_t pid;

    while (read(keeper->deaths, &ignored, sizeof ignored) > 0)
        ;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        deeds_note_death(&keeper->deeds, pid);
        for (size_t i = 0; i < MEMBERS_MAX; i++) {
            struct member *member = &keeper->members[i];
            if (member->kind == MEMBER_NONE || member->pid != pid)
                continue;
            if (member->kind == MEMBER_COLLECTOR && !member->is_killed)
                collector_died(keeper, member, status);
            *member = (struct member){0};
        }
    }
}

/* A remote machine's files are not ours to look at. */
static bool misses_file_worker(struct keeper *keeper)
{
    return !keeper->wires->remote && !working(keeper, MEMBER_FILE_WORKER) &&
           hanging(keeper, MEMBER_FILE_WORKER) < FILE_WORKERS_HANGING_MAX;
}

static void keep_staffed(struct keeper *keeper)
{
    uint64_t now = control_now_ms();
    bool are_files_off = hanging(keeper, MEMBER_FILE_WORKER) >= FILE_WORKERS_HANGING_MAX;

    keeper->wires->control->are_files_off = are_files_off;
    if (!keeper->is_collector_lost && !working(keeper, MEMBER_COLLECTOR) &&
        now >= keeper->due_ms[MEMBER_COLLECTOR])
        spawn(keeper, MEMBER_COLLECTOR);
    if (misses_file_worker(keeper) && now >= keeper->due_ms[MEMBER_FILE_WORKER])
        spawn(keeper, MEMBER_FILE_WORKER);
}

/* Milliseconds until somebody may be started or must be ended; -1: never. */
static int patience(struct keeper *keeper)
{
    int deeds_ms = deeds_patience(&keeper->deeds, control_now_ms());
    bool misses_collector = !keeper->is_collector_lost && !working(keeper, MEMBER_COLLECTOR);

    if ((misses_collector || misses_file_worker(keeper)) &&
        (deeds_ms < 0 || deeds_ms > RESPAWN_FIRST_MS))
        return RESPAWN_FIRST_MS;
    return deeds_ms;
}

static void serve_deed(struct keeper *keeper, const struct keeper_request *request,
                       const int (*fds)[KEEPER_FDS])
{
    const struct wires *wires = keeper->wires;
    int error = -EINVAL;

    if (wires->is_readonly)
        error = -EPERM;
    else if (request->deed < wires->deed_count)
        error = deeds_begin(&keeper->deeds, &wires->deeds[request->deed], (*fds)[0], (*fds)[1]);
    if (error)
        deed_refuse((*fds)[1], error);
}

/* How many descriptors came along; they are ours to close. */
static unsigned take_descriptors(struct msghdr *message, int (*ret_fds)[KEEPER_FDS])
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);

    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return 0;
    unsigned count = (unsigned)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(ret_fds, CMSG_DATA(header), count * sizeof(int));
    return count;
}

/* False when the screen is gone. */
static bool serve_screen(struct keeper *keeper)
{
    struct keeper_request request;
    struct iovec bytes = {&request, sizeof request};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int[KEEPER_FDS]))];
    } control;
    struct msghdr message = {
        .msg_iov = &bytes,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t got =
        recvmsg(keeper->wires->keeper.server, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    int fds[KEEPER_FDS], error = errno;

    if (got < 0)
        return error == EAGAIN || error == EINTR;
    unsigned count = take_descriptors(&message, &fds);
    if (got == sizeof request && count == KEEPER_FDS)
        serve_deed(keeper, &request, (const int(*)[KEEPER_FDS]) & fds);
    while (count > 0)
        close(fds[--count]);
    return got > 0;
}

static void serve_collector(struct keeper *keeper)
{
    char ask;

    if (recv(keeper->wires->ask.server, &ask, 1, MSG_DONTWAIT) != 1)
        return;
    if (ask == KEEPER_RESPAWN_COLLECTOR)
        dismiss(keeper, MEMBER_COLLECTOR);
    else if (ask == KEEPER_RESPAWN_FILE_WORKER)
        dismiss(keeper, MEMBER_FILE_WORKER);
}

/* Everybody goes. Those that can die are waited for, so that nobody is seen
 * after us; those that cannot are left to init. */
_Noreturn static void farewell(struct keeper *keeper)
{
    const struct timespec moment = {.tv_nsec = 20 * 1000000};
    sigset_t deaths;

    dismiss(keeper, MEMBER_COLLECTOR);
    dismiss(keeper, MEMBER_FILE_WORKER);
    deeds_kill_all(&keeper->deeds);
    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    uint64_t end = control_now_ms() + FAREWELL_MS;
    while ((hanging(keeper, MEMBER_COLLECTOR) + hanging(keeper, MEMBER_FILE_WORKER) > 0 ||
            !deeds_are_over(&keeper->deeds)) &&
           control_now_ms() < end) {
        reap(keeper);
        sigtimedwait(&deaths, NULL, &moment);
    }
    _exit(0);
}

static void settle(struct keeper *keeper, pid_t parent)
{
    struct wires *wires = keeper->wires;
    sigset_t deaths;

    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    int kept[] = {wires->letters.memory,   wires->letters.writer_end, wires->focus.memory,
                  wires->focus.writer_end, wires->bell.server,        wires->ask.user,
                  wires->ask.server,       wires->files.user,         wires->files.server,
                  wires->keeper.server};
    child_settle("procwatch-keep", kept, sizeof kept / sizeof *kept);
    sigprocmask(SIG_BLOCK, &deaths, NULL);
    keeper->deaths = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
    /* A session of our own: Ctrl-C, Ctrl-Z and a hangup are for the screen
     * alone, and no terminal can stop us. Ignoring the signals would leave out
     * SIGTTOU, and kill(0, ...) of the program or its shell. */
    setsid();
    if (chdir("/") < 0 || privilege_drop(PRIVILEGE_KEEPER) < 0)
        _exit(1);
    child_bind_to_parent(parent);
}

_Noreturn void keeper_run(struct wires *wires, pid_t parent)
{
    struct keeper keeper = {.wires = wires, .pid = getpid()};

    settle(&keeper, parent);
    for (;;) {
        keep_staffed(&keeper);
        deeds_end_overdue(&keeper.deeds, control_now_ms());
        struct pollfd polled[] = {
            {.fd = wires->keeper.server, .events = POLLIN},
            {.fd = wires->ask.server,    .events = POLLIN},
            {.fd = keeper.deaths,        .events = POLLIN},
        };
        if (poll(polled, 3, patience(&keeper)) < 0 && errno != EINTR)
            farewell(&keeper);
        if (polled[0].revents != 0 && !serve_screen(&keeper))
            farewell(&keeper);
        if (polled[1].revents != 0)
            serve_collector(&keeper);
        if (polled[2].revents != 0)
            reap(&keeper);
    }
}
