/* SPDX-License-Identifier: MIT */
/* RPM's database below a root directory: made by rpmbuild and rpm, where they are. */
#include "tests/support/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/memory.h"
#include "gather/packages.h"

enum { CAP = 1 << 20 };

static const char make_database[] =
    "set -e; cd '%s'; export HOME=$PWD\n"
    "mkdir -p root/var/lib/rpm tree/opt/pw\n"
    "echo 'the tool' >tree/opt/pw/tool; echo 'a setting' >tree/opt/pw/tool.conf\n"
    "cat >tool.spec <<'EOF'\n"
    "Name: pw-tool\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
    "%%description\nx\n"
    "%%install\nmkdir -p %%{buildroot}/opt; cp -r %%{getenv:HOME}/tree/opt/pw "
    "%%{buildroot}/opt/\n"
    "%%files\n/opt/pw/tool\n%%config /opt/pw/tool.conf\n"
    "EOF\n"
    "rpmbuild -bb --define \"_topdir $PWD/build\" --define '_build_id_links none' tool.spec\n"
    "rpm --dbpath \"$PWD/root/var/lib/rpm\" -i --justdb --nodeps --ignorearch "
    "build/RPMS/noarch/*.rpm\n";

struct machine {
    char top[64];
    struct packages *packages;
};

static int prepare(void **state)
{
    struct machine *machine = memory_new(1, sizeof *machine);
    char command[2048], script[2048], root[128];

    *state = machine;
    strcpy(machine->top, "/var/tmp/procwatch-rpm-XXXXXX");
    assert_non_null(mkdtemp(machine->top));
    snprintf(root, sizeof root, "%s/root", machine->top);
    if (system("command -v rpmbuild >/dev/null && command -v rpm >/dev/null") != 0)
        return 0;
    snprintf(script, sizeof script, make_database, machine->top);
    snprintf(command, sizeof command, "%s/make", machine->top);
    FILE *file = fopen(command, "w");
    assert_non_null(file);
    fputs(script, file);
    fclose(file);
    snprintf(command, sizeof command, "sh %s/make >%s/log 2>&1 || { cat %s/log; exit 1; }",
             machine->top, machine->top, machine->top);
    assert_int_equal(system(command), 0);
    machine->packages = packages_new(root);
    return 0;
}

static int clean_up(void **state)
{
    struct machine *machine = *state;
    char command[128];

    packages_free(machine->packages);
    snprintf(command, sizeof command, "rm -rf '%s'", machine->top);
    free(machine);
    return system(command);
}

static enum package_integrity compare(const struct machine *machine, const char *path,
                                      const char *file)
{
    char full[256];
    struct md5 md5;
    struct sha256 sha256;

    snprintf(full, sizeof full, "%s/%s", machine->top, file);
    int fd = open(full, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(md5_of_file(fd, CAP, &md5), 0);
    assert_int_equal(sha256_of_file(fd, CAP, &sha256), 0);
    close(fd);
    return packages_compare(machine->packages, span_of_string(path), &md5, &sha256);
}

static void owners_and_digests_come_from_the_database(void **state)
{
    struct machine *machine = *state;
    struct packages_stats stats;
    char name[PACKAGE_NAME_SIZE];

    if (!machine->packages)
        skip();
    assert_true(packages_refresh(machine->packages, 1));
    packages_stats(machine->packages, &stats);
    assert_string_equal(stats.backend, "rpm");
    assert_int_equal(stats.packages, 1);
    assert_int_equal(packages_owner(machine->packages, span_of_string("/opt/pw/tool"), &name),
                     PACKAGE_OWNED);
    assert_string_equal(name, "pw-tool");
    assert_int_equal(packages_owner(machine->packages, span_of_string("/opt/pw/other"), &name),
                     PACKAGE_UNOWNED);
    assert_string_equal(name, "");
    assert_int_equal(compare(machine, "/opt/pw/tool", "tree/opt/pw/tool"), PACKAGE_INTACT);
    assert_int_equal(compare(machine, "/opt/pw/tool", "tree/opt/pw/tool.conf"),
                     PACKAGE_MODIFIED);
    assert_int_equal(compare(machine, "/opt/pw/tool.conf", "tree/opt/pw/tool"),
                     PACKAGE_NOT_COMPARED);
    assert_int_equal(compare(machine, "/opt/pw/other", "tree/opt/pw/tool"),
                     PACKAGE_NOT_COMPARED);
}

static void a_removal_is_noticed(void **state)
{
    struct machine *machine = *state;
    char command[256], name[PACKAGE_NAME_SIZE];
    uint64_t now_ms = 1;

    if (!machine->packages)
        skip();
    assert_true(packages_refresh(machine->packages, now_ms));
    now_ms += PACKAGES_CHECK_INTERVAL_MS;
    assert_false(packages_refresh(machine->packages, now_ms));
    snprintf(command, sizeof command,
             "rpm --dbpath %s/root/var/lib/rpm -e --justdb --nodeps pw-tool", machine->top);
    assert_int_equal(system(command), 0);
    now_ms += PACKAGES_CHECK_INTERVAL_MS;
    assert_true(packages_refresh(machine->packages, now_ms));
    /* Of an empty one we do not say that everything is of no package. */
    assert_int_equal(packages_owner(machine->packages, span_of_string("/opt/pw/tool"), &name),
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
