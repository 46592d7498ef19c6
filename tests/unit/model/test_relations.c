/* SPDX-License-Identifier: MIT */
#include "model/relations.h"

#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

static void walks_up_the_family(void **state)
{
    struct given *given = *state;

    given_process(given, 1, 0, "/sbin/init");
    given_process(given, 10, 1, "/bin/sh");
    given_process(given, 11, 10, "/bin/cat");
    given_process(given, 12, 10, "/bin/cat");
    given_process(given, 13, 1, "/sbin/cron");
    given_seal(given);
    const struct snapshot *snapshot = &given->snapshot;
    const struct relations *relations = given->relations;
    const struct process *init = snapshot_find(snapshot, 1);
    const struct process *shell = snapshot_find(snapshot, 10);
    const struct process *child = snapshot_find(snapshot, 12);

    assert_ptr_equal(relations_parent(relations, child), shell);
    assert_null(relations_parent(relations, init));
    assert_true(relations_is_ancestor(relations, init, child));
    assert_false(relations_is_ancestor(relations, child, init));
    assert_false(relations_is_ancestor(relations, child, child));

    struct range children = relations->children[snapshot_index(snapshot, shell)];
    assert_int_equal(children.count, 2);
    assert_int_equal(snapshot->processes[relations->child_list[children.first]].pid, 11);
    assert_int_equal(snapshot->processes[relations->child_list[children.first + 1]].pid, 12);
}

/* A parent that is younger than its child is another process with its pid. */
static void does_not_believe_a_younger_parent(void **state)
{
    struct given *given = *state;

    given_process(given, 10, 20, "/bin/a")->starttime = 50;
    given_process(given, 20, 10, "/bin/b")->starttime = 50;
    given_process(given, 30, 20, "/bin/c")->starttime = 40;
    given_seal(given);
    const struct snapshot *snapshot = &given->snapshot;

    assert_null(relations_parent(given->relations, snapshot_find(snapshot, 10)));
    assert_ptr_equal(relations_parent(given->relations, snapshot_find(snapshot, 20)),
                     snapshot_find(snapshot, 10));
    assert_null(relations_parent(given->relations, snapshot_find(snapshot, 30)));
}

static void assert_holder(const struct holder *holder, uint32_t process, int32_t fd)
{
    assert_int_equal(holder->process, process);
    assert_int_equal(holder->fd, fd);
}

static void joins_what_several_have_open(void **state)
{
    struct given *given = *state;
    const struct process *one = given_process(given, 1, 0, "/bin/a");
    const struct process *two = given_process(given, 2, 1, "/bin/b");
    size_t count;

    given_socket(given, one, 0, "10.0.0.1:40000", "10.0.0.9:443");
    given_same_socket(given, two, 5);
    given_pipe(given, two, 3, 900);
    given_pipe(given, one, 8, 900);
    given_master(given, one, 2, 7);
    given_seal(given);
    const struct relations *relations = given->relations;
    uint64_t inode = given->snapshot.sockets[0].inode;

    const struct holder *ends = relations_pipe_holders(relations, 900, &count);
    assert_int_equal(count, 2);
    assert_holder(&ends[0], 0, 8);
    assert_holder(&ends[1], 1, 3);
    assert_null(relations_master_holders(relations, 900, &count));
    assert_null(relations_socket_holders(relations, 900, &count));
    assert_null(relations_pipe_holders(relations, 901, &count));
    assert_int_equal(count, 0);

    ends = relations_socket_holders(relations, inode, &count);
    assert_int_equal(count, 2);
    assert_holder(&ends[0], 0, 0);
    assert_holder(&ends[1], 1, 5);
    ends = relations_master_holders(relations, 8, &count); /* index + 1 */
    assert_int_equal(count, 1);
    assert_holder(&ends[0], 0, 2);

    assert_int_equal(relations->descriptor_kinds[0] >> DESCRIPTOR_PTMX & 1, 1);
    assert_int_equal(relations->descriptor_kinds[1] >> DESCRIPTOR_PTMX & 1, 0);
    assert_null(relations_socket(relations, inode - 1));
}

static void finds_each_socket(void **state)
{
    enum { COUNT = 9 };
    struct given *given = *state;
    const struct process *process = given_process(given, 1, 0, "/bin/a");

    for (int i = 0; i < COUNT; i++)
        given_socket(given, process, i, "10.0.0.1:40000", "10.0.0.9:443");
    given_seal(given);
    const struct socket *sockets = given->snapshot.sockets;
    for (int i = 0; i < COUNT; i++)
        assert_ptr_equal(relations_socket(given->relations, sockets[i].inode), &sockets[i]);
    assert_null(relations_socket(given->relations, sockets[COUNT - 1].inode + 1));
}

/* What its descriptor says, no table of sockets has. */
static void a_socket_that_nobody_knows_is_no_connection(void **state)
{
    struct given *given = *state;
    const struct process *process = given_process(given, 1, 0, "/bin/a");
    uint32_t connections;
    size_t count;

    given_pipe(given, process, 3, 501);
    given->descriptors[0].descriptor.kind = DESCRIPTOR_SOCKET;
    given_socket(given, process, 4, "10.0.0.1:40000", "10.0.0.9:443");
    given_seal(given);
    const struct connection *first =
        relations_connections(given->relations, given->snapshot.processes, &connections);

    assert_int_equal(connections, 1);
    assert_int_equal(first->fd, 4);
    assert_null(relations_socket_holders(given->relations, 501, &count));
}

static void knows_who_listens_and_who_traces(void **state)
{
    struct given *given = *state;
    const struct process *server = given_process(given, 10, 1, "/bin/server");
    size_t count;

    given_socket(given, server, 3, "10.0.0.1:80", NULL);
    given_socket(given, server, 4, "10.0.0.1:80", "10.0.0.9:5000");
    given_process(given, 20, 1, "/bin/a")->tracer_pid = 10;
    given_process(given, 21, 1, "/bin/b")->tracer_pid = 10;
    given_seal(given);

    const struct holder *listeners = relations_listeners(given->relations, 80, &count);
    assert_int_equal(count, 1);
    assert_holder(listeners, 0, 3);
    assert_null(relations_listeners(given->relations, 5000, &count));
    const struct holder *traced = relations_traced(given->relations, 10, &count);
    assert_int_equal(count, 2);
    assert_holder(&traced[0], 1, -1);
    assert_holder(&traced[1], 2, -1);
    assert_null(relations_traced(given->relations, 20, &count));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(walks_up_the_family),
        CASE(does_not_believe_a_younger_parent),
        CASE(joins_what_several_have_open),
        CASE(finds_each_socket),
        CASE(a_socket_that_nobody_knows_is_no_connection),
        CASE(knows_who_listens_and_who_traces),
    };

    return cmocka_run_group_tests_name("relations", tests, NULL, NULL);
}
