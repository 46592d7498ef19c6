/* SPDX-License-Identifier: MIT */
/* What was built is what is found. */
#include "tests/unit/model/example.h"

static void opens_what_it_sealed(void **state)
{
    (void)state;
    struct snapshot snapshot;
    void *block = open_example(&snapshot);

    assert_int_equal(snapshot.process_count, 3);
    assert_int_equal(snapshot.processes[0].pid, 1);
    assert_int_equal(snapshot.processes[2].pid, 42);
    assert_int_equal(snapshot.map_count, 1);
    assert_string_equal(snapshot_string(&snapshot, snapshot.notes[0].text),
                        "something to know");
    assert_string_equal(snapshot_string(&snapshot, snapshot.header->host), "host");
    assert_int_equal(snapshot.processes[0].cmdline.length, 8);

    assert_ptr_equal(snapshot_find(&snapshot, 7), &snapshot.processes[1]);
    assert_null(snapshot_find(&snapshot, 8));
    assert_ptr_equal(snapshot_find_identity(&snapshot, 7, 700), &snapshot.processes[1]);
    assert_null(snapshot_find_identity(&snapshot, 7, 701));
    assert_true(snapshot_age(&snapshot, &snapshot.processes[0]) == 59.0);
    free(block);
}

static void opens_a_closer_look(void **state)
{
    (void)state;
    struct snapshot snapshot;
    void *block = open_example(&snapshot);

    assert_non_null(snapshot.closer);
    assert_int_equal(snapshot.closer->pid, 42);
    assert_string_equal(snapshot_string(&snapshot, snapshot.closer->root), "/");
    assert_int_equal(snapshot.variable_count, 1);
    assert_string_equal(snapshot_string(&snapshot, snapshot.variables[0].value), "/root");
    assert_int_equal(snapshot_opening(&snapshot, 7)->position, 9);
    assert_null(snapshot_opening(&snapshot, 3));
    free(block);
}

static void finds_the_threads_of_a_process(void **state)
{
    static const int32_t threads[][2] = {
        {42, 44},
        {7,  9 },
        {42, 43}
    };
    struct snapshot_builder *builder = example();
    struct snapshot snapshot;
    const char *reason = NULL;
    size_t count, size;
    (void)state;

    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++)
        snapshot_builder_add_thread(
            builder, &(struct thread){.pid = threads[i][0], .tid = threads[i][1]});
    void *block = block_of(builder, &size);
    assert_true(snapshot_open(block, size, &snapshot, &reason));
    const struct thread *found = snapshot_threads(&snapshot, 42, &count);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].tid, 43);
    assert_int_equal(found[1].tid, 44);
    snapshot_threads(&snapshot, 8, &count);
    assert_int_equal(count, 0);
    snapshot_threads(&snapshot, INT32_MAX, &count);
    assert_int_equal(count, 0);

    struct thread *written = (struct thread *)(uintptr_t)snapshot.threads;
    written[2].cpu_percent = __builtin_nanf("");
    assert_false(snapshot_open(block, size, &snapshot, &reason));
    assert_string_equal(reason, "impossible CPU share");
    written[2].cpu_percent = 0;
    written[2].tid = written[1].tid;
    assert_false(snapshot_open(block, size, &snapshot, &reason));
    assert_string_equal(reason, "threads out of order");
    free(block);
}

static void shares_equal_strings(void **state)
{
    (void)state;
    struct snapshot snapshot;
    void *block = open_example(&snapshot);

    assert_int_equal(snapshot.processes[0].comm.offset, snapshot.processes[1].comm.offset);
    assert_int_not_equal(snapshot.processes[0].comm.offset,
                         snapshot.processes[0].cmdline.offset);
    free(block);
}

static void interns_more_strings_than_its_first_table_holds(void **state)
{
    (void)state;
    struct snapshot_builder *builder = snapshot_builder_new();
    struct text_ref refs[10000];
    char text[32];

    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "string %d", i);
        refs[i] = snapshot_builder_text(builder, span_of_string(text));
    }
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "string %d", i);
        assert_int_equal(snapshot_builder_text(builder, span_of_string(text)).offset,
                         refs[i].offset);
    }
    snapshot_builder_free(builder);
}

/* A connection on a port that is listened on came in; others went out. */
static void tells_outbound_from_inbound(void **state)
{
    (void)state;
    struct snapshot snapshot;
    void *block = open_example(&snapshot);

    assert_int_equal(snapshot.sockets[0].inode, 11);
    assert_true(snapshot.sockets[0].flags & SOCKET_IS_OUTBOUND);
    assert_false(snapshot.sockets[1].flags & SOCKET_IS_OUTBOUND);
    assert_false(snapshot.sockets[2].flags & SOCKET_IS_OUTBOUND);
    free(block);
}

/* Nothing says that UDP listens but that it has a port and nobody at the other end. */
static void knows_who_listens_in_each_namespace(void **state)
{
    static const struct {
        enum socket_state state;
        uint16_t local_port, remote_port;
        uint64_t ns_net;
        bool is_outbound;
    } sockets[] = {
        {SOCKET_CLOSE,       53,    0,    0, false},
        {SOCKET_ESTABLISHED, 53,    5000, 0, false},
        {SOCKET_ESTABLISHED, 40000, 53,   0, true },
        {SOCKET_ESTABLISHED, 53,    5000, 7, true },
    };
    struct snapshot_builder *builder = example();
    struct snapshot snapshot;
    const char *reason;
    size_t size;
    (void)state;

    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
        snapshot_builder_add_socket(builder, &(struct socket){
                                                 .inode = i + 1,
                                                 .family = AF_INET6,
                                                 .protocol = IPPROTO_UDP,
                                                 .state = (uint8_t)sockets[i].state,
                                                 .local_port = sockets[i].local_port,
                                                 .remote_port = sockets[i].remote_port,
                                                 .ns_net = sockets[i].ns_net,
                                             });
    void *block = block_of(builder, &size);
    assert_true(snapshot_open(block, size, &snapshot, &reason));
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
        assert_int_equal(snapshot.sockets[i].flags & SOCKET_IS_OUTBOUND,
                         sockets[i].is_outbound);
    free(block);
}

static void is_empty_after_clear(void **state)
{
    (void)state;
    struct snapshot_builder *builder = example();
    struct snapshot snapshot;
    const char *reason;
    size_t size;

    snapshot_builder_clear(builder);
    struct snapshot_header *header = snapshot_builder_header(builder);
    header->ticks_per_second = header->cpus = header->page_size = 1;
    void *block = block_of(builder, &size);
    assert_true(snapshot_open(block, size, &snapshot, &reason));
    for (unsigned section = 0; section < SECTION_STRINGS; section++)
        assert_int_equal(snapshot.header->sections[section].count, 0);
    assert_string_equal(snapshot_string(&snapshot, snapshot.header->host), "");
    assert_int_equal(snapshot.strings_size, 1);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_it_sealed),
        cmocka_unit_test(opens_a_closer_look),
        cmocka_unit_test(finds_the_threads_of_a_process),
        cmocka_unit_test(shares_equal_strings),
        cmocka_unit_test(interns_more_strings_than_its_first_table_holds),
        cmocka_unit_test(tells_outbound_from_inbound),
        cmocka_unit_test(knows_who_listens_in_each_namespace),
        cmocka_unit_test(is_empty_after_clear),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
