/* SPDX-License-Identifier: MIT */
#include "report/listing.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/text.h"
#include "report/json_value.h"

void listing_init(struct listing *listing)
{
    *listing = (struct listing){.items = json_checked(cJSON_CreateArray())};
}

void listing_begin_item(struct listing *listing)
{
    listing->current = json_checked(cJSON_CreateObject());
    cJSON_AddItemToArray(listing->items, listing->current);
}

void listing_add_text(struct listing *listing, const char *key, const char *value)
{
    struct strbuf safe = {0};

    text_add_printable(&safe, span_of_string(value), TEXT_UTF8);
    json_checked(cJSON_AddStringToObject(listing->current, key, strbuf_string(&safe)));
    strbuf_release(&safe);
}

void listing_add_number(struct listing *listing, const char *key, double value)
{
    json_checked(cJSON_AddNumberToObject(listing->current, key, value));
}

static void add_value(const cJSON *member, struct strbuf *out)
{
    if (cJSON_IsNumber(member))
        strbuf_add_format(out, "%g", member->valuedouble);
    else
        strbuf_add_string(out, member->valuestring);
}

static size_t cells_of(const cJSON *member)
{
    struct strbuf value = {0};

    add_value(member, &value);
    size_t cells = text_cells(strbuf_span(&value), TEXT_UTF8);
    strbuf_release(&value);
    return cells;
}

/* The width of each key: that of its widest value. */
static void measure(const cJSON *items, size_t (*ret_widths)[LISTING_KEYS_MAX])
{
    const cJSON *item, *member;

    memset(*ret_widths, 0, sizeof *ret_widths);
    cJSON_ArrayForEach(item, items)
    {
        size_t key = 0;
        cJSON_ArrayForEach(member, item)
        {
            size_t cells = cells_of(member);
            if (key < LISTING_KEYS_MAX && cells > (*ret_widths)[key])
                (*ret_widths)[key] = cells;
            key++;
        }
    }
}

static void add_table(const cJSON *items, struct strbuf *out)
{
    size_t widths[LISTING_KEYS_MAX];
    const cJSON *item, *member;

    measure(items, &widths);
    cJSON_ArrayForEach(item, items)
    {
        size_t key = 0;
        cJSON_ArrayForEach(member, item)
        {
            add_value(member, out);
            /* Nothing behind the last one. */
            if (member->next && key < LISTING_KEYS_MAX)
                strbuf_add_repeated(out, ' ', widths[key] - cells_of(member) + 2);
            key++;
        }
        strbuf_add_char(out, '\n');
    }
}

void listing_finish(struct listing *listing, bool as_json, struct strbuf *out)
{
    if (as_json) {
        json_finish(listing->items, true, out);
    } else {
        add_table(listing->items, out);
        cJSON_Delete(listing->items);
    }
    *listing = (struct listing){0};
}
