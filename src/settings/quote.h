/* SPDX-License-Identifier: MIT */
/*
 * quote - text as a YAML scalar.
 *
 * Plain only where YAML 1.1 and 1.2 both read it as this very text: "no", "1000",
 * "1:30" and "~" are other things to one of them.
 */
#ifndef SETTINGS_QUOTE_H
#define SETTINGS_QUOTE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "base/yaml.h"

/* YAML is UTF-8: other bytes cannot stand in it, not even as escapes. */
bool quote_can_hold(const char *text);

/* Append the text in the style, where the style can express it, else in double
 * quotes. Styles other than plain and single mean double. */
void quote_add(struct strbuf *out, const char *text, enum yaml_style style);

/* Append the shortest decimal that reads back as the value, in the C locale;
 * with_fraction writes 3 as 3.0. */
void quote_add_number(struct strbuf *out, double value, bool with_fraction);

#endif
