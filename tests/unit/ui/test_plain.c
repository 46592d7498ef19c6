/* SPDX-License-Identifier: MIT */
#include "tests/support/machine.h"

#include "ui/plain.h"

static const struct machine_process machine[] = {
    {1,   0, "systemd",    "/usr/lib/systemd/systemd", NULL, 0, 0},
    {300, 1, "bash",       "/usr/bin/bash",            NULL, 2, 0},
    {500, 1, "x\033[2J\n", "/tmp/x",                   NULL, 9, 0},
};

static void assert_says(struct strbuf *out, const char *wanted)
{
    if (!strstr(strbuf_string(out), wanted))
        fail_msg("\"%s\" is not in: %s", wanted, strbuf_string(out));
    for (size_t i = 0; i < out->length; i++)
        if ((unsigned char)out->bytes[i] < ' ' && out->bytes[i] != '\n')
            fail_msg("%d at %zu: %.40s", out->bytes[i], i, out->bytes + i - (i > 20 ? 20 : i));
    strbuf_clear(out);
}

static void says_only_what_changed(void **state)
{
    struct strbuf out = {0};
    struct app app;

    (void)state;
    app_init(&app);
    machine_adopt(&app, machine, 3);
    plain_tell_changes(&app, &out);
    assert_says(&out, "Flagged: 500 x\\x1b[2J\\n of alice, score 4.0: ");
    machine_adopt(&app, machine, 3);
    plain_tell_changes(&app, &out);
    assert_int_equal(out.length, 0);
    app.settings.scoring.min_score = 9;
    app_rescore(&app, false);
    plain_tell_changes(&app, &out);
    assert_says(&out, "No longer flagged: 500 ");
    app.settings.scoring.min_score = 3;
    app_rescore(&app, false);
    plain_tell_changes(&app, &out);
    strbuf_clear(&out);
    machine_adopt(&app, machine, 2);
    plain_tell_changes(&app, &out);
    assert_says(&out, "Ended: 500 ");
    strbuf_release(&out);
    app_release(&app);
}

static void answers_what_is_typed(void **state)
{
    struct strbuf out = {0};
    struct app app;

    (void)state;
    app_init(&app);
    assert_true(plain_answer(&app, span_of_string("list"), &out));
    assert_says(&out, "Nothing was read yet.");
    machine_adopt(&app, machine, 3);
    assert_true(plain_answer(&app, span_of_string("list"), &out));
    assert_says(&out, "1 of 3 processes are flagged, 3 are listed.\n500 ");
    assert_true(plain_answer(&app, span_of_string("filter name=bash"), &out));
    assert_says(&out, "1 are listed.\n300 bash");
    assert_true(plain_answer(&app, span_of_string("filter name=bash and"), &out));
    assert_says(&out, "the last good one stays");
    assert_true(plain_answer(&app, span_of_string("why 500"), &out));
    assert_says(&out, "tmp_exe");
    assert_true(plain_answer(&app, span_of_string("why 501"), &out));
    assert_says(&out, "There is no process 501.");
    assert_true(plain_answer(&app, span_of_string("why x"), &out));
    assert_says(&out, "takes a process id");
    assert_true(plain_answer(&app, span_of_string("what"), &out));
    assert_says(&out, "Commands: ");
    assert_true(plain_answer(&app, span_of_string(""), &out));
    assert_int_equal(out.length, 0);
    assert_false(plain_answer(&app, span_of_string("quit"), &out));
    strbuf_release(&out);
    app_release(&app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_only_what_changed),
        cmocka_unit_test(answers_what_is_typed),
    };

    return cmocka_run_group_tests_name("ui/plain", tests, NULL, NULL);
}
