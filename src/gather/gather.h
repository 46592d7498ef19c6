/* SPDX-License-Identifier: MIT */
/*
 * gather - the only reader of the kernel: from /proc, sock_diag and the user
 * database to the facts of one snapshot. It has no opinion on what it reads.
 *
 * A gatherer keeps what it needs between passes (CPU samples, user names, file
 * facts) keyed by (pid, starttime). One thread at a time.
 *
 * A recorded tree is what /proc looks like, as far as somebody recorded it; what
 * is missing was not asked. Besides the kernel's own files it may hold
 *   now, uptime.before     seconds since 1970; uptime at the first sample
 *   page_size, ticks_per_second    else 4096 and 100
 *   passwd                 names of users; the machine's own are not asked
 *   ld.so.preload, listed  content of the file; pids that the listing showed
 *   PID/stat.before        the first sample of its CPU time
 *   PID/exe.stat           the file behind exe (parse_exe_stat() in parse.h)
 *   PID/exe.sha256, PID/exe.package    its digest; its package, or an empty line
 *   PID/denied             names of facts that the recorder was refused
 */
#ifndef GATHER_GATHER_H
#define GATHER_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/md5.h"
#include "model/snapshot.h"

/* Told before each read that may block, so that somebody else can see where a
 * reader hangs; and asked which reads not to try. For status and stat, which
 * tell the start time, it is that of the pass before, 0 for a pid then unseen;
 * it stays so for the rest of a process whose stat is quarantined. */
struct gather_watch {
    void (*before)(void *context, int32_t pid, uint64_t starttime, enum fact fact);
    bool (*is_quarantined)(void *context, int32_t pid, uint64_t starttime, enum fact fact);
    /* Has the pass taken too long to look closely at this process? What may block
     * is FACT_PENDING then. pid is INT32_MAX for those that come last. */
    bool (*is_late)(void *context, int32_t pid);
    /* Does nobody want this pass any more? Then it ends, with -ECANCELED. */
    bool (*is_given_up)(void *context);
    void *context;
};

/* Who knows the names of users: a name service may be far away. True when the name
 * is known, NULL for none; it stays valid. False: not yet, ask again. */
struct gather_names {
    bool (*find)(void *context, uint32_t uid, const char **ret_name);
    void *context;
};

/* What a closer look at a program file tells. */
struct program_look {
    struct elf_facts elf; /* flags 0: no ELF */
    struct md5 md5;       /* of the whole file */
    bool has_md5;         /* false: too large */
};

/* Who digests executables and looks at those on file systems that may hang.
 * Answers at once: FACT_KNOWN with the result, FACT_PENDING while it works on
 * it, or FACT_FAILED, FACT_DENIED, FACT_TRUNCATED (too large), FACT_BLOCKED. */
struct gather_files {
    enum fact_state (*digest)(void *context, int32_t pid, uint64_t starttime,
                              const struct exe_file *file, struct sha256 *ret_digest);
    enum fact_state (*stat)(void *context, int32_t pid, uint64_t starttime,
                            struct exe_file *ret_file);
    enum fact_state (*look)(void *context, int32_t pid, uint64_t starttime,
                            const struct exe_file *file, struct program_look *ret_look);
    void *context;
};

/* What the kernel tells of all processes at once, in the first pass over everybody:
 * descriptors; zero or less: it does not. */
struct gather_census {
    int tasks;       /* who they are and where */
    int descriptors; /* what they have open */
};

struct gather_options {
    const char *proc_root;       /* a recorded tree; NULL for the live /proc */
    struct gather_watch watch;   /* zero: nobody watches */
    struct gather_names names;   /* zero: the user database is asked at once, here */
    struct gather_files files;   /* zero: digests are computed at once, here; no looks */
    int events;                  /* of gather_open_events(), the caller's; zero or less: none */
    struct gather_census census; /* of gather_open_census(); taken over, closed when read */
};

struct gather_request {
    fact_mask wanted;  /* others are not read; FACT_CLOSER only of a focus */
    int32_t focus_pid; /* gather only this process, in full; 0 for all */
    uint64_t focus_starttime;
    /* Of processes that were not read before, read no more than there is time for: the
     * rest is FACT_PENDING, and comes in the passes after this one, which are to follow
     * at once while the snapshot's header says "unfinished". What was known stays so. */
    bool may_put_off;
    bool wants_threads; /* those beside the first, of all processes: three system calls each */
    /* Also keep the descriptors of files at or below it; NULL: of none. A new one costs a
     * pass in which everything is read. */
    const char *path;
};

struct gather;

/* Where the kernel tells of processes that come and go; opening it takes privileges
 * that reading it does not. Negative errno. */
int gather_open_events(void);

/* The same for a census, which the kernel is given two programs for; each descriptor can
 * be read once. Costs some 10 ms, which pays where there are many to be read. */
bool gather_census_pays(void);
void gather_open_census(struct gather_census *ret_census);

/* Fails with -errno and a reason when /proc is not procfs or not there, or the
 * recording is none. The reason is static text. */
int gather_new(const struct gather_options *options, struct gather **ret_gather,
               const char **ret_reason);
void gather_free(struct gather *gather);

/* Take a snapshot for the pass before, when another gatherer made it: who there
 * was, since when, and their CPU times. A process in the middle of exec(2) does
 * not tell its start time; then it is known from there. Only copies. */
void gather_inherit(struct gather *gather, const struct snapshot *snapshot);

/* The same, and go on where the one that made the snapshot was given up: with what it
 * kept of each process, so that the next pass costs about what its own would have.
 * Only of one who was as privileged as this one: what it says is taken for true until
 * something tells of a change, or the sweep. */
void gather_succeed(struct gather *gather, const struct snapshot *snapshot);

/* One pass into a builder that the caller cleared and will seal. Processes that
 * vanish are not errors; what could not be read is in the facts, the counts and
 * the notes. Fails only when /proc itself cannot be listed. */
int gather_pass(struct gather *gather, const struct gather_request *request,
                struct snapshot_builder *builder);

/*
 * Write a recording of the live machine below a new directory: the tree that
 * proc_root reads back (tests/support/unpack.sh makes the same from text).
 * Of these processes, or of all with a pid_count of 0. Takes half a second, for
 * two samples of CPU time, and may hang on what a gather may hang on.
 * Environments keep their LD_* variables; the values of all others are blanked.
 * The directory must not exist; it is left 0700 with files 0600.
 */
int gather_record(const char *directory, const int32_t *pids, size_t pid_count,
                  const char **ret_reason);

#endif
