/* SPDX-License-Identifier: MIT */
/* What a process is and does by itself: its file, its memory, its words. */
#include "tests/specimens/specimen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* --- files and programs --- */

static void copy_self_to(int target)
{
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (self < 0 || fstat(self, &status) != 0 ||
        sendfile(target, self, NULL, (size_t)status.st_size) != status.st_size)
        specimen_fail("copy of the program");
    close(self);
}

int specimen_create(struct stage *stage, const char *directory, const char *name, mode_t mode)
{
    snprintf(stage->file, sizeof stage->file, "%s/%s", directory, name);
    int file = open(stage->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0)
        specimen_skip(stage->file);
    return file;
}

void specimen_copy(struct stage *stage, const char *directory, const char *name)
{
    int file = specimen_create(stage, directory, name, 0700);

    copy_self_to(file);
    close(file);
}

_Noreturn static void run_waiting(const char *path)
{
    execl(path, path, "wait", (char *)NULL);
    specimen_skip(path); /* a noexec file system */
}

void specimen_enter_copy(struct stage *stage)
{
    run_waiting(stage->file);
}

/* --- the states --- */

static void enter_nothing(struct stage *stage)
{
    (void)stage;
}

static void prepare_deleted(struct stage *stage)
{
    specimen_copy(stage, stage->directory, "unlinked");
}

static void finish_deleted(struct stage *stage)
{
    unlink(stage->file);
    stage_expect(stage, "deleted_exe", "%s", "/unlinked");
    stage->file[0] = '\0';
}

static void enter_memfd(struct stage *stage)
{
    int file = memfd_create("payload", MFD_CLOEXEC);

    if (file < 0)
        specimen_skip("memfd_create");
    copy_self_to(file);
    stage_expect(stage, "memfd_exe", "/memfd:payload");
    fexecve(file, (char *[]){"payload", "wait", NULL}, environ);
    specimen_skip("fexecve");
}

static void prepare_shm(struct stage *stage)
{
    char name[64];

    snprintf(name, sizeof name, "specimen-%d", (int)getpid());
    specimen_copy(stage, "/dev/shm", name); /* expected by its place */
}

static void prepare_writable(struct stage *stage)
{
    specimen_copy(stage, stage->directory, "writable");
    if (chmod(stage->file, 0777) != 0)
        specimen_fail("chmod");
    stage_expect(stage, "world_writable_exe", "/writable");
}

static void enter_wx(struct stage *stage)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        specimen_skip("mmap of writable and executable memory");
    stage_expect(stage, "wx_mem", "rwx");
}

static void enter_preload(struct stage *stage)
{
    setenv("LD_PRELOAD", "libm.so.6", 1); /* of the C library: always there */
    stage_expect(stage, "ld_preload", "libm.so.6");
    run_waiting(specimen_path());
}

/* An empty library: ld.so says so, and goes on. */
static void prepare_foreign_library(struct stage *stage)
{
    close(specimen_create(stage, stage->directory, "foreign.so", 0700));
}

static void enter_foreign_library(struct stage *stage)
{
    setenv("LD_PRELOAD", stage->file, 1);
    stage_expect(stage, "ld_preload", "/foreign.so");
    stage_expect(stage, "preload_untrusted", "/foreign.so");
    run_waiting(specimen_path());
}

static void finish_traced(struct stage *stage)
{
    if (ptrace(PTRACE_SEIZE, stage->child, 0, 0) != 0)
        specimen_skip("ptrace");
    stage_expect(stage, "ptraced", "%d", (int)getpid());
}

/* Of its own child. */
static void enter_tracing(struct stage *stage)
{
    pid_t traced = fork();

    if (traced < 0)
        specimen_fail("fork");
    if (traced == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(stage->ready);
        for (;;)
            pause();
    }
    if (ptrace(PTRACE_SEIZE, traced, 0, 0) != 0)
        specimen_skip("ptrace");
    stage_expect(stage, "ptracer", "traces pid %d", (int)traced);
}

static void enter_served_shell(struct stage *stage)
{
    (void)stage;
    specimen_run_shell("read line; echo $line");
}

static void prepare_nginx(struct stage *stage)
{
    specimen_copy(stage, stage->directory, "nginx");
    stage_expect(stage, "unusual_parent", "nginx");
}

static void enter_nginx(struct stage *stage)
{
    char number[16];

    fcntl(stage->ready, F_SETFD, 0);
    snprintf(number, sizeof number, "%d", stage->ready);
    execl(stage->file, stage->file, "serve", number, (char *)NULL);
    specimen_skip(stage->file);
}

void specimen_serve(struct stage *stage, int report)
{
    pid_t shell = specimen_start(stage, enter_served_shell);

    if (write(report, &shell, sizeof shell) != sizeof shell)
        specimen_fail("report");
    close(report);
    for (;;)
        pause();
}

static void enter_obfuscated(struct stage *stage)
{
    stage_expect(stage, "obfuscated_cmdline", "base64 -d");
    stage_expect(stage, "decode_exec", "base64 -d");
    specimen_run_shell("read line; echo ZWNobyBoYXJtbGVzcyBlbm91Z2g= | base64 -d | sh");
}

static void enter_evaluating(struct stage *stage)
{
    specimen_open_input();
    stage_expect(stage, "code_exec_cmdline", "eval");
    execlp("perl", "perl", "-e", "eval(<STDIN>)", (char *)NULL);
    specimen_skip("perl");
}

static void enter_renamed(struct stage *stage)
{
    stage_expect(stage, "name_argv_mismatch", "/usr/bin/env");
    stage_expect(stage, "argv_masq", "/usr/bin/env");
    execl("/proc/self/exe", "/usr/bin/env", "wait", (char *)NULL);
    specimen_fail("exec");
}

static void prepare_hidden(struct stage *stage)
{
    specimen_copy(stage, stage->directory, ".hidden");
    stage_expect(stage, "hidden_exe", "/.hidden");
}

/* The arguments lie in one piece, and the environment follows them. */
static void enter_wiped(struct stage *stage)
{
    for (char *next = program_invocation_name; next < environ[0]; next++)
        *next = '\0';
    stage_expect(stage, "empty_cmdline", "%s", "");
    stage_expect(stage, "wiped_cmdline", "overwritten with NUL");
}

static void prepare_sshd(struct stage *stage)
{
    specimen_copy(stage, stage->directory, "sshd");
    stage_expect(stage, "sysname_path", "/sshd");
}

static void enter_audited(struct stage *stage)
{
    setenv("LD_AUDIT", "libm.so.6", 1); /* ld.so complains, and goes on */
    stage_expect(stage, "ld_audit", "libm.so.6");
    run_waiting(specimen_path());
}

static void prepare_short(struct stage *stage)
{
    specimen_copy(stage, stage->directory, "x");
    stage_expect(stage, "short_cmdline", "%s", "");
}

static void enter_short(struct stage *stage)
{
    execl(stage->file, "x", (char *)NULL);
    specimen_skip(stage->file);
}

static void enter_busy(struct stage *stage)
{
    stage_expect(stage, "high_cpu", "%%");
    close(stage->ready);
    for (;;)
        ;
}

static const struct specimen rows[] = {
    {"plain",      "nothing: must stay clean",                      NULL,                    enter_nothing,       NULL         },
    {"deleted",    "its executable was deleted",                    prepare_deleted,         specimen_enter_copy,
     finish_deleted                                                                                                            },
    {"memfd",      "runs from memory",                              NULL,                    enter_memfd,         NULL         },
    {"shm",        "runs from /dev/shm",                            prepare_shm,             specimen_enter_copy, NULL         },
    {"writable",   "anybody can write its executable",              prepare_writable,        specimen_enter_copy,
     NULL                                                                                                                      },
    {"wx",         "memory that is writable and executable",        NULL,                    enter_wx,            NULL         },
    {"preload",    "LD_PRELOAD is set",                             NULL,                    enter_preload,       NULL         },
    {"foreign",    "LD_PRELOAD of a library that is of no package", prepare_foreign_library,
     enter_foreign_library,                                                                                       NULL         },
    {"traced",     "its parent traces it",                          NULL,                    enter_nothing,       finish_traced},
    {"tracing",    "traces its child",                              NULL,                    enter_tracing,       NULL         },
    {"nginx",      "a shell under nginx",                           prepare_nginx,           enter_nginx,         NULL         },
    {"obfuscated", "decodes and runs its command line",             NULL,                    enter_obfuscated,    NULL         },
    {"evaluating", "evaluates code",                                NULL,                    enter_evaluating,    NULL         },
    {"renamed",    "says it is another program",                    NULL,                    enter_renamed,       NULL         },
    {"wiped",      "wiped its command line",                        NULL,                    enter_wiped,         NULL         },
    {"hidden",     "its executable is a dot file",                  prepare_hidden,          specimen_enter_copy, NULL         },
    {"short",      "a name of one letter",                          prepare_short,           enter_short,         NULL         },
    {"busy",       "uses a whole CPU",                              NULL,                    enter_busy,          NULL         },
    {"sshd",       "is named like a system program",                prepare_sshd,            specimen_enter_copy, NULL         },
    {"audited",    "LD_AUDIT is set",                               NULL,                    enter_audited,       NULL         },
};

const struct specimen_table specimens_states = {rows, sizeof rows / sizeof *rows};
