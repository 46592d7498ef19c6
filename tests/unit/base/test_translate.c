/* SPDX-License-Identifier: MIT */
#include "base/translate.h"

#include <locale.h>

#include "base/options.h"
#include "base/strbuf.h"
#include "tests/support/scratch.h"

/* A catalogue as msgfmt(1) writes it: texts in ascending order. */
static const char *const texts[][2] = {
    {"",                   "Content-Type: text/plain; charset=UTF-8\n"},
    {"Options:",           "Wahlmöglichkeiten:"                      },
    {"points to be shown", "Punkte, ab denen gezeigt wird"            },
};
enum { TEXT_COUNT = sizeof texts / sizeof *texts };

static void add_word(struct strbuf *out, size_t value)
{
    uint32_t word = (uint32_t)value;

    strbuf_add(out, (const char *)&word, sizeof word);
}

static void write_catalogue(const char *path)
{
    const size_t header = 7 * sizeof(uint32_t), table = TEXT_COUNT * 2 * sizeof(uint32_t);
    size_t at = header + 2 * table;
    struct strbuf out = {0};

    add_word(&out, 0x950412de);
    add_word(&out, 0);
    add_word(&out, TEXT_COUNT);
    add_word(&out, header);
    add_word(&out, header + table);
    add_word(&out, 0); /* no hash table */
    add_word(&out, at);
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < TEXT_COUNT; i++) {
            add_word(&out, strlen(texts[i][side]));
            add_word(&out, at);
            at += strlen(texts[i][side]) + 1;
        }
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < TEXT_COUNT; i++)
            strbuf_add(&out, texts[i][side], strlen(texts[i][side]) + 1);

    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(out.bytes, 1, out.length, file), out.length);
    assert_int_equal(fclose(file), 0);
    strbuf_release(&out);
}

/* This C library translates at all in the locale that every machine has. */
static bool can_translate;

static int set_up(void **state)
{
    (void)state;
    if (!scratch_make())
        return -1;
    assert_int_equal(mkdir(scratch_path("xx"), 0700), 0);
    assert_int_equal(mkdir(scratch_path("xx/LC_MESSAGES"), 0700), 0);
    write_catalogue(scratch_path("xx/LC_MESSAGES/procwatch.mo"));
    assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
    assert_int_equal(setenv("LANGUAGE", "xx", 1), 0);
    setlocale(LC_CTYPE, "");
    translate_begin(scratch);
    can_translate = strcmp(translate("Options:"), "Options:") != 0;
    return 0;
}

static const char *ignore(void *target, const char *value)
{
    (void)target;
    (void)value;
    return NULL;
}

static void help_is_in_the_users_language(void **state)
{
    const struct option_row rows[] = {
        {'p', "points", "X",  ignore, "points to be shown"    },
        {0,   "other",  NULL, ignore, "nobody translated this"}
    };
    const struct option_table table = {"demo", "", "Shows.", rows, 2, NULL};
    char *text = NULL;
    size_t size;

    (void)state;
    if (!can_translate)
        skip();
    FILE *stream = open_memstream(&text, &size);
    options_print_help(&table, stream);
    fclose(stream);
    assert_non_null(strstr(text, "\nWahlmöglichkeiten:\n"));
    assert_non_null(strstr(text, "Punkte, ab denen gezeigt wird\n"));
    assert_non_null(strstr(text, "nobody translated this\n"));
    free(text);
}

static void nothing_stays_nothing(void **state)
{
    (void)state;
    assert_string_equal(translate(""), "");
    assert_null(translate(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_is_in_the_users_language),
        cmocka_unit_test(nothing_stays_nothing),
    };

    return cmocka_run_group_tests_name("translate", tests, set_up, scratch_teardown);
}
