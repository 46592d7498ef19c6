/* SPDX-License-Identifier: MIT */
/* The headers of a program file, by whoever wrote it. */
#include <string.h>

#include "gather/elf.h"
#include "tests/fuzz/target.h"

struct bytes {
    const uint8_t *at;
    size_t size;
};

static bool read_bytes(const void *context, uint64_t offset, void *ret_bytes, size_t size)
{
    const struct bytes *bytes = context;

    if (offset > bytes->size || size > bytes->size - offset)
        return false;
    memcpy(ret_bytes, bytes->at + offset, size);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes bytes = {data, size};
    const struct elf_source source = {read_bytes, &bytes};
    struct elf_facts facts;

    if (elf_read(&source, &facts) && (facts.interpreter[ELF_INTERPRETER_SIZE - 1] != '\0' ||
                                      facts.build_id_length > ELF_BUILD_ID_MAX))
        __builtin_trap();
    return 0;
}
