/* SPDX-License-Identifier: MIT */
#include "view/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "view/filter_parse.h"
#include "view/row.h"

/* Of a cell, for a regular expression: time is bounded by it. */
enum { MATCHED_TEXT_MAX = 4096 };

struct filter *filter_new(const char *text, struct filter_error *ret_error)
{
    struct filter *filter = memory_new(1, sizeof *filter);

    if (!filter_parse(filter, text, ret_error)) {
        filter_free(filter);
        return NULL;
    }
    return filter;
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    for (struct filter_regex *regex = filter->regexes; regex; regex = regex->next)
        regfree(&regex->compiled);
    arena_release(&filter->arena);
    free(filter);
}

static bool holds(enum filter_comparison comparison, int order)
{
    switch (comparison) {
    case FILTER_EQUAL:
        return order == 0;
    case FILTER_NOT_EQUAL:
        return order != 0;
    case FILTER_LESS:
        return order < 0;
    case FILTER_LESS_EQUAL:
        return order <= 0;
    case FILTER_GREATER:
        return order > 0;
    case FILTER_GREATER_EQUAL:
        return order >= 0;
    case FILTER_LIKE:
    case FILTER_NOT_LIKE:
        break;
    }
    return false;
}

static bool text_holds(const struct filter_node *node, const char *text)
{
    if (!node->regex)
        return holds(node->comparison, strcmp(text, node->text));
    bool is_match = regexec(&node->regex->compiled, text, 0, NULL, 0) == 0;
    return is_match == (node->comparison == FILTER_LIKE);
}

static bool number_holds(const struct filter_node *node, double number)
{
    return holds(node->comparison, (number > node->number) - (number < node->number));
}

/* "reason=x": some reason that counts is x. "reason!=x": none is. */
static bool reasons_hold(const struct filter_node *node, const struct row *row)
{
    bool is_negative =
        node->comparison == FILTER_NOT_EQUAL || node->comparison == FILTER_NOT_LIKE;
    const struct reason *reasons = row_reasons(row);

    for (uint32_t i = 0; i < row->verdict->reason_count; i++)
        if (reasons[i].score > 0 && text_holds(node, reasons[i].heuristic->key) != is_negative)
            return !is_negative;
    return is_negative;
}

static bool comparison_holds(const struct filter_node *node, const struct row *row)
{
    if (!node->column)
        return reasons_hold(node, row);
    if (!column_is_known(node->column, row))
        return false;
    if (node->column->number && !node->regex)
        return number_holds(node, node->column->number(row));

    struct strbuf cell = {0};
    column_format(node->column, row, &cell);
    strbuf_truncate(&cell, cell.length < MATCHED_TEXT_MAX ? cell.length : MATCHED_TEXT_MAX);
    bool is_match = text_holds(node, strbuf_string(&cell));
    strbuf_release(&cell);
    return is_match;
}

/* No deeper than the parser's limit, except along "and" and "or" chains, whose
 * length the limit of the filter's text bounds. */
static bool node_matches(const struct filter_node *node, const struct row *row)
{
    switch (node->kind) {
    case FILTER_AND:
        return node_matches(node->left, row) && node_matches(node->right, row);
    case FILTER_OR:
        return node_matches(node->left, row) || node_matches(node->right, row);
    case FILTER_NOT:
        return !node_matches(node->left, row);
    case FILTER_WORD:
        return row_contains(row, node->text);
    case FILTER_COMPARE:
        return comparison_holds(node, row);
    }
    return false;
}

bool filter_matches(const struct filter *filter, const struct row *row)
{
    return !filter->root || node_matches(filter->root, row);
}

static fact_mask node_needs(const struct filter_node *node)
{
    if (!node)
        return 0;
    return node_needs(node->left) | node_needs(node->right) |
           (node->column ? node->column->needs : 0);
}

fact_mask filter_needs(const struct filter *filter)
{
    return node_needs(filter->root);
}
