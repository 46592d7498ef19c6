/* SPDX-License-Identifier: MIT */
/* What files below /proc are called. */
#include "tests/support/test.h"

#include "gather/procfs.h"

static void names_are_plain_digits(void **state)
{
    static const struct {
        int32_t number;
        const char *name;
    } cases[] = {
        {0,         "0"         },
        {7,         "7"         },
        {10,        "10"        },
        {4194304,   "4194304"   },
        {INT32_MAX, "2147483647"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[PROCFS_NAME_SIZE];

        assert_string_equal(procfs_name(cases[i].number, &buffer), cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain_digits),
    };
    return cmocka_run_group_tests_name("procfs", tests, NULL, NULL);
}
