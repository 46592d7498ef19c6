/* SPDX-License-Identifier: MIT */
#include "view/filter_pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_MAX = 256,
    NODES_MAX = 4096, /* of the automaton, about */
};

/* A back-reference makes matching exponential in the text. */
static bool has_back_reference(const char *pattern)
{
    for (; *pattern; pattern++) {
        if (*pattern != '\\')
            continue;
        pattern++;
        if (*pattern >= '1' && *pattern <= '9')
            return true;
        if (!*pattern)
            break;
    }
    return false;
}

/* How often at most what stands before is there. */
static unsigned long repetitions(const char *pattern)
{
    unsigned long most = *pattern == '+' ? 2 : 1;

    if (*pattern != '{')
        return most;
    for (; *pattern && *pattern != '}'; pattern++)
        if (*pattern == '{' || *pattern == ',') {
            unsigned long count = strtoul(pattern + 1, NULL, 10);
            most = count > most ? count : most;
        }
    return most;
}

/* Regcomp copies what a "+" or "{n,m}" repeats, and copies the copies of nested
 * ones: "a++++++++++++++++++++++++++++++" takes gigabytes. A repeated character is
 * its own copies; what is repeated and ends otherwise may be all before it, and costs
 * as much for a "?" or "*". */
static bool repeats_too_much(const char *pattern)
{
    unsigned long nodes = strlen(pattern), copies = 1;
    char before = '\0';

    for (; *pattern; pattern++) {
        unsigned long count = repetitions(pattern);

        if (count > NODES_MAX)
            return true;
        if (before && strchr(")+*?}", before) && strchr("+*?{", *pattern))
            copies *= count > 2 ? count : 2;
        else
            nodes += count - 1;
        if (copies * nodes > NODES_MAX)
            return true;
        before = *pattern;
        if (*pattern == '\\' && pattern[1])
            pattern++;
    }
    return false;
}

static bool refuse(char (*ret_reason)[FILTER_PATTERN_REASON_SIZE], const char *reason)
{
    snprintf(*ret_reason, sizeof *ret_reason, "%s", reason);
    return false;
}

bool filter_pattern_compile(regex_t *ret_compiled, const char *pattern,
                            char (*ret_reason)[FILTER_PATTERN_REASON_SIZE])
{
    char why[FILTER_PATTERN_REASON_SIZE - sizeof "this pattern is wrong: "];

    if (strlen(pattern) > LENGTH_MAX) {
        snprintf(*ret_reason, sizeof *ret_reason, "this pattern is longer than %d bytes",
                 LENGTH_MAX);
        return false;
    }
    if (has_back_reference(pattern))
        return refuse(ret_reason, "back-references are not supported");
    if (repeats_too_much(pattern))
        return refuse(ret_reason, "this pattern repeats too much");
    int wrong = regcomp(ret_compiled, pattern, REG_EXTENDED | REG_NOSUB);
    if (wrong) {
        regerror(wrong, ret_compiled, why, sizeof why);
        snprintf(*ret_reason, sizeof *ret_reason, "this pattern is wrong: %s", why);
        return false;
    }
    return true;
}
