/* SPDX-License-Identifier: MIT */
/* The filter language: any text is a filter or an error within the text. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/target.h"
#include "view/filter.h"

enum { TEXT_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    struct filter_error error = {0};
    size_t length = size < TEXT_MAX ? size : TEXT_MAX;

    if (length)
        memcpy(text, data, length);
    text[length] = '\0';
    struct filter *filter = filter_new(text, &error);
    if (!filter && (error.position > strlen(text) || error.message[0] == '\0'))
        abort();
    if (filter)
        filter_needs(filter);
    filter_free(filter);
    return 0;
}
