/* SPDX-License-Identifier: MIT */
#include "tests/unit/engine/dead_fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_NODE = 2, REQUEST_SIZE = 1 << 18, REPLY_SIZE = 1 << 18, FD_COUNT = 256 };

struct shared {
    _Atomic bool is_dead;
    _Atomic int failing_reads;
};

struct server {
    int device;
    int content;
    uint64_t size;
};

static void reply(const struct server *server, uint64_t unique, int error, const void *body,
                  size_t size)
{
    static char message[REPLY_SIZE];
    struct fuse_out_header header = {
        .len = (uint32_t)(sizeof header + size), .error = error, .unique = unique};

    memcpy(message, &header, sizeof header);
    if (size > 0)
        memcpy(message + sizeof header, body, size);
    if (write(server->device, message, header.len) < 0)
        _exit(1);
}

/* Valid for no time: each look at the file asks the server again. */
static struct fuse_attr attributes_of(const struct server *server, uint64_t node)
{
    return (struct fuse_attr){
        .ino = node,
        .size = server->size,
        .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0755,
        .nlink = 1,
    };
}

static void reply_read(const struct server *server, const struct fuse_in_header *request)
{
    static char bytes[REPLY_SIZE / 2];
    const struct fuse_read_in *in = (const void *)(request + 1);
    size_t size = in->size < sizeof bytes ? in->size : sizeof bytes;
    ssize_t got = pread(server->content, bytes, size, (off_t)in->offset);

    reply(server, request->unique, 0, bytes, got > 0 ? (size_t)got : 0);
}

static void answer(const struct server *server, const struct fuse_in_header *request)
{
    switch (request->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION,
                                    .minor = FUSE_KERNEL_MINOR_VERSION,
                                    .max_write = 4096};
        reply(server, request->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = {.nodeid = FILE_NODE,
                                     .attr = attributes_of(server, FILE_NODE)};
        reply(server, request->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr = attributes_of(server, request->nodeid)};
        reply(server, request->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = 1};
        reply(server, request->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ:
        reply_read(server, request);
        break;
    case FUSE_FLUSH:
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
        break;
    default:
        reply(server, request->unique, -ENOSYS, NULL, 0);
    }
}

_Noreturn static void serve(const struct dead_fuse *fuse, const char *content, pid_t parent)
{
    static char request[REQUEST_SIZE];
    struct server server = {.device = fuse->device,
                            .content = open(content, O_RDONLY | O_CLOEXEC)};
    struct stat file;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || fstat(server.content, &file) < 0)
        _exit(1);
    server.size = (uint64_t)file.st_size;
    while (read(server.device, request, sizeof request) > 0) {
        const struct fuse_in_header *header = (const void *)request;

        if (!*fuse->is_dead)
            answer(&server, header);
        else if (header->opcode == FUSE_READ && *fuse->failing_reads > 0) {
            --*fuse->failing_reads;
            reply(&server, header->unique, -EIO, NULL, 0);
        }
    }
    _exit(0);
}

/* Has the privileges to clean up when whoever mounted it has given up its own,
 * or died. */
_Noreturn static void keep(const struct dead_fuse *fuse, const char *content, int hold)
{
    pid_t self = getpid(), server;
    char ignored;

    /* Those of another one, which else would never end. */
    for (int fd = STDERR_FILENO + 1; fd < FD_COUNT; fd++)
        if (fd != fuse->device && fd != hold)
            close(fd);
    server = fork();

    if (server == 0)
        serve(fuse, content, self);
    close(fuse->device);
    while (read(hold, &ignored, 1) > 0)
        ;
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    umount2(fuse->directory, MNT_DETACH);
    rmdir(fuse->directory);
    _exit(0);
}

bool dead_fuse_mount(struct dead_fuse *fuse, const char *content)
{
    char options[128];
    int ends[2];

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return false;
    fuse->device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse->device < 0)
        return false;
    strcpy(fuse->directory, "/tmp/procwatch-fuse-XXXXXX");
    if (!mkdtemp(fuse->directory))
        return false;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0",
             fuse->device);
    if (mount("procwatch-test", fuse->directory, "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
        rmdir(fuse->directory);
        return false;
    }
    snprintf(fuse->file, sizeof fuse->file, "%s/file", fuse->directory);
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return false;
    fuse->is_dead = &shared->is_dead;
    fuse->failing_reads = &shared->failing_reads;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    fuse->keeper = fork();
    if (fuse->keeper == 0) {
        close(ends[1]);
        keep(fuse, content, ends[0]);
    }
    close(ends[0]);
    fuse->hold = ends[1];
    return fuse->keeper > 0;
}

void dead_fuse_abort(struct dead_fuse *fuse)
{
    if (fuse->device < 0)
        return;
    close(fuse->device);
    fuse->device = -1;
    close(fuse->hold);
    waitpid(fuse->keeper, NULL, 0);
    munmap((void *)fuse->is_dead, sizeof(struct shared));
}
