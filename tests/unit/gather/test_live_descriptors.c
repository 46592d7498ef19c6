/* SPDX-License-Identifier: MIT */
/* The live kernel: sockets of every family, pipes, terminals, namespaces. */
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void *look(struct snapshot *ret_snapshot)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_SOCKETS) |
                                                     FACT_BIT(FACT_DESCRIPTORS)};

    return fixture_look(NULL, &request, ret_snapshot);
}

static const struct socket *socket_of(const struct snapshot *snapshot, uint64_t inode)
{
    for (size_t i = 0; i < snapshot->socket_count; i++)
        if (snapshot->sockets[i].inode == inode)
            return &snapshot->sockets[i];
    return NULL;
}

static const struct descriptor *descriptor_of(const struct snapshot *snapshot, pid_t pid,
                                              int fd)
{
    const struct process *process = snapshot_find(snapshot, pid);

    assert_non_null(process);
    assert_int_equal(process->facts[FACT_DESCRIPTORS], FACT_KNOWN);
    for (uint32_t i = 0; i < process->descriptors.count; i++)
        if (snapshot->descriptors[process->descriptors.first + i].fd == fd)
            return &snapshot->descriptors[process->descriptors.first + i];
    return NULL;
}

static uint64_t inode_of(int fd)
{
    struct stat status;

    assert_int_equal(fstat(fd, &status), 0);
    return status.st_ino;
}

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

static union address loopback(int family)
{
    union address address = {.any.sa_family = (sa_family_t)family};

    if (family == AF_INET6)
        address.in6.sin6_addr = in6addr_loopback;
    else
        address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static socklen_t address_size(int family)
{
    return family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static int listen_on(int family, union address *ret_address)
{
    socklen_t size = address_size(family);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *ret_address = loopback(family);
    if (fd < 0 || bind(fd, &ret_address->any, size) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, &ret_address->any, &size) != 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static void connection_is_seen_from_both_ends(int family)
{
    union address address;
    struct snapshot snapshot;
    int listener = listen_on(family, &address);

    if (listener < 0) /* a machine without IPv6 */
        skip();
    int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, &address.any, address_size(family)), 0);
    int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(server >= 0);

    void *block = look(&snapshot);
    uint16_t port = ntohs(family == AF_INET6 ? address.in6.sin6_port : address.in.sin_port);
    const struct socket *listening = socket_of(&snapshot, inode_of(listener)),
                        *outbound = socket_of(&snapshot, inode_of(client)),
                        *inbound = socket_of(&snapshot, inode_of(server));
    assert_non_null(listening);
    assert_non_null(outbound);
    assert_non_null(inbound);
    assert_int_equal(listening->state, SOCKET_LISTEN);
    assert_int_equal(listening->local_port, port);
    assert_int_equal(outbound->state, SOCKET_ESTABLISHED);
    assert_int_equal(outbound->family, family);
    assert_int_equal(outbound->remote_port, port);
    assert_int_equal(outbound->uid, geteuid());
    assert_true(outbound->flags & SOCKET_IS_OUTBOUND);
    assert_false(inbound->flags & SOCKET_IS_OUTBOUND);
    assert_memory_equal(outbound->local, inbound->remote, 16);
    assert_int_equal(outbound->local_port, inbound->remote_port);

    const struct descriptor *descriptor = descriptor_of(&snapshot, getpid(), client);
    assert_non_null(descriptor);
    assert_int_equal(descriptor->kind, DESCRIPTOR_SOCKET);
    assert_int_equal(descriptor->inode, outbound->inode);
    assert_int_equal(snapshot_find(&snapshot, getpid())->facts[FACT_SOCKETS], FACT_KNOWN);
    free(block);
    close(server);
    close(client);
    close(listener);
}

static void an_ipv4_connection_is_seen_from_both_ends(void **state)
{
    (void)state;
    connection_is_seen_from_both_ends(AF_INET);
}

static void an_ipv6_connection_is_seen_from_both_ends(void **state)
{
    (void)state;
    connection_is_seen_from_both_ends(AF_INET6);
}

static void udp_sockets_are_seen(void **state)
{
    union address address = loopback(AF_INET);
    struct snapshot snapshot;
    (void)state;

    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    address.in.sin_port = htons(9); /* nothing is sent */
    assert_int_equal(connect(fd, &address.any, sizeof address.in), 0);
    void *block = look(&snapshot);
    const struct socket *seen = socket_of(&snapshot, inode_of(fd));
    assert_non_null(seen);
    assert_int_equal(seen->protocol, IPPROTO_UDP);
    assert_int_equal(seen->remote_port, 9);
    free(block);
    close(fd);
}

static void a_socket_pair_knows_its_other_end(void **state)
{
    struct snapshot snapshot;
    int ends[2];
    (void)state;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    void *block = look(&snapshot);
    const struct socket *seen = socket_of(&snapshot, inode_of(ends[0]));
    bool is_told = seen != NULL;
    if (is_told) {
        assert_int_equal(seen->family, AF_UNIX);
        assert_int_equal(seen->peer_inode, inode_of(ends[1]));
    }
    free(block);
    close(ends[0]);
    close(ends[1]);
    if (!is_told) /* a kernel without unix_diag */
        skip();
}

static void pipes_terminals_and_memory_are_kept_and_files_are_not(void **state)
{
    struct snapshot snapshot;
    int ends[2];
    (void)state;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    int memory = memfd_create("m", MFD_CLOEXEC);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    void *block = look(&snapshot);

    const struct descriptor *seen = descriptor_of(&snapshot, getpid(), ends[1]);
    assert_non_null(seen);
    assert_int_equal(seen->kind, DESCRIPTOR_PIPE);
    assert_int_equal(seen->inode, inode_of(ends[0]));
    seen = descriptor_of(&snapshot, getpid(), memory);
    assert_non_null(seen);
    assert_int_equal(seen->kind, DESCRIPTOR_MEMFD);
    assert_string_equal(snapshot_string(&snapshot, seen->target), "/memfd:m (deleted)");
    assert_null(descriptor_of(&snapshot, getpid(), file));
    if (master >= 0) {
        seen = descriptor_of(&snapshot, getpid(), master);
        assert_non_null(seen);
        assert_int_equal(seen->kind, DESCRIPTOR_PTMX);
        assert_int_equal(seen->inode, strtoul(strrchr(ptsname(master), '/') + 1, NULL, 10) + 1);
        close(master);
    }
    free(block);
    close(file);
    close(memory);
    close(ends[0]);
    close(ends[1]);
}

static bool can_unshare(int flags)
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(unshare(flags) == 0 ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status == 0;
}

static void listen_elsewhere(const void *argument, int ready)
{
    union address address = loopback(AF_INET);
    (void)argument;

    /* Its loopback is down, but any address can be listened on. */
    address.in.sin_addr.s_addr = INADDR_ANY;
    address.in.sin_port = htons(4444);
    if (unshare(CLONE_NEWNET) != 0)
        _exit(1);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (dup2(fd, 100) == 100 && bind(fd, &address.any, sizeof address.in) == 0 &&
        listen(fd, 4) == 0)
        child_ready(ready);
}

static void other_network_namespaces_are_read_too(void **state)
{
    struct snapshot snapshot;
    (void)state;

    if (!can_unshare(CLONE_NEWNET))
        skip();
    pid_t pid = child_start(listen_elsewhere, NULL);
    void *block = look(&snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_int_not_equal(process->ns_net, snapshot.header->ns_net);
    assert_int_equal(process->facts[FACT_SOCKETS], FACT_KNOWN);
    const struct descriptor *descriptor = descriptor_of(&snapshot, pid, 100);
    assert_non_null(descriptor);
    const struct socket *seen = socket_of(&snapshot, descriptor->inode);
    assert_non_null(seen);
    assert_int_equal(seen->ns_net, process->ns_net);
    assert_int_equal(seen->state, SOCKET_LISTEN);
    assert_int_equal(seen->local_port, 4444);
    free(block);
    child_end(pid);
}

/* No sockets at all for this process and whoever it starts. */
static bool forbid_sockets(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof code / sizeof *code, code};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* In a child, because a filter is for life. Says how it went by its status. */
enum { TEXT_WAS_READ = 0, NO_FILTER, NO_SOCKET, NO_NOTE };

static int look_without_netlink(uint64_t inode)
{
    struct snapshot snapshot;

    if (!forbid_sockets())
        return NO_FILTER;
    void *block = look(&snapshot);
    const struct socket *seen = socket_of(&snapshot, inode);
    int result = NO_NOTE;
    for (size_t i = 0; i < snapshot.note_count; i++)
        if (strstr(snapshot_string(&snapshot, snapshot.notes[i].text), "sock_diag"))
            result = TEXT_WAS_READ;
    if (!seen || seen->state != SOCKET_LISTEN || seen->ns_net != snapshot.header->ns_net)
        result = NO_SOCKET;
    free(block);
    return result;
}

static void without_netlink_the_text_is_read_and_a_note_says_so(void **state)
{
    union address address;
    int listener = listen_on(AF_INET, &address), status;
    (void)state;

    assert_true(listener >= 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(look_without_netlink(inode_of(listener)));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(listener);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_FILTER)
        skip();
    assert_int_equal(WEXITSTATUS(status), TEXT_WAS_READ);
}

enum { FILE_COUNT = 200 };

static void open_files(const void *argument, int ready)
{
    (void)argument;
    for (int i = 0; i < FILE_COUNT; i++)
        if (open("/dev/null", O_RDONLY) < 0)
            _exit(1);
    child_ready(ready);
}

static void every_descriptor_counts_but_files_are_not_kept(void **state)
{
    struct snapshot snapshot;
    (void)state;

    pid_t pid = child_start(open_files, NULL);
    void *block = look(&snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);
    assert_non_null(process);
    assert_true(process->descriptor_count >= FILE_COUNT);
    assert_true(process->descriptors.count < process->descriptor_count - FILE_COUNT / 2);
    free(block);
    child_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv4_connection_is_seen_from_both_ends),
        cmocka_unit_test(an_ipv6_connection_is_seen_from_both_ends),
        cmocka_unit_test(udp_sockets_are_seen),
        cmocka_unit_test(a_socket_pair_knows_its_other_end),
        cmocka_unit_test(pipes_terminals_and_memory_are_kept_and_files_are_not),
        cmocka_unit_test(other_network_namespaces_are_read_too),
        cmocka_unit_test(without_netlink_the_text_is_read_and_a_note_says_so),
        cmocka_unit_test(every_descriptor_counts_but_files_are_not_kept),
    };
    alone_begin();
    return cmocka_run_group_tests_name("live_descriptors", tests, NULL, NULL);
}
