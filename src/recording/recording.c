/* SPDX-License-Identifier: MIT */
#include "recording/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "model/snapshot_layout.h"
#include "recording/format.h"
#include "recording/frame.h"
#include "recording/pack.h"

struct frame {
    uint64_t offset; /* of its packed bytes */
    struct recording_frame_head head;
};

struct recording {
    int file;
    struct frame *frames;
    size_t count, capacity;
    bool is_cut_short;
    struct dictionary dictionary;
    struct picture pictures[2]; /* the last that was read, and the next */
    unsigned next;
    size_t last; /* which that is; count: none */
    struct snapshot_builder *builder;
    struct strbuf packed, bytes;
};

void recording_head_init(struct recording_head *head)
{
    *head = (struct recording_head){
        .version = RECORDING_VERSION,
        .byte_order = RECORDING_BYTE_ORDER,
        .snapshot_version = SNAPSHOT_VERSION,
        .header_size = sizeof(struct snapshot_header),
    };
    memcpy(head->magic, recording_magic, sizeof head->magic);
    for (unsigned section = 0; section < SECTION_COUNT; section++)
        head->item_sizes[section] = (uint32_t)snapshot_item_size(section);
}

static const char *check_head(int file)
{
    struct recording_head head, ours;

    recording_head_init(&ours);
    if (input_file_read_at(file, 0, &head, sizeof head) != 0 ||
        memcmp(head.magic, ours.magic, sizeof head.magic) != 0)
        return "not a recording";
    if (head.version != ours.version || head.snapshot_version != ours.snapshot_version)
        return "a recording of another version of procwatch";
    if (memcmp(&head, &ours, sizeof head) != 0)
        return "a recording of another build of procwatch";
    return NULL;
}

static bool is_good_frame(const struct recording *recording,
                          const struct recording_frame_head *head)
{
    return memcmp(head->magic, recording_frame_magic, sizeof head->magic) == 0 &&
           head->unpacked_size <= RECORDING_FRAME_MAX &&
           head->packed_size <= RECORDING_FRAME_MAX &&
           (recording->count > 0 || head->flags & RECORDING_FRAME_IS_KEY);
}

/* The heads, from one to the next; no further than the file is whole. */
static void index_frames(struct recording *recording, uint64_t size)
{
    uint64_t offset = sizeof(struct recording_head);
    struct recording_frame_head head;

    while (offset < size) {
        if (size - offset < sizeof head ||
            input_file_read_at(recording->file, offset, &head, sizeof head) != 0 ||
            !is_good_frame(recording, &head) ||
            head.packed_size > size - offset - sizeof head) {
            recording->is_cut_short = true;
            return;
        }
        recording->frames = memory_grow(recording->frames, recording->count,
                                        &recording->capacity, sizeof *recording->frames);
        recording->frames[recording->count++] = (struct frame){offset + sizeof head, head};
        offset += sizeof head + head.packed_size;
    }
}

bool recording_open(const char *path, struct recording **ret_recording, const char **ret_reason)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    const char *wrong = NULL;

    if (file < 0) {
        *ret_reason = strerror(errno);
        return false;
    }
    if (fstat(file, &status) < 0 || !S_ISREG(status.st_mode))
        wrong = "not a file";
    if (!wrong)
        wrong = check_head(file);
    if (wrong) {
        close(file);
        *ret_reason = wrong;
        return false;
    }
    struct recording *recording = memory_new(1, sizeof *recording);
    recording->file = file;
    recording->builder = snapshot_builder_new();
    index_frames(recording, (uint64_t)status.st_size);
    recording->last = recording->count;
    if (recording->count == 0) {
        recording_free(recording);
        *ret_reason = "a recording with no snapshot in it";
        return false;
    }
    *ret_recording = recording;
    return true;
}

void recording_free(struct recording *recording)
{
    if (!recording)
        return;
    close(recording->file);
    free(recording->frames);
    dictionary_release(&recording->dictionary);
    picture_release(&recording->pictures[0]);
    picture_release(&recording->pictures[1]);
    snapshot_builder_free(recording->builder);
    strbuf_release(&recording->packed);
    strbuf_release(&recording->bytes);
    free(recording);
}

size_t recording_count(const struct recording *recording)
{
    return recording->count;
}

bool recording_is_cut_short(const struct recording *recording)
{
    return recording->is_cut_short;
}

int64_t recording_time_ns(const struct recording *recording, size_t index)
{
    return recording->frames[index].head.realtime_ns;
}

size_t recording_find(const struct recording *recording, int64_t time_ns)
{
    size_t found = 0;

    /* A clock may have been set back meanwhile, so not by halves. */
    for (size_t i = 0; i < recording->count; i++)
        if (recording->frames[i].head.realtime_ns <= time_ns)
            found = i;
    return found;
}

static const char *load(struct recording *recording, const struct frame *frame)
{
    size_t packed = (size_t)frame->head.packed_size;
    struct sha256 digest;

    strbuf_clear(&recording->packed);
    strbuf_reserve(&recording->packed, packed + 1);
    if (input_file_read_at(recording->file, frame->offset, recording->packed.bytes, packed) !=
        0)
        return "the recording ends in the middle of a snapshot";
    recording->packed.length = packed;
    sha256_of(recording->packed.bytes, packed, &digest);
    if (memcmp(digest.bytes, frame->head.check, sizeof frame->head.check) != 0)
        return "a snapshot of the recording is damaged";
    strbuf_clear(&recording->bytes);
    if (!unpack(&recording->bytes, strbuf_span(&recording->packed),
                (size_t)frame->head.unpacked_size))
        return "a snapshot of the recording cannot be unpacked";
    return NULL;
}

/* The next one of what was read; or a key. */
static const char *decode(struct recording *recording, size_t index)
{
    const struct frame *frame = &recording->frames[index];
    struct picture *before = &recording->pictures[!recording->next];
    struct picture *now = &recording->pictures[recording->next];
    const char *wrong = load(recording, frame);

    recording->last = recording->count;
    if (wrong)
        return wrong;
    if (frame->head.flags & RECORDING_FRAME_IS_KEY) {
        dictionary_clear(&recording->dictionary);
        picture_clear(before);
    }
    picture_clear(now);
    if (!frame_decode(before, strbuf_span(&recording->bytes), &recording->dictionary, now))
        return "a snapshot of the recording does not follow the one before";
    recording->next = !recording->next;
    recording->last = index;
    return NULL;
}

static size_t key_before(const struct recording *recording, size_t index)
{
    while (!(recording->frames[index].head.flags & RECORDING_FRAME_IS_KEY))
        index--; /* the first is one */
    return index;
}

static const char *build(struct recording *recording, void **ret_block, size_t *ret_size)
{
    const struct picture *picture = &recording->pictures[!recording->next];
    struct snapshot snapshot;
    const char *wrong;

    snapshot_builder_clear(recording->builder);
    if (!picture_build(picture, &recording->dictionary, recording->builder))
        return "a snapshot of the recording is inconsistent";
    snapshot_builder_header(recording->builder)->flags |= SNAPSHOT_IS_RECORDED;
    size_t size = snapshot_builder_size(recording->builder);
    void *block = memory_new(size, 1);
    snapshot_builder_seal(recording->builder, block);
    if (!snapshot_open(block, size, &snapshot, &wrong)) {
        free(block);
        return wrong;
    }
    *ret_block = block;
    *ret_size = size;
    return NULL;
}

bool recording_read(struct recording *recording, size_t index, void **ret_block,
                    size_t *ret_size, const char **ret_reason)
{
    const char *wrong = NULL;

    if (index >= recording->count) {
        *ret_reason = "behind the end of the recording";
        return false;
    }
    size_t key = key_before(recording, index);
    size_t from =
        recording->last < recording->count && recording->last >= key && recording->last <= index
            ? recording->last + 1
            : key;
    for (size_t i = from; i <= index && !wrong; i++)
        wrong = decode(recording, i);
    if (!wrong)
        wrong = build(recording, ret_block, ret_size);
    if (wrong)
        *ret_reason = wrong;
    return !wrong;
}
