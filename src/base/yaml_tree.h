/* SPDX-License-Identifier: MIT */
/*
 * yaml_tree - the parts of the YAML reader that need no libyaml: what becomes of
 * a collection once its members are known, places, tags. Private to base/yaml.
 */
#ifndef BASE_YAML_TREE_H
#define BASE_YAML_TREE_H

#include "base/yaml.h"

struct yaml_members {
    struct yaml_node *const *nodes;
    size_t count;
};

/* Give a mapping its pairs: keys and values alternate in members. Reports
 * duplicate keys and bad merges; *expanded counts merged pairs. */
bool yaml_tree_fill_mapping(struct yaml *yaml, struct yaml_node *mapping,
                            struct yaml_members members, size_t *expanded,
                            struct problems *problems);

/* Find the lines of yaml->text. */
void yaml_tree_find_lines(struct yaml *yaml);

/* Step over that many "&anchor" and "!tag", and over what may stand between them
 * and the value. Returns where the value begins, at most end. */
size_t yaml_tree_skip_properties(const struct yaml *yaml, size_t at, size_t end, size_t count);

/* A core tag (!!str, !!int ...), or "!", that goes with the kind of node. */
bool yaml_tree_tag_fits(const char *tag, enum yaml_kind kind);

/* What usually causes libyaml's complaint, as advice; NULL when we know none. */
const char *yaml_tree_advice_on(const char *complaint);

#endif
