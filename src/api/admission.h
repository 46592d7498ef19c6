/* SPDX-License-Identifier: MIT */
/* admission - whether a request is one that we answer, whoever sends it. */
#ifndef API_ADMISSION_H
#define API_ADMISSION_H

struct MHD_Connection;

struct refusal {
    unsigned status;
    const char *message;
};

/* Why it is not, or NULL: it is malformed or has a body, it wants something changed, a
 * page of another site asks, or it names another host than the one that is listened on
 * ("" for one that nobody told us). Over a Unix socket, where the host is NULL, any name
 * will do. */
const struct refusal *admission_refuses(struct MHD_Connection *mhd, const char *method,
                                        const char *host, unsigned port);

#endif
