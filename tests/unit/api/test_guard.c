/* SPDX-License-Identifier: MIT */
#include "api/guard.h"

#include <errno.h>
#include <unistd.h>

#include "tests/support/scratch.h"

static void knows_its_own_hosts_alone(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool is_ours;
    } cases[] = {
        {"localhost",           true },
        {"LOCALHOST:8080",      true },
        {"127.0.0.1:8080",      true },
        {"[::1]:8080",          true },
        {"192.0.2.7:8080",      true },
        {"web1",                true },
        {"Web1:8080",           true },
        {"proxy:443",           true },
        {"[2001:db8::1]",       true },
        {"[2001:db8::1]:8080",  true },
        {"proxy",               false},
        {"web1:443",            false},
        {"web1.evil.test",      false},
        {"web1,web2",           false},
        {"2001:db8::1",         false},
        {"localhost:80",        false},
        {"localhost.evil.test", false},
        {"evil.test",           false},
        {"127.0.0.1.evil.test", false},
        {"127.0.0.1:8080@evil", false},
        {"",                    false},
    };

    static const char names[] = "192.0.2.7,web1,proxy:443,2001:db8::1";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(guard_is_our_host(cases[i].header, names, 8080), cases[i].is_ours);
    assert_false(guard_is_our_host("", "", 8080));
    assert_false(guard_is_our_host("", ",,", 8080));
}

static void compares_the_whole_token(void **state)
{
    (void)state;

    assert_true(guard_token_matches("Bearer abc", "abc"));
    assert_true(guard_token_matches("bearer abc", "abc"));
    assert_false(guard_token_matches("Bearer abd", "abc"));
    assert_false(guard_token_matches("Bearer abcd", "abc"));
    assert_false(guard_token_matches("Bearer ab", "abc"));
    assert_false(guard_token_matches("abc", "abc"));
    assert_false(guard_token_matches(NULL, "abc"));
    assert_false(guard_token_matches("Bearer ", ""));
}

static void knows_who_can_only_be_reached_from_here(void **state)
{
    static const struct {
        const char *host;
        bool is_loopback;
    } cases[] = {
        {"127.0.0.1",           true },
        {"127.9.9.9",           true },
        {"::1",                 true },
        {"localhost",           true },
        {"0.0.0.0",             false},
        {"::",                  false},
        {"128.0.0.1",           false},
        {"10.0.0.1",            false},
        {"2001:db8::1",         false},
        {"localhost.evil.test", false},
        {"127.0.0.1.evil.test", false},
        {"",                    false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(guard_is_loopback(cases[i].host), cases[i].is_loopback);
}

static void makes_a_token_once_and_wants_it_private(void **state)
{
    (void)state;
    const char *path = scratch_path("token");
    char first[GUARD_TOKEN_SIZE], second[GUARD_TOKEN_SIZE];
    struct stat status;

    assert_int_equal(guard_read_token(path, &first), 0);
    assert_int_equal(strlen(first), GUARD_TOKEN_SIZE - 1);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(guard_read_token(path, &second), 0);
    assert_string_equal(first, second);

    chmod(path, 0640);
    assert_int_equal(guard_read_token(path, &second), -EPERM);
    chmod(path, 0600);
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(guard_read_token(path, &second), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_own_hosts_alone),
        cmocka_unit_test(compares_the_whole_token),
        cmocka_unit_test(knows_who_can_only_be_reached_from_here),
        cmocka_unit_test_setup_teardown(makes_a_token_once_and_wants_it_private, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
