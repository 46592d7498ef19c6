/* SPDX-License-Identifier: MIT */
#include "base/completion.h"

#include <string.h>

/* What the value of an option may be. */
struct values {
    bool are_files, are_directories;
    struct strbuf words;
};

/* "on|off" says it itself. */
static void add_alternatives(const char *argument, struct strbuf *out)
{
    if (!strchr(argument, '|') || strpbrk(argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        return;
    for (const char *at = argument; *at; at++)
        strbuf_add_char(out, *at == '|' ? ' ' : *at);
}

static struct values values_of(const struct option_row *row, completion_words *add_words)
{
    const char *argument = row->argument ? row->argument : "";
    struct values values = {
        .are_files = strstr(argument, "FILE"),
        .are_directories = strcmp(argument, "DIR") == 0,
    };

    if (strcmp(argument, "WHEN") == 0)
        strbuf_add_string(&values.words, "auto always never");
    else if (*argument)
        add_words(row, &values.words);
    if (values.words.length == 0)
        add_alternatives(argument, &values.words);
    return values;
}

/* A text with a backslash before each of the special characters. */
static void add_escaped(const char *text, const char *special, struct strbuf *out)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, *text);
    }
}

void completion_add_names(const struct option_table *table, struct strbuf *out)
{
    for (size_t i = 0; i < table->count; i++)
        strbuf_add_format(out, "--%s ", table->rows[i].name);
}

static void add_bash_row(const struct option_row *row, const char *prefix,
                         completion_words *add_words, struct strbuf *out)
{
    struct values values = values_of(row, add_words);

    strbuf_add_format(out, "        %s--%s", prefix, row->name);
    if (row->letter)
        strbuf_add_format(out, "|%s-%c", prefix, row->letter);
    strbuf_add_string(out, ") ");
    if (values.are_files || values.are_directories || values.words.length > 0) {
        strbuf_add_string(out, "COMPREPLY=($(compgen");
        if (values.words.length > 0)
            strbuf_add_format(out, " -W \"%s\"", strbuf_string(&values.words));
        if (values.are_files)
            strbuf_add_string(out, " -f");
        if (values.are_directories)
            strbuf_add_string(out, " -d");
        strbuf_add_string(out, " -- \"$word\")); ");
    }
    strbuf_add_string(out, "return ;;\n");
    strbuf_release(&values.words);
}

void completion_add_bash(const struct option_table *table, const char *prefix,
                         completion_words *add_words, struct strbuf *out)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].argument)
            add_bash_row(&table->rows[i], prefix, add_words, out);
}

/* In single quotes: one in the text ends them, is escaped, and begins them anew. */
static void add_zsh_text(const char *text, struct strbuf *out)
{
    for (; *text; text++)
        if (*text == '\'')
            strbuf_add_string(out, "'\\''");
        else
            add_escaped((const char[]){*text, '\0'}, "[]:\\", out);
}

static void add_zsh_row(const struct option_row *row, completion_words *add_words,
                        struct strbuf *out)
{
    struct values values = values_of(row, add_words);

    strbuf_add_format(out, "            '--%s[", row->name);
    add_zsh_text(row->help, out);
    strbuf_add_char(out, ']');
    if (row->argument) {
        strbuf_add_char(out, ':');
        add_zsh_text(row->argument, out);
        strbuf_add_char(out, ':');
    }
    /* One action only: of words and files the words, which are fewer. */
    if (values.words.length > 0)
        strbuf_add_format(out, "(%s)", strbuf_string(&values.words));
    else if (values.are_files)
        strbuf_add_string(out, "_files");
    else if (values.are_directories)
        strbuf_add_string(out, "_files -/");
    strbuf_add_string(out, "' \\\n");
    strbuf_release(&values.words);
}

void completion_add_zsh(const struct option_table *table, completion_words *add_words,
                        struct strbuf *out)
{
    for (size_t i = 0; i < table->count; i++)
        add_zsh_row(&table->rows[i], add_words, out);
}

void completion_add_fish_text(const char *text, struct strbuf *out)
{
    add_escaped(text, "\"$\\", out);
}

static void add_fish_row(const struct option_row *row, const char *begin,
                         completion_words *add_words, struct strbuf *out)
{
    struct values values = values_of(row, add_words);

    strbuf_add_format(out, "%s -l %s", begin, row->name);
    if (row->letter)
        strbuf_add_format(out, " -s %c", row->letter);
    if (values.are_files)
        strbuf_add_string(out, " -r -F");
    else if (row->argument)
        strbuf_add_string(out, " -x");
    if (values.are_directories)
        strbuf_add_string(out, " -a \"(__fish_complete_directories)\"");
    if (values.words.length > 0)
        strbuf_add_format(out, " -a \"%s\"", strbuf_string(&values.words));
    strbuf_add_string(out, " -d \"");
    completion_add_fish_text(row->help, out);
    strbuf_add_string(out, "\"\n");
    strbuf_release(&values.words);
}

void completion_add_fish(const struct option_table *table, const char *begin,
                         completion_words *add_words, struct strbuf *out)
{
    for (size_t i = 0; i < table->count; i++)
        add_fish_row(&table->rows[i], begin, add_words, out);
}
