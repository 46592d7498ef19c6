/* SPDX-License-Identifier: MIT */
/* mdoc - text for mdoc(7), to standard output. */
#ifndef DOC_MDOC_H
#define DOC_MDOC_H

/* At the start of a line: a sentence begins a new one, none is long, and none is taken
 * for a macro, nor a byte for an escape. */
void mdoc_put_text(const char *text);

/* One argument of a macro, whatever is in it. */
void mdoc_put_argument(const char *text);

/* With a full stop, if it has none. */
void mdoc_put_sentence(const char *text);

/* A help text, which is no sentence. */
void mdoc_put_line(const char *text);

#endif
