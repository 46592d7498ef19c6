/* SPDX-License-Identifier: MIT */
/*
 * snapshot - every process at one instant: a photograph, in one flat block.
 *
 * Header, process records by ascending pid, side arrays, string pool. The same
 * block crosses from the collector to the screen, is written to a recording and
 * is replayed. Its writer parses hostile bytes, so a reader copies the block
 * first and then lets snapshot_open() verify every offset of its own copy; what
 * that accepts is safe to walk. An open snapshot never changes.
 */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/strbuf.h"
#include "model/closer.h"
#include "model/process.h"

enum {
    SNAPSHOT_VERSION = 3,
    /* Larger blocks are refused: about a million processes. */
    SNAPSHOT_SIZE_MAX = 1 << 30,
};

enum snapshot_section {
    SECTION_PROCESSES,
    SECTION_MAPS,
    SECTION_DESCRIPTORS,
    SECTION_SOCKETS,
    SECTION_NOTES,
    SECTION_HIDDEN,
    SECTION_CLOSER, /* and what belongs to it: */
    SECTION_VARIABLES,
    SECTION_THREADS,
    SECTION_LIMITS,
    SECTION_OPENINGS,
    SECTION_STRINGS,
    SECTION_COUNT
};

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

struct snapshot_extent {
    uint64_t offset; /* from the start of the block; a multiple of 8 */
    uint64_t count;  /* items; bytes for the strings */
};

enum snapshot_flag {
    SNAPSHOT_IS_RECORDED = 1u << 0, /* gathered from --proc-root */
    SNAPSHOT_HAS_FOCUS = 1u << 1,   /* of one process, in full */
    SNAPSHOT_SOCKETS_TRUNCATED = 1u << 2,
    SNAPSHOT_PROC_HIDES_PIDS = 1u << 3, /* hidepid: we cannot see all */
    SNAPSHOT_IS_INCOMPLETE = 1u << 4,   /* not all was read; notes say why */
    SNAPSHOT_COUNTS_SHORT_LIVED = 1u << 5,
    SNAPSHOT_HAS_THREADS = 1u << 6,           /* of all processes, as far as the caps go */
    SNAPSHOT_THREADS_TRUNCATED = 1u << 7,     /* there are more */
    SNAPSHOT_ESTIMATES_SHORT_LIVED = 1u << 8, /* threads included */
};

/* How reading went, over the whole pass. */
struct gather_counts {
    uint32_t processes; /* seen, kernel threads included */
    uint32_t kernel_threads;
    uint32_t vanished; /* gone before they could be read: not an error */
    uint32_t denied;   /* processes with at least one denied fact */
    uint32_t failed;
    uint32_t blocked;
    uint32_t truncated;
    uint32_t short_lived;         /* forked since the pass before and already gone */
    uint32_t expected;            /* pids the kernel says there are; 0 if unknown */
    uint32_t reads;               /* processes that were read, and not only remembered */
    uint32_t sweep_reads;         /* read again though nothing said that they must be, and */
    uint32_t sweep_disagreements; /* not what had been remembered of them */
};

struct snapshot_header {
    char magic[8]; /* "PROCWTCH" */
    uint32_t version;
    uint32_t header_size;
    /* sizeof of each record type: a block of another build is refused, not misread */
    uint32_t item_sizes[SECTION_COUNT];
    uint32_t unfinished; /* processes that later passes read the rest of: FACT_PENDING */
    uint32_t flags;      /* enum snapshot_flag */
    uint64_t size;       /* of the whole block */
    uint64_t serial;
    struct snapshot_extent sections[SECTION_COUNT];

    int64_t realtime_ns;     /* wall clock at the start of the pass */
    uint64_t uptime_ms;      /* since boot, at the start of the pass */
    uint64_t interval_ms;    /* since the pass before; 0 in the first */
    uint64_t pass;           /* number of the pass over everybody; 0: of no such */
    uint64_t pace_ms;        /* the interval it keeps to: longer than asked for when a
                                pass would take more than half of that; 0: none */
    uint64_t gather_wall_us; /* what the pass cost */
    uint64_t gather_cpu_us;
    uint32_t ticks_per_second; /* of starttime, utime, stime */
    uint32_t cpus;
    float load[3];
    uint32_t page_size;
    uint64_t memory_total; /* bytes */
    uint64_t memory_available;
    int32_t focus_pid;     /* with SNAPSHOT_HAS_FOCUS */
    int32_t collector_pid; /* who gathered */
    int32_t last_pid;      /* given last in its pid namespace, when it began; 0: not known */
    uint32_t reserved;
    uint64_t ns_pid; /* the collector's own namespaces, to compare with */
    uint64_t ns_mnt;
    uint64_t ns_net;
    uint64_t ns_user;
    struct gather_counts counts;
    struct text_ref host;
    struct text_ref kernel;
    struct text_ref ld_so_preload; /* content of /etc/ld.so.preload; empty: none */
    struct text_ref own_preload;   /* a foreign library in the collector itself */
};

/* Something about the whole pass that a user should know: "sock_diag: Operation
 * not permitted; connections are read from /proc/PID/net". */
struct note {
    uint32_t level; /* enum problem_level of base/problem.h */
    uint32_t reserved;
    struct text_ref text;
};

/* A process that somebody keeps from being seen: a fact of the host, because
 * there is no row to show it in. */
struct hidden_process {
    int32_t pid;
    uint32_t how;       /* enum hidden_how */
    uint32_t sightings; /* passes in a row; two are needed to believe it */
    uint32_t reserved;
    struct text_ref evidence;
};

enum hidden_how {
    HIDDEN_UNLISTED,     /* it answers, but the listing of /proc leaves it out */
    HIDDEN_MOUNTED_OVER, /* a mount covers its /proc/PID */
    HIDDEN_HOW_COUNT
};

#pragma GCC diagnostic pop

/* A verified block. The pointers lie inside it. */
struct snapshot {
    const struct snapshot_header *header;
    const struct process *processes;
    size_t process_count;
    const struct map *maps;
    size_t map_count;
    const struct descriptor *descriptors;
    size_t descriptor_count;
    const struct socket *sockets;
    size_t socket_count;
    const struct note *notes;
    size_t note_count;
    const struct hidden_process *hidden;
    size_t hidden_count;
    const struct closer *closer; /* or NULL */
    const struct variable *variables;
    size_t variable_count;
    const struct thread *threads; /* by ascending pid and tid */
    size_t thread_count;
    const struct limit *limits;
    size_t limit_count;
    const struct opening *openings; /* by ascending fd */
    size_t opening_count;
    const char *strings;
    size_t strings_size;
};

/*
 * Verify a block of size bytes and describe it. The block must be 8-aligned,
 * private to the caller, and outlive the snapshot. False with a reason (static
 * text) when anything in it does not hold: magic, version, record sizes,
 * extents, ranges, text references, ascending pids, terminated strings,
 * fact states. Nothing behind *ret_snapshot is touched then.
 */
bool snapshot_open(const void *block, size_t size, struct snapshot *ret_snapshot,
                   const char **ret_reason);

/* A string of the pool: NUL-terminated, never NULL. */
const char *snapshot_string(const struct snapshot *snapshot, struct text_ref text);
struct span snapshot_span(const struct snapshot *snapshot, struct text_ref text);

/* By pid, or NULL. */
const struct process *snapshot_find(const struct snapshot *snapshot, int32_t pid);

/* By identity, or NULL: also when the pid is another process by now. */
const struct process *snapshot_find_identity(const struct snapshot *snapshot, int32_t pid,
                                             uint64_t starttime);

/* Where it stands in the snapshot, and in whatever is kept for each process of it. */
static inline uint32_t snapshot_index(const struct snapshot *snapshot,
                                      const struct process *process)
{
    return (uint32_t)(process - snapshot->processes);
}

/* How that descriptor of the process in focus is open, or NULL. */
const struct opening *snapshot_opening(const struct snapshot *snapshot, int32_t fd);

/* Those of a process that are in the snapshot, and how many. */
const struct thread *snapshot_threads(const struct snapshot *snapshot, int32_t pid,
                                      size_t *ret_count);

/* The parent, or NULL: also when the pid of the parent is another process by now, which
 * shows in that it started later. */
const struct process *snapshot_parent(const struct snapshot *snapshot,
                                      const struct process *process);

/* Seconds since the process started, at the time of the snapshot. */
double snapshot_age(const struct snapshot *snapshot, const struct process *process);

/*
 * Building. Records are appended to side arrays, strings are interned (equal
 * strings share one copy), and seal writes the block. One builder is reused
 * over refreshes: its memory grows to what a refresh needs and stays.
 */
struct snapshot_builder;

struct snapshot_builder *snapshot_builder_new(void);
void snapshot_builder_free(struct snapshot_builder *builder);

/* Start over; memory is kept. */
void snapshot_builder_clear(struct snapshot_builder *builder);

/* To be filled in by the caller; sections, sizes and magic are set by seal. */
struct snapshot_header *snapshot_builder_header(struct snapshot_builder *builder);

struct text_ref snapshot_builder_text(struct snapshot_builder *builder, struct span text);

/* Each returns the new item's index. */
uint32_t snapshot_builder_add_process(struct snapshot_builder *builder,
                                      const struct process *process);
uint32_t snapshot_builder_add_map(struct snapshot_builder *builder, const struct map *map);
uint32_t snapshot_builder_add_descriptor(struct snapshot_builder *builder,
                                         const struct descriptor *descriptor);
uint32_t snapshot_builder_add_socket(struct snapshot_builder *builder,
                                     const struct socket *socket);
void snapshot_builder_add_note(struct snapshot_builder *builder, uint32_t level,
                               const char *text);

void snapshot_builder_add_hidden(struct snapshot_builder *builder,
                                 const struct hidden_process *hidden);

/* At most one; its parts are told by the functions below. */
void snapshot_builder_set_closer(struct snapshot_builder *builder, const struct closer *closer);
void snapshot_builder_add_variable(struct snapshot_builder *builder, struct span name,
                                   struct span value);
void snapshot_builder_add_thread(struct snapshot_builder *builder, const struct thread *thread);
void snapshot_builder_add_limit(struct snapshot_builder *builder, const struct limit *limit);
void snapshot_builder_add_opening(struct snapshot_builder *builder,
                                  const struct opening *opening);

/* The process at that index, to be changed until the seal. */
struct process *snapshot_builder_process(struct snapshot_builder *builder, uint32_t index);

/* Bytes that seal will write. */
size_t snapshot_builder_size(const struct snapshot_builder *builder);

/* Sort processes by pid and sockets by inode, mark outbound sockets, and give the
 * block in pieces that follow each other; they stay the builder's, and are valid
 * until it is cleared. An empty piece may be NULL. */
enum { SNAPSHOT_PIECES = SECTION_COUNT + 1 };
void snapshot_builder_seal_pieces(struct snapshot_builder *builder,
                                  struct iovec (*ret_pieces)[SNAPSHOT_PIECES]);

/* Sort processes by pid and sockets by inode, mark outbound sockets, and write
 * the block to memory of snapshot_builder_size() bytes, 8-aligned. */
void snapshot_builder_seal(struct snapshot_builder *builder, void *ret_block);

#endif
