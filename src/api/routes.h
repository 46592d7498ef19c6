/* SPDX-License-Identifier: MIT */
/*
 * routes - what the API answers: one table of paths, from which dispatch, the
 * OpenAPI document and doc/api.md follow.
 *
 * Everything is answered from the latest state in hand; a request gathers
 * nothing. Command lines go out with secrets masked, environments never.
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/server.h"
#include "engine/refresh.h"
#include "scoring/scoring.h"

struct api_state {
    const struct refresh *refresh; /* NULL until the first snapshot is scored */
    const struct scoring_options *scoring;
    const char *config_sha256;     /* "" for the built-in configuration */
    const struct anomaly *anomaly; /* NULL: no model */
    const char *model;             /* "zscore, trained 3 days ago on web1"; "none" */
    unsigned long generation;      /* changes with each snapshot and configuration */
};

/* A parameter of a route, for the documents. */
struct route_parameter {
    const char *name;
    const char *type; /* of JSON: "string", "number", "integer" */
    const char *help;
};

struct route {
    const char *path; /* "/api/process/{pid}" */
    void (*answer)(const struct api_state *state, const struct api_request *request,
                   const char *rest, struct api_response *response);
    bool needs_snapshot; /* else 503 until there is one */
    bool needs_trust;    /* only over the Unix socket or with a token */
    const char *type;
    const char *help;
    struct route_parameter parameters[5]; /* ended by a NULL name */
};

extern const struct route api_routes[];
extern const size_t api_route_count;

/* Append the OpenAPI document of the table. */
void routes_add_openapi(struct strbuf *out);

/* An api_handler; its context is a struct api_state. */
void routes_answer(void *state, const struct api_request *request,
                   struct api_response *response);

#endif
