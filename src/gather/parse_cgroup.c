/* SPDX-License-Identifier: MIT */
/* /proc/PID/cgroup: "id:controllers:path" lines, cgroups(7). */
#include "gather/parse.h"

bool parse_cgroup(struct span text, struct span *ret_path)
{
    struct span line, longest = {NULL, NULL};

    while (span_take_line(&text, &line)) {
        struct span controllers;
        uint64_t id;

        /* A cgroup's name may hold ':' but no newline: the third part is all
         * the rest of the line. */
        if (text.at[-1] != '\n' || !span_take_u64(&line, &id) || !span_take_char(&line, ':') ||
            !span_take_until(&line, ':', &controllers) || line.at[-1] != ':' ||
            !span_starts_with(line, "/"))
            return false;
        if (id == 0 && span_length(line) > 1) {
            *ret_path = line;
            return true;
        }
        if (!longest.at || span_length(line) > span_length(longest))
            longest = line;
    }
    if (!longest.at)
        return false;
    *ret_path = longest;
    return true;
}
