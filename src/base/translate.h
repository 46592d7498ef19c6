/* SPDX-License-Identifier: MIT */
/*
 * translate - texts from our tables in the user's language, by gettext(3).
 *
 * Called where a text is shown to a person, never where it is stored: help, the
 * descriptions of keys, columns, settings and heuristics. What other programs read
 * (JSON, tables, metrics, logs, files) is the same in each language, numbers
 * included. A program says translate_begin() once; without it, or without a
 * catalogue, texts are as they stand in the source.
 */
#ifndef BASE_TRANSLATE_H
#define BASE_TRANSLATE_H

/* Look for catalogues below that directory, in the language that LC_ALL,
 * LC_MESSAGES, LANG and LANGUAGE ask for. */
void translate_begin(const char *directory);

/* The text, or its translation; "" and NULL as they are. */
const char *translate(const char *text);

#endif
