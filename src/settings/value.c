/* SPDX-License-Identifier: MIT */
/* Values of settings: from text, to text, compared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/options.h"
#include "settings/quote.h"
#include "settings/schema.h"

static void *member_of(const struct setting *setting, struct settings *settings)
{
    return (char *)settings + setting->offset;
}

static const void *const_member_of(const struct setting *setting,
                                   const struct settings *settings)
{
    return (const char *)settings + setting->offset;
}

static void add_range(const struct setting *setting, struct strbuf *error)
{
    strbuf_add_string(error, "write ");
    quote_add_number(error, setting->min, setting->kind == SETTING_NUMBER);
    strbuf_add_string(error, " to ");
    quote_add_number(error, setting->max, setting->kind == SETTING_NUMBER);
}

/* "010" is 8 to YAML 1.1 and 10 to 1.2. */
static bool is_octal_to_some(const char *text)
{
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

static bool apply_number(const struct setting *setting, struct settings *settings,
                         const char *text, bool is_quoted, struct strbuf *error)
{
    double value;
    bool is_number = !is_octal_to_some(text) && options_parse_double(text, &value);

    if (is_number && is_quoted) {
        strbuf_add_format(error, "%s is a number: write %s without quotes", setting->path,
                          text);
        return false;
    }
    if (is_number && setting->kind == SETTING_COUNT && value > trunc(value))
        is_number = false;
    if (!is_number || value < setting->min || value > setting->max) {
        strbuf_add_format(error, "%s: \"%s\" is %s: ", setting->path, text,
                          is_number                        ? "out of range"
                          : setting->kind == SETTING_COUNT ? "not a whole number"
                                                           : "not a number");
        add_range(setting, error);
        return false;
    }
    if (setting->kind == SETTING_COUNT)
        *(unsigned *)member_of(setting, settings) = (unsigned)value;
    else
        *(double *)member_of(setting, settings) = value;
    return true;
}

static bool apply_ports(const struct setting *setting, struct settings *settings,
                        const char *text, struct strbuf *error)
{
    struct port_set *ports = memory_new(1, sizeof *ports);
    struct span wrong;
    bool is_good = port_set_parse(ports, text, &wrong);

    if (is_good) {
        *(struct port_set *)member_of(setting, settings) = *ports;
    } else {
        strbuf_add_format(error, "%s: \"", setting->path);
        strbuf_add_span(error, wrong);
        strbuf_add_string(error, "\" is neither a port (1-65535) nor an ascending range: "
                                 "write \"22,80,9000-9010\"");
    }
    free(ports);
    return is_good;
}

static bool apply_choice(const struct setting *setting, struct settings *settings,
                         const char *text, struct strbuf *error)
{
    for (unsigned i = 0; setting->choices[i]; i++)
        if (strcasecmp(text, setting->choices[i]) == 0) {
            *(unsigned *)member_of(setting, settings) = i;
            return true;
        }
    strbuf_add_format(error, "%s: \"%s\" is not known: write %s or %s", setting->path, text,
                      setting->choices[0], setting->choices[1]);
    return false;
}

static bool apply_entry(const struct setting *setting, struct settings *settings,
                        const char *text, struct strbuf *error)
{
    if (settings->scoring.whitelist.count >= SETTING_MAX_ENTRIES) {
        strbuf_add_format(error, "%s: more than %d entries in the whitelist: use patterns",
                          setting->path, SETTING_MAX_ENTRIES);
        return false;
    }
    const char *wrong = whitelist_add(&settings->scoring.whitelist, setting->list, text);

    if (wrong)
        strbuf_add_format(error, "%s: \"%s\": %s", setting->path, text, wrong);
    return !wrong;
}

bool setting_apply(const struct setting *setting, struct settings *settings, const char *text,
                   bool is_quoted, struct strbuf *error)
{
    switch (setting->kind) {
    case SETTING_NUMBER:
    case SETTING_POINTS:
    case SETTING_COUNT:
        return apply_number(setting, settings, text, is_quoted, error);
    case SETTING_PORTS:
        return apply_ports(setting, settings, text, error);
    case SETTING_CHOICE:
        return apply_choice(setting, settings, text, error);
    case SETTING_LIST:
        return apply_entry(setting, settings, text, error);
    case SETTING_TEXT: {
        char **member = member_of(setting, settings);

        free(*member);
        *member = *text ? memory_copy_string(text) : NULL;
        return true;
    }
    }
    return false;
}

bool setting_list_remove(const struct setting *setting, struct settings *settings,
                         const char *text)
{
    struct whitelist *whitelist = &settings->scoring.whitelist;

    if (text)
        return whitelist_remove(whitelist, setting->list, text);
    for (size_t i = whitelist->count; i-- > 0;)
        if (whitelist->entries[i].kind == setting->list) {
            char *copy = memory_copy_string(whitelist->entries[i].text);

            whitelist_remove(whitelist, setting->list, copy);
            free(copy);
        }
    return true;
}

static void format_list(const struct setting *setting, const struct settings *settings,
                        struct strbuf *out)
{
    const struct whitelist *whitelist = &settings->scoring.whitelist;
    const char *separator = "";

    strbuf_add_char(out, '[');
    for (size_t i = 0; i < whitelist->count; i++) {
        if (whitelist->entries[i].kind != setting->list)
            continue;
        strbuf_add_string(out, separator);
        quote_add(out, whitelist->entries[i].text, YAML_PLAIN);
        separator = ", ";
    }
    strbuf_add_char(out, ']');
}

void setting_format(const struct setting *setting, const struct settings *settings,
                    struct strbuf *out)
{
    const void *member = const_member_of(setting, settings);
    struct strbuf ports = {0};

    switch (setting->kind) {
    case SETTING_NUMBER:
    case SETTING_POINTS:
        quote_add_number(out, *(const double *)member, setting->kind == SETTING_NUMBER);
        break;
    case SETTING_COUNT:
        strbuf_add_format(out, "%u", *(const unsigned *)member);
        break;
    case SETTING_PORTS:
        port_set_format(member, &ports);
        quote_add(out, strbuf_string(&ports), YAML_DOUBLE_QUOTED);
        strbuf_release(&ports);
        break;
    case SETTING_CHOICE:
        strbuf_add_string(out, setting->choices[*(const unsigned *)member]);
        break;
    case SETTING_TEXT: {
        const char *text = *(char *const *)member;

        quote_add(out, text ? text : "", YAML_PLAIN);
        break;
    }
    case SETTING_LIST:
        format_list(setting, settings, out);
        break;
    }
}

void setting_format_default(const struct setting *setting, struct strbuf *out)
{
    struct settings settings;

    settings_init(&settings);
    setting_format(setting, &settings, out);
    settings_release(&settings);
}

bool setting_equals(const struct setting *setting, const struct settings *a,
                    const struct settings *b)
{
    struct strbuf left = {0}, right = {0};

    setting_format(setting, a, &left);
    setting_format(setting, b, &right);
    bool is_equal = strcmp(strbuf_string(&left), strbuf_string(&right)) == 0;
    strbuf_release(&left);
    strbuf_release(&right);
    return is_equal;
}
