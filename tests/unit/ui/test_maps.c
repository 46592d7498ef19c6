/* SPDX-License-Identifier: MIT */
/* What is odd about a mapping is marked, comes first, and is hidden by no name. */
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

#include "ui/panel_maps.h"

static const struct {
    const char *permissions, *name;
    const char *shown; /* NULL: it is plain */
} maps[] = {
    {"rwxp", NULL,                   " ! rwxp "                },
    {"r-xp", "/memfd:x (deleted)",   "executable, from a memfd"},
    {"r-xp", "/opt/a.so (deleted)",  "executable, file deleted"},
    {"r-xp", NULL,                   "executable, from no file"},
    {"r-xp", "[anon:libc]",          "executable, from no file"},
    {"r-xp", "[heap]",               "executable, from no file"},
    {"r-xp", "[vdso]",               NULL                      },
    {"rw-p", "[stack]",              NULL                      },
    {"r-xp", "/usr/lib/libc.so.6",   NULL                      },
    {"rw-s", "/dev/shm/a (deleted)", NULL                      },
};

enum { MAPS = sizeof maps / sizeof *maps, LINES_BEFORE = 2 };

static bool line_has(const struct page *page, size_t line, const char *text)
{
    struct span span = page_line_text(page, line);

    return memmem(span.at, span_length(span), text, strlen(text)) != NULL;
}

static void each_is_marked_by_what_it_is(void **state)
{
    struct verdict verdict = {0};
    const struct scores scores = {.verdicts = &verdict, .count = 1};
    struct page page = {0};
    struct given given;

    (void)state;
    given_init(&given);
    struct process *process = given_process(&given, 10, 1, "/usr/bin/x");
    /* The other way round: the worst comes first. */
    for (size_t i = MAPS; i-- > 0;)
        given_map(&given, process, maps[i].permissions, 4096, maps[i].name);
    given_seal(&given);
    const struct subject subject = {
        .row = view_row(&given.snapshot, given.relations, &scores, 0, TEXT_UTF8)};
    page_clear(&page, 120, TEXT_UTF8);
    panel_maps_write(&page, &subject);
    assert_int_equal(page.line_count, LINES_BEFORE + MAPS);
    for (size_t i = 0; i < MAPS; i++) {
        size_t line = LINES_BEFORE;

        while (line < page.line_count &&
               !(line_has(&page, line, maps[i].name ? maps[i].name : "anonymous") &&
                 line_has(&page, line, maps[i].permissions)))
            line++;
        assert_true(line < page.line_count);
        if (maps[i].shown ? !line_has(&page, line, maps[i].shown)
                          : line_has(&page, line, " ! "))
            fail_msg("%s of %s is shown otherwise", maps[i].permissions,
                     maps[i].name ? maps[i].name : "no file");
        assert_int_equal(line_has(&page, LINES_BEFORE + i, " ! "), maps[i].shown != NULL);
    }
    page_release(&page);
    given_release(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_marked_by_what_it_is),
    };

    return cmocka_run_group_tests_name("ui/maps", tests, NULL, NULL);
}
