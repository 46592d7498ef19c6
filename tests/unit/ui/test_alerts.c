/* SPDX-License-Identifier: MIT */
/* A bell for what becomes flagged while one looks, and for nothing else. */
#include "tests/support/machine.h"

enum { ALL = 2 };

static const struct machine_process machine[ALL] = {
    {1,   0, "systemd", "/usr/lib/systemd/systemd", NULL,             0, 0},
    {500, 1, "x",       "/tmp/x",                   "/tmp/x --quiet", 9, 0},
};

static void a_bell_rings_once_for_what_becomes_flagged(void **state)
{
    struct app app;

    (void)state;
    app_init(&app);
    app.preferences.rings = true;
    machine_adopt(&app, machine, ALL);
    assert_false(app.wants_bell); /* it was so when we came */
    machine_adopt(&app, machine, ALL - 1);
    machine_adopt(&app, machine, ALL);
    assert_true(app.wants_bell);
    app.wants_bell = false;
    machine_adopt(&app, machine, ALL);
    assert_false(app.wants_bell);
    app.preferences.rings = false;
    machine_adopt(&app, machine, ALL - 1);
    machine_adopt(&app, machine, ALL);
    assert_false(app.wants_bell);
    app_release(&app);
}

/* The last of them is known by name only, as after the first pass over thousands. */
static void adopt_half_read(struct app *app, size_t count)
{
    size_t size;
    char *block = machine_block(machine, count, &size);
    struct snapshot snapshot;
    const char *reason;

    assert_true(snapshot_open(block, size, &snapshot, &reason));
    size_t offset = (size_t)((const char *)&snapshot.processes[count - 1] - block);
    struct process *last = (struct process *)(void *)(block + offset);
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (fact != FACT_STAT && fact != FACT_STATUS)
            last->facts[fact] = FACT_PENDING;
    app_adopt(app, block, size);
}

static void a_bell_waits_until_a_process_is_read(void **state)
{
    struct app app;

    (void)state;
    app_init(&app);
    app.preferences.rings = true;
    adopt_half_read(&app, ALL);
    unsigned flagged = app.refresh->scores.flagged_count;
    adopt_half_read(&app, ALL);
    machine_adopt(&app, machine, ALL);
    assert_true(app.refresh->scores.flagged_count > flagged);
    assert_false(app.wants_bell); /* it was so when we came, only not read yet */
    machine_adopt(&app, machine, ALL - 1);
    adopt_half_read(&app, ALL);
    assert_false(app.wants_bell);
    machine_adopt(&app, machine, ALL);
    assert_true(app.wants_bell);
    app_release(&app);
}

/* Whoever lowers the threshold knows. */
static void a_bell_is_silent_for_ones_own_edits(void **state)
{
    struct app app;

    (void)state;
    app_init(&app);
    app.preferences.rings = true;
    app.settings.scoring.min_score = 99;
    machine_adopt(&app, machine, ALL);
    assert_int_equal(app.refresh->scores.flagged_count, 0);
    app.settings.scoring.min_score = 3;
    app_rescore(&app, true);
    assert_int_equal(app.refresh->scores.flagged_count, 1);
    machine_adopt(&app, machine, ALL);
    assert_false(app.wants_bell);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bell_rings_once_for_what_becomes_flagged),
        cmocka_unit_test(a_bell_is_silent_for_ones_own_edits),
        cmocka_unit_test(a_bell_waits_until_a_process_is_read),
    };

    return cmocka_run_group_tests_name("ui/alerts", tests, NULL, NULL);
}
