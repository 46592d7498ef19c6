/* SPDX-License-Identifier: MIT */
/* Files about the whole machine: uptime, loadavg, meminfo, stat, passwd. */
#include "gather/parse.h"

enum { NS_DIGITS = 9 };

/* "123.45" as units of 10^-9; at most nine digits of the fraction count. */
static bool take_fixed(struct span *in, uint64_t *ret_nano)
{
    struct span rest = *in;
    uint64_t whole, nano;

    if (!span_take_u64(&rest, &whole) ||
        __builtin_mul_overflow(whole, UINT64_C(1000000000), &nano))
        return false;
    if (span_take_char(&rest, '.')) {
        uint64_t unit = 100000000;

        if (rest.at == rest.end || *rest.at < '0' || *rest.at > '9')
            return false;
        for (; rest.at < rest.end && *rest.at >= '0' && *rest.at <= '9'; rest.at++) {
            if (__builtin_add_overflow(nano, (uint64_t)(*rest.at - '0') * unit, &nano))
                return false;
            unit /= 10;
        }
    }
    *in = rest;
    *ret_nano = nano;
    return true;
}

bool parse_seconds(struct span text, uint64_t *ret_ns)
{
    uint64_t ns;

    if (!take_fixed(&text, &ns) ||
        (!span_take_char(&text, ' ') && !span_take_char(&text, '\n')))
        return false;
    *ret_ns = ns;
    return true;
}

bool parse_loadavg(struct span text, float (*ret_load)[3])
{
    float load[3];
    uint64_t nano;

    for (size_t i = 0; i < 3; i++) {
        if (!take_fixed(&text, &nano) || !span_take_char(&text, ' '))
            return false;
        load[i] = (float)((double)nano / 1e9);
    }
    for (size_t i = 0; i < 3; i++)
        (*ret_load)[i] = load[i];
    return true;
}

bool parse_last_pid(struct span loadavg, int32_t *ret_pid)
{
    struct span word = {0};
    uint64_t pid;

    /* A whole line, or there may be digits missing. */
    if (!span_ends_with(loadavg, "\n"))
        return false;
    for (size_t i = 0; i < 5; i++)
        if (!span_take_word(&loadavg, &word))
            return false;
    if (!span_take_u64(&word, &pid) || word.at < word.end || pid > INT32_MAX)
        return false;
    *ret_pid = (int32_t)pid;
    return true;
}

bool parse_task_count(struct span loadavg, uint64_t *ret_count)
{
    struct span word = {0};
    uint64_t running, count;

    for (size_t i = 0; i < 4; i++)
        if (!span_take_word(&loadavg, &word))
            return false;
    if (!span_take_u64(&word, &running) || !span_take_char(&word, '/') ||
        !span_is_u64(word, &count) || span_length(loadavg) == 0)
        return false;
    *ret_count = count;
    return true;
}

static bool parse_kilobytes(struct span value, uint64_t *ret_bytes)
{
    uint64_t kilobytes;

    span_skip_blanks(&value);
    if (!span_take_u64(&value, &kilobytes) || !span_equals(value, " kB") ||
        kilobytes > UINT64_MAX / 1024)
        return false;
    *ret_bytes = kilobytes * 1024;
    return true;
}

bool parse_meminfo(struct span text, uint64_t *ret_total, uint64_t *ret_available)
{
    struct span line;
    uint64_t total, available;
    bool has_total = false, has_available = false;

    while (!(has_total && has_available) && span_take_line(&text, &line)) {
        if (span_take_string(&line, "MemTotal:"))
            has_total = parse_kilobytes(line, &total);
        else if (span_take_string(&line, "MemAvailable:"))
            has_available = parse_kilobytes(line, &available);
    }
    if (!has_total || !has_available)
        return false;
    *ret_total = total;
    *ret_available = available;
    return true;
}

uint32_t parse_cpu_count(struct span text)
{
    struct span line;
    uint64_t number;
    uint32_t count = 0;

    while (span_take_line(&text, &line))
        if (span_take_string(&line, "cpu") && span_take_u64(&line, &number))
            count++;
    return count;
}

bool parse_passwd(struct span line, uint64_t *ret_uid, struct span *ret_name)
{
    struct span name, password, uid_text;
    uint64_t uid;

    if (!span_take_until(&line, ':', &name) || span_length(name) == 0 ||
        !span_take_until(&line, ':', &password) || !span_take_until(&line, ':', &uid_text) ||
        !span_is_u64(uid_text, &uid) || line.at[-1] != ':' || uid > UINT32_MAX)
        return false;
    *ret_uid = uid;
    *ret_name = name;
    return true;
}
