/* SPDX-License-Identifier: MIT */
/* What its command line does. Words are looked for, never parts of words: a
 * file called base64.txt or an option --exec-path says nothing. */
#include <ctype.h>
#include <string.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

enum {
    LONG_COMMAND = 200, /* nobody types that much */
    LONG_WORD = 24,     /* 18 bytes in base64: longer than any usual word */
};

static const char *const decoders[] = {"base64 -d",
                                       "base64 -D",
                                       "base64 --decode",
                                       "base64 -di",
                                       "base32 -d",
                                       "b64decode",
                                       "b64decode(",
                                       "a85decode",
                                       "openssl enc -d",
                                       "openssl base64 -d",
                                       "openssl aes-256-cbc -d",
                                       "xxd -r",
                                       "unhexlify",
                                       "bytes.fromhex",
                                       "codecs.decode",
                                       "base64_decode(",
                                       "str_rot13(",
                                       "gzinflate(",
                                       "decode_base64",
                                       "FromBase64String",
                                       "-EncodedCommand",
                                       "atob(",
                                       NULL};

static const char *const interpreter_calls[] = {
    "exec(",       "eval(",         "os.system(",  "os.popen(", "pty.spawn(", "__import__(",
    "subprocess.", "child_process", "shell_exec(", "passthru(", "proc_open(", "loadstring(",
    NULL};
static const char *const shell_calls[] = {"eval $",   "eval \"$",  "eval '$", "eval `",
                                          "eval \"`", "source <(", ". <(",    NULL};

/* "exec (" is the same call. */
static const char *find_word(struct span text, const char *const *words)
{
    for (; *words; words++)
        if (has_word(text, *words))
            return *words;
    return NULL;
}

/* The command line with blanks for the NUL bytes, so that "base64\0-d" and
 * "base64 -d" are one. */
static struct span joined(const struct check_context *context, const struct process *process,
                          struct strbuf *scratch)
{
    strbuf_add_span(scratch, snapshot_span(context->snapshot, process->cmdline));
    for (size_t i = 0; i < scratch->length; i++)
        if (scratch->bytes[i] == '\0')
            scratch->bytes[i] = ' ';
    return strbuf_span(scratch);
}

static bool runs_code(const struct check_context *context, const struct process *process)
{
    return program_is_shell(context->snapshot, process) ||
           program_is_interpreter(context->snapshot, process);
}

/* A run that looks encoded: letters of both cases and digits, and no slash, so
 * that paths do not count. */
static bool has_encoded_word(struct span text)
{
    size_t length = 0;
    unsigned kinds = 0;

    for (const char *at = text.at; at < text.end; at++) {
        unsigned char c = (unsigned char)*at;

        if (!isalnum(c) && c != '+' && c != '=' && c != '\\') {
            length = 0;
            kinds = 0;
            continue;
        }
        kinds |= isupper(c) ? 1U : islower(c) ? 2U : isdigit(c) ? 4U : 0U;
        if (++length >= LONG_WORD && (kinds & (kinds - 1)) != 0)
            return true;
    }
    return false;
}

float check_obfuscated_cmdline(const struct check_context *context,
                               const struct process *process, struct strbuf *evidence)
{
    struct strbuf scratch = {0};
    const char *decoder = NULL;

    if (!runs_code(context, process))
        return 0;
    struct span text = joined(context, process, &scratch);
    if (span_length(text) >= LONG_COMMAND || has_encoded_word(text))
        decoder = find_word(text, decoders);
    strbuf_release(&scratch);
    if (!decoder)
        return 0;
    strbuf_add_format(evidence, "%s in: ", decoder);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}

/* Code on the command line itself: after -c, -e, -r ... */
static bool has_code_option(const struct check_context *context, const struct process *process)
{
    struct span argument;

    for (unsigned i = 1; argument_at(context->snapshot, process, i, &argument); i++) {
        if (!span_starts_with(argument, "-"))
            return false;
        if (span_equals(argument, "--eval") || span_equals(argument, "--print"))
            return true;
        if (!span_starts_with(argument, "--") && strpbrk(argument.at, "ceErp"))
            return true;
    }
    return false;
}

float check_code_exec_cmdline(const struct check_context *context,
                              const struct process *process, struct strbuf *evidence)
{
    bool is_shell = program_is_shell(context->snapshot, process);
    struct strbuf scratch = {0};

    if (!runs_code(context, process) || !has_code_option(context, process))
        return 0;

    struct span text = joined(context, process, &scratch);
    const char *call = find_word(text, is_shell ? shell_calls : interpreter_calls);
    strbuf_release(&scratch);
    if (!call)
        return 0;
    strbuf_add_format(evidence, "%s in: ", call);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}
