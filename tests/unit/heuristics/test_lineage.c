/* SPDX-License-Identifier: MIT */
/* Who started it, and who traces whom. */
#include "tests/unit/heuristics/assessed.h"

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

static void given_server(struct assessed *a, int pid, const char *exe)
{
    given_socket(&a->given, given_child(a, pid, 1, exe, exe), 3, "0.0.0.0:8080", NULL);
}

static void server_shell_is_what_a_listener_started(void **state)
{
    struct assessed *a = *state;

    given_server(a, 5, "/srv/app/server");
    given_child(a, 10, 5, "/usr/bin/dash", "sh|-c|convert a b");
    given_child(a, 11, 5, "/usr/bin/dash", "sh|-i");
    given_child(a, 12, 5, "/usr/bin/bash", "bash")->tty_nr = PTS_0;
    given_child(a, 13, 5, "/opt/app/worker", "worker");
    given_server(a, 6, "/usr/bin/python3.11");
    given_child(a, 14, 6, "/usr/bin/dash", "sh|-c|id");
    given_child(a, 15, 6, "/usr/bin/dash", "sh");
    given_server(a, 7, "/usr/sbin/zabbix_agentd");
    given_child(a, 16, 7, "/usr/bin/dash", "sh|-c|df");
    assess(a);
    assert_finds(a, 10, "server_shell", 0.67,
                 "pid 5 /srv/app/server, fd 3 -> tcp 0.0.0.0:8080");
    assert_finds(a, 11, "server_shell", 1, "nothing was given");
    assert_finds(a, 12, "server_shell", 0.67, "pid 5");
    assert_innocent(a, 13, "server_shell");
    assert_finds(a, 14, "server_shell", 0.67, "pid 6 /usr/bin/python3.11");
    assert_finds(a, 15, "server_shell", 1, "nothing was given");
    assert_finds(a, 16, "server_shell", 0.33, "program of the system");
}

static void server_shell_spares_whose_task_that_is(void **state)
{
    struct assessed *a = *state;

    given_server(a, 2, "/usr/sbin/sshd");
    given_child(a, 10, 2, "/usr/bin/bash", "bash");
    given_server(a, 3, "/tmp/sshd"); /* a name proves nothing */
    given_child(a, 11, 3, "/usr/bin/bash", "bash");
    given_server(a, 4, "/usr/sbin/nginx"); /* one fact, one reason */
    given_child(a, 12, 4, "/usr/bin/dash", "sh");
    given_server(a, 5, "/usr/bin/bash"); /* listen_shell's */
    given_child(a, 13, 5, "/usr/bin/dash", "sh");
    struct process *client = given_child(a, 6, 1, "/opt/app/client", "client");
    given_socket(&a->given, client, 3, "10.0.0.1:40000", "10.0.0.9:443");
    given_child(a, 14, 6, "/usr/bin/dash", "sh");
    assess(a);
    assert_innocent(a, 10, "server_shell");
    assert_finds(a, 11, "server_shell", 1, "pid 3 /tmp/sshd");
    assert_innocent(a, 12, "server_shell");
    assert_finds(a, 12, "unusual_parent", 1, "nginx");
    assert_innocent(a, 13, "server_shell");
    assert_innocent(a, 14, "server_shell");
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
    given_process(&a->given, 9, 1, "")->comm = given_text(&a->given, "watchd");
    given_process(&a->given, 16, 1, "/usr/bin/sleep")->tracer_pid = 9;
    given_process(&a->given, 15, 1, "/usr/bin/sleep");
    assess(a);
    assert_finds(a, 10, "ptraced", 1, "TracerPid 5 /opt/x/watchd");
    assert_finds(a, 11, "ptraced", 0.33, "TracerPid 6 /usr/bin/strace");
    assert_finds(a, 12, "ptraced", 1, "TracerPid 7 /tmp/gdb");
    assert_finds(a, 13, "ptraced", 0.67, "TracerPid 8");
    assert_finds(a, 14, "ptraced", 1, "TracerPid 999");
    assert_innocent(a, 15, "ptraced");
    assert_finds(a, 16, "ptraced", 1, "TracerPid 9 watchd");

    /* And the other side. */
    assert_finds(a, 5, "ptracer", 1, "traces pid 10 /usr/bin/sleep");
    assert_null(strstr(finding_of(a, 5, "ptracer")->evidence, "more"));
    assert_finds(a, 6, "ptracer", 0.33, "a debugger of the system");
    assert_finds(a, 7, "ptracer", 1, "traces pid 12");
    assert_finds(a, 8, "ptracer", 0.67, "traces pid 13");
    assert_innocent(a, 10, "ptracer");
    assert_innocent(a, 15, "ptracer");
}

static void ptracer_is_judged_by_its_strangest(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 5, 1, "/home/u/go/bin/dlv");
    given_process(&a->given, 10, 1, "/home/u/a.out")->tracer_pid = 5;
    given_process(&a->given, 11, 1, "/home/u/b.out")->tracer_pid = 5;
    given_process(&a->given, 12, 1, "/usr/sbin/sshd")->tracer_pid = 5;
    for (size_t i = 0; i < 3; i++)
        a->given.processes[i].uid[ID_EFFECTIVE] = a->given.processes[i].exe_file.uid = 1000;
    assess(a);
    assert_finds(a, 5, "ptracer", 1, "traces pid 12 /usr/sbin/sshd, and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(unusual_parent_names_the_server),
        CASE(unusual_parent_spares_what_servers_run_honestly),
        CASE(server_shell_is_what_a_listener_started),
        CASE(server_shell_spares_whose_task_that_is),
        CASE(ptraced_counts_a_system_debugger_less),
        CASE(ptracer_is_judged_by_its_strangest),
    };

    return cmocka_run_group_tests_name("lineage", tests, NULL, NULL);
}
