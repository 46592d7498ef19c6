/* SPDX-License-Identifier: MIT */
#include "view/cgroup.h"

#include <string.h>

enum { CONTAINER_ID_DIGITS = 64 };

/* The innermost first: it is asked of every process in each comparison of a sort. */
static bool take_last(struct span *path, struct span *ret_component)
{
    size_t length = span_length(*path);
    const char *slash = length > 0 ? memrchr(path->at, '/', length) : NULL;

    *ret_component = (struct span){slash ? slash + 1 : path->at, path->end};
    path->end = slash ? slash : path->at;
    return length > 0;
}

bool cgroup_find_unit(struct span cgroup, struct span *ret_unit)
{
    static const char *const suffixes[] = {".service", ".scope", ".socket", ".mount", ".swap"};
    struct span component;

    while (take_last(&cgroup, &component))
        for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
            if (span_ends_with(component, suffixes[i])) {
                *ret_unit = component;
                return true;
            }
    return false;
}

static bool is_id_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The last 64 hexadecimal digits of a component, with an optional ".scope". */
static bool find_id(struct span component, struct span *ret_id)
{
    span_take_end(&component, ".scope");
    if (span_length(component) < CONTAINER_ID_DIGITS)
        return false;

    struct span id = {component.end - CONTAINER_ID_DIGITS, component.end};
    for (const char *at = id.at; at < id.end; at++)
        if (!is_id_digit(*at))
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

static bool find_container_id(struct span cgroup, struct span *ret_id, bool *ret_is_lxc)
{
    struct span component, above, before;

    while (take_last(&cgroup, &component)) {
        if (find_id(component, ret_id)) {
            *ret_is_lxc = false;
            return true;
        }
        above = cgroup;
        take_last(&above, &before);
        if (find_lxc(component, before, ret_id)) {
            *ret_is_lxc = true;
            return true;
        }
    }
    return false;
}

bool cgroup_find_container_id(struct span cgroup, struct span *ret_id)
{
    bool is_lxc;

    return find_container_id(cgroup, ret_id, &is_lxc);
}

bool cgroup_find_container(struct span cgroup, struct container_name *ret_name)
{
    struct span id;
    bool is_lxc;

    if (!find_container_id(cgroup, &id, &is_lxc))
        return false;
    *ret_name = (struct container_name){.engine = is_lxc ? "lxc" : engine_of(cgroup), .id = id};
    return true;
}
