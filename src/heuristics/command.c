/* SPDX-License-Identifier: MIT */
/* What its command line does. Words are looked for, never parts of words: a
 * file called base64.txt or an option --exec-path says nothing. */
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

/* The command line with blanks for the NUL bytes, so that "base64\0-d" and
 * "base64 -d" are one. */
static struct haystack joined(const struct check_context *context,
                              const struct process *process, struct strbuf *scratch)
{
    strbuf_add_span(scratch, snapshot_span(context->snapshot, process->cmdline));
    for (size_t i = 0; i < scratch->length; i++)
        if (scratch->bytes[i] == '\0')
            scratch->bytes[i] = ' ';
    return haystack_of(strbuf_span(scratch));
}

static bool runs_code(const struct check_context *context, const struct process *process)
{
    return program_is_shell(context->snapshot, process) ||
           program_is_interpreter(context->snapshot, process);
}

enum { UPPER = 1, LOWER = 2, DIGIT = 4, FILLER = 8 };

/* What encoded text is made of; the rest is 0. */
static const uint8_t encoded_kinds[256] = {
    ['A' ... 'Z'] = UPPER, ['a' ... 'z'] = LOWER, ['0' ... '9'] = DIGIT,
    ['+'] = FILLER,        ['='] = FILLER,        ['\\'] = FILLER,
};

/* A run that looks encoded: letters of both cases and digits, and no slash, so
 * that paths do not count. */
static bool has_encoded_word(struct span text)
{
    size_t length = 0;
    unsigned kinds = 0;

    for (const char *at = text.at; at < text.end; at++) {
        unsigned kind = encoded_kinds[(unsigned char)*at];

        length = kind ? length + 1 : 0;
        kinds = kind ? kinds | kind : 0;
        if (length >= LONG_WORD) {
            unsigned mixed = kinds & ~(unsigned)FILLER;
            if ((mixed & (mixed - 1)) != 0)
                return true;
        }
    }
    return false;
}

float check_obfuscated_cmdline(const struct check_context *context,
                               const struct process *process, struct strbuf *evidence)
{
    struct span raw = snapshot_span(context->snapshot, process->cmdline);
    struct strbuf scratch = {0};

    if ((span_length(raw) < LONG_COMMAND && !has_encoded_word(raw)) ||
        !runs_code(context, process))
        return 0;
    struct haystack words = joined(context, process, &scratch);
    const char *decoder = haystack_find_word(&words, decoders);
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
    struct span rest = snapshot_span(context->snapshot, process->cmdline), argument;

    span_take_until(&rest, '\0', &argument);
    while (span_take_until(&rest, '\0', &argument)) {
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
    struct strbuf scratch = {0};

    if (!has_code_option(context, process) || !runs_code(context, process))
        return 0;

    bool is_shell = program_is_shell(context->snapshot, process);
    struct haystack words = joined(context, process, &scratch);
    const char *call = haystack_find_word(&words, is_shell ? shell_calls : interpreter_calls);
    strbuf_release(&scratch);
    if (!call)
        return 0;
    strbuf_add_format(evidence, "%s in: ", call);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}

static const char *const shell_names[] = {"sh", "bash", "dash", "zsh", "ksh", "ash", NULL};

/* Behind a pipe, perhaps through sudo or env, stands a shell. */
static bool pipes_into_shell(struct span text)
{
    struct span word;

    while (text.at < text.end) {
        if (*text.at++ != '|')
            continue;
        struct span rest = text;
        for (int words = 0; words < 3; words++) {
            span_skip_blanks(&rest);
            const char *start = rest.at;
            while (rest.at < rest.end && !strchr(" \t\n;|&)'\"`", *rest.at))
                rest.at++;
            word = base_name(span_of(start, (size_t)(rest.at - start)));
            if (program_is_one_of(word, shell_names))
                return true;
            if (!span_equals(word, "sudo") && !span_equals(word, "env"))
                break;
        }
    }
    return false;
}

float check_decode_exec(const struct check_context *context, const struct process *process,
                        struct strbuf *evidence)
{
    struct strbuf scratch = {0};

    if (!has_code_option(context, process) || !runs_code(context, process))
        return 0;

    bool is_shell = program_is_shell(context->snapshot, process);
    struct haystack words = joined(context, process, &scratch);
    bool runs_it = is_shell
                       ? pipes_into_shell(words.text) || haystack_find_word(&words, shell_calls)
                       : haystack_find_word(&words, interpreter_calls) != NULL;
    const char *decoder = runs_it ? haystack_find_word(&words, decoders) : NULL;
    strbuf_release(&scratch);
    if (!decoder)
        return 0;
    strbuf_add_format(evidence, "%s, then run: ", decoder);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}

float check_pipe_exec(const struct check_context *context, const struct process *process,
                      struct strbuf *evidence)
{
    static const char *const fetchers[] = {"curl", "wget", NULL};
    static const char *const captured[] = {"$(curl", "$(wget", "`curl", "`wget",
                                           "<(curl", "<(wget", NULL};
    static const char *const shells_told[] = {"sh -c", "bash -c", "bash <(", NULL};
    struct shell_mode mode;

    if (!program_is_shell(context->snapshot, process))
        return 0;
    mode = shell_mode_of(context->snapshot, process);
    if (!mode.has_command)
        return 0;

    struct haystack words = haystack_of(mode.first_word);
    const char *fetcher = haystack_find_word(&words, fetchers);
    bool runs_it = fetcher && pipes_into_shell(words.text);
    if (fetcher && !runs_it && haystack_find_word(&words, captured))
        runs_it =
            haystack_find_word(&words, shell_calls) || haystack_find_word(&words, shells_told);
    if (!runs_it)
        return 0;
    strbuf_add_format(evidence, "%s into a shell: ", fetcher);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}

/* Both words, in a program that runs code. */
static const char *const wirings[][2] = {
    {"/dev/tcp/",  "0>&1"            },
    {"/dev/tcp/",  "<&1"             },
    {"/dev/tcp/",  ">&0"             },
    {"/dev/udp/",  "0>&1"            },
    {"mkfifo",     "nc"              },
    {"mkfifo",     "ncat"            },
    {"mkfifo",     "telnet"          },
    {"mkfifo",     "openssl s_client"},
    {"mknod",      "nc"              },
    {"nc -e",      "/bin/sh"         },
    {"nc -e",      "/bin/bash"       },
    {"socket",     "dup2"            },
    {"socket",     "pty.spawn"       },
    {"Socket",     "open(STDIN"      },
    {"fsockopen(", "exec("           },
    {"fsockopen(", "proc_open("      },
    {"TCPSocket",  "exec"            },
    {"net.Socket", "child_process"   },
    {"pty.spawn(", "/bin/sh"         },
    {"pty.spawn(", "/bin/bash"       },
};

static bool is_shell_command(struct span argument)
{
    struct span word;

    if (!span_take_word(&argument, &word))
        return false;
    return program_is_one_of(base_name(word), shell_names);
}

/* nc -e /bin/sh, ncat --sh-exec bash */
static bool netcat_gives_shell(const struct check_context *context,
                               const struct process *process)
{
    struct span option, command;

    for (unsigned i = 1; argument_at(context->snapshot, process, i, &option) &&
                         argument_at(context->snapshot, process, i + 1, &command);
         i++) {
        bool is_long = span_starts_with(option, "--");
        bool runs = is_long ? span_equals(option, "--exec") || span_equals(option, "--sh-exec")
                            : span_starts_with(option, "-") &&
                                  (span_ends_with(option, "e") || span_ends_with(option, "c"));
        if (runs && is_shell_command(command))
            return true;
    }
    return false;
}

/* socat TCP:... EXEC:/bin/sh,pty */
static bool socat_gives_shell(const struct check_context *context,
                              const struct process *process)
{
    static const char *const kinds[] = {"EXEC:", "exec:", "SYSTEM:", "system:", NULL};
    struct span argument, program;

    for (unsigned i = 1; argument_at(context->snapshot, process, i, &argument); i++)
        for (const char *const *kind = kinds; *kind; kind++) {
            struct span rest = argument;
            if (!span_take_string(&rest, *kind))
                continue;
            span_take_char(&rest, '\'');
            span_take_char(&rest, '"');
            const char *end = rest.at;
            while (end < rest.end && !strchr(", '\"", *end))
                end++;
            program = span_of(rest.at, (size_t)(end - rest.at));
            if (program_is_one_of(base_name(program), shell_names))
                return true;
        }
    return false;
}

static bool wires_a_shell(const struct check_context *context, const struct process *process)
{
    struct strbuf scratch = {0};
    bool is_wired = false;

    if (!has_code_option(context, process) || !runs_code(context, process))
        return false;

    struct haystack words = joined(context, process, &scratch);
    for (size_t i = 0; !is_wired && i < sizeof wirings / sizeof *wirings; i++)
        is_wired = haystack_has_word(&words, wirings[i][0]) &&
                   haystack_has_word(&words, wirings[i][1]);
    strbuf_release(&scratch);
    return is_wired;
}

float check_revshell_cmdline(const struct check_context *context, const struct process *process,
                             struct strbuf *evidence)
{
    static const char *const netcats[] = {
        "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "busybox", NULL};
    static const char *const socats[] = {"socat", NULL};
    struct span name = program_name(context->snapshot, process);

    if (!wires_a_shell(context, process) &&
        !(program_is_one_of(name, netcats) && netcat_gives_shell(context, process)) &&
        !(program_is_one_of(name, socats) && socat_gives_shell(context, process)))
        return 0;
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}

/* Which few command lines do: only those are searched for a pool. */
static bool has_url(struct span command)
{
    for (const char *at = command.at; at < command.end; at++) {
        at = memchr(at, ':', (size_t)(command.end - at));
        if (!at)
            return false;
        if (at[1] == '/' && at[2] == '/') /* a NUL ends every text */
            return true;
    }
    return false;
}

static const char *find_pool(struct span command)
{
    static const char *const pools[] = {"stratum+tcp://", "stratum+ssl://", "stratum+tls://",
                                        "stratum2+tcp://", NULL};

    if (!has_url(command))
        return NULL;
    for (const char *const *pool = pools; *pool; pool++)
        if (span_contains(command, *pool))
            return *pool;
    return NULL;
}

/* Of any argument but the first. By hyphens: most command lines have few. */
static const char *find_miner_option(struct span command)
{
    static const char *const options[] = {"--donate-level", "--randomx-", "--rx-", NULL};
    for (const char *at = command.at; at < command.end; at++) {
        at = memchr(at, '-', (size_t)(command.end - at));
        if (!at)
            return NULL;
        if (at == command.at || at[-1] != '\0')
            continue;
        struct span argument = {at, command.end};
        for (const char *const *option = options; *option; option++)
            if (span_starts_with(argument, *option))
                return *option;
    }
    return NULL;
}

float check_miner_cmdline(const struct check_context *context, const struct process *process,
                          struct strbuf *evidence)
{
    static const char *const readers[] = {"grep", "egrep",     "rg",   "sed", "less",
                                          "vim",  "vim.basic", "nano", "awk", NULL};
    struct span command = snapshot_span(context->snapshot, process->cmdline);
    const char *found = find_pool(command);

    if (!found)
        found = find_miner_option(command);
    if (!found)
        return 0;
    if (program_is_one_of(program_name(context->snapshot, process), readers) &&
        program_is_trusted(context->snapshot, process))
        return 0;
    strbuf_add_format(evidence, "%s in: ", found);
    evidence_add_command(evidence, context->snapshot, process);
    return 1;
}
