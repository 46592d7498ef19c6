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

static void anon_exec_is_code_without_a_file(void **state)
{
    static const struct {
        const char *permissions, *name, *exe;
        bool is_found;
    } cases[] = {
        {"r-xp", NULL,                      "/opt/x/agent",  true },
        {"--xp", "[stack]",                 "/opt/x/agent",  true },
        {"r-xp", "[anon:code]",             "/opt/x/agent",  true },
        {"r-xs", "/dev/zero (deleted)",     "/opt/x/agent",  true },
        {"r-xs", "/SYSV00000000 (deleted)", "/opt/x/agent",  true },
        {"r-xp", "[vdso]",                  "/opt/x/agent",  false},
        {"r-xp", "[vsyscall]",              "/opt/x/agent",  false},
        {"r--p", NULL,                      "/opt/x/agent",  false},
        {"rwxp", NULL,                      "/opt/x/agent",  false},
        {"r-xp", "/usr/lib/libc.so.6",      "/opt/x/agent",  false},
        {"r-xp", "/opt/x/y.so (deleted)",   "/opt/x/agent",  false},
        {"r-xp", NULL,                      "/usr/bin/node", false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++)
        given_map(&a->given, given_process(&a->given, 10 + i, 1, cases[i].exe),
                  cases[i].permissions, 4 * KIB, cases[i].name);
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "anon_exec", cases[i].is_found, cases[i].permissions);
}

static void anon_exec_leaves_a_compiler_that_also_writes_to_wx_mem(void **state)
{
    struct assessed *a = *state;

    for (int i = 0; i < 2; i++) {
        struct process *node = given_process(&a->given, 10 + i, 1, "/home/u/.nvm/node");
        node->exe_file.uid = 1000;
        given_map(&a->given, node, "r-xp", 64 * KIB, NULL);
        if (i > 0)
            given_map(&a->given, node, "rwxp", 64 * KIB, NULL);
    }
    struct process *unknown = given_process(&a->given, 12, 1, "/opt/x/agent");
    given_map(&a->given, unknown, "r-xp", 4 * KIB, NULL);
    given_map(&a->given, unknown, "rwxp", 4 * KIB, NULL);
    assess(a);
    assert_finds(a, 10, "anon_exec", 0.33, "not vouched for");
    assert_innocent(a, 11, "anon_exec");
    assert_finds(a, 11, "wx_mem", 0.33, "");
    assert_finds(a, 12, "anon_exec", 1, "r-xp");
    assert_finds(a, 12, "wx_mem", 1, "rwxp");
}

static void memfd_map_is_a_library_in_memory(void **state)
{
    static const char double_mapper[] = "/memfd:doublemapper (deleted)";
    struct assessed *a = *state;

    given_map(&a->given, given_process(&a->given, 10, 1, "/opt/x/agent"), "r-xp", 4 * KIB,
              "/memfd:lib (deleted)");
    given_map(&a->given, given_process(&a->given, 11, 1, "/opt/x/agent"), "rw-s", 4 * KIB,
              "/memfd:heap (deleted)");
    given_map(&a->given, given_process(&a->given, 12, 1, "/memfd:x (deleted)"), "r-xp", 4 * KIB,
              "/memfd:x (deleted)");
    /* .NET of the system, bundled with a program, and a library named so. */
    struct process *dotnet = given_process(&a->given, 13, 1, "/usr/bin/pwsh");
    given_map(&a->given, dotnet, "r-xs", 64 * KIB, double_mapper);
    given_map(&a->given, dotnet, "r-xp", 64 * KIB, "/usr/lib/dotnet/libcoreclr.so");
    given_map(&a->given, given_process(&a->given, 14, 1, "/srv/app/app"), "r-xs", 64 * KIB,
              double_mapper);
    given_map(&a->given, given_process(&a->given, 15, 1, "/srv/app/app"), "r-xp", 64 * KIB,
              double_mapper);
    assess(a);
    assert_finds(a, 10, "memfd_map", 1, "/memfd:lib");
    assert_innocent(a, 11, "memfd_map");
    assert_innocent(a, 12, "memfd_map");
    assert_innocent(a, 13, "memfd_map");
    assert_finds(a, 14, "memfd_map", 0.33, ".NET");
    assert_finds(a, 15, "memfd_map", 1, "");
}

static void deleted_map_tells_upgrades_from_what_hides(void **state)
{
    static const struct {
        const char *exe, *library, *other;
        uint32_t permissions;
        bool is_in_container;
        double strength;
    } cases[] = {
        {"/opt/x/agent",            "/home/u/e.so (deleted)",         NULL,                     0,               false, 1   },
        {"/usr/bin/sleep",          "/tmp/e.so (deleted)",            NULL,                     MAP_PATH_EXISTS, false, 1   },
        {"/usr/bin/cupsd",          "/usr/lib/libssl.so.3 (deleted)", NULL,                     0,               false, 0   },
        {"/usr/bin/cupsd",          "/usr/lib/libssl.so.3 (deleted)", NULL,                     0,               true,  1   },
        {"/usr/bin/python3",        "/home/u/v/np.so (deleted)",      NULL,                     MAP_PATH_EXISTS, false, 0.33},
        {"/home/u/app/bin",         "/home/u/app/lib/x.so (deleted)", NULL,                     0,               false, 0.33},
        {"/home/u/app/bin",         "/home/u/apple/x.so (deleted)",   NULL,                     0,               false, 1   },
        {"/usr/bin/java",           "/tmp/jna-1/jna2.tmp (deleted)",  "/usr/lib/jvm/libjvm.so", 0,               false,
         0.33                                                                                                               },
        {"/usr/bin/sleep",          "/dev/zero (deleted)",            NULL,                     0,               false, 0   },
        {"/usr/bin/sleep",          "/SYSV00000001 (deleted)",        NULL,                     0,               false, 0   },
        {"/usr/bin/sleep",          "/memfd:x (deleted)",             NULL,                     0,               false, 0   },
 /* Its own program: deleted_exe. */
        {"/home/u/agent (deleted)", "/home/u/agent (deleted)",        NULL,                     0,               false, 0   },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct assessed *a = *state;

    for (int i = 0; i < COUNT; i++) {
        struct process *process = given_process(&a->given, 10 + i, 1, cases[i].exe);

        process->ns_mnt += cases[i].is_in_container;
        given_map(&a->given, process, "r-xp", 4 * KIB, cases[i].library);
        a->given.maps[a->given.map_count - 1].map.permissions |= cases[i].permissions;
        if (cases[i].other)
            given_map(&a->given, process, "r-xp", 4 * KIB, cases[i].other);
    }
    /* Data that was deleted is no code. */
    given_map(&a->given, given_process(&a->given, 40, 1, "/opt/x/agent"), "r--p", 4 * KIB,
              "/var/cache/x (deleted)");
    assess(a);
    for (int i = 0; i < COUNT; i++)
        assert_judges(a, 10 + i, "deleted_map", cases[i].strength, cases[i].library);
    assert_innocent(a, 40, "deleted_map");
}

static void hollow_exe_wants_a_known_map_and_two_sightings(void **state)
{
    struct assessed *a = *state;

    for (int pid = 10; pid <= 15; pid++)
        given_process(&a->given, pid, 1, "/home/u/agent")->maps_flags = 0;
    a->given.processes[0].exe_file.uid = 1000;
    a->given.processes[1].is_new = true;
    a->given.processes[2].facts[FACT_MAPS] = FACT_TRUNCATED;
    a->given.processes[3].facts[FACT_MAPS] = FACT_DENIED;
    a->given.processes[4].flags |= PROCESS_PF_EXITING;
    a->given.processes[5].maps_flags = MAPS_EXE_IS_MAPPED;
    given_process(&a->given, 16, 1, "/usr/sbin/mysqld")->maps_flags = 0;
    assess(a);
    assert_finds(a, 10, "hollow_exe", 1, "/home/u/agent");
    assert_innocent(a, 11, "hollow_exe");
    assert_innocent(a, 12, "hollow_exe");
    assert_false(is_assessed(a, 13, "hollow_exe"));
    assert_innocent(a, 14, "hollow_exe");
    assert_innocent(a, 15, "hollow_exe");
    assert_finds(a, 16, "hollow_exe", 0.33, "huge pages");
}

static void dirty_text_is_silent_until_somebody_looks(void **state)
{
    struct assessed *a = *state;

    for (int pid = 10; pid <= 14; pid++)
        given_process(&a->given, pid, 1, "/usr/bin/sleep")->written_code =
            (struct written_code){
                .start = 0x10000000, .end = 0x10001000, .kib = 8, .mappings = 2};
    given_map(&a->given, &a->given.processes[0], "r-xp", 4 * KIB, "/usr/lib/libc.so.6");
    a->given.processes[1].tracer_pid = 5;
    a->given.processes[2].written_code = (struct written_code){0};
    a->given.processes[3].facts[FACT_WRITTEN_CODE] = FACT_NOT_ASKED;
    a->given.processes[4].written_code.inode = a->given.processes[4].exe_file.ino;
    assess(a);
    assert_finds(a, 10, "dirty_text", 1,
                 "8 kB of code were written to, at 10000000-10001000 /usr/lib/libc.so.6, "
                 "and in 1 more");
    assert_innocent(a, 11, "dirty_text");
    assert_innocent(a, 12, "dirty_text");
    /* Not asked is no failure: nothing says that it could not be assessed. */
    assert_innocent(a, 13, "dirty_text");
    assert_finds(a, 14, "dirty_text", 1, "of its executable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(wx_mem_shows_the_line_of_the_largest),
        CASE(wx_mem_spares_code_and_data_apart),
        CASE(wx_mem_knows_compilers_by_library_and_trust),
        CASE(anon_exec_is_code_without_a_file),
        CASE(anon_exec_leaves_a_compiler_that_also_writes_to_wx_mem),
        CASE(memfd_map_is_a_library_in_memory),
        CASE(deleted_map_tells_upgrades_from_what_hides),
        CASE(hollow_exe_wants_a_known_map_and_two_sightings),
        CASE(dirty_text_is_silent_until_somebody_looks),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
