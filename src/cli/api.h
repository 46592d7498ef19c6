/* SPDX-License-Identifier: MIT */
/*
 * api - what the command line of procwatch api says.
 */
#ifndef CLI_API_H
#define CLI_API_H

#include <stdbool.h>

#include "cli/session.h"

struct api_options {
    bool wants_help; /* first: command_parse() */
    struct session_options session;
    const char *host;  /* NULL: not said */
    const char *names; /* comma-separated; "" */
    unsigned port;
    bool has_port;
    const char *socket_path;
    const char *token_file;
    double interval_s;
};

void api_options_init(struct api_options *options);

#endif
