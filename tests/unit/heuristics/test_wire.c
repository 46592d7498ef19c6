/* SPDX-License-Identifier: MIT */
/* Shells and the network, raw sockets, privileges. */
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/unit/heuristics/assessed.h"

static void listen_shell_counts_less_when_it_is_inherited(void **state)
{
    struct assessed *a = *state;
    struct process *server = given_child(a, 5, 1, "/opt/x/server", "server");
    struct process *heir = given_child(a, 11, 5, "/usr/bin/dash", "sh|-c|x");

    given_socket(&a->given, given_child(a, 10, 1, "/usr/bin/bash", "bash"), 3, "0.0.0.0:4444",
                 NULL);
    given_socket(&a->given, server, 3, "0.0.0.0:80", NULL);
    given_same_socket(&a->given, heir, 3);
    given_socket(&a->given, given_child(a, 12, 1, "/usr/bin/python3.11", "python3"), 3,
                 "0.0.0.0:81", NULL);
    given_socket(&a->given, given_child(a, 13, 1, "/usr/bin/bash", "bash"), 3, "10.0.0.1:40000",
                 "10.0.0.9:443");
    given_socket(&a->given, given_child(a, 14, 5, "/usr/bin/bash", "bash"), 3, "0.0.0.0:4445",
                 NULL);
    assess(a);
    assert_finds(a, 10, "listen_shell", 1, "fd 3 -> tcp 0.0.0.0:4444");
    assert_finds(a, 11, "listen_shell", 0.4, "left open by pid 5 /opt/x/server");
    assert_innocent(a, 12, "listen_shell");
    assert_innocent(a, 13, "listen_shell");
    assert_finds(a, 14, "listen_shell", 1, "0.0.0.0:4445"); /* not the one of its parent */
}

static void shell_conn_is_beside_the_standard_descriptors(void **state)
{
    struct assessed *a = *state;
    struct process *client = given_child(a, 5, 1, "/opt/x/client", "client");
    struct process *heir = given_child(a, 11, 5, "/usr/bin/dash", "sh|-c|x");
    struct process *wired = given_child(a, 12, 1, "/usr/bin/bash", "bash");
    struct process *inetd = given_child(a, 6, 1, "/usr/sbin/inetd", "inetd");

    given_socket(&a->given, given_child(a, 10, 1, "/usr/bin/bash", "bash"), 3, "10.0.0.1:40000",
                 "10.0.0.9:443");
    given_socket(&a->given, client, 7, "10.0.0.1:40001", "10.0.0.9:443");
    given_same_socket(&a->given, heir, 7);
    given_socket(&a->given, wired, 0, "10.0.0.1:40002", "10.0.0.9:443");
    given_same_socket(&a->given, wired, 9);
    given_socket(&a->given, inetd, 3, "10.0.0.1:79", NULL);
    given_socket(&a->given, given_child(a, 13, 6, "/usr/bin/dash", "sh|x"), 3, "10.0.0.1:79",
                 "10.0.0.9:5000");
    given_socket(&a->given, given_child(a, 14, 1, "/usr/bin/curl", "curl"), 3, "10.0.0.1:40003",
                 "10.0.0.9:443");
    assess(a);
    assert_finds(a, 10, "shell_conn", 1, "fd 3 -> tcp 10.0.0.1:40000 -> 10.0.0.9:443");
    assert_finds(a, 11, "shell_conn", 0.5, "left open by pid 5");
    assert_innocent(a, 12, "shell_conn");
    assert_innocent(a, 13, "shell_conn");
    assert_innocent(a, 14, "shell_conn");
}

/* A shell between two pipes, and who has their other ends. */
static struct process *given_talk(struct assessed *a, int shell, const char *command,
                                  int holder, const char *exe)
{
    struct process *sh = given_child(a, shell, 1, "/usr/bin/dash", command);
    struct process *other = given_child(a, holder, 1, exe, exe);

    given_pipe(&a->given, sh, 0, (uint64_t)shell * 2);
    given_pipe(&a->given, sh, 1, (uint64_t)shell * 2 + 1);
    given_pipe(&a->given, other, 5, (uint64_t)shell * 2);
    given_pipe(&a->given, other, 6, (uint64_t)shell * 2 + 1);
    given_socket(&a->given, other, 7, "10.0.0.1:40000", "10.0.0.9:443");
    return sh;
}

static void shell_relay_talks_both_ways(void **state)
{
    struct assessed *a = *state;

    given_talk(a, 10, "sh", 20, "/usr/bin/nc");
    given_talk(a, 11, "sh|-i", 21, "/opt/x/y");
    given_talk(a, 12, "sh|-c|make", 22, "/opt/x/y");
    given_talk(a, 13, "sh", 23, "/usr/bin/gitlab-runner");
    given_talk(a, 16, "sh", 26, "/usr/bin/nc")->tty_nr = PTS_0;
    given_talk(a, 17, "sh", 27, "/home/u/gitlab-runner");
    /* curl | sh | tee log */
    struct process *piped = given_child(a, 14, 1, "/usr/bin/dash", "sh");
    struct process *curl = given_child(a, 24, 1, "/usr/bin/curl", "curl");
    given_pipe(&a->given, piped, 0, 900);
    given_pipe(&a->given, piped, 1, 901);
    given_pipe(&a->given, curl, 1, 900);
    given_pipe(&a->given, given_child(a, 25, 1, "/usr/bin/tee", "tee"), 0, 901);
    given_socket(&a->given, curl, 5, "10.0.0.1:40009", "10.0.0.9:443");
    /* generate | sh | who sends it away: one way only */
    struct process *fed = given_child(a, 15, 1, "/usr/bin/dash", "sh");
    struct process *sender = given_child(a, 28, 1, "/opt/x/log", "log");
    given_pipe(&a->given, fed, 0, 902);
    given_pipe(&a->given, fed, 1, 903);
    given_pipe(&a->given, given_child(a, 29, 1, "/usr/bin/cat", "cat"), 1, 902);
    given_pipe(&a->given, sender, 0, 903);
    given_socket(&a->given, sender, 5, "10.0.0.1:40010", "10.0.0.9:443");
    assess(a);
    assert_finds(a, 10, "shell_relay", 1, "pid 20 /usr/bin/nc, fd 7 -> tcp");
    assert_finds(a, 11, "shell_relay", 0.8, "pid 21 /opt/x/y");
    assert_innocent(a, 12, "shell_relay");
    assert_innocent(a, 13, "shell_relay");
    assert_finds(a, 17, "shell_relay", 0.8, "pid 27");
    for (int pid = 14; pid <= 16; pid++)
        assert_innocent(a, pid, "shell_relay");
}

static void shell_relay_knows_netcat_behind_a_fifo(void **state)
{
    struct assessed *a = *state;
    struct process *sh = given_child(a, 10, 1, "/usr/bin/dash", "sh|-i");
    struct process *nc = given_child(a, 11, 1, "/usr/bin/nc.openbsd", "nc|10.0.0.9|443");

    given_pipe(&a->given, sh, 0, 900);
    given_pipe(&a->given, sh, 1, 901);
    given_pipe(&a->given, given_child(a, 12, 1, "/usr/bin/cat", "cat|f"), 1, 900);
    given_pipe(&a->given, nc, 0, 901);
    given_socket(&a->given, nc, 3, "10.0.0.1:40000", "10.0.0.9:443");
    assess(a);
    assert_finds(a, 10, "shell_relay", 1, "pid 11 /usr/bin/nc.openbsd");
}

/* socat's EXEC, and whatever uses socketpair(2) for pipes. */
static void shell_relay_goes_over_pairs_of_sockets(void **state)
{
    struct assessed *a = *state;
    struct process *sh = given_child(a, 10, 1, "/usr/bin/dash", "sh");
    struct process *socat = given_child(a, 20, 1, "/usr/bin/socat", "socat");
    struct process *editor = given_child(a, 21, 1, "/opt/editor/node", "node");
    struct process *login = given_child(a, 11, 21, "/usr/bin/bash", "bash|-ilc|env");
    struct process *idle = given_child(a, 12, 1, "/usr/bin/dash", "sh");
    struct process *local = given_child(a, 22, 1, "/opt/x/local", "local");

    given_socket_pair(&a->given, sh, 0, socat, 5);
    given_same_socket(&a->given, sh, 1);
    given_socket(&a->given, socat, 6, "10.0.0.1:40000", "10.0.0.9:443");
    given_socket_pair(&a->given, login, 0, editor, 5);
    given_same_socket(&a->given, login, 1);
    given_socket(&a->given, editor, 6, "10.0.0.1:40001", "10.0.0.9:443");
    given_socket_pair(&a->given, idle, 0, local, 5);
    given_same_socket(&a->given, idle, 1);
    assess(a);
    assert_finds(a, 10, "shell_relay", 1, "pid 20 /usr/bin/socat, fd 6 -> tcp");
    assert_innocent(a, 11, "shell_relay");
    assert_innocent(a, 12, "shell_relay");
    assert_innocent(a, 10, "revshell_stdio");
}

static struct process *given_session(struct assessed *a, int pid, unsigned index)
{
    struct process *shell = given_child(a, pid, 1, "/usr/bin/bash", "bash");

    shell->session = pid;
    shell->tty_nr = PTS_0 + (int)index;
    return shell;
}

static struct process *given_holder(struct assessed *a, int pid, const char *exe,
                                    unsigned index, const char *remote)
{
    struct process *holder = given_child(a, pid, 1, exe, exe);

    given_master(&a->given, holder, 4, index);
    if (remote)
        given_socket(&a->given, holder, 5, "10.0.0.1:40000", remote);
    return holder;
}

static void pty_relay_follows_the_terminal(void **state)
{
    struct assessed *a = *state;

    given_session(a, 10, 0);
    given_holder(a, 20, "/usr/bin/python3.11", 0, "10.0.0.9:443");
    given_session(a, 11, 1);
    given_holder(a, 21, "/usr/bin/tmux", 1, NULL);
    given_session(a, 12, 2);
    given_holder(a, 22, "/usr/bin/agent", 2, "10.0.0.9:443");
    given_session(a, 13, 3)->ns_mnt++;
    given_holder(a, 23, "/opt/x/y", 3, "10.0.0.9:443");
    given_session(a, 14, 4)->session = 10;
    given_holder(a, 24, "/opt/x/y", 4, "10.0.0.9:443");
    given_session(a, 15, 5);
    given_holder(a, 25, "/usr/sbin/sshd", 5, "10.0.0.9:443");
    assess(a);
    assert_finds(a, 10, "pty_relay", 1,
                 "/dev/pts/0 is held by pid 20 /usr/bin/python3.11, fd 5");
    assert_innocent(a, 11, "pty_relay");
    assert_finds(a, 12, "pty_relay", 0.5, "pid 22");
    assert_innocent(a, 13, "pty_relay"); /* a terminal of another devpts */
    assert_innocent(a, 14, "pty_relay"); /* not the leader */
    assert_innocent(a, 15, "pty_relay");
}

static void given_hosts(struct assessed *a, const struct process *process, int count,
                        const char *network)
{
    for (int i = 0; i < count; i++) {
        char local[32], remote[32];

        snprintf(local, sizeof local, "10.0.0.1:%d", 40000 + i);
        snprintf(remote, sizeof remote, "%s.%d:443", network, i + 1);
        given_socket(&a->given, process, 3 + i, local, remote);
    }
}

static void conn_fanout_counts_hosts(void **state)
{
    struct assessed *a = *state;
    struct process *same = given_process(&a->given, 12, 1, "/opt/x/pool");

    given_hosts(a, given_process(&a->given, 10, 1, "/home/u/scan"), 21, "10.9.9");
    given_socket(&a->given, same, 3, "10.0.0.1:40000", "10.0.0.9:443");
    for (int i = 0; i < 24; i++)
        given_same_socket(&a->given, same, 4 + i);
    assess(a);
    assert_finds(a, 10, "conn_fanout", 1, "outbound to 21 hosts");
    assert_innocent(a, 12, "conn_fanout");
}

static void conn_fanout_spares_the_system_and_loopback(void **state)
{
    struct assessed *a = *state;

    given_hosts(a, given_process(&a->given, 10, 1, "/usr/bin/firefox"), 21, "10.9.9");
    given_hosts(a, given_process(&a->given, 11, 1, "/opt/x/proxy"), 25, "127.0.0");
    assess(a);
    assert_finds(a, 10, "conn_fanout", 0.5, "program of the system");
    assert_innocent(a, 11, "conn_fanout");
}

/* Connections over IPv6, to IPv4 addresses mapped into it: NETWORK.1 and up. */
static void given_mapped_hosts(struct assessed *a, const struct process *process, int count,
                               const uint8_t network[3])
{
    for (int i = 0; i < count; i++) {
        struct socket socket = {
            .inode = a->given.next_inode++,
            .ns_net = process->ns_net,
            .family = AF_INET6,
            .protocol = IPPROTO_TCP,
            .state = SOCKET_ESTABLISHED,
            .local_port = (uint16_t)(40000 + i),
            .remote_port = 443,
            .remote = {[10] = 0xff, 0xff, network[0], network[1], network[2], (uint8_t)(i + 1)},
        };

        snapshot_builder_add_socket(a->given.builder, &socket);
        given_pipe(&a->given, process, 3 + i, socket.inode);
        a->given.descriptors[a->given.descriptor_count - 1].descriptor.kind = DESCRIPTOR_SOCKET;
    }
}

static void conn_fanout_knows_ipv4_in_ipv6(void **state)
{
    struct assessed *a = *state;

    given_mapped_hosts(a, given_process(&a->given, 10, 1, "/home/u/scan"), 21,
                       (const uint8_t[]){10, 9, 9});
    given_mapped_hosts(a, given_process(&a->given, 11, 1, "/home/u/scan"), 25,
                       (const uint8_t[]){127, 0, 0});
    assess(a);
    assert_finds(a, 10, "conn_fanout", 1, "outbound to 21 hosts");
    assert_innocent(a, 11, "conn_fanout");
}

static void raw_socket_excuses_those_whose_business_it_is(void **state)
{
    struct assessed *a = *state;

    given_raw_socket(&a->given, given_process(&a->given, 10, 1, "/opt/x/sniff"), 3, AF_PACKET);
    given_raw_socket(&a->given, given_process(&a->given, 11, 1, "/opt/x/ping"), 3, AF_INET);
    given_raw_socket(&a->given, given_process(&a->given, 12, 1, "/usr/bin/tcpdump"), 3,
                     AF_PACKET);
    given_raw_socket(&a->given, given_process(&a->given, 13, 1, "/tmp/tcpdump"), 3, AF_PACKET);
    given_socket(&a->given, given_process(&a->given, 14, 1, "/opt/x/y"), 3, "10.0.0.1:40000",
                 "10.0.0.9:443");
    a->given.processes[1].exe_file.uid = 1000;
    assess(a);
    assert_finds(a, 10, "raw_socket", 1, "fd 3 -> packet socket:[");
    assert_finds(a, 11, "raw_socket", 1, "fd 3 -> raw socket:[");
    assert_finds(a, 12, "raw_socket", 0, "its business");
    assert_finds(a, 13, "raw_socket", 1, "packet");
    assert_innocent(a, 14, "raw_socket");
}

static struct process *given_user(struct assessed *a, int pid, int parent, const char *exe,
                                  uint32_t uid)
{
    struct process *process = given_process(&a->given, pid, parent, exe);

    for (int i = 0; i < ID_KIND_COUNT; i++)
        process->uid[i] = uid;
    process->loginuid = 1000;
    return process;
}

static void capabilities_count_in_our_user_namespace(void **state)
{
    struct assessed *a = *state;
    const uint64_t admin = UINT64_C(1) << CAP_SYS_ADMIN;
    struct process *sandbox = given_user(a, 12, 1, "/home/u/x", 1000);

    given_user(a, 10, 1, "/home/u/x", 1000)->cap_effective = admin;
    given_user(a, 11, 1, "/usr/bin/y", 1000)->cap_effective = admin | UINT64_C(1) << CAP_SETUID;
    sandbox->cap_effective = sandbox->cap_ambient = admin;
    sandbox->ns_user++;
    given_user(a, 13, 1, "/home/u/x", 0)->cap_effective = admin;
    given_user(a, 14, 1, "/home/u/x", 1000)->cap_effective = UINT64_C(1)
                                                             << CAP_NET_BIND_SERVICE;
    given_user(a, 15, 1, "/home/u/x", 1000)->cap_ambient = admin;
    assess(a);
    assert_finds(a, 10, "caps_nonroot", 1, "CAP_SYS_ADMIN, uid 1000");
    assert_finds(a, 11, "caps_nonroot", 0.5, "CAP_SYS_ADMIN SETUID");
    assert_innocent(a, 12, "caps_nonroot");
    assert_innocent(a, 12, "ambient_caps");
    assert_innocent(a, 13, "caps_nonroot");
    assert_innocent(a, 14, "caps_nonroot");
    assert_innocent(a, 15, "caps_nonroot");
    assert_finds(a, 15, "ambient_caps", 1, "CAP_SYS_ADMIN");
}

static void capabilities_of_our_own_collector_count_half(void **state)
{
    struct assessed *a = *state;
    const uint64_t trace = UINT64_C(1) << CAP_SYS_PTRACE;

    snapshot_builder_header(a->given.builder)->collector_pid = 10;
    given_user(a, 10, 1, "/home/u/procwatch", 65534)->exe_file.ino = 7;
    given_user(a, 11, 1, "/home/u/procwatch", 65534)->exe_file.ino = 7;
    given_user(a, 12, 1, "/home/u/procwatch", 65534)->exe_file.ino = 8;
    for (size_t i = 0; i < 3; i++)
        a->given.processes[i].cap_effective = trace;
    assess(a);
    assert_finds(a, 10, "caps_nonroot", 0.5, "CAP_SYS_PTRACE");
    assert_finds(a, 11, "caps_nonroot", 0.5, "CAP_SYS_PTRACE");
    assert_finds(a, 12, "caps_nonroot", 1, "CAP_SYS_PTRACE");
}

static void uid0_lineage_accepts_sudo_of_the_system(void **state)
{
    struct assessed *a = *state;

    given_user(a, 5, 1, "/usr/bin/bash", 1000);
    given_user(a, 10, 5, "/usr/bin/dash", 0);
    given_user(a, 6, 5, "/usr/bin/sudo", 0)->exe_file.mode |= S_ISUID;
    given_user(a, 11, 6, "/usr/bin/dash", 0);
    given_user(a, 7, 5, "/tmp/sudo", 0)->exe_file.mode |= S_ISUID;
    given_user(a, 12, 7, "/usr/bin/dash", 0);
    given_user(a, 13, 1, "/usr/sbin/nginx", 0);
    given_user(a, 14, 5, "/usr/bin/dash", 0)->loginuid = UINT32_MAX;
    assess(a);
    assert_finds(a, 10, "uid0_lineage", 1, "below uid 1000: pid 5 /usr/bin/bash");
    assert_innocent(a, 6, "uid0_lineage");
    assert_innocent(a, 11, "uid0_lineage");
    assert_finds(a, 12, "uid0_lineage", 1, "pid 5");
    assert_innocent(a, 13, "uid0_lineage"); /* restarted; its parents are gone */
    assert_innocent(a, 14, "uid0_lineage");
}

static void blocked_is_a_read_that_did_not_come_back(void **state)
{
    struct assessed *a = *state;
    struct process *process = given_process(&a->given, 10, 1, "/opt/x/y");

    process->facts[FACT_CMDLINE] = process->facts[FACT_MAPS] = FACT_BLOCKED;
    given_process(&a->given, 11, 1, "/opt/x/y")->facts[FACT_MAPS] = FACT_DENIED;
    assess(a);
    assert_finds(a, 10, "blocked", 1, "no answer: cmdline, maps");
    assert_innocent(a, 11, "blocked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(listen_shell_counts_less_when_it_is_inherited),
        CASE(shell_conn_is_beside_the_standard_descriptors),
        CASE(shell_relay_talks_both_ways),
        CASE(shell_relay_knows_netcat_behind_a_fifo),
        CASE(shell_relay_goes_over_pairs_of_sockets),
        CASE(pty_relay_follows_the_terminal),
        CASE(conn_fanout_counts_hosts),
        CASE(conn_fanout_spares_the_system_and_loopback),
        CASE(conn_fanout_knows_ipv4_in_ipv6),
        CASE(raw_socket_excuses_those_whose_business_it_is),
        CASE(capabilities_count_in_our_user_namespace),
        CASE(capabilities_of_our_own_collector_count_half),
        CASE(uid0_lineage_accepts_sudo_of_the_system),
        CASE(blocked_is_a_read_that_did_not_come_back),
    };

    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
