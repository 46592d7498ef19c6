/* SPDX-License-Identifier: MIT */
/*
 * write_completion SHELL - print what bash, zsh or fish needs to complete
 * procwatch-top, drawn from its own option table. Run by the build.
 */
#include <stdio.h>
#include <string.h>

#include "base/completion.h"
#include "ui/options.h"
#include "ui/theme_file.h"
#include "view/columns.h"

static void add_words(const struct option_row *row, struct strbuf *out)
{
    if (strcmp(row->argument, "[-]COLUMN") == 0)
        for (size_t i = 0; i < column_count; i++)
            strbuf_add_format(out, "%s%s", i > 0 ? " " : "", columns[i].key);
    if (strcmp(row->argument, "NAME|FILE") == 0)
        for (size_t i = 0; theme_builtin[i].name; i++)
            strbuf_add_format(out, "%s%s", i > 0 ? " " : "", theme_builtin[i].name);
}

static void add_bash(struct strbuf *out)
{
    strbuf_add_string(out, "# Completion of procwatch-top for bash.\n"
                           "_procwatch_top() {\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                           "    COMPREPLY=()\n"
                           "    case ${COMP_WORDS[COMP_CWORD-1]} in\n");
    completion_add_bash(&top_options, "", add_words, out);
    strbuf_add_string(out, "    esac\n    COMPREPLY=($(compgen -W \"");
    completion_add_names(&top_options, out);
    strbuf_add_string(out, "\" -- \"$word\"))\n"
                           "}\n"
                           "complete -F _procwatch_top procwatch-top\n");
}

static void add_zsh(struct strbuf *out)
{
    strbuf_add_string(out, "#compdef procwatch-top\n"
                           "_procwatch_top() {\n"
                           "    _arguments \\\n");
    completion_add_zsh(&top_options, add_words, out);
    strbuf_add_string(out, "            '*:operand:()'\n"
                           "}\n"
                           "if [ \"$funcstack[1]\" = _procwatch-top ]; then\n"
                           "    _procwatch_top \"$@\"\n"
                           "else\n"
                           "    compdef _procwatch_top procwatch-top\n"
                           "fi\n");
}

static void add_fish(struct strbuf *out)
{
    strbuf_add_string(out, "# Completion of procwatch-top for fish.\n"
                           "complete -c procwatch-top -f\n");
    completion_add_fish(&top_options, "complete -c procwatch-top", add_words, out);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*add)(struct strbuf *out);
    } shells[] = {
        {"bash", add_bash},
        {"zsh",  add_zsh },
        {"fish", add_fish},
    };
    struct strbuf text = {0};

    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, argv[1]) == 0)
            shells[i].add(&text);
    if (text.length == 0) {
        fputs("usage: write_completion bash|zsh|fish\n", stderr);
        return 2;
    }
    fputs(strbuf_string(&text), stdout);
    strbuf_release(&text);
    return fflush(stdout) != 0 || ferror(stdout);
}
