/* SPDX-License-Identifier: MIT */
#include "engine/actor.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/span.h"
#include "engine/control.h"

enum {
    PIN_LIFE_MS = 15 * 60 * 1000, /* the user is thinking */
    VERIFY_MS = 500,              /* for one start time ... */
    VERIFY_LATER_MS = 20,         /* ... once several hung: they share a lock, or a will */
    SEVERAL = 4,
    FREEZE_MS = 200,
    AFTERMATH_MS = 1000,
    LOOK_MS = 10,
    CHILDREN_TEXT_MAX = 65536,
};

struct actor {
    struct signal_pin *pins;
    struct signal_outcome *outcomes; /* parallel */
    unsigned count;
};

/* Shared with threads that may hang for ever: never freed. */
struct verification {
    const struct actor *actor;
    unsigned first, end;   /* who is pinned later is not its */
    _Atomic unsigned done; /* how far it came */
    struct {
        enum signal_result result;
        int error;
    } found[ENGINE_TARGETS_MAX];
};

static void *verify_from(void *argument)
{
    struct verification *verification = argument;

    for (unsigned i = verification->first; i < verification->end; i++) {
        verification->found[i].result =
            signal_verify(&verification->actor->pins[i], &verification->found[i].error);
        atomic_store(&verification->done, i + 1);
    }
    return NULL;
}

static void rest(unsigned milliseconds)
{
    const struct timespec moment = {.tv_nsec = milliseconds * 1000000L};

    nanosleep(&moment, NULL);
}

static void take_found(struct actor *actor, const struct verification *verification,
                       unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        actor->outcomes[i].result = verification->found[i].result;
        actor->outcomes[i].error = verification->found[i].error;
    }
}

/* The first thread hangs or ends; then another goes on behind what it hangs at. */
static unsigned verify_some(struct actor *actor, unsigned first, unsigned patience_ms)
{
    struct verification *verification = memory_new(1, sizeof *verification);
    pthread_t thread;
    unsigned done = first;

    verification->actor = actor;
    verification->first = first;
    verification->end = actor->count;
    atomic_store(&verification->done, first);
    if (pthread_create(&thread, NULL, verify_from, verification) != 0)
        return first;
    pthread_detach(thread);
    for (uint64_t since_ms = control_now_ms();
         done < actor->count && control_now_ms() - since_ms < patience_ms;) {
        unsigned now = atomic_load(&verification->done);
        if (now == done) {
            rest(1);
            continue;
        }
        take_found(actor, verification, done, now);
        done = now;
        since_ms = control_now_ms();
    }
    return done;
}

static void verify_all(struct actor *actor)
{
    unsigned done = 0, hung = 0;

    while (done < actor->count) {
        done = verify_some(actor, done, hung < SEVERAL ? VERIFY_MS : VERIFY_LATER_MS);
        if (done == actor->count)
            break;
        /* Of a process in execve(2) the start time cannot be read; but it is the
         * same process since the pin, and it looks as the user saw it. */
        actor->outcomes[done].result =
            actor->pins[done].has_same_look ? SIGNAL_SENT : SIGNAL_UNSURE;
        hung++;
        done++;
    }
}

static void pin(struct actor *actor, const struct signal_target *target)
{
    struct signal_pin *pin = &actor->pins[actor->count];

    signal_pin(pin, target);
    /* The collector, the file worker and other deeds are the keeper's children. */
    if (pin->result == SIGNAL_SENT && signal_parent_of(target->pid) == getppid()) {
        signal_unpin(pin);
        pin->result = SIGNAL_REFUSED;
    }
    actor->outcomes[actor->count++] =
        (struct signal_outcome){.pid = target->pid, .result = pin->result, .error = pin->error};
}

static bool is_held(const struct actor *actor, unsigned at)
{
    return actor->outcomes[at].result == SIGNAL_SENT;
}

static void tell(const struct actor *actor, int socket, enum engine_stage stage)
{
    const struct actor_report report = {.stage = stage, .count = actor->count};
    size_t size = actor->count * sizeof *actor->outcomes;
    const struct deed_head head = {.length = (uint32_t)(sizeof report + size)};
    struct iovec parts[] = {
        {(void *)&head,   sizeof head  },
        {(void *)&report, sizeof report},
        {actor->outcomes, size         }
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

    /* It is less than a socket holds; whoever does not take it is gone. */
    sendmsg(socket, &message, MSG_NOSIGNAL);
}

static void send_to_all(struct actor *actor, int number)
{
    for (unsigned i = 0; i < actor->count; i++)
        if (is_held(actor, i)) {
            struct signal_outcome *outcome = &actor->outcomes[i];
            outcome->result = signal_send(&actor->pins[i], number, &outcome->error);
        }
}

/* Until none is left that is neither stopped nor gone nor asleep in the kernel, where
 * it cannot do anything either. */
static void await_frozen(struct actor *actor)
{
    uint64_t end_ms = control_now_ms() + FREEZE_MS;
    bool is_moving = true;

    while (is_moving && control_now_ms() < end_ms) {
        is_moving = false;
        for (unsigned i = 0; i < actor->count; i++) {
            char state = is_held(actor, i) ? signal_state(&actor->pins[i]) : 0;
            is_moving |= state != 0 && !strchr("TtD", state);
        }
        if (is_moving)
            rest(1);
    }
}

static bool has(const struct actor *actor, int32_t pid)
{
    for (unsigned i = 0; i < actor->count; i++)
        if (actor->pins[i].target.pid == pid)
            return true;
    return false;
}

static void add_children_of_thread(struct actor *actor, const char *path)
{
    char *text = memory_new(CHILDREN_TEXT_MAX, 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, CHILDREN_TEXT_MAX);
    struct span in = span_of(text, length > 0 ? (size_t)length : 0), word;
    uint64_t pid;

    while (actor->count < ENGINE_TARGETS_MAX && span_take_word(&in, &word))
        if (span_is_u64(word, &pid) && pid <= INT32_MAX && !has(actor, (int32_t)pid))
            pin(actor, &(struct signal_target){.pid = (int32_t)pid});
    if (fd >= 0)
        close(fd);
    free(text);
}

static void add_children(struct actor *actor, const struct signal_pin *parent)
{
    int fd = openat(parent->directory, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *threads = fd < 0 ? NULL : fdopendir(fd);
    char path[128];

    for (struct dirent *entry; threads && (entry = readdir(threads));)
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", parent->target.pid,
                     entry->d_name);
            add_children_of_thread(actor, path);
        }
    if (threads)
        closedir(threads);
    else if (fd >= 0)
        close(fd);
}

/* Those that were born since the user looked. Whoever is stopped bears no more. */
static void freeze(struct actor *actor, bool with_descendants)
{
    unsigned frozen = 0;

    send_to_all(actor, SIGSTOP);
    await_frozen(actor);
    for (; with_descendants && frozen < actor->count; frozen++) {
        if (!is_held(actor, frozen) || signal_state(&actor->pins[frozen]) == 0)
            continue;
        unsigned before = actor->count;
        add_children(actor, &actor->pins[frozen]);
        for (unsigned i = before; i < actor->count; i++)
            if (is_held(actor, i))
                signal_send(&actor->pins[i], SIGSTOP, &actor->outcomes[i].error);
        if (actor->count > before)
            await_frozen(actor);
    }
}

static bool are_settled(struct actor *actor)
{
    bool are_gone = true;

    for (unsigned i = 0; i < actor->count; i++) {
        actor->outcomes[i].state = is_held(actor, i) ? signal_state(&actor->pins[i]) : 0;
        are_gone &= actor->outcomes[i].state == 0;
    }
    return are_gone;
}

static void await_aftermath(struct actor *actor, int socket)
{
    uint64_t end_ms = control_now_ms() + AFTERMATH_MS;
    struct pollfd polled = {.fd = socket, .events = POLLIN};

    /* Or until nobody wants to know. */
    while (!are_settled(actor) && control_now_ms() < end_ms && poll(&polled, 1, LOOK_MS) == 0)
        ;
}

static void act(struct actor *actor, int socket, const struct actor_order *order)
{
    bool is_freezing = (order->flags & (ENGINE_FREEZE_FIRST | ENGINE_TREE)) &&
                       order->number != SIGSTOP && order->number != SIGCONT;

    if (is_freezing || (order->flags & ENGINE_TREE))
        freeze(actor, order->flags & ENGINE_TREE);
    send_to_all(actor, order->number);
    if (is_freezing && order->number != SIGKILL)
        for (unsigned i = 0; i < actor->count; i++)
            if (is_held(actor, i))
                signal_send(&actor->pins[i], SIGCONT, &(int){0});
    tell(actor, socket, ENGINE_STAGE_SENT);
    await_aftermath(actor, socket);
    tell(actor, socket, ENGINE_STAGE_AFTER);
}

static void converse(struct span request, int socket)
{
    size_t count = span_length(request) / sizeof(struct signal_target);
    struct signal_target target;
    struct actor_order order;
    struct actor actor = {
        .pins = memory_new(ENGINE_TARGETS_MAX, sizeof *actor.pins),
        .outcomes = memory_new(ENGINE_TARGETS_MAX, sizeof *actor.outcomes),
    };

    for (size_t i = 0; i < count && i < ENGINE_TARGETS_MAX; i++) {
        memcpy(&target, request.at + i * sizeof target, sizeof target);
        target.name[sizeof target.name - 1] = '\0';
        pin(&actor, &target);
    }
    verify_all(&actor);
    tell(&actor, socket, ENGINE_STAGE_PINNED);
    if (recv(socket, &order, sizeof order, MSG_WAITALL) == sizeof order)
        act(&actor, socket, &order);
    /* Threads may hang: the process ends with them, by _exit(). */
}

const struct deed actor_deed = {"procwatch-act", PRIVILEGE_ACTOR, PIN_LIFE_MS, NULL, converse};
