/* SPDX-License-Identifier: MIT */
/* api - the same scores over HTTP, from the latest snapshot. */
#include "cli/api.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/listen.h"
#include "api/routes.h"
#include "api/server.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/watched_file.h"

struct service {
    struct session session;
    struct api_server *server;
    struct api_state state;
    struct watched_file config_file, model_file, token_file;
    const char *token_path; /* NULL: none is wanted */
    struct strbuf model;    /* which one judges, and how old it is */
    double interval_s;
    int inherited_socket; /* from systemd; -1: none */
    const char *host;     /* NULL: on no port */
    struct strbuf names;  /* by which others call it */
    char token[GUARD_TOKEN_SIZE];
};

static void describe_model(struct service *service)
{
    strbuf_clear(&service->model);
    learned_describe(&service->session.learned, time(NULL), &service->model);
    service->state.model = strbuf_string(&service->model);
}

static void ask_for_snapshots(struct service *service)
{
    const struct session *session = &service->session;
    /* Digests are dear: only when an entry of the whitelist is one. */
    fact_mask unwanted = whitelist_wants_hashes(&session->settings.scoring.whitelist)
                             ? 0
                             : FACT_BIT(FACT_SHA256);
    const struct engine_request request = {
        .wanted = FACT_ALL & ~unwanted,
        .interval_ms = (unsigned)(service->interval_s * 1000),
        .may_load_bpf = session->settings.bpf == BPF_FIRST_SCAN,
    };

    engine_request(session->engine, &request);
}

static bool have_files_changed(struct service *service)
{
    const struct session *session = &service->session;
    bool has_config = watched_file_has_changed(&service->config_file, session->source.path);
    bool has_model = watched_file_has_changed(&service->model_file, session->learned.path);

    return has_config || has_model;
}

/* What follows from configuration and model. */
static void use_settings(struct service *service)
{
    struct session *session = &service->session;

    describe_model(service);
    have_files_changed(service);
    service->state.scoring = &session->settings.scoring;
    service->state.anomaly = session->learned.anomaly;
    service->state.generation++;
    ask_for_snapshots(service);
}

static bool read_token(struct service *service)
{
    const char *path = service->token_path;
    int error = guard_read_token(path, &service->token);

    if (error == -EPERM)
        output_complain("%s: others can read the token; chmod 600 it", path);
    else if (error == -EBADMSG)
        output_complain("%s: this holds no token; remove it to have one made", path);
    else if (error)
        output_complain("%s: %s", path, strerror(-error));
    watched_file_has_changed(&service->token_file, path);
    return !error;
}

/* From now on the token of before opens nothing. */
static void renew_token(struct service *service)
{
    if (service->token_path && !read_token(service))
        output_complain("the token that was in force stays");
}

/* A broken file leaves what was in force. */
static void reload(struct service *service)
{
    bool is_good = session_load_settings(&service->session);

    is_good = session_load_model(&service->session) && is_good;
    if (!is_good)
        output_complain("what was in force stays");
    session_judge(&service->session);
    use_settings(service);
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
    service->state.generation++;
    describe_model(service);
    if (have_files_changed(service))
        reload(service);
    if (watched_file_has_changed(&service->token_file, service->token_path))
        renew_token(service);
    return true;
}

/* False to end. */
static bool take_signal(struct service *service)
{
    struct signalfd_siginfo info;

    if (read(service->session.signals, &info, sizeof info) != sizeof info)
        return true;
    if (info.ssi_signo == SIGHUP) {
        reload(service);
        renew_token(service);
        return true;
    }
    service->session.caught = (int)info.ssi_signo;
    return false;
}

static int serve(struct service *service)
{
    struct pollfd waits[] = {
        {.fd = engine_descriptor(service->session.engine), .events = POLLIN},
        {.fd = api_server_descriptor(service->server),     .events = POLLIN},
        {.fd = service->session.signals,                   .events = POLLIN},
    };

    for (;;) {
        if (poll(waits, 3, api_server_timeout_ms(service->server)) < 0 && errno != EINTR)
            return EXIT_INCOMPLETE;
        /* First: who ends us may have ended the collector, too. */
        if (waits[2].revents && !take_signal(service))
            return EXIT_DONE;
        if (waits[0].revents && !take_snapshot(service))
            return EXIT_INCOMPLETE;
        api_server_run(service->server);
    }
}

static int find_inherited(struct service *service)
{
    int fd = listen_inherited();

    service->inherited_socket = fd >= 0 ? fd : -1;
    if (fd >= 0 || fd == -ENOENT)
        return EXIT_DONE;
    output_complain("what was passed as LISTEN_FDS is not one listening stream socket");
    return EXIT_USAGE;
}

/* With a socket of systemd's, or with --host none, a port is only listened on when
 * that was asked for. */
static const char *host_of(const struct service *service, const struct api_options *options)
{
    if (options->host)
        return strcmp(options->host, "none") == 0 ? NULL : options->host;
    return service->inherited_socket >= 0 && !options->has_port ? NULL : "127.0.0.1";
}

static bool is_local(const struct service *service)
{
    return (!service->host || guard_is_loopback(service->host)) &&
           (service->inherited_socket < 0 || listen_is_local(service->inherited_socket));
}

/* Others call it by the name of the machine, but nobody on loopback does. */
static void collect_names(struct service *service, const struct api_options *options)
{
    struct utsname machine;

    strbuf_add_string(&service->names, options->names);
    if (service->host)
        strbuf_add_format(&service->names, ",%s", service->host);
    if (!is_local(service) && uname(&machine) == 0)
        strbuf_add_format(&service->names, ",%s", machine.nodename);
}

static int take_token(struct service *service, const struct api_options *options)
{
    if (!options->token_file && is_local(service))
        return EXIT_DONE;
    if (!options->token_file) {
        output_complain("%s is beyond loopback: a token is needed (--token-file FILE)",
                        service->host ? service->host : "the socket that was passed");
        return EXIT_USAGE;
    }
    service->token_path = options->token_file;
    return read_token(service) ? EXIT_DONE : EXIT_CONFIGURATION;
}

static void tell_where(const struct service *service, const struct api_options *options)
{
    const char *openness = options->token_file ? "" : "; any local user can read it";

    if (service->host)
        fprintf(stderr,
                strchr(service->host, ':') ? "procwatch: serving on http://[%s]:%u/%s\n"
                                           : "procwatch: serving on http://%s:%u/%s\n",
                service->host, api_server_port(service->server), openness);
    if (options->socket_path)
        fprintf(stderr, "procwatch: serving on unix:%s\n", options->socket_path);
    if (service->inherited_socket >= 0)
        fprintf(stderr, "procwatch: serving on the socket that was passed\n");
}

static int start_server(struct service *service, const struct api_options *options)
{
    const struct api_server_options server_options = {
        .host = service->host,
        .names = strbuf_string(&service->names),
        .port = options->port,
        .socket_path = options->socket_path,
        .inherited_socket = service->inherited_socket,
        .token = options->token_file ? service->token : NULL,
        .open_path = "/", /* the page, which asks for the token */
        .handler = routes_answer,
        .context = &service->state,
    };
    const char *reason = "";

    if (!service->host && !options->socket_path && service->inherited_socket < 0) {
        output_complain("--host none leaves nothing to listen on: give --socket PATH");
        return EXIT_USAGE;
    }
    int error = api_server_new(&server_options, &service->server, &reason);
    if (error) {
        output_complain("cannot listen on %s port %u%s%s: %s",
                        service->host ? service->host : "no", options->port,
                        options->socket_path ? " and " : "",
                        options->socket_path ? options->socket_path : "", reason);
        return EXIT_INCOMPLETE;
    }
    tell_where(service, options);
    return EXIT_DONE;
}

static int run(struct service *service, const struct api_options *options)
{
    /* First: the engine's processes keep no descriptor they do not know. */
    int status = find_inherited(service);

    service->host = host_of(service, options);
    collect_names(service, options);
    service->interval_s = options->interval_s;
    service->session.signals = -1;
    if (status == EXIT_DONE)
        status = session_open(&service->session, &options->session);
    if (status == EXIT_DONE)
        status = take_token(service, options);
    if (status == EXIT_DONE)
        status = start_server(service, options);
    if (status != EXIT_DONE)
        return status;

    service->state.config_sha256 = service->session.config_sha256;
    use_settings(service);
    return serve(service);
}

int api_run(int argc, char **argv)
{
    struct api_options options;
    struct command_line line = {.argc = argc, .argv = argv};
    struct service service = {0};

    api_options_init(&options);
    if (!command_parse(&api_table, &options.wants_help, &line))
        return line.status;
    int status = run(&service, &options);
    api_server_free(service.server);
    session_close(&service.session);
    strbuf_release(&service.model);
    strbuf_release(&service.names);
    return session_end_status(&service.session, status);
}
