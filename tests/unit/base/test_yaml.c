/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"
#include "tests/unit/base/parsed.h"

static void assert_spans(const struct yaml *yaml, const struct yaml_node *node,
                         const char *expected)
{
    struct strbuf got = {0};

    strbuf_add(&got, yaml->text + node->content, node->end - node->content);
    assert_string_equal(strbuf_string(&got), expected);
    strbuf_release(&got);
}

static void knows_the_bytes_of_every_value(void **state)
{
    (void)state;
    static const struct {
        const char *text;  /* the value is that of the last key */
        const char *bytes; /* without anchor and tag */
        const char *value;
    } cases[] = {
        {"a: 1 # c\n",                               "1",                "1"        },
        {"a: 1",                                     "1",                "1"        },
        {"caf\xc3\xa9: x\n\xf0\x9f\x98\x80: y # \n", "y",                "y"        },
        {"\xef\xbb\xbf\xc3\xa9: x\na: b\n",          "b",                "b"        },
        {"a: \xf0\x9f\x98\x80 b\r\nc: d\r\n",        "d",                "d"        },
        {"a: one\n  two # c\n",                      "one\n  two",       "one two"  },
        {"a: 'it''s # no'\n",                        "'it''s # no'",     "it's # no"},
        {"a: \"x\\ty\\\n  z\" # c\n",                "\"x\\ty\\\n  z\"", "x\tyz"    },
        {"a: &lp 2\n",                               "2",                "2"        },
        {"a: !!int   3\n",                           "3",                "3"        },
        {"a: !!str &x # c\n  y\n",                   "y",                "y"        },
        {"a:\n",                                     "",                 ""         },
        {"a: # c\nb: # c\n",                         "",                 ""         },
        {"a: ! x\n",                                 "x",                "x"        },
        {"a: &x\n",                                  "",                 ""         },
        {"a: |\n  x\n   y\n\n# c\n",                 "|\n  x\n   y\n\n", "x\n y\n"  },
        {"a: >-\n  x\n  y\n",                        ">-\n  x\n  y\n",   "x y"      },
        {"a:\t1\n",                                  "1",                "1"        },
        {"on: yes\n",                                "yes",              "yes"      },
        {"%YAML 1.1\n---\na: 1\n...\n",              "1",                "1"        },
        {"a: \"x\xe2\x80\xa8y\"\nb: z\n",            "z",                "z"        },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yaml yaml = parse(cases[i].text);
        const struct yaml_node *value = yaml.root->pairs[yaml.root->count - 1].value;

        assert_spans(&yaml, value, cases[i].bytes);
        assert_string_equal(value->text, cases[i].value);
        yaml_release(&yaml);
    }
}

static void knows_where_collections_end(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes;
    } cases[] = {
        {"a: [x, y ] # c\nb: 1\n",            "[x, y ]"       },
        {"a: [x,\n  y,\n]\nb: 1\n",           "[x,\n  y,\n]"  },
        {"a: {}\nb: 1\n",                     "{}"            },
        {"a: &q [x]\nb: 1\n",                 "[x]"           },
        {"a:\n  - x\n  - y # c\n# d\nb: 1\n", "- x\n  - y"    },
        {"a:\n- x\n- y\n\n# d\nb: 1\n",       "- x\n- y"      },
        {"a:\n  x: 1\n  y: # c\nb: 1\n",      "x: 1\n  y:"    },
        {"a:\n  - - x\n    - y\nb: 1\n",      "- - x\n    - y"},
        {"a: [x: y, z]\nb: 1\n",              "[x: y, z]"     },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yaml yaml = parse(cases[i].text);

        assert_spans(&yaml, yaml_get(yaml.root, "a"), cases[i].bytes);
        assert_string_equal(yaml_text(yaml_get(yaml.root, "b")), "1");
        yaml_release(&yaml);
    }

    struct yaml yaml = parse("a: [x: y, z]\n");
    assert_spans(&yaml, yaml_get(yaml.root, "a")->items[0], "x: y");
    yaml_release(&yaml);
}

static void counts_lines_as_an_editor_does(void **state)
{
    (void)state;
    /* libyaml would call the last key's line 4: it counts U+2028 and U+0085. */
    struct yaml yaml = parse("a: 1\r\nb: \"\xe2\x80\xa8\xc2\x85\" # x\r\n\xc3\xa9: {k: v}\r\n");
    const struct yaml_node *value = yaml.root->pairs[2].value;
    unsigned line, column;

    yaml_place(&yaml, value->start, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 4);
    yaml_release(&yaml);
}

static void an_empty_file_has_no_root(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "# only a comment\n", "\xef\xbb\xbf", "# x"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct yaml yaml = parse(texts[i]);
        assert_null(yaml.root);
        yaml_release(&yaml);
    }
    struct yaml yaml = parse("---\n# nothing\n...\n");
    assert_true(yaml_is_null(yaml.root));
    assert_int_equal(yaml.document_end, strlen("---\n# nothing\n"));
    yaml_release(&yaml);
}

static void follows_aliases_and_merges(void **state)
{
    (void)state;
    struct yaml yaml = parse("base: &b {x: 1, y: 2}\n"
                             "more: &m {y: 3, z: 4}\n"
                             "one:\n  <<: *b\n  y: 9\n"
                             "two: {<<: [*b, *m]}\n"
                             "same: *b\n");
    const struct yaml_node *one = yaml_get(yaml.root, "one"), *two = yaml_get(yaml.root, "two");

    assert_string_equal(yaml_text(yaml_get(one, "x")), "1");
    assert_string_equal(yaml_text(yaml_get(one, "y")), "9");
    assert_int_equal(one->own_count, 1);
    assert_int_equal(one->count, 2);
    assert_non_null(one->merge.key);
    assert_null(yaml_get(one, "<<"));
    assert_string_equal(yaml_text(yaml_get(two, "y")), "2");
    assert_string_equal(yaml_text(yaml_get(two, "z")), "4");
    assert_ptr_equal(yaml_get(yaml.root, "same"), yaml_get(yaml.root, "base"));
    assert_int_equal(yaml_get(yaml.root, "base")->alias_count, 3);
    assert_int_equal(yaml_get(yaml.root, "more")->alias_count, 1);
    yaml_release(&yaml);
}

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a: 1\nb: 2\na: 3\n",
         "f:3:1: duplicate key \"a\", first seen at line 1 column 1: keep one of them"               },
        {"x: {a: 1, \"a\": 2}\n",
         "f:1:11: duplicate key \"a\", first seen at line 1 column 5: keep one of them"              },
        {"a: 1\n---\nb: 2\n",
         "f:2:1: a second document starts here: a configuration is one document"                     },
        {"a: !foo 1\n",           "f:1:4: tag !foo is not supported here: take it away"              },
        {"a: !!binary aGk=\n",
         "f:1:4: tag tag:yaml.org,2002:binary is not supported here: take it away"                   },
        {"a: !!seq x\n",
         "f:1:4: tag tag:yaml.org,2002:seq is not supported here: take it away"                      },
        {"a: &x [1, *x]\n",       "f:1:11: alias *x stands inside the value that it refers to"       },
        {"a: *y\n",               "f:1:4: alias *y has no anchor: write &y before the value it means"},
        {"a: {<<: 3}\n",
         "f:1:9: << needs a mapping or a list of mappings, this is a plain value"                    },
        {"a: 1\n\tb: 2\n",        "f:2:1: found a tab character that violates indentation while "
                           "scanning a plain scalar: indent with spaces"   },
        {"a: b: c\n",             "f:1:5: mapping values are not allowed in this context: check the "
                      "indentation, and put quotes around text with a colon"    },
        {"a: \"x\n",              "f:2:1: found unexpected end of stream while scanning a quoted scalar: a "
                     "quote or bracket is not closed"                            },
        {"a: \"\\0\"\n",          "f:1:4: a text may not contain \"\\0\""                            },
        {"a: 1\nb: \x01\n",       "f:2:4: control characters are not allowed: write it as an escape "
                            "in double quotes"                            },
        {"a: 1\n# \xff\n",        "f:2:3: invalid leading UTF-8 octet: save the file as UTF-8"       },
        {"# caf\xe9 \nb: 1\n",    "f:1:7: invalid trailing UTF-8 octet: save the file as UTF-8"      },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].text, cases[i].message);
    assert_refused_bytes("a: 1\nb: \0\n", 10,
                         "f:2:4: control characters are not allowed: write it as an escape in "
                         "double quotes");
    assert_refused_bytes("\xff\xfe"
                         "a\0:\0 \0"
                         "1\0\n\0",
                         12, "f:1:1: the file is UTF-16: save it as UTF-8");
}

static void reports_every_duplicate_at_once(void **state)
{
    (void)state;
    struct yaml yaml;
    struct problems problems = {0};
    static const char text[] = "a: 1\na: 2\nw: {n: 1, n: 2}\na: 3\n";

    assert_false(yaml_parse(&yaml, "f", text, strlen(text), &problems));
    assert_int_equal(problems.count, 3);
    problems_release(&problems);
}

static void knows_what_means_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_null;
        const char *described;
    } cases[] = {
        {"a:\n",            true,  "nothing"         },
        {"a: ~\n",          true,  "nothing"         },
        {"a: null\n",       true,  "nothing"         },
        {"a: Null\n",       true,  "nothing"         },
        {"a: NULL\n",       true,  "nothing"         },
        {"a: !!null x\n",   true,  "nothing"         },
        {"a: nUll\n",       false, "a plain value"   },
        {"a: !!str null\n", false, "a plain value"   },
        {"a: ''\n",         false, "a text in quotes"},
        {"a: []\n",         false, "a list"          },
        {"a: {}\n",         false, "a mapping"       },
        {"b: x\n",          true,  "nothing"         },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yaml yaml = parse(cases[i].text);
        const struct yaml_node *value = yaml_get(yaml.root, "a");

        assert_int_equal(yaml_is_null(value), cases[i].is_null);
        assert_string_equal(yaml_describe(value), cases[i].described);
        yaml_release(&yaml);
    }
    assert_null(yaml_get(NULL, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_bytes_of_every_value),
        cmocka_unit_test(knows_where_collections_end),
        cmocka_unit_test(counts_lines_as_an_editor_does),
        cmocka_unit_test(an_empty_file_has_no_root),
        cmocka_unit_test(follows_aliases_and_merges),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(reports_every_duplicate_at_once),
        cmocka_unit_test(knows_what_means_nothing),
    };

    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
