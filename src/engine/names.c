/* SPDX-License-Identifier: MIT */
#include "engine/names.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/user_name.h"
#include "engine/control.h"

enum {
    NAMES_MAX = 65536, /* then the rest stay numbers */
    THREADS_MAX = 4,
    MOMENT_MS = 50,    /* a local database answers in less */
    OVERDUE_MS = 1000, /* then another thread goes on with the next */
};

struct name {
    uint32_t uid;
    bool is_known;
    char *text; /* NULL: it has none */
};

struct names {
    pthread_mutex_t lock;
    pthread_cond_t asked, answered;
    struct name **items; /* by ascending uid */
    size_t count, capacity;
    struct name **queue; /* to be asked, from first on */
    size_t queue_count, queue_capacity, first;
    unsigned threads, busy;
    uint64_t since_ms; /* when a thread last began or ended to ask */
};

static void *answer(void *argument)
{
    struct names *names = argument;

    pthread_mutex_lock(&names->lock);
    for (;;) {
        while (names->first == names->queue_count)
            pthread_cond_wait(&names->asked, &names->lock);
        struct name *name = names->queue[names->first++];
        names->busy++;
        names->since_ms = control_now_ms();
        pthread_mutex_unlock(&names->lock);
        char *text = user_name_find(name->uid);
        pthread_mutex_lock(&names->lock);
        name->text = text;
        name->is_known = true;
        names->busy--;
        names->since_ms = control_now_ms();
        pthread_cond_broadcast(&names->answered);
    }
    return NULL;
}

static bool is_hanging(const struct names *names)
{
    return names->threads > 0 && names->busy == names->threads &&
           control_now_ms() > names->since_ms + OVERDUE_MS;
}

/* With the lock held. One that hangs may be about one user, or one service. */
static void keep_staffed(struct names *names)
{
    pthread_t thread;

    if (names->threads > 0 && (!is_hanging(names) || names->threads == THREADS_MAX))
        return;
    if (pthread_create(&thread, NULL, answer, names) == 0) {
        pthread_detach(thread);
        names->threads++;
    }
}

static size_t place_of(const struct names *names, uint32_t uid)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (names->items[middle]->uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct name *add(struct names *names, size_t place, uint32_t uid)
{
    struct name *name = memory_new(1, sizeof *name);

    name->uid = uid;
    names->items =
        memory_grow(names->items, names->count, &names->capacity, sizeof(struct name *));
    memmove(names->items + place + 1, names->items + place,
            (names->count - place) * sizeof(struct name *));
    names->items[place] = name;
    names->count++;
    if (names->first == names->queue_count)
        names->first = names->queue_count = 0;
    names->queue = memory_grow(names->queue, names->queue_count, &names->queue_capacity,
                               sizeof(struct name *));
    names->queue[names->queue_count++] = name;
    pthread_cond_signal(&names->asked);
    return name;
}

/* With the lock held. Not behind others that are waiting: they had their moment. */
static void wait_a_moment(struct names *names, const struct name *name)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)MOMENT_MS * NS_PER_MS;
    until.tv_sec += until.tv_nsec / NS_PER_S;
    until.tv_nsec %= NS_PER_S;
    while (!name->is_known &&
           pthread_cond_timedwait(&names->answered, &names->lock, &until) == 0)
        ;
}

static bool find(void *context, uint32_t uid, const char **ret_name)
{
    struct names *names = context;
    struct name *name = NULL;

    pthread_mutex_lock(&names->lock);
    size_t place = place_of(names, uid);
    if (place < names->count && names->items[place]->uid == uid) {
        name = names->items[place];
    } else if (names->count < NAMES_MAX) {
        bool is_idle = names->first == names->queue_count && names->busy == 0;
        name = add(names, place, uid);
        keep_staffed(names);
        if (is_idle)
            wait_a_moment(names, name);
    }
    if (name && !name->is_known)
        keep_staffed(names);
    bool is_known = !name || name->is_known;
    *ret_name = name && name->is_known ? name->text : NULL;
    pthread_mutex_unlock(&names->lock);
    return is_known;
}

struct names *names_new(void)
{
    struct names *names = memory_new(1, sizeof *names);

    pthread_mutex_init(&names->lock, NULL);
    pthread_cond_init(&names->asked, NULL);
    pthread_cond_init(&names->answered, NULL);
    return names;
}

struct gather_names names_hooks(struct names *names)
{
    return (struct gather_names){.find = find, .context = names};
}
