/* SPDX-License-Identifier: MIT */
#include "api/admission.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "api/guard.h"
#include "api/listen.h"

/* What the headers say. */
struct origin {
    unsigned host_count;
    const char *host;
    const char *site, *mode; /* Sec-Fetch-: what a browser says of who asks, or NULL */
    bool has_origin;
    bool has_body;
    bool is_malformed;
};

/* The HTTP library lets control characters through, of which others take some for the
 * end of a header: a carriage return above all. (A value that holds a NUL it cuts short;
 * that is the one which every check here sees.) */
static bool is_printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f)
            return false;
    return true;
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *key,
                                 size_t key_size, const char *value, size_t size)
{
    struct origin *origin = context;

    (void)kind;
    if (key_size == 0 || !is_printable(key, key_size) || strcspn(key, " \t") < key_size ||
        (value && !is_printable(value, size))) {
        origin->is_malformed = true;
    } else if (strcasecmp(key, "Host") == 0) {
        origin->host_count++;
        origin->host = value;
    } else if (strcasecmp(key, "Sec-Fetch-Site") == 0) {
        origin->site = value;
    } else if (strcasecmp(key, "Sec-Fetch-Mode") == 0) {
        origin->mode = value;
    } else if (strcasecmp(key, "Origin") == 0) {
        origin->has_origin = true;
    } else if (strcasecmp(key, "Content-Length") == 0) {
        origin->has_body |= !value || strcmp(value, "0") != 0;
    } else if (strcasecmp(key, "Transfer-Encoding") == 0) {
        origin->has_body = true;
    }
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

/* What it was sent to: nobody can make a name of his own lead a browser to it and have
 * the address for the name. */
static bool is_to_our_address(struct MHD_Connection *mhd, const char *header, unsigned port)
{
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    char address[INET6_ADDRSTRLEN];

    return listen_address(fd, &address) && guard_is_our_host(header, address, port);
}

const struct refusal *admission_refuses(struct MHD_Connection *mhd, const char *method,
                                        const struct admission_place *place)
{
    /* clang-format off */
    static const struct refusal
        malformed    = {MHD_HTTP_BAD_REQUEST,         "a header is malformed"},
        with_body    = {MHD_HTTP_BAD_REQUEST,         "no request has a body here"},
        wrong_method = {MHD_HTTP_METHOD_NOT_ALLOWED,  "only GET and HEAD are served"},
        other_site   = {MHD_HTTP_FORBIDDEN,           "requests of other web pages are refused"},
        other_host   = {MHD_HTTP_MISDIRECTED_REQUEST, "the Host header names another host"};
    /* clang-format on */
    struct origin origin = {0};

    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return &wrong_method;
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_header, &origin);
    if (origin.is_malformed)
        return &malformed;
    if (origin.has_body)
        return &with_body;
    if (is_cross_site(&origin))
        return &other_site;
    if (place && (origin.host_count != 1 || !origin.host ||
                  !(guard_is_our_host(origin.host, place->names, place->port) ||
                    is_to_our_address(mhd, origin.host, place->port))))
        return &other_host;
    return NULL;
}
