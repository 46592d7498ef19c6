/* SPDX-License-Identifier: MIT */
/* admission - whether a request is one that we answer, whoever sends it. */
#ifndef API_ADMISSION_H
#define API_ADMISSION_H

struct MHD_Connection;

struct refusal {
    unsigned status;
    const char *message;
};

/* Where it came in, and what that goes by: beside what we are told, an address is its
 * own name. */
struct admission_place {
    const char *names; /* separated by commas */
    unsigned port;
};

/* Why it is not, or NULL: it is malformed or has a body, it wants something changed, a
 * page of another site asks, or it names another host than ours. Over a Unix socket,
 * where the place is NULL, any name will do. */
const struct refusal *admission_refuses(struct MHD_Connection *mhd, const char *method,
                                        const struct admission_place *place);

#endif
