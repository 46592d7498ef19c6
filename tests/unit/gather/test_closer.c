/* SPDX-License-Identifier: MIT */
/* What a closer look reads: its formats, headers of programs, and the live kernel. */
#include "tests/support/alone.h"
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <elf.h>
#include <pthread.h>
#include <sys/resource.h>

#include "gather/elf.h"
#include "gather/parse.h"

static const char security_text[] = "Name:\tsshd\nUmask:\t0027\nGroups:\t4 24 1000 \n"
                                    "CapInh:\t0000000000000001\nCapBnd:\t000001ffffffffff\n"
                                    "NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t3\n";

static void takes_what_status_says_of_security(void **state)
{
    struct process_security security;
    (void)state;

    assert_true(parse_security(span_of_string(security_text), &security));
    assert_int_equal(security.umask, 027);
    assert_int_equal(security.group_count, 3);
    assert_int_equal(security.groups[2], 1000);
    assert_int_equal(security.cap_inheritable, 1);
    assert_int_equal(security.cap_bounding, 0x1ffffffffff);
    assert_int_equal(security.seccomp_filters, 3);
    assert_false(parse_security(span_of_string("CapInh:\t1\n"), &security));
    assert_false(parse_security(span_of_string("CapInh:\tx\nCapBnd:\t1\n"), &security));
}

static void counts_more_groups_than_it_keeps(void **state)
{
    struct process_security security;
    struct strbuf text = {0};
    (void)state;

    strbuf_add_string(&text, "Groups:\t");
    for (int i = 0; i < 100; i++)
        strbuf_add_format(&text, "%d ", i);
    strbuf_add_string(&text, "\nCapInh:\t0\nCapBnd:\t0\n");
    assert_true(parse_security(strbuf_span(&text), &security));
    assert_int_equal(security.group_count, 100);
    assert_int_equal(security.groups[CLOSER_GROUPS_MAX - 1], CLOSER_GROUPS_MAX - 1);
    strbuf_release(&text);
}

static void takes_limits_by_their_columns(void **state)
{
    struct limit_line limit;
    (void)state;

    assert_true(parse_limit(
        span_of_string("Max open files            1024                 1048576              "
                       "files     "),
        &limit));
    assert_true(span_equals(limit.name, "Max open files"));
    assert_true(span_equals(limit.soft, "1024"));
    assert_true(span_equals(limit.hard, "1048576"));
    assert_true(span_equals(limit.unit, "files"));
    assert_true(parse_limit(span_of_string("Max nice priority         0                    "
                                           "0                    "),
                            &limit));
    assert_true(span_equals(limit.unit, ""));
    assert_false(parse_limit(span_of_string("Max cpu time"), &limit));
    assert_false(parse_limit(span_of_string("Max cpu time              unlimited"), &limit));
}

static void takes_flags_in_octal(void **state)
{
    struct opening opening = {.fd = 5};
    (void)state;

    assert_true(
        parse_fdinfo(span_of_string("pos:\t77\nflags:\t02100002\nmnt_id:\t9\n"), &opening));
    assert_int_equal(opening.fd, 5);
    assert_int_equal(opening.position, 77);
    assert_int_equal(opening.flags, 02100002);
    assert_false(parse_fdinfo(span_of_string("pos:\t77\nflags:\t9\n"), &opening));
    assert_false(parse_fdinfo(span_of_string("flags:\t1\n"), &opening));
    assert_false(parse_fdinfo(span_of_string("pos:\t1\nflags:\t77777777777777\n"), &opening));
}

struct bytes {
    unsigned char at[4096];
    size_t size;
};

static bool read_bytes(const void *context, uint64_t offset, void *ret_bytes, size_t size)
{
    const struct bytes *bytes = context;

    if (offset > bytes->size || size > bytes->size - offset)
        return false;
    memcpy(ret_bytes, bytes->at + offset, size);
    return true;
}

static void load_seed(const char *name, struct bytes *ret_bytes)
{
    const char *source = getenv("srcdir");
    char path[512];

    snprintf(path, sizeof path, "%s/tests/fuzz/seeds/elf/%s", source ? source : ".", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    ret_bytes->size = fread(ret_bytes->at, 1, sizeof ret_bytes->at, file);
    fclose(file);
}

static bool read_elf(const struct bytes *bytes, struct elf_facts *ret_facts)
{
    const struct elf_source source = {read_bytes, bytes};

    return elf_read(&source, ret_facts);
}

static void reads_both_classes_and_byte_orders(void **state)
{
    struct bytes bytes;
    struct elf_facts facts;
    (void)state;

    load_seed("amd64", &bytes);
    assert_true(read_elf(&bytes, &facts));
    assert_int_equal(facts.type, ET_DYN);
    assert_int_equal(facts.machine, EM_X86_64);
    assert_int_equal(facts.needed, 2);
    assert_int_equal(facts.build_id_length, 20);
    assert_int_equal(facts.build_id[19], 19);
    assert_string_equal(facts.interpreter, "/lib64/ld-linux-x86-64.so.2");
    assert_int_equal(facts.flags, ELF_IS_64_BIT | ELF_HAS_INTERPRETER | ELF_IS_DYNAMIC |
                                      ELF_HAS_SECTIONS | ELF_HAS_SYMBOLS |
                                      ELF_HAS_STACK_EXECUTABLE | ELF_HAS_RELRO | ELF_BINDS_NOW);
    load_seed("mips", &bytes);
    assert_true(read_elf(&bytes, &facts));
    assert_int_equal(facts.machine, EM_MIPS);
    assert_int_equal(facts.flags, ELF_IS_BIG_ENDIAN | ELF_HAS_WRITABLE_CODE);
}

static void survives_every_cut_and_every_byte(void **state)
{
    struct bytes bytes, cut;
    struct elf_facts facts;
    (void)state;

    load_seed("amd64", &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        cut = bytes;
        cut.size = size;
        assert_int_equal(read_elf(&cut, &facts), size >= sizeof(Elf64_Ehdr));
    }
    for (size_t at = 0; at < bytes.size; at++)
        for (int value = 0; value < 256; value += 5) {
            cut = bytes;
            cut.at[at] = (unsigned char)value;
            if (read_elf(&cut, &facts))
                assert_int_equal(facts.interpreter[ELF_INTERPRETER_SIZE - 1], 0);
        }
}

/* Two threads, a file open for appending, a limit, and a variable. */
static void run_subject(const void *argument, int ready)
{
    const struct rlimit limit = {77, 99};
    pthread_t thread;
    (void)argument;

    if (open("/dev/null", O_WRONLY | O_APPEND) < 0 || setrlimit(RLIMIT_NOFILE, &limit) < 0 ||
        pthread_create(&thread, NULL, child_thread_rest, NULL) != 0)
        _exit(1);
    child_ready(ready);
}

static const struct limit *find_limit(const struct snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->limit_count; i++)
        if (strcmp(snapshot_string(snapshot, snapshot->limits[i].name), name) == 0)
            return &snapshot->limits[i];
    return NULL;
}

static bool has_variable(const struct snapshot *snapshot, const char *name, const char *value)
{
    for (size_t i = 0; i < snapshot->variable_count; i++)
        if (strcmp(snapshot_string(snapshot, snapshot->variables[i].name), name) == 0 &&
            strcmp(snapshot_string(snapshot, snapshot->variables[i].value), value) == 0)
            return true;
    return false;
}

static bool has_appending(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->opening_count; i++)
        if (snapshot->openings[i].flags & O_APPEND &&
            (snapshot->openings[i].flags & O_ACCMODE) == O_WRONLY)
            return true;
    return false;
}

static void looks_closer_at_a_live_process(void **state)
{
    struct gather *gather = fixture_gatherer(&(struct gather_options){0});
    struct snapshot snapshot;
    (void)state;

    pid_t pid = child_start(run_subject, NULL);
    const struct gather_request request = {.wanted = FACT_ALL & ~FACT_BIT(FACT_SHA256),
                                           .focus_pid = pid};
    void *block = fixture_gather(gather, &request, &snapshot);
    const struct closer *closer = snapshot.closer;

    assert_non_null(closer);
    assert_int_equal(closer->pid, pid);
    assert_int_equal(closer->states[CLOSER_THREADS], FACT_KNOWN);
    assert_int_equal(closer->thread_count, 2);
    assert_int_equal(snapshot.thread_count, 2);
    assert_string_equal(
        snapshot_string(&snapshot, find_limit(&snapshot, "Max open files")->soft), "77");
    assert_int_equal(closer->states[CLOSER_VARIABLES], FACT_KNOWN);
    assert_true(has_variable(&snapshot, "PATH", getenv("PATH")));
    assert_true(has_appending(&snapshot));
    assert_int_equal(closer->states[CLOSER_SECURITY], FACT_KNOWN);
    assert_true(closer->ns_uts != 0);
    assert_string_equal(snapshot_string(&snapshot, closer->root), "/");
    /* Nobody here to look into files. */
    assert_int_equal(closer->states[CLOSER_PROGRAM], FACT_NOT_ASKED);
    free(block);

    /* Of everybody, nobody is looked at closer. */
    const struct gather_request all = {.wanted = FACT_BIT(FACT_STAT)};
    block = fixture_gather(gather, &all, &snapshot);
    assert_null(snapshot.closer);
    assert_int_equal(snapshot.variable_count, 0);
    free(block);
    gather_free(gather);
    child_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_status_says_of_security),
        cmocka_unit_test(counts_more_groups_than_it_keeps),
        cmocka_unit_test(takes_limits_by_their_columns),
        cmocka_unit_test(takes_flags_in_octal),
        cmocka_unit_test(reads_both_classes_and_byte_orders),
        cmocka_unit_test(survives_every_cut_and_every_byte),
        cmocka_unit_test(looks_closer_at_a_live_process),
    };

    alone_begin();
    return cmocka_run_group_tests_name("closer", tests, NULL, NULL);
}
