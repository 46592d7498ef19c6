/* SPDX-License-Identifier: MIT */
/* Collections by indentation. */
#include <string.h>

#include "base/text.h"
#include "settings/patch.h"
#include "settings/quote.h"

enum { USUAL_INDENT = 2 };

/* Where the dash of an item stands; false when it is on another line. */
static bool find_dash(const struct patch *patch, const struct yaml_node *item, size_t *ret_dash)
{
    const char *text = patch->yaml->text;
    size_t start = patch_line_start(patch, item->start), at = item->start;

    while (at > start && strchr(" \t", text[at - 1]))
        at--;
    if (at == start || text[at - 1] != '-')
        return false;
    *ret_dash = at - 1;
    return true;
}

static bool find_item(struct patch *patch, const struct yaml_node *item, size_t *ret_dash,
                      size_t *ret_columns)
{
    if (!find_dash(patch, item, ret_dash))
        return patch_refuse(patch, "a dash of %s stands on another line than its value",
                            patch->edit->path);
    if (!patch_indent(patch, *ret_dash, ret_columns))
        return patch_refuse(patch, "a dash of %s has something before it on its line",
                            patch->edit->path);
    return true;
}

static void add_comment(const struct patch *patch, struct strbuf *line)
{
    if (!patch->edit->comment)
        return;
    strbuf_add_string(line, "   # ");
    text_add_printable(line, span_of_string(patch->edit->comment), TEXT_UTF8);
}

/* A new line behind the one on which at stands. */
static void insert_line_below(struct patch *patch, size_t at, const char *line)
{
    size_t end = patch_line_end(patch, at);
    struct strbuf text = {0};

    strbuf_add_format(&text, "%s%s", patch_line_break(patch, at), line);
    patch_replace(patch, end, end, strbuf_string(&text));
    strbuf_release(&text);
}

bool patch_block_add_item(struct patch *patch, const struct yaml_node *list)
{
    const struct yaml_node *last = list->items[list->count - 1];
    size_t dash, columns;
    struct strbuf line = {0};

    if (!find_item(patch, last, &dash, &columns))
        return false;
    strbuf_add_repeated(&line, ' ', columns);
    strbuf_add(&line, patch->yaml->text + dash, last->start - dash);
    if (last->start == dash + 1)
        strbuf_add_char(&line, ' ');
    patch_add_value(patch, last->kind == YAML_SCALAR ? last->style : YAML_PLAIN, &line);
    add_comment(patch, &line);
    insert_line_below(patch, patch_end_of(patch, last), strbuf_string(&line));
    strbuf_release(&line);
    return true;
}

/* Behind the colon of a key. */
static bool find_colon(struct patch *patch, const struct yaml_node *key, size_t *ret_behind)
{
    size_t at = key->end;

    while (at < patch->yaml->length && strchr(" \t", patch->yaml->text[at]))
        at++;
    if (patch->yaml->text[at] != ':')
        return patch_refuse(patch, "the colon of %s stands on another line", patch->edit->path);
    *ret_behind = at + 1;
    return true;
}

bool patch_block_remove_item(struct patch *patch, const struct yaml_pair *pair, size_t index)
{
    const struct yaml_node *list = pair->value, *item = list->items[index];
    size_t dash, columns, colon = 0;

    if (!find_item(patch, item, &dash, &columns))
        return false;
    if (list->count == 1) {
        if (list->anchor || list->tag)
            return patch_refuse(patch, "%s has an anchor or a tag and would become empty",
                                patch->edit->path);
        if (!find_colon(patch, pair->key, &colon))
            return false;
        patch_replace(patch, colon, colon, " []");
    }
    patch_remove_lines(patch, dash, patch_end_of(patch, item));
    return true;
}

/* How far the members of a block stand to the right of its key, as the first such
 * block of the kind in the file has it. */
static bool find_step(const struct patch *patch, const struct yaml_node *mapping,
                      enum yaml_kind kind, size_t *ret_step)
{
    for (size_t i = 0; mapping && i < mapping->own_count; i++) {
        const struct yaml_pair *pair = &mapping->pairs[i];
        const struct yaml_node *value = pair->value;
        size_t key_columns, columns;

        if (value->style != YAML_BLOCK || value->count == 0)
            continue;
        if (value->kind == kind && patch_indent(patch, pair->key->start, &key_columns) &&
            patch_indent(patch, value->content, &columns) && columns >= key_columns) {
            *ret_step = columns - key_columns;
            return true;
        }
        if (value->kind == YAML_MAPPING && find_step(patch, value, kind, ret_step))
            return true;
    }
    return false;
}

static size_t step_for(const struct patch *patch, enum yaml_kind kind)
{
    const struct yaml_node *root = patch->yaml->root;
    size_t step = USUAL_INDENT;

    if (root && root->kind == YAML_MAPPING && !find_step(patch, root, kind, &step) &&
        kind == YAML_SEQUENCE)
        find_step(patch, root, YAML_MAPPING, &step);
    return step;
}

/* "key:" and what is below it for the rest of the path, from a column on. */
static void add_entry(const struct patch *patch, const char *path, size_t columns,
                      const char *line_break, struct strbuf *out)
{
    const char *dot = strchr(path, '.');
    struct strbuf key = {0};

    strbuf_add(&key, path, dot ? (size_t)(dot - path) : strlen(path));
    strbuf_add_repeated(out, ' ', columns);
    quote_add(out, strbuf_string(&key), YAML_PLAIN);
    strbuf_add_char(out, ':');
    strbuf_release(&key);
    if (dot) {
        strbuf_add_string(out, line_break);
        add_entry(patch, dot + 1, columns + step_for(patch, YAML_MAPPING), line_break, out);
        return;
    }
    if (patch->edit->kind == EDIT_ADD) {
        strbuf_add_string(out, line_break);
        strbuf_add_repeated(out, ' ', columns + step_for(patch, YAML_SEQUENCE));
        strbuf_add_char(out, '-');
    }
    strbuf_add_char(out, ' ');
    patch_add_value(patch, YAML_PLAIN, out);
    add_comment(patch, out);
}

/* The byte behind the last thing written in a mapping, "<<" included. */
static size_t end_of_mapping(const struct patch *patch, const struct yaml_node *mapping)
{
    const struct yaml_pair *last =
        mapping->own_count > 0 ? &mapping->pairs[mapping->own_count - 1] : &mapping->merge;

    if (mapping->merge.key && mapping->merge.key->start > last->key->start)
        last = &mapping->merge;
    return last->value->end > last->key->end ? patch_end_of(patch, last->value)
                                             : last->key->end;
}

/* "key:" or "key: ~" becomes "key:" with something below. */
static bool clear_null(struct patch *patch, const struct yaml_pair *pair, size_t *ret_columns)
{
    const struct yaml_node *value = pair->value;
    size_t start = value->content;

    if (value->anchor || value->tag)
        return patch_refuse(patch, "%s has an anchor or a tag and no value", patch->edit->path);
    if (!patch_indent(patch, pair->key->start, ret_columns))
        return patch_refuse(patch, "%s does not begin its line", patch->edit->path);
    if (value->end > value->start) {
        while (strchr(" \t", patch->yaml->text[start - 1]))
            start--;
        patch_replace(patch, start, value->end, "");
    }
    return true;
}

/* The file has no key yet: the entry goes to its end, or before "...". */
static void begin_file(struct patch *patch, const char *path)
{
    const struct yaml *yaml = patch->yaml;
    size_t at = yaml->document_end;
    const char *line_break = patch_line_break(patch, yaml->body);
    struct strbuf text = {0};

    if (at > yaml->body && patch_line_start(patch, at) != at)
        strbuf_add_string(&text, line_break);
    add_entry(patch, path, 0, line_break, &text);
    strbuf_add_string(&text, line_break);
    patch_replace(patch, at, at, strbuf_string(&text));
    strbuf_release(&text);
}

bool patch_block_add_key(struct patch *patch, const struct yaml_node *mapping,
                         const struct yaml_pair *parent, const char *path)
{
    size_t columns, at;
    struct strbuf text = {0};

    if (!mapping && !parent) {
        begin_file(patch, path);
        return true;
    }
    if (mapping) {
        if (!patch_indent(patch, mapping->content, &columns))
            return patch_refuse(patch, "the first key beside %s does not begin its line",
                                patch->edit->path);
        at = end_of_mapping(patch, mapping);
    } else {
        if (!clear_null(patch, parent, &columns))
            return false;
        columns += step_for(patch, YAML_MAPPING);
        at = parent->value->end > parent->key->end ? parent->value->end : parent->key->end;
    }
    add_entry(patch, path, columns, patch_line_break(patch, at), &text);
    insert_line_below(patch, at, strbuf_string(&text));
    strbuf_release(&text);
    return true;
}

bool patch_block_begin_list(struct patch *patch, const struct yaml_pair *pair)
{
    size_t columns, at = pair->value->end > pair->key->end ? pair->value->end : pair->key->end;
    struct strbuf line = {0};

    if (!clear_null(patch, pair, &columns))
        return false;
    strbuf_add_repeated(&line, ' ', columns + step_for(patch, YAML_SEQUENCE));
    strbuf_add_string(&line, "- ");
    patch_add_value(patch, YAML_PLAIN, &line);
    add_comment(patch, &line);
    insert_line_below(patch, at, strbuf_string(&line));
    strbuf_release(&line);
    return true;
}

bool patch_block_remove_pair(struct patch *patch, const struct yaml_pair *pair)
{
    size_t columns, end = pair->key->end;

    if (pair->value->end > end)
        end = patch_end_of(patch, pair->value);
    if (!patch_indent(patch, pair->key->start, &columns))
        return patch_refuse(patch, "%s does not begin its line", patch->edit->path);
    if (patch_has_comment(patch, pair->key->end, end) && pair->value->kind != YAML_SCALAR)
        return patch_refuse(patch, "comments stand inside %s and would be lost",
                            patch->edit->path);
    patch_remove_lines(patch, pair->key->start, end);
    return true;
}
