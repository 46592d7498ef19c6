/* SPDX-License-Identifier: MIT */
/* theme_read - from the tree of a theme file to a theme_spec. */
#ifndef UI_THEME_READ_H
#define UI_THEME_READ_H

#include "base/problem.h"
#include "base/yaml.h"
#include "ui/theme.h"

/* Set what the file mentions; what was inherited stays. */
bool theme_read(struct theme_spec *spec, const struct yaml *yaml, struct problems *problems);

/* Severities must differ without their hue, by mark or attribute. */
bool theme_check(const struct theme_spec *spec, const char *name, struct problems *problems);

#endif
