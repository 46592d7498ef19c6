/* SPDX-License-Identifier: MIT */
#include "view/cgroup.h"

#include <string.h>

enum { CONTAINER_ID_DIGITS = 64 };

bool cgroup_find_unit(struct span cgroup, struct span *ret_unit)
{
    static const char *const suffixes[] = {".service", ".scope", ".socket", ".mount", ".swap"};
    struct span component;
    bool is_found = false;

    while (span_take_until(&cgroup, '/', &component))
        for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
            if (span_ends_with(component, suffixes[i])) {
                *ret_unit = component;
                is_found = true;
            }
    return is_found;
}

/* The last 64 hexadecimal digits of a component, with an optional ".scope". */
static bool find_id(struct span component, struct span *ret_id)
{
    span_take_end(&component, ".scope");
    if (span_length(component) < CONTAINER_ID_DIGITS)
        return false;

    struct span id = {component.end - CONTAINER_ID_DIGITS, component.end};
    for (const char *at = id.at; at < id.end; at++)
        if (!strchr("0123456789abcdef", *at) || *at == '\0')
            return false;
    *ret_id = id;
    return true;
}

/* "lxc.payload.NAME" of LXC 4 and later, "lxc/NAME" before. */
static bool find_lxc(struct span component, struct span before, struct span *ret_id)
{
    if (span_take_string(&component, "lxc.payload.") || span_equals(before, "lxc")) {
        *ret_id = component;
        return span_length(component) > 0;
    }
    return false;
}

static const char *engine_of(struct span cgroup)
{
    static const struct {
        const char *text, *engine;
    } signs[] = {
        {"kubepods", "kubernetes"},
        {"libpod",   "podman"    },
        {"docker",   "docker"    },
        {"crio-",    "cri-o"     },
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_contains(cgroup, signs[i].text))
            return signs[i].engine;
    return "container";
}

bool cgroup_find_container(struct span cgroup, struct container_name *ret_name)
{
    struct span rest = cgroup, component, before = {0}, id;
    bool is_found = false;

    while (span_take_until(&rest, '/', &component)) {
        if (find_id(component, &id)) {
            *ret_name = (struct container_name){.engine = engine_of(cgroup), .id = id};
            is_found = true;
        } else if (find_lxc(component, before, &id)) {
            *ret_name = (struct container_name){.engine = "lxc", .id = id};
            is_found = true;
        }
        before = component;
    }
    return is_found;
}
