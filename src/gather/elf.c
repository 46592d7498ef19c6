/* SPDX-License-Identifier: MIT */
#include "gather/elf.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

enum {
    SEGMENTS_MAX = 64,
    SECTIONS_MAX = 256,
    DYNAMIC_MAX = 512,
    NOTES_SIZE_MAX = 1024,
};

struct elf {
    const struct elf_source *source;
    struct elf_facts facts;
    bool is_64, is_big;
    uint64_t segments_at, sections_at;
    uint16_t segment_size, segment_count, section_size, section_count;
    bool has_entry_segment;
};

static bool take(const struct elf *elf, uint64_t offset, void *bytes, size_t size)
{
    return offset <= INT64_MAX - size &&
           elf->source->read(elf->source->context, offset, bytes, size);
}

/* A number of one to eight bytes in the file's own order. */
static uint64_t number(const struct elf *elf, const unsigned char *bytes, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)bytes[i] << 8 * (elf->is_big ? size - 1 - i : i);
    return value;
}

/* A member of a record, by its place in both classes. */
#define MEMBER(elf, bytes, type, member)                                    \
    ((elf)->is_64 ? number((elf), (bytes) + offsetof(Elf64_##type, member), \
                           sizeof((Elf64_##type){0}.member))                \
                  : number((elf), (bytes) + offsetof(Elf32_##type, member), \
                           sizeof((Elf32_##type){0}.member)))

static void note_if(struct elf *elf, bool holds, enum elf_flag flag)
{
    if (holds)
        elf->facts.flags |= (uint32_t)flag;
}

static bool read_header(struct elf *elf)
{
    unsigned char header[sizeof(Elf64_Ehdr)];

    if (!take(elf, 0, header, EI_NIDENT) || memcmp(header, ELFMAG, SELFMAG) != 0 ||
        (header[EI_CLASS] != ELFCLASS32 && header[EI_CLASS] != ELFCLASS64))
        return false;
    elf->is_64 = header[EI_CLASS] == ELFCLASS64;
    elf->is_big = header[EI_DATA] == ELFDATA2MSB;
    if (!take(elf, 0, header, elf->is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
        return false;
    note_if(elf, elf->is_64, ELF_IS_64_BIT);
    note_if(elf, elf->is_big, ELF_IS_BIG_ENDIAN);
    elf->facts.type = (uint16_t)MEMBER(elf, header, Ehdr, e_type);
    elf->facts.machine = (uint16_t)MEMBER(elf, header, Ehdr, e_machine);
    elf->facts.entry = MEMBER(elf, header, Ehdr, e_entry);
    elf->segments_at = MEMBER(elf, header, Ehdr, e_phoff);
    elf->segment_size = (uint16_t)MEMBER(elf, header, Ehdr, e_phentsize);
    elf->segment_count = (uint16_t)MEMBER(elf, header, Ehdr, e_phnum);
    elf->sections_at = MEMBER(elf, header, Ehdr, e_shoff);
    elf->section_size = (uint16_t)MEMBER(elf, header, Ehdr, e_shentsize);
    elf->section_count = (uint16_t)MEMBER(elf, header, Ehdr, e_shnum);
    return true;
}

static void read_interpreter(struct elf *elf, uint64_t offset, uint64_t size)
{
    size_t length = size < ELF_INTERPRETER_SIZE ? (size_t)size : ELF_INTERPRETER_SIZE - 1;

    note_if(elf, true, ELF_HAS_INTERPRETER);
    if (!take(elf, offset, elf->facts.interpreter, length))
        memset(elf->facts.interpreter, 0, sizeof elf->facts.interpreter);
}

static void read_dynamic(struct elf *elf, uint64_t offset, uint64_t size)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
    uint64_t count = size / entry_size;
    unsigned char entry[sizeof(Elf64_Dyn)];

    note_if(elf, true, ELF_IS_DYNAMIC);
    note_if(elf, count > DYNAMIC_MAX, ELF_IS_TRUNCATED);
    for (uint64_t i = 0; i < count && i < DYNAMIC_MAX; i++) {
        if (!take(elf, offset + i * entry_size, entry, entry_size))
            return;
        uint64_t tag = MEMBER(elf, entry, Dyn, d_tag), value = MEMBER(elf, entry, Dyn, d_un);

        if (tag == DT_NULL)
            return;
        elf->facts.needed += tag == DT_NEEDED;
        note_if(elf,
                tag == DT_BIND_NOW || (tag == DT_FLAGS && value & DF_BIND_NOW) ||
                    (tag == DT_FLAGS_1 && value & DF_1_NOW),
                ELF_BINDS_NOW);
    }
}

/* Notes: name size, content size, type, then both, each rounded up to four bytes. */
static void read_notes(struct elf *elf, uint64_t offset, uint64_t size)
{
    unsigned char notes[NOTES_SIZE_MAX];
    size_t length = size < sizeof notes ? (size_t)size : sizeof notes, at = 0;

    if (!take(elf, offset, notes, length))
        return;
    while (length - at >= 12) {
        uint64_t name = number(elf, notes + at, 4), content = number(elf, notes + at + 4, 4);
        uint64_t type = number(elf, notes + at + 8, 4);
        uint64_t content_at = at + 12 + (name + 3) / 4 * 4;

        if (content_at + content > length)
            return;
        if (type == NT_GNU_BUILD_ID && name == 4 && memcmp(notes + at + 12, "GNU", 4) == 0) {
            size_t kept = content < ELF_BUILD_ID_MAX ? (size_t)content : ELF_BUILD_ID_MAX;

            memcpy(elf->facts.build_id, notes + content_at, kept);
            elf->facts.build_id_length = (uint32_t)kept;
            return;
        }
        uint64_t next = content_at + (content + 3) / 4 * 4;
        if (next > length)
            return;
        at = (size_t)next;
    }
}

static void read_segment(struct elf *elf, const unsigned char *segment)
{
    uint64_t type = MEMBER(elf, segment, Phdr, p_type);
    uint64_t flags = MEMBER(elf, segment, Phdr, p_flags);
    uint64_t offset = MEMBER(elf, segment, Phdr, p_offset);
    uint64_t size = MEMBER(elf, segment, Phdr, p_filesz);
    uint64_t address = MEMBER(elf, segment, Phdr, p_vaddr);
    uint64_t memory = MEMBER(elf, segment, Phdr, p_memsz);

    switch (type) {
    case PT_LOAD:
        note_if(elf, flags & PF_W && flags & PF_X, ELF_HAS_WRITABLE_CODE);
        elf->has_entry_segment |=
            flags & PF_X && elf->facts.entry >= address && elf->facts.entry - address < memory;
        break;
    case PT_INTERP:
        read_interpreter(elf, offset, size);
        break;
    case PT_DYNAMIC:
        read_dynamic(elf, offset, size);
        break;
    case PT_NOTE:
        if (elf->facts.build_id_length == 0)
            read_notes(elf, offset, size);
        break;
    case PT_GNU_STACK:
        note_if(elf, flags & PF_X, ELF_HAS_STACK_EXECUTABLE);
        break;
    case PT_GNU_RELRO:
        note_if(elf, true, ELF_HAS_RELRO);
        break;
    }
}

static void read_segments(struct elf *elf)
{
    size_t least = elf->is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    unsigned char segment[sizeof(Elf64_Phdr)];

    note_if(elf, elf->segment_count > SEGMENTS_MAX, ELF_IS_TRUNCATED);
    if (elf->segment_size < least)
        return;
    for (unsigned i = 0; i < elf->segment_count && i < SEGMENTS_MAX; i++)
        if (take(elf, elf->segments_at + (uint64_t)i * elf->segment_size, segment, least))
            read_segment(elf, segment);
    note_if(elf, elf->facts.entry != 0 && !elf->has_entry_segment, ELF_ENTRY_IS_ODD);
}

static void read_sections(struct elf *elf)
{
    size_t least = elf->is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    unsigned char section[sizeof(Elf64_Shdr)];

    note_if(elf, elf->section_count > SECTIONS_MAX, ELF_IS_TRUNCATED);
    if (elf->section_size < least)
        return;
    for (unsigned i = 0; i < elf->section_count && i < SECTIONS_MAX; i++) {
        if (!take(elf, elf->sections_at + (uint64_t)i * elf->section_size, section, least))
            return;
        note_if(elf, true, ELF_HAS_SECTIONS);
        note_if(elf, MEMBER(elf, section, Shdr, sh_type) == SHT_SYMTAB, ELF_HAS_SYMBOLS);
    }
}

bool elf_read(const struct elf_source *source, struct elf_facts *ret_facts)
{
    struct elf elf = {.source = source};

    if (!read_header(&elf))
        return false;
    read_segments(&elf);
    read_sections(&elf);
    *ret_facts = elf.facts;
    return true;
}

static bool read_from_file(const void *context, uint64_t offset, void *ret_bytes, size_t size)
{
    const int *fd = context;

    return pread(*fd, ret_bytes, size, (off_t)offset) == (ssize_t)size;
}

bool elf_read_file(int fd, struct elf_facts *ret_facts)
{
    const struct elf_source source = {read_from_file, &fd};

    return elf_read(&source, ret_facts);
}
