/* SPDX-License-Identifier: MIT */
#include "api/admission.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "api/guard.h"

struct origin {
    unsigned host_count;
    const char *host;
    const char *site, *mode; /* Sec-Fetch-: what a browser says of who asks, or NULL */
    bool has_origin;
};

static enum MHD_Result look_at_header(void *context, enum MHD_ValueKind kind, const char *key,
                                      const char *value)
{
    struct origin *origin = context;

    (void)kind;
    if (strcasecmp(key, "Host") == 0) {
        origin->host_count++;
        origin->host = value;
    } else if (strcasecmp(key, "Sec-Fetch-Site") == 0) {
        origin->site = value;
    } else if (strcasecmp(key, "Sec-Fetch-Mode") == 0) {
        origin->mode = value;
    }
    origin->has_origin = origin->has_origin || strcasecmp(key, "Origin") == 0;
    return MHD_YES;
}

/* A page of another site asks: as a script (then it has an Origin), or as an image,
 * a script or a frame. To follow a link to us is fine: it cannot read the answer. */
static bool is_cross_site(const struct origin *origin)
{
    return origin->has_origin || (origin->site && strcmp(origin->site, "same-origin") != 0 &&
                                  strcmp(origin->site, "none") != 0 &&
                                  !(origin->mode && strcmp(origin->mode, "navigate") == 0));
}

const struct refusal *admission_refuses(struct MHD_Connection *mhd, const char *method,
                                        const char *host, unsigned port)
{
    static const struct refusal wrong_method = {MHD_HTTP_METHOD_NOT_ALLOWED,
                                                "only GET and HEAD are served"},
                                other_site = {MHD_HTTP_FORBIDDEN,
                                              "requests of other web pages are refused"},
                                other_host = {MHD_HTTP_MISDIRECTED_REQUEST,
                                              "the Host header names another host"};
    struct origin origin = {0};

    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return &wrong_method;
    MHD_get_connection_values(mhd, MHD_HEADER_KIND, look_at_header, &origin);
    if (is_cross_site(&origin))
        return &other_site;
    if (host &&
        (origin.host_count != 1 || !origin.host || !guard_is_our_host(origin.host, host, port)))
        return &other_host;
    return NULL;
}
