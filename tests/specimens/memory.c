/* SPDX-License-Identifier: MIT */
/* Code that is in no file. */
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/specimens/specimen.h"

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void enter_anonymous_code(struct stage *stage)
{
    void *memory =
        mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED || mprotect(memory, page_size(), PROT_READ | PROT_EXEC) != 0)
        specimen_skip("executable memory");
    stage_expect(stage, "anon_exec", "r-xp");
}

static void map_code(int file)
{
    if (ftruncate(file, (off_t)page_size()) != 0 ||
        mmap(NULL, page_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED)
        specimen_skip("mmap of a file with code"); /* a noexec file system */
    close(file);
}

static void enter_memfd_library(struct stage *stage)
{
    int file = memfd_create("library", MFD_CLOEXEC);

    if (file < 0)
        specimen_skip("memfd_create");
    map_code(file);
    stage_expect(stage, "memfd_map", "/memfd:library");
}

static void enter_deleted_library(struct stage *stage)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/library.so", stage->directory);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (file < 0)
        specimen_fail(path);
    map_code(file);
    unlink(path);
    stage_expect(stage, "deleted_map", "/library.so (deleted)");
}

/* The executable segments of the program itself, which the first entry is. */
static int replace_code(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
            continue;
        uintptr_t start = (info->dlpi_addr + segment->p_vaddr) & ~(page_size() - 1);
        size_t length = info->dlpi_addr + segment->p_vaddr + segment->p_memsz - start;
        length = (length + page_size() - 1) & ~(page_size() - 1);
        void *copy =
            mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (copy == MAP_FAILED)
            specimen_fail("mmap");
        memcpy(copy, (void *)start, length);
        if (mprotect(copy, length, PROT_READ | PROT_EXEC) != 0 ||
            mremap(copy, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)start) ==
                MAP_FAILED)
            specimen_skip("mremap of code");
    }
    return 1;
}

static void enter_hollow(struct stage *stage)
{
    dl_iterate_phdr(replace_code, NULL);
    stage_expect(stage, "anon_exec", "r-xp");
    stage_expect(stage, "hollow_exe", "no code is mapped from");
}

/* A byte of a function that nobody calls any more is written to, with itself. */
static void enter_patched(struct stage *stage)
{
    uintptr_t page = (uintptr_t)&enter_memfd_library & ~(page_size() - 1);

    if (mprotect((void *)page, page_size(), PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        specimen_skip("mprotect of code");
    *(volatile char *)page = *(volatile char *)page;
    if (mprotect((void *)page, page_size(), PROT_READ | PROT_EXEC) != 0)
        specimen_fail("mprotect");
    stage_expect(stage, "dirty_text", "of code were written to");
}

static const struct specimen rows[] = {
    {"anonymous", "runs code that is in no file",        NULL, enter_anonymous_code,  NULL},
    {"library",   "runs a library that is a memfd",      NULL, enter_memfd_library,   NULL},
    {"unmapped",  "runs a library that was deleted",     NULL, enter_deleted_library, NULL},
    {"hollow",    "replaced the code of its executable", NULL, enter_hollow,          NULL},
    {"patched",   "wrote to its own code",               NULL, enter_patched,         NULL},
};

const struct specimen_table specimens_memory = {rows, sizeof rows / sizeof *rows};
