/* SPDX-License-Identifier: MIT */
#include "settings/edit.h"

#include <string.h>

#include "settings/patch.h"
#include "settings/quote.h"

/* How far a path leads into the tree. */
struct target {
    const struct yaml_node *mapping; /* the deepest mapping on the way, or NULL */
    const struct yaml_pair *pair;    /* the deepest key found, or NULL */
    const char *rest;                /* of the path, not found; NULL: all found */
};

static const struct yaml_pair *find_own(const struct yaml_node *mapping, struct span key)
{
    for (size_t i = 0; i < mapping->own_count; i++) {
        const char *text = yaml_text(mapping->pairs[i].key);

        if (text && span_equals(key, text))
            return &mapping->pairs[i];
    }
    return NULL;
}

static bool is_merged(const struct yaml_node *mapping, struct span key)
{
    for (size_t i = mapping->own_count; i < mapping->count; i++)
        if (span_equals(key, yaml_text(mapping->pairs[i].key)))
            return true;
    return false;
}

static bool check_shared(struct patch *patch, const struct yaml_node *node, struct span name)
{
    if (!node->anchor || node->alias_count == 0)
        return true;
    return patch_refuse(patch,
                        "%.*s has the anchor &%s, which is used in %zu other place%s: "
                        "they would change too",
                        (int)span_length(name), name.at, node->anchor, node->alias_count,
                        node->alias_count == 1 ? "" : "s");
}

/* May the way lead through this value? */
static bool check_step(struct patch *patch, const struct yaml_node *value, struct span name)
{
    if (value->kind == YAML_ALIAS)
        return patch_refuse(patch, "%.*s is the alias *%s: it cannot be changed here alone",
                            (int)span_length(name), name.at, value->target->anchor);
    if (!check_shared(patch, value, name))
        return false;
    if (value->kind == YAML_MAPPING || yaml_is_null(value))
        return true;
    return patch_refuse(patch, "%.*s is %s, not a mapping", (int)span_length(name), name.at,
                        yaml_describe(value));
}

static bool find_target(struct patch *patch, const char *path, struct target *ret_target)
{
    const struct yaml_node *node = patch->yaml->root;
    struct target target = {.rest = path};
    struct span whole = span_of_string(path);

    if (node && !check_step(patch, node, span_of_string("the file")))
        return false;
    while (target.rest && node && node->kind == YAML_MAPPING) {
        const char *dot = strchrnul(target.rest, '.');
        struct span key = span_of(target.rest, (size_t)(dot - target.rest));
        const struct yaml_pair *pair = find_own(node, key);

        target.mapping = node;
        if (!pair && *dot && is_merged(node, key))
            return patch_refuse(patch, "%.*s comes through << from elsewhere",
                                (int)span_length(key), key.at);
        if (!pair)
            break;
        target.pair = pair;
        target.rest = *dot ? dot + 1 : NULL;
        node = pair->value;
        if (target.rest && !check_step(patch, node, span_of(path, (size_t)(dot - whole.at))))
            return false;
    }
    if (target.rest && target.pair && yaml_is_null(node))
        target.mapping = NULL; /* the rest goes below a key with nothing */
    *ret_target = target;
    return true;
}

/* "a: {b: value}" for flow mappings. */
static void add_flow_entry(const struct patch *patch, const char *path, struct strbuf *out)
{
    const char *dot = strchrnul(path, '.');
    struct strbuf key = {0};

    strbuf_add(&key, path, (size_t)(dot - path));
    quote_add(out, strbuf_string(&key), YAML_PLAIN);
    strbuf_add_string(out, ": ");
    strbuf_release(&key);
    if (*dot) {
        strbuf_add_char(out, '{');
        add_flow_entry(patch, dot + 1, out);
        strbuf_add_char(out, '}');
        return;
    }
    if (patch->edit->kind == EDIT_ADD)
        strbuf_add_char(out, '[');
    patch_add_value(patch, YAML_PLAIN, out);
    if (patch->edit->kind == EDIT_ADD)
        strbuf_add_char(out, ']');
}

static bool is_in_flow(const struct patch *patch, const struct target *target)
{
    if (target->mapping)
        return target->mapping->style == YAML_FLOW;
    const struct yaml_node *root = patch->yaml->root;
    /* A null below a flow mapping: its key stands inside the root's span. */
    for (const struct yaml_node *node = root; node && target->pair;) {
        const struct yaml_node *next = NULL;

        if (node->kind == YAML_MAPPING && node->style == YAML_FLOW)
            return true;
        for (size_t i = 0; node->kind == YAML_MAPPING && i < node->own_count; i++)
            if (node->pairs[i].value->start <= target->pair->key->start &&
                node->pairs[i].value->end >= target->pair->key->end)
                next = node->pairs[i].value;
        node = next;
    }
    return false;
}

static bool add_key(struct patch *patch, const struct target *target)
{
    struct strbuf text = {0};
    bool is_good;

    if (!is_in_flow(patch, target))
        return patch_block_add_key(patch, target->mapping,
                                   target->mapping ? NULL : target->pair, target->rest);
    if (!target->mapping)
        strbuf_add_char(&text, '{');
    add_flow_entry(patch, target->rest, &text);
    if (!target->mapping)
        strbuf_add_char(&text, '}');
    is_good = target->mapping ? patch_flow_add(patch, target->mapping, strbuf_string(&text))
                              : patch_fill_empty(patch, target->pair, strbuf_string(&text));
    strbuf_release(&text);
    return is_good;
}

/* Does a tag go with the new value? "!!int" stays with an integer, and goes with
 * the old value otherwise. */
static bool tag_stays(const struct patch *patch, const struct yaml_node *value)
{
    const char *name = value->tag ? strrchr(value->tag, ':') : NULL;
    bool is_whole = strspn(patch->edit->value, "0123456789") == strlen(patch->edit->value);

    if (!value->tag || !name)
        return !value->tag;
    return (strcmp(name, ":float") == 0 && !patch->edit->is_text) ||
           (strcmp(name, ":int") == 0 && is_whole && !patch->edit->is_text) ||
           (strcmp(name, ":str") == 0 && patch->edit->is_text);
}

/* A list becomes a scalar: "ports" may be written either way. */
static bool replace_list(struct patch *patch, const struct yaml_pair *pair)
{
    const struct yaml_node *list = pair->value;
    struct strbuf text = {0};
    size_t columns;

    if (patch_has_comment(patch, pair->key->end, list->end))
        return patch_refuse(patch, "%s is a list with comments, which would be lost",
                            patch->edit->path);
    if (list->kind != YAML_SEQUENCE)
        return patch_refuse(patch, "%s is a mapping, not one value", patch->edit->path);
    if (list->style == YAML_BLOCK && !patch_indent(patch, pair->key->start, &columns))
        return patch_refuse(patch, "%s does not begin its line", patch->edit->path);
    strbuf_add_string(&text, list->style == YAML_BLOCK ? ": " : "");
    patch_add_value(patch, YAML_PLAIN, &text);
    patch_replace(patch, list->style == YAML_BLOCK ? pair->key->end : list->content, list->end,
                  strbuf_string(&text));
    strbuf_release(&text);
    return true;
}

static bool apply_set(struct patch *patch, const struct target *target)
{
    const struct yaml_node *value;
    struct strbuf text = {0};

    if (target->rest)
        return add_key(patch, target);
    value = target->pair->value;
    if (!check_shared(patch, value, span_of_string(patch->edit->path)))
        return false;
    if (value->kind == YAML_SEQUENCE || value->kind == YAML_MAPPING)
        return replace_list(patch, target->pair);

    patch_add_value(patch, value->kind == YAML_ALIAS ? YAML_PLAIN : value->style, &text);
    if (value->kind == YAML_SCALAR && value->end == value->content && !value->anchor &&
        !value->tag)
        patch_fill_empty(patch, target->pair, strbuf_string(&text));
    else if (value->end == value->content)
        patch_refuse(patch, "%s has an anchor or a tag and no value", patch->edit->path);
    else if (value->anchor && !tag_stays(patch, value))
        patch_refuse(patch, "%s has an anchor and a tag that does not go with %s",
                     patch->edit->path, patch->edit->value);
    else
        patch_replace(patch, tag_stays(patch, value) ? value->content : value->start,
                      patch_end_of(patch, value), strbuf_string(&text));
    strbuf_release(&text);
    return patch->count > 0;
}

static bool find_entry(const struct yaml_node *list, const char *value, size_t *ret_index)
{
    for (size_t i = 0; list->kind == YAML_SEQUENCE && i < list->count; i++) {
        const char *text = yaml_text(list->items[i]);

        if (text && strcmp(text, value) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static bool apply_add(struct patch *patch, const struct target *target)
{
    const struct yaml_node *list = target->rest ? NULL : target->pair->value;
    struct strbuf text = {0};
    size_t index;
    bool is_good;

    if (!list)
        return add_key(patch, target);
    if (find_entry(list, patch->edit->value, &index))
        return true;
    if (list->kind == YAML_ALIAS)
        return patch_refuse(patch, "%s is the alias *%s: a list elsewhere would grow",
                            patch->edit->path, list->target->anchor);
    if (!check_shared(patch, list, span_of_string(patch->edit->path)))
        return false;
    if (yaml_is_null(list) && !is_in_flow(patch, target))
        return patch_block_begin_list(patch, target->pair);
    if (list->kind != YAML_SEQUENCE && !yaml_is_null(list))
        return patch_refuse(patch, "%s is %s, not a list", patch->edit->path,
                            yaml_describe(list));
    if (list->kind == YAML_SEQUENCE && list->style == YAML_BLOCK)
        return patch_block_add_item(patch, list);

    bool is_null = yaml_is_null(list);
    const struct yaml_node *last =
        is_null || list->count == 0 ? NULL : list->items[list->count - 1];
    strbuf_add_string(&text, is_null ? "[" : "");
    patch_add_value(patch, last && last->kind == YAML_SCALAR ? last->style : YAML_PLAIN, &text);
    strbuf_add_string(&text, is_null ? "]" : "");
    is_good = is_null ? patch_fill_empty(patch, target->pair, strbuf_string(&text))
                      : patch_flow_add(patch, list, strbuf_string(&text));
    strbuf_release(&text);
    return is_good;
}

static bool apply_delete(struct patch *patch, const struct target *target)
{
    const struct yaml_node *list = target->rest ? NULL : target->pair->value;
    size_t index;

    if (!list || !find_entry(yaml_resolve(list), patch->edit->value, &index))
        return patch_refuse(patch, "%s has no entry \"%s\"", patch->edit->path,
                            patch->edit->value);
    if (list->kind == YAML_ALIAS)
        return patch_refuse(patch, "%s is the alias *%s: a list elsewhere would shrink",
                            patch->edit->path, list->target->anchor);
    if (!check_shared(patch, list, span_of_string(patch->edit->path)) ||
        !check_shared(patch, list->items[index], span_of_string(patch->edit->value)))
        return false;
    return list->style == YAML_BLOCK ? patch_block_remove_item(patch, target->pair, index)
                                     : patch_flow_remove(patch, list, index);
}

static bool apply_unset(struct patch *patch, const struct target *target)
{
    if (target->rest)
        return true; /* is not there */
    if (!check_shared(patch, target->pair->value, span_of_string(patch->edit->path)))
        return false;
    if (target->mapping->style == YAML_BLOCK)
        return patch_block_remove_pair(patch, target->pair);
    for (size_t i = 0; i < target->mapping->own_count; i++)
        if (&target->mapping->pairs[i] == target->pair)
            return patch_flow_remove(patch, target->mapping, i);
    return false;
}

static bool apply_to(struct patch *patch)
{
    struct target target;

    if (!find_target(patch, patch->edit->path, &target))
        return false;
    switch (patch->edit->kind) {
    case EDIT_SET:
        return apply_set(patch, &target);
    case EDIT_ADD:
        return apply_add(patch, &target);
    case EDIT_DELETE:
        return apply_delete(patch, &target);
    case EDIT_UNSET:
        return apply_unset(patch, &target);
    }
    return false;
}

/* The first problem, in one line. */
static void add_problem(struct strbuf *error, const struct problems *problems)
{
    const struct problem *first = &problems->items[0];

    if (first->line)
        strbuf_add_format(error, "%s:%u:%u: %s", first->file, first->line, first->column,
                          first->message);
    else
        strbuf_add_format(error, "%s: %s", first->file, first->message);
}

static bool verify(const struct patch *patch, const char *name, const struct strbuf *text)
{
    struct problems problems = {0};
    struct yaml after;
    bool is_good = yaml_parse(&after, name, strbuf_string(text), text->length, &problems);

    if (is_good) {
        is_good = patch_verify(patch->edit, patch->yaml, &after);
        yaml_release(&after);
    }
    if (problems.count > 0)
        strbuf_add_format(patch->error, "%s cannot become this: %s", patch->edit->path,
                          problems.items[0].message);
    else if (!is_good)
        strbuf_add_format(patch->error,
                          "%s cannot be changed in place here without changing something else",
                          patch->edit->path);
    problems_release(&problems);
    return is_good;
}

bool edit_apply(const struct edit *edit, const char *name, struct span text,
                struct strbuf *ret_text, struct strbuf *error)
{
    struct problems problems = {0};
    struct strbuf out = {0};
    struct yaml yaml;

    if (edit->value && !quote_can_hold(edit->value)) {
        strbuf_add_format(
            error, "%s: the value is not UTF-8, so a configuration cannot hold it", edit->path);
        return false;
    }
    if (!yaml_parse(&yaml, name, text.at, span_length(text), &problems)) {
        add_problem(error, &problems);
        problems_release(&problems);
        return false;
    }

    struct patch patch = {.yaml = &yaml, .edit = edit, .error = error};
    bool is_good = apply_to(&patch);
    if (is_good) {
        patch_write(&patch, &out);
        is_good = verify(&patch, name, &out);
    }
    if (is_good)
        strbuf_add_span(ret_text, strbuf_span(&out));
    strbuf_release(&out);
    patch_release(&patch);
    yaml_release(&yaml);
    return is_good;
}
