/* SPDX-License-Identifier: MIT */
#include "settings/quote.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* What some YAML reads as null, a truth value, or an operator. */
static bool is_word_with_a_meaning(const char *text)
{
    static const char *const words[] = {"y",    "n",     "yes",  "no",   "on",    "off",
                                        "true", "false", "null", "~",    "=",     "<<",
                                        "nan",  ".nan",  "inf",  ".inf", "-.inf", "+.inf"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* Numbers, dates and base-60 numbers: all begin with a digit, a sign or a dot. */
static bool might_be_a_number(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    if (*text == '.')
        text++;
    return *text >= '0' && *text <= '9';
}

static bool is_plain_safe(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || text[length - 1] == ' ' || text[length - 1] == ':')
        return false;
    if (strchr(" -?:,[]{}#&*!|>'\"%@`=~<", *text))
        return false;
    if (is_word_with_a_meaning(text) || might_be_a_number(text))
        return false;
    for (const char *at = text; *at; at++) {
        /* Beyond ASCII there are line breaks and marks nobody sees. */
        if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7f)
            return false;
        if (strchr(",[]{}", *at)) /* would end it in a flow collection */
            return false;
        if (*at == ':' && (at[1] == ' ' || at[1] == '\0'))
            return false;
        if (*at == '#' && at > text && at[-1] == ' ')
            return false;
    }
    return true;
}

/* One character and its length in bytes. A byte that is no part of valid UTF-8
 * (the text may be cut off anywhere) is taken alone, as the value it has. */
static unsigned decode(struct span text, size_t *ret_length)
{
    uint32_t code;

    *ret_length = text_decode_utf8(text, &code);
    if (*ret_length > 0)
        return code;
    *ret_length = 1;
    return (unsigned char)*text.at;
}

/* May stand in double quotes as it is? U+2000-206F holds line breaks, marks of
 * direction and of no width; from U+F000 on there is more that nobody sees. */
static bool is_printable(unsigned code, size_t length)
{
    if (code < 0x80)
        return code >= 0x20 && code < 0x7f;
    return length > 1 && code >= 0xa0 && !(code >= 0x2000 && code < 0x2070) &&
           !(code >= 0xf000 && code < 0x10000);
}

bool quote_can_hold(const char *text)
{
    struct span rest = span_of_string(text);

    while (rest.at < rest.end) {
        uint32_t code;
        size_t length = text_decode_utf8(rest, &code);

        if (length == 0)
            return false;
        rest.at += length;
    }
    return true;
}

static void add_double_quoted(struct strbuf *out, const char *text)
{
    static const char named[] = "\a\b\t\n\v\f\r\033", names[] = "abtnvfre";

    struct span rest = span_of_string(text);

    strbuf_add_char(out, '"');
    while (rest.at < rest.end) {
        const char *name = strchr(named, *rest.at);
        size_t length;
        unsigned code = decode(rest, &length);

        if (*rest.at == '"' || *rest.at == '\\')
            strbuf_add_format(out, "\\%c", *rest.at);
        else if (name)
            strbuf_add_format(out, "\\%c", names[name - named]);
        else if (is_printable(code, length))
            strbuf_add(out, rest.at, length);
        else
            strbuf_add_format(out, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
        rest.at += length;
    }
    strbuf_add_char(out, '"');
}

static bool can_be_single_quoted(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
            return false;
    return true;
}

void quote_add(struct strbuf *out, const char *text, enum yaml_style style)
{
    if (style == YAML_PLAIN && is_plain_safe(text)) {
        strbuf_add_string(out, text);
    } else if (style == YAML_SINGLE_QUOTED && can_be_single_quoted(text)) {
        strbuf_add_char(out, '\'');
        for (; *text; text++) {
            strbuf_add_char(out, *text);
            if (*text == '\'')
                strbuf_add_char(out, '\'');
        }
        strbuf_add_char(out, '\'');
    } else {
        add_double_quoted(out, text);
    }
}

void quote_add_number(struct strbuf *out, double value, bool with_fraction)
{
    locale_t c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = uselocale(c_locale);
    char text[40];

    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
            break;
    }
    if (strstr(text, "e+") && value > -1e15 && value < 1e15)
        snprintf(text, sizeof text, "%.0f", value); /* 1e+01 is 10 */
    uselocale(before);
    freelocale(c_locale);
    strbuf_add_string(out, text);
    if (with_fraction && strspn(text, "-0123456789") == strlen(text))
        strbuf_add_string(out, ".0");
}
