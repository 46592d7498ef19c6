/* SPDX-License-Identifier: MIT */
/* parsed - YAML that is good, and YAML that is refused with one message. */
#ifndef TESTS_UNIT_BASE_PARSED_H
#define TESTS_UNIT_BASE_PARSED_H

#include "base/yaml.h"
#include "tests/support/said.h"

static inline struct yaml parse(const char *text)
{
    struct yaml yaml;
    struct problems problems = {0};
    bool is_good = yaml_parse(&yaml, "f", text, strlen(text), &problems);

    if (!is_good)
        problems_print(&problems, stderr);
    assert_true(is_good);
    assert_int_equal(problems.count, 0);
    problems_release(&problems);
    return yaml;
}

static inline void assert_refused_bytes(const char *text, size_t length, const char *message)
{
    struct yaml yaml;
    struct problems problems = {0};

    assert_false(yaml_parse(&yaml, "f", text, length, &problems));
    char *said = said_of(&problems);
    assert_string_equal(said, message);
    free(said);
    problems_release(&problems);
}

static inline void assert_refused(const char *text, const char *message)
{
    assert_refused_bytes(text, strlen(text), message);
}

#endif
