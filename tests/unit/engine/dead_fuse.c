/* SPDX-License-Identifier: MIT */
#include "tests/unit/engine/dead_fuse.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_NODE = 2, REQUEST_SIZE = 1 << 17 };

static void reply(int device, uint64_t unique, const void *body, size_t size)
{
    char message[512];
    struct fuse_out_header header = {.len = (uint32_t)(sizeof header + size), .unique = unique};

    memcpy(message, &header, sizeof header);
    memcpy(message + sizeof header, body, size);
    if (write(device, message, header.len) < 0)
        _exit(1);
}

static struct fuse_attr attributes_of(uint64_t node)
{
    return (struct fuse_attr){
        .ino = node,
        .size = 4096,
        .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0755,
        .nlink = 1,
    };
}

static void answer(int device, const struct fuse_in_header *request)
{
    switch (request->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION,
                                    .minor = FUSE_KERNEL_MINOR_VERSION,
                                    .max_write = 4096};
        reply(device, request->unique, &out, sizeof out);
        break;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = {
            .nodeid = FILE_NODE, .attr_valid = 1000, .attr = attributes_of(FILE_NODE)};
        reply(device, request->unique, &out, sizeof out);
        break;
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr_valid = 1000, .attr = attributes_of(request->nodeid)};
        reply(device, request->unique, &out, sizeof out);
        break;
    }
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = 1};
        reply(device, request->unique, &out, sizeof out);
        break;
    }
    default: /* FUSE_FLUSH above all: never */
        break;
    }
}

_Noreturn static void serve(int device, pid_t parent)
{
    static char request[REQUEST_SIZE];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    while (read(device, request, sizeof request) > 0)
        answer(device, (const struct fuse_in_header *)(const void *)request);
    _exit(0);
}

bool dead_fuse_mount(struct dead_fuse *fuse)
{
    char options[128];
    pid_t parent = getpid();

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
    fuse->server = fork();
    if (fuse->server == 0)
        serve(fuse->device, parent);
    return fuse->server > 0;
}

void dead_fuse_abort(struct dead_fuse *fuse)
{
    kill(fuse->server, SIGKILL);
    waitpid(fuse->server, NULL, 0);
    close(fuse->device);
    umount2(fuse->directory, MNT_DETACH);
    rmdir(fuse->directory);
}
