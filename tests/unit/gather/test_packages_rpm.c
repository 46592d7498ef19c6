/* SPDX-License-Identifier: MIT */
/* RPM's database below a root directory: made by rpmbuild and rpm, where they are. */
#include "tests/unit/gather/delivered.h"

static const char make_database[] =
    "set -e; export HOME=$PWD\n"
    "mkdir -p root/var/lib/rpm tree/opt/pw\n"
    "echo 'the tool' >tree/opt/pw/tool; echo 'a setting' >tree/opt/pw/tool.conf\n"
    "cat >tool.spec <<'EOF'\n"
    "Name: pw-tool\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
    "%description\nx\n"
    "%install\nmkdir -p %{buildroot}/opt; cp -r %{getenv:HOME}/tree/opt/pw "
    "%{buildroot}/opt/\n"
    "%files\n/opt/pw/tool\n%config /opt/pw/tool.conf\n"
    "EOF\n"
    "rpmbuild -bb --define \"_topdir $PWD/build\" --define '_build_id_links none' tool.spec\n"
    "rpm --dbpath \"$PWD/root/var/lib/rpm\" -i --justdb --nodeps --ignorearch "
    "build/RPMS/noarch/*.rpm\n";

static int prepare(void **state)
{
    if (!scratch_make())
        return -1;
    *state = NULL;
    if (system("command -v rpmbuild >/dev/null && command -v rpm >/dev/null") != 0) {
        print_message("rpmbuild or rpm is not installed\n");
        return 0;
    }
    scratch_write("make", make_database, 0700);
    scratch_run("sh ./make >log 2>&1 || { cat log; exit 1; }");
    *state = packages_new(scratch_path("root"));
    return 0;
}

static int clean_up(void **state)
{
    packages_free(*state);
    return scratch_remove();
}

static void owners_and_digests_come_from_the_database(void **state)
{
    struct packages *packages = *state;
    struct packages_stats stats;
    char name[PACKAGE_NAME_SIZE];

    if (!packages)
        skip();
    assert_true(packages_refresh(packages, 1));
    packages_stats(packages, &stats);
    assert_string_equal(stats.backend, "rpm");
    assert_int_equal(stats.packages, 1);
    assert_int_equal(packages_owner(packages, span_of_string("/opt/pw/tool"), &name),
                     PACKAGE_OWNED);
    assert_string_equal(name, "pw-tool");
    assert_int_equal(packages_owner(packages, span_of_string("/opt/pw/other"), &name),
                     PACKAGE_UNOWNED);
    assert_string_equal(name, "");
    assert_int_equal(delivered_compare(packages, "/opt/pw/tool", "tree/opt/pw/tool"),
                     PACKAGE_INTACT);
    assert_int_equal(delivered_compare(packages, "/opt/pw/tool", "tree/opt/pw/tool.conf"),
                     PACKAGE_MODIFIED);
    assert_int_equal(delivered_compare(packages, "/opt/pw/tool.conf", "tree/opt/pw/tool"),
                     PACKAGE_NOT_COMPARED);
    assert_int_equal(delivered_compare(packages, "/opt/pw/other", "tree/opt/pw/tool"),
                     PACKAGE_NOT_COMPARED);
}

static void a_removal_is_noticed(void **state)
{
    struct packages *packages = *state;
    char name[PACKAGE_NAME_SIZE];
    uint64_t now_ms = 1;

    if (!packages)
        skip();
    assert_true(packages_refresh(packages, now_ms));
    now_ms += PACKAGES_CHECK_INTERVAL_MS;
    assert_false(packages_refresh(packages, now_ms));
    scratch_run("rpm --dbpath \"$PWD/root/var/lib/rpm\" -e --justdb --nodeps pw-tool");
    now_ms += PACKAGES_CHECK_INTERVAL_MS;
    assert_true(packages_refresh(packages, now_ms));
    /* Of an empty one we do not say that everything is of no package. */
    assert_int_equal(packages_owner(packages, span_of_string("/opt/pw/tool"), &name),
                     PACKAGE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(owners_and_digests_come_from_the_database, prepare,
                                        clean_up),
        cmocka_unit_test_setup_teardown(a_removal_is_noticed, prepare, clean_up),
    };
    return cmocka_run_group_tests_name("packages_rpm", tests, NULL, NULL);
}
