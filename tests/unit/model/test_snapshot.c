/* SPDX-License-Identifier: MIT */
#include <netinet/in.h>

#include "model/snapshot.h"
#include "tests/support/block.h"
#include "tests/support/test.h"

static void add_socket(struct snapshot_builder *builder, uint64_t inode,
                       enum socket_state state, uint16_t local_port, uint16_t remote_port)
{
    snapshot_builder_add_socket(builder, &(struct socket){
                                             .inode = inode,
                                             .family = AF_INET,
                                             .protocol = IPPROTO_TCP,
                                             .state = (uint8_t)state,
                                             .local_port = local_port,
                                             .remote_port = remote_port,
                                             .local = {127, 0, 0, 1},
                                             .remote = {127, 0, 0, 1},
    });
}

/* Three processes out of order, a map, a descriptor, sockets and a note. */
static struct snapshot_builder *example(void)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);
    static const int32_t pids[] = {42, 1, 7};

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->uptime_ms = 60000;
    header->host = snapshot_builder_text(builder, span_of_string("host"));
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
        struct process process = {
            .pid = pids[i],
            .starttime = (uint64_t)pids[i] * 100,
            .comm = snapshot_builder_text(builder, span_of_string("sshd")),
            .cmdline = snapshot_builder_text(builder, span_of("sshd\0-D", 8)),
        };

        if (process.pid == 42) {
            struct map map = {.start = 0x1000, .end = 0x2000};
            struct descriptor descriptor = {.kind = DESCRIPTOR_SOCKET, .inode = 11};

            process.maps = (struct range){snapshot_builder_add_map(builder, &map), 1};
            process.descriptors =
                (struct range){snapshot_builder_add_descriptor(builder, &descriptor), 1};
        }
        snapshot_builder_add_process(builder, &process);
    }
    add_socket(builder, 13, SOCKET_ESTABLISHED, 22, 50000);
    add_socket(builder, 11, SOCKET_ESTABLISHED, 40000, 4444);
    add_socket(builder, 12, SOCKET_LISTEN, 22, 0);
    snapshot_builder_add_note(builder, 1, "something to know");
    snapshot_builder_set_closer(
        builder, &(struct closer){.pid = 42,
                                  .root = snapshot_builder_text(builder, span_of_string("/"))});
    snapshot_builder_add_variable(builder, span_of_string("HOME"), span_of_string("/root"));
    snapshot_builder_add_opening(builder, &(struct opening){.fd = 0, .flags = 2});
    snapshot_builder_add_opening(builder, &(struct opening){.fd = 7, .position = 9});
    return builder;
}

/* Returns the block. */
static void *open_example(struct snapshot *ret_snapshot)
{
    size_t size;
    void *block = block_of(example(), &size);
    const char *reason = "";

    if (!snapshot_open(block, size, ret_snapshot, &reason))
        fail_msg("%s", reason);
    return block;
}

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
    size_t size = snapshot.header->size;
    const char *reason;

    assert_non_null(snapshot.closer);
    assert_int_equal(snapshot.closer->pid, 42);
    assert_string_equal(snapshot_string(&snapshot, snapshot.closer->root), "/");
    assert_int_equal(snapshot.variable_count, 1);
    assert_string_equal(snapshot_string(&snapshot, snapshot.variables[0].value), "/root");
    assert_int_equal(snapshot_opening(&snapshot, 7)->position, 9);
    assert_null(snapshot_opening(&snapshot, 3));

    /* Its writer may be hostile: nothing of it is believed unchecked. */
    ((struct closer *)(uintptr_t)snapshot.closer)->states[CLOSER_THREADS] = FACT_STATE_COUNT;
    assert_false(snapshot_open(block, size, &snapshot, &reason));
    ((struct closer *)(uintptr_t)snapshot.closer)->states[CLOSER_THREADS] = FACT_KNOWN;
    ((struct variable *)(uintptr_t)snapshot.variables)->value.offset = UINT32_MAX;
    assert_false(snapshot_open(block, size, &snapshot, &reason));
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

/* Whoever adds a text to a record must say so in the table, or nobody verifies it. */
static void every_text_of_a_record_is_in_the_table(void **state)
{
    static const char *const headers[] = {"process.h", "closer.h", "snapshot.h"};
    static const char *const tables[] = {"snapshot_layout.c", "process.c"};
    const char *source = getenv("srcdir");
    char path[512], line[512], table[16384], name[64], wanted[80];
    (void)state;

    size_t length = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(path, sizeof path, "%s/src/model/%s", source ? source : ".", tables[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        length += fread(table + length, 1, sizeof table - 1 - length, file);
        fclose(file);
    }
    table[length] = '\0';
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        snprintf(path, sizeof path, "%s/src/model/%s", source ? source : ".", headers[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file)) {
            if (strncmp(line, "    ", 4) != 0 ||
                sscanf(line, " struct text_ref %63[a-z_];", name) != 1)
                continue;
            snprintf(wanted, sizeof wanted, ", %s)", name);
            if (!strstr(table, wanted))
                fail_msg("%s of %s is not in snapshot_layout.c", name, headers[i]);
        }
        fclose(file);
    }
}

static void refuses_every_truncation(void **state)
{
    (void)state;
    size_t size;
    char *block = block_of(example(), &size);

    for (size_t length = 0; length < size; length += 8) {
        struct snapshot snapshot = {.process_count = 77};
        const char *reason = NULL;
        /* An allocation of its own, so that a sanitizer sees any overrun. */
        char *copy = malloc(length ? length : 1);

        memcpy(copy, block, length);
        assert_false(snapshot_open(copy, length, &snapshot, &reason));
        assert_non_null(reason);
        assert_int_equal(snapshot.process_count, 77);
        free(copy);
    }
    free(block);
}

/* Walk everything a reader may walk. */
static size_t walk(const struct snapshot *snapshot)
{
    size_t sum = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];

        sum += strlen(snapshot_string(snapshot, process->comm));
        sum += strlen(snapshot_string(snapshot, process->exe));
        sum += span_length(snapshot_span(snapshot, process->cmdline));
        for (uint32_t n = 0; n < process->maps.count; n++)
            sum += snapshot->maps[process->maps.first + n].end;
        for (uint32_t n = 0; n < process->descriptors.count; n++)
            sum += strlen(snapshot_string(
                snapshot, snapshot->descriptors[process->descriptors.first + n].target));
    }
    return sum;
}

/* Whatever byte of a block a hostile writer changes, the block is refused or
 * safe to walk. Meaningful under ASan. */
static void survives_every_changed_byte(void **state)
{
    (void)state;
    size_t size;
    unsigned char *block = block_of(example(), &size);
    static const unsigned char masks[] = {0x01, 0x80, 0xff};
    size_t sum = 0, accepted = 0, refused = 0;

    for (size_t at = 0; at < size; at++) {
        for (size_t m = 0; m < sizeof masks; m++) {
            struct snapshot snapshot;
            const char *reason;

            block[at] ^= masks[m];
            if (snapshot_open(block, size, &snapshot, &reason)) {
                sum += walk(&snapshot);
                accepted++;
            } else {
                refused++;
            }
            block[at] ^= masks[m];
        }
    }
    assert_true(accepted > 0 && refused > 0);
    assert_true(sum > 0);
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
        cmocka_unit_test(is_empty_after_clear),
        cmocka_unit_test(every_text_of_a_record_is_in_the_table),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(survives_every_changed_byte),
    };

    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
