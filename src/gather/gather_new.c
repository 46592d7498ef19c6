/* SPDX-License-Identifier: MIT */
/* A gatherer, before its first pass and after its last. */
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/gather.h"
#include "gather/preloads.h"
#include "gather/reading.h"
#include "gather/system_facts.h"

enum { PASSWD_SIZE_MAX = 16 * 1024 * 1024, DESCRIPTORS_RESERVED = 512 };

static void load_recorded_users(struct gather *gather)
{
    gather->users.is_closed = true;
    if (procfs_read(&gather->procfs, gather->procfs.root, "passwd", PASSWD_SIZE_MAX,
                    &gather->text) >= 0)
        users_load(&gather->users, strbuf_span(&gather->text));
}

/* How many we may keep open and still have enough for everything else; what gatherers
 * that hang have open is not there to be had. */
static size_t spare_descriptors(struct gather *gather)
{
    struct rlimit limit;
    int directory = procfs_open_directory(&gather->procfs, gather->procfs.root, "self/fd");

    if (directory < 0)
        return 0;
    int error = procfs_list(directory, &gather->descriptors);
    size_t taken = gather->descriptors.count + DESCRIPTORS_RESERVED;
    close(directory);
    if (error || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= taken)
        return 0;
    return limit.rlim_cur - taken;
}

int gather_new(const struct gather_options *options, struct gather **ret_gather,
               const char **ret_reason)
{
    struct gather *gather = memory_new(1, sizeof *gather);
    int error = procfs_open(&gather->procfs, options->proc_root, ret_reason);

    if (error) {
        free(gather);
        return error;
    }
    gather->watch = options->watch;
    gather->files = options->files;
    gather->users.names = options->names;
    gather->paths.mounts = &gather->mounts;
    gather->descriptor_max = gather->procfs.is_live ? spare_descriptors(gather) : 0;
    gather->allowance_least_us = ALLOWANCE_LEAST_US;
    system_facts_learn(gather);
    hidden_init(&gather->hidden, &gather->procfs);
    proc_events_init(&gather->events, gather->procfs.is_live ? options->events : -1);
    if (gather->procfs.is_live)
        preloads_of_ourselves(&gather->own_preload);
    told_begin(gather, &options->census);
    sockets_init(&gather->sockets, &gather->procfs, gather->own_namespaces[NAMESPACE_NET]);
    if (gather->procfs.is_live)
        mounts_init(&gather->mounts, &gather->procfs);
    else
        load_recorded_users(gather);
    *ret_gather = gather;
    return 0;
}

void gather_free(struct gather *gather)
{
    if (!gather)
        return;
    users_release(&gather->users);
    paths_release(&gather->paths);
    mounts_release(&gather->mounts);
    samples_release(&gather->samples);
    thread_samples_release(&gather->thread_samples);
    digests_release(&gather->digests);
    sockets_release(&gather->sockets);
    texts_release(&gather->texts);
    exe_table_release(&gather->exe_table);
    free(gather->lists.maps);
    free(gather->lists.descriptors);
    hidden_release(&gather->hidden);
    proc_events_release(&gather->events);
    census_release(&gather->census);
    strbuf_release(&gather->own_preload);
    strbuf_release(&gather->asked_path);
    procfs_numbers_release(&gather->pids);
    procfs_numbers_release(&gather->descriptors);
    procfs_numbers_release(&gather->postponed);
    free(gather->maps.items);
    strbuf_release(&gather->maps.names);
    strbuf_release(&gather->text);
    strbuf_release(&gather->exe);
    strbuf_release(&gather->file_name);
    procfs_close(&gather->procfs);
    free(gather);
}
