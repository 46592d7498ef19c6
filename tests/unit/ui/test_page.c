/* SPDX-License-Identifier: MIT */
#include "tests/support/console.h"

#include "ui/page.h"

static struct theme theme;

static int set_up(void **state)
{
    if (open_screen(state) != 0)
        return -1;
    window_theme(&theme, "default-dark");
    return 0;
}

static struct brush brush_on(WINDOW *window, enum text_style style)
{
    return (struct brush){
        .window = window,
        .theme = &theme,
        .style = style,
        .area = {0, 0, getmaxy(window), getmaxx(window)},
    };
}

static void breaks_lines_between_words(void **state)
{
    WINDOW *window = newpad(5, 20);
    struct brush brush = brush_on(window, TEXT_UTF8);
    struct page page = {0};

    (void)state;
    page_clear(&page, 20, TEXT_UTF8);
    page_line(&page);
    page_add(&page, ROLE_LABEL, "label ");
    page_wrap(&page, ROLE_TEXT, 6,
              span_of_string("one two three four averyveryverylongword x"));
    page_draw(&page, &brush, 0, NULL);
    assert_window_row(window, 0, "label one two three");
    assert_window_row(window, 1, "      four");
    assert_window_row(window, 2, "      averyveryveryl");
    assert_window_row(window, 3, "      ongword x");
    assert_int_equal(page.line_count, 4);
    page_release(&page);
    delwin(window);
}

static void finds_text_across_roles_and_cases(void **state)
{
    struct page page = {0};

    (void)state;
    page_clear(&page, 80, TEXT_UTF8);
    for (int line = 0; line < 10; line++) {
        page_line(&page);
        page_add(&page, ROLE_TEXT, "line ");
        page_add(&page, ROLE_DIM, "%d", line);
    }
    assert_int_equal(page_find(&page, 0, "LINE 7"), 7);
    assert_int_equal(page_find(&page, 8, "line 7"), -1);
    assert_int_equal(page_find(&page, 3, "line"), 3);
    page_release(&page);
}

/* What a process calls itself must not move the cursor of whoever looks. */
static void escapes_are_shown_not_obeyed(void **state)
{
    WINDOW *window = newpad(3, 60);
    struct brush brush = brush_on(window, TEXT_UTF8);

    (void)state;
    draw_text(&brush, 0, 0, ROLE_TEXT, "a\033[2Jb\u202ec\x9b");
    assert_window_row(window, 0, "a\\x1b[2Jb<U+202E>c\\x9b");
    assert_int_equal(mvwinch(window, 0, 1) & A_CHARTEXT, '\\');
    assert_int_not_equal(PAIR_NUMBER(mvwinch(window, 0, 1)),
                         PAIR_NUMBER(mvwinch(window, 0, 0)));
    delwin(window);
}

static void clips_by_cells_not_by_bytes(void **state)
{
    WINDOW *window = newpad(2, 10);
    struct brush brush = brush_on(window, TEXT_UTF8);
    struct brush ascii = brush_on(window, TEXT_ASCII);

    (void)state;
    /* Wide characters take two cells each: the sixth half would not fit. */
    draw_text(&brush, 0, 1, ROLE_TEXT, "\u4e00\u4e8c\u4e09\u56db\u4e94");
    assert_window_row(window, 0, " \u4e00\u4e8c\u4e09\u56db");
    wclear(window);
    draw_clipped(&brush, 0, (struct rect){0, 0, 1, 6}, ROLE_TEXT, span_of_string("processes"));
    assert_window_row(window, 0, "proce\u2026");
    wclear(window);
    draw_clipped(&ascii, 0, (struct rect){0, 0, 1, 6}, ROLE_TEXT, span_of_string("processes"));
    assert_window_row(window, 0, "proc..");
    delwin(window);
}

static void draws_nothing_outside_its_part(void **state)
{
    WINDOW *window = newpad(4, 20);
    struct brush brush = brush_on(window, TEXT_UTF8);
    struct brush part = brush_part(&brush, (struct rect){1, 5, 2, 6});

    (void)state;
    draw_text(&part, 0, 0, ROLE_TEXT, "0123456789");
    draw_text(&part, 2, 0, ROLE_TEXT, "below");
    draw_text(&part, -1, 0, ROLE_TEXT, "above");
    draw_text(&part, 1, 6, ROLE_TEXT, "right");
    draw_text(&part, 1, -1, ROLE_TEXT, "left");
    assert_window_row(window, 0, "");
    assert_window_row(window, 1, "     012345");
    assert_window_row(window, 2, "");
    assert_window_row(window, 3, "");
    delwin(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaks_lines_between_words),
        cmocka_unit_test(finds_text_across_roles_and_cases),
        cmocka_unit_test(escapes_are_shown_not_obeyed),
        cmocka_unit_test(clips_by_cells_not_by_bytes),
        cmocka_unit_test(draws_nothing_outside_its_part),
    };

    return cmocka_run_group_tests_name("ui/page", tests, set_up, close_screen);
}
