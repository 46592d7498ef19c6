/* SPDX-License-Identifier: MIT */
#include "gather/packages.h"

#include <sys/stat.h>
#include <time.h>

#include "base/memory.h"
#include "gather/path_table.h"
#include "gather/paths.h"
#include "tests/support/block.h"
#include "tests/unit/gather/delivered.h"

/* The scratch directory is a root with a small dpkg database; and a clock to refresh by. */
struct machine {
    struct packages *packages;
    uint64_t now_ms;
};

static void make_directories(const char *path)
{
    char full[512];

    snprintf(full, sizeof full, "%s", scratch_path(path));
    for (char *slash = full + strlen(scratch) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0755);
        *slash = '/';
    }
}

static void write_bytes(const char *path, const void *bytes, size_t length)
{
    make_directories(path);
    FILE *file = fopen(scratch_path(path), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

static void link_to(const char *path, const char *target)
{
    make_directories(path);
    assert_int_equal(symlink(target, scratch_path(path)), 0);
}

/* Long ago, so that the database counts as settled. */
static void settle(void)
{
    static const char *const paths[] = {"var/lib/dpkg/info", "var/lib/dpkg/status",
                                        "var/lib/dpkg/diversions"};
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        utimensat(AT_FDCWD, scratch_path(paths[i]), times, 0);
}

static bool refresh(struct machine *machine)
{
    machine->now_ms += PACKAGES_CHECK_INTERVAL_MS;
    return packages_refresh(machine->packages, machine->now_ms);
}

static int set_up(void **state)
{
    struct machine *machine = memory_new(1, sizeof *machine);

    if (!scratch_make())
        return -1;
    link_to("bin", "usr/bin");
    link_to("lib", "/usr/lib");
    make_directories("sbin/"); /* not merged on this machine */
    write_text("var/lib/dpkg/status", "Package: dpkg\n");
    write_text("var/lib/dpkg/info/dpkg.list", "/.\n/usr\n/usr/bin\n/usr/bin/dpkg\n");
    write_text("var/lib/dpkg/info/bash.list",
               "/.\n/bin\n/bin/bash\n/etc/bash.bashrc\n/bin/sh\n");
    write_text("var/lib/dpkg/info/bash.md5sums",
               "900150983cd24fb0d6963f7d28e17f72  bin/bash\n");
    write_text("var/lib/dpkg/info/libc6:amd64.list",
               "/.\n/usr/lib/x86_64/libc.so.6\n/sbin/ldconfig");
    settle();
    machine->packages = packages_new(scratch);
    *state = machine;
    return 0;
}

static int tear_down(void **state)
{
    struct machine *machine = *state;

    packages_free(machine->packages);
    free(machine);
    return scratch_remove();
}

static void expect(struct machine *machine, const char *path, enum package_owner owner,
                   const char *name)
{
    char found[PACKAGE_NAME_SIZE] = "?";

    assert_int_equal(packages_owner(machine->packages, span_of_string(path), &found), owner);
    assert_string_equal(found, name);
}

static void finds_the_owner_through_merged_directories(void **state)
{
    static const struct {
        const char *path;
        enum package_owner owner;
        const char *name;
    } cases[] = {
        {"/usr/bin/bash",             PACKAGE_OWNED,   "bash" },
        {"/bin/bash",                 PACKAGE_OWNED,   "bash" },
        {"/bin/dpkg",                 PACKAGE_OWNED,   "dpkg" },
        {"/lib/x86_64/libc.so.6",     PACKAGE_OWNED,   "libc6"},
        {"/usr/lib/x86_64/libc.so.6", PACKAGE_OWNED,   "libc6"},
        {"/sbin/ldconfig",            PACKAGE_OWNED,   "libc6"}, /* list's last, no newline */
        {"/usr/sbin/ldconfig",        PACKAGE_UNOWNED, ""     }, /* /sbin is no symlink here */
        {"/etc/bash.bashrc",          PACKAGE_OWNED,   "bash" },
        {"/usr/bin/bash2",            PACKAGE_UNOWNED, ""     },
        {"/usr/bin/bas",              PACKAGE_UNOWNED, ""     },
        {"/binary/bash",              PACKAGE_UNOWNED, ""     },
        {"/tmp/bash",                 PACKAGE_UNOWNED, ""     },
        {"bash",                      PACKAGE_UNKNOWN, ""     },
        {"",                          PACKAGE_UNKNOWN, ""     },
    };

    assert_true(refresh(*state));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(*state, cases[i].path, cases[i].owner, cases[i].name);
}

static void follows_two_merges(void **state)
{
    struct machine *machine = *state;

    assert_int_equal(rmdir(scratch_path("sbin")), 0);
    link_to("sbin", "usr/sbin");
    link_to("usr/sbin", "bin");
    assert_true(refresh(machine));
    expect(machine, "/usr/bin/ldconfig", PACKAGE_OWNED, "libc6");
}

static void honours_diversions(void **state)
{
    struct machine *machine = *state;

    write_text("var/lib/dpkg/info/dash.list", "/bin/sh\n/usr/bin/perf\n");
    write_text("var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\ndash\n"
                                          "/usr/bin/perf\n/usr/bin/perf.old\n:\n");
    assert_true(refresh(machine));
    expect(machine, "/usr/bin/sh", PACKAGE_OWNED, "dash");
    expect(machine, "/usr/bin/sh.distrib", PACKAGE_OWNED, "bash");
    /* Diverted by the administrator: what stands there is of no package. */
    expect(machine, "/usr/bin/perf", PACKAGE_UNOWNED, "");
    expect(machine, "/usr/bin/perf.old", PACKAGE_OWNED, "dash");
}

/* What is noted of it: "" for nothing; until the next call. */
static const char *note_of(const struct paths *paths)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    static char text[128];
    struct snapshot snapshot;

    snapshot_builder_header(builder)->ticks_per_second = 100;
    snapshot_builder_header(builder)->cpus = 1;
    snapshot_builder_header(builder)->page_size = 4096;
    paths_note_incomplete(paths, builder);
    void *block = block_open(builder, &snapshot);
    snprintf(text, sizeof text, "%s",
             snapshot.note_count > 0 ? snapshot_string(&snapshot, snapshot.notes[0].text) : "");
    free(block);
    return text;
}

static void is_unsure_with_half_a_diversion(void **state)
{
    struct machine *machine = *state;
    const struct paths paths = {.packages = machine->packages};

    assert_true(refresh(machine));
    assert_string_equal(note_of(&paths), "");

    write_text("var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\n");
    assert_true(refresh(machine));
    expect(machine, "/usr/bin/sh", PACKAGE_OWNED, "bash");
    expect(machine, "/opt/x", PACKAGE_UNKNOWN, "");
    assert_string_equal(note_of(&paths),
                        "the list of diversions is cut off: who is of no package is not known");
}

static void says_unknown_without_a_database(void **state)
{
    struct machine *machine = *state;
    struct packages_stats stats;

    expect(machine, "/usr/bin/bash", PACKAGE_UNKNOWN, ""); /* not loaded yet */

    assert_int_equal(unlink(scratch_path("var/lib/dpkg/status")), 0);
    assert_false(refresh(machine));
    expect(machine, "/usr/bin/bash", PACKAGE_UNKNOWN, "");
    packages_stats(machine->packages, &stats);
    assert_null(stats.backend);

    struct packages *nowhere = packages_new("/nonexistent/root");
    assert_false(packages_refresh(nowhere, PACKAGES_CHECK_INTERVAL_MS));
    packages_free(nowhere);
}

static void distrusts_a_dpkg_that_does_not_own_itself(void **state)
{
    struct machine *machine = *state;

    write_text("var/lib/dpkg/info/dpkg.list", "/.\n/usr\n/usr/bin\n");
    assert_false(refresh(machine));
    expect(machine, "/usr/bin/bash", PACKAGE_UNKNOWN, "");
}

static void reloads_what_changed_and_only_then(void **state)
{
    struct machine *machine = *state;
    struct packages_stats stats;

    assert_true(refresh(machine));
    assert_false(refresh(machine));

    write_text("var/lib/dpkg/info/new.list", "/usr/bin/new\n");
    assert_false(packages_refresh(machine->packages, machine->now_ms + 1)); /* too early */
    expect(machine, "/usr/bin/new", PACKAGE_UNOWNED, "");
    assert_true(refresh(machine));
    expect(machine, "/usr/bin/new", PACKAGE_OWNED, "new");

    /* Changed a moment ago: another change in the same tick would not show. */
    assert_true(refresh(machine));
    settle();
    assert_true(refresh(machine));
    assert_false(refresh(machine));
    packages_stats(machine->packages, &stats);
    assert_int_equal(stats.loads, 4);
    assert_int_equal(stats.packages, 4);
}

static void does_not_trust_a_list_that_changed_under_it(void **state)
{
    struct machine *machine = *state;

    assert_true(refresh(machine));
    write_text("var/lib/dpkg/info/bash.list", "/.\n/bin\n/bin/rbash\n");
    expect(machine, "/usr/bin/bash", PACKAGE_UNKNOWN, "");
}

struct hashed_path {
    uint32_t hash, number;
};

static int compare_hashed_paths(const void *left, const void *right)
{
    const struct hashed_path *a = left, *b = right;

    return (a->hash > b->hash) - (a->hash < b->hash);
}

/* Two paths of one hash, as whoever names a file can look for them. */
static void find_collision(char (*ret_one)[64], char (*ret_other)[64])
{
    enum { COUNT = 300000 };
    struct hashed_path *paths = memory_new(COUNT, sizeof *paths);
    uint32_t at = 1;

    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(*ret_one, sizeof *ret_one, "/opt/tool%u", i);
        paths[i] = (struct hashed_path){path_hash(span_of_string(*ret_one)), i};
    }
    qsort(paths, COUNT, sizeof *paths, compare_hashed_paths);
    while (at < COUNT && paths[at].hash != paths[at - 1].hash)
        at++;
    assert_true(at < COUNT);
    snprintf(*ret_one, sizeof *ret_one, "/opt/tool%u", paths[at - 1].number);
    snprintf(*ret_other, sizeof *ret_other, "/opt/tool%u", paths[at].number);
    free(paths);
}

static void tells_paths_of_one_hash_apart(void **state)
{
    struct machine *machine = *state;
    char listed[64], other[64], text[128];

    find_collision(&listed, &other);
    snprintf(text, sizeof text, "%s\n", listed);
    write_text("var/lib/dpkg/info/tool.list", text);
    assert_true(refresh(machine));
    expect(machine, listed, PACKAGE_OWNED, "tool");
    expect(machine, other, PACKAGE_UNOWNED, "");
}

static void survives_odd_lists(void **state)
{
    struct machine *machine = *state;
    static char bytes[150000];

    memset(bytes, 'a', sizeof bytes);
    bytes[0] = '/';
    write_bytes("var/lib/dpkg/info/long.list", bytes, sizeof bytes);
    write_bytes("var/lib/dpkg/info/nul.list", "\0\n/a\0b\n\n\n/usr/bin/nul\n", 21);
    write_text("var/lib/dpkg/info/.list", "/usr/bin/nameless\n");
    write_text("var/lib/dpkg/info/relative.list", "usr/bin/relative\nusr\n");
    make_directories("var/lib/dpkg/info/directory.list/");
    assert_true(refresh(machine));
    expect(machine, "/usr/bin/nul", PACKAGE_OWNED, "nul");
    expect(machine, "/usr/bin/bash", PACKAGE_OWNED, "bash");
    /* A list that is a directory cannot be read: the rest is not the whole. */
    expect(machine, "/usr/bin/nameless", PACKAGE_UNKNOWN, "");
    expect(machine, "usr/bin/relative", PACKAGE_UNKNOWN, "");
}

/* A list is read by pieces: no path is lost where one ends, no directory taken for one. */
static void reads_a_long_list_whole(void **state)
{
    char path[64];

    scratch_run("seq 30000 | sed 's|.*|/opt/&\\n/opt/&/file|' >var/lib/dpkg/info/long.list");
    assert_true(refresh(*state));
    for (int i = 1; i <= 30000; i++) {
        snprintf(path, sizeof path, "/opt/%d/file", i);
        expect(*state, path, PACKAGE_OWNED, "long");
        *strrchr(path, '/') = '\0';
        expect(*state, path, PACKAGE_UNOWNED, "");
    }
}

static enum package_integrity compare(const struct machine *machine, const char *path)
{
    return delivered_compare(machine->packages, path, path + 1);
}

static void compares_with_what_was_delivered(void **state)
{
    struct machine *machine = *state;

    write_text("usr/bin/bash", "abc"); /* RFC 1321 has its digest */
    write_text("usr/bin/own", "abc");
    write_text("etc/bash.bashrc", "changed as it may be");
    assert_true(refresh(machine));
    assert_int_equal(compare(machine, "/usr/bin/bash"), PACKAGE_INTACT);
    assert_int_equal(compare(machine, "/usr/bin/own"), PACKAGE_NOT_COMPARED);
    assert_int_equal(compare(machine, "/etc/bash.bashrc"), PACKAGE_NOT_COMPARED);

    write_text("usr/bin/bash", "abd");
    assert_int_equal(compare(machine, "/usr/bin/bash"), PACKAGE_MODIFIED);
}

/* What this machine has: printed, because the budget is the header's promise. */
static void holds_the_live_database_in_little_memory(void **state)
{
    (void)state;
    struct packages *packages = packages_new("");
    char name[PACKAGE_NAME_SIZE];
    struct packages_stats stats;

    if (!packages_refresh(packages, PACKAGES_CHECK_INTERVAL_MS)) {
        packages_free(packages);
        skip();
    }
    packages_stats(packages, &stats);
    fprintf(stderr, "# %zu packages, %zu paths, %zu bytes, %llu us\n", stats.packages,
            stats.paths, stats.memory, (unsigned long long)stats.load_us);
    assert_int_equal(packages_owner(packages, span_of_string("/usr/bin/dpkg"), &name),
                     PACKAGE_OWNED);
    assert_string_equal(name, "dpkg");
    /* 12 bytes a path, and little besides. */
    assert_in_range(stats.memory, 1, 14 * stats.paths + 100000);
    packages_free(packages);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(finds_the_owner_through_merged_directories),
        CASE(follows_two_merges),
        CASE(honours_diversions),
        CASE(is_unsure_with_half_a_diversion),
        CASE(says_unknown_without_a_database),
        CASE(distrusts_a_dpkg_that_does_not_own_itself),
        CASE(reloads_what_changed_and_only_then),
        CASE(does_not_trust_a_list_that_changed_under_it),
        CASE(tells_paths_of_one_hash_apart),
        CASE(survives_odd_lists),
        CASE(reads_a_long_list_whole),
        CASE(compares_with_what_was_delivered),
        cmocka_unit_test(holds_the_live_database_in_little_memory),
    };

    return cmocka_run_group_tests_name("packages", tests, NULL, NULL);
}
