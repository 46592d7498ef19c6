/* SPDX-License-Identifier: MIT */
/* The YAML reader: a file gives a tree or problems, and every node of the tree
 * lies within the file. */
#include <stdlib.h>

#include "base/yaml.h"
#include "tests/fuzz/target.h"

static void expect_inside(const struct yaml *yaml, const struct yaml_node *node)
{
    if (node->start > node->content || node->content > node->end || node->end > yaml->length)
        abort();
    if (node->kind == YAML_SEQUENCE)
        for (size_t i = 0; i < node->count; i++)
            expect_inside(yaml, node->items[i]);
    /* Merged pairs are elsewhere in the file, where they are visited anyway. */
    for (size_t i = 0; node->kind == YAML_MAPPING && i < node->own_count; i++) {
        expect_inside(yaml, node->pairs[i].key);
        expect_inside(yaml, node->pairs[i].value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct yaml yaml;
    struct problems problems = {0};

    if (yaml_parse(&yaml, "fuzz.yaml", (const char *)data, size, &problems)) {
        if (yaml.root)
            expect_inside(&yaml, yaml.root);
        yaml_release(&yaml);
    } else if (problems.count == 0) {
        abort();
    }
    problems_release(&problems);
    return 0;
}
