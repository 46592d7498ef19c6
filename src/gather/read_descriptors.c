/* SPDX-License-Identifier: MIT */
/* Open descriptors: the links of /proc/PID/fd. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/parse.h"
#include "gather/reading.h"

enum { DESCRIPTORS_MAX = 10000, FDINFO_SIZE_MAX = 16 * 1024 };

/* Where shells keep the script they read open: dash and ksh, zsh, bash. */
static bool may_be_script(int32_t fd)
{
    return fd == 10 || fd == 11 || fd == 255;
}

static bool is_of_interest(const struct descriptor *descriptor, struct span link)
{
    switch ((enum descriptor_kind)descriptor->kind) {
    case DESCRIPTOR_SOCKET:
    case DESCRIPTOR_PIPE:
    case DESCRIPTOR_PTMX:
    case DESCRIPTOR_MEMFD:
        return true;
    case DESCRIPTOR_ANONYMOUS:
        return span_starts_with(link, "anon_inode:bpf") ||
               span_starts_with(link, "anon_inode:[io_uring]");
    case DESCRIPTOR_FILE:
        return descriptor->fd <= STDERR_FILENO || may_be_script(descriptor->fd);
    default:
        return descriptor->fd <= STDERR_FILENO;
    }
}

void descriptors_ask_for(struct gather *gather, const char *path)
{
    const char *asked = path ? path : "";

    gather->is_path_new = *asked && strcmp(strbuf_string(&gather->asked_path), asked) != 0;
    strbuf_set_string(&gather->asked_path, asked);
}

/* "who has this open?": the file itself, also deleted since, or one below it. */
static bool is_asked_for(const struct gather *gather, struct span link)
{
    struct span path = strbuf_span(&gather->asked_path);
    struct span rest = link;

    if (span_length(path) == 0 || !span_take_string(&rest, strbuf_string(&gather->asked_path)))
        return false;
    return span_length(rest) == 0 || path.end[-1] == '/' || *rest.at == '/' ||
           span_equals(rest, DELETED_SUFFIX);
}

typedef bool info_parser(struct span fdinfo, uint64_t *ret_number);

/* What fdinfo tells besides, plus one: which terminal a master belongs to (the number
 * below /dev/pts), what kind of program a BPF program is. */
static uint64_t number_of(struct reading *reading, int32_t fd, info_parser *parse)
{
    struct gather *gather = reading->gather;
    char path[32];
    uint64_t number;

    snprintf(path, sizeof path, "fdinfo/%d", fd);
    if (procfs_read_piece(&gather->procfs, reading->body, path, FDINFO_SIZE_MAX,
                          &gather->text) != 0 ||
        !parse(strbuf_span(&gather->text), &number))
        return 0;
    return number + 1;
}

/* systemd holds dozens of BPF programs, and wakes up every few seconds. */
static uint64_t bpf_type_of(struct reading *reading, const struct descriptor *descriptor)
{
    const struct kept *kept = reading->sample.kept;

    for (uint32_t i = 0; kept && i < kept->process.descriptors.count; i++) {
        const struct kept_descriptor *before = &kept->descriptors[i];

        if (before->fd == descriptor->fd && before->kind == descriptor->kind &&
            before->target == descriptor->target.offset && before->inode != 0)
            return before->inode;
    }
    return number_of(reading, descriptor->fd, parse_bpf_type);
}

void lists_add_descriptor(struct lists *lists, const struct descriptor *descriptor)
{
    lists->descriptors = memory_grow(lists->descriptors, lists->descriptor_count,
                                     &lists->descriptor_capacity, sizeof *descriptor);
    lists->descriptors[lists->descriptor_count++] = *descriptor;
}

static void add_descriptor(struct reading *reading, int32_t fd, struct span link)
{
    struct descriptor descriptor = {.fd = fd};

    descriptor.kind = parse_descriptor_link(link, &descriptor.inode);
    if (!reading->is_focus && !is_of_interest(&descriptor, link) &&
        !is_asked_for(reading->gather, link))
        return;
    if (descriptor.kind != DESCRIPTOR_SOCKET && descriptor.kind != DESCRIPTOR_PIPE)
        descriptor.target = reading_text(reading, link);
    if (descriptor.kind == DESCRIPTOR_PTMX)
        descriptor.inode = number_of(reading, fd, parse_tty_index);
    if (descriptor.kind == DESCRIPTOR_ANONYMOUS && span_equals(link, "anon_inode:bpf-prog"))
        descriptor.inode = bpf_type_of(reading, &descriptor);

    if (descriptor.kind == DESCRIPTOR_SOCKET && !reading->is_focus)
        newcomers_claim(&reading->gather->sockets.newcomers, descriptor.inode);
    lists_add_descriptor(&reading->gather->lists, &descriptor);
    reading->process.descriptors.count++;
}

/* A descriptor that was closed since the listing is not an error, and a link
 * too long to be told is still an open file. Listing may be allowed where
 * looking behind the links is not: then nothing is known. */
static enum fact_state read_link(struct reading *reading, int directory, const char *path,
                                 int32_t fd)
{
    struct strbuf *link = &reading->gather->file_name;
    int error = procfs_read_link(directory, path, link);

    if (error == -EACCES || error == -EPERM)
        return FACT_DENIED;
    if (error == -ENAMETOOLONG)
        strbuf_clear(link);
    if (!error || error == -ENAMETOOLONG)
        add_descriptor(reading, fd, strbuf_span(link));
    return FACT_KNOWN;
}

static enum fact_state read_links(struct reading *reading, int directory, size_t count)
{
    const struct procfs_numbers *listed = &reading->gather->descriptors;
    enum fact_state state = FACT_KNOWN;
    char name[PROCFS_NAME_SIZE];

    for (size_t i = 0; i < count && state == FACT_KNOWN; i++)
        state = read_link(reading, directory, procfs_name(listed->items[i], &name),
                          listed->items[i]);
    return state;
}

static void forget_links(struct reading *reading)
{
    reading->gather->lists.descriptor_count = 0;
    reading->process.descriptors = (struct range){0};
}

/* All of them, from the census: how many, or 0 when it does not know, or no more. */
static uint32_t take_told(struct reading *reading)
{
    struct census_descriptor descriptor;
    struct span link;
    enum told told;
    uint32_t count = 0;
    char path[24];

    while ((told = told_descriptor(reading, &descriptor, &link)) == TOLD) {
        if (count++ >= DESCRIPTORS_MAX)
            continue;
        snprintf(path, sizeof path, "fd/%d", descriptor.fd);
        if (span_length(link) > 0)
            add_descriptor(reading, descriptor.fd, link);
        else if (read_link(reading, reading->body, path, descriptor.fd) != FACT_KNOWN)
            told = TOLD_UNTRUE;
    }
    if (told == TOLD_UNTRUE) {
        forget_links(reading);
        return 0;
    }
    return count;
}

static enum fact_state count_descriptors(struct reading *reading, uint32_t count)
{
    reading->process.descriptor_count = count;
    return count > DESCRIPTORS_MAX ? FACT_TRUNCATED : FACT_KNOWN;
}

enum fact_state read_descriptors(struct reading *reading)
{
    struct gather *gather = reading->gather;

    enum fact_state kept = kept_descriptors(reading);
    if (kept != FACT_NOT_ASKED)
        return kept;
    uint32_t told = take_told(reading);
    if (told > 0) {
        reading->owes_descriptors = reading->process.threads > 1;
        return count_descriptors(reading, told);
    }
    int directory = procfs_open_directory(&gather->procfs, reading->body, "fd");

    if (directory < 0)
        return reading_error(reading, directory);
    int error = procfs_list(directory, &gather->descriptors);
    size_t count = gather->descriptors.count;
    enum fact_state state =
        error
            ? reading_error(reading, error)
            : read_links(reading, directory, count > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : count);
    close(directory);
    if (state != FACT_KNOWN) {
        forget_links(reading);
        return state;
    }
    return count_descriptors(reading, (uint32_t)count);
}
