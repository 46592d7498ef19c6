/* SPDX-License-Identifier: MIT */
/* /proc/PID/mountinfo: "id parent major:minor root point options tags - type
 * source super-options", proc_pid_mountinfo(5). */
#include "gather/parse.h"

bool parse_mount(struct span line, struct mount_line *ret_mount)
{
    struct mount_line mount = {0};
    struct span word;
    uint64_t parent, dev_major, dev_minor;

    if (!span_take_u64(&line, &mount.mount_id) || !span_take_char(&line, ' ') ||
        !span_take_u64(&line, &parent) || !span_take_char(&line, ' ') ||
        !span_take_u64(&line, &dev_major) || !span_take_char(&line, ':') ||
        !span_take_u64(&line, &dev_minor) || !span_take_char(&line, ' ') ||
        dev_major > UINT32_MAX || dev_minor > UINT32_MAX || !span_take_word(&line, &word) ||
        !span_take_word(&line, &mount.mount_point))
        return false;
    do {
        if (!span_take_word(&line, &word))
            return false;
    } while (!span_equals(word, "-"));
    if (!span_take_word(&line, &mount.type) || line.at == mount.type.end)
        return false;
    /* A source may be empty: then two spaces follow each other. */
    if (!span_take_until(&line, ' ', &word) || !span_take_word(&line, &mount.super_options))
        return false;

    mount.dev_major = (uint32_t)dev_major;
    mount.dev_minor = (uint32_t)dev_minor;
    *ret_mount = mount;
    return true;
}

bool parse_hides_pids(struct span options)
{
    struct span option;

    while (span_take_until(&options, ',', &option))
        if (span_take_string(&option, "hidepid="))
            return !span_equals(option, "0") && !span_equals(option, "off");
    return false;
}
