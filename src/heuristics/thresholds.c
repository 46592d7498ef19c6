/* SPDX-License-Identifier: MIT */
#include "heuristics/thresholds.h"

#include <string.h>

#include "base/fatal.h"

enum { PORT_COUNT = 65536, BITS = 64 };

bool port_set_has(const struct port_set *set, uint16_t port)
{
    return set->bits[port / BITS] >> port % BITS & 1;
}

void port_set_add(struct port_set *set, uint16_t port)
{
    set->bits[port / BITS] |= UINT64_C(1) << port % BITS;
}

static bool take_port(struct span *in, uint64_t *ret_port)
{
    uint64_t port;

    if (!span_take_u64(in, &port) || port == 0 || port >= PORT_COUNT)
        return false;
    *ret_port = port;
    return true;
}

static bool add_item(struct port_set *set, struct span item)
{
    uint64_t first, last;

    if (!take_port(&item, &first))
        return false;
    last = first;
    span_skip_blanks(&item);
    if (span_take_char(&item, '-')) {
        span_skip_blanks(&item);
        if (!take_port(&item, &last) || last < first)
            return false;
    }
    if (span_length(item) > 0)
        return false;
    for (uint64_t port = first; port <= last; port++)
        port_set_add(set, (uint16_t)port);
    return true;
}

bool port_set_parse(struct port_set *set, const char *text, struct span *ret_wrong)
{
    struct port_set result = *set;
    struct span in = span_of_string(text), item;

    if (span_length(span_trimmed(in)) == 0)
        return true;
    for (bool is_last = false; !is_last;) {
        is_last = !span_contains(in, ",");
        if (is_last)
            item = in;
        else
            span_take_until(&in, ',', &item);
        item = span_trimmed(item);
        if (!add_item(&result, item)) {
            *ret_wrong = item;
            return false;
        }
    }
    *set = result;
    return true;
}

void port_set_format(const struct port_set *set, struct strbuf *out)
{
    const char *comma = "";

    for (unsigned first = 1; first < PORT_COUNT; first++) {
        if (!port_set_has(set, (uint16_t)first))
            continue;

        unsigned last = first;
        while (last + 1 < PORT_COUNT && port_set_has(set, (uint16_t)(last + 1)))
            last++;
        if (last - first < 2) /* a pair is shorter, and clearer, as two numbers */
            last = first;
        strbuf_add_format(out, "%s%u", comma, first);
        if (last > first)
            strbuf_add_format(out, "-%u", last);
        comma = ",";
        first = last;
    }
}

void thresholds_init(struct thresholds *thresholds)
{
    struct span wrong;

    *thresholds = (struct thresholds){.cpu_high = 90.0, .many_conns = 20};
    if (!port_set_parse(&thresholds->ports, "3333,4444,5555,6666,7777,8888", &wrong))
        fatal("the built-in ports do not parse");
}

bool thresholds_equal(const struct thresholds *a, const struct thresholds *b)
{
    return a->cpu_high == b->cpu_high && a->many_conns == b->many_conns &&
           memcmp(&a->ports, &b->ports, sizeof a->ports) == 0;
}
