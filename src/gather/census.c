/* SPDX-License-Identifier: MIT */
#include "gather/census.h"

#include <string.h>

#include "base/input_file.h"
#include "gather/bpf_iterator.h"

/* Of a kernel with everything built in it is 10 MB. */
enum { BTF_SIZE_MAX = 64 * 1024 * 1024 };

typedef bool make_program(const struct btf *btf, struct census_program *ret_program);

static int open_stream(const struct btf *btf, make_program *make)
{
    struct census_program program;

    return make(btf, &program) ? bpf_iterator_open(&program) : -1;
}

void census_open(struct gather_census *ret_census)
{
    struct strbuf bytes = {0};
    struct btf btf;

    *ret_census = (struct gather_census){0};
    if (input_file_read("/sys/kernel/btf/vmlinux", BTF_SIZE_MAX, &bytes, NULL) == 0 &&
        btf_init(&btf, strbuf_span(&bytes))) {
        ret_census->tasks = open_stream(&btf, census_program_of_tasks);
        ret_census->descriptors = open_stream(&btf, census_program_of_descriptors);
        btf_release(&btf);
    }
    strbuf_release(&bytes);
}

void census_init(struct census *census, const struct gather_census *opened)
{
    census_stream_init(&census->tasks, opened->tasks, sizeof(struct census_task));
    census_stream_init(&census->descriptors, opened->descriptors,
                       sizeof(struct census_descriptor));
}

void census_release(struct census *census)
{
    census_stream_release(&census->tasks);
    census_stream_release(&census->descriptors);
}

bool census_is_open(const struct census *census)
{
    return census->descriptors.fd >= 0;
}

bool census_find_task(struct census *census, int32_t pid, struct census_task *ret_task)
{
    struct census_head head;
    struct span record;

    if (!census_stream_find(&census->tasks, pid, &head, &record))
        return false;
    memcpy(ret_task, record.at, sizeof *ret_task);
    return true;
}

bool census_take_descriptor(struct census *census, int32_t pid,
                            struct census_descriptor *ret_descriptor, struct span *ret_text)
{
    struct census_head head;
    struct span record;

    if (!census_stream_find(&census->descriptors, pid, &head, &record))
        return false;
    memcpy(ret_descriptor, record.at, sizeof *ret_descriptor);
    record.at += sizeof *ret_descriptor;
    if (record.end > record.at)
        record.end--; /* its NUL */
    *ret_text = record;
    census_stream_pass(&census->descriptors, &head);
    return true;
}
