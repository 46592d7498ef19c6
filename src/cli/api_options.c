/* SPDX-License-Identifier: MIT */
#include "cli/api.h"

#include "base/options.h"
#include "cli/command.h"

enum { PORT_DEFAULT = 8080, PORT_MAX = 65535, INTERVAL_MAX_S = 3600 };

static const double interval_default_s = 2;

static const char *option_host(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->host, value);
}

static const char *option_name(void *target, const char *value)
{
    ((struct api_options *)target)->names = value;
    return *value ? NULL : "is empty";
}

static const char *option_port(void *target, const char *value)
{
    unsigned long port;

    if (!options_parse_unsigned(value, &port) || port > PORT_MAX)
        return "is no port from 0 to 65535";
    ((struct api_options *)target)->port = (unsigned)port;
    ((struct api_options *)target)->has_port = true;
    return NULL;
}

static const char *option_socket(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->socket_path, value);
}

static const char *option_token_file(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->token_file, value);
}

static const char *option_config(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->session.config, value);
}

static const char *option_model(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->session.model, value);
}

static const char *option_proc_root(void *target, const char *value)
{
    return option_set_text(&((struct api_options *)target)->session.proc_root, value);
}

static const char *option_interval(void *target, const char *value)
{
    double seconds;

    if (!options_parse_double(value, &seconds) || seconds < 0.2 || seconds > INTERVAL_MAX_S)
        return "is no number of seconds from 0.2 to 3600";
    ((struct api_options *)target)->interval_s = seconds;
    return NULL;
}

static const struct option_row rows[] = {
    {0,   "host",       "ADDRESS", option_host,
     "listen there (127.0.0.1); beyond loopback a token is needed; none: on no port"                  },
    {0,   "name",       "NAMES",   option_name,
     "answer to these names as well, comma-separated: web1.example,proxy.example:443"                 },
    {0,   "port",       "PORT",    option_port,       "listen on that port (8080); 0 for any free one"},
    {0,   "socket",     "PATH",    option_socket,     "also listen on a Unix socket, mode 0600"       },
    {0,   "token-file", "FILE",    option_token_file,
     "want the token in this file of every TCP client; the file is made when it is not there"         },
    {'c', "config",     "FILE",    option_config,     "read this configuration"                       },
    {'M', "model",      "FILE",    option_model,      "judge by this model"                           },
    {0,   "interval",   "SECONDS", option_interval,   "seconds between snapshots (2)"                 },
    {0,   "proc-root",  "DIR",     option_proc_root,  "serve a recorded tree"                         },
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch api --config ~/.procwatch.yaml --port 8080",
    "Serve this machine on loopback.",
    "curl http://127.0.0.1:8080/api/suspicious?min_score=4",
    "Ask it.",
    "procwatch api --host 0.0.0.0 --token-file /etc/procwatch/token",
    "Serve others, who need the token.",
    NULL,
};

const struct option_table api_table = {
    .program = "procwatch api",
    .synopsis = "",
    .summary = "Serves the scores over HTTP: GET /api lists the routes. Any local user can "
               "read what is served on loopback; a token or a Unix socket keeps them out.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

void api_options_init(struct api_options *options)
{
    *options = (struct api_options){
        .names = "",
        .port = PORT_DEFAULT,
        .interval_s = interval_default_s,
        .session.is_readonly = true,
    };
}
