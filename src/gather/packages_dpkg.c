/* SPDX-License-Identifier: MIT */
/* dpkg keeps one list of paths a package, one line each: dpkg(1), FILES, and
 * deb-md5sums(5) for the digests of what it delivered. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/md5.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "gather/dpkg_paths.h"
#include "gather/dpkg_stamps.h"
#include "gather/packages_backend.h"
#include "gather/path_table.h"

enum {
    FILE_CAP = 32 << 20, /* the largest list of Debian 12 has 3 MB */
    PIECE_SIZE = 64 * 1024,
    PACKAGES_CAP = 100 * 1000,
    PATHS_CAP = 4 * 1000 * 1000,
};

static const char info_directory[] = "var/lib/dpkg/info";

struct dpkg {
    int info; /* O_PATH */
    struct dpkg_stamps stamps;
    struct dpkg_paths paths;
    struct path_table table; /* source: index of a package, offset: in its list */
    uint32_t *names;         /* offsets in name_pool: "libc6:amd64" */
    size_t package_count;
    size_t package_capacity;
    struct strbuf name_pool;
    const char *incomplete;
};

static bool dpkg_has_changed(const void *database, int root)
{
    const struct dpkg *dpkg = database;

    if (!dpkg)
        return faccessat(root, "var/lib/dpkg/status", F_OK, 0) == 0;
    return dpkg_stamps_have_changed(&dpkg->stamps, root);
}

static int open_file(int directory, const char *name)
{
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    return fd < 0 ? -errno : fd;
}

/* More of it behind what is there; as read(2). */
static ssize_t read_piece(int fd, struct strbuf *text)
{
    strbuf_reserve(text, PIECE_SIZE);
    ssize_t got = read(fd, text->bytes + text->length, text->capacity - text->length - 1);
    if (got > 0)
        text->length += (size_t)got;
    return got < 0 ? -errno : got;
}

/* The whole file, instead of what the buffer held. */
static int read_file(int directory, const char *name, struct strbuf *text)
{
    int fd = open_file(directory, name);
    ssize_t got;

    if (fd < 0)
        return fd;
    strbuf_clear(text);
    do
        got = read_piece(fd, text);
    while (got > 0 && text->length <= FILE_CAP);
    close(fd);
    return got > 0 ? -EFBIG : (int)got;
}

static struct span without_architecture(struct span name)
{
    struct span package;

    return span_take_until(&name, ':', &package) ? package : name;
}

static const char *package_full_name(const struct dpkg *dpkg, uint32_t package)
{
    return dpkg->name_pool.bytes + dpkg->names[package];
}

static struct span package_name(const struct dpkg *dpkg, uint32_t package)
{
    return without_architecture(span_of_string(package_full_name(dpkg, package)));
}

static uint32_t add_package(struct dpkg *dpkg, struct span name)
{
    dpkg->names = memory_grow(dpkg->names, dpkg->package_count, &dpkg->package_capacity,
                              sizeof *dpkg->names);
    dpkg->names[dpkg->package_count] = (uint32_t)dpkg->name_pool.length;
    strbuf_add_span(&dpkg->name_pool, name);
    strbuf_add_char(&dpkg->name_pool, '\0');
    return (uint32_t)dpkg->package_count++;
}

/* A list names each directory before what is in it. */
static bool is_directory_of(struct span line, struct span next)
{
    size_t length = span_length(line);

    return span_length(next) > length && next.at[length] == '/' &&
           memcmp(line.at, next.at, length) == 0;
}

/* Those of a piece of a list that begins at that offset, as far as the line behind is in
 * it, too, or is_end. Returns how many bytes are done. */
static size_t add_paths(struct dpkg *dpkg, uint32_t package, struct span text, size_t offset,
                        bool is_end)
{
    const char *start = text.at;
    struct path_entry entry = {.source = package};
    struct span name = package_name(dpkg, package), line, next;
    char buffer[DPKG_PATH_SIZE];

    for (bool is_line = span_take_line(&text, &line); is_line; line = next) {
        is_line = span_take_line(&text, &next);
        if (!is_end && (!is_line || text.at == next.end))
            return (size_t)(line.at - start);
        if (!span_starts_with(line, "/") || (is_line && is_directory_of(line, next)))
            continue;
        if (dpkg->table.count == PATHS_CAP) {
            dpkg->incomplete = "the package lists have more than 4000000 paths";
            break;
        }
        entry.offset = (uint32_t)(offset + (size_t)(line.at - start));
        dpkg_paths_installed(&dpkg->paths, line, name, &buffer, &entry.hash);
        path_table_add(&dpkg->table, entry);
    }
    return (size_t)(text.end - start);
}

/* By pieces: some lists have megabytes, and memory that was never touched costs more than
 * reading them. 0 or negative errno. */
static int read_list(struct dpkg *dpkg, uint32_t package, int fd, struct strbuf *text)
{
    size_t offset = 0;
    ssize_t got;

    strbuf_clear(text);
    do {
        got = read_piece(fd, text);
        if (got < 0)
            return (int)got;
        size_t done = add_paths(dpkg, package, strbuf_span(text), offset, got == 0);
        offset += done;
        text->length -= done;
        memmove(text->bytes, text->bytes + done, text->length);
    } while (got > 0 && offset + text->length <= FILE_CAP);
    return got > 0 ? -EFBIG : 0;
}

static void add_list(struct dpkg *dpkg, const char *file, struct strbuf *text)
{
    struct span name = span_of_string(file);

    if (!span_ends_with(name, ".list"))
        return;
    name.end -= strlen(".list");
    if (span_length(name) == 0 || span_length(name) >= PACKAGE_NAME_SIZE)
        return;
    if (dpkg->package_count == PACKAGES_CAP) {
        dpkg->incomplete = "there are more than 100000 package lists";
        return;
    }

    int fd = open_file(dpkg->info, file);
    if (fd == -ENOENT)
        return; /* removed meanwhile: the stamps will show it */
    int error = fd < 0 ? fd : read_list(dpkg, add_package(dpkg, name), fd, text);
    if (error < 0)
        dpkg->incomplete = error == -EFBIG ? "a package list is larger than 32 MiB"
                                           : "a package list cannot be read";
    if (fd >= 0)
        close(fd);
}

static void add_diversions(struct dpkg *dpkg, int root)
{
    struct strbuf text = {0};
    int error = read_file(root, "var/lib/dpkg/diversions", &text);

    if (error == 0 && text.length > 0) {
        if (!dpkg_paths_set_diversions(&dpkg->paths, text.bytes, text.length))
            dpkg->incomplete = "the list of diversions is cut off";
        return; /* the text is theirs now */
    }
    if (error < 0 && error != -ENOENT)
        dpkg->incomplete = "the list of diversions cannot be read";
    strbuf_release(&text);
}

static bool is_listed(const struct dpkg *dpkg, const char *path)
{
    char buffer[DPKG_PATH_SIZE];
    struct span canonical = dpkg_paths_canonical(&dpkg->paths, span_of_string(path), &buffer);
    size_t count;

    return path_table_find(&dpkg->table, path_hash(canonical), &count) != NULL;
}

static void dpkg_free(void *database)
{
    struct dpkg *dpkg = database;

    if (!dpkg)
        return;
    close(dpkg->info);
    dpkg_paths_release(&dpkg->paths);
    path_table_release(&dpkg->table);
    strbuf_release(&dpkg->name_pool);
    free(dpkg->names);
    free(dpkg);
}

static void *dpkg_load(int root)
{
    int list = openat(root, info_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = list < 0 ? NULL : fdopendir(list);
    struct strbuf text = {0};
    struct dirent *entry;

    if (!directory) {
        if (list >= 0)
            close(list);
        return NULL;
    }
    struct dpkg *dpkg = memory_new(1, sizeof *dpkg);
    dpkg_stamps_take(&dpkg->stamps, root); /* before reading: a change meanwhile then shows */
    dpkg->info = fcntl(list, F_DUPFD_CLOEXEC, 0);
    dpkg_paths_init(&dpkg->paths, root);
    add_diversions(dpkg, root);
    while ((entry = readdir(directory)))
        add_list(dpkg, entry->d_name, &text);
    closedir(directory);
    strbuf_release(&text);
    path_table_sort(&dpkg->table);

    /* A dpkg that does not know itself manages some packages of another
     * distribution, or a chroot: what it does not list may well be owned. */
    if (dpkg->info < 0 || !is_listed(dpkg, "/usr/bin/dpkg")) {
        dpkg_free(dpkg);
        return NULL;
    }
    return dpkg;
}

/* The line at that offset of the package's list as it is now. */
static bool read_line(const struct dpkg *dpkg, const struct path_entry *entry,
                      char (*buffer)[DPKG_PATH_SIZE], struct span *ret_line)
{
    char file[PACKAGE_NAME_SIZE + sizeof ".list"];
    char *end = stpcpy(file, package_full_name(dpkg, entry->source));

    strcpy(end, ".list");
    int fd = openat(dpkg->info, file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t got = pread(fd, *buffer, sizeof *buffer, entry->offset);
    close(fd);

    struct span text = span_of(*buffer, got > 0 ? (size_t)got : 0);
    return span_take_line(&text, ret_line);
}

/* The entry whose line is still what it was: the listed path and its package. That a
 * path has the hash of a listed one makes it no doubtful one: whoever chooses its name
 * can see to that. */
static enum package_owner find(const struct dpkg *dpkg, struct span path,
                               char (*line_buffer)[DPKG_PATH_SIZE], struct span *ret_line,
                               uint32_t *ret_package)
{
    char path_buffer[DPKG_PATH_SIZE], installed_buffer[DPKG_PATH_SIZE];
    struct span wanted = dpkg_paths_canonical(&dpkg->paths, path, &path_buffer), line;
    size_t count;
    const struct path_entry *entry = path_table_find(&dpkg->table, path_hash(wanted), &count);

    bool is_as_loaded = true;

    for (; entry && count > 0; count--, entry++) {
        uint32_t hash;

        if (!read_line(dpkg, entry, line_buffer, &line)) {
            is_as_loaded = false;
            continue;
        }
        struct span installed = dpkg_paths_installed(
            &dpkg->paths, line, package_name(dpkg, entry->source), &installed_buffer, &hash);
        if (span_equals_span(installed, wanted)) {
            *ret_line = line;
            *ret_package = entry->source;
            return PACKAGE_OWNED;
        }
        is_as_loaded = is_as_loaded && hash == entry->hash;
    }
    /* A list that changed since it was loaded is read again by the next refresh. */
    return is_as_loaded && !dpkg->incomplete ? PACKAGE_UNOWNED : PACKAGE_UNKNOWN;
}

static enum package_owner dpkg_owner(const void *database, struct span path,
                                     char (*ret_name)[PACKAGE_NAME_SIZE])
{
    const struct dpkg *dpkg = database;
    char buffer[DPKG_PATH_SIZE];
    struct span line;
    uint32_t package;
    enum package_owner owner = find(dpkg, path, &buffer, &line, &package);

    if (owner == PACKAGE_OWNED) {
        struct span name = package_name(dpkg, package);
        memcpy(*ret_name, name.at, span_length(name));
        (*ret_name)[span_length(name)] = '\0';
    }
    return owner;
}

/* "0123456789abcdef0123456789abcdef  usr/bin/dpkg", without the first slash. */
static bool is_digest_of(const struct dpkg *dpkg, struct span line, struct span wanted,
                         struct md5 *ret_md5)
{
    char slashed[DPKG_PATH_SIZE], buffer[DPKG_PATH_SIZE];
    struct md5 md5;

    if (!md5_take(&line, &md5) || !span_take_string(&line, "  ") ||
        span_length(line) >= sizeof slashed)
        return false;
    slashed[0] = '/';
    memcpy(slashed + 1, line.at, span_length(line));

    struct span path =
        dpkg_paths_canonical(&dpkg->paths, span_of(slashed, span_length(line) + 1), &buffer);
    if (!span_equals_span(path, wanted))
        return false;
    *ret_md5 = md5;
    return true;
}

static bool dpkg_digest(const void *database, struct span path,
                        struct package_digest *ret_digest)
{
    const struct dpkg *dpkg = database;
    char line_buffer[DPKG_PATH_SIZE], buffer[DPKG_PATH_SIZE];
    struct strbuf file = {0}, text = {0};
    struct span listed, line;
    uint32_t package;
    struct md5 md5;
    bool is_found = false;

    if (find(dpkg, path, &line_buffer, &listed, &package) != PACKAGE_OWNED)
        return false;
    strbuf_add_format(&file, "%s.md5sums", package_full_name(dpkg, package));
    if (read_file(dpkg->info, file.bytes, &text) == 0) {
        struct span in = strbuf_span(&text);
        struct span wanted = dpkg_paths_canonical(&dpkg->paths, listed, &buffer);
        while (!is_found && span_take_line(&in, &line))
            is_found = is_digest_of(dpkg, line, wanted, &md5);
    }
    strbuf_release(&file);
    strbuf_release(&text);
    if (!is_found)
        return false;
    *ret_digest = (struct package_digest){.kind = PACKAGE_DIGEST_MD5};
    memcpy(ret_digest->bytes, md5.bytes, sizeof md5.bytes);
    return true;
}

static void dpkg_stats(const void *database, struct packages_stats *stats)
{
    const struct dpkg *dpkg = database;

    stats->packages = dpkg->package_count;
    stats->paths = dpkg->table.count;
    stats->memory = sizeof *dpkg + dpkg->table.capacity * sizeof *dpkg->table.entries +
                    dpkg->package_capacity * sizeof *dpkg->names + dpkg->name_pool.capacity +
                    dpkg->paths.text_size +
                    dpkg->paths.diversion_capacity * sizeof *dpkg->paths.diversions;
    stats->incomplete = dpkg->incomplete;
}

const struct packages_backend packages_dpkg = {
    .name = "dpkg",
    .load = dpkg_load,
    .free = dpkg_free,
    .has_changed = dpkg_has_changed,
    .owner = dpkg_owner,
    .digest = dpkg_digest,
    .stats = dpkg_stats,
};
