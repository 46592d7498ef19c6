/* SPDX-License-Identifier: MIT */
#include "anomaly/isolation_forest.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "anomaly/random.h"
#include "base/memory.h"

enum { LEAF = -1 };

struct node {
    int32_t dimension; /* LEAF: none */
    union {
        float cut;    /* rows below it go left */
        float length; /* of a leaf: edges above, and those expected below */
    };
    uint32_t left; /* the right one follows it */
};

struct isolation_forest {
    struct node *nodes; /* tree by tree, each root first */
    size_t node_count;
    size_t node_capacity;
    uint32_t *roots;
    size_t tree_count;
    double average_path;
};

/* A tree being grown over some of the rows. */
struct growth {
    struct isolation_forest *forest;
    const float *rows;
    size_t dimensions;
    uint32_t *dimension_order; /* to be shuffled */
    struct random *random;
    unsigned height_limit;
};

double isolation_average_path(size_t count)
{
    const double euler = 0.57721566490153286;
    double n = (double)count;

    if (count < 2)
        return 0.0;
    if (count == 2)
        return 1.0;
    return 2.0 * (log(n - 1.0) + euler) - 2.0 * (n - 1.0) / n;
}

static uint32_t add_nodes(struct isolation_forest *forest, uint32_t count)
{
    uint32_t first = (uint32_t)forest->node_count;

    for (uint32_t i = 0; i < count; i++) {
        forest->nodes = memory_grow(forest->nodes, forest->node_count, &forest->node_capacity,
                                    sizeof *forest->nodes);
        forest->nodes[forest->node_count++] = (struct node){.dimension = LEAF};
    }
    return first;
}

/* A cut between the rows' least and greatest value in a dimension in which they
 * differ, both at random. False when they are all alike. */
static bool choose_cut(const struct growth *growth, const uint32_t *members, size_t count,
                       int32_t *ret_dimension, float *ret_cut)
{
    uint32_t *order = growth->dimension_order;

    for (size_t left = growth->dimensions; left > 0; left--) {
        size_t pick = random_below(growth->random, left);
        uint32_t dimension = order[pick];
        float least = INFINITY, greatest = -INFINITY;

        order[pick] = order[left - 1];
        order[left - 1] = dimension;
        for (size_t i = 0; i < count; i++) {
            float value = growth->rows[members[i] * growth->dimensions + dimension];
            least = fminf(least, value);
            greatest = fmaxf(greatest, value);
        }
        if (least < greatest) {
            float cut = least + (float)random_share(growth->random) * (greatest - least);
            /* Rounding may give the least itself, and one side no row. */
            *ret_cut = cut > least ? cut : greatest;
            *ret_dimension = (int32_t)dimension;
            return true;
        }
    }
    return false;
}

static size_t partition(const struct growth *growth, uint32_t *members, size_t count,
                        int32_t dimension, float cut)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t member = members[i];
        if (growth->rows[member * growth->dimensions + (uint32_t)dimension] < cut) {
            members[i] = members[left];
            members[left++] = member;
        }
    }
    return left;
}

/* Recursion is as deep as the tree: 8 for 256 samples. */
static void grow(const struct growth *growth, uint32_t node, uint32_t *members, size_t count,
                 unsigned height)
{
    struct isolation_forest *forest = growth->forest;
    int32_t dimension;
    float cut;

    if (height >= growth->height_limit || count <= 1 ||
        !choose_cut(growth, members, count, &dimension, &cut)) {
        forest->nodes[node].length = (float)(height + isolation_average_path(count));
        return;
    }
    size_t left_count = partition(growth, members, count, dimension, cut);
    uint32_t left = add_nodes(forest, 2);
    forest->nodes[node] = (struct node){.dimension = dimension, .cut = cut, .left = left};
    grow(growth, left, members, left_count, height + 1);
    grow(growth, left + 1, members + left_count, count - left_count, height + 1);
}

/* The first count of a shuffle: Fisher and Yates. */
static void draw(struct random *random, uint32_t *rows, size_t row_count, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t pick = i + random_below(random, row_count - i);
        uint32_t row = rows[pick];

        rows[pick] = rows[i];
        rows[i] = row;
    }
}

static unsigned ceil_log2(size_t value)
{
    unsigned bits = 0;

    while (((size_t)1 << bits) < value)
        bits++;
    return bits;
}

struct isolation_forest *isolation_forest_new(const float *rows, size_t row_count,
                                              size_t dimensions,
                                              const struct isolation_options *options)
{
    size_t samples = options->samples < row_count ? options->samples : row_count;
    struct isolation_forest *forest = memory_new(1, sizeof *forest);
    uint32_t *members = memory_new(row_count, sizeof *members);
    struct random random = random_seeded(options->seed);
    struct growth growth = {
        .forest = forest,
        .rows = rows,
        .dimensions = dimensions,
        .dimension_order = memory_new(dimensions, sizeof *growth.dimension_order),
        .random = &random,
        .height_limit = ceil_log2(samples),
    };

    for (uint32_t i = 0; i < dimensions; i++)
        growth.dimension_order[i] = i;
    for (uint32_t i = 0; i < row_count; i++)
        members[i] = i;
    forest->roots = memory_new(options->trees, sizeof *forest->roots);
    forest->average_path = isolation_average_path(samples);
    for (; forest->tree_count < options->trees; forest->tree_count++) {
        draw(&random, members, row_count, samples);
        uint32_t root = add_nodes(forest, 1);
        forest->roots[forest->tree_count] = root;
        grow(&growth, root, members, samples, 0);
    }
    free(growth.dimension_order);
    free(members);
    return forest;
}

void isolation_forest_free(struct isolation_forest *forest)
{
    if (!forest)
        return;
    free(forest->nodes);
    free(forest->roots);
    free(forest);
}

double isolation_forest_score(const struct isolation_forest *forest, const float *row)
{
    const struct node *nodes = forest->nodes;
    double length = 0.0;

    if (forest->average_path <= 0.0)
        return 0.0;
    for (size_t tree = 0; tree < forest->tree_count; tree++) {
        const struct node *node = &nodes[forest->roots[tree]];

        while (node->dimension != LEAF)
            node = &nodes[node->left + (row[node->dimension] >= node->cut)];
        length += (double)node->length;
    }
    return exp2(-length / (double)forest->tree_count / forest->average_path);
}
