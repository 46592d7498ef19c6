/* SPDX-License-Identifier: MIT */
/*
 * census_program - the programs that the kernel runs for a census: once a task, or once
 * an open file of each, to put down a record of what census_record.h says. Assembled here
 * from where the kernel's BTF says that members lie, so that nothing but a kernel is
 * needed. Knows no system call.
 *
 * They read numbers only, and the text that the kernel itself makes of a path; no
 * address leaves them.
 */
#ifndef GATHER_CENSUS_PROGRAM_H
#define GATHER_CENSUS_PROGRAM_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

#include "gather/btf.h"

enum { CENSUS_CODE_MAX = 160 };

struct census_program {
    const char *name;
    uint32_t target; /* the function in BTF that stands for the iterator */
    struct bpf_insn code[CENSUS_CODE_MAX];
    uint32_t count;
};

/* False when this kernel has no such iterator, or keeps what is wanted elsewhere. */
bool census_program_of_tasks(const struct btf *btf, struct census_program *ret_program);
bool census_program_of_descriptors(const struct btf *btf, struct census_program *ret_program);

#endif
