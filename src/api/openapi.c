/* SPDX-License-Identifier: MIT */
/* The OpenAPI document, drawn from the table of routes. */
#include "config.h"

#include "api/routes.h"

/* Only our own table's text comes here: no quotes, no backslashes. */

static void add_parameter(struct strbuf *out, const struct route_parameter *parameter,
                          const char *where)
{
    strbuf_add_format(out,
                      "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,"
                      "\"description\":\"%s\",\"schema\":{\"type\":\"%s\"}}",
                      parameter->name, where, where[0] == 'p' ? "true" : "false",
                      parameter->help, parameter->type);
}

static void add_parameters(struct strbuf *out, const struct route *route)
{
    static const struct route_parameter pid = {"pid", "integer", "Process id."};
    bool is_first = true;

    strbuf_add_string(out, "\"parameters\":[");
    if (span_contains(span_of_string(route->path), "{pid}")) {
        add_parameter(out, &pid, "path");
        is_first = false;
    }
    for (const struct route_parameter *at = route->parameters; at->name; at++) {
        strbuf_add_string(out, is_first ? "" : ",");
        add_parameter(out, at, "query");
        is_first = false;
    }
    strbuf_add_char(out, ']');
}

static void add_responses(struct strbuf *out, const struct route *route)
{
    strbuf_add_format(out,
                      "\"responses\":{\"200\":{\"description\":\"%s\",\"content\":"
                      "{\"%s\":{}}},"
                      "\"304\":{\"description\":\"Not changed since the ETag that was sent.\"},"
                      "\"default\":{\"$ref\":\"#/components/responses/error\"}}",
                      route->help, route->type);
}

static void add_route(struct strbuf *out, const struct route *route)
{
    strbuf_add_format(out, "\"%s\":{\"get\":{\"summary\":\"%s\",", route->path, route->help);
    add_parameters(out, route);
    strbuf_add_char(out, ',');
    add_responses(out, route);
    /* Over the Unix socket nobody needs the token. */
    strbuf_add_format(out, ",\"security\":[{\"token\":[]}%s]}}",
                      route->needs_trust ? "" : ",{}");
}

void routes_add_openapi(struct strbuf *out)
{
    strbuf_add_string(out, "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"procwatch\","
                           "\"version\":\"" PACKAGE_VERSION "\"},\"paths\":{");
    for (size_t i = 0; i < api_route_count; i++) {
        strbuf_add_string(out, i > 0 ? "," : "");
        add_route(out, &api_routes[i]);
    }
    strbuf_add_string(
        out, "},\"components\":{\"securitySchemes\":{\"token\":{\"type\":\"http\","
             "\"scheme\":\"bearer\"}},\"responses\":{\"error\":{\"description\":"
             "\"Refused, or wrong; says why.\",\"content\":{\"application/json\":{\"schema\":"
             "{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{\"error\":"
             "{\"type\":\"string\"}}}}}}}}}\n");
}
