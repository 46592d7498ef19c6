/* SPDX-License-Identifier: MIT */
#include "response/dump_memory.h"

#include "tests/support/test.h"

static void takes_kinds_and_addresses(void **state)
{
    (void)state;
    struct dump_memory memory;

    assert_null(dump_memory_parse("odd,heap,7f00,0x1000", &memory));
    assert_int_equal(memory.kinds, DUMP_MEMORY_ODD | DUMP_MEMORY_HEAP);
    assert_int_equal(memory.address_count, 2);
    assert_int_equal(memory.addresses[0], 0x7f00);
    assert_int_equal(memory.addresses[1], 0x1000);
}

static void refuses_what_names_no_memory(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", ",", "odd,,heap", "0x", "xyz", "12 odd", "heap ", "7f00-8000", "1,2,3,4,5,6,7,8,9"};
    struct dump_memory memory = {.kinds = 77};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!dump_memory_parse(wrong[i], &memory))
            fail_msg("takes \"%s\"", wrong[i]);
    assert_null(dump_memory_parse("1,2,3,4,5,6,7,8", &memory));
}

static void chooses_by_what_the_line_says(void **state)
{
    (void)state;
    enum {
        ODD = DUMP_MEMORY_ODD,
        CODE = DUMP_MEMORY_CODE,
        HEAP = DUMP_MEMORY_HEAP,
        STACK = DUMP_MEMORY_STACK,
        ALL = DUMP_MEMORY_ALL,
    };
    /* clang-format off */
    static const struct {
        const char *line;
        uint32_t kinds; /* that have it */
    } cases[] = {
        {"1000-2000 r-xp 00000000 08:01 5       /bin/sh",             CODE | ALL},
        {"1000-2000 r-xp 00000000 08:01 5       /bin/sh (deleted)",   ODD | CODE | ALL},
        {"1000-2000 r-xp 00000000 00:01 5       /memfd:x (deleted)",  ODD | CODE | ALL},
        {"1000-2000 rwxp 00000000 00:00 0 ",                          ODD | CODE | ALL},
        {"1000-2000 rw-p 00000000 00:00 0       [heap]",              HEAP | ALL},
        {"1000-2000 rwxp 00000000 00:00 0       [stack]",             STACK | ODD | CODE | ALL},
        {"1000-2000 ---p 00000000 00:00 0 ",                          0},
        {"1000-2000 r-xp 00000000 00:00 0       [vdso]",              0},
        {"1000-2000 r--p 00000000 00:00 0       [vvar_vclock]",       0},
        {"1000-2000 r--p 00000000 08:01 5       /x [heap]",           ALL},
    };
    /* clang-format on */
    static const uint32_t kinds[] = {ODD, CODE, HEAP, STACK, ALL};
    const struct dump_memory inside = {.address_count = 1, .addresses = {0x1fff}};
    const struct dump_memory behind = {.address_count = 1, .addresses = {0x2000}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory_map map;
        assert_true(memory_map_parse(span_of_string(cases[i].line), &map));
        for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
            const struct dump_memory memory = {.kinds = kinds[kind]};
            if (dump_memory_wants(&memory, &map) != !!(cases[i].kinds & kinds[kind]))
                fail_msg("%s: kind %u", cases[i].line, kinds[kind]);
        }
        assert_true(dump_memory_wants(&inside, &map));
        assert_false(dump_memory_wants(&behind, &map));
    }
}

static void refuses_every_truncation(void **state)
{
    (void)state;
    static const char line[] = "7f01-7f02 r-xp 00000000 08:01 5 /x";
    struct memory_map map;

    for (size_t length = 0; length < sizeof "7f01-7f02 r-xp 00000000 08:01" - 1; length++)
        assert_false(memory_map_parse(span_of(line, length), &map));
    assert_false(memory_map_parse(span_of_string("7f02-7f01 r-xp 0 0 0 /x"), &map));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_kinds_and_addresses),
        cmocka_unit_test(refuses_what_names_no_memory),
        cmocka_unit_test(chooses_by_what_the_line_says),
        cmocka_unit_test(refuses_every_truncation),
    };

    return cmocka_run_group_tests_name("dump_memory", tests, NULL, NULL);
}
