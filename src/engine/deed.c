/* SPDX-License-Identifier: MIT */
#include "engine/deed.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/output_file.h"
#include "engine/child.h"
#include "engine/control.h"
#include "engine/filter.h"

void deed_refuse(int answer, int error)
{
    const struct deed_head head = {.error = error};

    output_file_write(answer, span_of((const char *)&head, sizeof head));
}

/* A copy: whoever asks still holds the file, and could change it under our hands. */
static int read_request(int fd, struct strbuf *out)
{
    char piece[16384];
    ssize_t got;

    for (off_t at = 0;; at += got) {
        do
            got = pread(fd, piece, sizeof piece, at);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        if (out->length + (size_t)got > DEED_REQUEST_MAX)
            return -EFBIG;
        strbuf_add(out, piece, (size_t)got);
    }
}

_Noreturn static void run(const struct deed *deed, int request, int answer, pid_t keeper)
{
    struct strbuf text = {0}, result = {0};
    int kept[] = {request, answer};

    child_settle(deed->name, kept, 2);
    int error = privilege_drop(deed->role);
    child_bind_to_parent(keeper);
    if (!error)
        error = filter_apply(FILTER_DEED, NULL, 0);
    if (!error)
        error = read_request(request, &text);
    if (!error && deed->converse) {
        deed->converse(strbuf_span(&text), answer);
        _exit(0);
    }
    if (!error)
        deed->run(strbuf_span(&text), &result);
    if (!error && result.length > DEED_ANSWER_MAX)
        error = -EFBIG;
    if (error) {
        deed_refuse(answer, error);
    } else {
        const struct deed_head head = {.length = (uint32_t)result.length};
        /* When it fails, nobody waits for it any more. */
        if (output_file_write(answer, span_of((const char *)&head, sizeof head)) == 0)
            output_file_write(answer, strbuf_span(&result));
    }
    _exit(0);
}

int deeds_begin(struct deeds *deeds, const struct deed *deed, int request, int answer)
{
    pid_t keeper = getpid(), child;
    size_t at = 0;

    while (at < DEEDS_MAX && deeds->running[at].pid != 0)
        at++;
    if (at == DEEDS_MAX)
        return -EBUSY;
    child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        run(deed, request, answer, keeper);
    deeds->running[at].pid = child;
    deeds->running[at].until_ms = control_now_ms() + deed->deadline_ms;
    deeds->running[at].is_killed = false;
    return 0;
}

void deeds_end_overdue(struct deeds *deeds, uint64_t now_ms)
{
    for (size_t i = 0; i < DEEDS_MAX; i++) {
        if (deeds->running[i].pid == 0 || deeds->running[i].is_killed ||
            now_ms < deeds->running[i].until_ms)
            continue;
        kill(deeds->running[i].pid, SIGKILL);
        deeds->running[i].is_killed = true;
    }
}

int deeds_patience(const struct deeds *deeds, uint64_t now_ms)
{
    int patience = -1;

    for (size_t i = 0; i < DEEDS_MAX; i++) {
        uint64_t until_ms = deeds->running[i].until_ms;

        if (deeds->running[i].pid == 0 || deeds->running[i].is_killed)
            continue;
        int wait_ms = until_ms > now_ms ? (int)(until_ms - now_ms) : 0;
        if (patience < 0 || wait_ms < patience)
            patience = wait_ms;
    }
    return patience;
}

void deeds_note_death(struct deeds *deeds, pid_t pid)
{
    for (size_t i = 0; i < DEEDS_MAX; i++)
        if (deeds->running[i].pid == pid)
            deeds->running[i].pid = 0;
}

void deeds_kill_all(struct deeds *deeds)
{
    deeds_end_overdue(deeds, UINT64_MAX);
}

bool deeds_are_over(const struct deeds *deeds)
{
    for (size_t i = 0; i < DEEDS_MAX; i++)
        if (deeds->running[i].pid != 0)
            return false;
    return true;
}
