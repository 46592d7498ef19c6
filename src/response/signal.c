/* SPDX-License-Identifier: MIT */
#include "response/signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/span.h"
#include "base/starttime.h"

enum {
    /* include/linux/sched.h; the layer of the model is not needed for one flag. */
    PF_KTHREAD = 0x00200000,
    FLAGS_FIELD = 9,
    FIRST_FIELD_AFTER_COMM = 3,
    ANCESTORS_MAX = 4096,
};

const char *signal_result_text(enum signal_result result)
{
    static const char *const texts[] = {
        [SIGNAL_SENT] = "sent",       [SIGNAL_GONE] = "gone",
        [SIGNAL_REFUSED] = "refused", [SIGNAL_NOT_ALLOWED] = "not allowed",
        [SIGNAL_FAILED] = "failed",
    };

    return texts[result];
}

/* A file of a process directory, up to the size; its length or negative errno. */
static ssize_t read_at(int directory, const char *name, char *ret_text, size_t size)
{
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t length = read(fd, ret_text, size);
    int error = errno;
    close(fd);
    return length < 0 ? -error : length;
}

static bool take_flags(struct span stat, uint64_t *ret_flags)
{
    uint64_t pid;
    struct span comm, word;

    if (!span_take_u64(&stat, &pid) || !span_take_char(&stat, ' ') ||
        !span_take_enclosed(&stat, '(', ')', &comm) || !span_take_char(&stat, ' '))
        return false;
    for (int field = FIRST_FIELD_AFTER_COMM; field <= FLAGS_FIELD; field++)
        if (!span_take_word(&stat, &word))
            return false;
    return span_is_u64(word, ret_flags);
}

/* From status, which no process can make hang; 0 when it cannot be told. */
static int32_t parent_of(int32_t pid)
{
    char path[64], text[4096];
    struct span in, line;
    uint64_t parent;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    ssize_t length = read_at(AT_FDCWD, path, text, sizeof text);
    if (length < 0)
        return 0;
    in = span_of(text, (size_t)length);
    while (span_take_line(&in, &line))
        if (span_take_string(&line, "PPid:\t") && span_is_u64(line, &parent) &&
            parent <= INT32_MAX)
            return (int32_t)parent;
    return 0;
}

static bool is_self_or_ancestor(int32_t pid)
{
    int32_t ancestor = getpid();

    for (int depth = 0; depth < ANCESTORS_MAX && ancestor > 0; depth++) {
        if (ancestor == pid)
            return true;
        ancestor = parent_of(ancestor);
    }
    return false;
}

static enum signal_result result_of(int error, int *ret_error)
{
    *ret_error = error;
    switch (error) {
    case ESRCH:
    case ENOENT:
        return SIGNAL_GONE;
    case EPERM:
    case EACCES:
        return SIGNAL_NOT_ALLOWED;
    default:
        return SIGNAL_FAILED;
    }
}

/*
 * The directory stands for one process, whoever has its pid later: what is read
 * through it and what is signalled through it is the same process. The kernel
 * takes it where it takes a pidfd (pidfd_send_signal(2)).
 */
static enum signal_result signal_through(int directory, uint64_t starttime, int number,
                                         int *ret_error)
{
    char text[4096];
    uint64_t found, flags;
    ssize_t length = read_at(directory, "stat", text, sizeof text);

    if (length <= 0)
        return result_of(length < 0 ? (int)-length : ESRCH, ret_error);
    struct span stat = span_of(text, (size_t)length);
    if (!starttime_parse(stat, &found) || !take_flags(stat, &flags))
        return result_of(EBADMSG, ret_error);
    if (found != starttime)
        return SIGNAL_GONE;
    if (flags & PF_KTHREAD)
        return SIGNAL_REFUSED;
    if (syscall(SYS_pidfd_send_signal, directory, number, NULL, 0) < 0)
        return result_of(errno, ret_error);
    return SIGNAL_SENT;
}

enum signal_result signal_process(int32_t pid, uint64_t starttime, int number, int *ret_error)
{
    char path[64];

    *ret_error = 0;
    if (pid <= 1 || is_self_or_ancestor(pid))
        return SIGNAL_REFUSED;
    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return result_of(errno, ret_error);
    enum signal_result result = signal_through(directory, starttime, number, ret_error);
    close(directory);
    return result;
}
