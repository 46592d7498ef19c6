/* SPDX-License-Identifier: MIT */
#include "engine/errand.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/output_file.h"

/* Beyond its deadline: for the keeper to start it, and for the answer to come. */
enum { GRACE_MS = 500 };

static int file_request(struct span request)
{
    int fd = memfd_create("procwatch-request", MFD_CLOEXEC);

    if (fd < 0)
        return -errno;
    int error = output_file_write(fd, request);
    if (error)
        close(fd);
    return error ? error : fd;
}

static int send_to(int keeper, uint32_t number, const int (*fds)[KEEPER_FDS])
{
    struct keeper_request order = {.deed = number};
    struct iovec bytes = {&order, sizeof order};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof *fds)];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &bytes,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof *fds);
    memcpy(CMSG_DATA(header), fds, sizeof *fds);
    return sendmsg(keeper, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int errand_begin(struct errand *errand, int keeper, uint32_t number, const struct deed *deed,
                 struct span request)
{
    int ends[2], error;

    if (span_length(request) > DEED_REQUEST_MAX)
        return -EFBIG;
    int file = file_request(request);
    if (file < 0)
        return file;
    error = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ? -errno : 0;
    if (!error) {
        const int fds[KEEPER_FDS] = {file, ends[1]};

        error = send_to(keeper, number, &fds);
        close(ends[1]);
        if (error)
            close(ends[0]);
    }
    close(file);
    if (error)
        return error;
    *errand = (struct errand){
        .socket = ends[0],
        .is_open = true,
        .until_ms = control_now_ms() + deed->deadline_ms + GRACE_MS,
    };
    return 0;
}

/* 0: something came; else what errand_take() returns without a whole answer. */
static int receive(struct errand *errand, uint64_t now_ms)
{
    char piece[16384];
    ssize_t got;

    do
        got = recv(errand->socket, piece, sizeof piece, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        strbuf_add(&errand->received, piece, (size_t)got);
        return errand->received.length > sizeof(struct deed_head) + DEED_ANSWER_MAX ? -EMSGSIZE
                                                                                    : 0;
    }
    if (got < 0 && errno == EAGAIN)
        return now_ms < errand->until_ms ? -EAGAIN : -ETIMEDOUT;
    if (got == 0 && now_ms + GRACE_MS >= errand->until_ms)
        return -ETIMEDOUT; /* the keeper ended it */
    return got < 0 ? -errno : -EPIPE;
}

/* -EAGAIN: not all of it came yet. */
static int read_answer(struct errand *errand, struct strbuf *ret_answer)
{
    struct deed_head head;
    struct strbuf *received = &errand->received;

    if (received->length < sizeof head)
        return -EAGAIN;
    memcpy(&head, received->bytes, sizeof head);
    if (head.error)
        return head.error;
    size_t size = sizeof head + head.length;
    if (received->length < size)
        return -EAGAIN;
    strbuf_clear(ret_answer);
    strbuf_add(ret_answer, received->bytes + sizeof head, head.length);
    memmove(received->bytes, received->bytes + size, received->length - size);
    strbuf_truncate(received, received->length - size);
    return 0;
}

int errand_receive(struct errand *errand, uint64_t now_ms, struct strbuf *ret_answer)
{
    int result = 0;

    if (!errand->is_open)
        return -EINVAL;
    while (result == 0) {
        int whole = read_answer(errand, ret_answer);
        if (whole != -EAGAIN) {
            if (whole < 0)
                errand_release(errand);
            return whole;
        }
        result = receive(errand, now_ms);
    }
    if (result != -EAGAIN)
        errand_release(errand);
    return result;
}

int errand_take(struct errand *errand, uint64_t now_ms, struct strbuf *ret_answer)
{
    int result = errand_receive(errand, now_ms, ret_answer);

    if (result == 0)
        errand_release(errand);
    return result;
}

void errand_release(struct errand *errand)
{
    if (errand->is_open)
        close(errand->socket);
    strbuf_release(&errand->received);
    *errand = (struct errand){0};
}
