/* SPDX-License-Identifier: MIT */
#include "base/secrets.h"
#include "tests/support/test.h"

/* Spaces stand for the NUL bytes between arguments. */
static void masks_values_and_keeps_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *masked;
    } cases[] = {
        {"mysqld --port=3306",                          "mysqld --port=3306"                 },
        {"app --token=abc --x",                         "app --token=*** --x"                },
        {"app --api-key abc",                           "app --api-key ***"                  },
        {"app --api_key abc -v",                        "app --api_key *** -v"               },
        {"app --password -v",                           "app --password -v"                  },
        {"env DB_PASSWORD=x run",                       "env DB_PASSWORD=*** run"            },
        {"env PWD=/srv OLDPWD=/root MYSQL_PWD=x pwd=y",
         "env PWD=/srv OLDPWD=/root MYSQL_PWD=*** pwd=***"                                   },
        {"app --password-file=/etc/x",                  "app --password-file=/etc/x"         },
        {"app --token-url=http://h/x",                  "app --token-url=http://h/x"         },
        {"git clone https://u:p@h/r",                   "git clone https://u:***@h/r"        },
        {"git clone https://u@h/r",                     "git clone https://u@h/r"            },
        {"curl -H Authorization:x http://h/",           "curl -H Authorization:*** http://h/"},
        {"curl -H Cookie:x",                            "curl -H Cookie:***"                 },
        {"passwd alice",                                "passwd alice"                       },
        {"tokenize file",                               "tokenize file"                      },
        {"",                                            ""                                   },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[128];
        size_t length = strlen(cases[i].arguments);
        struct strbuf out = {0};

        memcpy(arguments, cases[i].arguments, length + 1);
        for (size_t n = 0; n < length; n++)
            if (arguments[n] == ' ')
                arguments[n] = '\0';
        secrets_add_masked(&out, span_of(arguments, length ? length + 1 : 0));
        for (size_t n = 0; n + 1 < out.length; n++)
            if (out.bytes[n] == '\0')
                out.bytes[n] = ' ';
        assert_string_equal(strbuf_string(&out), cases[i].masked);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_values_and_keeps_the_rest),
    };

    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
