/* SPDX-License-Identifier: MIT */
#include "tests/unit/heuristics/assessed.h"

enum { KIB = 1024 };

static void wx_mem_shows_the_line_of_the_largest(void **state)
{
    struct assessed *a = *state;
    struct process *process = given_process(&a->given, 10, 1, "/usr/bin/sleep");

    given_map(&a->given, process, "rwxp", 4 * KIB, NULL);
    given_map(&a->given, process, "rwxp", 64 * KIB, "[heap]");
    given_map(&a->given, process, "r-xp", 640 * KIB, "/usr/lib/libc.so.6");
    assess(a);
    assert_finds(a, 10, "wx_mem", 1, "rwxp 00000000 00:00 0 [heap], and 1 more");
}

static void wx_mem_spares_code_and_data_apart(void **state)
{
    struct assessed *a = *state;
    struct process *process = given_process(&a->given, 10, 1, "/usr/bin/sleep");

    given_map(&a->given, process, "r-xp", 4 * KIB, NULL);
    given_map(&a->given, process, "rw-p", 4 * KIB, NULL);
    given_process(&a->given, 11, 1, "/usr/bin/sleep")->facts[FACT_MAPS] = FACT_DENIED;
    assess(a);
    assert_innocent(a, 10, "wx_mem");
    assert_false(is_assessed(a, 11, "wx_mem"));
}

struct compiler_case {
    const char *exe, *library;
    uint32_t exe_uid;
    const char *package; /* NULL: no database answers */
    bool is_in_container;
    uint64_t size;
    double strength;
};

static const struct compiler_case compiler_cases[] = {
    {"/usr/lib/jvm/java-17/bin/java",               "/usr/lib/jvm/java-17/lib/server/libjvm.so",      0,    NULL,
     false,                                                                                                                  2048 * KIB, 0   },
    {"/usr/bin/node",                               "/usr/lib/libc.so.6",                             0,    "nodejs", false, 256 * KIB,  0   },
 /* A runtime manager's, in a home. */
    {"/home/u/.nvm/versions/node/v20.1.0/bin/node", "/usr/lib/libc.so.6",                             1000, NULL,     false,
     256 * KIB,                                                                                                                          0.33},
    {"/home/u/.sdkman/candidates/java/21/bin/java",
     "/home/u/.sdkman/candidates/java/21/lib/server/libjvm.so",                                       1000, NULL,     false, 2048 * KIB,
     0.33                                                                                                                                    },
 /* Root's, but of no package. */
    {"/opt/idea/jbr/bin/java",                      "/opt/idea/jbr/lib/server/libjvm.so",             0,    "",       false, 2048 * KIB,
     0.33                                                                                                                                    },
 /* A container's /usr vouches for nothing out here. */
    {"/usr/bin/node",                               "/usr/lib/libc.so.6",                             0,    NULL,     true,  256 * KIB,  0.33},
 /* The library decides, too. */
    {"/usr/bin/gjs",                                "/tmp/libmozjs-102.so",                           0,    NULL,     false, 256 * KIB,  0.33},
 /* grep -P and ctypes: small. */
    {"/usr/bin/grep",                               "/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0.11.2", 0,    NULL,     false,
     64 * KIB,                                                                                                                           0.33},
    {"/usr/bin/python3.11",                         "/usr/lib/x86_64-linux-gnu/libffi.so.8.1.2",      0,    NULL,     false,
     16 * KIB,                                                                                                                           0.33},
    {"/usr/bin/python3.11",                         "/usr/lib/x86_64-linux-gnu/libffi.so.8.1.2",      0,    NULL,     false,
     64 * KIB,                                                                                                                           1   },
    {"/opt/x/agent",                                "/opt/x/agent",                                   0,    NULL,     false, 64 * KIB,   1   },
};
enum { COMPILER_CASES = sizeof compiler_cases / sizeof *compiler_cases };

static void wx_mem_knows_compilers_by_library_and_trust(void **state)
{
    struct assessed *a = *state;

    for (int i = 0; i < COMPILER_CASES; i++) {
        const struct compiler_case *row = &compiler_cases[i];
        struct process *process = given_process(&a->given, 10 + i, 1, row->exe);

        process->exe_file.uid = row->exe_uid;
        if (row->package) {
            process->facts[FACT_PACKAGE] = FACT_KNOWN;
            process->package = given_text(&a->given, row->package);
        }
        if (row->is_in_container)
            process->ns_mnt++;
        given_map(&a->given, process, "rwxp", row->size, NULL);
        given_map(&a->given, process, "r-xp", 4 * KIB, row->library);
    }
    assess(a);
    for (int i = 0; i < COMPILER_CASES; i++)
        assert_finds(a, 10 + i, "wx_mem", compiler_cases[i].strength, "rwxp");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, assessed_setup, assessed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(wx_mem_shows_the_line_of_the_largest),
        CASE(wx_mem_spares_code_and_data_apart),
        CASE(wx_mem_knows_compilers_by_library_and_trust),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
