/* SPDX-License-Identifier: MIT */
#include "heuristics/heuristic.h"
#include "settings/schema.h"
#include "settings/settings.h"
#include "tests/support/said.h"

static void assert_setting(const struct settings *settings, const char *path, const char *value)
{
    struct setting setting;
    struct strbuf text = {0};

    assert_true(setting_find(path, &setting));
    setting_format(&setting, settings, &text);
    assert_string_equal(strbuf_string(&text), value);
    strbuf_release(&text);
}

static void reads_every_form_of_a_value(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path, *value;
    } cases[] = {
        {"",                                                          "min_score",       "3.0"                },
        {"# nothing\n",                                               "topk",            "20"                 },
        {"---\n...\n",                                                "interval",        "0.0"                },
        {"min_score: 2.5\n",                                          "min_score",       "2.5"                },
        {"min_score: .5\n",                                           "min_score",       "0.5"                },
        {"min_score: 1e1\n",                                          "min_score",       "10.0"               },
        {"min_score: ~\n",                                            "min_score",       "3.0"                },
        {"min_score: !!float 4\n",                                    "min_score",       "4.0"                },
        {"topk: 5\n",                                                 "topk",            "5"                  },
        {"topk: 1e2\n",                                               "topk",            "100"                },
        {"ports: \"22, 80,9000-9010\"\n",                             "ports",           "\"22,80,9000-9010\""},
        {"ports: 4444\n",                                             "ports",           "\"4444\""           },
        {"ports: [22, \"80-82\", 443]\n",                             "ports",           "\"22,80-82,443\""   },
        {"ports:\n- 22\n",                                            "ports",           "\"22\""             },
        {"ports: []\n",                                               "ports",           "\"\""               },
        {"ports: ''\n",                                               "ports",           "\"\""               },
        {"model: /var/lib/m.json\n",                                  "model",           "/var/lib/m.json"    },
        {"model:\n",                                                  "model",           "\"\""               },
        {"weights:\n",                                                "weights.tmp_exe", "4"                  },
        {"weights: {tmp_exe: 0.5}\n",                                 "weights.tmp_exe", "0.5"                },
        {"weights: {tmp_exe: 0}\n",                                   "weights.tmp_exe", "0"                  },
        {"w: &w {tmp_exe: 1}\nweights: *w\n",                         "weights.tmp_exe", "1"                  },
        {"weights: {<<: {tmp_exe: 1}}\n",                             "weights.tmp_exe", "1"                  },
        {"whitelist: ~\n",                                            "whitelist.names", "[]"                 },
        {"whitelist: {names: ~}\n",                                   "whitelist.names", "[]"                 },
        {"whitelist: {names: [a, b, a]}\n",                           "whitelist.names", "[a, b]"             },
        {"whitelist: {users: [1000, no]}\n",                          "whitelist.users", "[\"1000\", \"no\"]" },
        {"whitelist:\n  rules:\n  - wx_mem path=/opt/a b parent=c\n", "whitelist.rules",
         "[wx_mem path=/opt/a b parent=c]"                                                                    },
        {"whitelist: {exe_paths: [/bin/a]}\n",                        "whitelist.paths", "[/bin/a]"           },
        {"whitelist: {mode: strict}\n",                               "whitelist.mode",  "strict"             },
        {"use_sklearn: true\n",                                       "model_kind",      "isolation_forest"   },
        {"use_sklearn: True\n",                                       "model_kind",      "isolation_forest"   },
        {"use_sklearn: false\n",                                      "model_kind",      "zscore"             },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings;
        struct problems problems = {0};

        assert_true(settings_load_text(&settings, "f", cases[i].text, strlen(cases[i].text),
                                       &problems));
        assert_setting(&settings, cases[i].path, cases[i].value);
        settings_release(&settings);
        problems_release(&problems);
    }
}

static void says_what_is_wrong_and_what_to_write(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"min_score: high\n",
         "f:1:12: min_score: \"high\" is not a number: write 0.0 to 1000.0"                                         },
        {"min_score: -1\n",                    "f:1:12: min_score: \"-1\" is out of range: write 0.0 to 1000.0"     },
        {"min_score: \"3.0\"\n",               "f:1:12: min_score is a number: write 3.0 without quotes"            },
        {"min_score: 0x10\n",
         "f:1:12: min_score: \"0x10\" is not a number: write 0.0 to 1000.0"                                         },
        {"min_score: 1_000\n",
         "f:1:12: min_score: \"1_000\" is not a number: write 0.0 to 1000.0"                                        },
        {"min_score: 1:30\n",
         "f:1:12: min_score: \"1:30\" is not a number: write 0.0 to 1000.0"                                         },
        {"min_score: 010\n",                   "f:1:12: min_score: \"010\" is not a number: write 0.0 to 1000.0"    },
        {"min_score: .inf\n",
         "f:1:12: min_score: \".inf\" is not a number: write 0.0 to 1000.0"                                         },
        {"min_score: nan\n",                   "f:1:12: min_score: \"nan\" is not a number: write 0.0 to 1000.0"    },
        {"min_score: 3,5\n",                   "f:1:12: min_score: \"3,5\" is not a number: write 0.0 to 1000.0"    },
        {"min_score: [1]\n",
         "f:1:12: min_score is a list, but needs a number: write min_score: 1.5"                                    },
        {"topk: 2.5\n",                        "f:1:7: topk: \"2.5\" is not a whole number: write 1 to 1000000"     },
        {"topk: 0\n",                          "f:1:7: topk: \"0\" is out of range: write 1 to 1000000"             },
        {"weights: {tmp_exe: 101}\n",
         "f:1:20: weights.tmp_exe: \"101\" is out of range: write 0 to 100"                                         },
        {"weights: {tmp_exe: {}}\n",
         "f:1:20: weights.tmp_exe is a mapping, but needs a number: "
         "write tmp_exe: 3"                                                                                         },
        {"weights: 3\n",                       "f:1:10: weights is a plain value, but needs keys of its own, one a "
                         "line, indented"                                                   },
        {"ports: 70000\n",
         "f:1:8: ports: \"70000\" is neither a port (1-65535) nor an ascending "
         "range: write \"22,80,9000-9010\""                                                                         },
        {"ports: \"80-22\"\n",                 "f:1:8: ports: \"80-22\" is neither a port (1-65535) nor an "
                               "ascending range: write \"22,80,9000-9010\""           },
        {"ports: {a: 1}\n",
         "f:1:8: ports is a mapping, but needs ports: write ports: \"22,80,9000-9010\""                             },
        {"ports: [[1]]\n",
         "f:1:9: ports is a list, but needs ports: write ports: \"22,80,9000-9010\""                                },
        {"model: [a]\n",                       "f:1:8: model is a list, but needs one text: write model: text"      },
        {"whitelist: {names: sshd}\n",         "f:1:20: whitelist.names is a plain value, but needs a "
                                       "list: write names: [one, two]"        },
        {"whitelist: {names: [[a]]}\n",
         "f:1:21: whitelist.names: an entry is a list, but must be one text"                                        },
        {"whitelist:\n  names:\n  - \n",       "f:3:4: whitelist.names: an entry is empty: write a "
                                         "text, in quotes if it is \"null\""},
        {"whitelist: {names: [~]}\n",
         "f:1:21: whitelist.names: an entry is empty: write a text, in quotes if it is \"~\""                       },
        {"whitelist: {mode: hard}\n",
         "f:1:19: whitelist.mode: \"hard\" is not known: write guide or strict"                                     },
        {"whitelist: {rules: [wx_mem]}\n",     "f:1:21: whitelist.rules: \"wx_mem\": says not for "
                                           "whom: add path=, pattern=, parent= or "
                                           "hash="                        },
        {"whitelist: {hashes: [abc123...]}\n",
         "f:1:22: whitelist.hashes: \"abc123...\": is no SHA-256: write 64 hexadecimal digits, "
         "as sha256sum prints them"                                                                                 },
        {"whitelist: {paths: [bin/a]}\n",
         "f:1:21: whitelist.paths: \"bin/a\": is no absolute path: begin with /"                                    },
        {"- a\n",                              "f:1:1: the file is a list, but needs keys with values, such as min_score: "
                  "3.0"                                                                            },
        {"hello\n",                            "f:1:1: the file is a plain value, but needs keys with values, such as "
                    "min_score: 3.0"                                                             },
        {"topk: x\nmin_score: y\n",
         "f:1:7: topk: \"x\" is not a whole number: write 1 to 1000000\n"
         "f:2:12: min_score: \"y\" is not a number: write 0.0 to 1000.0"                                            },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings, defaults;
        struct problems problems = {0};

        assert_false(settings_load_text(&settings, "f", cases[i].text, strlen(cases[i].text),
                                        &problems));
        char *said = said_of(&problems);
        assert_string_equal(said, cases[i].message);
        settings_init(&defaults);
        assert_true(settings_equal(&settings, &defaults));
        settings_release(&defaults);
        settings_release(&settings);
        free(said);
        problems_release(&problems);
    }
}

static void warns_and_goes_on(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"min_scor: 2\n",                "f:1:1: warning: unknown key min_scor, did you mean min_score?"                        },
        {"weights: {tmp_exec: 2}\n",
         "f:1:11: warning: unknown key weights.tmp_exec, did you mean weights.tmp_exe?"                                         },
        {"whitelist: {name: [x]}\n",
         "f:1:13: warning: unknown key whitelist.name, did you mean whitelist.names?"                                           },
        {"names: [x]\n",                 "f:1:1: warning: unknown key names, did you mean whitelist.names?"                     },
        {"whitelisted: {}\n",
         "f:1:1: warning: unknown key whitelisted, did you mean whitelist?"                                                     },
        {"zzz: 1\n",                     "f:1:1: warning: unknown key zzz is ignored"                                           },
        {"? [a]\n: 1\n",                 "f:1:3: warning: unknown key ? is ignored"                                             },
        {"use_sklearn: true\n",
         "f:1:1: warning: use_sklearn is an older name, still understood: write model_kind: "
         "isolation_forest for true, model_kind: zscore for false"                                                              },
        {"whitelist: {exe_paths: []}\n", "f:1:13: warning: whitelist.exe_paths is an older "
                                         "name, still understood: write whitelist.paths"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings;
        struct problems problems = {0};

        assert_true(settings_load_text(&settings, "f", cases[i].text, strlen(cases[i].text),
                                       &problems));
        char *said = said_of(&problems);
        assert_string_equal(said, cases[i].message);
        settings_release(&settings);
        free(said);
        problems_release(&problems);
    }
}

static void does_not_drown_in_unknown_keys(void **state)
{
    (void)state;
    struct strbuf text = {0};
    struct settings settings;
    struct problems problems = {0};

    for (int i = 0; i < 40000; i++)
        strbuf_add_format(&text, "key_%d: 1\n", i);
    assert_true(settings_load_text(&settings, "f", text.bytes, text.length, &problems));
    assert_int_equal(problems.count, 21);
    settings_release(&settings);
    problems_release(&problems);
    strbuf_release(&text);
}

static void an_endless_whitelist_is_refused_at_once(void **state)
{
    (void)state;
    struct strbuf text = {0};
    struct settings settings;
    struct problems problems = {0};

    strbuf_add_string(&text, "whitelist:\n  names:\n");
    for (int i = 0; i < 90000; i++)
        strbuf_add_format(&text, "  - n%d\n", i);
    assert_false(settings_load_text(&settings, "f", text.bytes, text.length, &problems));
    assert_int_equal(problems.count, 1);
    assert_non_null(strstr(problems.items[0].message, "more than 10000 entries"));
    settings_release(&settings);
    problems_release(&problems);
    strbuf_release(&text);
}

static void loads_each_shipped_file_without_a_word(void **state)
{
    (void)state;
    static const struct {
        const char *file, *path, *value;
    } cases[] = {
        {"procwatch.yaml",     "weights.memfd_exe",  "5"                                    },
        {"high-security.yaml", "cpu_high",           "70.0"                                 },
        {"development.yaml",   "whitelist.patterns", "[python*, node*, npm*, /home/*/dev/*]"},
        {"production.yaml",    "ports",              "\"22,80,443,3306,5432,6379\""         },
        {"container.yaml",     "weights.no_tty",     "0"                                    },
    };
    const char *top = getenv("srcdir") ? getenv("srcdir") : ".";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf path = {0};
        struct settings settings;
        struct settings_source source;
        struct problems problems = {0};

        strbuf_add_format(&path, "%s/config/%s", top, cases[i].file);
        assert_true(settings_load(&settings, strbuf_string(&path), &source, &problems));
        for (size_t n = 0; n < problems.count; n++) /* the checkout may belong to anybody */
            assert_non_null(strstr(problems.items[n].message, "untrusted configuration"));
        assert_setting(&settings, cases[i].path, cases[i].value);
        settings_source_release(&source);
        settings_release(&settings);
        problems_release(&problems);
        strbuf_release(&path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_form_of_a_value),
        cmocka_unit_test(says_what_is_wrong_and_what_to_write),
        cmocka_unit_test(warns_and_goes_on),
        cmocka_unit_test(does_not_drown_in_unknown_keys),
        cmocka_unit_test(an_endless_whitelist_is_refused_at_once),
        cmocka_unit_test(loads_each_shipped_file_without_a_word),
    };

    return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
