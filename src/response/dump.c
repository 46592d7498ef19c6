/* SPDX-License-Identifier: MIT */
#include "response/dump.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/secrets.h"
#include "base/sha256.h"
#include "base/starttime.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "response/dump_files.h"
#include "response/signal.h"

enum {
    TEXT_CAP = 16 << 20,
    EXE_CAP = 256 << 20,
    PARENTS_MAX = 64,
    DESCRIPTORS_CAP = 10000,
};

struct artefact {
    const char *name;   /* in the dump */
    const char *source; /* in /proc/PID */
    uint64_t cap;
    bool is_masked; /* NUL-separated, with secrets in it */
};

static const struct artefact artefacts[] = {
    {"exe",     "exe",       EXE_CAP,  false},
    {"cmdline", "cmdline",   TEXT_CAP, true },
    {"environ", "environ",   TEXT_CAP, true },
    {"maps",    "maps",      TEXT_CAP, false},
    {"stat",    "stat",      TEXT_CAP, false},
    {"status",  "status",    TEXT_CAP, false},
    {"limits",  "limits",    TEXT_CAP, false},
    {"cgroup",  "cgroup",    TEXT_CAP, false},
    {"mounts",  "mountinfo", TEXT_CAP, false},
    {"tcp",     "net/tcp",   TEXT_CAP, false},
    {"tcp6",    "net/tcp6",  TEXT_CAP, false},
    {"udp",     "net/udp",   TEXT_CAP, false},
    {"udp6",    "net/udp6",  TEXT_CAP, false},
    {"unix",    "net/unix",  TEXT_CAP, false},
};

static int copy(struct dump *dump, int from, const struct artefact *artefact)
{
    char piece[DUMP_PIECE_SIZE];
    uint64_t left = artefact->cap;
    ssize_t got = 0;
    int to = dump_create(dump, artefact->name), error = to < 0 ? to : 0;

    while (!error && left > 0 && (got = dump_read_piece(from, piece, left)) > 0) {
        error = output_file_write(to, span_of(piece, (size_t)got));
        left -= (uint64_t)got;
    }
    if (got < 0)
        dump_note(dump, artefact->name, strerror((int)-got));
    if (left == 0 && dump_read_piece(from, piece, 1) > 0)
        dump_note(dump, artefact->name, "is longer than is kept");
    if (!error)
        error = dump_finish_file(dump, to, artefact->name);
    if (to >= 0)
        close(to);
    return error;
}

static int copy_masked(struct dump *dump, int from, const struct artefact *artefact)
{
    char piece[DUMP_PIECE_SIZE];
    struct strbuf text = {0}, masked = {0};
    ssize_t got = 0;

    while (text.length < artefact->cap &&
           (got = dump_read_piece(from, piece, DUMP_PIECE_SIZE)) > 0)
        strbuf_add(&text, piece, (size_t)got);
    if (got < 0)
        dump_note(dump, artefact->name, strerror((int)-got));
    if (text.length >= artefact->cap)
        dump_note(dump, artefact->name, "is longer than is kept");
    secrets_add_masked(&masked, strbuf_span(&text));
    int error = dump_write_file(dump, artefact->name, strbuf_span(&masked));
    strbuf_release(&text);
    strbuf_release(&masked);
    return error;
}

/* Only failures to write are returned: what cannot be read is noted. */
static int keep(struct dump *dump, const struct artefact *artefact)
{
    int from = openat(dump->process, artefact->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int error;

    if (from < 0) {
        dump_note(dump, artefact->name, strerror(errno));
        return 0;
    }
    if (artefact->is_masked && !(dump->flags & DUMP_SECRETS))
        error = copy_masked(dump, from, artefact);
    else
        error = copy(dump, from, artefact);
    close(from);
    return error;
}

/* Of a link that cannot be read, why not stands in its place. */
static void add_link(struct dump *dump, int directory, const char *name, struct strbuf *out)
{
    char target[4096];
    ssize_t length = readlinkat(directory, name, target, sizeof target);
    int error = errno;

    strbuf_add_format(out, "%s -> ", name);
    if (length < 0)
        strbuf_add_format(out, "(%s)", strerror(error));
    if (length < 0 && directory == dump->process)
        dump_note(dump, name, strerror(error));
    if (length >= 0)
        text_add_printable(out, span_of(target, (size_t)length), TEXT_UTF8);
    strbuf_add_char(out, '\n');
}

/* What the descriptors and the links of the process point to. */
static int keep_links(struct dump *dump)
{
    struct strbuf links = {0};
    int fd = openat(dump->process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    unsigned left = DESCRIPTORS_CAP;

    if (!directory) {
        dump_note(dump, "fd", strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    add_link(dump, dump->process, "exe", &links);
    add_link(dump, dump->process, "cwd", &links);
    add_link(dump, dump->process, "root", &links);
    while (directory && left > 0 && (entry = readdir(directory)))
        if (entry->d_name[0] != '.') {
            add_link(dump, dirfd(directory), entry->d_name, &links);
            left--;
        }
    if (left == 0)
        dump_note(dump, "fd", "has more descriptors than are kept");
    if (directory)
        closedir(directory);
    int error = dump_write_file(dump, "links.txt", strbuf_span(&links));
    strbuf_release(&links);
    return error;
}

/* One line: pid, name, and the program it runs. The parent of it, or 0. */
static int32_t add_parent(struct dump *dump, int32_t pid, struct strbuf *out)
{
    char path[64], comm[64];
    ssize_t length = -1;

    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = directory < 0 ? -1 : openat(directory, "comm", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        length = read(fd, comm, sizeof comm);
        close(fd);
    }
    strbuf_add_format(out, "%d ", pid);
    if (length > 0) /* and its newline */
        text_add_printable(out, span_of(comm, (size_t)length - 1), TEXT_UTF8);
    strbuf_add_char(out, ' ');
    if (directory >= 0) {
        add_link(dump, directory, "exe", out);
        close(directory);
    } else {
        strbuf_add_char(out, '\n');
    }
    return signal_parent_of(pid);
}

/* Who started it, up to the first process. They may end while we look. */
static int keep_parents(struct dump *dump, int32_t pid)
{
    struct strbuf parents = {0};
    int32_t parent = signal_parent_of(pid);

    for (int depth = 0; parent > 0 && depth < PARENTS_MAX; depth++)
        parent = add_parent(dump, parent, &parents);
    int error = dump_write_file(dump, "parents.txt", strbuf_span(&parents));
    strbuf_release(&parents);
    return error;
}

/* A dump shall not fill the disk that the machine lives on. */
static int check_room_for_exe(const struct dump *dump)
{
    struct stat exe;
    uint64_t wanted = 0;

    if (fstatat(dump->process, "exe", &exe, 0) == 0)
        wanted = (uint64_t)exe.st_size < EXE_CAP ? (uint64_t)exe.st_size : EXE_CAP;
    return dump_check_room(dump, wanted);
}

/* The process we mean, or negative errno. */
static int open_process(int32_t pid, uint64_t starttime)
{
    char path[32];
    uint64_t found;

    snprintf(path, sizeof path, "/proc/%d", pid);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    int error = starttime_read(fd, &found);
    if (!error && found == starttime)
        return fd;
    close(fd);
    return error && error != -ENOENT ? error : -ESRCH;
}

int dump_open_directory(const char *path)
{
    struct stat status;
    int error = 0;

    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    /* Whoever may rename in it could put another's file into our evidence. */
    if (fstat(fd, &status) < 0)
        error = -errno;
    else if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        error = -EPERM;
    if (!error)
        return fd;
    close(fd);
    return error;
}

static int open_directory(const struct dump_request *request, char (*name)[DUMP_NAME_SIZE])
{
    uint32_t random;

    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return -errno;
    snprintf(*name, sizeof *name, "%d_%llu_%08x", request->pid,
             (unsigned long long)request->starttime, random);
    if (mkdirat(request->directory, *name, 0700) < 0)
        return -errno;
    int fd = openat(request->directory, *name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int fill(struct dump *dump, const struct dump_request *request)
{
    int error = check_room_for_exe(dump);

    if (!error)
        error = dump_write_file(dump, "reasons.json", request->reasons);
    for (size_t i = 0; !error && i < sizeof artefacts / sizeof *artefacts; i++)
        error = keep(dump, &artefacts[i]);
    if (!error)
        error = keep_links(dump);
    if (!error)
        error = keep_parents(dump, request->pid);
    if (!error && (request->memory.kinds || request->memory.address_count))
        error = dump_keep_memory(dump, &request->memory);
    if (!error && dump->problems.length > 0)
        error = dump_write_file(dump, "problems.txt", strbuf_span(&dump->problems));
    if (!error)
        error = dump_write_file(dump, "SHA256SUMS", strbuf_span(&dump->sums));
    return error;
}

int dump_process(const struct dump_request *request, char (*ret_name)[DUMP_NAME_SIZE])
{
    struct dump dump = {.process = open_process(request->pid, request->starttime),
                        .flags = request->flags};
    char name[DUMP_NAME_SIZE];

    if (dump.process < 0)
        return dump.process;
    dump.directory = open_directory(request, &name);
    int error = dump.directory < 0 ? dump.directory : fill(&dump, request);
    if (!error)
        memcpy(*ret_name, name, sizeof name);
    if (dump.directory >= 0)
        close(dump.directory);
    close(dump.process);
    strbuf_release(&dump.sums);
    strbuf_release(&dump.problems);
    return error;
}

const char *dump_error_text(int error)
{
    switch (error) {
    case -ESRCH:
        return "it is gone";
    case -EPERM:
        return "the directory belongs to another user, or others may write to it";
    case -ETIMEDOUT:
        return "reading it hangs; a part of the dump may be there";
    default:
        return strerror(-error);
    }
}
