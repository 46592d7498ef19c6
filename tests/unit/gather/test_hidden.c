/* SPDX-License-Identifier: MIT */
/* Processes that somebody hides: found by a listing that lies, by mounts, in a
 * recording; threads and our own libraries are nobody's disguise. */
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "gather/hidden.h"
#include "gather/preloads.h"

/* The search proper, with a listing that leaves somebody out. */
static size_t search(struct hidden *hidden, const struct procfs *procfs, int32_t left_out)
{
    struct procfs_numbers all = {0}, listed = {0};
    int directory = procfs_open_directory(procfs, procfs->root, ".");

    assert_true(directory >= 0);
    assert_int_equal(procfs_list(directory, &all), 0);
    close(directory);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i] != left_out)
            procfs_numbers_add(&listed, all.items[i]);
    if (hidden->pid_max > 1)
        hidden->cursor = left_out > 10 ? left_out - 10 : 1;
    hidden_search(hidden, &listed, 0);
    size_t found = 0;
    for (size_t i = 0; i < hidden->suspect_count; i++)
        found += hidden->suspects[i].pid == left_out && hidden->suspects[i].was_seen;
    procfs_numbers_release(&all);
    procfs_numbers_release(&listed);
    return found;
}

static void whoever_answers_but_is_not_listed_is_found(void **state)
{
    struct procfs procfs;
    struct hidden hidden;
    const char *reason;
    (void)state;

    assert_int_equal(procfs_open(&procfs, NULL, &reason), 0);
    hidden_init(&hidden, &procfs);
    pid_t pid = child_start(child_rest, NULL);
    assert_int_equal(search(&hidden, &procfs, pid), 1);
    for (size_t i = 0; i < hidden.suspect_count; i++)
        if (hidden.suspects[i].pid == pid) {
            assert_true(hidden.suspects[i].has_directory);
            assert_int_equal(hidden.suspects[i].sightings, 1);
        }
    child_end(pid);
    hidden_release(&hidden);
    procfs_close(&procfs);
}

/* The slice is nowhere near him: a cgroup lists him. */
static void whom_a_cgroup_lists_is_found(void **state)
{
    struct procfs procfs;
    struct hidden hidden;
    const char *reason;
    size_t found = 0;
    (void)state;

    assert_int_equal(procfs_open(&procfs, NULL, &reason), 0);
    hidden_init(&hidden, &procfs);
    if (hidden.cgroups.root < 0) {
        hidden_release(&hidden);
        procfs_close(&procfs);
        skip();
    }
    pid_t pid = child_start(child_rest, NULL);
    hidden.pid_max = 1; /* so that slices see nobody */
    for (int pass = 0; pass < 1000 && found == 0; pass++)
        found = search(&hidden, &procfs, pid);
    assert_int_equal(found, 1);
    child_end(pid);
    hidden_release(&hidden);
    procfs_close(&procfs);
}

/* Whom the kernel counts and nobody lists is searched for in large steps, until
 * the whole pid space was seen; a surplus that comes and goes is no reason. */
static void a_surplus_that_stays_quickens_the_search(void **state)
{
    struct procfs procfs;
    struct hidden hidden;
    struct procfs_numbers nobody = {0};
    const char *reason;
    (void)state;

    assert_int_equal(procfs_open(&procfs, NULL, &reason), 0);
    hidden_init(&hidden, &procfs);
    cgroups_release(&hidden.cgroups); /* which list everybody */
    assert_false(hidden.is_blind);
    hidden.pid_max = 1 << 22; /* numbers that few have ... */
    hidden.cursor = 1 << 21;  /* ... so that nobody is found */
    hidden_search(&hidden, &nobody, 1);
    hidden_search(&hidden, &nobody, 0);
    assert_int_equal(hidden.cursor, (1 << 21) + 2 * HIDDEN_SLICE);
    for (int pass = 1; pass < HIDDEN_SURPLUS_PASSES; pass++)
        hidden_search(&hidden, &nobody, 1);
    int32_t before = hidden.cursor;
    hidden_search(&hidden, &nobody, 1);
    assert_int_equal(hidden.cursor - before, HIDDEN_LARGE_SLICE);
    hidden.swept = hidden.pid_max - HIDDEN_LARGE_SLICE;
    hidden_search(&hidden, &nobody, 1);
    before = hidden.cursor;
    hidden_search(&hidden, &nobody, 1); /* nobody was found: it means nothing */
    assert_int_equal(hidden.cursor - before, HIDDEN_SLICE);
    hidden_release(&hidden);
    procfs_close(&procfs);
}

static void *wait_for_the_end(void *argument)
{
    pthread_mutex_t *gate = argument;

    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

static void threads_are_no_hidden_processes(void **state)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct procfs procfs;
    struct hidden hidden;
    pthread_t threads[8];
    const char *reason;
    (void)state;

    assert_int_equal(procfs_open(&procfs, NULL, &reason), 0);
    hidden_init(&hidden, &procfs);
    pthread_mutex_lock(&gate);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_the_end, &gate), 0);
    pid_t newest = child_start(child_rest, NULL); /* the threads have numbers below */
    assert_int_equal(search(&hidden, &procfs, newest), 1);
    for (size_t i = 0; i < hidden.suspect_count; i++)
        if (hidden.suspects[i].pid > getpid() && hidden.suspects[i].pid < newest)
            fail_msg("pid %d taken for a hidden process", hidden.suspects[i].pid);
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    child_end(newest);
    hidden_release(&hidden);
    procfs_close(&procfs);
}

static void *look(const char *proc_root, struct snapshot *ret_snapshot, unsigned passes)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_CMDLINE)};
    struct gather *gather = fixture_gatherer(&(struct gather_options){.proc_root = proc_root});
    void *block = NULL;

    while (passes-- > 0) {
        free(block);
        block = fixture_gather(gather, &request, ret_snapshot);
    }
    gather_free(gather);
    return block;
}

static void a_mount_over_a_process_is_told_and_not_entered(void **state)
{
    struct snapshot snapshot;
    char path[32];
    size_t found = 0;
    (void)state;

    pid_t pid = child_start(child_rest, NULL);
    snprintf(path, sizeof path, "/proc/%d", pid);
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", path, "tmpfs", 0, NULL) != 0) {
        child_end(pid);
        skip();
    }
    void *block = look(NULL, &snapshot, 2);
    for (size_t i = 0; i < snapshot.hidden_count; i++) {
        const struct hidden_process *hidden = &snapshot.hidden[i];

        if (hidden->pid != pid || hidden->how != HIDDEN_MOUNTED_OVER)
            continue;
        found++;
        assert_int_equal(hidden->sightings, 2);
        assert_non_null(strstr(snapshot_string(&snapshot, hidden->evidence), path));
    }
    assert_int_equal(found, 1);
    assert_null(snapshot_find(&snapshot, pid));
    free(block);
    umount2(path, MNT_DETACH);
    block = look(NULL, &snapshot, 1);
    assert_non_null(snapshot_find(&snapshot, pid));
    free(block);
    child_end(pid);
}

static void a_recording_can_hold_a_hidden_process(void **state)
{
    struct snapshot snapshot;
    char tree[FIXTURE_PATH_SIZE];
    (void)state;

    fixture_unpack("hidden_process.proc", &tree);
    void *block = look(tree, &snapshot, 1);
    assert_int_equal(snapshot.hidden_count, 1);
    assert_int_equal(snapshot.hidden[0].pid, 4242);
    assert_int_equal(snapshot.hidden[0].how, HIDDEN_UNLISTED);
    assert_int_equal(snapshot.hidden[0].sightings, 2);
    assert_non_null(snapshot_find(&snapshot, 4242));
    assert_string_equal(snapshot_string(&snapshot, snapshot.header->ld_so_preload),
                        "/usr/lib/libhide.so");
    free(block);
    fixture_remove(tree);
}

static void this_program_has_no_library_it_did_not_ask_for(void **state)
{
    struct strbuf path = {0};
    (void)state;

    if (getenv("LD_PRELOAD"))
        skip();
    preloads_of_ourselves(&path);
    assert_string_equal(strbuf_string(&path), "");
    strbuf_release(&path);
}

/* Run once more with a library that nobody needs. */
static void a_preloaded_library_is_named(void **state)
{
    static const char *const candidates[] = {"libutil.so.1", "libanl.so.1",
                                             "libBrokenLocale.so.1"};
    char self[256], command[512], line[512] = "";
    (void)state;

    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = '\0';
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates && !line[0]; i++) {
        snprintf(command, sizeof command, "LD_PRELOAD=%s '%s' --preloads 2>/dev/null",
                 candidates[i], self);
        FILE *output = popen(command, "r");
        assert_non_null(output);
        if (!fgets(line, sizeof line, output))
            line[0] = '\0';
        pclose(output);
        if (line[0])
            assert_non_null(strstr(line, candidates[i]));
    }
    if (!line[0]) /* a sanitizer wants to be first, or no such library here */
        skip();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_answers_but_is_not_listed_is_found),
        cmocka_unit_test(whom_a_cgroup_lists_is_found),
        cmocka_unit_test(a_surplus_that_stays_quickens_the_search),
        cmocka_unit_test(threads_are_no_hidden_processes),
        cmocka_unit_test(a_recording_can_hold_a_hidden_process),
        cmocka_unit_test(this_program_has_no_library_it_did_not_ask_for),
        cmocka_unit_test(a_preloaded_library_is_named),
        cmocka_unit_test(a_mount_over_a_process_is_told_and_not_entered),
    };

    if (argc > 1 && strcmp(argv[1], "--preloads") == 0) {
        struct strbuf path = {0};

        preloads_of_ourselves(&path);
        puts(strbuf_string(&path));
        strbuf_release(&path);
        return 0;
    }
    return cmocka_run_group_tests_name("hidden", tests, NULL, NULL);
}
