/* SPDX-License-Identifier: MIT */
#include "tests/support/snapshot_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

enum { OWN_NAMESPACE = 4026531840, FIRST_INODE = 1000, MAP_BASE = 0x10000000 };

void given_init(struct given *given)
{
    *given = (struct given){.builder = snapshot_builder_new(), .next_inode = FIRST_INODE};

    struct snapshot_header *header = snapshot_builder_header(given->builder);
    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->uptime_ms = 5000000;
    header->ns_pid = header->ns_mnt = header->ns_net = header->ns_user = OWN_NAMESPACE;
}

void given_release(struct given *given)
{
    relations_free(given->relations);
    snapshot_builder_free(given->builder);
    free(given->block);
}

int given_setup(void **state)
{
    *state = memory_new(1, sizeof(struct given));
    given_init(*state);
    return 0;
}

int given_teardown(void **state)
{
    given_release(*state);
    free(*state);
    return 0;
}

struct text_ref given_text(struct given *given, const char *text)
{
    return snapshot_builder_text(given->builder, span_of_string(text));
}

struct process *given_process(struct given *given, int32_t pid, int32_t ppid, const char *exe)
{
    assert_true(given->count < GIVEN_MAX);
    struct process *process = &given->processes[given->count++];
    const char *slash = strrchr(exe, '/'), *name = slash ? slash + 1 : exe;

    *process = (struct process){
        .pid = pid,
        .ppid = ppid,
        .starttime = 400000 + (uint64_t)pid,
        .state = 'S',
        .threads = 1,
        .ns_depth = 1,
        .ns_pid = OWN_NAMESPACE,
        .ns_mnt = OWN_NAMESPACE,
        .ns_net = OWN_NAMESPACE,
        .ns_user = OWN_NAMESPACE,
        .loginuid = UINT32_MAX,
        .maps_flags = MAPS_EXE_IS_MAPPED,
        .cwd = given_text(given, "/"),
        .root = given_text(given, "/"),
        .comm = snapshot_builder_text(given->builder,
                                      span_of(name, strlen(name) < 15 ? strlen(name) : 15)),
        .user = given_text(given, "root"),
        .exe = given_text(given, exe),
        .exe_file = {.ino = (uint64_t)pid,
                     .nlink = 1,
                     .mode = S_IFREG | 0755,
                     .flags = EXE_PATH_EXISTS | EXE_PATH_IS_SAME | EXE_PATH_IS_TRUSTED |
                              EXE_ON_LOCAL_FS},
    };
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        process->facts[fact] = FACT_KNOWN;
    process->facts[FACT_PACKAGE] = FACT_NOT_ASKED;
    process->facts[FACT_SHA256] = FACT_NOT_ASKED;
    given_command(given, process, exe);
    return process;
}

void given_command(struct given *given, struct process *process, const char *command)
{
    size_t length = strlen(command);
    char *copy = memory_copy_string(command);

    for (size_t i = 0; i < length; i++)
        copy[i] = copy[i] == '|' ? '\0' : copy[i] == '\1' ? '|' : copy[i];
    process->cmdline =
        snapshot_builder_text(given->builder, span_of(copy, length > 0 ? length + 1 : 0));
    free(copy);
}

static size_t index_of(const struct given *given, const struct process *process)
{
    return (size_t)(process - given->processes);
}

void given_map(struct given *given, const struct process *process, const char *permissions,
               uint64_t size, const char *name)
{
    assert_true(given->map_count < GIVEN_MAX);
    uint64_t start = MAP_BASE * (uint64_t)(given->map_count + 1);
    struct map map = {
        .start = start,
        .end = start + size,
        .inode = name && name[0] == '/' ? given->next_inode++ : 0,
        .permissions = (permissions[0] == 'r' ? MAP_READ : 0U) |
                       (permissions[1] == 'w' ? MAP_WRITE : 0U) |
                       (permissions[2] == 'x' ? MAP_EXECUTE : 0U) |
                       (permissions[3] == 's' ? MAP_IS_SHARED : 0U),
        .name = given_text(given, name ? name : ""),
    };

    given->maps[given->map_count].process = index_of(given, process);
    given->maps[given->map_count++].map = map;
}

static void add_descriptor(struct given *given, const struct process *process,
                           struct descriptor descriptor)
{
    assert_true(given->descriptor_count < GIVEN_MAX);
    given->descriptors[given->descriptor_count].process = index_of(given, process);
    given->descriptors[given->descriptor_count++].descriptor = descriptor;
}

static void add_target(struct given *given, const struct process *process, int fd,
                       enum descriptor_kind kind, const char *target)
{
    add_descriptor(
        given, process,
        (struct descriptor){.fd = fd, .kind = kind, .target = given_text(given, target)});
}

static void add_inode(struct given *given, const struct process *process, int fd,
                      enum descriptor_kind kind, uint64_t inode)
{
    add_descriptor(given, process, (struct descriptor){.fd = fd, .kind = kind, .inode = inode});
}

void given_pipe(struct given *given, const struct process *process, int fd, uint64_t inode)
{
    add_inode(given, process, fd, DESCRIPTOR_PIPE, inode);
}

void given_file(struct given *given, const struct process *process, int fd, const char *target)
{
    add_target(given, process, fd, DESCRIPTOR_FILE, target);
}

void given_memfd(struct given *given, const struct process *process, int fd, const char *target)
{
    add_target(given, process, fd, DESCRIPTOR_MEMFD, target);
}

void given_terminal(struct given *given, const struct process *process, int fd)
{
    add_target(given, process, fd, DESCRIPTOR_TERMINAL, "/dev/pts/0");
}

void given_bpf(struct given *given, const struct process *process, int fd, const char *target,
               unsigned type)
{
    add_descriptor(given, process,
                   (struct descriptor){.fd = fd,
                                       .kind = DESCRIPTOR_ANONYMOUS,
                                       .inode = type ? (uint64_t)type + 1 : 0,
                                       .target = given_text(given, target)});
}

static uint16_t parse_address(const char *text, uint8_t (*ret_address)[16])
{
    char host[64];
    const char *colon = strrchr(text, ':');

    assert_non_null(colon);
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    assert_int_equal(inet_pton(AF_INET, host, *ret_address), 1);
    return (uint16_t)strtoul(colon + 1, NULL, 10);
}

void given_socket(struct given *given, const struct process *process, int fd, const char *local,
                  const char *remote)
{
    struct socket socket = {
        .inode = given->next_inode++,
        .ns_net = OWN_NAMESPACE,
        .family = AF_INET,
        .protocol = IPPROTO_TCP,
        .state = remote ? SOCKET_ESTABLISHED : SOCKET_LISTEN,
    };

    socket.local_port = parse_address(local, &socket.local);
    if (remote)
        socket.remote_port = parse_address(remote, &socket.remote);
    snapshot_builder_add_socket(given->builder, &socket);
    add_inode(given, process, fd, DESCRIPTOR_SOCKET, socket.inode);
}

void given_master(struct given *given, const struct process *process, int fd, unsigned index)
{
    add_inode(given, process, fd, DESCRIPTOR_PTMX, (uint64_t)index + 1);
}

void given_raw_socket(struct given *given, const struct process *process, int fd, int family)
{
    struct socket socket = {
        .inode = given->next_inode++,
        .ns_net = OWN_NAMESPACE,
        .family = (uint8_t)family,
        .protocol = family == AF_PACKET ? 0 : IPPROTO_RAW,
        .state = SOCKET_CLOSE,
    };

    snapshot_builder_add_socket(given->builder, &socket);
    add_inode(given, process, fd, DESCRIPTOR_SOCKET, socket.inode);
}

void given_socket_pair(struct given *given, const struct process *process, int fd,
                       const struct process *other, int other_fd)
{
    struct socket near = {
        .inode = given->next_inode++,
        .ns_net = OWN_NAMESPACE,
        .family = AF_UNIX,
        .state = SOCKET_ESTABLISHED,
        .peer_inode = given->next_inode,
    };
    struct socket far = near;

    far.inode = given->next_inode++;
    far.peer_inode = near.inode;
    snapshot_builder_add_socket(given->builder, &near);
    snapshot_builder_add_socket(given->builder, &far);
    add_inode(given, other, other_fd, DESCRIPTOR_SOCKET, far.inode);
    add_inode(given, process, fd, DESCRIPTOR_SOCKET, near.inode);
}

void given_same_socket(struct given *given, const struct process *process, int fd)
{
    struct descriptor descriptor = given->descriptors[given->descriptor_count - 1].descriptor;

    assert_int_equal(descriptor.kind, DESCRIPTOR_SOCKET);
    descriptor.fd = fd;
    add_descriptor(given, process, descriptor);
}

/* A process's lists must lie in one piece. */
static void add_lists(struct given *given, size_t index)
{
    struct process *process = &given->processes[index];

    for (size_t i = 0; i < given->map_count; i++) {
        if (given->maps[i].process != index)
            continue;
        uint32_t at = snapshot_builder_add_map(given->builder, &given->maps[i].map);
        if (process->maps.count++ == 0)
            process->maps.first = at;
    }
    for (size_t i = 0; i < given->descriptor_count; i++) {
        if (given->descriptors[i].process != index)
            continue;
        uint32_t at =
            snapshot_builder_add_descriptor(given->builder, &given->descriptors[i].descriptor);
        if (process->descriptors.count++ == 0)
            process->descriptors.first = at;
    }
}

void given_seal(struct given *given)
{
    for (size_t i = 0; i < given->count; i++) {
        add_lists(given, i);
        snapshot_builder_add_process(given->builder, &given->processes[i]);
    }
    given->block = block_open(given->builder, &given->snapshot);
    given->builder = NULL;
    given->relations = relations_new(&given->snapshot);
}
