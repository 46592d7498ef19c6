/* SPDX-License-Identifier: MIT */
/* The files that only a closer look reads: limits, fdinfo, and more of status. */
#include "gather/parse.h"

enum { LIMIT_NAME_CELLS = 25 }; /* fs/proc/base.c: "%-25s %-20s %-20s %-10s" */

static bool take_octal(struct span *in, uint32_t *ret_value)
{
    uint64_t value;

    if (!span_take_octal(in, &value) || value > UINT32_MAX)
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

static bool take_groups(struct span line, struct process_security *security)
{
    struct span word;
    uint64_t group;

    while (span_take_word(&line, &word)) {
        if (span_length(word) == 0)
            continue;
        if (!span_is_u64(word, &group) || group > UINT32_MAX)
            return false;
        if (security->group_count < CLOSER_GROUPS_MAX)
            security->groups[security->group_count] = (uint32_t)group;
        security->group_count++;
    }
    return true;
}

bool parse_security(struct span text, struct process_security *ret_security)
{
    struct process_security security = {0};
    bool has_inheritable = false, has_bounding = false;
    struct span line;
    uint64_t number;

    while (span_take_line(&text, &line)) {
        bool is_good = true;

        if (span_take_string(&line, "CapInh:\t"))
            is_good = has_inheritable = span_take_hex(&line, &security.cap_inheritable);
        else if (span_take_string(&line, "CapBnd:\t"))
            is_good = has_bounding = span_take_hex(&line, &security.cap_bounding);
        else if (span_take_string(&line, "Umask:\t"))
            is_good = take_octal(&line, &security.umask);
        else if (span_take_string(&line, "Groups:\t"))
            is_good = security.group_count == 0 && take_groups(line, &security);
        else if (span_take_string(&line, "Seccomp_filters:\t")) {
            is_good = span_take_u64(&line, &number) && number <= UINT32_MAX;
            security.seccomp_filters = is_good ? (uint32_t)number : 0;
        }
        if (!is_good)
            return false;
    }
    if (!has_inheritable || !has_bounding)
        return false;
    *ret_security = security;
    return true;
}

/* Words are as wide as their column, or wider. */
static bool take_cell(struct span *in, struct span *ret_cell)
{
    span_skip_blanks(in);
    return span_take_word(in, ret_cell) && span_length(*ret_cell) > 0;
}

bool parse_limit(struct span line, struct limit_line *ret_limit)
{
    struct limit_line limit;

    if (span_length(line) <= LIMIT_NAME_CELLS)
        return false;
    limit.name = span_trimmed(span_of(line.at, LIMIT_NAME_CELLS));
    line.at += LIMIT_NAME_CELLS;
    if (span_length(limit.name) == 0 || !take_cell(&line, &limit.soft) ||
        !take_cell(&line, &limit.hard))
        return false;
    /* Priorities have no unit. */
    if (!take_cell(&line, &limit.unit))
        limit.unit = (struct span){line.end, line.end};
    *ret_limit = limit;
    return true;
}

bool parse_fdinfo(struct span text, struct opening *ret_opening)
{
    struct opening opening = *ret_opening;
    bool has_position = false, has_flags = false;
    struct span line;

    while (span_take_line(&text, &line))
        if (!has_position && span_take_string(&line, "pos:\t"))
            has_position = span_take_u64(&line, &opening.position);
        else if (!has_flags && span_take_string(&line, "flags:\t"))
            has_flags = take_octal(&line, &opening.flags);
    if (!has_position || !has_flags)
        return false;
    *ret_opening = opening;
    return true;
}
