/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>

#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"
#include "view/who.h"

/* Two processes: a shell that called out, and a server that listens. */
static void build(struct given *given)
{
    struct process *shell, *server;

    given_init(given);
    shell = given_process(given, 10, 1, "/usr/bin/dash");
    shell->cwd = given_text(given, "/var/tmp/work");
    given_socket(given, shell, 0, "10.0.0.1:50000", "10.0.0.9:4444");
    given_same_socket(given, shell, 1);
    given_pipe(given, shell, 5, 8123);
    server = given_process(given, 20, 1, "/opt/app/bin/server");
    server->exe_file.ino = 777;
    given_socket(given, server, 3, "0.0.0.0:80", NULL);
    given_memfd(given, server, 7, "/memfd:x (deleted)");
    given_map(given, server, "rwxp", 4096, "/opt/app/lib/x.so");
    given_seal(given);
}

static void finds_who_has_it(void **state)
{
    static const struct {
        const char *asked;
        bool is_shell, is_server;
    } cases[] = {
        {":4444",             true,  false},
        {" :50000 ",          true,  false},
        {":80",               false, true },
        {":443",              false, false},
        {"10.0.0.9",          true,  false},
        {"10.0.0.9:4444",     true,  false},
        {"10.0.0.9:4445",     false, false},
        {"10.0.0",            false, false},
        {"/usr/bin/dash",     true,  false},
        {"/usr/bin/das",      false, false},
        {"/usr",              true,  false},
        {"/var/tmp",          true,  false},
        {"/opt/app/lib/x.so", false, true },
        {"/opt/app",          false, true },
        {"/memfd:x",          false, true },
        {"/",                 true,  true },
        {"8123",              true,  false},
        {"777",               false, true },
        {"0",                 false, false},
        {"99999",             false, false},
    };
    struct given given;

    (void)state;
    build(&given);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row row = {.snapshot = &given.snapshot, .relations = given.relations};
        struct who who;

        assert_null(who_parse(cases[i].asked, &who));
        row.process = &given.snapshot.processes[0];
        if (who_matches(&who, &row) != cases[i].is_shell)
            fail_msg("\"%s\" and the shell", cases[i].asked);
        row.process = &given.snapshot.processes[1];
        if (who_matches(&who, &row) != cases[i].is_server)
            fail_msg("\"%s\" and the server", cases[i].asked);
    }
    given_release(&given);
}

/* Which stand around it where a port follows. */
static void an_address_of_ipv6_needs_no_brackets(void **state)
{
    static const char *const right[] = {"::1", "[::1]", "[::1]:4444"};
    static const char *const wrong[] = {"::2", "[::1]:4445", "::1:4444"};
    struct given given;
    struct who who;

    (void)state;
    build(&given);
    struct socket *socket = (struct socket *)&given.snapshot.sockets[0];
    assert_int_equal(socket->remote_port, 4444);
    socket->family = AF_INET6;
    memset(socket->remote, 0, sizeof socket->remote);
    socket->remote[15] = 1;
    const struct row row = {.snapshot = &given.snapshot,
                            .relations = given.relations,
                            .process = &given.snapshot.processes[0]};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        assert_null(who_parse(right[i], &who));
        if (!who_matches(&who, &row))
            fail_msg("nobody has %s", right[i]);
        assert_null(who_parse(wrong[i], &who));
        if (who_matches(&who, &row))
            fail_msg("somebody has %s", wrong[i]);
    }
    given_release(&given);
}

static void knows_of_whom_it_cannot_tell(void **state)
{
    struct process process = {0};
    struct who port, inode;

    (void)state;
    assert_null(who_parse(":22", &port));
    assert_null(who_parse("777", &inode));
    memset(process.facts, FACT_KNOWN, sizeof process.facts);
    assert_true(who_is_known(&port, &process));
    process.facts[FACT_DESCRIPTORS] = FACT_DENIED;
    assert_false(who_is_known(&port, &process));
    assert_false(who_is_known(&inode, &process));
    process.flags = PROCESS_PF_KTHREAD;
    assert_true(who_is_known(&port, &process));
}

static void refuses_what_it_does_not_understand(void **state)
{
    static const char *const wrong[] = {"", "   ", ":0", ":70000", "nginx", "-5"};
    struct who who = {.kind = WHO_ANYBODY};
    char endless[WHO_TEXT_SIZE + 10];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!who_parse(wrong[i], &who))
            fail_msg("\"%s\" was taken", wrong[i]);
    memset(endless, 'a', sizeof endless - 1);
    endless[0] = '/';
    endless[sizeof endless - 1] = '\0';
    assert_non_null(who_parse(endless, &who));
    assert_int_equal(who.kind, WHO_ANYBODY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_who_has_it),
        cmocka_unit_test(an_address_of_ipv6_needs_no_brackets),
        cmocka_unit_test(knows_of_whom_it_cannot_tell),
        cmocka_unit_test(refuses_what_it_does_not_understand),
    };

    return cmocka_run_group_tests_name("view/who", tests, NULL, NULL);
}
