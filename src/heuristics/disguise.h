/* SPDX-License-Identifier: MIT */
/*
 * disguise - names that pass for something else.
 */
#ifndef HEURISTICS_DISGUISE_H
#define HEURISTICS_DISGUISE_H

#include <stdbool.h>

#include "base/span.h"

/* Begins as ps(1) shows one of the kernel's own threads, with or without its '['. */
bool name_is_like_kernel_thread(struct span name);

/* Of a program that every machine has running: sshd, cron, systemd-logind. */
bool name_is_of_system(struct span name);

#endif
