/* SPDX-License-Identifier: MIT */
#include "engine/dump_deed.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"

enum { DUMP_DEADLINE_MS = 15000, REASONS_MAX = 1 << 20 };

/* Followed by the path of the directory, a NUL, and the reasons. */
struct dump_order {
    uint64_t starttime;
    int32_t pid;
    uint32_t flags;
    struct dump_memory memory;
};

struct dump_outcome {
    int32_t error;
    char name[DUMP_NAME_SIZE];
};

int dump_deed_pack(const struct engine_dump *dump, struct strbuf *ret_request)
{
    const struct dump_order order = {.starttime = dump->starttime,
                                     .pid = dump->pid,
                                     .flags = dump->flags,
                                     .memory = dump->memory};

    if (span_length(dump->reasons) > REASONS_MAX)
        return -EFBIG;
    strbuf_add(ret_request, &order, sizeof order);
    /* The keeper's directory is another one. */
    int error = input_file_add_absolute(dump->directory, ret_request);
    if (error)
        return error;
    strbuf_add_char(ret_request, '\0');
    strbuf_add_span(ret_request, dump->reasons);
    return 0;
}

static int dump(struct span request, char (*ret_name)[DUMP_NAME_SIZE])
{
    struct dump_order order;
    struct span path;

    if (span_length(request) < sizeof order)
        return -EINVAL;
    memcpy(&order, request.at, sizeof order);
    request.at += sizeof order;
    if (!span_take_until(&request, '\0', &path) || path.at == path.end || *path.at != '/')
        return -EINVAL;
    int directory = dump_open_directory(path.at);
    if (directory < 0)
        return directory;
    int error = dump_process(&(struct dump_request){.directory = directory,
                                                    .pid = order.pid,
                                                    .starttime = order.starttime,
                                                    .reasons = request,
                                                    .flags = order.flags,
                                                    .memory = order.memory},
                             ret_name);
    close(directory);
    return error;
}

static void run(struct span request, struct strbuf *answer)
{
    struct dump_outcome outcome = {0};

    outcome.error = dump(request, &outcome.name);
    strbuf_add(answer, &outcome, sizeof outcome);
}

int dump_deed_unpack(struct span answer, char (*ret_name)[DUMP_NAME_SIZE])
{
    struct dump_outcome outcome;

    if (span_length(answer) != sizeof outcome)
        return -EBADMSG;
    memcpy(&outcome, answer.at, sizeof outcome);
    if (outcome.error)
        return outcome.error;
    outcome.name[sizeof outcome.name - 1] = '\0';
    memcpy(ret_name, outcome.name, sizeof outcome.name);
    return 0;
}

const struct deed dump_deed = {"procwatch-dump", PRIVILEGE_DUMPER, DUMP_DEADLINE_MS, run};
