/* SPDX-License-Identifier: MIT */
#include "response/signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/span.h"
#include "base/starttime.h"

enum {
    /* include/linux/sched.h; the layer of the model is not needed for one flag. */
    PF_KTHREAD = 0x00200000,
    FLAGS_FIELD = 9,
    ANCESTORS_MAX = 4096,
};

const char *signal_result_text(enum signal_result result)
{
    static const char *const texts[] = {
        [SIGNAL_SENT] = "sent",
        [SIGNAL_GONE] = "gone",
        [SIGNAL_REFUSED] = "refused",
        [SIGNAL_NOT_ALLOWED] = "not allowed",
        [SIGNAL_UNSURE] = "not sent, since it may be another process by now",
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

/* What /proc/PID/status says of a process. */
struct looks {
    int32_t parent;
    uint32_t uid;
    char state;
    bool is_kernel_thread; /* where the kernel says so: since Linux 6.8 */
};

static void take_look(struct span line, struct looks *looks)
{
    uint64_t number;
    struct span word;

    if (span_take_string(&line, "State:\t")) {
        looks->state = line.at < line.end ? *line.at : '?';
    } else if (span_take_string(&line, "PPid:\t")) {
        if (span_is_u64(line, &number) && number <= INT32_MAX)
            looks->parent = (int32_t)number;
    } else if (span_take_string(&line, "Uid:\t")) {
        if (span_take_word(&line, &word) && span_is_u64(word, &number))
            looks->uid = (uint32_t)number;
    } else if (span_take_string(&line, "Kthread:\t")) {
        looks->is_kernel_thread = span_equals(line, "1");
    }
}

/* From status, which no process can make hang. 0 or negative errno. */
static int look_at(int directory, struct looks *ret_looks)
{
    struct looks looks = {0};
    struct span in, line;
    char text[4096];
    ssize_t length = read_at(directory, "status", text, sizeof text);

    if (length < 0)
        return (int)length;
    in = span_of(text, (size_t)length);
    while (span_take_line(&in, &line))
        take_look(line, &looks);
    *ret_looks = looks;
    return 0;
}

static int open_directory(int32_t pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d", pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return directory < 0 ? -errno : directory;
}

int32_t signal_parent_of(int32_t pid)
{
    struct looks looks = {0};
    int directory = open_directory(pid);

    if (directory < 0)
        return 0;
    look_at(directory, &looks);
    close(directory);
    return looks.parent;
}

static bool is_self_or_ancestor(int32_t pid)
{
    int32_t ancestor = getpid();

    for (int depth = 0; depth < ANCESTORS_MAX && ancestor > 0; depth++) {
        if (ancestor == pid)
            return true;
        ancestor = signal_parent_of(ancestor);
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

static bool has_name(int directory, const char *name)
{
    char comm[SIGNAL_NAME_SIZE];
    ssize_t length = read_at(directory, "comm", comm, sizeof comm);

    if (length > 0 && comm[length - 1] == '\n')
        length--;
    return length >= 0 && (size_t)length == strlen(name) &&
           memcmp(comm, name, (size_t)length) == 0;
}

void signal_pin(struct signal_pin *pin, const struct signal_target *target)
{
    struct looks looks;

    *pin = (struct signal_pin){.directory = -1, .target = *target, .result = SIGNAL_REFUSED};
    if (target->pid <= 1 || is_self_or_ancestor(target->pid))
        return;
    int directory = open_directory(target->pid);
    int error = directory < 0 ? directory : look_at(directory, &looks);
    if (error)
        pin->result = result_of(-error, &pin->error);
    else if (!looks.is_kernel_thread)
        pin->result = SIGNAL_SENT;
    if (pin->result == SIGNAL_SENT) {
        pin->directory = directory;
        pin->has_same_look =
            target->name[0] && looks.uid == target->uid && has_name(directory, target->name);
    } else if (directory >= 0) {
        close(directory);
    }
}

enum signal_result signal_verify(const struct signal_pin *pin, int *ret_error)
{
    char text[4096];
    uint64_t found, flags;

    *ret_error = pin->error;
    if (pin->result != SIGNAL_SENT)
        return pin->result;
    ssize_t length = read_at(pin->directory, "stat", text, sizeof text);
    if (length <= 0)
        return result_of(length < 0 ? (int)-length : ESRCH, ret_error);
    struct span stat = span_of(text, (size_t)length);
    if (!starttime_parse(stat, &found) || !starttime_stat_field(stat, FLAGS_FIELD, &flags))
        return result_of(EBADMSG, ret_error);
    if (found != pin->target.starttime)
        return SIGNAL_GONE;
    return flags & PF_KTHREAD ? SIGNAL_REFUSED : SIGNAL_SENT;
}

/* The kernel takes the directory where it takes a pidfd (pidfd_send_signal(2)). */
enum signal_result signal_send(const struct signal_pin *pin, int number, int *ret_error)
{
    *ret_error = 0;
    if (syscall(SYS_pidfd_send_signal, pin->directory, number, NULL, 0) < 0)
        return result_of(errno, ret_error);
    return SIGNAL_SENT;
}

char signal_state(const struct signal_pin *pin)
{
    struct looks looks;

    if (pin->directory < 0 || look_at(pin->directory, &looks) < 0 || looks.state == 'Z' ||
        looks.state == 'X')
        return 0;
    return looks.state;
}

void signal_unpin(struct signal_pin *pin)
{
    if (pin->directory >= 0)
        close(pin->directory);
    pin->directory = -1;
}
