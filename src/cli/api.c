/* SPDX-License-Identifier: MIT */
/* api - the same scores over HTTP, from the latest snapshot. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/routes.h"
#include "api/server.h"
#include "base/input_file.h"
#include "base/sha256.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"

enum {
    PORT_DEFAULT = 8080,
    PORT_MAX = 65535,
    INTERVAL_MAX_S = 3600,
    CONFIG_SIZE_MAX = 1 << 20
};

static const double interval_default_s = 2;

struct api_options {
    bool wants_help;
    struct session_options session;
    const char *host;
    unsigned port;
    const char *socket_path;
    const char *token_file;
    double interval_s;
};

static const char *option_host(void *target, const char *value)
{
    ((struct api_options *)target)->host = value;
    return *value ? NULL : "is empty";
}

static const char *option_port(void *target, const char *value)
{
    unsigned long port;

    if (!options_parse_unsigned(value, &port) || port > PORT_MAX)
        return "is no port from 0 to 65535";
    ((struct api_options *)target)->port = (unsigned)port;
    return NULL;
}

static const char *option_socket(void *target, const char *value)
{
    ((struct api_options *)target)->socket_path = value;
    return *value ? NULL : "is empty";
}

static const char *option_token_file(void *target, const char *value)
{
    ((struct api_options *)target)->token_file = value;
    return *value ? NULL : "is empty";
}

static const char *option_config(void *target, const char *value)
{
    ((struct api_options *)target)->session.config = value;
    return *value ? NULL : "is empty";
}

static const char *option_model(void *target, const char *value)
{
    ((struct api_options *)target)->session.model = value;
    return *value ? NULL : "is empty";
}

static const char *option_proc_root(void *target, const char *value)
{
    ((struct api_options *)target)->session.proc_root = value;
    return *value ? NULL : "is empty";
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
     "listen there (127.0.0.1); beyond loopback a token is needed"                                    },
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

struct service {
    struct session session;
    struct api_server *server;
    struct api_state state;
    struct strbuf model; /* which one judges, and how old it is */
    char config_sha256[SHA256_TEXT_SIZE];
    char token[GUARD_TOKEN_SIZE];
};

/* Read again on HUP; a broken file leaves what was in force. */
static void reload(struct service *service, const struct api_options *options)
{
    struct settings fresh;
    struct settings_source source = {0};
    struct problems problems = {0};

    settings_init(&fresh);
    if (settings_load(&fresh, options->session.config, &source, &problems)) {
        settings_release(&service->session.settings);
        service->session.settings = fresh;
        service->state.generation++;
        if (service->state.refresh)
            refresh_assess(&service->session.refresh, &service->session.settings.thresholds,
                           &service->session.settings.scoring);
    } else {
        settings_release(&fresh);
        output_complain("the configuration in force stays");
    }
    output_problems(&problems);
    problems_release(&problems);
    settings_source_release(&source);
}

static void describe_model(struct service *service)
{
    strbuf_clear(&service->model);
    learned_describe(&service->session.learned, time(NULL), &service->model);
    service->state.model = strbuf_string(&service->model);
}

static bool take_snapshot(struct service *service)
{
    struct session *session = &service->session;
    const char *reason = "";
    void *block;
    size_t size;
    int result = engine_take(session->engine, &block, &size, &reason);

    if (result == -EAGAIN)
        return true;
    if (result < 0) {
        output_complain("no snapshot any more: %s", reason);
        return false;
    }
    if (!refresh_adopt(&session->refresh, block, size, &reason)) {
        output_complain("a snapshot was refused: %s", reason);
        return true;
    }
    refresh_assess(&session->refresh, &session->settings.thresholds,
                   &session->settings.scoring);
    service->state.refresh = &session->refresh;
    describe_model(service);
    service->state.generation++;
    return true;
}

/* False to end. */
static bool take_signal(struct service *service, const struct api_options *options)
{
    struct signalfd_siginfo info;

    if (read(service->session.signals, &info, sizeof info) != sizeof info)
        return true;
    if (info.ssi_signo == SIGHUP) {
        reload(service, options);
        return true;
    }
    service->session.caught = (int)info.ssi_signo;
    return false;
}

static int serve(struct service *service, const struct api_options *options)
{
    struct pollfd waits[] = {
        {.fd = engine_descriptor(service->session.engine), .events = POLLIN},
        {.fd = api_server_descriptor(service->server),     .events = POLLIN},
        {.fd = service->session.signals,                   .events = POLLIN},
    };

    for (;;) {
        if (poll(waits, 3, api_server_timeout_ms(service->server)) < 0 && errno != EINTR)
            return EXIT_INCOMPLETE;
        if (waits[0].revents && !take_snapshot(service))
            return EXIT_INCOMPLETE;
        if (waits[2].revents && !take_signal(service, options))
            return EXIT_DONE;
        api_server_run(service->server);
    }
}

static int read_token(struct service *service, const struct api_options *options)
{
    if (!options->token_file) {
        if (guard_is_loopback(options->host))
            return EXIT_DONE;
        output_complain("%s is beyond loopback: a token is needed (--token-file FILE)",
                        options->host);
        return EXIT_USAGE;
    }
    int error = guard_read_token(options->token_file, &service->token);
    if (error == -EPERM)
        output_complain("%s: others can read the token; chmod 600 it", options->token_file);
    else if (error == -EBADMSG)
        output_complain("%s: this holds no token; remove it to have one made",
                        options->token_file);
    else if (error)
        output_complain("%s: %s", options->token_file, strerror(-error));
    return error ? EXIT_CONFIGURATION : EXIT_DONE;
}

/* The digest of what was read, for the metrics: whether all machines run the
 * same configuration. */
static void digest_config(struct service *service)
{
    const char *path = service->session.source.path;
    struct sha256 digest;
    struct strbuf text = {0};

    if (path && input_file_read(path, CONFIG_SIZE_MAX, &text, NULL) == 0) {
        sha256_of(strbuf_string(&text), text.length, &digest);
        sha256_text(&digest, &service->config_sha256);
    }
    strbuf_release(&text);
}

static int start_server(struct service *service, const struct api_options *options)
{
    const struct api_server_options server_options = {
        .host = options->host,
        .port = options->port,
        .socket_path = options->socket_path,
        .inherited_socket = -1,
        .token = options->token_file ? service->token : NULL,
        .handler = routes_answer,
        .context = &service->state,
    };
    const char *reason = "";
    int error = api_server_new(&server_options, &service->server, &reason);

    if (error) {
        output_complain("cannot listen on %s port %u%s%s: %s", options->host, options->port,
                        options->socket_path ? " and " : "",
                        options->socket_path ? options->socket_path : "", reason);
        return EXIT_INCOMPLETE;
    }
    fprintf(stderr, "procwatch: serving on http://%s:%u/%s\n", options->host,
            api_server_port(service->server),
            options->token_file ? "" : "; any local user can read it");
    return EXIT_DONE;
}

static int run(struct service *service, const struct api_options *options)
{
    struct session *session = &service->session;
    int status = session_open(session, &options->session);

    if (status == EXIT_DONE)
        status = read_token(service, options);
    if (status == EXIT_DONE)
        status = start_server(service, options);
    if (status != EXIT_DONE)
        return status;

    digest_config(service);
    service->state = (struct api_state){
        .scoring = &session->settings.scoring,
        .topk = session->settings.topk,
        .config_sha256 = service->config_sha256,
        .anomaly = session->learned.anomaly,
        .generation = 1,
    };
    describe_model(service);
    /* Digests are dear: only when an entry of the whitelist is one. */
    fact_mask unwanted = whitelist_wants_hashes(&session->settings.scoring.whitelist)
                             ? 0
                             : FACT_BIT(FACT_SHA256);
    const struct engine_request request = {
        .wanted = FACT_ALL & ~unwanted,
        .interval_ms = (unsigned)(options->interval_s * 1000),
    };
    engine_request(session->engine, &request);
    return serve(service, options);
}

int api_run(int argc, char **argv)
{
    struct api_options options = {
        .host = "127.0.0.1",
        .port = PORT_DEFAULT,
        .interval_s = interval_default_s,
        .session.is_readonly = true,
    };
    struct command_line line = {.argc = argc, .argv = argv};
    struct service service = {0};

    if (!command_parse(&api_table, &options.wants_help, &line))
        return line.status;
    int status = run(&service, &options);
    api_server_free(service.server);
    session_close(&service.session);
    strbuf_release(&service.model);
    return session_end_status(&service.session, status);
}
