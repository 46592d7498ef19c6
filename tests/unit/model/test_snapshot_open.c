/* SPDX-License-Identifier: MIT */
/* Who wrote a block may be hostile: it is refused, or safe to walk. */
#include "base/problem.h"
#include "tests/unit/model/example.h"

/* A member of the block, what a hostile writer puts there, and why the block is refused;
 * NULL: it is not. */
#define CHANGED(member, value, reason)                                                  \
    {                                                                                   \
        &(member), &(__typeof__(member)){value}, sizeof(member), (const char *)(reason) \
    }

static void believes_no_member_unchecked(void **state)
{
    struct snapshot snapshot, ignored;
    char *block = open_example(&snapshot);
    size_t size = snapshot.header->size;
    struct snapshot_header *header = (void *)block;
    struct process *processes = (struct process *)snapshot.processes;
    struct descriptor *descriptors = (struct descriptor *)snapshot.descriptors;
    struct socket *sockets = (struct socket *)snapshot.sockets;
    struct note *notes = (struct note *)snapshot.notes;
    struct hidden_process *hidden = (struct hidden_process *)snapshot.hidden;
    struct closer *closer = (struct closer *)snapshot.closer;
    struct variable *variables = (struct variable *)snapshot.variables;
    struct opening *openings = (struct opening *)snapshot.openings;
    const struct {
        void *member;
        const void *value;
        size_t size;
        const char *reason;
    } cases[] = {
        CHANGED(header->magic[7], 'X', "not a procwatch snapshot"),
        CHANGED(header->version, SNAPSHOT_VERSION + 1, "a snapshot of another version"),
        CHANGED(header->header_size, 8, "a snapshot of another build"),
        CHANGED(header->item_sizes[SECTION_STRINGS], 2, "a snapshot of another build"),
        CHANGED(header->size, size - 8, "a snapshot cut short"),
        CHANGED(header->ticks_per_second, 0, "impossible machine facts"),
        CHANGED(header->cpus, 0, "impossible machine facts"),
        CHANGED(header->page_size, 0, "impossible machine facts"),
        CHANGED(header->sections[SECTION_MAPS].offset, 0, "misplaced section"),
        CHANGED(header->sections[SECTION_MAPS].offset, size - 4, "misplaced section"),
        CHANGED(header->sections[SECTION_MAPS].offset, size, "section beyond the end"),
        CHANGED(header->sections[SECTION_MAPS].count, UINT64_MAX, "section beyond the end"),
        CHANGED(header->host.offset, UINT32_MAX, "text beyond the string pool"),
        CHANGED(processes[0].pid, 0, "processes out of order"),
        CHANGED(processes[1].pid, 1, "processes out of order"),
        CHANGED(processes[0].facts[FACT_ROOT], FACT_STATE_COUNT, "unknown fact state"),
        CHANGED(processes[2].maps.first, 1, "list beyond its array"),
        CHANGED(processes[0].maps.count, 1, "list beyond its array"), /* another's */
        CHANGED(processes[0].descriptors.count, UINT32_MAX, "list beyond its array"),
        CHANGED(processes[0].cpu_percent, __builtin_nanf(""), "impossible CPU share"),
        CHANGED(processes[0].cpu_percent, -1, "impossible CPU share"),
        CHANGED(processes[0].cpu_percent, 1e9F, NULL),
        CHANGED(processes[0].child_fault_rate, __builtin_nanf(""), "impossible fault rate"),
        CHANGED(processes[0].child_fault_rate, __builtin_inff(), "impossible fault rate"),
        CHANGED(processes[0].child_fault_rate, -1, "impossible fault rate"),
        CHANGED(processes[0].comm.length, processes[0].comm.length - 1,
                "text beyond the string pool"),
        CHANGED(descriptors[0].kind, DESCRIPTOR_ANONYMOUS, NULL),
        CHANGED(descriptors[0].kind, DESCRIPTOR_ANONYMOUS + 1, "bad descriptor"),
        CHANGED(sockets[1].inode, sockets[0].inode, NULL),
        CHANGED(sockets[1].inode, sockets[0].inode - 1, "sockets out of order"),
        CHANGED(notes[0].level, PROBLEM_ERROR, NULL),
        CHANGED(notes[0].level, PROBLEM_ERROR + 1, "bad note"),
        CHANGED(hidden[0].how, HIDDEN_HOW_COUNT, "bad hidden process"),
        CHANGED(closer->states[CLOSER_THREADS], FACT_STATE_COUNT, "unknown fact state"),
        CHANGED(closer->elf.interpreter[ELF_INTERPRETER_SIZE - 1], 'x', "bad program facts"),
        CHANGED(closer->elf.build_id_length, ELF_BUILD_ID_MAX + 1, "bad program facts"),
        CHANGED(variables[0].value.offset, UINT32_MAX, "text beyond the string pool"),
        CHANGED(openings[1].fd, openings[0].fd, "descriptors out of order"),
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char saved[64];
        const char *reason = NULL;

        memcpy(saved, cases[i].member, cases[i].size);
        memcpy(cases[i].member, cases[i].value, cases[i].size);
        bool is_good = snapshot_open(block, size, &ignored, &reason);
        memcpy(cases[i].member, saved, cases[i].size);
        if (is_good != !cases[i].reason || (!is_good && strcmp(reason, cases[i].reason) != 0))
            fail_msg("case %zu: %s instead of %s", i, is_good ? "good" : reason,
                     cases[i].reason ? cases[i].reason : "good");
    }
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
        cmocka_unit_test(believes_no_member_unchecked),
        cmocka_unit_test(every_text_of_a_record_is_in_the_table),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(survives_every_changed_byte),
    };

    return cmocka_run_group_tests_name("snapshot_open", tests, NULL, NULL);
}
