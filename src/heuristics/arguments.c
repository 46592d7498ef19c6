/* SPDX-License-Identifier: MIT */
#include "heuristics/arguments.h"

#include <ctype.h>
#include <string.h>

bool argument_at(const struct snapshot *snapshot, const struct process *process, unsigned index,
                 struct span *ret_argument)
{
    struct span in = snapshot_span(snapshot, process->cmdline), argument;

    do {
        if (!span_take_until(&in, '\0', &argument))
            return false;
    } while (index-- > 0);
    *ret_argument = argument;
    return true;
}

struct span base_name(struct span path)
{
    const char *slash = memrchr(path.at, '/', span_length(path));

    if (slash)
        path.at = slash + 1;
    return path;
}

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(struct span text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text.at; at < text.end; at++) {
        at = memmem(at, (size_t)(text.end - at), word, length);
        if (!at)
            return false;

        const char *after = at + length;
        bool starts_word = !is_word_byte(word[0]) || at == text.at || !is_word_byte(at[-1]);
        bool ends_word =
            !is_word_byte(word[length - 1]) || after == text.end || !is_word_byte(*after);
        if (starts_word && ends_word)
            return true;
    }
    return false;
}

struct haystack haystack_of(struct span text)
{
    struct haystack haystack = {.text = text};

    for (const char *at = text.at; at < text.end; at++)
        haystack.bytes[(unsigned char)*at / 64] |= UINT64_C(1) << (unsigned char)*at % 64;
    return haystack;
}

bool haystack_has_word(const struct haystack *haystack, const char *word)
{
    for (const char *at = word; *at; at++)
        if (!(haystack->bytes[(unsigned char)*at / 64] >> (unsigned char)*at % 64 & 1))
            return false;
    return has_word(haystack->text, word);
}

const char *haystack_find_word(const struct haystack *haystack, const char *const *words)
{
    for (; *words; words++)
        if (haystack_has_word(haystack, *words))
            return *words;
    return NULL;
}

/* Options of bash, dash and zsh that take the next argument: -o option, -O
 * option, and bash's two for files. */
static bool takes_value(struct span option)
{
    return span_equals(option, "--rcfile") || span_equals(option, "--init-file") ||
           (!span_starts_with(option, "--") && span_length(option) >= 2 &&
            (option.end[-1] == 'o' || option.end[-1] == 'O'));
}

struct shell_mode shell_mode_of(const struct snapshot *snapshot, const struct process *process)
{
    struct shell_mode mode = {.first_word = span_of("", 0)};
    struct span argument;
    unsigned index = 1;

    for (; argument_at(snapshot, process, index, &argument); index++) {
        if (span_length(argument) < 2 || (argument.at[0] != '-' && argument.at[0] != '+'))
            break;
        if (span_equals(argument, "--")) {
            index++;
            break;
        }
        if (!span_starts_with(argument, "--") && argument.at[0] == '-') {
            mode.has_command |= memchr(argument.at, 'c', span_length(argument)) != NULL;
            mode.is_interactive |= memchr(argument.at, 'i', span_length(argument)) != NULL;
        }
        if (takes_value(argument))
            index++;
    }
    if (argument_at(snapshot, process, index, &argument) && span_length(argument) > 0 &&
        !span_equals(argument, "-")) {
        mode.first_word = argument;
        mode.has_script = !mode.has_command;
    }
    return mode;
}
