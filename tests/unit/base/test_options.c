/* SPDX-License-Identifier: MIT */
#include "base/options.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/test.h"

struct target {
    double delay;
    bool is_json;
    const char *file;
};

static const char *apply_delay(void *target, const char *value)
{
    return options_parse_double(value, &((struct target *)target)->delay) ? NULL
                                                                          : "not a number";
}

static const char *apply_json(void *target, const char *value)
{
    (void)value;
    ((struct target *)target)->is_json = true;
    return NULL;
}

static const char *apply_file(void *target, const char *value)
{
    ((struct target *)target)->file = value;
    return NULL;
}

static const struct option_row rows[] = {
    {'d', "delay",                        "SECONDS", apply_delay, "Seconds between refreshes"},
    {0,   "json",                         NULL,      apply_json,
     "Print JSON, which is a long help text that has to "
     "be wrapped before the eightieth column"                                                },
    {'c', "config-file-with-a-long-name", "FILE",    apply_file,  "Read this file"           },
};

static const char *const examples[] = {"example -d 2", "Refresh every two seconds", NULL};

static const struct option_table table = {
    .program = "example",
    .synopsis = "[FILE ...]",
    .summary = "Does nothing.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static bool parse(struct target *target, int *ret_first, int argc, const char *const *words)
{
    char *argv[8];

    for (int i = 0; i <= argc; i++)
        argv[i] = (char *)words[i];
    return options_parse(&table, target, argc, argv, ret_first);
}

static void understands_short_long_and_operands(void **state)
{
    (void)state;
    static const char *const words[] = {
        "example", "left", "-d", "1.5", "--json", "--config-file-with-a-long-name=x", NULL};
    struct target target = {0};
    int first = 0;

    assert_true(parse(&target, &first, 6, words));
    assert_true(target.delay == 1.5 && target.is_json);
    assert_string_equal(target.file, "x");
    assert_int_equal(first, 5);
}

/* What stands on standard error after it was refused. */
static void take_refusal(const char *const *words, char (*ret_message)[256])
{
    int saved = dup(STDERR_FILENO), file = memfd_create("message", MFD_CLOEXEC);
    struct target target = {0};
    int first = 77;

    assert_true(saved >= 0 && file >= 0);
    dup2(file, STDERR_FILENO);
    bool is_good = parse(&target, &first, 2, words);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    ssize_t length = pread(file, *ret_message, sizeof *ret_message - 1, 0);
    close(saved);
    close(file);
    assert_false(is_good);
    assert_int_equal(first, 77);
    assert_true(length >= 0);
    (*ret_message)[length] = '\0';
}

static void says_what_is_misuse(void **state)
{
    (void)state;
    static const struct {
        const char *word, *message;
    } cases[] = {
        {"-x",        "unknown option -x"                     },
        {"--nothing", "unknown or ambiguous option --nothing" },
        {"--\033[2J", "unknown or ambiguous option --\\x1b[2J"},
        {"-d",        "option --delay needs a value (SECONDS)"},
        {"-dfast",    "--delay fast: not a number"            },
        {"-d1e999",   "--delay 1e999: not a number"           },
        {"--json=1",  "option --json takes no value"          },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const words[] = {"example", cases[i].word, NULL};
        char message[256], expected[256];

        take_refusal(words, &message);
        snprintf(expected, sizeof expected, "example: %s\nTry 'example --help'.\n",
                 cases[i].message);
        assert_string_equal(message, expected);
    }
}

static void help_is_aligned_and_fits_eighty_columns(void **state)
{
    (void)state;
    static const char expected[] =
        "Usage: example [options] [FILE ...]\n"
        "Does nothing.\n"
        "\n"
        "Options:\n"
        "  -d, --delay SECONDS         Seconds between refreshes\n"
        "      --json                  Print JSON, which is a long help text that has to\n"
        "                              be wrapped before the eightieth column\n"
        "  -c, --config-file-with-a-long-name FILE\n"
        "                              Read this file\n"
        "\n"
        "Examples:\n"
        "  example -d 2\n"
        "        Refresh every two seconds\n";
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    options_print_help(&table, stream);
    fclose(stream);
    assert_string_equal(text, expected);
    free(text);
}

static void parses_numbers_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     " 1",    "1 ",  "nan", "inf",
                                      "0x10", "1e999", "1,5", "."};
    double value = 7;
    unsigned long number = 7;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(options_parse_double(bad[i], &value));
    assert_true(value == 7);
    assert_true(options_parse_double("-2.5e1", &value) && value == -25);
    assert_false(options_parse_unsigned("-1", &number));
    assert_false(options_parse_unsigned("18446744073709551616", &number));
    assert_true(options_parse_unsigned("0", &number) && number == 0);
    assert_true(options_parse_unsigned("20", &number) && number == 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_short_long_and_operands),
        cmocka_unit_test(says_what_is_misuse),
        cmocka_unit_test(help_is_aligned_and_fits_eighty_columns),
        cmocka_unit_test(parses_numbers_strictly),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
