/* SPDX-License-Identifier: MIT */
/* What it uses. */
#include <linux/bpf.h>

#include "heuristics/heuristic.h"
#include "heuristics/program.h"

float check_high_cpu(const struct check_context *context, const struct process *process,
                     struct strbuf *evidence)
{
    if ((double)process->cpu_percent < context->thresholds->cpu_high)
        return 0;
    strbuf_add_format(evidence, "%.1f%% of one CPU, and %.1f%% is much",
                      (double)process->cpu_percent, context->thresholds->cpu_high);
    return 1;
}

/* What an attached program can do, by the kernel's numbers. Those that only count or
 * filter what a service sends are the everyday business of systemd. */
static const struct {
    enum bpf_prog_type type;
    bool is_everyday;
    const char *name;
} bpf_types[] = {
    {BPF_PROG_TYPE_SOCKET_FILTER,    true,  "socket filter"   },
    {BPF_PROG_TYPE_KPROBE,           false, "kprobe"          },
    {BPF_PROG_TYPE_SCHED_CLS,        false, "traffic control" },
    {BPF_PROG_TYPE_TRACEPOINT,       false, "tracepoint"      },
    {BPF_PROG_TYPE_XDP,              false, "XDP"             },
    {BPF_PROG_TYPE_PERF_EVENT,       false, "perf event"      },
    {BPF_PROG_TYPE_CGROUP_SKB,       true,  "cgroup packets"  },
    {BPF_PROG_TYPE_CGROUP_SOCK,      true,  "cgroup sockets"  },
    {BPF_PROG_TYPE_CGROUP_DEVICE,    true,  "cgroup devices"  },
    {BPF_PROG_TYPE_RAW_TRACEPOINT,   false, "raw tracepoint"  },
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true,  "cgroup addresses"},
    {BPF_PROG_TYPE_CGROUP_SYSCTL,    true,  "cgroup sysctl"   },
    {BPF_PROG_TYPE_TRACING,          false, "tracing"         },
    {BPF_PROG_TYPE_LSM,              true,  "LSM"             },
};

static const char *bpf_name(const struct descriptor *descriptor, bool *ret_everyday)
{
    *ret_everyday = false;
    for (size_t i = 0; i < sizeof bpf_types / sizeof *bpf_types; i++)
        if (descriptor->inode == (uint64_t)bpf_types[i].type + 1) {
            *ret_everyday = bpf_types[i].is_everyday;
            return bpf_types[i].name;
        }
    return "of another kind";
}

/* Programs, and links, which keep one attached. A map is only data. */
static bool is_bpf_program(struct span target)
{
    return span_equals(target, "anon_inode:bpf-prog") ||
           span_equals(target, "anon_inode:bpf_link") ||
           span_equals(target, "anon_inode:bpf-link");
}

float check_bpf_holder(const struct check_context *context, const struct process *process,
                       struct strbuf *evidence)
{
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;
    const struct descriptor *worst = NULL;
    bool is_everyday = false, is_worst_everyday = false;
    unsigned count = 0;

    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        if (at[i].kind != DESCRIPTOR_ANONYMOUS ||
            !is_bpf_program(snapshot_span(context->snapshot, at[i].target)))
            continue;
        bpf_name(&at[i], &is_everyday);
        count++;
        if (worst && (is_everyday || !is_worst_everyday))
            continue;
        worst = &at[i];
        is_worst_everyday = is_everyday;
    }
    if (!worst)
        return 0;
    strbuf_add_format(evidence, "fd %d -> ", worst->fd);
    strbuf_add_span(evidence, snapshot_span(context->snapshot, worst->target));
    if (worst->inode != 0)
        strbuf_add_format(evidence, ", %s", bpf_name(worst, &is_everyday));
    if (count > 1)
        strbuf_add_format(evidence, ", and %u more", count - 1);
    if (!program_is_trusted(context->snapshot, process))
        return 1;
    return is_worst_everyday ? 0 : 0.5F;
}
