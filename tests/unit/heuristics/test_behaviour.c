/* SPDX-License-Identifier: MIT */
/* Standard descriptors, network, preload and load. */
#include "tests/unit/heuristics/assessed.h"

static void no_tty_is_an_interactive_shell_on_a_wire(void **state)
{
    struct assessed *a = *state;

    given_socket(&a->given, given_child(a, 10, 1, "/usr/bin/dash", "sh"), 0, "10.0.0.1:40000",
                 "10.0.0.9:443");
    given_pipe(&a->given, given_child(a, 11, 1, "/usr/bin/bash", "bash|-i"), 0, 77);
    given_pipe(&a->given, given_child(a, 12, 1, "/usr/bin/bash", "bash|--login"), 0, 78);
    given_child(a, 5, 1, "/usr/sbin/sshd", "sshd: u@notty");
    given_pipe(&a->given, given_child(a, 13, 5, "/usr/bin/bash", "bash|-s"), 0, 79);
    given_pipe(&a->given, given_child(a, 14, 1, "/bin/busybox", "sh|-i"), 0, 80);
    assess(a);
    assert_finds(a, 10, "no_tty", 1, "fd 0 -> tcp 10.0.0.1:40000 -> 10.0.0.9:443 ESTABLISHED");
    assert_finds(a, 11, "no_tty", 1, "fd 0 -> pipe:[77], no terminal, bash -i");
    assert_finds(a, 12, "no_tty", 0.67, "pipe:[78]");
    assert_finds(a, 13, "no_tty", 0.33, "SSH");
    assert_finds(a, 14, "no_tty", 1, "pipe:[80]");
}

static void no_tty_spares_scripts_terminals_and_the_unreadable(void **state)
{
    struct assessed *a = *state;

    given_pipe(&a->given, given_child(a, 10, 1, "/usr/bin/dash", "/bin/sh|-c|make"), 0, 77);
    given_pipe(&a->given, given_child(a, 11, 1, "/usr/bin/bash", "bash|-e|/srv/build.sh"), 0,
               77);
    given_pipe(&a->given, given_child(a, 12, 1, "/usr/bin/bash", "bash|-o|pipefail|x.sh"), 0,
               77);
    struct process *login = given_child(a, 13, 1, "/usr/bin/bash", "-bash");
    login->tty_nr = PTS_0;
    given_pipe(&a->given, login, 0, 77);
    given_child(a, 14, 1, "/usr/bin/bash", "bash"); /* fd 0 is closed */
    given_child(a, 15, 1, "/usr/bin/bash", "bash")->facts[FACT_DESCRIPTORS] = FACT_DENIED;
    given_pipe(&a->given, given_child(a, 16, 1, "/usr/bin/cat", "cat"), 0, 77);
    assess(a);
    for (int pid = 10; pid <= 16; pid++)
        if (pid != 15)
            assert_innocent(a, pid, "no_tty");
    assert_false(is_assessed(a, 15, "no_tty"));
}

static void revshell_stdio_is_a_wire_to_a_shell(void **state)
{
    struct assessed *a = *state;
    struct process *python = given_child(a, 11, 1, "/usr/bin/python3.11", "python3|x.py");
    struct process *logging = given_child(a, 12, 1, "/usr/bin/python3.11", "python3|x.py");
    struct process *handler = given_child(a, 13, 1, "/usr/bin/perl", "perl|handler");

    given_socket(&a->given, given_child(a, 10, 1, "/usr/bin/bash", "bash"), 2, "10.0.0.1:40000",
                 "10.0.0.9:443");
    given_socket(&a->given, python, 0, "10.0.0.1:40001", "10.0.0.9:443");
    given_same_socket(&a->given, python, 1);
    given_socket(&a->given, logging, 2, "10.0.0.1:40002", "10.0.0.9:514");
    given_socket(&a->given, handler, 0, "10.0.0.1:79", "10.0.0.9:5000");
    given_same_socket(&a->given, handler, 1);
    given_socket(&a->given, given_child(a, 14, 1, "/usr/sbin/inetd", "inetd"), 4, "10.0.0.1:79",
                 NULL);
    given_socket(&a->given, given_child(a, 15, 1, "/usr/bin/nc", "nc"), 0, "10.0.0.1:40003",
                 "10.0.0.9:443");
    given_pipe(&a->given, given_child(a, 16, 1, "/usr/bin/bash", "bash"), 0, 77);
    assess(a);
    assert_finds(a, 10, "revshell_stdio", 1,
                 "fd 2 -> tcp 10.0.0.1:40000 -> 10.0.0.9:443 ESTABLISHED");
    assert_finds(a, 11, "revshell_stdio", 1, "fd 0 -> tcp 10.0.0.1:40001");
    assert_innocent(a, 12, "revshell_stdio");
    assert_finds(a, 13, "revshell_stdio", 0.17, "inetd");
    assert_innocent(a, 15, "revshell_stdio");
    assert_innocent(a, 16, "revshell_stdio");
}

static void watched_port_is_about_outbound_ones(void **state)
{
    struct assessed *a = *state;
    struct process *server = given_process(&a->given, 11, 1, "/opt/x/jupyter");

    given_socket(&a->given, given_process(&a->given, 10, 1, "/opt/x/y"), 3, "10.0.0.1:33922",
                 "10.0.0.9:4444");
    given_socket(&a->given, server, 3, "10.0.0.1:8888", NULL);
    given_socket(&a->given, server, 4, "10.0.0.1:8888", "10.0.0.9:4444");
    given_socket(&a->given, given_process(&a->given, 12, 1, "/opt/x/y"), 3, "10.0.0.1:4444",
                 "10.0.0.9:443");
    assess(a);
    assert_finds(a, 10, "watched_port", 1,
                 "fd 3 -> tcp 10.0.0.1:33922 -> 10.0.0.9:4444 ESTABLISHED");
    assert_innocent(a, 11, "watched_port"); /* a client came from 4444 */
    assert_innocent(a, 12, "watched_port");
}

static void watched_port_on_loopback_depends_on_who_answers(void **state)
{
    struct assessed *a = *state;
    struct process *notebook = given_process(&a->given, 20, 1, "/opt/x/jupyter");
    struct process *tunnel = given_process(&a->given, 21, 1, "/usr/bin/ssh");
    struct process *elsewhere = given_process(&a->given, 22, 1, "/opt/x/jupyter");

    given_socket(&a->given, notebook, 3, "127.0.0.1:8888", NULL);
    given_socket(&a->given, notebook, 4, "127.0.0.1:8888", "127.0.0.1:40000");
    given_socket(&a->given, tunnel, 3, "127.0.0.1:4444", NULL);
    given_socket(&a->given, tunnel, 4, "10.0.0.1:50000", "10.0.0.9:22");
    given_socket(&a->given, elsewhere, 3, "127.0.0.1:5555", NULL);
    elsewhere->ns_net++;
    given_socket(&a->given, given_process(&a->given, 10, 1, "/opt/x/y"), 3, "127.0.0.1:40000",
                 "127.0.0.1:8888");
    given_socket(&a->given, given_process(&a->given, 11, 1, "/opt/x/y"), 3, "127.0.0.1:40001",
                 "127.0.0.1:4444");
    given_socket(&a->given, given_process(&a->given, 12, 1, "/opt/x/y"), 3, "127.0.0.1:40002",
                 "127.0.0.1:5555");
    given_socket(&a->given, given_process(&a->given, 13, 1, "/opt/x/y"), 3, "127.0.0.1:40003",
                 "127.0.0.1:3333");
    assess(a);
    assert_finds(a, 10, "watched_port", 0.5, "talks to this machine alone");
    assert_finds(a, 11, "watched_port", 1, "127.0.0.1:4444");
    assert_finds(a, 12, "watched_port", 1, "127.0.0.1:5555");
    assert_finds(a, 13, "watched_port", 1, "127.0.0.1:3333");
}

static void many_conns_are_more_than_the_threshold(void **state)
{
    struct assessed *a = *state;
    struct process *crawler = given_process(&a->given, 10, 1, "/opt/x/crawler");
    struct process *pool = given_process(&a->given, 11, 1, "/opt/x/pool");
    struct process *server = given_process(&a->given, 12, 1, "/opt/x/server");

    given_socket(&a->given, server, 2, "10.0.0.1:80", NULL);
    a->thresholds.many_conns = 9;
    for (int i = 0; i < 10; i++) {
        char local[32];
        snprintf(local, sizeof local, "10.0.0.1:%d", 40000 + i);
        given_socket(&a->given, crawler, 3 + i, local, "10.0.0.9:443");
        if (i < 9)
            given_socket(&a->given, pool, 3 + i, local, "10.0.0.8:5432");
        given_socket(&a->given, server, 3 + i, "10.0.0.1:80", "10.0.0.9:5000");
    }
    assess(a);
    assert_finds(a, 10, "many_conns", 1, "10 outbound connections");
    assert_innocent(a, 11, "many_conns");
    assert_innocent(a, 12, "many_conns");
}

static void ld_preload_is_that_variable_alone(void **state)
{
    struct assessed *a = *state;
    struct process *preloaded = given_process(&a->given, 10, 1, "/usr/bin/top");
    struct process *with_path = given_process(&a->given, 11, 1, "/usr/bin/top");

    preloaded->environ_flags = ENVIRON_HAS_LD_PRELOAD;
    preloaded->ld_preload = given_text(&a->given, "/tmp/x.so");
    with_path->environ_flags = ENVIRON_HAS_LD_LIBRARY_PATH;
    with_path->ld_library_path = given_text(&a->given, "/opt/lib");
    given_process(&a->given, 12, 1, "/usr/bin/top")->environ_flags = ENVIRON_HAS_LD_PRELOAD;
    assess(a);
    assert_finds(a, 10, "ld_preload", 1, "LD_PRELOAD=/tmp/x.so");
    assert_innocent(a, 11, "ld_preload");
    assert_innocent(a, 12, "ld_preload");
}

static void high_cpu_begins_at_the_threshold(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/usr/bin/make")->cpu_percent = 90.0F;
    given_process(&a->given, 11, 1, "/usr/bin/make")->cpu_percent = 89.9F;
    given_process(&a->given, 12, 1, "/usr/bin/make")->facts[FACT_CPU] = FACT_PENDING;
    assess(a);
    assert_finds(a, 10, "high_cpu", 1, "90.0%");
    assert_innocent(a, 11, "high_cpu");
    assert_false(is_assessed(a, 12, "high_cpu"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(no_tty_is_an_interactive_shell_on_a_wire),
        CASE(no_tty_spares_scripts_terminals_and_the_unreadable),
        CASE(revshell_stdio_is_a_wire_to_a_shell),
        CASE(watched_port_is_about_outbound_ones),
        CASE(watched_port_on_loopback_depends_on_who_answers),
        CASE(many_conns_are_more_than_the_threshold),
        CASE(ld_preload_is_that_variable_alone),
        CASE(high_cpu_begins_at_the_threshold),
    };

    return cmocka_run_group_tests_name("behaviour", tests, NULL, NULL);
}
