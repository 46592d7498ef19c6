/* SPDX-License-Identifier: MIT */
/* Shell completion, drawn from the tables of commands, options and columns, so
 * that it cannot fall behind them. */
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "view/columns.h"

struct completion_options {
    bool wants_help; /* first: command_parse() */
};

static const struct option_row rows[] = {HELP_ROW};

static const char *const examples[] = {
    "source <(procwatch completion bash)",
    "complete procwatch in this shell",
    NULL,
};

const struct option_table completion_table = {
    .program = "procwatch completion",
    .synopsis = "bash|zsh|fish",
    .summary = "Prints a script that teaches the shell to complete procwatch's commands and "
               "options.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

/* What a value's placeholder says about its values. */
enum value_kind { VALUE_NONE, VALUE_FILE, VALUE_DIRECTORY, VALUE_WORDS, VALUE_ANY };

static enum value_kind kind_of(const struct option_row *row)
{
    if (!row->argument)
        return VALUE_NONE;
    if (strcmp(row->argument, "FILE") == 0)
        return VALUE_FILE;
    if (strcmp(row->argument, "DIR") == 0)
        return VALUE_DIRECTORY;
    if (strcmp(row->argument, "COLUMN") == 0 || strcmp(row->argument, "WHEN") == 0 ||
        strcmp(row->argument, "FORMAT") == 0)
        return VALUE_WORDS;
    return VALUE_ANY;
}

/* The words of a VALUE_WORDS option, separated by blanks. */
static void add_words(const struct option_row *row, struct strbuf *out)
{
    if (strcmp(row->argument, "WHEN") == 0) {
        strbuf_add_string(out, "auto always never");
        return;
    }
    if (strcmp(row->argument, "FORMAT") == 0) {
        strbuf_add_string(out, "table json jsonl prom ecs");
        return;
    }
    for (size_t i = 0; i < column_count; i++)
        strbuf_add_format(out, "%s%s", i > 0 ? " " : "", columns[i].key);
}

static void add_operands(const struct command *command, char separator, struct strbuf *out)
{
    for (const char *at = command->operands; *at; at++)
        strbuf_add_char(out, *at == '|' ? separator : *at);
}

static void add_command_names(struct strbuf *out)
{
    for (size_t i = 0; commands[i].name; i++)
        strbuf_add_format(out, "%s%s", i > 0 ? " " : "", commands[i].name);
}

static void add_bash_values(const struct command *command, struct strbuf *out)
{
    const struct option_table *table = command->table;

    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        enum value_kind kind = kind_of(row);

        if (kind == VALUE_NONE)
            continue;
        strbuf_add_format(out, "        %s:--%s", command->name, row->name);
        if (row->letter)
            strbuf_add_format(out, "|%s:-%c", command->name, row->letter);
        strbuf_add_string(out, ") ");
        if (kind == VALUE_FILE)
            strbuf_add_string(out, "COMPREPLY=($(compgen -f -- \"$word\")); ");
        if (kind == VALUE_DIRECTORY)
            strbuf_add_string(out, "COMPREPLY=($(compgen -d -- \"$word\")); ");
        if (kind == VALUE_WORDS) {
            strbuf_add_string(out, "COMPREPLY=($(compgen -W \"");
            add_words(row, out);
            strbuf_add_string(out, "\" -- \"$word\")); ");
        }
        strbuf_add_string(out, "return ;;\n");
    }
}

static void add_bash_words(const struct command *command, struct strbuf *out)
{
    strbuf_add_format(out, "        %s) words=\"", command->name);
    for (size_t i = 0; i < command->table->count; i++)
        strbuf_add_format(out, "--%s ", command->table->rows[i].name);
    if (strcmp(command->name, "help") == 0)
        add_command_names(out);
    add_operands(command, ' ', out);
    strbuf_add_string(out, "\" ;;\n");
}

static void add_bash(struct strbuf *out)
{
    strbuf_add_string(out, "# Completion of procwatch for bash.\n"
                           "_procwatch() {\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]} words\n"
                           "    COMPREPLY=()\n"
                           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                           "        COMPREPLY=($(compgen -W \"");
    add_command_names(out);
    strbuf_add_string(out, " --help --version\" -- \"$word\"))\n"
                           "        return\n"
                           "    fi\n"
                           "    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (size_t i = 0; commands[i].name; i++)
        add_bash_values(&commands[i], out);
    strbuf_add_string(out, "    esac\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i].name; i++)
        add_bash_words(&commands[i], out);
    strbuf_add_string(out, "    esac\n"
                           "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                           "}\n"
                           "complete -F _procwatch procwatch\n");
}

/* In single quotes: one in the text ends them, is escaped, and begins them anew. */
static void add_zsh_option(const struct option_row *row, struct strbuf *out)
{
    strbuf_add_format(out, "            '--%s[", row->name);
    for (const char *at = row->help; *at; at++) {
        if (*at == '[' || *at == ']' || *at == ':' || *at == '\\')
            strbuf_add_char(out, '\\');
        if (*at == '\'')
            strbuf_add_string(out, "'\\'");
        strbuf_add_char(out, *at);
    }
    strbuf_add_char(out, ']');
    if (row->argument)
        strbuf_add_format(out, ":%s:", row->argument);
    switch (kind_of(row)) {
    case VALUE_FILE:
        strbuf_add_string(out, "_files");
        break;
    case VALUE_DIRECTORY:
        strbuf_add_string(out, "_files -/");
        break;
    case VALUE_WORDS:
        strbuf_add_char(out, '(');
        add_words(row, out);
        strbuf_add_char(out, ')');
        break;
    case VALUE_NONE:
    case VALUE_ANY:
        break;
    }
    strbuf_add_string(out, "' \\\n");
}

static void add_zsh_command(const struct command *command, struct strbuf *out)
{
    strbuf_add_format(out, "    %s)\n        _arguments \\\n", command->name);
    for (size_t i = 0; i < command->table->count; i++)
        add_zsh_option(&command->table->rows[i], out);
    strbuf_add_string(out, "            '*:operand:(");
    if (strcmp(command->name, "help") == 0)
        add_command_names(out);
    add_operands(command, ' ', out);
    strbuf_add_string(out, ")' ;;\n");
}

static void add_zsh(struct strbuf *out)
{
    strbuf_add_string(out, "#compdef procwatch\n"
                           "_procwatch() {\n"
                           "    if (( CURRENT == 2 )); then\n"
                           "        compadd -- ");
    add_command_names(out);
    strbuf_add_string(out, "\n        return\n"
                           "    fi\n"
                           "    local command=${words[2]}\n"
                           "    shift words\n"
                           "    (( CURRENT-- ))\n"
                           "    case $command in\n");
    for (size_t i = 0; commands[i].name; i++)
        add_zsh_command(&commands[i], out);
    strbuf_add_string(out, "    esac\n"
                           "}\n"
                           /* Autoloaded from fpath, or sourced. */
                           "if [ \"$funcstack[1]\" = _procwatch ]; then\n"
                           "    _procwatch \"$@\"\n"
                           "else\n"
                           "    compdef _procwatch procwatch\n"
                           "fi\n");
}

/* In double quotes, where fish takes a quote, a dollar and a backslash. */
static void add_fish_help(const char *help, struct strbuf *out)
{
    for (; *help; help++) {
        if (strchr("\"$\\", *help))
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, *help);
    }
}

static void add_fish_option(const struct command *command, const struct option_row *row,
                            struct strbuf *out)
{
    strbuf_add_format(out, "complete -c procwatch -n \"__fish_seen_subcommand_from %s\" -l %s",
                      command->name, row->name);
    if (row->letter)
        strbuf_add_format(out, " -s %c", row->letter);
    switch (kind_of(row)) {
    case VALUE_FILE:
        strbuf_add_string(out, " -r -F");
        break;
    case VALUE_DIRECTORY:
        strbuf_add_string(out, " -x -a \"(__fish_complete_directories)\"");
        break;
    case VALUE_WORDS:
        strbuf_add_string(out, " -x -a \"");
        add_words(row, out);
        strbuf_add_char(out, '"');
        break;
    case VALUE_ANY:
        strbuf_add_string(out, " -x");
        break;
    case VALUE_NONE:
        break;
    }
    strbuf_add_string(out, " -d \"");
    add_fish_help(row->help, out);
    strbuf_add_string(out, "\"\n");
}

static void add_fish(struct strbuf *out)
{
    strbuf_add_string(out, "# Completion of procwatch for fish.\ncomplete -c procwatch -f\n");
    for (size_t i = 0; commands[i].name; i++) {
        const struct command *command = &commands[i];

        strbuf_add_format(out,
                          "complete -c procwatch -n __fish_use_subcommand -a %s -d \"%s\"\n",
                          command->name, command->summary);
        for (size_t j = 0; j < command->table->count; j++)
            add_fish_option(command, &command->table->rows[j], out);
        bool is_help = strcmp(command->name, "help") == 0;
        if (is_help || *command->operands) {
            strbuf_add_format(
                out, "complete -c procwatch -n \"__fish_seen_subcommand_from %s\" -a \"",
                command->name);
            if (is_help)
                add_command_names(out);
            add_operands(command, ' ', out);
            strbuf_add_string(out, "\"\n");
        }
    }
}

static const struct {
    const char *name;
    void (*add)(struct strbuf *out);
} shells[] = {
    {"bash", add_bash},
    {"zsh",  add_zsh },
    {"fish", add_fish},
};

int completion_run(int argc, char **argv)
{
    struct completion_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};
    struct strbuf text = {0};

    if (!command_parse(&completion_table, &options.wants_help, &line))
        return line.status;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (line.first < argc && strcmp(shells[i].name, argv[line.first]) == 0) {
            shells[i].add(&text);
            return output_print(&text);
        }
    output_complain("completion is for bash, zsh or fish");
    return EXIT_USAGE;
}
