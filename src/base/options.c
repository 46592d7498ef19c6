/* SPDX-License-Identifier: MIT */
#include "base/options.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/translate.h"

enum { FIRST_LONG_CODE = 256, HELP_COLUMN = 30, EXAMPLE_COLUMN = 8, HELP_WIDTH = 80 };

static void print_problem(const struct option_table *table, const char *what)
{
    struct strbuf safe = {0};

    text_add_printable(&safe, span_of_string(what), TEXT_UTF8);
    fprintf(stderr, "%s: %s\nTry '%s --help'.\n", table->program, strbuf_string(&safe),
            table->program);
    strbuf_release(&safe);
}

/* getopt(3) tables: '+'-less permuting form, ':' first so that we speak. */
static struct option *long_options_of(const struct option_table *table, struct strbuf *letters)
{
    struct option *options = memory_new(table->count + 1, sizeof *options);

    strbuf_add_char(letters, ':');
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];

        options[i] = (struct option){
            .name = row->name,
            .has_arg = row->argument ? required_argument : no_argument,
            .val = FIRST_LONG_CODE + (int)i,
        };
        if (row->letter) {
            strbuf_add_char(letters, row->letter);
            if (row->argument)
                strbuf_add_char(letters, ':');
        }
    }
    return options;
}

static const struct option_row *row_of_code(const struct option_table *table, int code)
{
    if (code >= FIRST_LONG_CODE)
        return &table->rows[code - FIRST_LONG_CODE];
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].letter == code)
            return &table->rows[i];
    return NULL;
}

static void report_misuse(const struct option_table *table, int code, char **argv)
{
    struct strbuf message = {0};
    const struct option_row *row = optopt ? row_of_code(table, optopt) : NULL;

    if (code == ':' && row)
        strbuf_add_format(&message, "option --%s needs a value (%s)", row->name, row->argument);
    else if (row && optopt >= FIRST_LONG_CODE)
        strbuf_add_format(&message, "option --%s takes no value", row->name);
    else if (optopt && optopt < FIRST_LONG_CODE)
        strbuf_add_format(&message, "unknown option -%c", optopt);
    else
        strbuf_add_format(&message, "unknown or ambiguous option %s", argv[optind - 1]);
    print_problem(table, strbuf_string(&message));
    strbuf_release(&message);
}

static bool apply_row(const struct option_table *table, const struct option_row *row,
                      void *target)
{
    const char *wrong = row->apply(target, row->argument ? optarg : NULL);
    struct strbuf message = {0};

    if (!wrong)
        return true;
    strbuf_add_format(&message, "--%s %s: %s", row->name, row->argument ? optarg : "", wrong);
    print_problem(table, strbuf_string(&message));
    strbuf_release(&message);
    return false;
}

bool options_parse(const struct option_table *table, void *target, int argc, char **argv,
                   int *ret_first)
{
    struct strbuf letters = {0};
    struct option *options = long_options_of(table, &letters);
    bool is_good = true;
    int code;

    optind = 0; /* glibc: start over, also after an earlier table */
    opterr = 0;
    while (is_good &&
           (code = getopt_long(argc, argv, strbuf_string(&letters), options, NULL)) != -1) {
        if (code == '?' || code == ':') {
            report_misuse(table, code, argv);
            is_good = false;
        } else {
            is_good = apply_row(table, row_of_code(table, code), target);
        }
    }
    if (is_good)
        *ret_first = optind;
    free(options);
    strbuf_release(&letters);
    return is_good;
}

/* Print words from the given column on, breaking lines before the margin. */
static void print_wrapped(FILE *stream, const char *text, int column, int indent)
{
    struct span rest = span_of_string(text), word;
    bool is_line_start = true;

    while (span_take_word(&rest, &word)) {
        int cells = (int)text_cells(word, TEXT_UTF8);
        if (!is_line_start && column + 1 + cells > HELP_WIDTH) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
            is_line_start = true;
        }
        fprintf(stream, "%s%.*s", is_line_start ? "" : " ", (int)span_length(word), word.at);
        column += cells + !is_line_start;
        is_line_start = false;
    }
    fputc('\n', stream);
}

static void print_row(FILE *stream, const struct option_row *row)
{
    int column = row->letter ? fprintf(stream, "  -%c, --%s", row->letter, row->name)
                             : fprintf(stream, "      --%s", row->name);

    if (row->argument)
        column += fprintf(stream, " %s", row->argument);
    if (column + 2 > HELP_COLUMN) {
        fputc('\n', stream);
        column = 0;
    }
    fprintf(stream, "%*s", HELP_COLUMN - column, "");
    print_wrapped(stream, translate(row->help), HELP_COLUMN, HELP_COLUMN);
}

void options_print_examples(const char *const *examples, FILE *stream)
{
    fprintf(stream, "\n%s\n", translate("Examples:"));
    for (size_t i = 0; examples[i]; i += 2) {
        fprintf(stream, "  %s\n%*s", examples[i], EXAMPLE_COLUMN, "");
        print_wrapped(stream, translate(examples[i + 1]), EXAMPLE_COLUMN, EXAMPLE_COLUMN);
    }
}

void options_print_help(const struct option_table *table, FILE *stream)
{
    fprintf(stream, "%s %s [options]%s%s\n", translate("Usage:"), table->program,
            *table->synopsis ? " " : "", table->synopsis);
    print_wrapped(stream, translate(table->summary), 0, 0);
    if (table->count > 0)
        fprintf(stream, "\n%s\n", translate("Options:"));
    for (size_t i = 0; i < table->count; i++)
        print_row(stream, &table->rows[i]);
    if (table->examples && table->examples[0])
        options_print_examples(table->examples, stream);
}

bool options_parse_double(const char *text, double *ret_value)
{
    /* Looked at first: strtod(3) also takes spaces, "nan", "inf" and hex. */
    if (*text == '\0' || strspn(text, "0123456789.eE+-") != strlen(text))
        return false;

    locale_t c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    char *end;
    double value = strtod_l(text, &end, c_locale);

    freelocale(c_locale);
    if (*end != '\0' || end == text || !isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

bool options_parse_unsigned(const char *text, unsigned long *ret_value)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno || *end != '\0')
        return false;
    *ret_value = value;
    return true;
}
