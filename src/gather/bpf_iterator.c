/* SPDX-License-Identifier: MIT */
#include "gather/bpf_iterator.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int call_bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    int result = (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);

    return result < 0 ? -errno : result;
}

/* The license is for the helpers that only GPL-compatible programs may call. */
static int load(const struct census_program *program)
{
    static const char license[] = "Dual MIT/GPL";
    union bpf_attr attributes = {0};

    attributes.prog_type = BPF_PROG_TYPE_TRACING;
    attributes.expected_attach_type = BPF_TRACE_ITER;
    attributes.attach_btf_id = program->target;
    attributes.insns = (uint64_t)(uintptr_t)program->code;
    attributes.insn_cnt = program->count;
    attributes.license = (uint64_t)(uintptr_t)license;
    snprintf(attributes.prog_name, sizeof attributes.prog_name, "%s", program->name);
    return call_bpf(BPF_PROG_LOAD, &attributes);
}

static int link_to_iterator(int program)
{
    union bpf_attr attributes = {0};

    attributes.link_create.prog_fd = (uint32_t)program;
    attributes.link_create.attach_type = BPF_TRACE_ITER;
    return call_bpf(BPF_LINK_CREATE, &attributes);
}

static int create_iterator(int link)
{
    union bpf_attr attributes = {0};

    attributes.iter_create.link_fd = (uint32_t)link;
    return call_bpf(BPF_ITER_CREATE, &attributes);
}

/* All three are close-on-exec; the last one holds on to the others. */
int bpf_iterator_open(const struct census_program *program)
{
    int program_fd = load(program);

    if (program_fd < 0)
        return program_fd;
    int link_fd = link_to_iterator(program_fd);
    close(program_fd);
    if (link_fd < 0)
        return link_fd;
    int iterator = create_iterator(link_fd);
    close(link_fd);
    return iterator;
}
