/* SPDX-License-Identifier: MIT */
/* saving - a save of one text over another, in a scratch directory of its own. */
#ifndef TESTS_SAVING_H
#define TESTS_SAVING_H

#include <unistd.h>

#include "tests/unit/settings/stored.h"

static const char old_text[] = "min_score: 3.0 # old\n";
static const char new_text[] = "min_score: 2.5 # new, and longer than the old one\n";

/* The new text, over whatever is there. */
static inline enum save_result save_as(const char *name, unsigned flags)
{
    struct config_file file;
    struct strbuf error = {0};

    assert_int_equal(config_file_read(&file, scratch_path(name)), 0);
    enum save_result result = config_file_save(&file, span_of_string(new_text), flags, &error);
    assert_int_equal(error.length > 0, result != SAVE_DONE);
    if (result == SAVE_DONE)
        assert_false(config_file_has_changed(&file));
    config_file_release(&file);
    strbuf_release(&error);
    return result;
}

static inline int enter(void **state)
{
    (void)state;
    unsetenv("SUDO_UID");
    unsetenv("SUDO_USER");
    return scratch_make() ? 0 : -1;
}

#endif
