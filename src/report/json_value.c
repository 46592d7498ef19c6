/* SPDX-License-Identifier: MIT */
#include "report/json_value.h"

#include <math.h>

#include "base/fatal.h"
#include "base/secrets.h"
#include "base/text.h"

cJSON *json_checked(cJSON *item)
{
    if (!item)
        fatal("out of memory (JSON)");
    return item;
}

cJSON *json_text(struct span text)
{
    struct strbuf safe = {0};

    text_add_printable(&safe, text, TEXT_UTF8);
    cJSON *item = json_checked(cJSON_CreateString(strbuf_string(&safe)));
    strbuf_release(&safe);
    return item;
}

void json_add_number(cJSON *object, const char *key, double value)
{
    double rounded = isfinite(value) ? round(value * 1000) / 1000 : 0;

    json_checked(cJSON_AddNumberToObject(object, key, rounded));
}

double json_timestamp(const struct report *report)
{
    return (double)report->snapshot->header->realtime_ns / 1e9;
}

cJSON *json_arguments(const struct report *report, const struct process *process)
{
    if (!process_knows(process, FACT_BIT(FACT_CMDLINE)))
        return json_checked(cJSON_CreateNull());

    cJSON *array = json_checked(cJSON_CreateArray());
    struct span arguments = snapshot_span(report->snapshot, process->cmdline), argument;
    struct strbuf masked = {0};

    if (report->masks_secrets) {
        secrets_add_masked(&masked, arguments);
        arguments = strbuf_span(&masked);
    }
    while (span_take_until(&arguments, '\0', &argument))
        cJSON_AddItemToArray(array, json_text(argument));
    strbuf_release(&masked);
    return array;
}

void json_finish(cJSON *item, bool is_indented, struct strbuf *out)
{
    char *text = is_indented ? cJSON_Print(item) : cJSON_PrintUnformatted(item);

    if (!text)
        fatal("out of memory (JSON)");
    strbuf_add_string(out, text);
    strbuf_add_char(out, '\n');
    cJSON_free(text);
    cJSON_Delete(item);
}
