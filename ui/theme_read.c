/* SPDX-License-Identifier: MIT */
#include "ui/theme_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"

struct reader {
    const struct yaml *yaml;
    const struct yaml_node *palette;
    struct problems *problems;
    bool is_good;
};

static void refuse(struct reader *reader, const struct yaml_node *node, const char *what)
{
    yaml_problem(reader->yaml, node, reader->problems, PROBLEM_ERROR, "%s", what);
    reader->is_good = false;
}

static bool read_ansi(const char *name, int16_t *ret_index)
{
    static const char *const names[] = {"black", "red",     "green", "yellow",
                                        "blue",  "magenta", "cyan",  "white"};

    for (int16_t i = 0; i < 8; i++)
        if (strcmp(names[i], name) == 0) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool read_rgb(const char *text, int32_t *ret_rgb)
{
    struct span in = span_of_string(text);
    uint64_t value;

    if (!span_take_char(&in, '#') || span_length(in) != 6 || !span_take_hex(&in, &value) ||
        span_length(in) != 0)
        return false;
    *ret_rgb = (int32_t)value;
    return true;
}

/* {rgb: "#5fafff", x256: 75, ansi: cyan} */
static struct colour read_colour(struct reader *reader, const struct yaml_node *node)
{
    struct colour colour = {.rgb = -1, .x256 = -1, .ansi = -1};
    const struct yaml_node *rgb = yaml_get(node, "rgb"), *x256 = yaml_get(node, "x256"),
                           *ansi = yaml_get(node, "ansi");
    uint64_t index;

    if (rgb && yaml_text(rgb) && strcmp(yaml_text(rgb), "default") == 0) {
        colour.is_default = true;
        return colour;
    }
    if (rgb && (!yaml_text(rgb) || !read_rgb(yaml_text(rgb), &colour.rgb)))
        refuse(reader, rgb, "rgb must be \"#rrggbb\" or default");
    if (x256) {
        if (yaml_text(x256) && span_is_u64(span_of_string(yaml_text(x256)), &index) &&
            index < 256)
            colour.x256 = (int16_t)index;
        else
            refuse(reader, x256, "x256 must be a number from 0 to 255");
    }
    if (ansi && (!yaml_text(ansi) || !read_ansi(yaml_text(ansi), &colour.ansi)))
        refuse(reader, ansi,
               "ansi must be black, red, green, yellow, blue, magenta, cyan or white");
    if (!rgb && !x256 && !ansi)
        refuse(reader, node, "a colour needs rgb, x256 or ansi");
    return colour;
}

static void use_colour(struct reader *reader, const struct yaml_node *node,
                       struct colour *colour)
{
    const char *name = yaml_text(node);
    const struct yaml_node *entry = name ? yaml_get(reader->palette, name) : NULL;

    if (!node)
        return;
    if (name && strcmp(name, "default") == 0)
        *colour = (struct colour){.is_default = true, .rgb = -1, .x256 = -1, .ansi = -1};
    else if (entry)
        *colour = read_colour(reader, entry);
    else
        refuse(reader, node, "this colour is not in the palette of the file");
}

static bool find_attribute(const char *name, attr_t *ret_attribute)
{
    static const struct {
        const char *name;
        attr_t attribute;
    } attributes[] = {
        {"bold",      A_BOLD     },
        {"dim",       A_DIM      },
        {"italic",    A_ITALIC   },
        {"underline", A_UNDERLINE},
        {"reverse",   A_REVERSE  },
        {"blink",     A_BLINK    },
 /* curses knows no struck-through text: the mark has to say it. */
        {"strike",    A_DIM      },
    };

    for (size_t i = 0; name && i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].name, name) == 0) {
            *ret_attribute = attributes[i].attribute;
            return true;
        }
    return false;
}

static void use_attributes(struct reader *reader, const struct yaml_node *node, attr_t *result)
{
    attr_t attribute;

    if (!node)
        return;
    if (node->kind != YAML_SEQUENCE) {
        refuse(reader, node, "attributes are a list: [bold, reverse]");
        return;
    }
    *result = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *item = yaml_resolve(node->items[i]);

        if (find_attribute(yaml_text(item), &attribute))
            *result |= attribute;
        else
            refuse(reader, item,
                   "an attribute is bold, dim, italic, underline, reverse, blink or strike");
    }
}

static void use_mark(struct reader *reader, const struct yaml_node *node, struct style *style)
{
    const char *text = yaml_text(node);

    if (!node)
        return;
    if (!text || strlen(text) >= sizeof style->mark ||
        text_cells(span_of_string(text), TEXT_UTF8) > 2) {
        refuse(reader, node, "a mark is a text of two cells at most");
        return;
    }
    memset(style->mark, 0, sizeof style->mark);
    memcpy(style->mark, text, strlen(text));
}

static void read_role(struct reader *reader, const struct yaml_pair *pair,
                      struct theme_spec *spec)
{
    const char *name = yaml_text(pair->key);
    const struct yaml_node *value = yaml_resolve(pair->value);
    int role = name ? role_find(name) : -1;

    if (role < 0) {
        yaml_problem(reader->yaml, pair->key, reader->problems, PROBLEM_WARNING,
                     "no part of the screen has the role \"%s\"; it is left out",
                     name ? name : "");
        return;
    }
    if (value->kind != YAML_MAPPING) {
        refuse(reader, value, "a role is a mapping: {fg: red, attr: [bold]}");
        return;
    }
    struct style *style = &spec->styles[role];
    style->is_set = true;
    use_colour(reader, yaml_get(value, "fg"), &style->foreground);
    use_colour(reader, yaml_get(value, "bg"), &style->background);
    use_attributes(reader, yaml_get(value, "attr"), &style->attributes);
    use_attributes(reader, yaml_get(value, "mono"), &style->mono);
    use_mark(reader, yaml_get(value, "mark"), style);
}

static void read_heading(struct reader *reader, struct theme_spec *spec)
{
    static const char *const variants[] = {"dark", "light", "mono"};
    const struct yaml_node *root = reader->yaml->root;
    const struct yaml_node *format = yaml_get(root, "theme");
    const struct yaml_node *name = yaml_get(root, "name");
    const char *variant = yaml_text(yaml_get(root, "variant"));

    if (!format || !yaml_text(format) || strcmp(yaml_text(format), "1") != 0)
        refuse(reader, format ? format : root, "a theme file begins with \"theme: 1\"");
    if (name && yaml_text(name)) {
        free(spec->name);
        spec->name = memory_copy_string(yaml_text(name));
    }
    for (int i = 0; variant && i < 3; i++)
        if (strcmp(variants[i], variant) == 0)
            spec->variant = (enum theme_variant)i;
}

bool theme_read(struct theme_spec *spec, const struct yaml *yaml, struct problems *problems)
{
    struct reader reader = {yaml, yaml_get(yaml->root, "palette"), problems, true};
    const struct yaml_node *roles = yaml_get(yaml->root, "roles");

    if (!yaml->root || yaml->root->kind != YAML_MAPPING) {
        problems_add(problems, PROBLEM_ERROR, yaml->name, 1, 1, "this is no theme");
        return false;
    }
    read_heading(&reader, spec);
    if (roles && roles->kind == YAML_MAPPING)
        for (size_t i = 0; i < roles->count; i++)
            read_role(&reader, &roles->pairs[i], spec);
    else if (roles && !yaml_is_null(roles))
        refuse(&reader, roles, "roles are a mapping");
    return reader.is_good;
}

bool theme_check(const struct theme_spec *spec, const char *name, struct problems *problems)
{
    bool is_good = true;

    for (int a = ROLE_SEVERITY_NONE; a <= ROLE_SEVERITY_CRITICAL; a++)
        for (int b = a + 1; b <= ROLE_SEVERITY_CRITICAL; b++) {
            const struct style *one = &spec->styles[a], *other = &spec->styles[b];

            if (strcmp(one->mark, other->mark) != 0 || one->mono != other->mono)
                continue;
            problems_add(problems, PROBLEM_ERROR, name, 0, 0,
                         "%s and %s look alike without colour: give one a mark or a mono "
                         "attribute",
                         role_name((enum role)a), role_name((enum role)b));
            is_good = false;
        }
    return is_good;
}
