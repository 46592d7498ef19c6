/* SPDX-License-Identifier: MIT */
/*
 * An executable on a FUSE whose server no longer answers: a plain stat of it
 * hangs and cannot even be killed, so ours must not be one. Needs root; all of
 * it happens in a mount namespace of our own.
 */
#include "tests/support/child.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

enum { ROOT_NODE = 1, FILE_NODE = 2, BUFFER_SIZE = 1 << 20, PATIENCE_SECONDS = 20 };

/* One directory with one file, "nap": a copy of sleep(1). */
struct server {
    int fuse;
    char *program;
    size_t program_size;
};

static volatile sig_atomic_t is_dead;

static void die(int number)
{
    (void)number;
    is_dead = 1;
}

static struct fuse_attr attributes(const struct server *server, uint64_t node)
{
    struct fuse_attr attr = {.ino = node, .mode = S_IFDIR | 0755, .nlink = 2, .blksize = 4096};

    if (node == FILE_NODE) {
        attr.mode = S_IFREG | 0755;
        attr.nlink = 1;
        attr.size = server->program_size;
    }
    return attr;
}

static size_t answer_read(const struct server *server, const struct fuse_read_in *in, char *out)
{
    size_t length = 0;

    if (in->offset < server->program_size) {
        length = server->program_size - in->offset;
        if (length > in->size)
            length = in->size;
        memcpy(out, server->program + in->offset, length);
    }
    return length;
}

/* Attributes are valid for no time at all: who asks, asks the server. */
static int answer(const struct server *server, const struct fuse_in_header *in, char *out,
                  size_t *ret_length)
{
    const void *argument = in + 1;

    *ret_length = 0;
    switch (in->opcode) {
    case FUSE_INIT:
        *(struct fuse_init_out *)out =
            (struct fuse_init_out){.major = 7, .minor = 31, .max_write = 65536};
        *ret_length = sizeof(struct fuse_init_out);
        return 0;
    case FUSE_LOOKUP:
        if (strcmp(argument, "nap") != 0)
            return -ENOENT;
        *(struct fuse_entry_out *)out =
            (struct fuse_entry_out){.nodeid = FILE_NODE, .attr = attributes(server, FILE_NODE)};
        *ret_length = sizeof(struct fuse_entry_out);
        return 0;
    case FUSE_GETATTR:
        *(struct fuse_attr_out *)out =
            (struct fuse_attr_out){.attr = attributes(server, in->nodeid)};
        *ret_length = sizeof(struct fuse_attr_out);
        return 0;
    case FUSE_OPEN:
        *(struct fuse_open_out *)out = (struct fuse_open_out){.fh = 1};
        *ret_length = sizeof(struct fuse_open_out);
        return 0;
    case FUSE_READ:
        *ret_length = answer_read(server, argument, out);
        return 0;
    case FUSE_FLUSH:
    case FUSE_RELEASE:
        return 0;
    default:
        return -ENOSYS;
    }
}

static void serve(const void *argument, int ready)
{
    const struct server *server = argument;
    static char in[BUFFER_SIZE] __attribute__((aligned(8)));
    static char out[BUFFER_SIZE] __attribute__((aligned(8)));
    const struct fuse_in_header *header = (const void *)in;
    struct fuse_out_header *reply = (void *)out;
    size_t length;

    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = die}, NULL);
    child_ready(ready);
    while (!is_dead && read(server->fuse, in, sizeof in) > 0) {
        if (header->opcode == FUSE_FORGET || header->opcode == FUSE_BATCH_FORGET)
            continue;
        memset(out, 0, sizeof(struct fuse_out_header) + sizeof(struct fuse_entry_out));
        reply->error = answer(server, header, (char *)(reply + 1), &length);
        reply->len = (uint32_t)(sizeof *reply + length);
        reply->unique = header->unique;
        if (write(server->fuse, out, reply->len) < 0 && errno != ENOENT)
            _exit(1);
    }
}

static void read_program(struct server *server)
{
    int fd = open("/bin/sleep", O_RDONLY | O_CLOEXEC);

    server->program = malloc(BUFFER_SIZE);
    assert_non_null(server->program);
    assert_true(fd >= 0);
    ssize_t got = read(fd, server->program, BUFFER_SIZE);
    assert_true(got > 0);
    server->program_size = (size_t)got;
    close(fd);
}

/* False where that is not allowed. */
static bool mount_fuse(struct server *server, const char *directory)
{
    char options[128];

    server->fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0",
             server->fuse);
    return server->fuse >= 0 && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("test", directory, "fuse.test", MS_NOSUID | MS_NODEV, options) == 0;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void look(pid_t pid, const char *path)
{
    const struct gather_request request = {.wanted = FACT_ALL};
    struct snapshot snapshot;
    double start = seconds_now();
    void *block = fixture_look(NULL, &request, &snapshot);

    assert_true(seconds_now() - start < PATIENCE_SECONDS);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_string_equal(snapshot_string(&snapshot, process->exe), path);
    assert_int_equal(process->facts[FACT_EXE_FILE], FACT_KNOWN);
    assert_int_equal(process->exe_file.ino, FILE_NODE);
    assert_int_equal(process->exe_file.flags, 0); /* not local: its path is not walked */
    assert_int_equal(process->facts[FACT_SHA256], FACT_FAILED);
    assert_int_equal(process->facts[FACT_MAPS], FACT_KNOWN);
    free(block);
}

static void a_dead_file_server_hangs_nothing(void **state)
{
    struct server server = {.fuse = -1};
    const char *path = scratch_path("nap");
    (void)state;

    if (geteuid() != 0 || !mount_fuse(&server, scratch)) {
        if (server.fuse >= 0)
            close(server.fuse);
        skip();
    }
    read_program(&server);
    pid_t serving = child_start(serve, &server);
    close(server.fuse);
    pid_t pid = child_start(child_sleep, path);
    look(pid, path);

    assert_int_equal(kill(serving, SIGUSR1), 0);
    alarm(PATIENCE_SECONDS); /* the hang would be ours to the end of days */
    look(pid, path);
    /* Detached, its path reads like one of the root file system. */
    assert_int_equal(umount2(scratch, MNT_DETACH), 0);
    look(pid, "/nap");
    alarm(0);
    child_end(pid);
    child_end(serving);
    free(server.program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_file_server_hangs_nothing),
    };
    return cmocka_run_group_tests_name("live_fuse", tests, scratch_setup, scratch_teardown);
}
