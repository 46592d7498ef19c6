/* SPDX-License-Identifier: MIT */
/* arena and strbuf: the two ways to hold what grows. */
#include "base/arena.h"
#include "base/strbuf.h"
#include "tests/support/test.h"

static void arena_memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint64_t *previous = NULL;

    for (size_t i = 1; i <= 2000; i++) {
        char *bytes = arena_alloc(&arena, 1, 1, i % 97);
        uint64_t *number = arena_new(&arena, uint64_t, 1);

        assert_int_equal((uintptr_t)number % alignof(uint64_t), 0);
        assert_int_equal(*number, 0);
        *number = UINT64_MAX;
        memset(bytes, 0xff, i % 97);
        if (previous)
            assert_true(*previous == UINT64_MAX);
        previous = number;
    }
    arena_release(&arena);
}

static void arena_reuses_its_memory_after_clear(void **state)
{
    (void)state;
    struct arena arena = {0};
    char *first = arena_alloc(&arena, 1, 1, 100000);

    memset(first, 0xff, 100000);
    arena_clear(&arena);
    char *again = arena_alloc(&arena, 1, 1, 100000);
    assert_ptr_equal(first, again);
    assert_int_equal(again[99999], 0);
    arena_release(&arena);
}

static void arena_copies_text_with_nul_inside(void **state)
{
    (void)state;
    struct arena arena = {0};
    const char *copy = arena_copy(&arena, span_of("a\0b", 3));

    assert_memory_equal(copy, "a\0b", 4);
    assert_string_equal(arena_format(&arena, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_format(&arena, "%s", ""), "");
    arena_release(&arena);
}

static void strbuf_is_always_a_string(void **state)
{
    (void)state;
    struct strbuf buffer = {0};

    assert_string_equal(strbuf_string(&buffer), "");
    strbuf_truncate(&buffer, 0);
    strbuf_add_string(&buffer, "ab");
    strbuf_add_char(&buffer, 'c');
    strbuf_add_repeated(&buffer, '-', 3);
    strbuf_add_format(&buffer, "%05d", 42);
    strbuf_add(&buffer, "\0x", 2);
    assert_int_equal(buffer.length, 13);
    assert_memory_equal(buffer.bytes, "abc---00042\0x", 14);
    strbuf_truncate(&buffer, 3);
    assert_string_equal(strbuf_string(&buffer), "abc");
    strbuf_truncate(&buffer, 99);
    assert_int_equal(buffer.length, 3);
    strbuf_set_string(&buffer, "xy");
    assert_string_equal(strbuf_string(&buffer), "xy");
    strbuf_clear(&buffer);
    assert_string_equal(strbuf_string(&buffer), "");
    strbuf_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(arena_reuses_its_memory_after_clear),
        cmocka_unit_test(arena_copies_text_with_nul_inside),
        cmocka_unit_test(strbuf_is_always_a_string),
    };

    return cmocka_run_group_tests_name("buffers", tests, NULL, NULL);
}
