/* SPDX-License-Identifier: MIT */
/* Relations, network, preload and load. */
#include "tests/unit/heuristics/assessed.h"

static struct process *given_child(struct assessed *a, int pid, int parent, const char *exe,
                                   const char *command)
{
    struct process *process = given_process(&a->given, pid, parent, exe);

    given_command(&a->given, process, command);
    return process;
}

static void unusual_parent_names_the_server(void **state)
{
    struct assessed *a = *state;

    given_child(a, 5, 1, "/usr/sbin/nginx", "nginx: worker process");
    given_child(a, 10, 5, "/usr/bin/dash", "sh|-c|id");
    given_child(a, 11, 5, "/usr/bin/python3.11", "python3|-c|1");
    given_child(a, 12, 5, "/usr/sbin/nginx", "nginx: worker process");
    given_child(a, 6, 1, "/usr/sbin/sshd", "sshd: u");
    given_child(a, 13, 6, "/usr/bin/bash", "-bash");
    assess(a);
    assert_finds(a, 10, "unusual_parent", 1, "pid 5 /usr/sbin/nginx");
    assert_finds(a, 11, "unusual_parent", 1, "pid 5 /usr/sbin/nginx");
    assert_innocent(a, 12, "unusual_parent");
    assert_innocent(a, 13, "unusual_parent");
}

static void unusual_parent_spares_what_servers_run_honestly(void **state)
{
    struct assessed *a = *state;
    const char *postgres = "/usr/lib/postgresql/15/bin/postgres";

    given_child(a, 2, 1, postgres, "postgres: 15/main: archiver archiving 0001");
    given_child(a, 10, 2, "/usr/bin/dash", "sh|-c|cp a b");
    given_child(a, 3, 1, postgres, "postgres: 15/main: archiver sales 10.0.0.9(4000) COPY");
    given_child(a, 11, 3, "/usr/bin/dash", "sh|-c|id");
    given_child(a, 4, 1, "/usr/sbin/php-fpm8.2", "php-fpm: pool www");
    given_child(a, 12, 4, "/usr/bin/dash", "sh|-c|/usr/sbin/sendmail -t -i");
    given_child(a, 13, 4, "/usr/bin/dash", "sh|-c|/usr/sbin/sendmail -t; id");
    given_child(a, 5, 1, "/usr/sbin/apache2", "/usr/sbin/apache2|-k|start");
    given_child(a, 14, 5, "/usr/bin/perl", "/usr/bin/perl|/usr/lib/cgi-bin/a.cgi");
    given_child(a, 6, 1, "/usr/bin/java", "java|-jar|/usr/share/jenkins/jenkins.war|tomcat");
    given_child(a, 15, 6, "/usr/bin/dash", "sh|-xe|/tmp/a.sh");
    given_child(a, 7, 1, "/usr/bin/java", "java|org.apache.catalina.startup.Bootstrap");
    given_child(a, 16, 7, "/usr/bin/dash", "sh|-c|id");
    assess(a);
    assert_innocent(a, 10, "unusual_parent");
    assert_finds(a, 11, "unusual_parent", 1, "pid 3");
    assert_innocent(a, 12, "unusual_parent");
    assert_finds(a, 13, "unusual_parent", 1, "pid 4");
    assert_finds(a, 14, "unusual_parent", 0.33, "CGI");
    assert_innocent(a, 15, "unusual_parent");
    assert_finds(a, 16, "unusual_parent", 1, "pid 7");
}

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
    login->tty_nr = 0x8800;
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

static void ptraced_counts_a_system_debugger_less(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 5, 1, "/opt/x/watchd");
    given_process(&a->given, 10, 1, "/usr/bin/sleep")->tracer_pid = 5;
    given_process(&a->given, 6, 1, "/usr/bin/strace");
    given_process(&a->given, 11, 1, "/usr/bin/sleep")->tracer_pid = 6;
    given_process(&a->given, 7, 1, "/tmp/gdb");
    given_process(&a->given, 12, 1, "/usr/bin/sleep")->tracer_pid = 7;
    given_process(&a->given, 8, 1, "/home/u/go/bin/dlv")->exe_file.uid = 1000;
    given_process(&a->given, 13, 1, "/home/u/a.out")->tracer_pid = 8;
    given_process(&a->given, 14, 1, "/usr/bin/sleep")->tracer_pid = 999;
    given_process(&a->given, 15, 1, "/usr/bin/sleep");
    assess(a);
    assert_finds(a, 10, "ptraced", 1, "TracerPid 5 /opt/x/watchd");
    assert_finds(a, 11, "ptraced", 0.33, "TracerPid 6 /usr/bin/strace");
    assert_finds(a, 12, "ptraced", 1, "TracerPid 7 /tmp/gdb");
    assert_finds(a, 13, "ptraced", 0.67, "TracerPid 8");
    assert_finds(a, 14, "ptraced", 1, "TracerPid 999");
    assert_innocent(a, 15, "ptraced");
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
    given_socket(&a->given, given_process(&a->given, 13, 1, "/opt/x/y"), 3, "127.0.0.1:40000",
                 "127.0.0.1:8888");
    assess(a);
    assert_finds(a, 10, "watched_port", 1,
                 "fd 3 -> tcp 10.0.0.1:33922 -> 10.0.0.9:4444 ESTABLISHED");
    assert_innocent(a, 11, "watched_port"); /* a client came from 4444 */
    assert_innocent(a, 12, "watched_port");
    assert_finds(a, 13, "watched_port", 0.5, "127.0.0.1:8888");
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

#define CASE(test) cmocka_unit_test_setup_teardown(test, assessed_setup, assessed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(unusual_parent_names_the_server),
        CASE(unusual_parent_spares_what_servers_run_honestly),
        CASE(no_tty_is_an_interactive_shell_on_a_wire),
        CASE(no_tty_spares_scripts_terminals_and_the_unreadable),
        CASE(revshell_stdio_is_a_wire_to_a_shell),
        CASE(ptraced_counts_a_system_debugger_less),
        CASE(watched_port_is_about_outbound_ones),
        CASE(many_conns_are_more_than_the_threshold),
        CASE(ld_preload_is_that_variable_alone),
        CASE(high_cpu_begins_at_the_threshold),
    };

    return cmocka_run_group_tests_name("behaviour", tests, NULL, NULL);
}
