/* SPDX-License-Identifier: MIT */
#include "recording/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/output_file.h"
#include "base/sha256.h"
#include "recording/format.h"
#include "recording/frame.h"
#include "recording/pack.h"

struct recorder {
    int file;
    int error; /* of an earlier write */
    struct dictionary dictionary;
    struct picture pictures[2]; /* the last, and the next */
    unsigned next;
    struct strbuf bytes, packed;
    struct recorder_stats stats;
};

int recorder_new(const char *path, struct recorder **ret_recorder)
{
    struct recording_head head;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (file < 0)
        return -errno;
    recording_head_init(&head);
    int error = output_file_write(file, span_of((const char *)&head, sizeof head));
    if (error) {
        close(file);
        return error;
    }
    struct recorder *recorder = memory_new(1, sizeof *recorder);
    recorder->file = file;
    recorder->stats.bytes = sizeof head;
    *ret_recorder = recorder;
    return 0;
}

void recorder_free(struct recorder *recorder)
{
    if (!recorder)
        return;
    close(recorder->file);
    dictionary_release(&recorder->dictionary);
    picture_release(&recorder->pictures[0]);
    picture_release(&recorder->pictures[1]);
    strbuf_release(&recorder->bytes);
    strbuf_release(&recorder->packed);
    free(recorder);
}

/* Head and bytes in one piece: who reads while we write sees both or neither. */
static void encode(struct recorder *recorder, const struct snapshot *snapshot)
{
    struct picture *before = &recorder->pictures[!recorder->next];
    struct picture *now = &recorder->pictures[recorder->next];
    bool is_key = recorder->stats.frames % RECORDING_KEY_INTERVAL == 0;
    struct recording_frame_head head = {
        .flags = is_key ? RECORDING_FRAME_IS_KEY : 0,
        .realtime_ns = snapshot->header->realtime_ns,
    };
    struct sha256 digest;

    if (is_key) {
        dictionary_clear(&recorder->dictionary);
        picture_clear(before);
    }
    size_t first_new = recorder->dictionary.count;
    picture_take(now, snapshot, &recorder->dictionary);
    strbuf_clear(&recorder->bytes);
    frame_encode(before, now, &recorder->dictionary, first_new, &recorder->bytes);
    strbuf_clear(&recorder->packed);
    strbuf_add(&recorder->packed, &head, sizeof head);
    pack_add(&recorder->packed, strbuf_span(&recorder->bytes));

    memcpy(head.magic, recording_frame_magic, sizeof head.magic);
    head.unpacked_size = recorder->bytes.length;
    head.packed_size = recorder->packed.length - sizeof head;
    sha256_of(recorder->packed.bytes + sizeof head, head.packed_size, &digest);
    memcpy(head.check, digest.bytes, sizeof head.check);
    memcpy(recorder->packed.bytes, &head, sizeof head);
}

int recorder_add(struct recorder *recorder, const struct snapshot *snapshot)
{
    if (recorder->error)
        return recorder->error;
    encode(recorder, snapshot);
    if (recorder->bytes.length > RECORDING_FRAME_MAX)
        return recorder->error = -EFBIG;
    int error = output_file_write(recorder->file, strbuf_span(&recorder->packed));
    if (error) {
        /* What fails too is not worse than half a frame, which readers leave out. */
        if (ftruncate(recorder->file, (off_t)recorder->stats.bytes) < 0)
            error = -errno;
        return recorder->error = error;
    }
    recorder->stats.bytes += recorder->packed.length;
    recorder->stats.frames++;
    recorder->stats.processes += snapshot->process_count;
    recorder->next = !recorder->next;
    return 0;
}

void recorder_stats(const struct recorder *recorder, struct recorder_stats *ret_stats)
{
    *ret_stats = recorder->stats;
}
