/* SPDX-License-Identifier: MIT */
/* What the kernel tells of processes between two passes; needs root of the first
 * namespaces, and is skipped elsewhere. */
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "gather/kept.h"

enum { SHORT_LIVED = 50, STORM = 3000, SMALL_QUEUE = 4096, PATIENCE = 200 };

struct ears {
    int socket;
    struct gather *gather;
    void *block;
    struct snapshot snapshot;
};

static void look(struct ears *ears)
{
    const struct gather_request request = {.wanted = FACT_BIT(FACT_CMDLINE)};

    free(ears->block);
    ears->block = fixture_gather(ears->gather, &request, &ears->snapshot);
}

static void close_ears(struct ears *ears)
{
    gather_free(ears->gather);
    free(ears->block);
    close(ears->socket);
}

/* The kernel answers a moment after it was asked. */
static void open_ears(struct ears *ears)
{
    *ears = (struct ears){.socket = gather_open_events()};
    if (ears->socket < 0)
        skip();
    ears->gather = fixture_gatherer(&(struct gather_options){.events = ears->socket});
    for (int i = 0; i < PATIENCE; i++) {
        look(ears);
        if (ears->snapshot.header->flags & SNAPSHOT_COUNTS_SHORT_LIVED)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    close_ears(ears);
    skip(); /* not the first pid namespace */
}

static void make_short_lived(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
}

static bool has_note(const struct ears *ears, const char *text)
{
    for (size_t i = 0; i < ears->snapshot.note_count; i++)
        if (strstr(snapshot_string(&ears->snapshot, ears->snapshot.notes[i].text), text))
            return true;
    return false;
}

static void who_was_never_listed_is_counted(void **state)
{
    struct ears ears;
    (void)state;

    open_ears(&ears);
    make_short_lived(SHORT_LIVED);
    look(&ears);
    assert_true(ears.snapshot.header->counts.short_lived >= SHORT_LIVED);
    close_ears(&ears);
}

static void who_was_listed_is_not_counted(void **state)
{
    struct ears ears;
    bool is_exact = false;
    (void)state;

    open_ears(&ears);
    /* Others on this machine have short lives as well: wait for a quiet moment. */
    for (int i = 0; i < PATIENCE && !is_exact; i++) {
        pid_t pid = child_start(child_rest, NULL);
        look(&ears);
        assert_non_null(snapshot_find(&ears.snapshot, pid));
        child_end(pid);
        look(&ears);
        is_exact = ears.snapshot.header->counts.short_lived == 0;
    }
    assert_true(is_exact);
    close_ears(&ears);
}

static void a_tracer_that_stops_nothing_is_seen_at_once(void **state)
{
    struct ears ears;
    (void)state;

    pid_t pid = child_start(child_rest, NULL);
    open_ears(&ears);
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++)
        look(&ears);
    assert_int_equal(snapshot_find(&ears.snapshot, pid)->tracer_pid, 0);
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
    look(&ears);
    assert_int_equal(snapshot_find(&ears.snapshot, pid)->tracer_pid, getpid());
    close_ears(&ears);
    child_end(pid);
}

static void lost_events_are_told_of(void **state)
{
    struct ears ears;
    int size = SMALL_QUEUE;
    (void)state;

    open_ears(&ears);
    look(&ears);
    assert_int_equal(setsockopt(ears.socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    make_short_lived(STORM);
    look(&ears);
    assert_true(has_note(&ears, "came and went"));
    close_ears(&ears);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_never_listed_is_counted),
        cmocka_unit_test(who_was_listed_is_not_counted),
        cmocka_unit_test(a_tracer_that_stops_nothing_is_seen_at_once),
        cmocka_unit_test(lost_events_are_told_of),
    };

    return cmocka_run_group_tests_name("proc_events", tests, NULL, NULL);
}
