/* SPDX-License-Identifier: MIT */
#include "base/yaml.h"

#include <search.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "base/yaml_tree.h"

struct frame {
    struct yaml_node *collection;
    size_t first; /* of its members in pending */
};

/* The state between two events. */
struct builder {
    struct yaml *yaml;
    struct problems *problems;
    bool has_failed;

    uint32_t *byte_of; /* character index to byte offset, one past the end included */
    size_t character_count;

    struct frame frames[YAML_MAX_DEPTH];
    unsigned depth;
    struct yaml_node **pending; /* members of collections that are still open */
    size_t pending_count, pending_capacity;

    void *anchors; /* tsearch(3) of nodes by anchor */
    size_t node_count;
    size_t expanded;
    unsigned document_count;
};

/* libyaml counts characters, not bytes, and leaves out the byte order mark. */
static void map_characters(struct builder *builder)
{
    const struct yaml *yaml = builder->yaml;

    builder->byte_of = memory_new(yaml->length + 1, sizeof *builder->byte_of);
    for (size_t at = yaml->body; at < yaml->length; at++)
        if (((unsigned char)yaml->text[at] & 0xc0) != 0x80)
            builder->byte_of[builder->character_count++] = (uint32_t)at;
    builder->byte_of[builder->character_count] = (uint32_t)yaml->length;
}

static size_t byte_at(const struct builder *builder, yaml_mark_t mark)
{
    size_t index =
        mark.index < builder->character_count ? mark.index : builder->character_count;

    return builder->byte_of[index];
}

static void fail_at(struct builder *builder, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail_at(struct builder *builder, size_t offset, const char *format, ...)
{
    struct strbuf message = {0};
    va_list arguments;
    unsigned line, column;

    va_start(arguments, format);
    strbuf_add_vformat(&message, format, arguments);
    va_end(arguments);
    yaml_place(builder->yaml, offset, &line, &column);
    problems_add(builder->problems, PROBLEM_ERROR, builder->yaml->name, line, column, "%s",
                 strbuf_string(&message));
    strbuf_release(&message);
    builder->has_failed = true;
}

static int compare_anchors(const void *a, const void *b)
{
    return strcmp(((const struct yaml_node *)a)->anchor, ((const struct yaml_node *)b)->anchor);
}

static void leave_node(void *node)
{
    (void)node; /* the arena owns it */
}

static void remember_anchor(struct builder *builder, struct yaml_node *node)
{
    struct yaml_node **place = tsearch(node, &builder->anchors, compare_anchors);

    if (!place)
        fatal("out of memory");
    *place = node; /* an anchor may be given again: the latest counts */
}

static struct yaml_node *new_node(struct builder *builder, const yaml_event_t *event,
                                  enum yaml_kind kind)
{
    struct yaml *yaml = builder->yaml;
    struct yaml_node *node = arena_new(&yaml->arena, struct yaml_node, 1);

    node->kind = kind;
    node->start = node->content = byte_at(builder, event->start_mark);
    node->end = byte_at(builder, event->end_mark);
    node->expanded_size = 1;
    builder->node_count++;
    return node;
}

static void set_properties(struct builder *builder, struct yaml_node *node,
                           const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct yaml *yaml = builder->yaml;
    size_t limit = node->kind == YAML_SCALAR ? node->end : yaml->length;

    if (anchor) {
        node->anchor = arena_copy(&yaml->arena, span_of_string((const char *)anchor));
        remember_anchor(builder, node);
    }
    if (tag) {
        node->tag = arena_copy(&yaml->arena, span_of_string((const char *)tag));
        if (!yaml_tree_tag_fits(node->tag, node->kind))
            fail_at(builder, node->start, "tag %s is not supported here: take it away",
                    node->tag);
    }
    if (anchor || tag)
        node->content =
            yaml_tree_skip_properties(yaml, node->start, limit, anchor && tag ? 2 : 1);
}

/* The node is complete, or the start of a collection: it has its place. */
static void place_node(struct builder *builder, struct yaml_node *node)
{
    if (builder->depth == 0 && !builder->yaml->root)
        builder->yaml->root = node;
    builder->pending = memory_grow(builder->pending, builder->pending_count,
                                   &builder->pending_capacity, sizeof *builder->pending);
    builder->pending[builder->pending_count++] = node;
}

static bool on_scalar(struct builder *builder, const yaml_event_t *event)
{
    static const enum yaml_style styles[] = {
        [YAML_ANY_SCALAR_STYLE] = YAML_PLAIN,
        [YAML_PLAIN_SCALAR_STYLE] = YAML_PLAIN,
        [YAML_SINGLE_QUOTED_SCALAR_STYLE] = YAML_SINGLE_QUOTED,
        [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = YAML_DOUBLE_QUOTED,
        [YAML_LITERAL_SCALAR_STYLE] = YAML_LITERAL,
        [YAML_FOLDED_SCALAR_STYLE] = YAML_FOLDED,
    };
    struct yaml_node *node = new_node(builder, event, YAML_SCALAR);
    const char *value = (const char *)event->data.scalar.value;

    node->style = styles[event->data.scalar.style];
    node->length = event->data.scalar.length;
    node->text = arena_copy(&builder->yaml->arena, span_of(value, node->length));
    if (memchr(value, '\0', node->length))
        fail_at(builder, node->start, "a text may not contain \"\\0\"");
    set_properties(builder, node, event->data.scalar.anchor, event->data.scalar.tag);
    place_node(builder, node);
    return true;
}

static bool is_open(const struct builder *builder, const struct yaml_node *node)
{
    for (unsigned i = 0; i < builder->depth; i++)
        if (builder->frames[i].collection == node)
            return true;
    return false;
}

static bool on_alias(struct builder *builder, const yaml_event_t *event)
{
    struct yaml_node *node = new_node(builder, event, YAML_ALIAS);
    struct yaml_node wanted = {.anchor = (const char *)event->data.alias.anchor};
    struct yaml_node **found = tfind(&wanted, &builder->anchors, compare_anchors);

    if (!found) {
        fail_at(builder, node->start,
                "alias *%s has no anchor: write &%s before the value it means", wanted.anchor,
                wanted.anchor);
        return false;
    }
    if (is_open(builder, *found)) {
        fail_at(builder, node->start, "alias *%s stands inside the value that it refers to",
                wanted.anchor);
        return false;
    }

    struct yaml_node *target = *found;
    builder->expanded += target->expanded_size;
    if (builder->expanded > YAML_MAX_EXPANSION) {
        fail_at(builder, node->start, "aliases and merge keys stand for more than %d values",
                YAML_MAX_EXPANSION);
        return false;
    }
    if (builder->depth + target->height > YAML_MAX_DEPTH) {
        fail_at(builder, node->start, "nested deeper than %d levels through alias *%s",
                YAML_MAX_DEPTH, wanted.anchor);
        return false;
    }
    target->alias_count++;
    node->target = target;
    node->expanded_size = target->expanded_size;
    node->height = target->height;
    place_node(builder, node);
    return true;
}

static bool on_collection_start(struct builder *builder, const yaml_event_t *event)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    struct yaml_node *node = new_node(builder, event, is_map ? YAML_MAPPING : YAML_SEQUENCE);

    if (builder->depth == YAML_MAX_DEPTH) {
        fail_at(builder, node->start, "nested deeper than %d levels", YAML_MAX_DEPTH);
        return false;
    }
    if (is_map) {
        node->style =
            event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? YAML_FLOW : YAML_BLOCK;
        set_properties(builder, node, event->data.mapping_start.anchor,
                       event->data.mapping_start.tag);
    } else {
        node->style = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? YAML_FLOW
                                                                                   : YAML_BLOCK;
        set_properties(builder, node, event->data.sequence_start.anchor,
                       event->data.sequence_start.tag);
    }
    place_node(builder, node);
    builder->frames[builder->depth++] = (struct frame){node, builder->pending_count};
    return true;
}

static bool on_collection_end(struct builder *builder, const yaml_event_t *event)
{
    struct yaml *yaml = builder->yaml;
    struct frame *frame = &builder->frames[--builder->depth];
    struct yaml_node *node = frame->collection;
    struct yaml_node **members = builder->pending + frame->first;
    size_t count = builder->pending_count - frame->first;
    char opener = yaml->text[node->content];

    /* libyaml ends a block at the next token, comments swallowed. The one pair
     * of "[a: b]" is a flow mapping without brackets. */
    if (node->style == YAML_FLOW && (opener == '[' || opener == '{'))
        node->end = byte_at(builder, event->end_mark);
    else
        node->end = count > 0 ? members[count - 1]->end : node->content;

    node->height = 1;
    for (size_t i = 0; i < count; i++) {
        node->expanded_size += members[i]->expanded_size;
        if (members[i]->height >= node->height)
            node->height = members[i]->height + 1;
    }
    if (node->kind == YAML_SEQUENCE) {
        node->count = count;
        node->items = arena_new(&yaml->arena, struct yaml_node *, count);
        if (count > 0)
            memcpy(node->items, members, count * sizeof *members);
    } else if (!yaml_tree_fill_mapping(yaml, node, (struct yaml_members){members, count},
                                       &builder->expanded, builder->problems)) {
        builder->has_failed = true;
    }
    builder->pending_count = frame->first;
    return true;
}

static bool on_document_start(struct builder *builder, const yaml_event_t *event)
{
    if (++builder->document_count == 1)
        return true;
    fail_at(builder, byte_at(builder, event->start_mark),
            "a second document starts here: a configuration is one document");
    return false;
}

static bool on_event(struct builder *builder, const yaml_event_t *event)
{
    if (builder->node_count > YAML_MAX_NODES) {
        fail_at(builder, byte_at(builder, event->start_mark), "more than %d values",
                YAML_MAX_NODES);
        return false;
    }
    switch (event->type) {
    case YAML_STREAM_START_EVENT:
        if (event->data.stream_start.encoding == YAML_UTF8_ENCODING)
            return true;
        fail_at(builder, 0, "the file is UTF-16: save it as UTF-8");
        return false;
    case YAML_DOCUMENT_START_EVENT:
        return on_document_start(builder, event);
    case YAML_DOCUMENT_END_EVENT:
        if (!event->data.document_end.implicit)
            builder->yaml->document_end = byte_at(builder, event->start_mark);
        return true;
    case YAML_ALIAS_EVENT:
        return on_alias(builder, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return on_collection_start(builder, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_collection_end(builder, event);
    default:
        return true;
    }
}

static void report_parser(struct builder *builder, const yaml_parser_t *parser)
{
    bool is_reader = parser->error == YAML_READER_ERROR;
    const char *complaint = parser->problem ? parser->problem : "not YAML";
    const char *advice = is_reader && strstr(complaint, "UTF-8")
                             ? "save the file as UTF-8"
                             : yaml_tree_advice_on(complaint);
    size_t offset = is_reader ? parser->problem_offset : byte_at(builder, parser->problem_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        fatal("out of memory");
    fail_at(builder, offset, "%s%s%s%s%s", complaint, parser->context ? " " : "",
            parser->context ? parser->context : "", advice ? ": " : "", advice ? advice : "");
}

static void read_events(struct builder *builder)
{
    const struct yaml *yaml = builder->yaml;
    yaml_parser_t parser;
    yaml_event_t event;
    bool goes_on = true;

    if (!yaml_parser_initialize(&parser))
        fatal("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml->text, yaml->length);
    while (goes_on) {
        if (!yaml_parser_parse(&parser, &event)) {
            report_parser(builder, &parser);
            break;
        }
        goes_on = on_event(builder, &event) && event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

bool yaml_parse(struct yaml *ret_yaml, const char *name, const char *text, size_t length,
                struct problems *problems)
{
    if (length > YAML_MAX_BYTES) {
        problems_add(problems, PROBLEM_ERROR, name, 0, 0,
                     "larger than %d KiB: a configuration is smaller", YAML_MAX_BYTES / 1024);
        return false;
    }

    struct yaml yaml = {.name = memory_copy_string(name), .length = length};
    yaml.text = arena_copy(&yaml.arena, span_of(text, length));
    yaml.body = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    yaml.document_end = length;
    yaml_tree_find_lines(&yaml);

    struct builder builder = {.yaml = &yaml, .problems = problems};
    map_characters(&builder);
    read_events(&builder);
    tdestroy(builder.anchors, leave_node);
    free(builder.pending);
    free(builder.byte_of);
    if (builder.has_failed)
        yaml_release(&yaml);
    else
        *ret_yaml = yaml;
    return !builder.has_failed;
}

void yaml_release(struct yaml *yaml)
{
    free(yaml->name);
    arena_release(&yaml->arena);
    *yaml = (struct yaml){0};
}
