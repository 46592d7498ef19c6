/* SPDX-License-Identifier: MIT */
#include "report/capabilities.h"

/* By number; linux/capability.h. */
static const char *const names[] = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};

enum { NAME_COUNT = sizeof names / sizeof *names, LISTED_MAX = 8 };

static void add_names(struct strbuf *out, uint64_t set)
{
    const char *blank = "";

    for (unsigned bit = 0; bit < 64; bit++) {
        if (!(set >> bit & 1))
            continue;
        strbuf_add_string(out, blank);
        if (bit < NAME_COUNT)
            strbuf_add_string(out, names[bit]);
        else
            strbuf_add_format(out, "%u", bit);
        blank = " ";
    }
}

void capabilities_add(struct strbuf *out, uint64_t set)
{
    const uint64_t all = (UINT64_C(1) << NAME_COUNT) - 1;
    uint64_t missing = all & ~set;

    if (set == 0) {
        strbuf_add_string(out, "none");
    } else if (missing == 0) {
        strbuf_add_string(out, "all");
        if (set & ~all) {
            strbuf_add_string(out, " and ");
            add_names(out, set & ~all);
        }
    } else if (__builtin_popcountll(missing) <= LISTED_MAX) {
        strbuf_add_string(out, "all but ");
        add_names(out, missing);
    } else {
        add_names(out, set);
    }
}
