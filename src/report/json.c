/* SPDX-License-Identifier: MIT */
#include "report/json.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/json_value.h"

static void add_text(cJSON *object, const char *key, const struct row *row,
                     struct text_ref text, fact_mask needs)
{
    bool is_known = process_knows(row->process, needs);

    cJSON_AddItemToObject(object, key,
                          is_known ? json_text(snapshot_span(row->snapshot, text))
                                   : json_checked(cJSON_CreateNull()));
}

static void add_known_number(cJSON *object, const char *key, const struct row *row,
                             double value, fact_mask needs)
{
    if (process_knows(row->process, needs))
        json_add_number(object, key, value);
    else
        json_checked(cJSON_AddNullToObject(object, key));
}

static int compare_ports(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void add_connections(cJSON *object, const struct row *row)
{
    if (!process_knows(row->process, FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS))) {
        json_checked(cJSON_AddNullToObject(object, "conns_outbound"));
        json_checked(cJSON_AddNullToObject(object, "remote_ports"));
        return;
    }
    uint32_t held;
    const struct connection *connections =
        relations_connections(row->relations, row->process, &held);
    uint16_t *ports = memory_new(held, sizeof *ports);
    size_t count = 0;

    for (uint32_t i = 0; i < held; i++) {
        const struct socket *socket = &row->snapshot->sockets[connections[i].socket];
        if (socket->flags & SOCKET_IS_OUTBOUND)
            ports[count++] = socket->remote_port;
    }
    qsort(ports, count, sizeof *ports, compare_ports);
    json_add_number(object, "conns_outbound", (double)row_outbound_count(row));
    cJSON *array = json_checked(cJSON_AddArrayToObject(object, "remote_ports"));
    for (size_t i = 0; i < count; i++)
        if (i == 0 || ports[i] != ports[i - 1])
            cJSON_AddItemToArray(array, json_checked(cJSON_CreateNumber(ports[i])));
    free(ports);
}

static void add_sha256(cJSON *object, const struct row *row)
{
    char text[SHA256_TEXT_SIZE];

    if (row->process->facts[FACT_SHA256] != FACT_KNOWN) {
        json_checked(cJSON_AddNullToObject(object, "sha256"));
        return;
    }
    sha256_text(&row->process->sha256, &text);
    json_checked(cJSON_AddStringToObject(object, "sha256", text));
}

static void add_reasons(cJSON *object, const struct report *report, const struct row *row)
{
    cJSON *array = json_checked(cJSON_AddArrayToObject(object, "reasons"));
    const struct reason *reasons = row_reasons(row);
    struct strbuf sentence = {0};

    for (uint32_t i = 0; i < row->verdict->reason_count; i++) {
        const struct reason *reason = &reasons[i];
        const char *evidence = reason->evidence ? reason->evidence : "";

        if (reason->strength <= 0 && !report->with_excused)
            continue;
        cJSON *item = json_checked(cJSON_CreateObject());
        cJSON_AddItemToArray(array, item);
        strbuf_clear(&sentence);
        format_reason(row, reason, &sentence);
        json_checked(cJSON_AddStringToObject(item, "key", reason->heuristic->key));
        json_add_number(item, "weight", reason->weight);
        json_add_number(item, "score", reason->score);
        json_checked(cJSON_AddStringToObject(item, "reason", strbuf_string(&sentence)));
        cJSON_AddItemToObject(item, "evidence", json_text(span_of_string(evidence)));
        json_checked(cJSON_AddBoolToObject(item, "whitelisted", reason->is_whitelisted));
        if (reason->rule)
            cJSON_AddItemToObject(item, "rule", json_text(span_of_string(reason->rule)));
    }
    strbuf_release(&sentence);
}

/* What the model found strange: [{"feature","score","reason"}]. */
static void add_model_reasons(cJSON *object, const struct report *report, uint32_t process)
{
    cJSON *array = json_checked(cJSON_AddArrayToObject(object, "ml_reasons"));
    struct anomaly_reason reasons[ANOMALY_REASONS_MAX];
    struct strbuf sentence = {0};
    size_t count = 0;

    if (report->anomaly && report->scores->verdicts[process].ml_score > 0)
        count = anomaly_explain(report->anomaly, report->snapshot, report->relations, process,
                                &reasons);
    for (size_t i = 0; i < count; i++) {
        cJSON *item = json_checked(cJSON_CreateObject());

        cJSON_AddItemToArray(array, item);
        strbuf_clear(&sentence);
        anomaly_reason_format(&reasons[i], &sentence);
        json_checked(cJSON_AddStringToObject(item, "feature", anomaly_reason_key(&reasons[i])));
        json_add_number(item, "score", reasons[i].share);
        json_checked(cJSON_AddStringToObject(item, "reason", strbuf_string(&sentence)));
    }
    strbuf_release(&sentence);
}

/* Which heuristics could not answer, and the facts that failed them. */
static void add_unknown(cJSON *object, const struct report *report, uint32_t process)
{
    const struct assessment *assessment = report->assessment;
    const struct heuristic_set *set = &assessment->processes[process].not_assessed;
    const uint8_t *facts = report->snapshot->processes[process].facts;
    cJSON *keys = json_checked(cJSON_AddArrayToObject(object, "not_assessed"));
    cJSON *states = json_checked(cJSON_AddObjectToObject(object, "unknown_facts"));

    for (uint32_t i = 0; i < assessment->catalogue_count; i++)
        if (heuristic_set_has(set, i))
            cJSON_AddItemToArray(
                keys, json_checked(cJSON_CreateString(assessment->catalogue[i]->key)));
    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        if (facts[fact] != FACT_KNOWN && facts[fact] != FACT_NOT_ASKED)
            json_checked(
                cJSON_AddStringToObject(states, fact_name(fact), fact_state_name(facts[fact])));
}

/* Name and parent stand in stat and in status, which no process can make hang. */
static fact_mask naming_fact(const struct process *process)
{
    return FACT_BIT(process->facts[FACT_STATUS] == FACT_KNOWN ? FACT_STATUS : FACT_STAT);
}

cJSON *json_process(const struct report *report, uint32_t index)
{
    struct row row =
        view_row(report->snapshot, report->relations, report->scores, index, TEXT_UTF8);
    const struct process *process = row.process;
    const struct verdict *verdict = row.verdict;
    cJSON *object = json_checked(cJSON_CreateObject());
    const char state[] = {process->state, '\0'};

    json_add_number(object, "pid", process->pid);
    add_known_number(object, "ppid", &row, process->ppid, naming_fact(process));
    add_text(object, "name", &row, process->comm, naming_fact(process));
    add_text(object, "parent_name", &row, row_parent_name(&row), naming_fact(process));
    add_text(object, "user", &row, process->user, FACT_BIT(FACT_STATUS));
    add_known_number(object, "uid", &row, process->uid[ID_EFFECTIVE], FACT_BIT(FACT_STATUS));
    add_text(object, "exe", &row, process->exe, FACT_BIT(FACT_EXE));
    add_text(object, "cwd", &row, process->cwd, FACT_BIT(FACT_CWD));
    cJSON_AddItemToObject(object, "cmdline", json_arguments(report, process));
    json_add_number(object, "starttime", (double)process->starttime);
    cJSON_AddItemToObject(object, "state", json_text(span_of_string(state)));
    add_known_number(object, "cpu_pct", &row, (double)process->cpu_percent, FACT_BIT(FACT_CPU));
    add_connections(object, &row);
    add_sha256(object, &row);
    json_add_number(object, "heuristic_score", verdict->heuristic_score);
    json_add_number(object, "ml_score", verdict->ml_score);
    json_add_number(object, "total_score", verdict->total_score);
    json_checked(cJSON_AddBoolToObject(object, "flagged", verdict->is_flagged));
    cJSON_AddItemToObject(object, "whitelist_entry",
                          verdict->whitelist_entry
                              ? json_text(span_of_string(verdict->whitelist_entry))
                              : json_checked(cJSON_CreateNull()));
    add_reasons(object, report, &row);
    add_model_reasons(object, report, index);
    add_unknown(object, report, index);
    json_add_number(object, "timestamp", json_timestamp(report));
    return object;
}

static cJSON *process_array(const struct report *report)
{
    cJSON *array = json_checked(cJSON_CreateArray());

    for (size_t i = 0; i < report->view->count; i++)
        cJSON_AddItemToArray(array, json_process(report, report->view->rows[i]));
    return array;
}

static void add_problem_texts(cJSON *document, const struct report *report)
{
    cJSON *array = json_checked(cJSON_AddArrayToObject(document, "problems"));
    struct problems problems = {0};

    report_add_problems(report, &problems);
    for (size_t i = 0; i < problems.count; i++)
        cJSON_AddItemToArray(array, json_text(span_of_string(problems.items[i].message)));
    problems_release(&problems);
}

static void fill_stats(cJSON *stats, const struct report *report)
{
    json_add_number(stats, "total_processes", (double)report->snapshot->process_count);
    json_add_number(stats, "suspicious_count", report->scores->flagged_count);
    if (report->snapshot->header->flags & SNAPSHOT_COUNTS_SHORT_LIVED)
        json_add_number(stats, "short_lived", report->snapshot->header->counts.short_lived);
    if (report->snapshot->header->flags & SNAPSHOT_ESTIMATES_SHORT_LIVED)
        json_add_number(stats, "short_lived_estimate",
                        report->snapshot->header->counts.short_lived);
    json_add_number(stats, "min_score_threshold", report->min_score);
    json_checked(cJSON_AddBoolToObject(stats, "ml_model_loaded", report->model != NULL));
    cJSON_AddItemToObject(stats, "ml_model",
                          report->model ? json_text(span_of_string(report->model))
                                        : json_checked(cJSON_CreateNull()));
}

static cJSON *add_host_finding(cJSON *array, const char *key)
{
    cJSON *item = json_checked(cJSON_CreateObject());

    cJSON_AddItemToArray(array, item);
    json_checked(cJSON_AddStringToObject(item, "key", key));
    return item;
}

static void add_host_text(cJSON *array, const char *key, const struct report *report,
                          struct text_ref text)
{
    if (text.length > 0)
        cJSON_AddItemToObject(add_host_finding(array, key), "evidence",
                              json_text(snapshot_span(report->snapshot, text)));
}

/* What is wrong with the machine and not with one process of the list. */
static void add_host_findings(cJSON *document, const struct report *report)
{
    static const char *const keys[HIDDEN_HOW_COUNT] = {
        [HIDDEN_UNLISTED] = "hidden_pid",
        [HIDDEN_MOUNTED_OVER] = "proc_mount",
    };
    const struct snapshot *snapshot = report->snapshot;
    cJSON *array = json_checked(cJSON_AddArrayToObject(document, "host_findings"));

    for (size_t i = 0; i < snapshot->hidden_count; i++) {
        const struct hidden_process *hidden = &snapshot->hidden[i];

        if (hidden->sightings < REPORT_HIDDEN_SIGHTINGS)
            continue;
        cJSON *item = add_host_finding(array, keys[hidden->how]);
        json_add_number(item, "pid", hidden->pid);
        cJSON_AddItemToObject(item, "evidence",
                              json_text(snapshot_span(snapshot, hidden->evidence)));
    }
    add_host_text(array, "ld_so_preload", report, snapshot->header->ld_so_preload);
    add_host_text(array, "own_preload", report, snapshot->header->own_preload);
}

void json_add_document(const struct report *report, struct strbuf *out)
{
    const struct snapshot *snapshot = report->snapshot;
    cJSON *document = json_checked(cJSON_CreateObject());

    json_add_number(document, "schema", JSON_SCHEMA);
    json_add_number(document, "timestamp", json_timestamp(report));
    cJSON_AddItemToObject(document, "host",
                          json_text(snapshot_span(snapshot, snapshot->header->host)));
    json_checked(cJSON_AddBoolToObject(document, "complete", report_is_complete(report)));
    add_problem_texts(document, report);
    add_host_findings(document, report);
    fill_stats(json_checked(cJSON_AddObjectToObject(document, "stats")), report);
    cJSON_AddItemToObject(document, "processes", process_array(report));
    json_finish(document, !report->is_compact, out);
}

void json_add_array(const struct report *report, struct strbuf *out)
{
    json_finish(process_array(report), !report->is_compact, out);
}

void json_add_lines(const struct report *report, struct strbuf *out)
{
    for (size_t i = 0; i < report->view->count; i++)
        json_finish(json_process(report, report->view->rows[i]), false, out);
}

void json_add_stats(const struct report *report, struct strbuf *out)
{
    const struct snapshot_header *header = report->snapshot->header;
    cJSON *stats = json_checked(cJSON_CreateObject());

    fill_stats(stats, report);
    json_add_number(stats, "whitelisted_count", report->scores->whitelisted_count);
    json_add_number(stats, "max_score", report->scores->max_score);
    json_add_number(stats, "gather_seconds", (double)header->gather_wall_us / 1e6);
    json_add_number(stats, "gather_cpu_seconds", (double)header->gather_cpu_us / 1e6);
    json_add_number(stats, "processes_read", header->counts.reads);
    json_add_number(stats, "sweep_reads", header->counts.sweep_reads);
    json_add_number(stats, "sweep_disagreements", header->counts.sweep_disagreements);
    json_add_number(stats, "timestamp", json_timestamp(report));
    json_checked(cJSON_AddBoolToObject(stats, "complete", report_is_complete(report)));
    json_finish(stats, true, out);
}

void json_add_error(const char *message, struct strbuf *out)
{
    cJSON *object = json_checked(cJSON_CreateObject());

    cJSON_AddItemToObject(object, "error", json_text(span_of_string(message)));
    json_finish(object, true, out);
}

void json_add_process(const struct report *report, uint32_t process, struct strbuf *out)
{
    json_finish(json_process(report, process), true, out);
}
