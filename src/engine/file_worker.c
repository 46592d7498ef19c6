/* SPDX-License-Identifier: MIT */
#include "engine/file_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/md5.h"
#include "base/sha256.h"
#include "base/starttime.h"
#include "gather/elf.h"

enum {
    LOWEST_PRIORITY = 19,
    /* linux/ioprio.h: the idle class, for this process */
    IO_PRIORITY_PROCESS = 1,
    IO_PRIORITY_IDLE = 3 << 13,
};

static enum fact_state state_of(int error)
{
    switch (error) {
    case 0:
        return FACT_KNOWN;
    case -ENOENT:
    case -ESRCH:
        return FACT_NOT_ASKED;
    case -EACCES:
    case -EPERM:
        return FACT_DENIED;
    case -EFBIG:
        return FACT_TRUNCATED;
    default:
        return FACT_FAILED;
    }
}

static struct exe_file file_of(const struct stat *stat)
{
    return (struct exe_file){
        .dev = (uint32_t)stat->st_dev,
        .ino = stat->st_ino,
        .nlink = (uint32_t)stat->st_nlink,
        .size = (uint64_t)stat->st_size,
        .mtime_ns = clock_ns_of(stat->st_mtim),
        .ctime_ns = clock_ns_of(stat->st_ctim),
        .mode = stat->st_mode,
        .uid = stat->st_uid,
        .gid = stat->st_gid,
    };
}

static bool is_unchanged(const struct exe_file *before, const struct exe_file *after)
{
    return before->size == after->size && before->mtime_ns == after->mtime_ns &&
           before->ctime_ns == after->ctime_ns;
}

/* The file behind the link, if it can be read at all. */
static int open_program(int directory, struct file_answer *answer)
{
    struct stat stat;
    /* A FIFO or a device must neither block nor become our terminal. */
    int fd = openat(directory, "exe", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
        answer->file = file_of(&stat);
        return fd;
    }
    close(fd);
    return -EINVAL;
}

/* What was read must be of one version. */
static int check_unchanged(int fd, const struct file_answer *answer)
{
    struct stat stat;
    struct exe_file after = {0};

    if (fstat(fd, &stat) == 0)
        after = file_of(&stat);
    return is_unchanged(&answer->file, &after) ? 0 : -EAGAIN;
}

static int digest(int directory, struct file_answer *answer)
{
    int fd = open_program(directory, answer);

    if (fd < 0)
        return fd;
    int error = answer->file.size > FILE_DIGEST_MAX
                    ? -EFBIG
                    : sha256_of_file(fd, FILE_DIGEST_MAX, &answer->digest);
    if (!error)
        error = check_unchanged(fd, answer);
    close(fd);
    return error;
}

static int look_into(int directory, struct file_answer *answer)
{
    int fd = open_program(directory, answer);

    if (fd < 0)
        return fd;
    elf_read_file(fd, &answer->look.elf);
    int error = md5_of_file(fd, FILE_DIGEST_MAX, &answer->look.md5);
    answer->look.has_md5 = error == 0;
    if (error == 0 || error == -EFBIG)
        error = check_unchanged(fd, answer);
    close(fd);
    return error;
}

static int look(int directory, struct file_answer *answer)
{
    struct stat stat;

    if (fstatat(directory, "exe", &stat, 0) < 0)
        return -errno;
    answer->file = file_of(&stat);
    return 0;
}

static int (*const tasks[FILE_TASK_COUNT])(int directory, struct file_answer *answer) = {
    [FILE_TASK_DIGEST] = digest,
    [FILE_TASK_STAT] = look,
    [FILE_TASK_LOOK] = look_into,
};

void file_worker_answer(const struct file_request *request, struct file_answer *ret_answer)
{
    struct file_answer answer = {.id = request->id};
    char path[64];
    uint64_t starttime;
    int error;

    snprintf(path, sizeof path, "/proc/%d", request->pid);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    error = directory < 0 ? -errno : starttime_read(directory, &starttime);
    if (!error && starttime != request->starttime)
        error = -ESRCH;
    if (!error)
        error = tasks[request->task](directory, &answer);
    if (directory >= 0)
        close(directory);
    answer.state = state_of(error);
    *ret_answer = answer;
}

_Noreturn void file_worker_run(int socket)
{
    struct file_request request;
    struct file_answer answer;

    setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY);
    syscall(SYS_ioprio_set, IO_PRIORITY_PROCESS, 0, IO_PRIORITY_IDLE);
    for (;;) {
        ssize_t got = recv(socket, &request, sizeof request, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != sizeof request || request.task >= FILE_TASK_COUNT)
            _exit(got == 0 ? 0 : 1);
        file_worker_answer(&request, &answer);
        send(socket, &answer, sizeof answer, MSG_NOSIGNAL);
    }
}
