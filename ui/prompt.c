/* SPDX-License-Identifier: MIT */
#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/actions.h"

enum { PROMPT_BYTES_MAX = 512 };

void typed_release(struct typed *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (struct typed){0};
}

void typed_add(struct typed *texts, const char *text)
{
    size_t at = 0;

    if (!*text)
        return;
    while (at < texts->count && strcmp(texts->items[at], text) != 0)
        at++;
    /* Once each, and the one that was used last is the first to come back. */
    char *item = at < texts->count ? texts->items[at] : memory_copy_string(text);
    if (at == texts->count)
        texts->items =
            memory_grow(texts->items, texts->count++, &texts->capacity, sizeof *texts->items);
    memmove(texts->items + at, texts->items + at + 1,
            (texts->count - at - 1) * sizeof *texts->items);
    texts->items[texts->count - 1] = item;
}

void prompt_open(struct app *app, const char *label, const char *text,
                 void (*changed)(struct app *app, const char *text),
                 void (*done)(struct app *app, const char *text))
{
    struct prompt *prompt = &app->prompt;

    prompt->label = label;
    prompt->hint = NULL;
    strbuf_set_string(&prompt->text, text);
    strbuf_set_string(&prompt->before, text);
    prompt->cursor = prompt->text.length;
    prompt->changed = changed;
    prompt->done = done;
    prompt->complete = NULL;
    prompt->recall = NULL;
    prompt->problem[0] = '\0';
}

void prompt_recall_from(struct app *app, struct typed *texts)
{
    app->prompt.recall = texts;
    app->prompt.recalled = texts->count;
}

static void tell(struct app *app)
{
    if (app->prompt.changed)
        app->prompt.changed(app, strbuf_string(&app->prompt.text));
}

static void replace(struct app *app, size_t from, size_t to, struct span with)
{
    struct prompt *prompt = &app->prompt;
    struct strbuf behind = {0};

    strbuf_add(&behind, strbuf_string(&prompt->text) + to, prompt->text.length - to);
    strbuf_truncate(&prompt->text, from);
    strbuf_add_span(&prompt->text, with);
    prompt->cursor = prompt->text.length;
    strbuf_add_span(&prompt->text, strbuf_span(&behind));
    strbuf_release(&behind);
    tell(app);
}

static size_t encode(uint32_t character, char (*ret_bytes)[4])
{
    char *bytes = *ret_bytes;

    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

void prompt_insert(struct app *app, uint32_t character)
{
    char bytes[4];
    size_t length = encode(character, &bytes);

    if (app->prompt.text.length + length > PROMPT_BYTES_MAX)
        return;
    replace(app, app->prompt.cursor, app->prompt.cursor, span_of(bytes, length));
    app->is_dirty = true;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before_cursor(const struct prompt *prompt)
{
    const char *text = strbuf_string(&prompt->text);
    size_t at = prompt->cursor;

    while (at > 0 && is_continuation(text[--at]))
        ;
    return at;
}

static size_t behind_cursor(const struct prompt *prompt)
{
    const char *text = strbuf_string(&prompt->text);
    size_t at = prompt->cursor;

    if (at < prompt->text.length)
        at++;
    while (at < prompt->text.length && is_continuation(text[at]))
        at++;
    return at;
}

static const struct span nothing = {"", ""};

void prompt_accept(struct app *app)
{
    struct prompt *prompt = &app->prompt;

    prompt->label = NULL;
    if (prompt->recall)
        typed_add(prompt->recall, strbuf_string(&prompt->text));
    if (prompt->done)
        prompt->done(app, strbuf_string(&prompt->text));
}

void prompt_cancel(struct app *app)
{
    struct prompt *prompt = &app->prompt;

    prompt->label = NULL;
    if (prompt->changed)
        prompt->changed(app, strbuf_string(&prompt->before));
}

static void recall(struct app *app, long by)
{
    struct prompt *prompt = &app->prompt;
    long at = (long)prompt->recalled + by;

    if (!prompt->recall || at < 0 || at > (long)prompt->recall->count)
        return;
    prompt->recalled = (size_t)at;
    bool is_one = prompt->recalled < prompt->recall->count;
    replace(app, 0, prompt->text.length,
            is_one ? span_of_string(prompt->recall->items[at]) : nothing);
}

void prompt_older(struct app *app)
{
    recall(app, -1);
}

void prompt_newer(struct app *app)
{
    recall(app, 1);
}

void prompt_left(struct app *app)
{
    app->prompt.cursor = before_cursor(&app->prompt);
}

void prompt_right(struct app *app)
{
    app->prompt.cursor = behind_cursor(&app->prompt);
}

void prompt_home(struct app *app)
{
    app->prompt.cursor = 0;
}

void prompt_end(struct app *app)
{
    app->prompt.cursor = app->prompt.text.length;
}

void prompt_backspace(struct app *app)
{
    replace(app, before_cursor(&app->prompt), app->prompt.cursor, nothing);
}

void prompt_delete(struct app *app)
{
    size_t cursor = app->prompt.cursor;

    replace(app, cursor, behind_cursor(&app->prompt), nothing);
}

void prompt_delete_word(struct app *app)
{
    const char *text = strbuf_string(&app->prompt.text);
    size_t from = app->prompt.cursor;

    while (from > 0 && text[from - 1] == ' ')
        from--;
    while (from > 0 && text[from - 1] != ' ')
        from--;
    replace(app, from, app->prompt.cursor, nothing);
}

void prompt_delete_before(struct app *app)
{
    replace(app, 0, app->prompt.cursor, nothing);
}

void prompt_delete_behind(struct app *app)
{
    replace(app, app->prompt.cursor, app->prompt.text.length, nothing);
}

void prompt_complete(struct app *app)
{
    struct strbuf more = {0};

    if (app->prompt.complete)
        app->prompt.complete(app, strbuf_string(&app->prompt.text), &more);
    if (more.length > 0)
        replace(app, app->prompt.text.length, app->prompt.text.length, strbuf_span(&more));
    strbuf_release(&more);
}
