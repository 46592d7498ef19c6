/* SPDX-License-Identifier: MIT */
/* What the kernel says behind the links of /proc/PID: fd/N, ns/X, fdinfo/N. */
#include "gather/parse.h"

bool parse_numbered_link(struct span link, const char *kind, uint64_t *ret_number)
{
    uint64_t number;

    if (!span_take_string(&link, kind) || !span_take_string(&link, ":[") ||
        !span_take_u64(&link, &number) || !span_take_char(&link, ']') || span_length(link) != 0)
        return false;
    *ret_number = number;
    return true;
}

static const struct {
    const char *text;
    enum descriptor_kind kind;
    bool is_prefix;
} known_links[] = {
    {"anon_inode:",   DESCRIPTOR_ANONYMOUS, true },
    {"/memfd:",       DESCRIPTOR_MEMFD,     true },
    {"/dev/ptmx",     DESCRIPTOR_PTMX,      false},
    {"/dev/pts/ptmx", DESCRIPTOR_PTMX,      false},
    {"/dev/pts/",     DESCRIPTOR_TERMINAL,  true },
    {"/dev/tty",      DESCRIPTOR_TERMINAL,  true },
    {"/dev/console",  DESCRIPTOR_TERMINAL,  false},
    {"/dev/null",     DESCRIPTOR_NULL,      false},
    {"/dev/zero",     DESCRIPTOR_NULL,      false},
    {"/dev/full",     DESCRIPTOR_NULL,      false},
};

enum descriptor_kind parse_descriptor_link(struct span link, uint64_t *ret_inode)
{
    *ret_inode = 0;
    if (parse_numbered_link(link, "socket", ret_inode))
        return DESCRIPTOR_SOCKET;
    if (parse_numbered_link(link, "pipe", ret_inode))
        return DESCRIPTOR_PIPE;
    for (size_t i = 0; i < sizeof known_links / sizeof *known_links; i++)
        if (known_links[i].is_prefix ? span_starts_with(link, known_links[i].text)
                                     : span_equals(link, known_links[i].text))
            return known_links[i].kind;
    return DESCRIPTOR_FILE;
}

/* A line of fdinfo: a key, a tab, a number; the last line may be cut. */
static bool find_number(struct span fdinfo, const char *key, uint64_t *ret_number)
{
    struct span line;
    uint64_t number;

    while (span_take_line(&fdinfo, &line))
        if (span_take_string(&line, key) && fdinfo.at[-1] == '\n') {
            span_skip_blanks(&line);
            if (!span_is_u64(line, &number))
                return false;
            *ret_number = number;
            return true;
        }
    return false;
}

bool parse_tty_index(struct span fdinfo, uint64_t *ret_index)
{
    return find_number(fdinfo, "tty-index:", ret_index);
}

bool parse_bpf_type(struct span fdinfo, uint64_t *ret_type)
{
    return find_number(fdinfo, "prog_type:", ret_type);
}
