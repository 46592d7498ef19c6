/* SPDX-License-Identifier: MIT */
#include "cli/dumper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/privilege.h"

enum { DUMP_PATIENCE_MS = 15000, REASONS_MAX = 1 << 20 };

struct dumper {
    char *directory;
    pid_t process;
    int socket; /* -1 once it was given up */
    struct {
        int32_t pid;
        uint64_t starttime;
    } dumped[DUMPS_MAX];
    unsigned count;
};

/* Followed by the reasons. */
struct order {
    uint64_t starttime;
    int32_t pid;
    uint32_t reasons_length;
};

struct answer {
    int error;
    char name[DUMP_NAME_SIZE];
};

static bool receive(int socket, void *memory, size_t size)
{
    return recv(socket, memory, size, MSG_WAITALL) == (ssize_t)size;
}

static bool send_all(int socket, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

_Noreturn static void serve(int socket, int directory, pid_t parent)
{
    struct order order;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Ctrl-C is for the one who asks; it ends us by its end of the socket. */
    signal(SIGINT, SIG_IGN);
    if (getppid() != parent || privilege_drop(PRIVILEGE_DUMPER) < 0)
        _exit(1);
    while (receive(socket, &order, sizeof order) && order.reasons_length <= REASONS_MAX) {
        struct answer answer = {0};
        char *reasons = memory_new(order.reasons_length, 1);

        if (order.reasons_length > 0 && !receive(socket, reasons, order.reasons_length))
            _exit(1);
        const struct dump_request request = {
            .directory = directory,
            .pid = order.pid,
            .starttime = order.starttime,
            .reasons = span_of(reasons, order.reasons_length),
        };
        answer.error = dump_process(&request, &answer.name);
        free(reasons);
        if (!send_all(socket, (const char *)&answer, sizeof answer))
            _exit(1);
    }
    _exit(0);
}

static int start(struct dumper *dumper, int directory)
{
    pid_t parent = getpid();
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    dumper->process = fork();
    if (dumper->process == 0) {
        close(ends[0]);
        serve(ends[1], directory, parent);
    }
    int error = dumper->process < 0 ? -errno : 0;
    close(ends[1]);
    dumper->socket = ends[0];
    return error;
}

int dumper_new(const char *directory, struct dumper **ret_dumper)
{
    if (mkdir(directory, 0700) < 0 && errno != EEXIST)
        return -errno;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;

    struct dumper *dumper = memory_new(1, sizeof *dumper);
    dumper->socket = -1;
    dumper->directory = memory_copy_string(directory);
    int error = start(dumper, fd);
    close(fd);
    if (error)
        dumper_free(dumper);
    else
        *ret_dumper = dumper;
    return error;
}

void dumper_free(struct dumper *dumper)
{
    if (!dumper)
        return;
    if (dumper->socket >= 0)
        close(dumper->socket);
    if (dumper->process > 0) {
        kill(dumper->process, SIGKILL);
        /* In an uninterruptible read it stays; the kernel ends it after that. */
        waitpid(dumper->process, NULL, WNOHANG);
    }
    free(dumper->directory);
    free(dumper);
}

const char *dumper_directory(const struct dumper *dumper)
{
    return dumper->directory;
}

static bool was_dumped(const struct dumper *dumper, int32_t pid, uint64_t starttime)
{
    for (unsigned i = 0; i < dumper->count; i++)
        if (dumper->dumped[i].pid == pid && dumper->dumped[i].starttime == starttime)
            return true;
    return false;
}

static void give_up(struct dumper *dumper)
{
    close(dumper->socket);
    dumper->socket = -1;
    kill(dumper->process, SIGKILL);
}

static int order_dump(struct dumper *dumper, const struct order *order, struct span reasons,
                      struct answer *ret_answer)
{
    struct pollfd polled = {.fd = dumper->socket, .events = POLLIN};
    int ready;

    if (!send_all(dumper->socket, (const char *)order, sizeof *order) ||
        !send_all(dumper->socket, reasons.at, span_length(reasons)))
        return -EPIPE;
    do
        ready = poll(&polled, 1, DUMP_PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return -ETIMEDOUT;
    return receive(dumper->socket, ret_answer, sizeof *ret_answer) ? 0 : -EPIPE;
}

int dumper_dump(struct dumper *dumper, int32_t pid, uint64_t starttime, struct span reasons,
                char (*ret_name)[DUMP_NAME_SIZE])
{
    struct answer answer;

    if (was_dumped(dumper, pid, starttime))
        return -EALREADY;
    if (dumper->count == DUMPS_MAX)
        return -EDQUOT;
    if (dumper->socket < 0)
        return -ETIMEDOUT;
    if (span_length(reasons) > REASONS_MAX)
        return -EFBIG;

    const struct order order = {
        .starttime = starttime, .pid = pid, .reasons_length = (uint32_t)span_length(reasons)};
    int error = order_dump(dumper, &order, reasons, &answer);
    if (error) {
        give_up(dumper);
        return error;
    }
    dumper->dumped[dumper->count].pid = pid;
    dumper->dumped[dumper->count++].starttime = starttime;
    if (answer.error == 0) {
        answer.name[sizeof answer.name - 1] = '\0';
        memcpy(*ret_name, answer.name, sizeof answer.name);
    }
    return answer.error;
}
