/* SPDX-License-Identifier: MIT */
/* said - problems as the user reads them. */
#ifndef TESTS_SUPPORT_SAID_H
#define TESTS_SUPPORT_SAID_H

#include "tests/support/test.h"

#include "base/problem.h"

/* Newlines between; to be freed. */
static inline char *said_of(const struct problems *problems)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    problems_print(problems, stream);
    fclose(stream);
    if (size > 0)
        text[size - 1] = '\0';
    return text;
}

#endif
