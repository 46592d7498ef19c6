/* SPDX-License-Identifier: MIT */
#include "settings/edit.h"
#include "tests/support/test.h"

static bool apply(const struct edit *edit, const char *text, struct strbuf *out,
                  struct strbuf *error)
{
    return edit_apply(edit, "f", span_of_string(text), out, error);
}

struct edit_case {
    const char *before;
    struct edit edit;
    const char *after;
};

#define SET(path, value)                   \
    {                                      \
        EDIT_SET, path, value, false, NULL \
    }
#define SET_TEXT(path, value)             \
    {                                     \
        EDIT_SET, path, value, true, NULL \
    }
#define ADD(value)                         \
    {                                      \
        EDIT_ADD, "w.n", value, true, NULL \
    }
#define DELETE(value)                         \
    {                                         \
        EDIT_DELETE, "w.n", value, true, NULL \
    }
#define UNSET(path)                         \
    {                                       \
        EDIT_UNSET, path, NULL, false, NULL \
    }

static void assert_edits(const struct edit_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct strbuf out = {0}, error = {0};
        bool is_good = apply(&cases[i].edit, cases[i].before, &out, &error);

        if (!is_good)
            print_error("case %zu: %s\n", i, strbuf_string(&error));
        assert_true(is_good);
        assert_string_equal(strbuf_string(&out), cases[i].after);
        strbuf_release(&out);
        strbuf_release(&error);
    }
}

#define ASSERT_EDITS(cases) assert_edits(cases, sizeof cases / sizeof *cases)

/* clang-format off */
static void changes_scalars_in_their_own_style(void **state)
{
    (void)state;
    static const struct edit_case cases[] = {
        {"a: 1\n", SET("a", "2"), "a: 2\n"},
        {"a: 1", SET("a", "2"), "a: 2"},
        {"# c\n\na:   1   # why\nb: 2\n", SET("a", "2.5"), "# c\n\na:   2.5   # why\nb: 2\n"},
        {"a: 1 # \xf0\x9f\x98\x80\ncaf\xc3\xa9: 1\nb: 1\n", SET("b", "2"),
         "a: 1 # \xf0\x9f\x98\x80\ncaf\xc3\xa9: 1\nb: 2\n"},
        {"\xef\xbb\xbf" "a: 1\r\nb: 1 # x\r\n", SET("b", "2"), "\xef\xbb\xbf" "a: 1\r\nb: 2 # x\r\n"},
        {"a: 1\r\nb: 1\nc: 1\r\n", SET("b", "2"), "a: 1\r\nb: 2\nc: 1\r\n"},
        {"a: \"x\xe2\x80\xa8y\"\nb: 1\n", SET("b", "2"), "a: \"x\xe2\x80\xa8y\"\nb: 2\n"},
        {"---\na: 1\n...\n", SET("a", "2"), "---\na: 2\n...\n"},
        {"%YAML 1.1\n---\na: 1\n", SET("a", "2"), "%YAML 1.1\n---\na: 2\n"},
        {"a: one\n  two # c\nb: 1\n", SET_TEXT("a", "x"), "a: x # c\nb: 1\n"},
        {"a: 'it''s # no' # c\n", SET_TEXT("a", "it's"), "a: 'it''s' # c\n"},
        {"a: \"x\\\"y\\\n  z\" # c\n", SET_TEXT("a", "q\"\n"), "a: \"q\\\"\\n\" # c\n"},
        {"a: |\n  x\n  y\n\n# c\nb: 1\n", SET_TEXT("a", "z"), "a: z\n\n# c\nb: 1\n"},
        {"a: |+\n  x\n\nb: 1\n", SET_TEXT("a", "z"), "a: z\n\nb: 1\n"},
        {"a: >2-\n    x\n   y\n", SET_TEXT("a", "z"), "a: z\n"},
        {"a: x\n", SET_TEXT("a", "no"), "a: \"no\"\n"},
        {"a: x\n", SET_TEXT("a", "1:30"), "a: \"1:30\"\n"},
        {"a:\nb: 1\n", SET("a", "2"), "a: 2\nb: 1\n"},
        {"a: # c\nb: 1\n", SET("a", "2"), "a: 2 # c\nb: 1\n"},
        {"a:", SET("a", "2"), "a: 2"},
        {"a: ~ # c\n", SET("a", "2"), "a: 2 # c\n"},
        {"a: null\n", SET("a", "2"), "a: 2\n"},
        {"a:\t1\n", SET("a", "2"), "a:\t2\n"},
        {"on: yes\n", SET("on", "2"), "on: 2\n"},
        {"\"a\": 1\n", SET("a", "2"), "\"a\": 2\n"},
        {"? a\n: 1\n", SET("a", "2"), "? a\n: 2\n"},
        {"a: !!int 3 # c\n", SET("a", "4"), "a: !!int 4 # c\n"},
        {"a: !!int 3 # c\n", SET("a", "4.5"), "a: 4.5 # c\n"},
        {"a: &x 3 # c\n", SET("a", "4"), "a: &x 4 # c\n"},
        {"a: &x 3\nb: *x # c\n", SET("b", "4"), "a: &x 3\nb: 4 # c\n"},
        {"w: {a: 1, b: 2} # c\n", SET("w.b", "3"), "w: {a: 1, b: 3} # c\n"},
        {"{\"w\": {\"a\":1}}\n", SET("w.a", "3"), "{\"w\": {\"a\":3}}\n"},
        {"{w: {a}}\n", SET("w.a", "3"), "{w: {a: 3}}\n"},
        {"{w: {a: , b: 1}}\n", SET("w.a", "3"), "{w: {a: 3, b: 1}}\n"},
        {"ports: [22, 80] # c\n", SET_TEXT("ports", "1,2"), "ports: \"1,2\" # c\n"},
        {"ports:\n- 22\n- 80\nb: 1\n", SET_TEXT("ports", "1,2"), "ports: \"1,2\"\nb: 1\n"},
    };

    ASSERT_EDITS(cases);
}

static void adds_keys_as_their_siblings_stand(void **state)
{
    (void)state;
    static const struct edit_case cases[] = {
        {"", SET("a", "1"), "a: 1\n"},
        {"# only a comment", SET("a", "1"), "# only a comment\na: 1\n"},
        {"# c\r\n", SET("w.a", "1"), "# c\r\nw:\r\n  a: 1\r\n"},
        {"\xef\xbb\xbf", SET("a", "1"), "\xef\xbb\xbf" "a: 1\n"},
        {"---\n# c\n...\n", SET("a", "1"), "---\n# c\na: 1\n...\n"},
        {"a: 1 # c\n# tail\n", SET("b", "2"), "a: 1 # c\nb: 2\n# tail\n"},
        {"a: 1", SET("b", "2"), "a: 1\nb: 2"},
        {"a: 1\r\n", SET("b", "2"), "a: 1\r\nb: 2\r\n"},
        {"w:\n    a: 1 # c\n\n# next\nx: 1\n", SET("w.b", "2"),
         "w:\n    a: 1 # c\n    b: 2\n\n# next\nx: 1\n"},
        {"w:\n  l:\n  - x\n  - y # c\nx: 1\n", SET("w.b", "2"), "w:\n  l:\n  - x\n  - y # c\n  b: 2\nx: 1\n"},
        {"w: # c\nx: 1\n", SET("w.b", "2"), "w: # c\n  b: 2\nx: 1\n"},
        {"w: ~ # c\n", SET("w.b", "2"), "w: # c\n  b: 2\n"},
        {"w:\nx:\n    y: 1\n", SET("w.b", "2"), "w:\n    b: 2\nx:\n    y: 1\n"},
        {"w: {} # c\n", SET("w.b", "2"), "w: {b: 2} # c\n"},
        {"w: {a: 1} # c\n", SET("w.b", "2"), "w: {a: 1, b: 2} # c\n"},
        {"{a: 1}\n", SET("w.b", "2"), "{a: 1, w: {b: 2}}\n"},
        {"{w: , a: 1}\n", SET("w.b", "2"), "{w: {b: 2}, a: 1}\n"},
        {"{\n  \"a\": 1, # c\n  \"b\": 2 # d\n}\n", SET("x", "3"),
         "{\n  \"a\": 1, # c\n  \"b\": 2, # d\n  x: 3\n}\n"},
        {"{\n  a: 1,\n}\n", SET("b", "2"), "{\n  a: 1,\n  b: 2,\n}\n"},
        {"b: &b {x: 1, y: 2}\nw:\n  <<: *b\n", SET("w.x", "3"), "b: &b {x: 1, y: 2}\nw:\n  <<: *b\n  x: 3\n"},
        {"a: |\n  x\n", SET("b", "2"), "a: |\n  x\nb: 2\n"},
        {"a:\n", SET("b", "2"), "a:\nb: 2\n"},
        {"a: 1\n", {EDIT_SET, "b", "2", false, "by me"}, "a: 1\nb: 2   # by me\n"},
        {"a: 1\n", {EDIT_SET, "b", "2", false, "x\ny: 1"}, "a: 1\nb: 2   # x\\ny: 1\n"},
    };

    ASSERT_EDITS(cases);
}

static void adds_entries_as_their_neighbours_stand(void **state)
{
    (void)state;
    static const struct edit_case cases[] = {
        {"", ADD("x"), "w:\n  \"n\":\n    - x\n"},
        {"w:\n", ADD("x"), "w:\n  \"n\":\n    - x\n"},
        {"w:\n  n:\n", ADD("x"), "w:\n  n:\n    - x\n"},
        {"w:\n  n: ~ # c\n", ADD("x"), "w:\n  n: # c\n    - x\n"},
        {"w:\n  m:\n  - a\n  n:\n", ADD("x"), "w:\n  m:\n  - a\n  n:\n  - x\n"},
        {"w:\n  n:\n  - a\n", ADD("x"), "w:\n  n:\n  - a\n  - x\n"},
        {"w:\n  n:\n  - a", ADD("x"), "w:\n  n:\n  - a\n  - x"},
        {"w:\r\n   n:\r\n      -   a # c\r\n# d\r\nz: 1\r\n", ADD("x"),
         "w:\r\n   n:\r\n      -   a # c\r\n      -   x\r\n# d\r\nz: 1\r\n"},
        {"w:\n  n:\n    - 'a'\n", ADD("it's"), "w:\n  n:\n    - 'a'\n    - 'it''s'\n"},
        {"w:\n  n:\n    - \"a\" # c\n\n\n# z\n", ADD("x"), "w:\n  n:\n    - \"a\" # c\n    - \"x\"\n\n\n# z\n"},
        {"w:\n  n:\n    - a\n", ADD("no"), "w:\n  n:\n    - a\n    - \"no\"\n"},
        {"w:\n  n:\n    - a\n", ADD("e\033[2J\n"), "w:\n  n:\n    - a\n    - \"e\\e[2J\\n\"\n"},
        {"w:\n  n:\n    - a # c\n    - b\n", ADD("a"), "w:\n  n:\n    - a # c\n    - b\n"},
        {"w:\n  n:\n    - |\n      a\n", ADD("x"), "w:\n  n:\n    - |\n      a\n    - x\n"},
        {"w:\n  n: [a, 'b'] # c\n", ADD("x"), "w:\n  n: [a, 'b', 'x'] # c\n"},
        {"w: {n: []}\n", ADD("x"), "w: {n: [x]}\n"},
        {"w: {n: [ ]}\n", ADD("x"), "w: {n: [x ]}\n"},
        {"w: {n: }\n", ADD("x"), "w: {n: [x]}\n"},
        {"w: {n: ~}\n", ADD("x"), "w: {n: [x]}\n"},
        {"w: {}\n", ADD("x"), "w: {\"n\": [x]}\n"},
        {"w: {n: [a,]}\n", ADD("x"), "w: {n: [a, x,]}\n"},
        {"w:\n  n: [\n    a, # c\n    b # d\n  ]\n", ADD("x"), "w:\n  n: [\n    a, # c\n    b, # d\n    x\n  ]\n"},
        {"w:\n  n: [\n    a, # c\n  ]\n", ADD("x"), "w:\n  n: [\n    a, # c\n    x,\n  ]\n"},
        {"w:\n  n: [\n    a,\n    b]\n", ADD("x"), "w:\n  n: [\n    a,\n    b, x]\n"},
        {"w:\n  n:\n  - a\n", {EDIT_ADD, "w.n", "sshd", true, "procwatch-top 2026-11-24 by alice"},
         "w:\n  n:\n  - a\n  - sshd   # procwatch-top 2026-11-24 by alice\n"},
    };

    ASSERT_EDITS(cases);
}

static void deletes_entries_and_nothing_else(void **state)
{
    (void)state;
    static const struct edit_case cases[] = {
        {"w:\n  n:\n  - a # 1\n  # 2\n  - b # 3\n  - c # 4\n", DELETE("a"), "w:\n  n:\n  # 2\n  - b # 3\n  - c # 4\n"},
        {"w:\n  n:\n  - a # 1\n  # 2\n  - b # 3\n  - c # 4\n", DELETE("b"), "w:\n  n:\n  - a # 1\n  # 2\n  - c # 4\n"},
        {"w:\n  n:\n  - a # 1\n  # 2\n  - b # 3\n  - c # 4\n", DELETE("c"), "w:\n  n:\n  - a # 1\n  # 2\n  - b # 3\n"},
        {"w:\n  n:\n  - a\n  - b", DELETE("b"), "w:\n  n:\n  - a"},
        {"w:\r\n  n:\r\n  - a\r\n  - b", DELETE("b"), "w:\r\n  n:\r\n  - a"},
        {"w:\n  n: # c\n  - a\nx: 1\n", DELETE("a"), "w:\n  n: [] # c\nx: 1\n"},
        {"w:\n  n:\n  # c\n  - a\n", DELETE("a"), "w:\n  n: []\n  # c\n"},
        {"w:\n  n:\n  - |\n    a\n\n  - b\n", DELETE("a\n"), "w:\n  n:\n\n  - b\n"},
        {"w: {n: [a, b, c]}\n", DELETE("a"), "w: {n: [b, c]}\n"},
        {"w: {n: [a, b, c]}\n", DELETE("b"), "w: {n: [a, c]}\n"},
        {"w: {n: [a, b, c]}\n", DELETE("c"), "w: {n: [a, b]}\n"},
        {"w: {n: [x,]}\n", DELETE("x"), "w: {n: []}\n"},
        {"w: {n: [x]}\n", DELETE("x"), "w: {n: []}\n"},
        {"w: {n: [a, x,]}\n", DELETE("x"), "w: {n: [a,]}\n"},
        {"w:\n  n: [\n    \"a\",\n    \"b\",\n    \"c\"\n  ]\n", DELETE("b"), "w:\n  n: [\n    \"a\",\n    \"c\"\n  ]\n"},
        {"w:\n  n: [\n    \"a\",\n    \"b\"\n  ]\n", DELETE("b"), "w:\n  n: [\n    \"a\"\n  ]\n"},
        {"w:\n  n: [\n    a, # 1\n    b # 2\n  ]\n", DELETE("b"), "w:\n  n: [\n    a # 1\n # 2\n  ]\n"},
    };

    ASSERT_EDITS(cases);
}

static void unsets_keys(void **state)
{
    (void)state;
    static const struct edit_case cases[] = {
        {"a: 1\nb: 2 # c\nx: 3\n", UNSET("b"), "a: 1\nx: 3\n"},
        {"a: 1\n", UNSET("b"), "a: 1\n"},
        {"a: 1\n", UNSET("a"), ""},
        {"w:\n  a: 1\n  b: 2\n", UNSET("w.b"), "w:\n  a: 1\n"},
        {"w:\n  a: 1\nx: 2\n", UNSET("w.a"), "w:\nx: 2\n"},
        {"w: {a: 1, b: 2}\n", UNSET("w.a"), "w: {b: 2}\n"},
        {"w: {a: 1}\n", UNSET("w.a"), "w: {}\n"},
        {"w:\n  n:\n  - a\n  - b\n  x: 1\n", UNSET("w.n"), "w:\n  x: 1\n"},
    };

    ASSERT_EDITS(cases);
}

static void refuses_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        struct edit edit;
        const char *reason;
    } cases[] = {
        {"a: 1\n---\nb: 1\n", SET("a", "2"), "f:2:1: a second document starts here"},
        {"a: 1\na: 2\n", SET("a", "2"), "f:2:1: duplicate key \"a\", first seen at line 1 column 1"},
        {"a: caf\xe9\n", SET("a", "2"), "save the file as UTF-8"},
        {"a: [1\n", SET("a", "2"), "f:2:1: did not find expected"},
        {"a: &x 1\nb: *x\nc: *x\n", SET("a", "2"), "a has the anchor &x, which is used in 2 other places"},
        {"w: &x {n: [a]}\nv: *x\n", ADD("b"), "w has the anchor &x, which is used in 1 other place:"},
        {"l: &x [a]\nw: {n: *x}\n", ADD("b"), "w.n is the alias *x"},
        {"l: &x [a]\nw: {n: *x}\n", DELETE("a"), "w.n is the alias *x"},
        {"l: &x {n: [a]}\nw: *x\n", ADD("b"), "w is the alias *x"},
        {"w: 5\n", ADD("b"), "w is a plain value, not a mapping"},
        {"w: {n: sshd}\n", ADD("b"), "w.n is a plain value, not a list"},
        {"w:\n  n:\n  - # c\n    a\n", ADD("b"), "a dash of w.n stands on another line than its value"},
        {"w:\n  n:\n  -\n    a\n  - b\n", DELETE("a"), "a dash of w.n stands on another line than its value"},
        {"w: {n: [a]}\n", DELETE("b"), "w.n has no entry \"b\""},
        {"w: {n: {b: 1}}\n", DELETE("b"), "w.n has no entry \"b\""},
        {"w:\n", DELETE("b"), "w.n has no entry \"b\""},
        {"m: &m {w: {a: 1}}\n<<: *m\n", SET("w.a", "2"), "w comes through << from elsewhere"},
        {"p:\n- 1\n# c\n- 2\n", SET_TEXT("p", "1"), "p is a list with comments, which would be lost"},
        {"p: {a: 1}\n", SET_TEXT("p", "1"), "p is a mapping, not one value"},
        {"a: |+\n  x\n\n", SET("b", "2"), "cannot be changed in place"},
        {"a: 1\n", SET_TEXT("a", "\xff"), "a: the value is not UTF-8"},
        {"- a\n", SET("b", "2"), "the file is a list, not a mapping"},
        {"a: &x\n", SET("a", "2"), "a has an anchor or a tag and no value"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0}, error = {0};

        bool is_good = apply(&cases[i].edit, cases[i].before, &out, &error);
        if (is_good || !strstr(strbuf_string(&error), cases[i].reason))
            print_error("case %zu: \"%s\" %s\n", i, strbuf_string(&error), strbuf_string(&out));
        assert_false(is_good);
        assert_non_null(strstr(strbuf_string(&error), cases[i].reason));
        assert_int_equal(out.length, 0);
        strbuf_release(&out);
        strbuf_release(&error);
    }
}
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_scalars_in_their_own_style),
        cmocka_unit_test(adds_keys_as_their_siblings_stand),
        cmocka_unit_test(adds_entries_as_their_neighbours_stand),
        cmocka_unit_test(deletes_entries_and_nothing_else),
        cmocka_unit_test(unsets_keys),
        cmocka_unit_test(refuses_with_the_reason),
    };

    return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
