/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"

#include "ui/layout.h"

static void assert_inside(const struct layout *layout, struct rect part)
{
    assert_true(part.y >= 0 && part.x >= 0 && part.height >= 0 && part.width >= 0);
    assert_true(part.y + part.height <= layout->screen.height);
    assert_true(part.x + part.width <= layout->screen.width);
}

static int area(struct rect part)
{
    return part.height * part.width;
}

/* Every cell belongs to one part. */
static void parts_tile_every_screen(void **state)
{
    (void)state;
    for (int rows = 1; rows <= 210; rows += rows < 60 ? 1 : 13)
        for (int width = 1; width <= 510; width += width < 180 ? 1 : 29)
            for (int variant = 0; variant < 4; variant++) {
                struct layout layout = layout_compute(rows, width, variant & 1, variant & 2);

                assert_int_equal(layout.is_too_small, rows < 10 || width < 40);
                if (layout.is_too_small)
                    continue;
                assert_inside(&layout, layout.header);
                assert_inside(&layout, layout.list);
                assert_inside(&layout, layout.detail);
                assert_inside(&layout, layout.bar);
                assert_int_equal(area(layout.header) + area(layout.list) + area(layout.detail) +
                                     area(layout.bar),
                                 rows * width);
            }
}

static void details_stand_where_there_is_room(void **state)
{
    static const struct {
        int rows, width;
        bool is_beside, has_list;
    } cases[] = {
        {10, 40,  false, false},
        {19, 80,  false, false},
        {24, 80,  false, true },
        {40, 120, false, true },
        {50, 200, true,  true },
        {12, 160, true,  true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layout layout = layout_compute(cases[i].rows, cases[i].width, false, true);

        assert_int_equal(layout.is_beside, cases[i].is_beside);
        assert_int_equal(layout.list.height > 0, cases[i].has_list);
        assert_true(layout.detail.height >= 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_tile_every_screen),
        cmocka_unit_test(details_stand_where_there_is_room),
    };

    return cmocka_run_group_tests_name("ui/layout", tests, NULL, NULL);
}
