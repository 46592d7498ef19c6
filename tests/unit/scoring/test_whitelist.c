/* SPDX-License-Identifier: MIT */
#include "scoring/whitelist.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

static const char hash_text[] =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

static bool matches(const struct given *given, enum whitelist_kind kind, const char *text,
                    int32_t pid)
{
    struct whitelist whitelist;

    whitelist_init(&whitelist);
    assert_null(whitelist_add(&whitelist, kind, text));
    bool does = whitelist_find(&whitelist, &given->snapshot,
                               snapshot_find(&given->snapshot, pid)) != NULL;
    whitelist_release(&whitelist);
    return does;
}

static void names_are_comms_and_long_ones_need_the_file(void **state)
{
    struct given *given = *state;

    given_process(given, 10, 1, "/usr/sbin/sshd");
    given_process(given, 11, 1, "/usr/bin/NetworkManager-dispatcher");
    given_process(given, 12, 1, "/opt/x/y")->comm = given_text(given, "NetworkManager-");
    given_process(given, 13, 1, "/opt/x/sshd ");
    given_process(given, 14, 1, "/opt/x/y")->comm = given_text(given, "/usr/sbin/sshd");
    given_seal(given);
    assert_true(matches(given, WHITELIST_NAME, "sshd", 10));
    assert_true(matches(given, WHITELIST_NAME, "NetworkManager-dispatcher", 11));
    assert_false(matches(given, WHITELIST_NAME, "NetworkManager-dispatcher", 12));
    assert_false(matches(given, WHITELIST_NAME, "sshd", 13));
    assert_false(matches(given, WHITELIST_PATTERN, "/usr/sbin/*", 14));
    assert_false(matches(given, WHITELIST_PATH, "/usr/sbin/sshd", 14));
}

static void patterns_cross_slashes_and_tell_path_from_name(void **state)
{
    struct given *given = *state;

    given_process(given, 10, 1, "/home/u/dev/a/b/server");
    given_process(given, 11, 1, "/opt/kubelet/kube-proxy");
    given_process(given, 12, 1, "/memfd:/usr/bin/top (deleted)")->exe_file.nlink = 0;
    given_process(given, 13, 1, "/usr/bin/top (deleted)")->exe_file.nlink = 0;
    given_seal(given);
    assert_true(matches(given, WHITELIST_PATTERN, "/home/*/dev/*", 10));
    assert_true(matches(given, WHITELIST_PATTERN, "kube-*", 11));
    assert_false(matches(given, WHITELIST_PATTERN, "*/top*", 12));
    assert_true(matches(given, WHITELIST_PATTERN, "/memfd:/usr/bin/top*", 12));
    assert_true(matches(given, WHITELIST_PATTERN, "/usr/bin/top", 13));
    assert_false(matches(given, WHITELIST_PATTERN, "/opt/*", 10));
}

static void paths_never_match_deleted_or_memfd(void **state)
{
    struct given *given = *state;

    given_process(given, 10, 1, "/usr/bin/top");
    given_process(given, 11, 1, "/usr/bin/top (deleted)")->exe_file.nlink = 0;
    given_process(given, 12, 1, "/memfd:x (deleted)")->exe_file.nlink = 0;
    given_process(given, 13, 1, "/usr/bin/top")->facts[FACT_EXE] = FACT_DENIED;
    given_seal(given);
    assert_true(matches(given, WHITELIST_PATH, "/usr/bin/top", 10));
    assert_false(matches(given, WHITELIST_PATH, "/usr/bin/top", 11));
    assert_false(matches(given, WHITELIST_PATH, "/usr/bin/top (deleted)", 11));
    assert_false(matches(given, WHITELIST_PATH, "/memfd:x (deleted)", 12));
    assert_false(matches(given, WHITELIST_PATH, "/usr/bin/top", 13));
}

static void users_by_name_or_number_and_hashes_when_known(void **state)
{
    struct given *given = *state;
    struct process *user = given_process(given, 10, 1, "/usr/bin/top");
    struct process *hashed = given_process(given, 11, 1, "/usr/bin/top");

    user->uid[0] = 0;
    user->uid[1] = 1000;
    user->user = given_text(given, "ann");
    sha256_parse(hash_text, &hashed->sha256);
    hashed->facts[FACT_SHA256] = FACT_KNOWN;
    given_process(given, 12, 1, "/usr/bin/top")->sha256 = hashed->sha256; /* not known */
    given_seal(given);
    assert_true(matches(given, WHITELIST_USER, "1000", 10));
    assert_true(matches(given, WHITELIST_USER, "ann", 10));
    assert_false(matches(given, WHITELIST_USER, "0", 10));
    assert_true(matches(given, WHITELIST_USER, "root", 11));
    assert_true(matches(given, WHITELIST_HASH, hash_text, 11));
    assert_false(matches(given, WHITELIST_HASH, hash_text, 12));
}

static void the_entry_that_is_hardest_to_forge_is_named(void **state)
{
    static const struct {
        enum whitelist_kind kind;
        const char *text;
    } entries[] = {
        {WHITELIST_HASH,    hash_text     },
        {WHITELIST_PATH,    "/usr/bin/top"},
        {WHITELIST_PATTERN, "/usr/*"      },
        {WHITELIST_NAME,    "top"         },
        {WHITELIST_USER,    "root"        },
    };
    enum { COUNT = sizeof entries / sizeof *entries };
    struct given *given = *state;
    struct process *process = given_process(given, 10, 1, "/usr/bin/top");
    struct whitelist whitelist, copy;

    sha256_parse(hash_text, &process->sha256);
    process->facts[FACT_SHA256] = FACT_KNOWN;
    given_seal(given);
    const struct process *top = given->snapshot.processes;

    whitelist_init(&whitelist);
    for (int i = COUNT; i-- > 0;)
        for (int again = 0; again < 2; again++)
            assert_null(whitelist_add(&whitelist, entries[i].kind, entries[i].text));
    assert_int_equal(whitelist.count, COUNT);
    whitelist_copy(&copy, &whitelist);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(whitelist_find(&whitelist, &given->snapshot, top)->kind,
                         entries[i].kind);
        assert_int_equal(whitelist_wants_hashes(&whitelist), i == 0);
        assert_true(whitelist_remove(&whitelist, entries[i].kind, entries[i].text));
        assert_false(whitelist_remove(&whitelist, entries[i].kind, entries[i].text));
    }
    assert_null(whitelist_find(&whitelist, &given->snapshot, top));
    whitelist_release(&whitelist);
    assert_int_equal(whitelist_find(&copy, &given->snapshot, top)->kind, WHITELIST_HASH);
    whitelist_release(&copy);
}

static void says_what_is_wrong_with_an_entry(void **state)
{
    (void)state;
    static const struct {
        enum whitelist_kind kind;
        const char *text;
    } cases[] = {
        {WHITELIST_NAME, ""          },
        {WHITELIST_HASH, "abc123..." },
        {WHITELIST_PATH, "usr/bin/x" },
        {WHITELIST_USER, "4294967295"},
    };
    struct whitelist whitelist;

    whitelist_init(&whitelist);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_non_null(whitelist_add(&whitelist, cases[i].kind, cases[i].text));
    assert_int_equal(whitelist.count, 0);
    whitelist_release(&whitelist);
}

/* Twins but for one thing that some entry looks at, each asked twice. */
static void recalls_only_whom_no_entry_can_tell_apart(void **state)
{
    struct given *given = *state;
    struct whitelist_memo memo = {0};
    struct whitelist whitelist;

    for (int32_t pid = 10; pid < 30; pid++)
        given_process(given, pid, 1, "/opt/app/service (deleted)");
    given->processes[1].comm = given_text(given, "other");
    given->processes[2].exe = given_text(given, "/opt/app/service");
    given->processes[3].exe_file.nlink = 0;
    given->processes[4].uid[1] = 1000;
    given->processes[5].user = given_text(given, "eve");
    given->processes[6].facts[FACT_EXE] = FACT_DENIED;
    given->processes[7].facts[FACT_EXE_FILE] = FACT_DENIED;
    given->processes[8].facts[FACT_STATUS] = FACT_DENIED;
    given->processes[9].facts[FACT_SHA256] = FACT_KNOWN;
    given->processes[10].facts[FACT_SHA256] = FACT_KNOWN;
    given->processes[10].sha256.bytes[0] = 0xab;
    given_seal(given);

    static const struct {
        enum whitelist_kind kind;
        const char *text;
    } entries[] = {
        {WHITELIST_NAME,    "other"                                                           },
        {WHITELIST_PATH,    "/opt/app/service"                                                },
        {WHITELIST_PATTERN, "/opt/app/service"                                                },
        {WHITELIST_USER,    "1000"                                                            },
        {WHITELIST_USER,    "eve"                                                             },
        {WHITELIST_HASH,    "ab00000000000000000000000000000000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        whitelist_init(&whitelist);
        assert_null(whitelist_add(&whitelist, entries[i].kind, entries[i].text));
        memo = (struct whitelist_memo){0};
        size_t matches = 0;
        for (size_t round = 0; round < 2; round++)
            for (size_t p = 0; p < given->snapshot.process_count; p++) {
                const struct process *process = &given->snapshot.processes[p];
                const struct whitelist_entry *entry =
                    whitelist_recall(&memo, &whitelist, &given->snapshot, process);

                assert_ptr_equal(entry, whitelist_find(&whitelist, &given->snapshot, process));
                matches += entry != NULL;
            }
        assert_true(matches > 0);
        assert_true(matches < 2 * given->snapshot.process_count);
        whitelist_release(&whitelist);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(names_are_comms_and_long_ones_need_the_file),
        CASE(patterns_cross_slashes_and_tell_path_from_name),
        CASE(paths_never_match_deleted_or_memfd),
        CASE(users_by_name_or_number_and_hashes_when_known),
        CASE(the_entry_that_is_hardest_to_forge_is_named),
        CASE(recalls_only_whom_no_entry_can_tell_apart),
        cmocka_unit_test(says_what_is_wrong_with_an_entry),
    };

    return cmocka_run_group_tests_name("whitelist", tests, NULL, NULL);
}
