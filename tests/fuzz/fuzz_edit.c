/* SPDX-License-Identifier: MIT */
/*
 * An edit of a file. The first line is the operation (a digit), a path and the
 * value, separated by tabs; the rest is the file.
 */
#include <stdlib.h>

#include "base/strbuf.h"
#include "base/yaml.h"
#include "settings/edit.h"
#include "tests/fuzz/target.h"

static char *take_string(struct span *in, char separator)
{
    struct span piece = span_of("", 0);
    struct strbuf copy = {0};

    span_take_until(in, separator, &piece);
    strbuf_add_string(&copy, "");
    for (const char *at = piece.at; at < piece.end; at++)
        if (*at != '\0')
            strbuf_add_char(&copy, *at);
    return copy.bytes;
}

static void check_result(const struct strbuf *text)
{
    struct problems problems = {0};
    struct yaml yaml;

    if (!yaml_parse(&yaml, "f", strbuf_string(text), text->length, &problems))
        abort(); /* what was accepted must be YAML */
    yaml_release(&yaml);
    problems_release(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of((const char *)data, size), line;
    struct strbuf out = {0}, error = {0};

    if (!span_take_until(&in, '\n', &line))
        return 0;
    char *kind = take_string(&line, '\t'), *path = take_string(&line, '\t');
    char *value = take_string(&line, '\t');
    struct edit edit = {.kind = (enum edit_kind)((unsigned char)*kind % 4),
                        .path = path,
                        .value = value,
                        .is_text = kind[0] && kind[1]};

    if (edit_apply(&edit, "f", in, &out, &error))
        check_result(&out);
    else if (error.length == 0)
        abort(); /* a refusal has a reason */
    strbuf_release(&out);
    strbuf_release(&error);
    free(kind);
    free(path);
    free(value);
    return 0;
}
