/* SPDX-License-Identifier: MIT */
/*
 * process - one process as it was at one instant, and the records it refers to.
 *
 * Plain data of fixed size: no pointers, so that a snapshot can cross a process
 * boundary or go to a file as it is. Text is a reference into the snapshot's
 * string pool and lists are ranges of its side arrays. A member is meaningful
 * only when its fact is FACT_KNOWN or FACT_TRUNCATED; else it is zero.
 *
 * No record has a hole between its members (-Wpadded): holes would carry what was on
 * the collector's stack, of other processes, into recordings and to clients.
 */
#ifndef MODEL_PROCESS_H
#define MODEL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"
#include "base/span.h"
#include "model/facts.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* A string of the pool; NUL-terminated there, and may hold NUL bytes (cmdline).
 * Offset 0, length 0 is the empty string. Not sanitised: as the kernel gave it. */
struct text_ref {
    uint32_t offset;
    uint32_t length;
};

/* The same string, where equal ones share one copy: in one snapshot. */
static inline bool text_ref_equals(struct text_ref a, struct text_ref b)
{
    return a.offset == b.offset && a.length == b.length;
}

/* Items first .. first + count - 1 of a side array. */
struct range {
    uint32_t first;
    uint32_t count;
};

/* Flags of proc_pid_stat(5) field 9, include/linux/sched.h. */
enum {
    PROCESS_PF_EXITING = 0x00000004, /* on its way out: memory and exe may be gone */
    PROCESS_PF_KTHREAD = 0x00200000,
};

/* FACT_EXE_FILE: the inode behind /proc/PID/exe. */
struct exe_file {
    uint64_t ino;
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint32_t dev;   /* as stat(2) has it: the kernel's own are no wider */
    uint32_t nlink; /* 0: unlinked */
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t flags; /* enum exe_flag */
};

enum exe_flag {
    /* A directory on the path is writable by others and not sticky, or its own
     * directory is writable by others. */
    EXE_DIRECTORY_WRITABLE = 1u << 0,
    /* The link's bare path (without " (deleted)") exists now ... */
    EXE_PATH_EXISTS = 1u << 1,
    /* ... and is this very file ... */
    EXE_PATH_IS_SAME = 1u << 2,
    /* ... or a regular, executable file of root in a directory only root writes
     * to: what a package upgrade leaves behind. */
    EXE_PATH_IS_TRUSTED = 1u << 3,
    /* On a file system of this machine that cannot hang (not NFS, FUSE ...). */
    EXE_ON_LOCAL_FS = 1u << 4,
    /* Of a process in our pid namespace but another mount namespace, where nothing
     * of the above is told: its path leads us to no file, or to another. */
    EXE_PATH_IS_ELSEWHERE = 1u << 5,
};

/* FACT_WRITTEN_CODE: pages that are mapped from a file, executable and not writable,
 * and that are not the file's any more. */
struct written_code {
    uint64_t start; /* the mapping with the most of them */
    uint64_t end;
    uint64_t inode;
    uint32_t kib;      /* of all */
    uint32_t mappings; /* that have any; 0: nothing was written to */
};

/* FACT_INTEGRITY. */
enum integrity {
    INTEGRITY_NOT_COMPARED, /* no package, or it has no digest of this file */
    INTEGRITY_INTACT,
    INTEGRITY_MODIFIED,
};

/* How far the process had come when it was read: what the one who read it goes by when
 * it asks whether it must be read again. For who goes on where that one was given up
 * (gather_succeed()); it says nothing to others, and is not recorded. */
struct read_mark {
    uint64_t runtime_ns;          /* schedstat, before it was read */
    uint64_t arrivals;            /* schedstat: on a CPU; 0: it was not asked */
    uint32_t faults;              /* stat 10 and 12, of pages; the last bits of their number */
    fact_mask wanted : FACT_BITS; /* what was asked for, and not put off */
    uint32_t flags : 32 - FACT_BITS; /* enum read_mark_flag */
};

enum read_mark_flag {
    MARK_IS_KEPT = 1u << 0,          /* else there is nothing to go by */
    MARK_HAS_NO_MEMORY = 1u << 1,    /* there was nothing behind it to read */
    MARK_OWES_PLACE = 1u << 2,       /* parts were taken to be as before: where it is, */
    MARK_OWES_DESCRIPTORS = 1u << 3, /* and its descriptors */
    MARK_IS_VOID = 1u << 4,          /* to be read again */
};

/* Of uid and gid. */
enum id_kind { ID_REAL, ID_EFFECTIVE, ID_SAVED, ID_FILE_SYSTEM, ID_KIND_COUNT };

enum { LOGINUID_NONE = 4294967295 }; /* never logged in */

/* What the kernel puts behind the path of an unlinked file. A file can also be *named*
 * so: see process_exe_bare_length(). */
#define DELETED_SUFFIX " (deleted)"

struct process {
    int32_t pid;
    int32_t ppid;              /* stat 4 */
    uint64_t starttime;        /* stat 22, clock ticks since boot */
    uint8_t facts[FACT_COUNT]; /* enum fact_state, by enum fact */

    char state;      /* stat 3 */
    uint8_t seccomp; /* status: Seccomp */
    uint8_t no_new_privs;
    uint8_t is_new;        /* not in the snapshot before */
    uint8_t ns_depth;      /* status: NSpid: 1 in our own pid namespace */
    uint8_t cmdline_flags; /* enum cmdline_flag; with FACT_EXE_FILE */
    uint8_t environ_flags; /* enum environ_flag */
    uint8_t maps_flags;    /* enum maps_flag */
    uint8_t integrity;     /* enum integrity */
    uint32_t flags;        /* stat 9: PF_* */
    int32_t pgrp;          /* stat 5 */
    int32_t session;       /* stat 6 */
    int32_t tty_nr;        /* stat 7: device number, 0 for none */
    int32_t threads;       /* stat 20 */
    uint32_t loginuid;     /* or LOGINUID_NONE */
    int32_t tracer_pid;    /* status: TracerPid, of any thread that was read */
    uint64_t utime;        /* stat 14, ticks */
    uint64_t stime;        /* stat 15, ticks */
    uint64_t child_faults; /* stat 11: minor faults of children waited for, for life:
                              how much it starts that is gone by the next look */
    uint64_t vsize;        /* stat 23, bytes */
    uint64_t rss;          /* stat 24, bytes (pages x page size) */
    struct text_ref comm;  /* stat 2 */

    uint32_t uid[ID_KIND_COUNT]; /* status: Uid: */
    uint32_t gid[ID_KIND_COUNT];
    uint64_t cap_effective;
    uint64_t cap_permitted;
    uint64_t cap_ambient;
    uint64_t switches;    /* voluntary + nonvoluntary context switches */
    struct text_ref user; /* name of the effective uid; the number when nameless */

    struct text_ref cmdline; /* arguments, each ended by NUL */
    struct text_ref exe;     /* as readlink gives it, " (deleted)" included */
    struct text_ref cwd;
    struct text_ref root;
    struct exe_file exe_file;
    struct sha256 sha256;
    struct text_ref package; /* FACT_PACKAGE: name, empty for unowned */
    struct written_code written_code;

    struct text_ref ld_preload; /* environ: value of LD_PRELOAD */
    struct text_ref ld_audit;
    struct text_ref ld_library_path;

    float cpu_percent;         /* of one CPU, since the sample before */
    float child_fault_rate;    /* child_faults a second: of its life when first seen, then
                                  more and more of the last half minute; FACT_CPU */
    uint32_t map_count;        /* mappings seen; FACT_MAPS */
    uint32_t descriptor_count; /* all open descriptors */
    struct range maps;         /* of interest: see struct map */
    struct range descriptors;  /* of interest: see struct descriptor */

    uint32_t ns_net; /* inode numbers of the namespaces: the kernel gives no wider ones */
    uint32_t ns_pid;
    uint32_t ns_mnt;
    uint32_t ns_user;
    struct text_ref cgroup;
    uint64_t blocked_since_ms; /* monotonic; with a FACT_BLOCKED fact */
    struct read_mark mark;
};

enum environ_flag {
    ENVIRON_HAS_LD_PRELOAD = 1u << 0,
    ENVIRON_HAS_LD_AUDIT = 1u << 1,
    ENVIRON_HAS_LD_LIBRARY_PATH = 1u << 2,
    /* A package database answers, and no package delivers one of the paths in
     * LD_PRELOAD; in our own mount namespace only. */
    ENVIRON_PRELOADS_UNOWNED = 1u << 3,
};

enum cmdline_flag {
    /* argv[0] is the path of a program file (ELF) by another name than the
     * executable's, and that is another file; in our own mount namespace only. */
    CMDLINE_NAMES_OTHER_FILE = 1u << 0,
};

enum maps_flag {
    MAPS_EXE_IS_MAPPED = 1u << 0, /* an executable mapping of the exe's own inode */
};

/*
 * One mapping. A snapshot of all processes keeps, for a process that has any
 * executable mapping that is writable, anonymous, deleted or a memfd, all its
 * executable mappings (so that the runtime behind a JIT can be seen); for all
 * others none. A snapshot with a focus keeps every mapping of that process.
 */
struct map {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
    uint64_t inode; /* 0: anonymous */
    uint32_t dev_major;
    uint32_t dev_minor;
    uint32_t permissions; /* enum map_permission */
    struct text_ref name; /* path, "[heap]", or empty */
    uint32_t reserved;
};

enum map_permission {
    MAP_READ = 1u << 0,
    MAP_WRITE = 1u << 1,
    MAP_EXECUTE = 1u << 2,
    MAP_IS_SHARED = 1u << 3,
    /* No permission: the mapped file was unlinked, and another one is at its path. */
    MAP_PATH_EXISTS = 1u << 4,
};

enum descriptor_kind {
    DESCRIPTOR_FILE, /* any path that is none of the below */
    DESCRIPTOR_SOCKET,
    DESCRIPTOR_PIPE,
    DESCRIPTOR_TERMINAL, /* /dev/pts/N, /dev/tty* */
    DESCRIPTOR_PTMX,     /* master side of a pty */
    DESCRIPTOR_NULL,     /* /dev/null, /dev/zero, /dev/full */
    DESCRIPTOR_MEMFD,
    DESCRIPTOR_ANONYMOUS, /* anon_inode: eventfd, bpf-prog, io_uring ... */
};

/*
 * One open descriptor. A snapshot of all processes keeps 0, 1 and 2, files at the
 * numbers where shells keep their script (10, 11, 255), and every socket, pipe, pty
 * master, memfd, bpf and io_uring descriptor.
 */
struct descriptor {
    int32_t fd;
    uint32_t kind;          /* enum descriptor_kind */
    uint64_t inode;         /* of a socket or pipe; tty-index of a pty master, +1;
                               prog_type of a BPF program, +1; else 0 */
    struct text_ref target; /* the link's text; empty for sockets and pipes */
};

/* Numbers of include/net/tcp_states.h, as the kernel reports them. */
enum socket_state {
    SOCKET_ESTABLISHED = 1,
    SOCKET_SYN_SENT = 2,
    SOCKET_SYN_RECV = 3,
    SOCKET_FIN_WAIT1 = 4,
    SOCKET_FIN_WAIT2 = 5,
    SOCKET_TIME_WAIT = 6,
    SOCKET_CLOSE = 7, /* also an unconnected UDP socket */
    SOCKET_CLOSE_WAIT = 8,
    SOCKET_LAST_ACK = 9,
    SOCKET_LISTEN = 10,
    SOCKET_CLOSING = 11,
};

/* One socket of any network namespace that was read, by ascending inode. */
struct socket {
    uint64_t inode;
    uint64_t ns_net;
    uint32_t uid;
    uint8_t family;      /* AF_INET, AF_INET6, AF_UNIX, AF_PACKET */
    uint8_t protocol;    /* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW */
    uint8_t state;       /* enum socket_state */
    uint8_t flags;       /* enum socket_flag */
    uint16_t local_port; /* host order */
    uint16_t remote_port;
    uint32_t reserved;
    uint64_t peer_inode; /* AF_UNIX: inode of the other end, or 0 */
    uint8_t local[16];   /* network order; IPv4 in the first four bytes */
    uint8_t remote[16];
};

enum socket_flag {
    /* Connected, and its local port is not one that is listened on in the same
     * namespace and protocol: this end opened the connection. */
    SOCKET_IS_OUTBOUND = 1u << 0,
};

/* Which of its facts are known (or truncated). */
fact_mask process_known(const struct process *process);

/* Where each text_ref of a process lies: for who verifies or copies them all. */
enum { PROCESS_TEXT_COUNT = 11 };
extern const size_t process_texts[PROCESS_TEXT_COUNT];

/* The facts of the mask are all known (or truncated). */
bool process_knows(const struct process *process, fact_mask facts);

/* Facts are FACT_PENDING that the next passes read: not those that come late anyway (CPU
 * time, digests, a closer look). What is found in it so far may not be all. */
bool process_is_half_read(const struct process *process);

/* By PF_KTHREAD, never by name or by an empty command line. */
bool process_is_kernel_thread(const struct process *process);

bool process_is_zombie(const struct process *process);

/* Whether a device number such as tty_nr is that of a pseudoterminal, and which: the
 * number below /dev/pts. */
bool tty_is_pts(int32_t tty_nr, uint32_t *ret_number);

/* Its parts, as the kernel packs them for old system calls (new_encode_dev()). */
static inline uint32_t tty_major(int32_t tty_nr)
{
    return (uint32_t)tty_nr >> 8 & 0xfff;
}

static inline uint32_t tty_minor(int32_t tty_nr)
{
    return ((uint32_t)tty_nr & 0xff) | ((uint32_t)tty_nr >> 12 & 0xfff00);
}

/* The executables of both are known, and are the same device and inode. */
bool process_runs_same_file(const struct process *a, const struct process *b);

/* "/memfd:..." - to be asked before whether it was deleted, because the link of a
 * memfd ends in " (deleted)" too. Wants the exe's text. */
bool exe_is_memfd(const char *exe);

/* The kernel's own code in every process, such as "[vdso]". Nobody else can name a
 * mapping so: a path starts with a slash, and a given name with "[anon:". */
bool map_is_of_kernel(struct span name);

/* "r-xp", as in /proc/PID/maps. */
enum { MAP_PERMISSIONS_SIZE = 5 };
void map_format_permissions(const struct map *map, char (*ret_text)[MAP_PERMISSIONS_SIZE]);

/* Length of the path without a trailing " (deleted)" when the file really is
 * unlinked; a file can also be *named* so. */
uint32_t process_exe_bare_length(const struct process *process, const char *exe);

/* AF_INET or AF_INET6. */
bool socket_is_internet(const struct socket *socket);

/* "tcp", "udp", "raw" of an internet socket; another protocol is "ip". */
const char *socket_protocol_name(const struct socket *socket);

/* "ESTABLISHED", "LISTEN". */
const char *socket_state_name(enum socket_state state);

/* "1.2.3.4:80" or "[::1]:80"; a v4-mapped address is shown as IPv4. */
enum { SOCKET_ADDRESS_SIZE = 64 };
void socket_format_local(const struct socket *socket, char (*ret_text)[SOCKET_ADDRESS_SIZE]);
void socket_format_remote(const struct socket *socket, char (*ret_text)[SOCKET_ADDRESS_SIZE]);

#pragma GCC diagnostic pop

#endif
