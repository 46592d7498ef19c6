/* SPDX-License-Identifier: MIT */
/* The patched text, read again: the edit is in it, and nothing else changed. */
#include <string.h>

#include "settings/patch.h"

static bool nodes_equal(const struct yaml_node *a, const struct yaml_node *b);

static bool pairs_equal(const struct yaml_node *a, const struct yaml_node *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!nodes_equal(a->pairs[i].key, b->pairs[i].key) ||
            !nodes_equal(a->pairs[i].value, b->pairs[i].value))
            return false;
    return true;
}

/* Plain or not decides what a scalar means; the kind of quotes does not. */
static bool nodes_equal(const struct yaml_node *a, const struct yaml_node *b)
{
    a = yaml_resolve(a);
    b = yaml_resolve(b);
    if (a->kind != b->kind || a->count != b->count || a->own_count != b->own_count)
        return false;
    if ((a->tag != NULL) != (b->tag != NULL) || (a->tag && strcmp(a->tag, b->tag) != 0))
        return false;
    switch (a->kind) {
    case YAML_SCALAR:
        return (a->style == YAML_PLAIN) == (b->style == YAML_PLAIN) &&
               strcmp(a->text, b->text) == 0;
    case YAML_SEQUENCE:
        for (size_t i = 0; i < a->count; i++)
            if (!nodes_equal(a->items[i], b->items[i]))
                return false;
        return true;
    default:
        return pairs_equal(a, b);
    }
}

static size_t count_of(const struct yaml_node *node, const char *value, size_t *ret_total)
{
    size_t hits = 0;

    node = yaml_resolve(node);
    *ret_total = node && node->kind == YAML_SEQUENCE ? node->count : 0;
    for (size_t i = 0; i < *ret_total; i++) {
        const char *text = yaml_text(node->items[i]);

        hits += text && strcmp(text, value) == 0;
    }
    return hits;
}

/* One list holds the items of the other in their order, plus value once. */
static bool differs_by_one(const struct yaml_node *shorter, const struct yaml_node *longer,
                           const char *value)
{
    size_t shorter_total, longer_total, at = 0;
    bool was_skipped = false;

    count_of(shorter, value, &shorter_total);
    count_of(longer, value, &longer_total);
    if (longer_total != shorter_total + 1)
        return false;
    longer = yaml_resolve(longer);
    shorter = yaml_resolve(shorter);
    for (size_t i = 0; i < longer_total; i++) {
        if (at < shorter_total && nodes_equal(longer->items[i], shorter->items[at])) {
            at++;
            continue;
        }
        const char *text = yaml_text(longer->items[i]);
        if (was_skipped || !text || strcmp(text, value) != 0)
            return false;
        was_skipped = true;
    }
    return at == shorter_total;
}

static bool leaf_is_right(const struct edit *edit, const struct yaml_node *before,
                          const struct yaml_node *after)
{
    size_t total;

    switch (edit->kind) {
    case EDIT_SET:
        return after && yaml_text(after) && strcmp(yaml_text(after), edit->value) == 0 &&
               (yaml_resolve(after)->style == YAML_PLAIN || edit->is_text);
    case EDIT_UNSET:
        return !after;
    case EDIT_ADD:
        if (count_of(before, edit->value, &total) > 0)
            return nodes_equal(before, after);
        return differs_by_one(before, after, edit->value);
    case EDIT_DELETE:
        return differs_by_one(after, before, edit->value);
    }
    return false;
}

static const struct yaml_pair *pair_at(const struct yaml_node *mapping, struct span key)
{
    for (size_t i = 0; mapping && i < mapping->own_count; i++) {
        const char *text = yaml_text(mapping->pairs[i].key);

        if (text && span_equals(key, text))
            return &mapping->pairs[i];
    }
    return NULL;
}

/* Every member of a but the one called key is in b, with the same value. */
static bool others_equal(const struct yaml_node *a, const struct yaml_node *b, struct span key)
{
    size_t a_at = 0, b_at = 0, a_count = a ? a->count : 0, b_count = b ? b->count : 0;

    for (;;) {
        const char *text;

        while (a_at < a_count && (text = yaml_text(a->pairs[a_at].key)) &&
               span_equals(key, text))
            a_at++;
        while (b_at < b_count && (text = yaml_text(b->pairs[b_at].key)) &&
               span_equals(key, text))
            b_at++;
        if (a_at == a_count || b_at == b_count)
            return a_at == a_count && b_at == b_count;
        if (!nodes_equal(a->pairs[a_at].key, b->pairs[b_at].key) ||
            !nodes_equal(a->pairs[a_at].value, b->pairs[b_at].value))
            return false;
        a_at++;
        b_at++;
    }
}

static const struct yaml_node *as_mapping(const struct yaml_node *node)
{
    node = yaml_resolve(node);
    return node && node->kind == YAML_MAPPING ? node : NULL;
}

static bool mappings_agree(const struct edit *edit, const char *path,
                           const struct yaml_node *before, const struct yaml_node *after)
{
    const char *dot = strchrnul(path, '.');
    struct span key = span_of(path, (size_t)(dot - path));
    const struct yaml_node *a = as_mapping(before), *b = as_mapping(after);

    if ((before && !a && !yaml_is_null(before)) || (after && !b && !yaml_is_null(after)))
        return false;
    if (!others_equal(a, b, key))
        return false;

    const struct yaml_pair *a_pair = pair_at(a, key), *b_pair = pair_at(b, key);
    const struct yaml_node *a_value = a_pair ? a_pair->value : NULL;
    const struct yaml_node *b_value = b_pair ? b_pair->value : NULL;
    if (*dot)
        return mappings_agree(edit, dot + 1, a_value, b_value);
    return leaf_is_right(edit, a_value, b_value);
}

bool patch_verify(const struct edit *edit, const struct yaml *before, const struct yaml *after)
{
    return mappings_agree(edit, edit->path, before->root, after->root);
}
