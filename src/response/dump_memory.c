/* SPDX-License-Identifier: MIT */
#include "response/dump_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/strbuf.h"
#include "response/dump_files.h"

enum {
    PAGE = 4096, /* pages may be larger, never smaller */
    MAPS_CAP = 16 << 20,
    MAPPING_CAP = 64 << 20,
    MEMORY_CAP = 256 << 20,
    MAPPINGS_MAX = 1000,
};

static const struct {
    const char *name;
    enum dump_memory_kind kind;
} kinds[] = {
    {"odd",   DUMP_MEMORY_ODD  },
    {"code",  DUMP_MEMORY_CODE },
    {"heap",  DUMP_MEMORY_HEAP },
    {"stack", DUMP_MEMORY_STACK},
    {"all",   DUMP_MEMORY_ALL  },
};

static bool take_kind(struct span word, struct dump_memory *memory)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_equals(word, kinds[i].name)) {
            memory->kinds |= kinds[i].kind;
            return true;
        }
    return false;
}

/* A hexadecimal number and nothing else. */
static bool take_address(struct span word, struct dump_memory *memory)
{
    uint64_t address;

    (void)span_take_string(&word, "0x");
    if (!span_take_hex(&word, &address) || word.at < word.end ||
        memory->address_count == DUMP_ADDRESSES_MAX)
        return false;
    memory->addresses[memory->address_count++] = address;
    return true;
}

const char *dump_memory_parse(const char *text, struct dump_memory *ret_memory)
{
    struct dump_memory memory = {0};
    struct span in = span_of_string(text), word;

    if (in.at == in.end)
        return "names no memory";
    while (span_take_until(&in, ',', &word))
        if (!take_kind(word, &memory) && !take_address(word, &memory))
            return "is not made of odd, code, heap, stack, all and up to 8 addresses";
    *ret_memory = memory;
    return NULL;
}

static bool is_of_kernel(struct span name)
{
    return span_equals(name, "[vdso]") || span_equals(name, "[vsyscall]") ||
           span_starts_with(name, "[vvar");
}

bool memory_map_parse(struct span line, struct memory_map *ret_map)
{
    struct memory_map map = {0};
    struct span permissions, ignored;

    if (!span_take_hex(&line, &map.start) || !span_take_char(&line, '-') ||
        !span_take_hex(&line, &map.end) || map.end <= map.start ||
        !span_take_char(&line, ' ') || !span_take_word(&line, &permissions) ||
        span_length(permissions) != 4)
        return false;
    for (int column = 0; column < 3; column++) /* offset, device, inode */
        if (!span_take_word(&line, &ignored))
            return false;
    span_skip_blanks(&line);
    map.name = line;
    map.is_readable = permissions.at[0] == 'r';
    map.is_executable = permissions.at[2] == 'x';
    map.has_file = span_starts_with(line, "/") && !span_starts_with(line, "/memfd:") &&
                   !span_ends_with(line, " (deleted)");
    *ret_map = map;
    return true;
}

bool dump_memory_wants(const struct dump_memory *memory, const struct memory_map *map)
{
    uint32_t wanted = memory->kinds;

    for (uint32_t i = 0; i < memory->address_count && i < DUMP_ADDRESSES_MAX; i++)
        if (memory->addresses[i] >= map->start && memory->addresses[i] < map->end)
            return true;
    if (is_of_kernel(map->name))
        return false;
    return (wanted & DUMP_MEMORY_ODD && map->is_executable && !map->has_file) ||
           (wanted & DUMP_MEMORY_CODE && map->is_executable) ||
           (wanted & DUMP_MEMORY_HEAP && span_equals(map->name, "[heap]")) ||
           (wanted & DUMP_MEMORY_STACK && span_equals(map->name, "[stack]")) ||
           (wanted & DUMP_MEMORY_ALL && map->is_readable);
}

/* Copy that many bytes at that place to the start of a new file; what cannot be read
 * stays a hole. Returns the bytes in holes, -ESRCH when the process ended meanwhile, or
 * negative errno. */
static int64_t copy(int from, uint64_t start, uint64_t size, int to)
{
    char piece[DUMP_PIECE_SIZE];
    int64_t missing = 0;

    for (uint64_t done = 0; done < size;) {
        uint64_t left = size - done, at = start + done;
        ssize_t got = pread(from, piece, left < sizeof piece ? left : sizeof piece, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return -ESRCH;
        int error = got > 0 ? output_file_write_at(to, done, span_of(piece, (size_t)got)) : 0;
        if (error)
            return error;
        /* Of a page that cannot be read, the next one may be. */
        uint64_t skipped = got > 0 ? 0 : PAGE - at % PAGE;
        missing += (int64_t)(skipped < left ? skipped : left);
        done += got > 0 ? (uint64_t)got : skipped;
    }
    return ftruncate(to, (off_t)size) < 0 ? -errno : missing;
}

/* Reads as a new file of it would be, in one go: it may change meanwhile. */
static int read_maps(struct dump *dump, struct strbuf *ret_text)
{
    char piece[DUMP_PIECE_SIZE];
    ssize_t got = -1;
    int fd = openat(dump->process, "maps", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    while (ret_text->length < MAPS_CAP &&
           (got = dump_read_piece(fd, piece, DUMP_PIECE_SIZE)) > 0)
        strbuf_add(ret_text, piece, (size_t)got);
    close(fd);
    return got < 0 ? (int)got : 0;
}

static int keep_mapping(struct dump *dump, int memory, const struct memory_map *map,
                        uint64_t *left)
{
    char name[64];
    uint64_t size = map->end - map->start, cap = *left < MAPPING_CAP ? *left : MAPPING_CAP;
    int error;

    snprintf(name, sizeof name, "memory-%llx-%llx", (unsigned long long)map->start,
             (unsigned long long)map->end);
    if (size > cap) {
        dump_note(dump, name, "is longer than is kept");
        size = cap;
    }
    if ((error = dump_check_room(dump, size)))
        return error;
    int to = dump_create(dump, name);
    if (to < 0)
        return to;
    int64_t missing = copy(memory, map->start, size, to);
    if (missing > 0)
        dump_note(dump, name, "has parts that cannot be read; they are zero here");
    if (missing == -ESRCH)
        dump_note(dump, name, "the process ended meanwhile");
    error = missing < 0 && missing != -ESRCH ? (int)missing : dump_finish_file(dump, to, name);
    close(to);
    *left -= size;
    return error;
}

/* As with the files, only failures to write are returned. */
int dump_keep_memory(struct dump *dump, const struct dump_memory *wanted)
{
    struct strbuf maps = {0};
    struct memory_map map;
    uint64_t left = MEMORY_CAP;
    unsigned count = 0;
    int memory = openat(dump->process, "mem", O_RDONLY | O_CLOEXEC), error = 0;
    int unread = memory < 0 ? -errno : read_maps(dump, &maps);
    struct span in = strbuf_span(&maps), line;

    if (unread)
        dump_note(dump, "memory", strerror(-unread));
    while (!unread && !error && span_take_line(&in, &line)) {
        if (!memory_map_parse(line, &map) || !dump_memory_wants(wanted, &map))
            continue;
        if (left == 0 || count++ == MAPPINGS_MAX) {
            dump_note(dump, "memory", "has more that was chosen than is kept");
            break;
        }
        error = keep_mapping(dump, memory, &map, &left);
    }
    if (memory >= 0)
        close(memory);
    strbuf_release(&maps);
    return error;
}
