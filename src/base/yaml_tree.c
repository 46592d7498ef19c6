/* SPDX-License-Identifier: MIT */
#include "base/yaml_tree.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"

const struct yaml_node *yaml_resolve(const struct yaml_node *node)
{
    return node && node->kind == YAML_ALIAS ? node->target : node;
}

const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key)
{
    node = yaml_resolve(node);
    if (!node || node->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < node->count; i++) {
        const char *text = yaml_text(node->pairs[i].key);

        if (text && strcmp(text, key) == 0)
            return yaml_resolve(node->pairs[i].value);
    }
    return NULL;
}

bool yaml_is_null(const struct yaml_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

    node = yaml_resolve(node);
    if (!node)
        return true;
    if (node->kind != YAML_SCALAR || node->style != YAML_PLAIN)
        return false;
    if (node->tag)
        return strcmp(node->tag, "tag:yaml.org,2002:null") == 0;
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        if (strcmp(node->text, nulls[i]) == 0)
            return true;
    return false;
}

const char *yaml_text(const struct yaml_node *node)
{
    node = yaml_resolve(node);
    return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

const char *yaml_describe(const struct yaml_node *node)
{
    node = yaml_resolve(node);
    if (yaml_is_null(node))
        return "nothing";
    switch (node->kind) {
    case YAML_SEQUENCE:
        return "a list";
    case YAML_MAPPING:
        return "a mapping";
    default:
        return node->style == YAML_PLAIN ? "a plain value" : "a text in quotes";
    }
}

void yaml_tree_find_lines(struct yaml *yaml)
{
    size_t count = 1;

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            yaml->line_starts = arena_new(&yaml->arena, size_t, count);
        count = 1;
        for (size_t at = yaml->body; at < yaml->length; at++) {
            bool ends = yaml->text[at] == '\n' ||
                        (yaml->text[at] == '\r' && yaml->text[at + 1] != '\n');
            if (!ends)
                continue;
            if (pass == 1)
                yaml->line_starts[count] = at + 1;
            count++;
        }
    }
    yaml->line_starts[0] = yaml->body;
    yaml->line_count = count;
}

void yaml_place(const struct yaml *yaml, size_t offset, unsigned *ret_line,
                unsigned *ret_column)
{
    size_t low = 0, high = yaml->line_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (yaml->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *ret_line = (unsigned)low + 1;
    *ret_column = 1;
    for (size_t at = yaml->line_starts[low]; at < offset && at < yaml->length; at++)
        *ret_column += ((unsigned char)yaml->text[at] & 0xc0) != 0x80;
}

void yaml_problem(const struct yaml *yaml, const struct yaml_node *node,
                  struct problems *problems, enum problem_level level, const char *format, ...)
{
    struct strbuf message = {0};
    unsigned line, column;
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&message, format, arguments);
    va_end(arguments);
    yaml_place(yaml, node->start, &line, &column);
    problems_add(problems, level, yaml->name, line, column, "%s", strbuf_string(&message));
    strbuf_release(&message);
}

/* By text, then by place. */
static int compare_keys(const void *a, const void *b)
{
    const struct yaml_node *left = *(struct yaml_node *const *)a;
    const struct yaml_node *right = *(struct yaml_node *const *)b;
    int order = strcmp(yaml_text(left), yaml_text(right));

    return order ? order : (left->start > right->start) - (left->start < right->start);
}

static int compare_to_key(const void *text, const void *key)
{
    return strcmp(text, yaml_text(*(struct yaml_node *const *)key));
}

static bool is_merge_key(const struct yaml_node *key)
{
    return key->kind == YAML_SCALAR && key->style == YAML_PLAIN && !key->tag &&
           strcmp(key->text, "<<") == 0;
}

/* The keys that are text, sorted, so that twins stand side by side. */
struct key_index {
    struct yaml_node **keys;
    size_t count;
};

static bool index_keys(const struct yaml *yaml, struct yaml_node *const *members, size_t count,
                       struct key_index *index, struct problems *problems)
{
    bool is_good = true;
    unsigned line, column;

    index->keys = memory_new(count / 2, sizeof *index->keys);
    for (size_t i = 0; i < count; i += 2)
        if (yaml_text(members[i]))
            index->keys[index->count++] = members[i];
    qsort(index->keys, index->count, sizeof *index->keys, compare_keys);

    for (size_t i = 1; i < index->count; i++) {
        const struct yaml_node *first = index->keys[i - 1], *again = index->keys[i];

        if (strcmp(yaml_text(first), yaml_text(again)) != 0)
            continue;
        is_good = false;
        if (problems->count >= YAML_MAX_DUPLICATES)
            break;
        yaml_place(yaml, first->start, &line, &column);
        yaml_problem(yaml, again, problems, PROBLEM_ERROR,
                     "duplicate key \"%s\", first seen at line %u column %u: keep one of them",
                     yaml_text(again), line, column);
    }
    return is_good;
}

/* Pairs that come in through "<<". */
struct merged {
    const struct key_index *own; /* keys that stand in the mapping itself win */
    size_t *expanded;
    struct yaml_pair *pairs;
    size_t count;
    size_t capacity;
};

static bool merged_has(const struct merged *merged, const char *key)
{
    for (size_t i = 0; i < merged->count; i++)
        if (strcmp(yaml_text(merged->pairs[i].key), key) == 0)
            return true;
    return false;
}

static bool merge_from(const struct yaml_node *source, struct merged *merged)
{
    const struct key_index *own = merged->own;

    for (size_t i = 0; i < source->count; i++) {
        const char *key = yaml_text(source->pairs[i].key);

        if (!key || merged_has(merged, key) ||
            bsearch(key, own->keys, own->count, sizeof *own->keys, compare_to_key))
            continue;
        if (++*merged->expanded > YAML_MAX_EXPANSION)
            return false;
        merged->pairs =
            memory_grow(merged->pairs, merged->count, &merged->capacity, sizeof *merged->pairs);
        merged->pairs[merged->count++] = source->pairs[i];
    }
    return true;
}

static bool merge_all(const struct yaml *yaml, const struct yaml_node *value,
                      struct merged *merged, struct problems *problems)
{
    const struct yaml_node *resolved = yaml_resolve(value);
    bool is_list = resolved->kind == YAML_SEQUENCE;
    size_t count = is_list ? resolved->count : 1;

    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *source = is_list ? yaml_resolve(resolved->items[i]) : resolved;

        if (source->kind != YAML_MAPPING) {
            yaml_problem(yaml, value, problems, PROBLEM_ERROR,
                         "<< needs a mapping or a list of mappings, this is %s",
                         yaml_describe(source));
            return false;
        }
        if (!merge_from(source, merged)) {
            yaml_problem(yaml, value, problems, PROBLEM_ERROR,
                         "aliases and merge keys stand for more than %d values",
                         YAML_MAX_EXPANSION);
            return false;
        }
    }
    return true;
}

bool yaml_tree_fill_mapping(struct yaml *yaml, struct yaml_node *mapping,
                            struct yaml_members list, size_t *expanded,
                            struct problems *problems)
{
    struct yaml_node *const *members = list.nodes;
    size_t member_count = list.count;
    struct key_index own = {0};
    struct merged merged = {.own = &own, .expanded = expanded};
    bool is_good = index_keys(yaml, members, member_count, &own, problems);

    for (size_t i = 0; i < member_count; i += 2)
        if (is_merge_key(members[i]))
            mapping->merge = (struct yaml_pair){members[i], members[i + 1]};
    if (mapping->merge.key && !merge_all(yaml, mapping->merge.value, &merged, problems))
        is_good = false;

    mapping->pairs = arena_new(&yaml->arena, struct yaml_pair, member_count / 2 + merged.count);
    for (size_t i = 0; i < member_count; i += 2)
        if (!is_merge_key(members[i]))
            mapping->pairs[mapping->count++] = (struct yaml_pair){members[i], members[i + 1]};
    mapping->own_count = mapping->count;
    for (size_t i = 0; i < merged.count; i++)
        mapping->pairs[mapping->count++] = merged.pairs[i];

    free(own.keys);
    free(merged.pairs);
    return is_good;
}
