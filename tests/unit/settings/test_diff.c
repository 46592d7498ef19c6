/* SPDX-License-Identifier: MIT */
#include "settings/diff.h"

#include <sys/resource.h>

#include "tests/support/test.h"

#define HEAD "--- a\n+++ b\n"

static void prints_what_diff_u_prints(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *diff;
    } cases[] = {
        {"x\n",                         "x\n",                         ""                                                        },
        {"",                            "",                            ""                                                        },
        {"x\n",                         "y\n",                         HEAD "@@ -1 +1 @@\n-x\n+y\n"                              },
        {"",                            "y\n",                         HEAD "@@ -0,0 +1 @@\n+y\n"                                },
        {"x\n",                         "",                            HEAD "@@ -1 +0,0 @@\n-x\n"                                },
        {"x",                           "x\n",                         HEAD "@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nv\n6\n7\n8\n9\n",
         HEAD "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+v\n 6\n 7\n 8\n"                                                                },
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "a\n2\n3\n4\n5\n6\n7\n8\nb\n",
         HEAD "@@ -1,4 +1,4 @@\n-1\n+a\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+b\n"                                       },
        {"1\n2\n3\n4\n5\n6\n7\n8\n",    "a\n2\n3\n4\n5\n6\n7\nb\n",
         HEAD "@@ -1,8 +1,8 @@\n-1\n+a\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+b\n"                                                        },
        {"a\nb\nc\n",                   "a\nx\nb\nc\n",                HEAD "@@ -1,3 +1,4 @@\n a\n+x\n b\n c\n"                  },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0};

        diff_unified(span_of_string(cases[i].before), span_of_string(cases[i].after), "a", "b",
                     &out);
        assert_string_equal(strbuf_string(&out), cases[i].diff);
        strbuf_release(&out);
    }
}

static long peak_memory_kib(void)
{
    struct rusage use;

    assert_int_equal(getrusage(RUSAGE_SELF, &use), 0);
    return use.ru_maxrss;
}

static void stays_within_memory_on_texts_without_a_common_line(void **state)
{
    (void)state;
    struct strbuf before = {0}, after = {0}, out = {0};
    long peak_kib = peak_memory_kib();

    for (int i = 0; i < 20000; i++) {
        strbuf_add_format(&before, "a%d\n", i);
        strbuf_add_format(&after, "b%d\n", i);
    }
    diff_unified(strbuf_span(&before), strbuf_span(&after), "a", "b", &out);
    assert_true(out.length > before.length + after.length);
    /* A table of all lines by all lines would have 400 million cells. */
    assert_in_range(peak_memory_kib() - peak_kib, 0, 100000);
    strbuf_release(&before);
    strbuf_release(&after);
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_what_diff_u_prints),
        cmocka_unit_test(stays_within_memory_on_texts_without_a_common_line),
    };

    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
