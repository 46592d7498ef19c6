/* SPDX-License-Identifier: MIT */
#include "report/ecs.h"

#include <math.h>
#include <time.h>

#include "report/json_value.h"

static const char schema_version[] = "8.11.0";

/* "2026-11-24T08:40:00.250Z" */
static cJSON *time_of(double seconds)
{
    time_t whole = (time_t)floor(seconds);
    unsigned thousandths = (unsigned)((seconds - floor(seconds)) * 1000);
    struct strbuf text = {0};
    struct tm utc = {0};
    char date[64];

    gmtime_r(&whole, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    strbuf_add_format(&text, "%s.%03uZ", date, thousandths);
    cJSON *item = json_text(strbuf_span(&text));
    strbuf_release(&text);
    return item;
}

static cJSON *add_object(cJSON *object, const char *key)
{
    return json_checked(cJSON_AddObjectToObject(object, key));
}

static void add_string(cJSON *object, const char *key, const char *value)
{
    json_checked(cJSON_AddStringToObject(object, key, value));
}

/* Unknown or empty: left out, as the schema wants it. */
static void add_text(cJSON *object, const char *key, const struct row *row,
                     struct text_ref text, enum fact fact)
{
    if (text.length > 0 && process_knows(row->process, FACT_BIT(fact)))
        cJSON_AddItemToObject(object, key, json_text(snapshot_span(row->snapshot, text)));
}

static void add_event(cJSON *document, const struct verdict *verdict)
{
    cJSON *event = add_object(document, "event");
    cJSON *category = json_checked(cJSON_AddArrayToObject(event, "category"));
    cJSON *type = json_checked(cJSON_AddArrayToObject(event, "type"));

    add_string(event, "kind", verdict->is_flagged ? "alert" : "state");
    add_string(event, "module", "procwatch");
    add_string(event, "dataset", "procwatch.process");
    cJSON_AddItemToArray(category, json_checked(cJSON_CreateString("process")));
    cJSON_AddItemToArray(type, json_checked(cJSON_CreateString("info")));
    json_add_number(event, "risk_score", verdict->total_score);
    json_add_number(event, "severity", verdict->severity);
}

static void add_command_line(cJSON *object, const struct report *report, const struct row *row)
{
    cJSON *arguments = json_arguments(report, row->process);
    const cJSON *argument;
    struct strbuf line = {0};

    cJSON_ArrayForEach(argument, arguments)
    {
        if (line.length > 0)
            strbuf_add_char(&line, ' ');
        strbuf_add_string(&line, argument->valuestring);
    }
    if (cJSON_IsArray(arguments)) {
        add_string(object, "command_line", strbuf_string(&line));
        json_add_number(object, "args_count", cJSON_GetArraySize(arguments));
        cJSON_AddItemToObject(object, "args", arguments);
    } else {
        cJSON_Delete(arguments);
    }
    strbuf_release(&line);
}

static void add_process(cJSON *document, const struct report *report, const struct row *row)
{
    const struct process *process = row->process;
    cJSON *object = add_object(document, "process");
    char digest[SHA256_TEXT_SIZE];

    json_add_number(object, "pid", process->pid);
    add_text(object, "name", row, process->comm, FACT_STAT);
    add_text(object, "executable", row, process->exe, FACT_EXE);
    add_text(object, "working_directory", row, process->cwd, FACT_CWD);
    add_command_line(object, report, row);
    if (process_knows(process, FACT_BIT(FACT_STAT))) {
        cJSON *parent = add_object(object, "parent");
        json_add_number(parent, "pid", process->ppid);
        add_text(parent, "name", row, row_parent_name(row), FACT_STAT);
        cJSON_AddItemToObject(
            object, "start",
            time_of(json_timestamp(report) - snapshot_age(report->snapshot, process)));
    }
    if (process->facts[FACT_SHA256] == FACT_KNOWN) {
        sha256_text(&process->sha256, &digest);
        add_string(add_object(object, "hash"), "sha256", digest);
    }
}

static void add_user(cJSON *document, const struct row *row)
{
    struct strbuf id = {0};

    if (!process_knows(row->process, FACT_BIT(FACT_STATUS)))
        return;
    cJSON *user = add_object(document, "user");
    strbuf_add_format(&id, "%u", row->process->uid[ID_EFFECTIVE]);
    add_string(user, "id", strbuf_string(&id));
    add_text(user, "name", row, row->process->user, FACT_STATUS);
    strbuf_release(&id);
}

/* What the schema has no field for, and the sentence that stands for all. */
static void add_verdict(cJSON *document, const struct row *row)
{
    const struct verdict *verdict = row->verdict;
    cJSON *own = add_object(document, "procwatch");
    cJSON *reasons = json_checked(cJSON_AddArrayToObject(own, "reasons"));
    struct strbuf message = {0};

    json_add_number(own, "total_score", verdict->total_score);
    json_add_number(own, "heuristic_score", verdict->heuristic_score);
    json_add_number(own, "ml_score", verdict->ml_score);
    json_checked(cJSON_AddBoolToObject(own, "flagged", verdict->is_flagged));
    strbuf_add_format(&message, "score %.1f", verdict->total_score);
    for (uint32_t i = 0; i < verdict->reason_count; i++) {
        const struct reason *reason = &row_reasons(row)[i];

        if (reason->strength <= 0)
            continue;
        cJSON *item = json_checked(cJSON_CreateObject());
        cJSON_AddItemToArray(reasons, item);
        add_string(item, "key", reason->heuristic->key);
        json_add_number(item, "score", reason->score);
        cJSON_AddItemToObject(
            item, "evidence",
            json_text(span_of_string(reason->evidence ? reason->evidence : "")));
        strbuf_add_format(&message, "%s %s", i == 0 ? ":" : ",", reason->heuristic->key);
    }
    add_string(document, "message", strbuf_string(&message));
    strbuf_release(&message);
}

static cJSON *event_of(const struct report *report, uint32_t index)
{
    struct row row =
        view_row(report->snapshot, report->relations, report->scores, index, TEXT_UTF8);
    cJSON *document = json_checked(cJSON_CreateObject());

    cJSON_AddItemToObject(document, "@timestamp", time_of(json_timestamp(report)));
    add_string(add_object(document, "ecs"), "version", schema_version);
    add_event(document, row.verdict);
    cJSON_AddItemToObject(
        add_object(document, "host"), "name",
        json_text(snapshot_span(report->snapshot, report->snapshot->header->host)));
    add_process(document, report, &row);
    add_user(document, &row);
    add_verdict(document, &row);
    return document;
}

void ecs_add_lines(const struct report *report, struct strbuf *out)
{
    struct report masked = *report;

    masked.masks_secrets = true;
    for (size_t i = 0; i < report->view->count; i++)
        json_finish(event_of(&masked, report->view->rows[i]), false, out);
}
