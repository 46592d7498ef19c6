/* SPDX-License-Identifier: MIT */
/* Shell completion, drawn from the tables of commands, options and columns, so
 * that it cannot fall behind them. */
#include <string.h>

#include "base/completion.h"
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

static void add_words(const struct option_row *row, struct strbuf *out)
{
    if (strcmp(row->argument, "FORMAT") == 0)
        strbuf_add_string(out, "table json jsonl prom ecs");
    if (strcmp(row->argument, "COLUMN") == 0)
        for (size_t i = 0; i < column_count; i++)
            strbuf_add_format(out, "%s%s", i > 0 ? " " : "", columns[i].key);
}

static void add_command_names(struct strbuf *out)
{
    for (size_t i = 0; commands[i].name; i++)
        strbuf_add_format(out, "%s%s", i > 0 ? " " : "", commands[i].name);
}

static void add_operands(const struct command *command, struct strbuf *out)
{
    if (strcmp(command->name, "help") == 0)
        add_command_names(out);
    for (const char *at = command->operands; *at; at++)
        strbuf_add_char(out, *at == '|' ? ' ' : *at);
}

static void add_bash_words(const struct command *command, struct strbuf *out)
{
    strbuf_add_format(out, "        %s) words=\"", command->name);
    completion_add_names(command->table, out);
    add_operands(command, out);
    strbuf_add_string(out, "\" ;;\n");
}

static void add_bash(struct strbuf *out)
{
    struct strbuf prefix = {0};

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
    for (size_t i = 0; commands[i].name; i++) {
        strbuf_set_string(&prefix, commands[i].name);
        strbuf_add_char(&prefix, ':');
        completion_add_bash(commands[i].table, strbuf_string(&prefix), add_words, out);
    }
    strbuf_release(&prefix);
    strbuf_add_string(out, "    esac\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i].name; i++)
        add_bash_words(&commands[i], out);
    strbuf_add_string(out, "    esac\n"
                           "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                           "}\n"
                           "complete -F _procwatch procwatch\n");
}

static void add_zsh_command(const struct command *command, struct strbuf *out)
{
    strbuf_add_format(out, "    %s)\n        _arguments \\\n", command->name);
    completion_add_zsh(command->table, add_words, out);
    strbuf_add_string(out, "            '*:operand:(");
    add_operands(command, out);
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

static void add_fish_command(const struct command *command, struct strbuf *out)
{
    struct strbuf begin = {0}, operands = {0};

    strbuf_add_format(out, "complete -c procwatch -n __fish_use_subcommand -a %s -d \"",
                      command->name);
    completion_add_fish_text(command->summary, out);
    strbuf_add_string(out, "\"\n");
    strbuf_add_format(&begin, "complete -c procwatch -n \"__fish_seen_subcommand_from %s\"",
                      command->name);
    completion_add_fish(command->table, strbuf_string(&begin), add_words, out);
    add_operands(command, &operands);
    if (operands.length > 0)
        strbuf_add_format(out, "%s -a \"%s\"\n", strbuf_string(&begin),
                          strbuf_string(&operands));
    strbuf_release(&operands);
    strbuf_release(&begin);
}

static void add_fish(struct strbuf *out)
{
    strbuf_add_string(out, "# Completion of procwatch for fish.\ncomplete -c procwatch -f\n");
    for (size_t i = 0; commands[i].name; i++)
        add_fish_command(&commands[i], out);
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
