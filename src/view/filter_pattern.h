/* SPDX-License-Identifier: MIT */
/*
 * filter_pattern - regular expressions from anybody, who may be a client of the API:
 * none is compiled that would take the compiler, or later a match, out of all
 * proportion to its length.
 */
#ifndef VIEW_FILTER_PATTERN_H
#define VIEW_FILTER_PATTERN_H

#include <regex.h>
#include <stdbool.h>

enum { FILTER_PATTERN_REASON_SIZE = 96 };

/* An extended expression, regex(7); to be regfree()d. False with the reason when it is
 * wrong, long, has back-references, or repeats what repeats. */
bool filter_pattern_compile(regex_t *ret_compiled, const char *pattern,
                            char (*ret_reason)[FILTER_PATTERN_REASON_SIZE]);

#endif
