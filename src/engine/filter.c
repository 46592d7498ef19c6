/* SPDX-License-Identifier: MIT */
#include "engine/filter.h"

#include <errno.h>
#include <fcntl.h>

#include "config.h"

#ifdef HAVE_SECCOMP
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The leak sanitizer traces us, and others write where they are told to. */
#ifdef WITH_SANITIZERS
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

enum { WRITTEN_MAX = 4 };

enum group {
    GROUP_SYSTEM = 1 << 0, /* the machine's, and namespaces */
    GROUP_OTHERS = 1 << 1, /* into other processes */
    GROUP_EXEC = 1 << 2,
    GROUP_SIGNAL = 1 << 3,
    GROUP_NAMES = 1 << 4,   /* what changes a directory, or a file by its name */
    GROUP_WRITING = 1 << 5, /* to whatever descriptor */
};

/* A name that this libseccomp does not know is no call of its time. */
static const struct {
    enum group group;
    const char *name;
} denied[] = {
    {GROUP_SYSTEM,  "mount"            },
    {GROUP_SYSTEM,  "umount2"          },
    {GROUP_SYSTEM,  "move_mount"       },
    {GROUP_SYSTEM,  "open_tree"        },
    {GROUP_SYSTEM,  "fsopen"           },
    {GROUP_SYSTEM,  "fsmount"          },
    {GROUP_SYSTEM,  "fspick"           },
    {GROUP_SYSTEM,  "mount_setattr"    },
    {GROUP_SYSTEM,  "pivot_root"       },
    {GROUP_SYSTEM,  "chroot"           },
    {GROUP_SYSTEM,  "unshare"          },
    {GROUP_SYSTEM,  "setns"            },
    {GROUP_SYSTEM,  "bpf"              },
    {GROUP_SYSTEM,  "perf_event_open"  },
    {GROUP_SYSTEM,  "kexec_load"       },
    {GROUP_SYSTEM,  "kexec_file_load"  },
    {GROUP_SYSTEM,  "init_module"      },
    {GROUP_SYSTEM,  "finit_module"     },
    {GROUP_SYSTEM,  "delete_module"    },
    {GROUP_SYSTEM,  "reboot"           },
    {GROUP_SYSTEM,  "swapon"           },
    {GROUP_SYSTEM,  "swapoff"          },
    {GROUP_SYSTEM,  "acct"             },
    {GROUP_SYSTEM,  "quotactl"         },
    {GROUP_SYSTEM,  "settimeofday"     },
    {GROUP_SYSTEM,  "clock_settime"    },
    {GROUP_SYSTEM,  "adjtimex"         },
    {GROUP_SYSTEM,  "keyctl"           },
    {GROUP_SYSTEM,  "add_key"          },
    {GROUP_SYSTEM,  "request_key"      },
    {GROUP_SYSTEM,  "userfaultfd"      },
    {GROUP_SYSTEM,  "io_uring_setup"   },
    {GROUP_SYSTEM,  "ioperm"           },
    {GROUP_SYSTEM,  "iopl"             },
    {GROUP_SYSTEM,  "modify_ldt"       },
    {GROUP_SYSTEM,  "open_by_handle_at"},
    {GROUP_OTHERS,  "ptrace"           },
    {GROUP_OTHERS,  "process_vm_readv" },
    {GROUP_OTHERS,  "process_vm_writev"},
    {GROUP_OTHERS,  "process_madvise"  },
    {GROUP_OTHERS,  "pidfd_getfd"      },
    {GROUP_OTHERS,  "kcmp"             },
    {GROUP_EXEC,    "execve"           },
    {GROUP_EXEC,    "execveat"         },
    {GROUP_SIGNAL,  "tkill"            },
    {GROUP_SIGNAL,  "tgkill"           },
    {GROUP_SIGNAL,  "rt_sigqueueinfo"  },
    {GROUP_SIGNAL,  "rt_tgsigqueueinfo"},
    {GROUP_SIGNAL,  "pidfd_send_signal"},
    {GROUP_NAMES,   "creat"            },
    {GROUP_NAMES,   "truncate"         },
    {GROUP_NAMES,   "unlink"           },
    {GROUP_NAMES,   "unlinkat"         },
    {GROUP_NAMES,   "rename"           },
    {GROUP_NAMES,   "renameat"         },
    {GROUP_NAMES,   "renameat2"        },
    {GROUP_NAMES,   "link"             },
    {GROUP_NAMES,   "linkat"           },
    {GROUP_NAMES,   "symlink"          },
    {GROUP_NAMES,   "symlinkat"        },
    {GROUP_NAMES,   "mkdir"            },
    {GROUP_NAMES,   "mkdirat"          },
    {GROUP_NAMES,   "rmdir"            },
    {GROUP_NAMES,   "mknod"            },
    {GROUP_NAMES,   "mknodat"          },
    {GROUP_NAMES,   "chmod"            },
    {GROUP_NAMES,   "fchmod"           },
    {GROUP_NAMES,   "fchmodat"         },
    {GROUP_NAMES,   "chown"            },
    {GROUP_NAMES,   "fchown"           },
    {GROUP_NAMES,   "lchown"           },
    {GROUP_NAMES,   "fchownat"         },
    {GROUP_NAMES,   "setxattr"         },
    {GROUP_NAMES,   "lsetxattr"        },
    {GROUP_NAMES,   "fsetxattr"        },
    {GROUP_NAMES,   "removexattr"      },
    {GROUP_NAMES,   "lremovexattr"     },
    {GROUP_NAMES,   "fremovexattr"     },
    {GROUP_NAMES,   "utimensat"        },
    {GROUP_WRITING, "writev"           },
    {GROUP_WRITING, "pwritev"          },
    {GROUP_WRITING, "pwritev2"         },
    {GROUP_WRITING, "sendfile"         },
    {GROUP_WRITING, "splice"           },
    {GROUP_WRITING, "tee"              },
    {GROUP_WRITING, "vmsplice"         },
    {GROUP_WRITING, "copy_file_range"  },
    {GROUP_WRITING, "ftruncate"        },
 /* A descriptor that may be written to stays what it is. */
    {GROUP_WRITING, "dup"              },
    {GROUP_WRITING, "dup2"             },
    {GROUP_WRITING, "dup3"             },
    {GROUP_WRITING, "close_range"      },
};

static const unsigned denied_of[] = {
    [FILTER_READER] =
        GROUP_SYSTEM | GROUP_OTHERS | GROUP_EXEC | GROUP_SIGNAL | GROUP_NAMES | GROUP_WRITING,
    [FILTER_DEED] = GROUP_SYSTEM | GROUP_OTHERS | GROUP_EXEC,
    [FILTER_SCREEN] = GROUP_SYSTEM | GROUP_OTHERS,
};

/* What a screen lives on, once its files are read and its terminal is set up. No call
 * that makes a socket or a process; those that name one are for what is open. */
/* clang-format off */
static const char *const allowed[] = {
    "access", "alarm", "brk", "capget", "clock_getres", "clock_gettime", "clock_nanosleep",
    "close", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "exit",
    "exit_group", "faccessat", "faccessat2", "fcntl", "fdatasync", "fstat", "fstatfs",
    "fsync", "ftruncate", "futex", "getcwd", "getdents64", "getegid", "geteuid", "getgid",
    "getpgid", "getpgrp", "getpid", "getppid", "getrandom", "getresgid", "getresuid",
    "getrlimit", "getrusage", "gettid", "gettimeofday", "getuid", "ioctl", "lseek", "lstat",
    "madvise", "membarrier", "mmap", "mprotect", "mremap", "munmap", "nanosleep",
    "newfstatat", "poll", "ppoll", "prctl", "pread64", "preadv", "prlimit64", "pselect6",
    "pwrite64", "pwritev", "read", "readlink", "readlinkat", "readv", "recvfrom", "recvmsg",
    "restart_syscall", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "sched_getaffinity", "sched_yield",
    "select", "sendmsg", "sendto", "set_robust_list", "setitimer", "shutdown",
    "sigaltstack", "signalfd4", "stat", "statfs", "statx", "sysinfo", "time",
    "timer_settime", "timerfd_settime", "times", "umask", "uname", "wait4", "waitid",
    "write", "writev",
};
/* clang-format on */

static int add(scmp_filter_ctx filter, uint32_t action, const char *name)
{
    int number = seccomp_syscall_resolve_name(name);

    return number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, action, number, 0);
}

/* Denied with any of these flags. An open file is as good as no file then. */
static int deny_opening_for_writing(scmp_filter_ctx filter)
{
    static const unsigned long long flags[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
    int error = 0;

    for (size_t i = 0; !error && i < sizeof flags / sizeof *flags; i++) {
        error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
        if (!error)
            error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(open), 1,
                                     SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
    }
    return error;
}

static int allow_opening_for_reading(scmp_filter_ctx filter)
{
    const unsigned long long mask = O_ACCMODE | O_CREAT | O_TRUNC;
    int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, mask, O_RDONLY));

    return error ? error
                 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                                    SCMP_A1(SCMP_CMP_MASKED_EQ, mask, O_RDONLY));
}

/* raise(3): so that the shell sees by what we ended, or stops with us. */
static int allow_own_signals(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int compare_numbers(const void *left, const void *right)
{
    return *(const int *)left - *(const int *)right;
}

static int deny_descriptor(scmp_filter_ctx filter, int call, enum scmp_compare how, int fd)
{
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
                            SCMP_A0(how, (scmp_datum_t)fd));
}

/* That call on any descriptor but those. A rule compares an argument once, so what
 * lies between them is named one by one. */
static int deny_but_for(scmp_filter_ctx filter, int call, const int *kept, size_t count)
{
    int error = deny_descriptor(filter, call, SCMP_CMP_LT, kept[0]);

    if (!error)
        error = deny_descriptor(filter, call, SCMP_CMP_GT, kept[count - 1]);
    for (size_t i = 1; !error && i < count; i++)
        for (int fd = kept[i - 1] + 1; !error && fd < kept[i]; fd++)
            error = deny_descriptor(filter, call, SCMP_CMP_EQ, fd);
    return error;
}

/* Letters go out by pwrite(2), last words by write(2) to standard error; and those
 * descriptors cannot be made to mean something else. */
static int keep_to(scmp_filter_ctx filter, const int *written, size_t count)
{
    const int last_words[] = {STDERR_FILENO};
    int kept[WRITTEN_MAX];
    int error = 0;

    if (count > WRITTEN_MAX)
        return -EINVAL;
    memcpy(kept, written, count * sizeof *kept);
    qsort(kept, count, sizeof *kept, compare_numbers);
    error = deny_but_for(filter, SCMP_SYS(write), last_words, 1);
    if (!error)
        error = deny_descriptor(filter, SCMP_SYS(close), SCMP_CMP_EQ, STDERR_FILENO);
    if (!error && count > 0)
        error = deny_but_for(filter, SCMP_SYS(pwrite64), kept, count);
    else if (!error)
        error = add(filter, SCMP_ACT_ERRNO(EPERM), "pwrite64");
    for (size_t i = 0; !error && i < count; i++)
        error = deny_descriptor(filter, SCMP_SYS(close), SCMP_CMP_EQ, kept[i]);
    return error;
}

static int deny(scmp_filter_ctx filter, enum filter_kind kind, const int *written, size_t count)
{
    int error = 0;

    for (size_t i = 0; !error && i < sizeof denied / sizeof *denied; i++)
        if (denied[i].group & denied_of[kind])
            error = add(filter, SCMP_ACT_ERRNO(EPERM), denied[i].name);
    /* kill(pid, 0) finds who hides from a listing. */
    if (!error && denied_of[kind] & GROUP_SIGNAL)
        error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1,
                                 SCMP_A1(SCMP_CMP_NE, 0));
    if (!error && kind == FILTER_READER)
        error = deny_opening_for_writing(filter);
    if (!error && kind == FILTER_READER)
        error = keep_to(filter, written, count);
    return error;
}

static int allow(scmp_filter_ctx filter)
{
    int error = allow_opening_for_reading(filter);

    for (size_t i = 0; !error && i < sizeof allowed / sizeof *allowed; i++)
        error = add(filter, SCMP_ACT_ALLOW, allowed[i]);
    return error ? error : allow_own_signals(filter);
}

/* A kernel may have none, and a container forbid them: the rest holds. */
static int load(scmp_filter_ctx filter)
{
    int error = seccomp_load(filter);

    return error == -EINVAL || error == -ENOSYS || error == -ECANCELED ? 0 : error;
}

bool filter_is_available(void)
{
    return true;
}

int filter_apply(enum filter_kind kind, const int *written, size_t written_count)
{
    bool is_sealing = kind == FILTER_SEALED;

    if (IS_SANITIZED)
        return 0;
    scmp_filter_ctx filter = seccomp_init(is_sealing ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW);
    if (!filter)
        return -ENOMEM;
    int error = is_sealing ? allow(filter) : deny(filter, kind, written, written_count);
    if (!error)
        error = load(filter);
    seccomp_release(filter);
    return error;
}

#else

bool filter_is_available(void)
{
    return false;
}

int filter_apply(enum filter_kind kind, const int *written, size_t written_count)
{
    (void)kind;
    (void)written;
    (void)written_count;
    return 0;
}

#endif
