/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "api/routes.h"

#include <stdarg.h>
#include <string.h>

#include "api/page.h"
#include "base/options.h"
#include "report/json.h"
#include "report/metrics.h"
#include "view/filter.h"

enum {
    HTTP_BAD_REQUEST = 400,
    HTTP_FORBIDDEN = 403,
    HTTP_NOT_FOUND = 404,
    HTTP_UNAVAILABLE = 503
};

static void fail(struct api_response *response, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The message may quote what the client sent: printable, and no quote ends it. */
static void fail(struct api_response *response, unsigned status, const char *format, ...)
{
    struct strbuf message = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&message, format, arguments);
    va_end(arguments);
    response->status = status;
    response->type = "application/json";
    response->serial = 0;
    strbuf_clear(&response->body);
    json_add_error(strbuf_string(&message), &response->body);
    strbuf_release(&message);
}

static struct report report_of(const struct api_state *state, const struct view *view,
                               double min_score)
{
    struct report report = refresh_report(state->refresh, view, min_score);

    report.model = state->anomaly ? state->model : NULL;
    report.masks_secrets = report.is_compact = true;
    return report;
}

/* Parameters that every list takes. False when one is wrong and was reported. */
static bool read_list_options(const struct api_request *request, struct view_options *options,
                              struct filter **ret_filter, struct api_response *response)
{
    const char *topk = request->parameter(request, "topk");
    const char *sort = request->parameter(request, "sort");
    const char *filter = request->parameter(request, "filter");
    struct filter_error error;
    unsigned long limit;

    if (topk) {
        if (!options_parse_unsigned(topk, &limit)) {
            fail(response, HTTP_BAD_REQUEST, "topk is no whole number: %s", topk);
            return false;
        }
        options->limit = limit;
    }
    if (sort) {
        options->is_reversed = *sort == '-';
        options->sort = column_find(sort + options->is_reversed);
        if (!options->sort) {
            fail(response, HTTP_BAD_REQUEST, "sort names no column: %s", sort);
            return false;
        }
    }
    if (filter) {
        *ret_filter = filter_new(filter, &error);
        if (!*ret_filter) {
            fail(response, HTTP_BAD_REQUEST, "filter, at byte %zu: %s", error.position,
                 error.message);
            return false;
        }
        options->filter = *ret_filter;
    }
    return true;
}

/* How a list is written: as an array, or with what is known of the whole scan. */
typedef void list_writer(const struct report *report, struct strbuf *out);

static void answer_list(const struct api_state *state, const struct api_request *request,
                        struct view_options *options, list_writer *write,
                        struct api_response *response)
{
    double min_score =
        options->least_score > 0 ? options->least_score : state->scoring->min_score;
    struct filter *filter = NULL;
    struct view view = {0};

    if (read_list_options(request, options, &filter, response)) {
        view_build(&view, &state->refresh->snapshot, state->refresh->relations,
                   &state->refresh->scores, options);
        struct report report = report_of(state, &view, min_score);
        response->is_incomplete = !report_is_complete(&report);
        write(&report, &response->body);
        view_release(&view);
    }
    filter_free(filter);
}

static void answer_processes(const struct api_state *state, const struct api_request *request,
                             const char *rest, struct api_response *response)
{
    struct view_options options = {0};

    (void)rest;
    answer_list(state, request, &options, json_add_array, response);
}

static void answer_flagged(const struct api_state *state, const struct api_request *request,
                           list_writer *write, struct api_response *response)
{
    struct view_options options = {.least_score = state->scoring->min_score};
    const char *min_score = request->parameter(request, "min_score");

    if (min_score && !options_parse_double(min_score, &options.least_score)) {
        fail(response, HTTP_BAD_REQUEST, "min_score is no number: %s", min_score);
        return;
    }
    answer_list(state, request, &options, write, response);
}

static void answer_suspicious(const struct api_state *state, const struct api_request *request,
                              const char *rest, struct api_response *response)
{
    (void)rest;
    answer_flagged(state, request, json_add_array, response);
}

static void answer_scan(const struct api_state *state, const struct api_request *request,
                        const char *rest, struct api_response *response)
{
    (void)rest;
    answer_flagged(state, request, json_add_document, response);
}

static void answer_process(const struct api_state *state, const struct api_request *request,
                           const char *rest, struct api_response *response)
{
    const struct snapshot *snapshot = &state->refresh->snapshot;
    unsigned long pid;

    (void)request;
    if (!options_parse_unsigned(rest, &pid) || pid > INT32_MAX) {
        fail(response, HTTP_BAD_REQUEST, "this is no pid: %s", rest);
        return;
    }
    const struct process *process = snapshot_find(snapshot, (int32_t)pid);
    if (!process) {
        fail(response, HTTP_NOT_FOUND, "there is no process %lu", pid);
        return;
    }
    struct report report = report_of(state, NULL, state->scoring->min_score);
    report.with_excused = true;
    json_add_explanation(&report, snapshot_index(snapshot, process), NULL, &response->body);
}

static void answer_stats(const struct api_state *state, const struct api_request *request,
                         const char *rest, struct api_response *response)
{
    struct report report = report_of(state, NULL, state->scoring->min_score);

    (void)request;
    (void)rest;
    json_add_stats(&report, &response->body);
}

static void answer_metrics(const struct api_state *state, const struct api_request *request,
                           const char *rest, struct api_response *response)
{
    struct metrics_source source = {
        .snapshot = &state->refresh->snapshot,
        .assessment = &state->refresh->assessment,
        .scores = &state->refresh->scores,
        .min_score = state->scoring->min_score,
        .config_sha256 = state->config_sha256,
        .model = state->anomaly ? anomaly_kind_name(anomaly_kind(state->anomaly)) : "none",
        .version = PACKAGE_VERSION,
    };

    (void)request;
    (void)rest;
    metrics_write(&source, &response->body);
}

static void answer_health(const struct api_state *state, const struct api_request *request,
                          const char *rest, struct api_response *response)
{
    (void)request;
    (void)rest;
    response->serial = 0;
    if (state->refresh)
        strbuf_add_string(&response->body, "ok\n");
    else
        fail(response, HTTP_UNAVAILABLE, "the first snapshot is not there yet");
}

static void answer_snapshot(const struct api_state *state, const struct api_request *request,
                            const char *rest, struct api_response *response)
{
    (void)request;
    (void)rest;
    strbuf_add(&response->body, state->refresh->block, state->refresh->block_size);
}

static void answer_page(const struct api_state *state, const struct api_request *request,
                        const char *rest, struct api_response *response)
{
    (void)state;
    (void)request;
    (void)rest;
    response->serial = 0;
    page_add_policy(&response->policy);
    strbuf_add(&response->body, page_text, page_size);
}

static void answer_openapi(const struct api_state *state, const struct api_request *request,
                           const char *rest, struct api_response *response)
{
    (void)state;
    (void)request;
    (void)rest;
    response->serial = 0;
    routes_add_openapi(&response->body);
}

/* clang-format off */
#define LIST_PARAMETERS                                                                             \
    {"topk", "integer", "At most that many processes; 0 for all."},                                 \
    {"sort", "string", "Column to sort by (procwatch list columns); a leading - reverses it."},     \
    {"filter", "string", "Filter expression, as on the screen: score>3 and exe~^/opt"}
/* clang-format on */

/* clang-format off */
const struct route api_routes[] = {
    {"/",                   answer_page,       false, false, "text/html; charset=utf-8", "A page to look at.",                                {{0}}},
    {"/api",                answer_openapi,    false, false, "application/json",         "This list of routes, as an OpenAPI document.",      {{0}}},
    {"/api/processes",      answer_processes,  true,  false, "application/json",         "Every process with its scores and reasons.",        {LIST_PARAMETERS}},
    {"/api/suspicious",     answer_suspicious, true,  false, "application/json",         "The processes whose score reaches the threshold.",
        {{"min_score", "number", "Another threshold than the configured one."}, LIST_PARAMETERS}},
    {"/api/scan",           answer_scan,       true,  false, "application/json",         "The same with what the scan could not see: the document of procwatch scan --json.",
        {{"min_score", "number", "Another threshold than the configured one."}, LIST_PARAMETERS}},
    {"/api/process/{pid}",  answer_process,    true,  false, "application/json",         "All that is known of one process, and the reasons that were excused.",  {{0}}},
    {"/api/stats",          answer_stats,      true,  false, "application/json",         "Counts, and what the last pass cost.",              {{0}}},
    {"/api/snapshot",       answer_snapshot,   true,  true,  "application/octet-stream", "The whole snapshot, for procwatch-top --connect.",  {{0}}},
    {"/metrics",            answer_metrics,    true,  false, "text/plain; version=0.0.4; charset=utf-8", "The state in Prometheus' format.",  {{0}}},
    {"/healthz",            answer_health,     false, false, "text/plain; charset=utf-8", "Whether there is a snapshot.",                     {{0}}},
};
/* clang-format on */
const size_t api_route_count = sizeof api_routes / sizeof *api_routes;

/* The route's path up to a "{" matches, and what follows is the rest. */
static bool route_matches(const struct route *route, const char *path, const char **ret_rest)
{
    size_t fixed = strcspn(route->path, "{");

    if (strncmp(path, route->path, fixed) != 0)
        return false;
    *ret_rest = path + fixed;
    return route->path[fixed] == '{' ? **ret_rest != '\0' : **ret_rest == '\0';
}

static const struct route *find_route(const char *path, const char **ret_rest)
{
    for (size_t i = 0; i < api_route_count; i++)
        if (route_matches(&api_routes[i], path, ret_rest))
            return &api_routes[i];
    return NULL;
}

void routes_answer(void *context, const struct api_request *request,
                   struct api_response *response)
{
    const struct api_state *state = context;
    const char *rest = "";
    const struct route *route = find_route(request->path, &rest);

    if (!route) {
        fail(response, HTTP_NOT_FOUND, "there is no such path; GET /api lists them");
    } else if (route->needs_trust && !request->is_trusted) {
        fail(response, HTTP_FORBIDDEN, "only over the Unix socket or with a token");
    } else if (route->needs_snapshot && !state->refresh) {
        fail(response, HTTP_UNAVAILABLE, "the first snapshot is not there yet");
    } else {
        response->type = route->type;
        response->serial = state->generation;
        route->answer(state, request, rest, response);
    }
}
