/* SPDX-License-Identifier: MIT */
/* However large or odd it is: read or refused, and soon. */
#include <time.h>

#include "base/strbuf.h"
#include "tests/unit/base/parsed.h"

static void add_nested(struct strbuf *text, size_t depth)
{
    strbuf_add_repeated(text, '[', depth);
    strbuf_add_repeated(text, ']', depth);
}

static void limits_depth(void **state)
{
    (void)state;
    struct strbuf text = {0};

    add_nested(&text, YAML_MAX_DEPTH);
    struct yaml yaml = parse(strbuf_string(&text));
    yaml_release(&yaml);

    strbuf_clear(&text);
    add_nested(&text, YAML_MAX_DEPTH + 1);
    assert_refused(strbuf_string(&text), "f:1:17: nested deeper than 16 levels");

    strbuf_clear(&text);
    strbuf_add_string(&text, "a: &a ");
    add_nested(&text, YAML_MAX_DEPTH - 1);
    strbuf_add_string(&text, "\nb: [*a]\n");
    assert_refused(strbuf_string(&text),
                   "f:2:5: nested deeper than 16 levels through alias *a");
    strbuf_release(&text);
}

/* An alias stands for as many values as its anchor's tree has. */
static void limits_what_aliases_expand_to(void **state)
{
    (void)state;

    for (size_t extra = 0; extra <= 2; extra++) { /* 9,999, 10,000 and 10,001 */
        struct strbuf text = {0};
        struct yaml yaml;
        struct problems problems = {0};

        strbuf_add_string(&text, "a: &a [x,x,x,x,x,x,x,x,x]\ns: &s x\nb: [");
        for (size_t n = 0; n < 999; n++)
            strbuf_add_string(&text, "*a ,");
        for (size_t n = 0; n < 9 + extra; n++)
            strbuf_add_string(&text, "*s ,");
        strbuf_add_string(&text, "]\n");
        bool is_good = yaml_parse(&yaml, "f", text.bytes, text.length, &problems);
        assert_int_equal(is_good, extra < 2);
        if (is_good)
            yaml_release(&yaml);
        problems_release(&problems);
        strbuf_release(&text);
    }
}

static void add_bomb(struct strbuf *text)
{
    strbuf_add_string(text, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
        strbuf_add_format(text, "a%d: &a%d [", i, i);
        for (int n = 0; n < 9; n++)
            strbuf_add_format(text, "*a%d ,", i - 1);
        strbuf_add_string(text, "]\n");
    }
}

static void add_anchors(struct strbuf *text)
{
    for (int i = 0; i < 49000; i++)
        strbuf_add_format(text, "- &a%d x\n", i);
}

static void add_keys(struct strbuf *text)
{
    for (int i = 0; i < 45000; i++)
        strbuf_add_format(text, "k%d: x\n", i);
    strbuf_add_string(text, "<<: {");
    for (int i = 0; i < 3000; i++)
        strbuf_add_format(text, "m%d: x, ", i);
    strbuf_add_string(text, "}\n");
}

static void any_input_costs_little(void **state)
{
    (void)state;
    static const struct {
        void (*add)(struct strbuf *text); /* or: */
        const char *before, *repeated;
        int count;
        bool is_good;
    } cases[] = {
        {add_bomb,    "",    "",   0,                  false},
        {add_anchors, "",    "",   0,                  true },
        {add_keys,    "",    "",   0,                  true },
        {NULL,        "a: ", "x",  YAML_MAX_BYTES - 4, true },
        {NULL,        "",    "[",  200000,             false},
        {NULL,        "[",   "a,", 500000,             false}, /* too many */
        {NULL,        "{",   "a,", 45000,              false}, /* twins */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf text = {0};
        struct yaml yaml;
        struct problems problems = {0};
        clock_t start = clock();

        if (cases[i].add)
            cases[i].add(&text);
        strbuf_add_string(&text, cases[i].before);
        for (int n = 0; n < cases[i].count; n++)
            strbuf_add_string(&text, cases[i].repeated);
        bool is_good = yaml_parse(&yaml, "f", text.bytes, text.length, &problems);
        assert_int_equal(is_good, cases[i].is_good);
        assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
        assert_true(problems.count <= YAML_MAX_DUPLICATES);
        if (is_good)
            yaml_release(&yaml);
        problems_release(&problems);
        strbuf_release(&text);
    }
}

static void refuses_more_than_a_mebibyte(void **state)
{
    (void)state;
    struct strbuf text = {0};

    strbuf_add_repeated(&text, '\n', YAML_MAX_BYTES + 1);
    assert_refused(strbuf_string(&text), "f: larger than 1024 KiB: a configuration is smaller");
    strbuf_release(&text);
}

/* Every prefix of a file is read or refused; the sanitizers watch. */
static void survives_every_truncation(void **state)
{
    (void)state;
    static const char text[] =
        "%YAML 1.1\n---\n# \xc3\xa9\na: &x !!str 'q'\nb: {<<: {c: d}, e: *x}\n"
        "f:\n- |+\n  t\n\n- >\n  u\n? [k]\n: \"\\u00e9\\\n  \"\n...\n";

    for (size_t length = 0; length < sizeof text; length++) {
        struct yaml yaml;
        struct problems problems = {0};

        if (yaml_parse(&yaml, "f", text, length, &problems))
            yaml_release(&yaml);
        else
            assert_true(problems_has_errors(&problems));
        problems_release(&problems);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_depth),
        cmocka_unit_test(limits_what_aliases_expand_to),
        cmocka_unit_test(any_input_costs_little),
        cmocka_unit_test(refuses_more_than_a_mebibyte),
        cmocka_unit_test(survives_every_truncation),
    };

    return cmocka_run_group_tests_name("yaml_limits", tests, NULL, NULL);
}
