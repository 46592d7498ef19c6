/* SPDX-License-Identifier: MIT */
#include "view/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "view/filter_parse.h"
#include "view/history.h"

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

/* What is asked: a row, or what was last seen of a process that ended. */
struct asked {
    const struct row *row;
    const struct history_ended *ended; /* or NULL */
};

static uint32_t count_reasons(const struct asked *asked)
{
    return asked->ended ? asked->ended->reason_count : asked->row->verdict->reason_count;
}

/* NULL when it does not count. */
static const char *reason_at(const struct asked *asked, uint32_t index)
{
    if (asked->ended)
        return asked->ended->reasons[index]->key;
    const struct reason *reason = &row_reasons(asked->row)[index];
    return reason->score > 0 ? reason->heuristic->key : NULL;
}

/* "reason=x": some reason that counts is x. "reason!=x": none is. */
static bool reasons_hold(const struct filter_node *node, const struct asked *asked)
{
    bool is_negative =
        node->comparison == FILTER_NOT_EQUAL || node->comparison == FILTER_NOT_LIKE;

    for (uint32_t i = 0; i < count_reasons(asked); i++) {
        const char *key = reason_at(asked, i);

        if (key && text_holds(node, key) != is_negative)
            return !is_negative;
    }
    return is_negative;
}

static bool is_known(const struct asked *asked, const struct column *column)
{
    return asked->ended ? history_cell(asked->ended, column)->is_known
                        : column_is_known(column, asked->row);
}

static double number_of(const struct asked *asked, const struct column *column)
{
    return asked->ended ? history_cell(asked->ended, column)->number
                        : column->number(asked->row);
}

static void add_cell(const struct asked *asked, const struct column *column, struct strbuf *out)
{
    if (asked->ended)
        strbuf_add_span(out, strbuf_span(&history_cell(asked->ended, column)->text));
    else
        column_format(column, asked->row, out);
}

static bool comparison_holds(const struct filter_node *node, const struct asked *asked)
{
    if (!node->column)
        return reasons_hold(node, asked);
    if (!is_known(asked, node->column))
        return false;
    if (node->column->number && !node->regex)
        return number_holds(node, number_of(asked, node->column));

    struct strbuf cell = {0};
    add_cell(asked, node->column, &cell);
    strbuf_truncate(&cell, cell.length < MATCHED_TEXT_MAX ? cell.length : MATCHED_TEXT_MAX);
    bool is_match = text_holds(node, strbuf_string(&cell));
    strbuf_release(&cell);
    return is_match;
}

/* No deeper than the parser's limit, except along "and" and "or" chains, whose
 * length the limit of the filter's text bounds. */
static bool node_matches(const struct filter_node *node, const struct asked *asked)
{
    switch (node->kind) {
    case FILTER_AND:
        return node_matches(node->left, asked) && node_matches(node->right, asked);
    case FILTER_OR:
        return node_matches(node->left, asked) || node_matches(node->right, asked);
    case FILTER_NOT:
        return !node_matches(node->left, asked);
    case FILTER_WORD:
        return asked->ended ? history_contains(asked->ended, node->text)
                            : row_contains(asked->row, node->text);
    case FILTER_COMPARE:
        return comparison_holds(node, asked);
    }
    return false;
}

bool filter_matches(const struct filter *filter, const struct row *row)
{
    const struct asked asked = {.row = row};

    return !filter->root || node_matches(filter->root, &asked);
}

bool filter_matches_ended(const struct filter *filter, const struct history_ended *ended)
{
    const struct asked asked = {.ended = ended};

    return !filter->root || node_matches(filter->root, &asked);
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
