/* SPDX-License-Identifier: MIT */
/* "[a, b]" and "{a: 1, b: 2}". */
#include <string.h>

#include "settings/patch.h"

static struct patch_member member_of(const struct yaml_node *node, size_t index)
{
    if (node->kind == YAML_SEQUENCE)
        return (struct patch_member){node->items[index]->start, node->items[index]->end};

    const struct yaml_pair *pair = &node->pairs[index];
    size_t end = pair->value->end > pair->key->end ? pair->value->end : pair->key->end;
    return (struct patch_member){pair->key->start, end};
}

static size_t member_count(const struct yaml_node *node)
{
    return node->kind == YAML_SEQUENCE ? node->count : node->own_count;
}

/* Step over white space and comments. */
static size_t skip_gap(const struct patch *patch, size_t at)
{
    for (;;) {
        while (at < patch->yaml->length && strchr(" \t\r\n", patch->yaml->text[at]))
            at++;
        if (patch->yaml->text[at] != '#')
            return at;
        at = patch_line_end(patch, at);
    }
}

/* Where the comma behind a member is, if there is one. */
static bool find_comma(const struct patch *patch, size_t at, size_t *ret_comma)
{
    *ret_comma = skip_gap(patch, at);
    return patch->yaml->text[*ret_comma] == ',';
}

static bool is_blank(const struct patch *patch, size_t start, size_t end)
{
    while (start < end && strchr(" \t", patch->yaml->text[start]))
        start++;
    return start == end;
}

/* The last member has a line of its own, and the bracket closes on a later one. */
static bool is_one_a_line(const struct patch *patch, const struct yaml_node *node,
                          struct patch_member last)
{
    return is_blank(patch, patch_line_start(patch, last.start), last.start) &&
           patch_line_end(patch, last.end) < node->end;
}

static void add_on_own_line(struct patch *patch, struct patch_member last, const char *text)
{
    size_t comma, end = patch_line_end(patch, last.end);
    size_t start = patch_line_start(patch, last.start);
    bool has_comma = find_comma(patch, last.end, &comma);
    struct strbuf line = {0};

    if (!has_comma)
        patch_replace(patch, last.end, last.end, ",");
    else if (comma > end)
        end = patch_line_end(patch, comma);
    strbuf_add_string(&line, patch_line_break(patch, last.end));
    strbuf_add(&line, patch->yaml->text + start, last.start - start);
    strbuf_add_format(&line, "%s%s", text, has_comma ? "," : "");
    patch_replace(patch, end, end, strbuf_string(&line));
    strbuf_release(&line);
}

bool patch_flow_add(struct patch *patch, const struct yaml_node *node, const char *text)
{
    size_t count = member_count(node);
    struct strbuf joined = {0};

    if (!strchr("[{", patch->yaml->text[node->content]))
        return patch_refuse(patch, "%s stands in a list without brackets of its own",
                            patch->edit->path);
    if (node->merge.key)
        return patch_refuse(patch, "%s would stand in a flow mapping with <<",
                            patch->edit->path);
    if (count == 0) {
        patch_replace(patch, node->content + 1, node->content + 1, text);
        return true;
    }

    struct patch_member last = member_of(node, count - 1);
    if (is_one_a_line(patch, node, last)) {
        add_on_own_line(patch, last, text);
        return true;
    }
    strbuf_add_format(&joined, ", %s", text);
    patch_replace(patch, last.end, last.end, strbuf_string(&joined));
    strbuf_release(&joined);
    return true;
}

bool patch_flow_remove(struct patch *patch, const struct yaml_node *node, size_t index)
{
    const char *text = patch->yaml->text;
    struct patch_member member = member_of(node, index);
    size_t start = member.start, end = member.end, comma;
    bool has_comma = find_comma(patch, end, &comma);
    bool is_last = index + 1 == member_count(node);

    if (!strchr("[{", text[node->content]) || node->merge.key)
        return patch_refuse(patch, "%s stands in a flow collection that cannot be cut",
                            patch->edit->path);
    if (has_comma && patch_has_comment(patch, end, comma))
        return patch_refuse(patch, "a comment stands between the entry and its comma");
    if (has_comma)
        end = comma + 1;

    if (is_last && !has_comma && index > 0) {
        size_t before;

        find_comma(patch, member_of(node, index - 1).end, &before);
        patch_replace(patch, before, before + 1, "");
    }
    if (is_blank(patch, patch_line_start(patch, start), start) &&
        is_blank(patch, end, patch_line_end(patch, end)) &&
        patch_line_end(patch, end) < node->end) {
        patch_remove_lines(patch, start, end);
        return true;
    }
    if (is_last)
        while (index > 0 && strchr(" \t", text[start - 1]))
            start--;
    else
        while (strchr(" \t", text[end]))
            end++;
    patch_replace(patch, start, end, "");
    return true;
}

bool patch_fill_empty(struct patch *patch, const struct yaml_pair *pair, const char *text)
{
    const struct yaml_node *value = pair->value;
    bool has_colon =
        value->start > 0 && value->start > pair->key->end &&
        memchr(patch->yaml->text + pair->key->end, ':', value->start - pair->key->end);
    bool has_space = value->start > 0 && patch->yaml->text[value->start - 1] == ' ';
    struct strbuf filled = {0};

    if (value->end > value->start)
        strbuf_add_string(&filled, text);
    else
        strbuf_add_format(&filled, "%s%s", !has_colon ? ": " : has_space ? "" : " ", text);
    patch_replace(patch, value->content, value->end, strbuf_string(&filled));
    strbuf_release(&filled);
    return true;
}
