/* SPDX-License-Identifier: MIT */
/* stored - what a file of the scratch directory holds. */
#ifndef TESTS_STORED_H
#define TESTS_STORED_H

#include "settings/save.h"
#include "tests/support/scratch.h"

/* NULL: there is no such file. To be freed. */
static inline char *stored_text(const char *name)
{
    struct config_file file;

    assert_int_equal(config_file_read(&file, scratch_path(name)), 0);
    char *text = file.exists ? strdup(strbuf_string(&file.text)) : NULL;
    config_file_release(&file);
    return text;
}

static inline void assert_stored(const char *name, const char *expected)
{
    char *text = stored_text(name);

    if (expected) {
        assert_non_null(text);
        assert_string_equal(text, expected);
    } else {
        assert_null(text);
    }
    free(text);
}

#endif
