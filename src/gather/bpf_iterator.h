/* SPDX-License-Identifier: MIT */
/*
 * bpf_iterator - from a program to a descriptor that reads what it says of everything
 * that the kernel goes through (Documentation/bpf/bpf_iterators.rst). The one place that
 * calls bpf(2).
 */
#ifndef GATHER_BPF_ITERATOR_H
#define GATHER_BPF_ITERATOR_H

#include "gather/census_program.h"

/* With CAP_BPF and CAP_PERFMON in the first user namespace; reading it takes none. It can
 * be read once. Negative errno, also of a kernel that will not have the program. */
int bpf_iterator_open(const struct census_program *program);

#endif
