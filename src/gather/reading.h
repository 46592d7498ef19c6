/* SPDX-License-Identifier: MIT */
/*
 * reading - one process being read in one pass. Private to gather: what the
 * files read_*.c share, and the gatherer they belong to.
 */
#ifndef GATHER_READING_H
#define GATHER_READING_H

#include "gather/allowance.h"
#include "gather/births.h"
#include "gather/census.h"
#include "gather/digests.h"
#include "gather/exe_table.h"
#include "gather/gather.h"
#include "gather/hidden.h"
#include "gather/mounts.h"
#include "gather/parse.h"
#include "gather/paths.h"
#include "gather/proc_events.h"
#include "gather/procfs.h"
#include "gather/samples.h"
#include "gather/sockets.h"
#include "gather/texts.h"
#include "gather/threads.h"
#include "gather/users.h"

/* Executable mappings of one process, until it is known whether they matter. */
struct map_list {
    struct map *items; /* names refer to the list's own texts */
    size_t count;
    size_t capacity;
    struct strbuf names;
    uint32_t seen; /* kept or not */
    bool is_interesting;
};

/* What the process being read has; becomes its kept copy, or the snapshot's. */
struct lists {
    struct map *maps;
    size_t map_count;
    size_t map_capacity;
    struct descriptor *descriptors;
    size_t descriptor_count;
    size_t descriptor_capacity;
};

/* In this pass and those behind it; NULL: of no path. */
void descriptors_ask_for(struct gather *gather, const char *path);

void lists_add_descriptor(struct lists *lists, const struct descriptor *descriptor);

/* The last of its kind, see read_code.c. */
struct code_look {
    int32_t pid;
    uint64_t starttime;
    uint64_t exe_ino;
    uint64_t taken_ns;
    struct written_code code;
};

struct gather {
    struct procfs procfs;
    struct gather_watch watch;
    struct gather_files files;
    struct users users;
    struct mounts mounts;
    struct paths paths;
    struct samples samples;
    struct digests digests;
    struct sockets sockets;
    struct hidden hidden;
    struct proc_events events;
    struct births births;
    struct census census; /* until the first pass is over */
    bool has_plain_root;  /* its link says "/", and not that it was deleted */
    struct procfs_numbers pids;
    struct procfs_numbers descriptors;
    struct procfs_numbers postponed; /* in the D state: read last */
    bool is_last_round;
    uint32_t hurried_count; /* in this pass */
    struct map_list maps;
    struct lists lists;
    struct code_look code_look;
    struct allowance allowance;
    int64_t allowance_least_us; /* of a pass */
    struct thread_samples thread_samples;
    struct texts texts;
    struct exe_table exe_table;
    size_t descriptor_max; /* descriptors that may be kept open */
    int32_t parent_seen;   /* a parent that is there, in this pass */
    bool is_sweeping;      /* the process being read need not be read */
    struct times now;      /* what schedstat said last, and of whom */
    int32_t now_of;
    bool has_kept;      /* not only looks at one process */
    struct strbuf text; /* of the file being read */
    struct strbuf exe;  /* of the process being read: its link */
    struct strbuf file_name;
    struct strbuf own_preload;
    struct strbuf asked_path; /* descriptors of files there are kept, too; empty: none */
    bool is_path_new;         /* in this pass: nothing that was kept before knows it */
    uint64_t pass;            /* 1 for the first */
    uint64_t untold_until;    /* the pass before which events went to a predecessor */
    uint64_t now_ns;          /* monotonic, at the start of the pass; a recording: its uptime */
    uint64_t last_ns;         /* of the pass before */
    uint64_t own_namespaces[NAMESPACE_COUNT];
    bool is_procfs_ours; /* of our own pid namespace, not of one above */
    uint32_t ticks_per_second;
    uint32_t page_size;
    bool has_no_map_query; /* the kernel has no PROCMAP_QUERY */
};

struct reading {
    struct gather *gather;
    struct snapshot_builder *builder;
    fact_mask wanted;
    bool is_focus;
    bool keeps_sample;      /* for the next pass */
    bool is_gone;           /* vanished: drop the row */
    bool is_last;           /* those come last that sleep in the kernel */
    bool is_postponed;      /* it is one of those: read it last */
    bool is_hurried;        /* nothing that may block */
    bool lacks_name;        /* of its user: not to be kept as it is */
    bool was_running;       /* when its status was read */
    bool was_misled;        /* by what was told of its status */
    uint64_t told_start_ns; /* of whose status was told; 0: it was read */
    bool has_no_memory;     /* kernel thread or zombie: nothing to read behind it */
    fact_mask put_off;      /* wanted, and left to a later pass */
    int directory;          /* /proc/PID */
    int body;               /* the same, or that of a live thread when the leader has exited */
    bool owes_place;        /* see kept.h, this and what follows */
    bool owes_descriptors;
    uint32_t faults;             /* as in struct read_mark */
    int schedstat;               /* open, to be kept; or -1 */
    struct times times;          /* what it said */
    struct sample sample;        /* becomes the process's next one */
    const struct sample *before; /* of the same process, or NULL */
    struct process process;
};

/* One row a fact; each returns how it went, and fills in the process. */
typedef enum fact_state fact_reader(struct reading *reading);

fact_reader read_status, read_stat, read_cpu, read_cmdline, read_cgroup, read_loginuid;
fact_reader read_namespaces, read_exe, read_cwd, read_exe_file, read_sha256, read_environ;
fact_reader read_maps, read_descriptors, read_sockets, read_package, read_root,
    read_written_code;

/* Once the program file is known: whether argv[0] and LD_PRELOAD are of others. */
void reading_compare_paths(struct reading *reading);

/* At the start of a pass: what came since the pass before. */
void gather_hear_events(struct gather *gather, struct snapshot_builder *builder);

/* At the end of it: how many came and went, where the kernel does not tell. */
void gather_estimate_ended(struct gather *gather, struct snapshot_builder *builder);

/* Before the first pass; after it, census_release(). */
void told_begin(struct gather *gather, const struct gather_census *opened);

/* What the census tells of the process: false, or TOLD_UNTRUE, when it must be read. Also
 * notes what is to be read again before long. */
bool told_task(struct reading *reading, struct census_task *ret_task);

/* What status says and stat does not, of a process that sleeps: stat is to say the rest, and
 * whether it is the same process. If not, status must be read after it. */
bool told_status(struct reading *reading, struct process_status *ret_status);
bool told_misled(struct reading *reading);

/* The same, of what its flag says: its link is "/". */
bool told_is_root(struct reading *reading, enum census_flag flag);

/* One descriptor after the other. An empty link is too long to be told. */
enum told { TOLD, TOLD_NO_MORE, TOLD_UNTRUE };
enum told told_descriptor(struct reading *reading, struct census_descriptor *ret_descriptor,
                          struct span *ret_link);

/* Read what is wanted, and nothing else, into a process that is known. */
void reading_add(struct reading *reading);

/* Read everything that is wanted, in an order in which files that never block
 * come first. The directory is open; what is opened besides is closed again. */
void reading_run(struct reading *reading);

/* Of the process in focus: what a closer look tells besides, into the builder. */
void read_closer(struct reading *reading);

/* A read of that fact begins, and may hang: say so. False when it must not be
 * tried. */
bool reading_may_begin(struct reading *reading, enum fact fact);

/* The same, of a process that is known from before. */
bool gather_may_begin(const struct gather *gather, const struct process *process,
                      enum fact fact);

/* What an error on one file of the process says: also notices that the process
 * is gone. */
enum fact_state reading_error(struct reading *reading, int error);

/* Read a whole small file of the process into the gatherer's text: KNOWN,
 * TRUNCATED, or what the error says. */
enum fact_state reading_file(struct reading *reading, int directory, const char *path,
                             size_t cap);

/* A text of the gatherer's, not yet the snapshot's. */
struct text_ref reading_text(struct reading *reading, struct span text);

enum { STATUS_SIZE_MAX = 256 * 1024, STAT_SIZE_MAX = 4096 }; /* "Groups:" may be many */

#endif
