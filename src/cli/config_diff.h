/* SPDX-License-Identifier: MIT */
/*
 * config_diff - where a configuration differs from the built-in values: a row a
 * setting, with the default, what the file says, and what edits of a screen say
 * that ended before they were saved.
 */
#ifndef CLI_CONFIG_DIFF_H
#define CLI_CONFIG_DIFF_H

/* Of this file (NULL: the one that would be loaded), on standard output; an exit
 * status. */
int config_diff(const char *config);

#endif
