/* SPDX-License-Identifier: MIT */
#include "gather/record_process.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/parse.h"
#include "gather/tree_writer.h"

enum {
    FILE_SIZE_MAX = 8 * 1024 * 1024,
    DESCRIPTORS_MAX = 10000,
    INFO_SIZE_MAX = 16 * 1024,
};

static const char *const plain_files[] = {
    "stat", "status", "cmdline",   "cgroup",        "loginuid",
    "maps", "limits", "sessionid", "oom_score_adj", "attr/current"};

static const char *const links[] = {"exe",    "cwd",    "root",    "ns/net",
                                    "ns/pid", "ns/mnt", "ns/user", "ns/cgroup",
                                    "ns/ipc", "ns/uts", "ns/time"};

static const char *const net_tables[] = {"tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet"};

int record_net(struct recorder *recorder, int from, const char *prefix, int to)
{
    int error = 0;

    for (size_t i = 0; i < sizeof net_tables / sizeof *net_tables && !error; i++) {
        char path[64], as[32];

        snprintf(path, sizeof path, "%snet/%s", prefix, net_tables[i]);
        snprintf(as, sizeof as, "net/%s", net_tables[i]);
        if (procfs_read(&recorder->procfs, from, path, FILE_SIZE_MAX, &recorder->text) >= 0)
            error = tree_write(to, as, strbuf_span(&recorder->text));
    }
    return error;
}

static int copy_files(struct recorder *recorder, int from, int to)
{
    int error = 0;

    for (size_t i = 0; i < sizeof plain_files / sizeof *plain_files && !error; i++)
        if (procfs_read(&recorder->procfs, from, plain_files[i], FILE_SIZE_MAX,
                        &recorder->text) >= 0)
            error = tree_write(to, plain_files[i], strbuf_span(&recorder->text));
    for (size_t i = 0; i < sizeof links / sizeof *links && !error; i++)
        if (procfs_read_link(from, links[i], &recorder->text) == 0)
            error = tree_link(to, links[i], strbuf_string(&recorder->text));
    return error;
}

/* Names stay, values go: they hold passwords. What the linker obeys is evidence. */
static int write_environ(struct recorder *recorder, int from, int to)
{
    struct strbuf *kept = &recorder->scratch;
    struct span piece, name;

    if (procfs_read(&recorder->procfs, from, "environ", FILE_SIZE_MAX, &recorder->text) < 0)
        return 0;
    struct span text = strbuf_span(&recorder->text);
    strbuf_clear(kept);
    while (span_take_until(&text, '\0', &piece)) {
        struct span rest = piece;
        bool is_variable = span_take_until(&rest, '=', &name) && rest.at > name.end;

        if (is_variable && span_starts_with(piece, "LD_"))
            strbuf_add_span(kept, piece);
        else if (is_variable)
            strbuf_add(kept, name.at, span_length(name) + 1);
        strbuf_add_char(kept, '\0');
    }
    return tree_write(to, "environ", strbuf_span(kept));
}

static int write_exe_file(struct recorder *recorder, const struct snapshot *snapshot,
                          const struct process *process, int to)
{
    const struct exe_file *file = &process->exe_file;
    struct strbuf *text = &recorder->text;
    char digest[SHA256_TEXT_SIZE];
    int error = 0;

    if (process_knows(process, FACT_BIT(FACT_EXE_FILE)) && file->ino != 0) {
        strbuf_clear(text);
        strbuf_add_format(
            text,
            "dev=%u:%u ino=%llu nlink=%llu size=%llu mtime_ns=%lld ctime_ns=%lld mode=0%o "
            "uid=%u gid=%u flags=",
            major(file->dev), minor(file->dev), (unsigned long long)file->ino,
            (unsigned long long)file->nlink, (unsigned long long)file->size,
            (long long)file->mtime_ns, (long long)file->ctime_ns, file->mode, file->uid,
            file->gid);
        for (unsigned bit = 0; bit < EXE_FLAG_COUNT; bit++)
            if (file->flags & 1u << bit)
                strbuf_add_format(text, "%s,", exe_flag_names[bit]);
        if (file->flags == 0)
            strbuf_add_string(text, "-,");
        strbuf_truncate(text, text->length - 1);
        strbuf_add_char(text, '\n');
        error = tree_write(to, "exe.stat", strbuf_span(text));
    }
    if (!error && file->ino != 0 && process->facts[FACT_SHA256] == FACT_KNOWN) {
        sha256_text(&process->sha256, &digest);
        strbuf_clear(text);
        strbuf_add_format(text, "%s\n", digest);
        error = tree_write(to, "exe.sha256", strbuf_span(text));
    }
    if (!error && file->ino != 0 && process->facts[FACT_PACKAGE] == FACT_KNOWN) {
        strbuf_clear(text);
        strbuf_add_format(text, "%s\n", snapshot_string(snapshot, process->package));
        error = tree_write(to, "exe.package", strbuf_span(text));
    }
    return error;
}

static int write_descriptor(struct recorder *recorder, int from, int to, int32_t fd)
{
    char path[32], info[32];

    snprintf(path, sizeof path, "fd/%d", fd);
    snprintf(info, sizeof info, "fdinfo/%d", fd);
    if (procfs_read_link(from, path, &recorder->text) != 0)
        return 0;
    int error = tree_link(to, path, strbuf_string(&recorder->text));
    if (error || procfs_read(&recorder->procfs, from, info, INFO_SIZE_MAX, &recorder->text) < 0)
        return error;
    return tree_write(to, info, strbuf_span(&recorder->text));
}

static int write_descriptors(struct recorder *recorder, int from, int to)
{
    struct procfs_numbers numbers = {0};
    int directory = procfs_open_directory(&recorder->procfs, from, "fd");

    if (directory < 0)
        return 0;
    int made = tree_make_directory(to, "fd"), error = made < 0 ? made : 0;
    if (procfs_list(directory, &numbers) == 0)
        for (size_t i = 0; i < numbers.count && i < DESCRIPTORS_MAX && !error; i++)
            error = write_descriptor(recorder, from, to, numbers.items[i]);
    if (made >= 0)
        close(made);
    procfs_numbers_release(&numbers);
    close(directory);
    return error;
}

static int write_threads(struct recorder *recorder, int from, int to)
{
    struct procfs_numbers numbers = {0};
    int directory = procfs_open_directory(&recorder->procfs, from, "task"), error = 0;

    if (directory < 0)
        return 0;
    if (procfs_list(directory, &numbers) == 0)
        for (size_t i = 0; i < numbers.count && i < CLOSER_THREADS_MAX && !error; i++) {
            char path[32];

            snprintf(path, sizeof path, "task/%d/stat", numbers.items[i]);
            if (procfs_read(&recorder->procfs, from, path, INFO_SIZE_MAX, &recorder->text) >= 0)
                error = tree_write(to, path, strbuf_span(&recorder->text));
        }
    procfs_numbers_release(&numbers);
    close(directory);
    return error;
}

static int write_denied(struct recorder *recorder, const struct process *process, int to)
{
    strbuf_clear(&recorder->text);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (process->facts[fact] == FACT_DENIED)
            strbuf_add_format(&recorder->text, "%s%s", recorder->text.length ? " " : "",
                              fact_name(fact));
    if (recorder->text.length == 0)
        return 0;
    strbuf_add_char(&recorder->text, '\n');
    return tree_write(to, "denied", strbuf_span(&recorder->text));
}

/* Our own tables are at the root of the tree; of others, with the first process
 * that lives there. */
static int write_other_net(struct recorder *recorder, const struct snapshot *snapshot,
                           const struct process *process, int from, int to)
{
    if (process->ns_net == 0 || process->ns_net == snapshot->header->ns_net)
        return 0;
    for (size_t i = 0; i < recorder->namespace_count; i++)
        if (recorder->namespaces[i] == process->ns_net)
            return 0;
    recorder->namespaces =
        memory_grow(recorder->namespaces, recorder->namespace_count,
                    &recorder->namespace_capacity, sizeof *recorder->namespaces);
    recorder->namespaces[recorder->namespace_count++] = process->ns_net;
    return record_net(recorder, from, "", to);
}

int record_process(struct recorder *recorder, const struct snapshot *snapshot,
                   const struct process *process)
{
    int from = procfs_open_process(&recorder->procfs, process->pid);
    char name[16];

    if (from < 0)
        return 0;
    snprintf(name, sizeof name, "%d", process->pid);
    int to = tree_make_directory(recorder->tree, name);
    int error = to < 0 ? to : copy_files(recorder, from, to);
    if (!error && !process_is_kernel_thread(process)) {
        error = write_environ(recorder, from, to);
        if (!error)
            error = write_exe_file(recorder, snapshot, process, to);
        if (!error)
            error = write_descriptors(recorder, from, to);
        if (!error)
            error = write_threads(recorder, from, to);
        if (!error)
            error = write_other_net(recorder, snapshot, process, from, to);
    }
    if (!error)
        error = write_denied(recorder, process, to);
    if (to >= 0)
        close(to);
    close(from);
    return error;
}
