/* SPDX-License-Identifier: MIT */
#include "base/starttime.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { STARTTIME_FIELD = 22, FIRST_FIELD_AFTER_COMM = 3 };

bool starttime_stat_field(struct span stat, int number, uint64_t *ret_value)
{
    uint64_t pid;
    struct span comm, word;

    if (!span_take_u64(&stat, &pid) || !span_take_char(&stat, ' ') ||
        !span_take_enclosed(&stat, '(', ')', &comm) || !span_take_char(&stat, ' '))
        return false;
    for (int field = FIRST_FIELD_AFTER_COMM; field <= number; field++)
        if (!span_take_word(&stat, &word))
            return false;
    return span_is_u64(word, ret_value);
}

bool starttime_parse(struct span stat, uint64_t *ret_starttime)
{
    return starttime_stat_field(stat, STARTTIME_FIELD, ret_starttime);
}

int starttime_read(int process_directory, uint64_t *ret_starttime)
{
    char text[4096];
    int fd = openat(process_directory, "stat", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t length = read(fd, text, sizeof text);
    int error = length < 0 ? -errno : 0;
    close(fd);
    if (error)
        return error;
    return starttime_parse(span_of(text, (size_t)length), ret_starttime) ? 0 : -EBADMSG;
}
