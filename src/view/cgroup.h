/* SPDX-License-Identifier: MIT */
/*
 * cgroup - what the path of a control group says about who runs a process: the
 * systemd unit, or the container. Text only; it knows no container engine and
 * asks none. A process with the right to move itself can lie here.
 */
#ifndef VIEW_CGROUP_H
#define VIEW_CGROUP_H

#include <stdbool.h>

#include "base/span.h"

struct container_name {
    const char *engine; /* "docker", "podman", "kubernetes", "lxc", "container" */
    struct span id;     /* inside the text it was found in */
};

/* The innermost unit: ssh.service, session-3.scope. False when there is none. */
bool cgroup_find_unit(struct span cgroup, struct span *ret_unit);

/* False when the path names no container. Its id alone costs a third. */
bool cgroup_find_container(struct span cgroup, struct container_name *ret_name);
bool cgroup_find_container_id(struct span cgroup, struct span *ret_id);

#endif
