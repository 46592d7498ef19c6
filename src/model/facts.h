/* SPDX-License-Identifier: MIT */
/*
 * facts - what we tried to learn about a process, and how that went.
 *
 * A fact is one thing the kernel may tell us, tell us in part, or refuse to
 * tell. "Unknown" is never "clean": a heuristic names the facts it needs, and
 * where one of them is not known its answer is "not assessed".
 */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include <stdint.h>

enum fact {
    FACT_STAT,         /* /proc/PID/stat */
    FACT_STATUS,       /* /proc/PID/status */
    FACT_CMDLINE,      /* /proc/PID/cmdline */
    FACT_ENVIRON,      /* /proc/PID/environ: its LD_* variables */
    FACT_EXE,          /* readlink /proc/PID/exe */
    FACT_EXE_FILE,     /* fstat through /proc/PID/exe, and of what is at its path */
    FACT_CWD,          /* readlink /proc/PID/cwd */
    FACT_MAPS,         /* /proc/PID/maps: executable mappings */
    FACT_DESCRIPTORS,  /* /proc/PID/fd */
    FACT_SOCKETS,      /* the socket table of its network namespace */
    FACT_CPU,          /* two samples of its CPU time */
    FACT_SHA256,       /* digest of its executable */
    FACT_CGROUP,       /* /proc/PID/cgroup */
    FACT_NAMESPACES,   /* readlink /proc/PID/ns/{net,pid,mnt,user} */
    FACT_LOGINUID,     /* /proc/PID/loginuid */
    FACT_PACKAGE,      /* which package owns its executable */
    FACT_ROOT,         /* readlink /proc/PID/root */
    FACT_WRITTEN_CODE, /* /proc/PID/smaps: pages of its code that were written to */
    FACT_INTEGRITY,    /* its executable's digest against its package's */
    FACT_COUNT
};

enum fact_state {
    FACT_NOT_ASKED, /* nobody wanted it */
    FACT_KNOWN,
    FACT_TRUNCATED, /* known up to a cap: absence of something proves nothing */
    FACT_PENDING,   /* asked for, not there yet (first CPU sample, a hash under way) */
    FACT_DENIED,    /* EACCES, EPERM */
    FACT_FAILED,    /* any other error */
    FACT_BLOCKED,   /* the read did not come back in time: itself suspicious */
    FACT_STATE_COUNT
};

typedef uint32_t fact_mask;

/* Room for as many, where others share the word. */
enum { FACT_BITS = 24 };
_Static_assert((int)FACT_COUNT <= (int)FACT_BITS, "a bit for each");

#define FACT_BIT(fact) ((fact_mask)1 << (fact))
#define FACT_ALL       (FACT_BIT(FACT_COUNT) - 1)

/* Dear ones, which only a closer look at one process reads, whatever is wanted. */
#define FACT_CLOSER (FACT_BIT(FACT_WRITTEN_CODE) | FACT_BIT(FACT_INTEGRITY))

/* "cmdline", "exe_file": names in messages and JSON. */
const char *fact_name(enum fact fact);

/* "denied", "pending". */
const char *fact_state_name(enum fact_state state);

#endif
