/* SPDX-License-Identifier: MIT */
#include "base/problem.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/text.h"

void problems_clear(struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        free(problems->items[i].file);
        free(problems->items[i].message);
    }
    problems->count = 0;
}

void problems_release(struct problems *problems)
{
    problems_clear(problems);
    free(problems->items);
    *problems = (struct problems){0};
}

void problems_add(struct problems *problems, enum problem_level level, const char *file,
                  unsigned line, unsigned column, const char *format, ...)
{
    struct strbuf message = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&message, format, arguments);
    va_end(arguments);

    problems->items = memory_grow(problems->items, problems->count, &problems->capacity,
                                  sizeof *problems->items);
    problems->items[problems->count++] = (struct problem){
        .level = level,
        .file = file ? memory_copy_string(file) : NULL,
        .line = line,
        .column = column,
        .message = memory_copy_string(strbuf_string(&message)),
    };
    strbuf_release(&message);
}

void problems_move(struct problems *problems, struct problems *source)
{
    for (size_t i = 0; i < source->count; i++) {
        problems->items = memory_grow(problems->items, problems->count, &problems->capacity,
                                      sizeof *problems->items);
        problems->items[problems->count++] = source->items[i];
    }
    free(source->items);
    *source = (struct problems){0};
}

void problems_add_first(const struct problems *problems, struct strbuf *out)
{
    const struct problem *first = problems->items;

    if (problems->count > 0 && first->line > 0)
        strbuf_add_format(out, "line %u: ", first->line);
    strbuf_add_string(out, problems->count > 0 ? first->message : "it cannot be read");
}

bool problems_has_errors(const struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        if (problems->items[i].level == PROBLEM_ERROR)
            return true;
    return false;
}

static void add_place(struct strbuf *line, const struct problem *problem)
{
    if (!problem->file)
        return;
    strbuf_add_string(line, problem->file);
    if (problem->line)
        strbuf_add_format(line, ":%u", problem->line);
    if (problem->line && problem->column)
        strbuf_add_format(line, ":%u", problem->column);
    strbuf_add_string(line, ": ");
}

void problems_print(const struct problems *problems, FILE *stream)
{
    static const char *const prefixes[] = {
        [PROBLEM_NOTE] = "note: ",
        [PROBLEM_WARNING] = "warning: ",
        [PROBLEM_ERROR] = "",
    };

    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        struct strbuf line = {0}, safe = {0};

        add_place(&line, problem);
        strbuf_add_string(&line, prefixes[problem->level]);
        strbuf_add_string(&line, problem->message);
        text_add_printable(&safe, strbuf_span(&line), TEXT_UTF8);
        fprintf(stream, "%s\n", strbuf_string(&safe));
        strbuf_release(&line);
        strbuf_release(&safe);
    }
}
