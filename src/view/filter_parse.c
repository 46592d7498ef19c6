/* SPDX-License-Identifier: MIT */
#include "view/filter_parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/options.h"
#include "view/filter_pattern.h"

enum {
    TEXT_MAX = 1024, /* of the whole filter */
    DEPTH_MAX = 32,
};

struct parser {
    struct filter *filter;
    const char *text;
    const char *at;
    unsigned depth;
    struct filter_error *error;
};

static const struct filter_node *parse_or(struct parser *parser);

/* Returns NULL, so that a parser function can end with it. */
static void *fail(struct parser *parser, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void *fail(struct parser *parser, const char *at, const char *format, ...)
{
    va_list arguments;

    parser->error->position = (size_t)(at - parser->text);
    va_start(arguments, format);
    vsnprintf(parser->error->message, sizeof parser->error->message, format, arguments);
    va_end(arguments);
    return NULL;
}

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ' || *parser->at == '\t')
        parser->at++;
}

static bool is_word_character(char c)
{
    return c && !strchr(" \t()\"=!<>~&|", c);
}

/* A keyword stands alone: "or" is not the start of "oracle". */
static bool take_keyword(struct parser *parser, const char *keyword, const char *symbol)
{
    size_t length = strlen(keyword);

    skip_blanks(parser);
    if (strncmp(parser->at, symbol, strlen(symbol)) == 0) {
        parser->at += strlen(symbol);
        return true;
    }
    if (strncasecmp(parser->at, keyword, length) != 0 || is_word_character(parser->at[length]))
        return false;
    parser->at += length;
    return true;
}

static const char *take_quoted(struct parser *parser)
{
    const char *start = parser->at++;
    char *text = arena_alloc(&parser->filter->arena, 1, 1, strlen(start));
    size_t length = 0;

    while (*parser->at && *parser->at != '"') {
        if (*parser->at == '\\' && (parser->at[1] == '"' || parser->at[1] == '\\'))
            parser->at++;
        text[length++] = *parser->at++;
    }
    if (*parser->at != '"')
        return fail(parser, start, "this quote is not closed");
    parser->at++;
    return text;
}

/* What is compared with: quoted, or everything up to a blank or to a ")" that
 * the value itself did not open: exe~^/(tmp|opt) needs no quotes. */
static const char *take_value(struct parser *parser)
{
    skip_blanks(parser);
    if (*parser->at == '"')
        return take_quoted(parser);

    const char *start = parser->at;
    unsigned open = 0;
    for (; *parser->at && !strchr(" \t", *parser->at); parser->at++) {
        if (*parser->at == ')' && open == 0)
            break;
        open += *parser->at == '(';
        open -= *parser->at == ')';
    }
    if (parser->at == start)
        return fail(parser, start, "a value is missing here");
    return arena_copy(&parser->filter->arena, (struct span){start, parser->at});
}

static bool take_comparison(struct parser *parser, enum filter_comparison *ret_comparison)
{
    /* Longer ones first. */
    static const struct {
        const char *text;
        enum filter_comparison comparison;
    } operators[] = {
        {"==", FILTER_EQUAL        },
        {"!=", FILTER_NOT_EQUAL    },
        {"!~", FILTER_NOT_LIKE     },
        {"<=", FILTER_LESS_EQUAL   },
        {">=", FILTER_GREATER_EQUAL},
        {"=",  FILTER_EQUAL        },
        {"~",  FILTER_LIKE         },
        {"<",  FILTER_LESS         },
        {">",  FILTER_GREATER      },
    };

    skip_blanks(parser);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t length = strlen(operators[i].text);
        if (strncmp(parser->at, operators[i].text, length) == 0) {
            parser->at += length;
            *ret_comparison = operators[i].comparison;
            return true;
        }
    }
    return false;
}

/* "100M" in binary units, "90%" as 90. */
static bool parse_number(const char *text, double *ret_number)
{
    static const char units[] = "KMGT";
    size_t length = strlen(text);
    double scale = 1;
    char digits[64];

    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, text, length + 1);
    const char *unit = strchr(units, toupper((unsigned char)digits[length - 1]));
    if (unit)
        for (const char *at = units; at <= unit; at++)
            scale *= 1024;
    if (unit || digits[length - 1] == '%')
        digits[length - 1] = '\0';
    if (!options_parse_double(digits, ret_number))
        return false;
    *ret_number *= scale;
    return true;
}

static struct filter_regex *compile(struct parser *parser, const char *at, const char *pattern)
{
    struct filter_regex *regex = arena_new(&parser->filter->arena, struct filter_regex, 1);
    char reason[FILTER_PATTERN_REASON_SIZE];

    if (!filter_pattern_compile(&regex->compiled, pattern, &reason))
        return fail(parser, at, "%s", reason);
    regex->next = parser->filter->regexes;
    parser->filter->regexes = regex;
    return regex;
}

static struct filter_node *new_node(struct parser *parser, enum filter_node_kind kind)
{
    struct filter_node *node = arena_new(&parser->filter->arena, struct filter_node, 1);

    node->kind = kind;
    return node;
}

static bool is_regex_comparison(enum filter_comparison comparison)
{
    return comparison == FILTER_LIKE || comparison == FILTER_NOT_LIKE;
}

static const struct filter_node *parse_comparison(struct parser *parser, const char *field_at,
                                                  const char *field,
                                                  enum filter_comparison comparison)
{
    struct filter_node *node = new_node(parser, FILTER_COMPARE);

    node->comparison = comparison;
    if (strcmp(field, "reason") != 0) {
        node->column = column_find(field);
        if (!node->column)
            return fail(parser, field_at, "there is no column \"%.40s\"", field);
    }

    skip_blanks(parser);
    const char *value_at = parser->at;
    node->text = take_value(parser);
    if (!node->text)
        return NULL;
    if (is_regex_comparison(comparison)) {
        node->regex = compile(parser, value_at, node->text);
        return node->regex ? node : NULL;
    }
    if (node->column && node->column->number && !parse_number(node->text, &node->number))
        return fail(parser, value_at, "\"%.40s\" is no number, and %s is one", node->text,
                    field);
    if (!node->column && comparison != FILTER_EQUAL && comparison != FILTER_NOT_EQUAL)
        return fail(parser, value_at, "a reason is compared by =, !=, ~ or !~");
    return node;
}

/* "and" or "or" where a term should stand: there is nothing to its left. */
static bool is_misplaced_keyword(const struct parser *parser)
{
    struct parser ahead = *parser;

    return take_keyword(&ahead, "and", "&&") || take_keyword(&ahead, "or", "||");
}

static const struct filter_node *parse_term(struct parser *parser)
{
    const char *start = parser->at;
    enum filter_comparison comparison;

    if (is_misplaced_keyword(parser))
        return fail(parser, start, "this does not belong here");
    if (*start == '"') {
        struct filter_node *word = new_node(parser, FILTER_WORD);
        word->text = take_quoted(parser);
        return word->text ? word : NULL;
    }
    while (is_word_character(*parser->at))
        parser->at++;
    if (parser->at == start)
        return fail(parser, start,
                    *start ? "this does not belong here" : "something is missing at the end");

    const char *word = arena_copy(&parser->filter->arena, (struct span){start, parser->at});
    if (take_comparison(parser, &comparison))
        return parse_comparison(parser, start, word, comparison);
    struct filter_node *node = new_node(parser, FILTER_WORD);
    node->text = word;
    return node;
}

static const struct filter_node *parse_parenthesis(struct parser *parser)
{
    const char *start = parser->at++;
    const struct filter_node *inside = parse_or(parser);

    if (!inside)
        return NULL;
    skip_blanks(parser);
    if (*parser->at != ')')
        return fail(parser, start, "this parenthesis is not closed");
    parser->at++;
    return inside;
}

static const struct filter_node *parse_unary(struct parser *parser)
{
    const struct filter_node *result;

    if (parser->depth == DEPTH_MAX)
        return fail(parser, parser->at, "this is nested too deeply");
    parser->depth++;
    if (take_keyword(parser, "not", "!")) {
        struct filter_node *node = new_node(parser, FILTER_NOT);
        node->left = parse_unary(parser);
        result = node->left ? node : NULL;
    } else if (*parser->at == '(') {
        result = parse_parenthesis(parser);
    } else {
        result = parse_term(parser);
    }
    parser->depth--;
    return result;
}

static const struct filter_node *join(struct parser *parser, enum filter_node_kind kind,
                                      const struct filter_node *left,
                                      const struct filter_node *right)
{
    struct filter_node *node = new_node(parser, kind);

    node->left = left;
    node->right = right;
    return right ? node : NULL;
}

/* At the end, at ")" and before "or" nothing more is to be joined by "and". */
static bool is_end_of_and(struct parser *parser)
{
    struct parser ahead = *parser;

    skip_blanks(&ahead);
    return *ahead.at == '\0' || *ahead.at == ')' || take_keyword(&ahead, "or", "||");
}

static const struct filter_node *parse_and(struct parser *parser)
{
    const struct filter_node *node = parse_unary(parser);

    while (node && !is_end_of_and(parser)) {
        take_keyword(parser, "and", "&&");
        skip_blanks(parser);
        node = join(parser, FILTER_AND, node, parse_unary(parser));
    }
    return node;
}

static const struct filter_node *parse_or(struct parser *parser)
{
    const struct filter_node *node = parse_and(parser);

    while (node && take_keyword(parser, "or", "||"))
        node = join(parser, FILTER_OR, node, parse_and(parser));
    return node;
}

bool filter_parse(struct filter *filter, const char *text, struct filter_error *ret_error)
{
    struct parser parser = {.filter = filter, .text = text, .at = text, .error = ret_error};

    if (strlen(text) > TEXT_MAX) {
        fail(&parser, text, "a filter has at most %d bytes", TEXT_MAX);
        return false;
    }
    skip_blanks(&parser);
    if (*parser.at == '\0')
        return true;
    filter->root = parse_or(&parser);
    if (!filter->root)
        return false;
    skip_blanks(&parser);
    if (*parser.at) {
        fail(&parser, parser.at, "this does not belong here");
        return false;
    }
    return true;
}
