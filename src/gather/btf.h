/* SPDX-License-Identifier: MIT */
/*
 * btf - what the kernel says of its own types (Documentation/bpf/btf.rst): which there
 * are, and where a member lies. Pure: any bytes may come, and nothing is read beyond
 * them. Knows no type by name.
 */
#ifndef GATHER_BTF_H
#define GATHER_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { BTF_MEMBER_DEPTH_MAX = 8 };

struct btf {
    struct span types;
    struct span strings;
    uint32_t *starts; /* of each type in types; the first is type 1 */
    uint32_t count;
};

/* False, and nothing to release, when it is none, not of this byte order, or not whole.
 * The bytes stay the caller's, and must outlive it. */
bool btf_init(struct btf *btf, struct span bytes);
void btf_release(struct btf *btf);

/* The number of a structure, or of a function, by its name; 0: there is none. */
uint32_t btf_find_struct(const struct btf *btf, const char *name);
uint32_t btf_find_function(const struct btf *btf, const char *name);

/* In bytes. */
bool btf_struct_size(const struct btf *btf, const char *name, uint32_t *ret_size);

/* Where a member begins, in bytes; also one within unnamed structures and unions, to that
 * depth. False for a bit field, too. */
bool btf_member_offset(const struct btf *btf, const char *structure, const char *member,
                       uint32_t *ret_offset);

#endif
