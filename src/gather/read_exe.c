/* SPDX-License-Identifier: MIT */
/* The program file of a process: its link, its inode, its digest. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "gather/parse.h"
#include "gather/reading.h"

enum { SMALL_FILE_MAX = 16 * 1024 };

enum fact_state read_exe(struct reading *reading)
{
    struct gather *gather = reading->gather;
    const struct process *kept = kept_of_exe(reading);

    if (kept) {
        reading->process.exe = kept->exe;
        kept_load_exe(reading);
        return FACT_KNOWN;
    }
    int error = procfs_read_link(reading->body, "exe", &gather->exe);

    if (error) {
        strbuf_clear(&gather->exe);
        enum fact_state state = reading_error(reading, error);

        /* It is there, and has no program file: on its way out, or hiding. A
         * path too long to be told is not "none". */
        bool has_none = error == -ENOENT && !reading->is_gone && gather->procfs.is_live;
        return error == -ENAMETOOLONG ? FACT_TRUNCATED : has_none ? FACT_KNOWN : state;
    }
    reading->process.exe = reading_text(reading, strbuf_span(&gather->exe));
    return FACT_KNOWN;
}

enum fact_state read_cwd(struct reading *reading)
{
    struct gather *gather = reading->gather;

    if (told_is_root(reading, CENSUS_CWD_IS_ROOT)) {
        reading->process.cwd = reading_text(reading, span_of_string("/"));
        return FACT_KNOWN;
    }
    int error = procfs_read_link(reading->body, "cwd", &gather->text);
    if (error == -ENAMETOOLONG)
        return FACT_TRUNCATED;
    if (error)
        return reading_error(reading, error);
    reading->process.cwd = reading_text(reading, strbuf_span(&gather->text));
    return FACT_KNOWN;
}

static int64_t nanoseconds(struct statx_timestamp time)
{
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static struct exe_file file_of(const struct statx *file)
{
    return (struct exe_file){
        .dev = (uint32_t)makedev(file->stx_dev_major, file->stx_dev_minor),
        .ino = file->stx_ino,
        .nlink = file->stx_nlink,
        .size = file->stx_size,
        .mtime_ns = nanoseconds(file->stx_mtime),
        .ctime_ns = nanoseconds(file->stx_ctime),
        .mode = file->stx_mode,
        .uid = file->stx_uid,
        .gid = file->stx_gid,
    };
}

/* Somebody's private mounts may hide a program from us who is no container. */
static uint32_t examine_elsewhere(struct reading *reading, const struct exe_file *file)
{
    struct gather *gather = reading->gather;

    if (reading->process.ns_pid != gather->own_namespaces[NAMESPACE_PID] || file->nlink == 0)
        return 0;
    uint32_t flags =
        paths_examine(&gather->paths, strbuf_string(&gather->exe), file->dev, file->ino);
    return flags & EXE_PATH_IS_SAME ? 0 : EXE_PATH_IS_ELSEWHERE;
}

/* Only where our view of the file tree is the process's, too. */
static uint32_t examine_path(struct reading *reading, const struct exe_file *file)
{
    struct gather *gather = reading->gather;
    struct strbuf *exe = &gather->exe;

    if (reading->process.facts[FACT_NAMESPACES] != FACT_KNOWN ||
        !span_starts_with(strbuf_span(exe), "/") ||
        span_starts_with(strbuf_span(exe), "/memfd:"))
        return 0;
    if (reading->process.ns_mnt != gather->own_namespaces[NAMESPACE_MNT])
        return examine_elsewhere(reading, file);

    /* A living file may be named so; an unlinked one is said to be. */
    bool may_be_deleted = span_ends_with(strbuf_span(exe), DELETED_SUFFIX);
    if (!may_be_deleted || file->nlink > 0) {
        uint32_t flags =
            paths_examine(&gather->paths, strbuf_string(exe), file->dev, file->ino);
        if (!may_be_deleted || flags & EXE_PATH_EXISTS)
            return flags;
    }
    exe->bytes[exe->length - strlen(DELETED_SUFFIX)] = '\0';
    uint32_t flags = paths_examine(&gather->paths, exe->bytes, file->dev, file->ino);
    exe->bytes[exe->length - strlen(DELETED_SUFFIX)] = DELETED_SUFFIX[0];
    return flags;
}

static enum fact_state read_recorded_file(struct reading *reading)
{
    enum fact_state state =
        reading_file(reading, reading->directory, "exe.stat", SMALL_FILE_MAX);

    if (state != FACT_KNOWN)
        return state;
    return parse_exe_stat(strbuf_span(&reading->gather->text), &reading->process.exe_file)
               ? FACT_KNOWN
               : FACT_FAILED;
}

/*
 * The link leads to the very file, whatever is at its path. With
 * AT_STATX_DONT_SYNC the kernel answers from its own memory and asks no server,
 * so this returns at once also when the file lies on a FUSE whose server is
 * dead, where a plain stat could not even be killed.
 */
enum fact_state read_exe_file(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct statx file;

    if (!gather->procfs.is_live)
        return read_recorded_file(reading);
    if (reading->process.facts[FACT_EXE] != FACT_KNOWN &&
        reading->process.facts[FACT_EXE] != FACT_TRUNCATED)
        return (enum fact_state)reading->process.facts[FACT_EXE];
    if (reading->process.facts[FACT_EXE] == FACT_KNOWN && gather->exe.length == 0)
        return FACT_KNOWN;
    const struct process *kept = kept_of_exe(reading);
    if (kept) {
        reading->process.exe_file = kept->exe_file;
        return FACT_KNOWN;
    }
    if (statx(reading->body, "exe", AT_STATX_DONT_SYNC, MOUNTS_STATX, &file) != 0)
        return reading_error(reading, -errno);

    struct exe_file *exe_file = &reading->process.exe_file;
    *exe_file = file_of(&file);
    if (mounts_is_local(&gather->mounts, reading->directory, &file)) {
        exe_file->flags = EXE_ON_LOCAL_FS | examine_path(reading, exe_file);
        return FACT_KNOWN;
    }
    /* What the kernel remembers of a file elsewhere may be stale. */
    if (!gather->files.stat)
        return FACT_KNOWN;
    enum fact_state state = gather->files.stat(gather->files.context, reading->process.pid,
                                               reading->process.starttime, exe_file);
    if (state != FACT_KNOWN && state != FACT_TRUNCATED)
        *exe_file = (struct exe_file){0};
    return state;
}

enum fact_state read_sha256(struct reading *reading)
{
    struct gather *gather = reading->gather;
    struct process *process = &reading->process;

    if (!gather->procfs.is_live) {
        enum fact_state state =
            reading_file(reading, reading->directory, "exe.sha256", SMALL_FILE_MAX);
        struct span text = strbuf_span(&gather->text), line;

        if (state != FACT_KNOWN)
            return state;
        if (!span_take_line(&text, &line))
            return FACT_FAILED;
        strbuf_truncate(&gather->text, span_length(line));
        return sha256_parse(strbuf_string(&gather->text), &process->sha256) ? FACT_KNOWN
                                                                            : FACT_FAILED;
    }
    if (process->facts[FACT_EXE_FILE] != FACT_KNOWN)
        return (enum fact_state)process->facts[FACT_EXE_FILE];
    if (process->exe_file.ino == 0)
        return FACT_FAILED;
    if (gather->files.digest)
        return gather->files.digest(gather->files.context, process->pid, process->starttime,
                                    &process->exe_file, &process->sha256);
    return digests_of_exe(&gather->digests, reading->body, &process->exe_file,
                          &process->sha256);
}
