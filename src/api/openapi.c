/* SPDX-License-Identifier: MIT */
/* The OpenAPI document, drawn from the table of routes. */
#include "config.h"

#include "api/routes.h"

/* Only our own table's text comes here: no quotes, no backslashes. */

static void add_parameter(struct strbuf *out, const char *name, const char *where,
                          const char *help)
{
    strbuf_add_format(out,
                      "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,"
                      "\"description\":\"%s\",\"schema\":{\"type\":\"string\"}}",
                      name, where, where[0] == 'p' ? "true" : "false", help);
}

static void add_route(struct strbuf *out, const struct route *route)
{
    bool is_first = true;

    strbuf_add_format(out, "\"%s\":{\"get\":{\"summary\":\"%s\",\"parameters\":[", route->path,
                      route->help);
    for (const struct route_parameter *at = route->parameters; at->name; at++) {
        strbuf_add_string(out, is_first ? "" : ",");
        add_parameter(out, at->name, "query", at->help);
        is_first = false;
    }
    if (span_contains(span_of_string(route->path), "{pid}"))
        add_parameter(out, "pid", "path", "Process id.");
    strbuf_add_format(out,
                      "],\"responses\":{\"200\":{\"description\":\"%s\",\"content\":"
                      "{\"%s\":{}}}}}}",
                      route->help, route->type);
}

void routes_add_openapi(struct strbuf *out)
{
    strbuf_add_string(out, "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"procwatch\","
                           "\"version\":\"" PACKAGE_VERSION "\"},\"paths\":{");
    for (size_t i = 0; i < api_route_count; i++) {
        strbuf_add_string(out, i > 0 ? "," : "");
        add_route(out, &api_routes[i]);
    }
    strbuf_add_string(out, "}}\n");
}
