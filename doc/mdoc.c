/* SPDX-License-Identifier: MIT */
#include "doc/mdoc.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LINE_WIDTH = 76 };

void mdoc_put_text(const char *text)
{
    for (size_t column = 0; *text;) {
        size_t length = strcspn(text, " ");
        bool is_end = length > 1 && text[length - 1] == '.';

        if (column == 0 && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        for (column += length; length > 0; length--, text++)
            fputs(*text == '\\' ? "\\e" : (char[]){*text, '\0'}, stdout);
        if (*text++ == '\0')
            return;
        is_end |= column + strcspn(text, " ") > LINE_WIDTH;
        putchar(is_end ? '\n' : ' ');
        column = is_end ? 0 : column + 1;
    }
}

void mdoc_put_argument(const char *text)
{
    /* A lone delimiter would be moved out of the macro, and one at the end would not
     * stay there; words such as "No" would be taken for a macro. */
    bool is_delimited = *text && strchr(".,:;()[]?!", text[strlen(text) - 1]);

    fputs(" \"\\&", stdout);
    for (; *text; text++)
        fputs(*text == '"' ? "\"\"" : *text == '\\' ? "\\e" : (char[]){*text, '\0'}, stdout);
    fputs(is_delimited ? "\\&\"" : "\"", stdout);
}

void mdoc_put_sentence(const char *text)
{
    size_t length = strlen(text);

    mdoc_put_text(text);
    fputs(length && strchr(".?!", text[length - 1]) ? "\n" : ".\n", stdout);
}

void mdoc_put_line(const char *text)
{
    mdoc_put_text(text);
    putchar('\n');
}
