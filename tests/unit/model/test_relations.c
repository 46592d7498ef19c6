/* SPDX-License-Identifier: MIT */
#include <netinet/in.h>

#include "model/relations.h"
#include "tests/support/test.h"

struct fixture {
    void *block;
    struct snapshot snapshot;
    struct relations *relations;
};

struct family_member {
    int32_t pid, ppid;
    uint64_t starttime;
};

static void build(struct fixture *fixture, const struct family_member *members, size_t count,
                  const struct descriptor *descriptors, size_t descriptor_count)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    const char *reason = "";

    header->ticks_per_second = header->cpus = header->page_size = 1;
    for (size_t i = 0; i < descriptor_count; i++)
        snapshot_builder_add_descriptor(builder, &descriptors[i]);
    for (size_t i = 0; i < count; i++) {
        struct process process = {
            .pid = members[i].pid,
            .ppid = members[i].ppid,
            .starttime = members[i].starttime,
        };
        /* The first two share the descriptors half and half. */
        if (i < 2)
            process.descriptors = (struct range){(uint32_t)(i * descriptor_count / 2),
                                                 (uint32_t)descriptor_count / 2};
        snapshot_builder_add_process(builder, &process);
    }
    snapshot_builder_add_socket(
        builder, &(struct socket){.inode = 500, .family = AF_INET, .protocol = IPPROTO_TCP});

    size_t size = snapshot_builder_size(builder);
    fixture->block = malloc(size);
    snapshot_builder_seal(builder, fixture->block);
    snapshot_builder_free(builder);
    assert_true(snapshot_open(fixture->block, size, &fixture->snapshot, &reason));
    /* In place: the relations keep the snapshot's address. */
    fixture->relations = relations_new(&fixture->snapshot);
}

static void release(struct fixture *fixture)
{
    relations_free(fixture->relations);
    free(fixture->block);
}

static void walks_up_the_family(void **state)
{
    (void)state;
    static const struct family_member members[] = {
        {1,  0,  1 },
        {10, 1,  50},
        {11, 10, 60},
        {12, 10, 61},
        {13, 1,  70}
    };
    struct fixture fixture;

    build(&fixture, members, 5, NULL, 0);
    const struct snapshot *snapshot = &fixture.snapshot;
    const struct process *init = snapshot_find(snapshot, 1);
    const struct process *shell = snapshot_find(snapshot, 10);
    const struct process *child = snapshot_find(snapshot, 12);

    assert_ptr_equal(relations_parent(fixture.relations, child), shell);
    assert_null(relations_parent(fixture.relations, init));
    assert_true(relations_is_ancestor(fixture.relations, init, child));
    assert_false(relations_is_ancestor(fixture.relations, child, init));
    assert_false(relations_is_ancestor(fixture.relations, child, child));

    struct range children = fixture.relations->children[shell - snapshot->processes];
    assert_int_equal(children.count, 2);
    assert_int_equal(snapshot->processes[fixture.relations->child_list[children.first + 1]].pid,
                     12);
    release(&fixture);
}

/* A parent that is younger than its child is another process with its pid. */
static void does_not_believe_a_younger_parent(void **state)
{
    (void)state;
    static const struct family_member members[] = {
        {10, 20, 50},
        {20, 10, 50},
        {30, 20, 40}
    };
    struct fixture fixture;

    build(&fixture, members, 3, NULL, 0);
    const struct snapshot *snapshot = &fixture.snapshot;

    assert_null(relations_parent(fixture.relations, snapshot_find(snapshot, 10)));
    assert_ptr_equal(relations_parent(fixture.relations, snapshot_find(snapshot, 20)),
                     snapshot_find(snapshot, 10));
    assert_null(relations_parent(fixture.relations, snapshot_find(snapshot, 30)));
    release(&fixture);
}

static void joins_sockets_and_pipes(void **state)
{
    (void)state;
    static const struct family_member members[] = {
        {1, 0, 1},
        {2, 1, 2}
    };
    static const struct descriptor descriptors[] = {
        {.fd = 0, .kind = DESCRIPTOR_SOCKET, .inode = 500},
        {.fd = 1, .kind = DESCRIPTOR_PIPE,   .inode = 900},
        {.fd = 2, .kind = DESCRIPTOR_PTMX,   .inode = 8  },
        {.fd = 3, .kind = DESCRIPTOR_PIPE,   .inode = 900},
        {.fd = 4, .kind = DESCRIPTOR_SOCKET, .inode = 501},
        {.fd = 5, .kind = DESCRIPTOR_SOCKET, .inode = 500},
    };
    struct fixture fixture;

    build(&fixture, members, 2, descriptors, 6);
    struct relations *relations = fixture.relations;
    size_t count;

    assert_int_equal(relations->connections_of[0].count, 1);
    assert_int_equal(relations->connections_of[1].count, 1);
    assert_int_equal(relations->connections[0].fd, 0);

    const struct holder *ends = relations_pipe_holders(relations, 900, &count);
    assert_int_equal(count, 2);
    assert_int_equal(ends[0].process, 0);
    assert_int_equal(ends[1].process, 1);
    assert_null(relations_pipe_holders(relations, 901, &count));
    assert_int_equal(count, 0);

    /* A socket that is in no table is held, but says nothing. */
    ends = relations_socket_holders(relations, 500, &count);
    assert_int_equal(count, 2);
    assert_int_equal(ends[1].fd, 5);
    assert_null(relations_socket_holders(relations, 501, &count));
    ends = relations_master_holders(relations, 8, &count);
    assert_int_equal(count, 1);
    assert_int_equal(ends[0].fd, 2);

    assert_int_equal(relations->descriptor_kinds[0] >> DESCRIPTOR_PTMX & 1, 1);
    assert_int_equal(relations->descriptor_kinds[1] >> DESCRIPTOR_PTMX & 1, 0);
    assert_non_null(relations_socket(relations, 500));
    assert_null(relations_socket(relations, 499));
    release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_up_the_family),
        cmocka_unit_test(does_not_believe_a_younger_parent),
        cmocka_unit_test(joins_sockets_and_pipes),
    };

    return cmocka_run_group_tests_name("relations", tests, NULL, NULL);
}
