/* SPDX-License-Identifier: MIT */
#include "base/span.h"
#include "tests/support/test.h"

static void reads_numbers_and_refuses_overflow(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        uint64_t value;
        size_t left;
    } cases[] = {
        {"42 x",                 true,  42,         2},
        {"0",                    true,  0,          0},
        {"18446744073709551615", true,  UINT64_MAX, 0},
        {"18446744073709551616", false, 0,          0},
        {"",                     false, 0,          0},
        {"-1",                   false, 0,          0},
        {" 1",                   false, 0,          0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span in = span_of_string(cases[i].text);
        uint64_t value = 7;

        assert_int_equal(span_take_u64(&in, &value), cases[i].is_number);
        assert_int_equal(value, cases[i].is_number ? cases[i].value : 7);
        if (cases[i].is_number)
            assert_int_equal(span_length(in), cases[i].left);
    }
}

static void reads_negative_numbers(void **state)
{
    (void)state;
    struct span in = span_of_string("-9223372036854775808");
    int64_t value;

    assert_true(span_take_i64(&in, &value));
    assert_true(value == INT64_MIN);
    in = span_of_string("9223372036854775808");
    assert_false(span_take_i64(&in, &value));
}

static void finds_the_last_parenthesis(void **state)
{
    (void)state;
    struct span in = span_of_string("(a) b) (c) S 1"), inside;

    assert_true(span_take_enclosed(&in, '(', ')', &inside));
    assert_true(span_equals(inside, "a) b) (c"));
    assert_true(span_equals(in, " S 1"));
    assert_false(span_take_enclosed(&in, '(', ')', &inside));
    assert_true(span_equals(in, " S 1"));
    in = span_of_string("(open");
    assert_false(span_take_enclosed(&in, '(', ')', &inside));
    assert_true(span_equals(inside, "a) b) (c"));
}

static void takes_pieces_with_empty_ones_between(void **state)
{
    (void)state;
    struct span in = span_of("a\0\0b", 4), piece;

    assert_true(span_take_until(&in, '\0', &piece) && span_equals(piece, "a"));
    assert_true(span_take_until(&in, '\0', &piece) && span_equals(piece, ""));
    assert_true(span_take_until(&in, '\0', &piece) && span_equals(piece, "b"));
    assert_false(span_take_until(&in, '\0', &piece));
    in = span_of("a:b c\0:", 7);
    assert_true(span_take_until_any(&in, ": ", &piece) && span_equals(piece, "a"));
    assert_true(span_take_until_any(&in, ": ", &piece) && span_equals(piece, "b"));
    /* NUL is no separator. */
    assert_true(span_take_until_any(&in, ": ", &piece) && span_length(piece) == 2);
    assert_false(span_take_until_any(&in, ": ", &piece));
}

static void takes_what_stands_at_the_ends(void **state)
{
    (void)state;
    struct span in = span_of_string("/bin/x (deleted)");

    assert_true(span_take_end(&in, " (deleted)"));
    assert_true(span_equals(in, "/bin/x"));
    assert_false(span_take_end(&in, " (deleted)"));
    assert_true(span_equals(in, "/bin/x"));
    assert_true(span_take_end(&in, "/bin/x"));
    assert_false(span_take_end(&in, "x"));

    in = span_of("abc", 2);
    assert_false(span_equals(in, "abc"));
    assert_false(span_equals(in, "a"));
    assert_false(span_starts_with(in, "abc"));
    assert_false(span_take_string(&in, "abc"));
    assert_true(span_starts_with(in, ""));
    assert_true(span_take_string(&in, "a") && span_equals(in, "b"));
    assert_true(span_starts_with((struct span){0}, "") && span_equals((struct span){0}, ""));

    assert_true(span_equals(span_trimmed(span_of_string(" \t a b\t")), "a b"));
    assert_true(span_equals(span_trimmed(span_of_string(" \t ")), ""));
}

static void reads_hex(void **state)
{
    (void)state;
    struct span in = span_of_string("0987fFAa-");
    uint64_t value;

    assert_true(span_take_hex(&in, &value));
    assert_int_equal(value, 0x987ffaa);
    assert_true(span_equals(in, "-"));
    assert_false(span_take_hex(&in, &value));
    in = span_of_string("10000000000000000");
    assert_false(span_take_hex(&in, &value));
}

static void reads_octal(void **state)
{
    (void)state;
    struct span in = span_of_string("0100755 8");
    uint64_t value = 7;

    assert_true(span_take_octal(&in, &value));
    assert_int_equal(value, 0100755);
    assert_true(span_equals(in, " 8"));
    assert_false(span_take_octal(&in, &value));
    in = span_of_string("1777777777777777777777");
    assert_true(span_take_octal(&in, &value));
    assert_true(value == UINT64_MAX);
    in = span_of_string("2000000000000000000000");
    assert_false(span_take_octal(&in, &value));
    assert_int_equal(span_length(in), 22);
}

static void takes_words_and_lines(void **state)
{
    (void)state;
    struct span in = span_of_string("a\tb  c\nd"), piece;

    assert_true(span_take_word(&in, &piece) && span_equals(piece, "a"));
    assert_true(span_take_word(&in, &piece) && span_equals(piece, "b"));
    assert_false(span_take_word(&in, &piece)); /* one separator is taken, not two */
    span_skip_blanks(&in);
    assert_true(span_take_line(&in, &piece) && span_equals(piece, "c"));
    assert_true(span_take_line(&in, &piece) && span_equals(piece, "d"));
    assert_false(span_take_line(&in, &piece));
}

static void is_a_number_or_not(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "-1", "1 ", "1x", "18446744073709551616"};
    uint64_t value = 7;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(span_is_u64(span_of_string(texts[i]), &value));
    assert_int_equal(value, 7);
    assert_true(span_is_u64(span_of_string("42"), &value));
    assert_int_equal(value, 42);
}

/* As strings, of which a NUL is one byte more. */
static void orders_spans(void **state)
{
    (void)state;
    const struct span ascending[] = {span_of("", 0),    span_of("\0", 1),   span_of("a", 1),
                                     span_of("a\0", 2), span_of("a\0b", 3), span_of("ab", 2),
                                     span_of("\xff", 1)};
    enum { COUNT = sizeof ascending / sizeof *ascending };

    for (int i = 0; i < COUNT; i++)
        for (int j = 0; j < COUNT; j++) {
            int order = span_compare(ascending[i], ascending[j]);

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(span_equals_span(ascending[i], ascending[j]), i == j);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_numbers_and_refuses_overflow),
        cmocka_unit_test(reads_negative_numbers),
        cmocka_unit_test(finds_the_last_parenthesis),
        cmocka_unit_test(takes_pieces_with_empty_ones_between),
        cmocka_unit_test(takes_what_stands_at_the_ends),
        cmocka_unit_test(reads_hex),
        cmocka_unit_test(reads_octal),
        cmocka_unit_test(takes_words_and_lines),
        cmocka_unit_test(is_a_number_or_not),
        cmocka_unit_test(orders_spans),
    };

    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
