/* SPDX-License-Identifier: MIT */
/*
 * write_completion SHELL - print what bash, zsh or fish needs to complete
 * procwatch-top, drawn from its own option table. Run by the build.
 */
#include <stdio.h>
#include <string.h>

#include "ui/options.h"
#include "ui/theme_file.h"
#include "view/columns.h"

enum value_kind {
    VALUE_NONE,
    VALUE_FILE,
    VALUE_DIRECTORY,
    VALUE_COLUMN,
    VALUE_THEME,
    VALUE_KEYS,
    VALUE_ANY
};

/* What a value's placeholder says about its values. */
static enum value_kind kind_of(const struct option_row *row)
{
    static const struct {
        const char *argument;
        enum value_kind kind;
    } kinds[] = {
        {"FILE",      VALUE_FILE     },
        {"DIR",       VALUE_DIRECTORY},
        {"[-]COLUMN", VALUE_COLUMN   },
        {"NAME|FILE", VALUE_THEME    },
        {"htop|vim",  VALUE_KEYS     },
    };

    if (!row->argument)
        return VALUE_NONE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].argument, row->argument) == 0)
            return kinds[i].kind;
    return VALUE_ANY;
}

static bool has_words(enum value_kind kind)
{
    return kind == VALUE_COLUMN || kind == VALUE_THEME || kind == VALUE_KEYS;
}

static void put_words(enum value_kind kind)
{
    if (kind == VALUE_COLUMN)
        for (size_t i = 0; i < column_count; i++)
            printf("%s%s", i > 0 ? " " : "", columns[i].key);
    if (kind == VALUE_THEME)
        for (size_t i = 0; theme_builtin[i].name; i++)
            printf("%s%s", i > 0 ? " " : "", theme_builtin[i].name);
    if (kind == VALUE_KEYS)
        fputs("htop vim", stdout);
}

/* A text with a backslash before each of the special characters. */
static void put_escaped(const char *text, const char *special)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            putchar('\\');
        putchar(*text);
    }
}

static void put_bash_value(const struct option_row *row, enum value_kind kind)
{
    printf("        --%s", row->name);
    if (row->letter)
        printf("|-%c", row->letter);
    fputs(") ", stdout);
    if (kind == VALUE_FILE || kind == VALUE_DIRECTORY)
        printf("COMPREPLY=($(compgen -%c -- \"$word\")); ", kind == VALUE_FILE ? 'f' : 'd');
    if (has_words(kind)) {
        fputs("COMPREPLY=($(compgen -W \"", stdout);
        put_words(kind);
        printf("\"%s -- \"$word\")); ", kind == VALUE_THEME ? " -f" : "");
    }
    puts("return ;;");
}

static void put_bash(void)
{
    puts("# Completion of procwatch-top for bash.\n"
         "_procwatch_top() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]}\n"
         "    COMPREPLY=()\n"
         "    case ${COMP_WORDS[COMP_CWORD-1]} in");
    for (size_t i = 0; i < top_options.count; i++)
        if (top_options.rows[i].argument)
            put_bash_value(&top_options.rows[i], kind_of(&top_options.rows[i]));
    fputs("    esac\n    COMPREPLY=($(compgen -W \"", stdout);
    for (size_t i = 0; i < top_options.count; i++)
        printf("%s--%s", i > 0 ? " " : "", top_options.rows[i].name);
    puts("\" -- \"$word\"))\n"
         "}\n"
         "complete -F _procwatch_top procwatch-top");
}

static void put_zsh_option(const struct option_row *row)
{
    enum value_kind kind = kind_of(row);

    printf("        \"--%s[", row->name);
    put_escaped(row->help, "[]:\\\"$`");
    putchar(']');
    if (row->argument) {
        putchar(':');
        put_escaped(row->argument, "[]:\\\"$`");
        putchar(':');
    }
    if (kind == VALUE_FILE)
        fputs("_files", stdout);
    if (kind == VALUE_DIRECTORY)
        fputs("_files -/", stdout);
    if (has_words(kind)) {
        putchar('(');
        put_words(kind);
        putchar(')');
    }
    puts("\" \\");
}

static void put_zsh(void)
{
    puts("#compdef procwatch-top\n"
         "_procwatch_top() {\n"
         "    _arguments \\");
    for (size_t i = 0; i < top_options.count; i++)
        put_zsh_option(&top_options.rows[i]);
    puts("        '*:operand:()'\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _procwatch-top ]; then\n"
         "    _procwatch_top \"$@\"\n"
         "else\n"
         "    compdef _procwatch_top procwatch-top\n"
         "fi");
}

static void put_fish(void)
{
    puts("# Completion of procwatch-top for fish.\ncomplete -c procwatch-top -f");
    for (size_t i = 0; i < top_options.count; i++) {
        const struct option_row *row = &top_options.rows[i];
        enum value_kind kind = kind_of(row);

        printf("complete -c procwatch-top -l %s", row->name);
        if (row->letter)
            printf(" -s %c", row->letter);
        if (kind == VALUE_FILE)
            fputs(" -r -F", stdout);
        else if (kind == VALUE_DIRECTORY)
            fputs(" -x -a \"(__fish_complete_directories)\"", stdout);
        else if (kind != VALUE_NONE)
            fputs(" -x", stdout);
        if (has_words(kind)) {
            fputs(" -a \"", stdout);
            put_words(kind);
            putchar('"');
        }
        fputs(" -d \"", stdout);
        put_escaped(row->help, "\"$\\");
        puts("\"");
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*put)(void);
    } shells[] = {
        {"bash", put_bash},
        {"zsh",  put_zsh },
        {"fish", put_fish},
    };

    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, argv[1]) == 0) {
            shells[i].put();
            return fflush(stdout) != 0 || ferror(stdout);
        }
    fputs("usage: write_completion bash|zsh|fish\n", stderr);
    return 2;
}
