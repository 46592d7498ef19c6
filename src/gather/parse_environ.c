/* SPDX-License-Identifier: MIT */
/* /proc/PID/environ: "NAME=value" pieces, each ended by NUL. */
#include "gather/parse.h"

static const struct {
    const char *prefix;
    uint32_t flag;
    size_t offset;
} kept_variables[] = {
    {"LD_PRELOAD=",      ENVIRON_HAS_LD_PRELOAD,      offsetof(struct environ_values, ld_preload)     },
    {"LD_AUDIT=",        ENVIRON_HAS_LD_AUDIT,        offsetof(struct environ_values, ld_audit)       },
    {"LD_LIBRARY_PATH=", ENVIRON_HAS_LD_LIBRARY_PATH,
     offsetof(struct environ_values,                                                  ld_library_path)},
};

void parse_environ(struct span text, struct environ_values *ret_values)
{
    const struct span nothing = {text.end, text.end};
    struct environ_values values = {nothing, nothing, nothing, 0};
    struct span piece;

    while (span_take_until(&text, '\0', &piece))
        for (size_t i = 0; i < sizeof kept_variables / sizeof *kept_variables; i++) {
            struct span value = piece;

            if (!span_take_string(&value, kept_variables[i].prefix))
                continue;
            *(struct span *)((char *)&values + kept_variables[i].offset) = value;
            values.flags |= kept_variables[i].flag;
        }
    *ret_values = values;
}
