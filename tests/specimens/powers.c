/* SPDX-License-Identifier: MIT */
/* What a process may do; most of it wants root to set up. */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/specimens/specimen.h"
#include "tests/unit/engine/dead_fuse.h"

enum { NOBODY = 65534, SOMEBODY = 1000 };

static void want_root(void)
{
    if (geteuid() != 0)
        specimen_skip("it wants root");
}

/* The file of another, which lends his rights to whom runs it, and all may change it. */
static void prepare_set_id(struct stage *stage)
{
    want_root();
    specimen_copy(stage, stage->directory, "set-id");
    if (chown(stage->file, NOBODY, NOBODY) != 0 || chmod(stage->file, 06777) != 0)
        specimen_fail(stage->file);
    stage_expect(stage, "suid_writable", "mode 6777");
    stage_expect(stage, "world_writable_exe", "mode 6777");
}

static void keep_one_power(bool hand_on)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const uint32_t mask = 1u << CAP_SYS_PTRACE;
    struct __user_cap_data_struct data[2] = {
        {.effective = mask, .permitted = mask, .inheritable = hand_on ? mask : 0}
    };

    want_root();
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0 ||
        syscall(SYS_capset, &header, data) != 0)
        specimen_skip("capabilities");
    if (hand_on && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_PTRACE, 0, 0) != 0)
        specimen_skip("ambient capabilities");
}

static void enter_capable(struct stage *stage)
{
    keep_one_power(false);
    stage_expect(stage, "caps_nonroot", "CAP_SYS_PTRACE");
}

static void enter_ambient(struct stage *stage)
{
    keep_one_power(true);
    stage_expect(stage, "caps_nonroot", "CAP_SYS_PTRACE");
    stage_expect(stage, "ambient_caps", "CAP_SYS_PTRACE");
}

/* A user may in a network of his own. Of protocol 0: it gets no packet. */
static void enter_sniffer(struct stage *stage)
{
    if (geteuid() != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        specimen_skip("user namespaces");
    if (socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) < 0)
        specimen_skip("packet sockets");
    stage_expect(stage, "raw_socket", "%s", "");
}

static void enter_nothing(struct stage *stage)
{
    (void)stage;
}

/* Root below a process of another user, who logged in. */
static void enter_descendant(struct stage *stage)
{
    char number[16];
    int file = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

    want_root();
    snprintf(number, sizeof number, "%d", SOMEBODY);
    if (file < 0 || write(file, number, strlen(number)) < 0)
        specimen_skip("login uid");
    close(file);
    struct stage below = {0};
    pid_t root = specimen_start(&below, enter_nothing);
    if (seteuid(NOBODY) != 0)
        specimen_fail("seteuid");
    stage_expect(stage, "uid0_lineage", "below uid %d", NOBODY);
    if (write(stage->ready, &root, sizeof root) != sizeof root)
        specimen_fail("report");
}

/* "return 0", loaded and attached to nothing. */
static void enter_bpf(struct stage *stage)
{
    static const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
        {.code = BPF_JMP | BPF_EXIT                                  },
    };
    union bpf_attr attributes = {
        .prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
        .insns = (uintptr_t)program,
        .insn_cnt = sizeof program / sizeof *program,
        .license = (uintptr_t) "MIT",
    };

    if (syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes) < 0)
        specimen_skip("BPF");
    stage_expect(stage, "bpf_holder", "socket filter");
}

/* In the parent; its child dies with it, and then the server does. */
static struct dead_fuse fuse;

static void prepare_blocking(struct stage *stage)
{
    if (geteuid() != 0 || !dead_fuse_mount(&fuse, "/bin/sleep"))
        specimen_skip("FUSE");
    stage_expect(stage, "blocked", "no answer: ");
}

/* It hangs in exec(2), where it closes a file whose server does not answer. Looking
 * at it hangs, too: of the programs that show processes, most do. */
static void enter_blocking(struct stage *stage)
{
    pid_t self = getpid();

    close(fuse.device);
    close(fuse.hold);
    if (open(fuse.file, O_RDONLY | O_CLOEXEC) < 0)
        specimen_fail(fuse.file);
    /* What exec closes is let go of after it: that would tell nobody. */
    if (write(stage->ready, &self, sizeof self) != sizeof self)
        specimen_fail("report");
    specimen_run_shell("read line");
}

/* Of all files, status is the one that does not hang. */
static bool is_waiting(pid_t pid)
{
    char path[64], line[128];
    bool waits = false;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && !waits && fgets(line, sizeof line, file))
        waits = strncmp(line, "State:\tD", 8) == 0 || strncmp(line, "State:\tS", 8) == 0;
    if (file)
        fclose(file);
    return waits;
}

static void finish_blocking(struct stage *stage)
{
    enum { TRIES = 500, PAUSE_US = 10000 };

    for (int i = 0; i < TRIES && !is_waiting(stage->child); i++)
        usleep(PAUSE_US);
    if (!is_waiting(stage->child))
        specimen_skip("it does not hang");
}

static const struct specimen rows[] = {
    {"setid",      "set-ID, and anybody can write it", prepare_set_id,   specimen_enter_copy, NULL},
    {"capable",    "not root, and may trace all",      NULL,             enter_capable,       NULL},
    {"ambient",    "hands such a power on",            NULL,             enter_ambient,       NULL},
    {"sniffer",    "has a packet socket",              NULL,             enter_sniffer,       NULL},
    {"descendant", "root below another user",          NULL,             enter_descendant,    NULL},
    {"bpf",        "holds a BPF program",              NULL,             enter_bpf,           NULL},
    {"blocking",   "does not let itself be looked at", prepare_blocking, enter_blocking,
     finish_blocking                                                                              },
};

const struct specimen_table specimens_powers = {rows, sizeof rows / sizeof *rows};
