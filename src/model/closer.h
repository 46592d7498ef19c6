/* SPDX-License-Identifier: MIT */
/*
 * closer - what only a closer look at one process tells: dear to read, or nobody
 * else's business, so that a snapshot of everybody has none of it. Plain data, as
 * in process.h.
 */
#ifndef MODEL_CLOSER_H
#define MODEL_CLOSER_H

#include "model/process.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* How each part went; enum fact_state. */
enum closer_part {
    CLOSER_VARIABLES, /* /proc/PID/environ, whole */
    CLOSER_THREADS,   /* /proc/PID/task */
    CLOSER_LIMITS,    /* /proc/PID/limits */
    CLOSER_SECURITY,  /* /proc/PID/status: capability sets, groups, seccomp */
    CLOSER_LABEL,     /* /proc/PID/attr/current: what an LSM confines it to */
    CLOSER_OPENINGS,  /* /proc/PID/fdinfo */
    CLOSER_PROGRAM,   /* the headers of its executable */
    CLOSER_INTEGRITY, /* is it what its package delivered? */
    CLOSER_PART_COUNT
};

enum {
    CLOSER_VARIABLES_MAX = 4096,
    CLOSER_THREADS_MAX = 512, /* of one process */
    CLOSER_OPENINGS_MAX = 1024,
    CLOSER_GROUPS_MAX = 64,
};

/* One variable of the environment, as the process may have rewritten it; a piece
 * without "=" has an empty name. */
struct variable {
    struct text_ref name;
    struct text_ref value;
};

/* Also in a snapshot of everybody, when threads were asked for: those beside the first
 * of their process, and without waits_in. */
struct thread {
    int32_t pid; /* of its process */
    int32_t tid;
    uint64_t cpu_ticks; /* user and system */
    uint64_t start_ticks;
    float cpu_percent; /* since the pass before; negative: not told */
    char state;
    uint8_t reserved[3];
    struct text_ref comm;
    struct text_ref waits_in; /* a function of the kernel; empty: it runs, or not told */
};

/* One line of /proc/PID/limits, in the kernel's words. */
struct limit {
    struct text_ref name;
    struct text_ref soft;
    struct text_ref hard;
    struct text_ref unit;
};

/* How a descriptor is open; beside struct descriptor, by the same number. */
struct opening {
    int32_t fd;
    uint32_t flags; /* open(2): O_ACCMODE, O_APPEND ... as fdinfo has them */
    uint64_t position;
};

enum elf_flag {
    ELF_IS_64_BIT = 1u << 0,
    ELF_IS_BIG_ENDIAN = 1u << 1,
    ELF_HAS_INTERPRETER = 1u << 2, /* needs the dynamic linker */
    ELF_IS_DYNAMIC = 1u << 3,      /* has a dynamic section: else wholly static */
    ELF_HAS_SECTIONS = 1u << 4,    /* packers take their table away */
    ELF_HAS_SYMBOLS = 1u << 5,     /* not stripped */
    ELF_HAS_STACK_EXECUTABLE = 1u << 6,
    ELF_HAS_WRITABLE_CODE = 1u << 7, /* a segment that is written to and executed */
    ELF_HAS_RELRO = 1u << 8,
    ELF_BINDS_NOW = 1u << 9,
    ELF_IS_TRUNCATED = 1u << 10, /* tables larger than a cap: not all was looked at */
    ELF_ENTRY_IS_ODD = 1u << 11, /* it starts outside of its executable segments */
};

enum { ELF_INTERPRETER_SIZE = 64, ELF_BUILD_ID_MAX = 20 };

/* What the headers of a program file say. Its author wrote them. */
struct elf_facts {
    uint32_t flags;   /* enum elf_flag */
    uint16_t type;    /* ET_EXEC, ET_DYN: position-independent */
    uint16_t machine; /* EM_X86_64 */
    uint64_t entry;
    uint32_t needed; /* libraries it names */
    uint32_t build_id_length;
    uint8_t build_id[ELF_BUILD_ID_MAX];
    char interpreter[ELF_INTERPRETER_SIZE]; /* NUL-terminated; cut short */
    uint8_t reserved[4];
};

enum { AUDIT_SESSION_NONE = 4294967295 };

/* At most one a snapshot, with SNAPSHOT_HAS_FOCUS. */
struct closer {
    int32_t pid;
    uint32_t integrity; /* enum integrity */
    uint8_t states[CLOSER_PART_COUNT];

    uint64_t cap_inheritable; /* status */
    uint64_t cap_bounding;
    uint32_t seccomp_filters;
    uint32_t umask;
    uint32_t audit_session; /* /proc/PID/sessionid; or AUDIT_SESSION_NONE */
    int32_t oom_score_adj;
    uint32_t group_count; /* all of them, of which the first are kept */
    uint32_t groups[CLOSER_GROUPS_MAX];
    uint32_t variable_count; /* all of them, kept or not */
    uint32_t thread_count;
    uint32_t opening_count;

    uint64_t ns_cgroup; /* inode numbers, beside those of struct process */
    uint64_t ns_ipc;
    uint64_t ns_uts;
    uint64_t ns_time;
    struct text_ref root; /* readlink /proc/PID/root */
    struct text_ref label;
    struct elf_facts elf;
};

#pragma GCC diagnostic pop

#endif
