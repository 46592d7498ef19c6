/* SPDX-License-Identifier: MIT */
#include "engine/file_client.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "engine/control.h"
#include "engine/file_worker.h"

enum {
    BUCKET_COUNT = 1024,
    ENTRIES_MAX = 16384,   /* then all that nobody waits for are forgotten */
    LOOK_AGAIN_MS = 10000, /* a stat is asked for anew after this */
    TRY_AGAIN_MS = 60000,  /* so is anything that failed */
};

/* That of a digest or a look is the identity of a file, a stat's that of a process. */
struct file_key {
    uint64_t task;
    uint64_t words[5];
};

struct file_entry {
    struct file_key key;
    struct file_entry *next;
    struct file_entry *next_waiting; /* in the queue */
    int32_t pid;                     /* through whom the file is reached */
    uint64_t starttime;
    enum fact_state state;
    bool is_waiting;   /* in the queue, or being worked on */
    uint64_t known_ms; /* when the answer came */
    struct exe_file file;
    struct sha256 digest;
    struct program_look look;
};

struct file_client {
    int socket;
    const _Atomic bool *are_off;
    pthread_mutex_t lock;
    struct file_entry *buckets[BUCKET_COUNT];
    size_t count;
    struct file_entry *first_waiting;
    struct file_entry **last_waiting;
    struct file_entry *asked; /* what the worker is at; not in the queue */
    uint64_t asked_id;
    uint64_t asked_ms;
};

struct file_client *file_client_new(int socket, const _Atomic bool *are_off)
{
    struct file_client *client = memory_new(1, sizeof *client);

    client->socket = socket;
    client->are_off = are_off;
    client->last_waiting = &client->first_waiting;
    /* A collector before us may have used the same socket: no number of ours
     * shall be one of its. */
    client->asked_id = control_now_ms() << 20;
    pthread_mutex_init(&client->lock, NULL);
    return client;
}

static void forget_settled(struct file_client *client)
{
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        struct file_entry **at = &client->buckets[i];
        while (*at) {
            struct file_entry *entry = *at;
            if (entry->is_waiting) {
                at = &entry->next;
                continue;
            }
            *at = entry->next;
            free(entry);
            client->count--;
        }
    }
}

void file_client_free(struct file_client *client)
{
    if (!client)
        return;
    for (struct file_entry *entry = client->first_waiting; entry; entry = entry->next_waiting)
        entry->is_waiting = false;
    if (client->asked)
        client->asked->is_waiting = false;
    forget_settled(client);
    pthread_mutex_destroy(&client->lock);
    free(client);
}

static struct file_entry **bucket_of(struct file_client *client, const struct file_key *key)
{
    uint64_t hash = key->task;

    for (size_t i = 0; i < sizeof key->words / sizeof *key->words; i++)
        hash = (hash ^ key->words[i]) * 0x9e3779b97f4a7c15;
    return &client->buckets[(hash >> 32) % BUCKET_COUNT];
}

static struct file_entry *find_or_add(struct file_client *client, const struct file_key *key)
{
    struct file_entry **bucket = bucket_of(client, key);

    for (struct file_entry *entry = *bucket; entry; entry = entry->next)
        if (memcmp(&entry->key, key, sizeof *key) == 0)
            return entry;
    if (client->count >= ENTRIES_MAX)
        forget_settled(client);

    struct file_entry *entry = memory_new(1, sizeof *entry);
    entry->key = *key;
    entry->next = *bucket;
    *bucket = entry;
    client->count++;
    return entry;
}

static void pass_on_next(struct file_client *client, uint64_t now_ms)
{
    struct file_entry *entry = client->first_waiting;

    if (client->asked || !entry || *client->are_off)
        return;
    struct file_request request = {
        .id = ++client->asked_id,
        .starttime = entry->starttime,
        .pid = entry->pid,
        .task = (uint32_t)entry->key.task,
    };
    if (send(client->socket, &request, sizeof request, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
    client->first_waiting = entry->next_waiting;
    if (!client->first_waiting)
        client->last_waiting = &client->first_waiting;
    client->asked = entry;
    client->asked_ms = now_ms;
}

static bool wants_asking(const struct file_entry *entry, uint64_t now_ms)
{
    if (entry->is_waiting)
        return false;
    switch (entry->state) {
    case FACT_NOT_ASKED:
        return true;
    case FACT_KNOWN:
        return entry->key.task == FILE_TASK_STAT && now_ms - entry->known_ms > LOOK_AGAIN_MS;
    default:
        return now_ms - entry->known_ms > TRY_AGAIN_MS;
    }
}

static enum fact_state ask(struct file_client *client, const struct file_key *key, int32_t pid,
                           uint64_t starttime, struct file_entry *ret_entry)
{
    uint64_t now_ms = control_now_ms();

    pthread_mutex_lock(&client->lock);
    struct file_entry *entry = find_or_add(client, key);
    if (wants_asking(entry, now_ms) && !*client->are_off) {
        entry->pid = pid;
        entry->starttime = starttime;
        entry->is_waiting = true;
        entry->next_waiting = NULL;
        *client->last_waiting = entry;
        client->last_waiting = &entry->next_waiting;
        pass_on_next(client, now_ms);
    }
    *ret_entry = *entry;
    bool is_off = *client->are_off;
    pthread_mutex_unlock(&client->lock);

    if (ret_entry->state != FACT_NOT_ASKED)
        return ret_entry->state;
    return is_off ? FACT_BLOCKED : FACT_PENDING;
}

static struct file_key key_of_file(enum file_task task, const struct exe_file *file)
{
    return (struct file_key){
        task,
        {file->dev, file->ino, file->size, (uint64_t)file->mtime_ns, (uint64_t)file->ctime_ns}
    };
}

static enum fact_state hook_look(void *context, int32_t pid, uint64_t starttime,
                                 const struct exe_file *file, struct program_look *ret_look)
{
    struct file_key key = key_of_file(FILE_TASK_LOOK, file);
    struct file_entry entry;
    enum fact_state state = ask(context, &key, pid, starttime, &entry);

    if (state == FACT_KNOWN)
        *ret_look = entry.look;
    return state;
}

static enum fact_state hook_digest(void *context, int32_t pid, uint64_t starttime,
                                   const struct exe_file *file, struct sha256 *ret_digest)
{
    struct file_key key = key_of_file(FILE_TASK_DIGEST, file);
    struct file_entry entry;
    enum fact_state state = ask(context, &key, pid, starttime, &entry);

    if (state == FACT_KNOWN)
        *ret_digest = entry.digest;
    return state;
}

static enum fact_state hook_stat(void *context, int32_t pid, uint64_t starttime,
                                 struct exe_file *ret_file)
{
    struct file_key key = {
        FILE_TASK_STAT, {(uint64_t)pid, starttime}
    };
    struct file_entry entry;
    enum fact_state state = ask(context, &key, pid, starttime, &entry);

    if (state == FACT_KNOWN)
        *ret_file = entry.file;
    return state;
}

struct gather_files file_client_hooks(struct file_client *client)
{
    return (struct gather_files){
        .digest = hook_digest, .stat = hook_stat, .look = hook_look, .context = client};
}

static void settle(struct file_client *client, enum fact_state state, uint64_t now_ms)
{
    client->asked->state = state;
    client->asked->is_waiting = false;
    client->asked->known_ms = now_ms;
    client->asked = NULL;
}

static bool is_about(const struct file_key *key, const struct exe_file *file)
{
    return key->words[0] == file->dev && key->words[1] == file->ino &&
           key->words[2] == file->size && key->words[3] == (uint64_t)file->mtime_ns &&
           key->words[4] == (uint64_t)file->ctime_ns;
}

static void take(struct file_client *client, const struct file_answer *answer, uint64_t now_ms)
{
    struct file_entry *entry = client->asked;
    enum fact_state state = answer->state;

    /* Late, from a worker that was given up, or from one of a collector before. */
    if (!entry || answer->id != client->asked_id || state >= FACT_STATE_COUNT)
        return;
    /* The process went on to another file, or changed its file meanwhile: what
     * was digested is not what was asked about. Another pass asks again. */
    if (entry->key.task != FILE_TASK_STAT && state == FACT_KNOWN &&
        !is_about(&entry->key, &answer->file))
        state = FACT_NOT_ASKED;
    if (state == FACT_KNOWN) {
        entry->file = answer->file;
        entry->digest = answer->digest;
        entry->look = answer->look;
    }
    settle(client, state, now_ms);
}

bool file_client_serve(struct file_client *client, uint64_t now_ms)
{
    struct file_answer answer;
    bool is_overdue;

    pthread_mutex_lock(&client->lock);
    while (recv(client->socket, &answer, sizeof answer, MSG_DONTWAIT) == sizeof answer)
        take(client, &answer, now_ms);
    is_overdue = client->asked && now_ms - client->asked_ms >= FILE_DEADLINE_MS;
    if (is_overdue)
        settle(client, FACT_BLOCKED, now_ms);
    pass_on_next(client, now_ms);
    pthread_mutex_unlock(&client->lock);
    return is_overdue;
}

int file_client_patience(struct file_client *client, uint64_t now_ms)
{
    int patience = -1;

    pthread_mutex_lock(&client->lock);
    if (client->asked) {
        uint64_t waited = now_ms - client->asked_ms;
        patience = waited < FILE_DEADLINE_MS ? (int)(FILE_DEADLINE_MS - waited) : 0;
    }
    pthread_mutex_unlock(&client->lock);
    return patience;
}
