/* SPDX-License-Identifier: MIT */
/* A user database that answers at once, late, or never. */
#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>

#include "engine/names.h"
#include "tests/support/test.h"
#include "tests/unit/engine/crew.h"

enum { NAMELESS = 4000, HANGING = 5000 }; /* and what comes behind */

static _Atomic bool is_hanging = true;
static _Atomic unsigned asked;

/* ld --wrap: no other user database is asked. */
int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *room, size_t size,
                      struct passwd **ret_found);
int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *room, size_t size,
                      struct passwd **ret_found)
{
    *ret_found = NULL;
    if (uid < NAMELESS && size < 4096)
        return ERANGE; /* a long entry */
    asked++;
    while (uid >= HANGING && is_hanging)
        poll(NULL, 0, 5);
    if (uid == NAMELESS)
        return 0;
    snprintf(room, size, "user%u", uid);
    *entry = (struct passwd){.pw_name = room};
    *ret_found = entry;
    return 0;
}

static bool find(struct names *names, uint32_t uid, const char **ret_name)
{
    struct gather_names hooks = names_hooks(names);

    return hooks.find(hooks.context, uid, ret_name);
}

/* NULL: it is nobody's. */
static void await_name(struct names *names, uint32_t uid, const char *expected)
{
    uint64_t end_ms = crew_now_ms() + 10000;
    const char *name = "";

    while (!find(names, uid, &name)) {
        assert_true(crew_now_ms() < end_ms);
        poll(NULL, 0, 5);
    }
    if (expected)
        assert_string_equal(name, expected);
    else
        assert_null(name);
}

static void a_quick_answer_is_had_in_any_order(void **state)
{
    (void)state;
    struct names *names = names_new();
    char expected[16];
    const char *name = "";

    for (uint32_t i = 0; i < 100; i++) {
        snprintf(expected, sizeof expected, "user%u", i * 37 % 100);
        await_name(names, i * 37 % 100, expected);
    }
    /* And once: the second time it is known. */
    unsigned before = asked;
    assert_true(find(names, 42, &name));
    assert_string_equal(name, "user42");
    assert_int_equal(asked, before);
    assert_int_equal(before, 100);
    await_name(names, NAMELESS, NULL);
}

static void one_that_never_comes_costs_a_moment(void **state)
{
    (void)state;
    struct names *names = names_new();
    const char *name;
    uint64_t start_ms = crew_now_ms();

    for (uint32_t uid = HANGING; uid < HANGING + 200; uid++)
        assert_false(find(names, uid, &name));
    assert_true(crew_now_ms() - start_ms < 1000);
    /* A second thread finds out about those behind, as long as not all hang. */
    is_hanging = false;
    for (uint32_t uid = HANGING; uid < HANGING + 200; uid++) {
        char expected[16];
        snprintf(expected, sizeof expected, "user%u", uid);
        await_name(names, uid, expected);
    }
    is_hanging = true;
}

static void one_that_hangs_does_not_keep_the_others(void **state)
{
    (void)state;
    struct names *names = names_new();
    const char *name;

    assert_false(find(names, HANGING, &name));
    await_name(names, 11, "user11");
    assert_false(find(names, HANGING + 1, &name));
    await_name(names, 12, "user12");
    assert_false(find(names, HANGING, &name));
    is_hanging = false;
    await_name(names, HANGING, "user5000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quick_answer_is_had_in_any_order),
        cmocka_unit_test(one_that_never_comes_costs_a_moment),
        cmocka_unit_test(one_that_hangs_does_not_keep_the_others),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
