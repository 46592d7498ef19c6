/* SPDX-License-Identifier: MIT */
/*
 * parse - what the kernel prints, one format a function: from a span to plain
 * values. Pure: these know no file, no process and no allocation, so that each
 * can be tested and fuzzed with any bytes.
 *
 * All text describes hostile processes. On failure a parser returns false and
 * leaves its results alone; spans it returns lie in its input.
 */
#ifndef GATHER_PARSE_H
#define GATHER_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "model/closer.h"

/* /proc/PID/stat, proc_pid_stat(5). Numbers are the manual's field numbers. */
struct process_stat {
    int64_t pid;       /* 1 */
    struct span comm;  /* 2, without its parentheses, raw */
    char state;        /* 3 */
    int64_t ppid;      /* 4 */
    int64_t pgrp;      /* 5 */
    int64_t session;   /* 6 */
    int64_t tty_nr;    /* 7 */
    int64_t flags;     /* 9 */
    int64_t minflt;    /* 10, minor faults of all its threads */
    int64_t cminflt;   /* 11, minor faults of children waited for */
    int64_t majflt;    /* 12 */
    int64_t utime;     /* 14, ticks */
    int64_t stime;     /* 15, ticks */
    int64_t threads;   /* 20 */
    int64_t starttime; /* 22, ticks */
    int64_t vsize;     /* 23, bytes */
    int64_t rss;       /* 24, pages */
};

bool parse_stat(struct span text, struct process_stat *ret_stat);

/* /proc/PID/status. A comm has at most 15 bytes, a kernel thread's shown name
 * (kworker/u8:1-events) at most 63. */
enum { COMM_SIZE = 64 };

struct process_status {
    char comm[COMM_SIZE]; /* unescaped; NUL-terminated */
    size_t comm_length;
    char state;
    bool is_kernel_thread; /* "Kthread:", Linux >= 6.8 */
    uint8_t no_new_privs;
    uint8_t seccomp;
    int32_t ppid;
    int32_t tracer_pid;
    int32_t threads;
    uint32_t ns_depth;
    uint32_t uid[4];
    uint32_t gid[4];
    uint64_t vsize; /* bytes */
    uint64_t rss;   /* bytes */
    uint64_t cap_permitted;
    uint64_t cap_effective;
    uint64_t cap_ambient;
    uint64_t switches; /* voluntary + nonvoluntary */
};

/* The whole file: refused when its last line, which every kernel prints, is not
 * there. */
bool parse_status(struct span text, struct process_status *ret_status);

/* "Tgid:" of the same file: which process a thread belongs to. */
bool parse_thread_group(struct span text, uint64_t *ret_pid);

/* /proc/PID/schedstat: time on a CPU, time of waiting for one, and how often it
 * was given one; all 0 where the kernel does not count (sched-stats.rst). */
bool parse_schedstat(struct span text, uint64_t *ret_runtime_ns, uint64_t *ret_arrivals);

/* One line of /proc/PID/maps, without its newline. The map's name is not set;
 * *ret_name is empty for anonymous memory. */
bool parse_map(struct span line, struct map *ret_map, struct span *ret_name);

/* "Anonymous:    8 kB" among the lines below a mapping in /proc/PID/smaps. */
bool parse_anonymous(struct span line, uint32_t *ret_kib);

/* Of a whole /proc/PID/smaps. */
struct written_code written_code_of(struct span smaps);

/* "socket:[123]" with the kind "socket". The whole link must be that. */
bool parse_numbered_link(struct span link, const char *kind, uint64_t *ret_number);

/* What an open descriptor is, by its link; the inode is 0 but for sockets and
 * pipes. Every text is some kind: a file, when it is nothing else. */
enum descriptor_kind parse_descriptor_link(struct span link, uint64_t *ret_inode);

/* "tty-index:\t7" among the lines of /proc/PID/fdinfo/FD of a pty master. */
bool parse_tty_index(struct span fdinfo, uint64_t *ret_index);

/* "prog_type:\t6" of a BPF program, bpf.h's enum bpf_prog_type. */
bool parse_bpf_type(struct span fdinfo, uint64_t *ret_type);

/* The variables of an environment that the dynamic linker obeys. The last one
 * of a name counts, as it does for ld.so. */
struct environ_values {
    struct span ld_preload;
    struct span ld_audit;
    struct span ld_library_path;
    uint32_t flags; /* enum environ_flag */
};

void parse_environ(struct span text, struct environ_values *ret_values);

/* /proc/PID/cgroup: the path in the unified hierarchy; where that is only the
 * root, the longest path in any. */
bool parse_cgroup(struct span text, struct span *ret_path);

/* One line of /proc/net/{tcp,udp,raw}, tcp6 and so on; not the heading. Sets all
 * of the socket but ns_net. */
bool parse_net_socket(struct span line, uint8_t family, uint8_t protocol,
                      struct socket *ret_socket);

/* One line of /proc/net/packet; not the heading. */
bool parse_packet_socket(struct span line, struct socket *ret_socket);

/* One line of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
struct mount_line {
    uint64_t mount_id;
    uint32_t dev_major;
    uint32_t dev_minor;
    struct span mount_point; /* with the kernel's \040 escapes */
    struct span type;
    struct span super_options;
};

bool parse_mount(struct span line, struct mount_line *ret_mount);

/* Whether a comma-separated list of mount options hides processes of others:
 * hidepid= with any value but 0 or off. */
bool parse_hides_pids(struct span options);

/* What a closer look wants of /proc/PID/status; what an older kernel does not tell
 * stays 0. False when even the capabilities are not there. */
struct process_security {
    uint64_t cap_inheritable;
    uint64_t cap_bounding;
    uint32_t seccomp_filters;
    uint32_t umask;
    uint32_t group_count; /* all of them */
    uint32_t groups[CLOSER_GROUPS_MAX];
};

bool parse_security(struct span text, struct process_security *ret_security);

/* One line of /proc/PID/limits; not the heading. */
struct limit_line {
    struct span name, soft, hard, unit;
};

bool parse_limit(struct span line, struct limit_line *ret_limit);

/* "pos:" and "flags:" of /proc/PID/fdinfo/FD, proc_pid_fdinfo(5). */
bool parse_fdinfo(struct span text, struct opening *ret_opening);

/* /proc/uptime, and "now" of a recording: seconds with a fraction, or without. */
bool parse_seconds(struct span text, uint64_t *ret_ns);

/* /proc/loadavg: the first three numbers, or the last: the pid that was given last. */
bool parse_loadavg(struct span text, float (*ret_load)[3]);
bool parse_last_pid(struct span loadavg, int32_t *ret_pid);

/* "2/430": of all tasks, threads among them, the second number. */
bool parse_task_count(struct span loadavg, uint64_t *ret_count);

/* /proc/meminfo; bytes. */
bool parse_meminfo(struct span text, uint64_t *ret_total, uint64_t *ret_available);

/* The "cpuN" lines of /proc/stat: how many. */
uint32_t parse_cpu_count(struct span text);

/* One line of passwd(5). */
bool parse_passwd(struct span line, uint64_t *ret_uid, struct span *ret_name);

/* exe.stat of a recording: "key=value" words, each of dev ino nlink size
 * mtime_ns ctime_ns mode uid gid flags once. dev is MAJOR:MINOR, mode is octal,
 * flags are "-" or names joined by commas (exe_flag_names). */
bool parse_exe_stat(struct span text, struct exe_file *ret_file);

/* Names of enum exe_flag in exe.stat, by bit. */
enum { EXE_FLAG_COUNT = 6 };
extern const char *const exe_flag_names[EXE_FLAG_COUNT];

#endif
