/* SPDX-License-Identifier: MIT */
/* Prints the texts of all tables as a template for translators (PO format), each
 * with a comment that says what it is. "make pot" adds those that stand in the code. */
#include <stdio.h>

#include "base/strbuf.h"
#include "cli/command.h"
#include "heuristics/heuristic.h"
#include "settings/schema.h"
#include "ui/keys.h"
#include "ui/options.h"
#include "view/column_sets.h"

static void put(const char *what, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    printf("\n#. %s %s\nmsgid \"", what, key);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    fputs("\"\nmsgstr \"\"\n", stdout);
}

static void put_options(const struct option_table *table)
{
    put("what it does:", table->program, table->summary);
    for (size_t i = 0; i < table->count; i++)
        put("option --", table->rows[i].name, table->rows[i].help);
    for (size_t i = 0; table->examples && table->examples[i]; i += 2)
        put("example:", table->examples[i], table->examples[i + 1]);
}

static void put_settings(void)
{
    struct setting setting;

    for (size_t i = 0; i < setting_count(); i++) {
        setting_at(i, &setting);
        put("setting", setting.path, setting.help);
    }
}

int main(void)
{
    struct strbuf name = {0};

    fputs("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n", stdout);
    put_options(&top_options);
    for (size_t i = 0; commands[i].name; i++) {
        put("command", commands[i].name, commands[i].summary);
        put_options(commands[i].table);
    }
    for (size_t i = 0; command_examples[i]; i += 2)
        put("example:", command_examples[i], command_examples[i + 1]);
    for (size_t i = 0; i < key_row_count; i++) {
        strbuf_clear(&name);
        key_add_name(&name, key_rows[i].key);
        put("key", strbuf_string(&name), key_rows[i].help);
    }
    for (size_t i = 0; i < column_count; i++)
        put("column", columns[i].key, columns[i].help);
    for (size_t i = 0; i < column_set_count; i++)
        put("set of columns", column_sets[i].name, column_sets[i].help);
    put_settings();
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) {
        put("heuristic", heuristics[i].info.key, heuristics[i].info.title);
        put("innocent of", heuristics[i].info.key, heuristics[i].info.innocent);
    }
    strbuf_release(&name);
    return fflush(stdout) != 0 || ferror(stdout);
}
