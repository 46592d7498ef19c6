/* SPDX-License-Identifier: MIT */
/* What a kernel says of its types, from whatever kernel. */
#include "gather/btf.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t offset, bytes;
    struct btf btf;

    if (!btf_init(&btf, span_of((const char *)data, size)))
        return 0;
    if (btf_find_struct(&btf, "outer") > btf.count ||
        btf_find_function(&btf, "outer") > btf.count)
        __builtin_trap();
    btf_struct_size(&btf, "pair", &bytes);
    btf_member_offset(&btf, "outer", "other", &offset);
    btf_release(&btf);
    return 0;
}
