/* SPDX-License-Identifier: MIT */
#include "report/listing.h"
#include "tests/support/test.h"

static void fill(struct listing *listing)
{
    listing_init(listing);
    listing_begin_item(listing);
    listing_add_text(listing, "key", "a");
    listing_add_number(listing, "weight", 4);
    listing_add_text(listing, "help", "short");
    listing_begin_item(listing);
    listing_add_text(listing, "key", "longer");
    listing_add_number(listing, "weight", 0.5);
    listing_add_text(listing, "help", "\033[2J");
}

static void aligns_its_columns(void **state)
{
    (void)state;
    struct listing listing;
    struct strbuf out = {0};

    fill(&listing);
    listing_finish(&listing, false, &out);
    assert_string_equal(strbuf_string(&out), "a       4    short\n"
                                             "longer  0.5  \\x1b[2J\n");
    strbuf_release(&out);
}

static void is_an_array_of_objects(void **state)
{
    (void)state;
    struct listing listing;
    struct strbuf out = {0};

    fill(&listing);
    listing_finish(&listing, true, &out);
    assert_string_equal(
        strbuf_string(&out),
        "[{\n\t\t\"key\":\t\"a\",\n\t\t\"weight\":\t4,\n\t\t\"help\":\t\"short\"\n"
        "\t}, {\n\t\t\"key\":\t\"longer\",\n\t\t\"weight\":\t0.5,\n"
        "\t\t\"help\":\t\"\\\\x1b[2J\"\n\t}]\n");
    strbuf_release(&out);
}

static void is_empty_without_items(void **state)
{
    (void)state;
    struct listing listing;
    struct strbuf out = {0};

    listing_init(&listing);
    listing_finish(&listing, false, &out);
    assert_int_equal(out.length, 0);
    listing_init(&listing);
    listing_finish(&listing, true, &out);
    assert_string_equal(strbuf_string(&out), "[]\n");
    strbuf_release(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligns_its_columns),
        cmocka_unit_test(is_an_array_of_objects),
        cmocka_unit_test(is_empty_without_items),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
