/* SPDX-License-Identifier: MIT */
/* Who started it. */
#include <string.h>
#include <sys/socket.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

static const float a_third = 1.0F / 3, two_thirds = 2.0F / 3;

static const char *const servers[] = {
    /* web */
    "nginx", "apache2", "httpd", "lighttpd", "caddy", "h2o", "cherokee", "openresty",
    "litespeed", "lshttpd", "lsphp", "php-fpm", "uwsgi", "unicorn", "gunicorn", "varnishd",
    "haproxy", "squid", "traefik", "envoy",
    /* databases */
    "postgres", "mysqld", "mariadbd", "mongod", "redis-server", "valkey-server", "memcached",
    "clickhouse-server", "influxd", "couchdb", "sqlservr", "oracle", NULL};

/* Java is a server where its command line says so; builds and tools run shells
 * all day. */
static const char *const java_servers[] = {"org.apache.catalina",
                                           "catalina.base",
                                           "tomcat",
                                           "jetty",
                                           "weblogic",
                                           "jboss",
                                           "wildfly",
                                           "solr",
                                           "elasticsearch",
                                           "confluence",
                                           "activemq",
                                           NULL};
static const char *const java_builders[] = {"jenkins", "hudson", "remoting.jar", "agent.jar",
                                            "gradle",  "maven",  "teamcity",     "bamboo",
                                            "bazel",   "idea",   "eclipse",      NULL};

/* What servers run through sh honestly: mail, log rotation, cluster transfer. */
static const char *const honest_commands[] = {"sendmail", "rotatelogs", "cronolog", "mailx",
                                              "msmtp",    "wsrep_sst_", NULL};

static bool mentions(const struct check_context *context, const struct process *process,
                     const char *const *words)
{
    struct span argument;

    for (unsigned i = 0; argument_at(context->snapshot, process, i, &argument); i++)
        for (const char *const *word = words; *word; word++)
            if (span_contains(argument, *word))
                return true;
    return false;
}

static bool is_server(const struct check_context *context, const struct process *process)
{
    struct span name = program_name(context->snapshot, process);

    if (span_equals(name, "java"))
        return mentions(context, process, java_servers) &&
               !mentions(context, process, java_builders);
    return program_is_one_of(name, servers);
}

/* PostgreSQL's archive_command and restore_command run from these; a session,
 * where COPY ... PROGRAM would run, has a user and a database in its title:
 * "postgres: 15/main: archiver last was 00000001000000000000002A". */
static bool is_postgres_helper(const struct check_context *context,
                               const struct process *parent)
{
    static const char *const helpers[] = {"archiver", "startup", "checkpointer"};
    static const char *const states[] = {
        "", " ", " archiving ", " last was ", " failed on ", " recovering ", " waiting for "};
    struct span title, part;

    if (!span_equals(program_name(context->snapshot, parent), "postgres") ||
        !argument_at(context->snapshot, parent, 0, &title) ||
        !span_take_string(&title, "postgres: "))
        return false;

    struct span with_cluster = title;
    if (span_take_until(&with_cluster, ':', &part) && !span_contains(part, " ") &&
        span_take_char(&with_cluster, ' '))
        title = with_cluster;
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        struct span rest = title;
        if (!span_take_string(&rest, helpers[i]))
            continue;
        for (size_t n = 0; n < sizeof states / sizeof *states; n++)
            if (n < 2 ? span_equals(rest, states[n]) : span_starts_with(rest, states[n]))
                return true;
    }
    return false;
}

/* One plain command, nothing chained to it. */
static bool is_honest_command(const struct check_context *context,
                              const struct process *process)
{
    struct shell_mode mode = shell_mode_of(context->snapshot, process);
    struct span in = mode.first_word, word;

    if (!mode.has_command)
        return false;
    for (const char *at = in.at; at < in.end; at++)
        if (strchr(";|&`$<>\n(", *at))
            return false;
    span_skip_blanks(&in);
    if (!span_take_word(&in, &word))
        word = in;
    for (const char *const *name = honest_commands; *name; name++)
        if (span_starts_with(base_name(word), *name))
            return true;
    return false;
}

static bool is_cgi_script(const struct check_context *context, const struct process *process)
{
    struct span script;

    for (unsigned i = 1; argument_at(context->snapshot, process, i, &script); i++)
        if (!span_starts_with(script, "-"))
            return span_contains(script, "/cgi-bin/") || span_ends_with(script, ".cgi") ||
                   span_ends_with(script, ".fcgi");
    return false;
}

float check_unusual_parent(const struct check_context *context, const struct process *process,
                           struct strbuf *evidence)
{
    const struct process *parent = relations_parent(context->relations, process);

    if (!parent || !is_server(context, parent) || is_postgres_helper(context, parent))
        return 0;

    bool is_shell = program_is_shell(context->snapshot, process);
    if (!is_shell && !program_is_interpreter(context->snapshot, process))
        return 0;
    if (is_shell && is_honest_command(context, process))
        return 0;
    strbuf_add_string(evidence, "started by ");
    evidence_add_process(evidence, context->snapshot, parent);
    if (is_cgi_script(context, process)) {
        strbuf_add_string(evidence, "; a CGI script");
        return a_third;
    }
    return 1;
}

/* Who listens and starts shells because that is its task. */
static const char *const managers[] = {"systemd",
                                       "init",
                                       "sshd",
                                       "sshd-session",
                                       "cron",
                                       "crond",
                                       "atd",
                                       "inetd",
                                       "xinetd",
                                       "login",
                                       "tmux",
                                       "screen",
                                       "dockerd",
                                       "containerd",
                                       "containerd-shim",
                                       "conmon",
                                       "kubelet",
                                       "podman",
                                       "crio",
                                       "containerd-shim-runc-v",
                                       "lxc-start",
                                       "runsv",
                                       "supervisord",
                                       NULL};

static const struct connection *listening_of(const struct check_context *context,
                                             const struct process *process)
{
    uint32_t count;
    const struct connection *connections =
        relations_connections(context->relations, process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &context->snapshot->sockets[connections[i].socket];

        if (socket->state == SOCKET_LISTEN && socket_is_internet(socket))
            return &connections[i];
    }
    return NULL;
}

/*
 * Servers run commands, so a command says little, and less below a program of the
 * system that is no interpreter: there, what is run stands in its configuration. A
 * shell that was given nothing to run waits for somebody who types; with a terminal
 * that is what servers of terminals are for, and pty_relay's business.
 */
static float judge_served(const struct check_context *context, const struct process *process,
                          const struct process *parent, struct strbuf *evidence)
{
    struct shell_mode mode = shell_mode_of(context->snapshot, process);

    if (process->tty_nr == 0 && !mode.has_command && !mode.has_script) {
        strbuf_add_string(evidence, "; nothing was given to the shell to run");
        return 1;
    }
    if (program_is_trusted(context->snapshot, parent) &&
        !program_is_interpreter(context->snapshot, parent)) {
        strbuf_add_string(evidence, "; a program of the system");
        return a_third;
    }
    return two_thirds;
}

float check_server_shell(const struct check_context *context, const struct process *process,
                         struct strbuf *evidence)
{
    const struct process *parent = relations_parent(context->relations, process);
    const struct connection *listening = parent ? listening_of(context, parent) : NULL;

    /* A shell below a server that is known as one is unusual_parent's. */
    if (!listening || !program_is_shell(context->snapshot, process) ||
        program_is_shell(context->snapshot, parent) || is_server(context, parent))
        return 0;
    if (program_is_one_of(program_name(context->snapshot, parent), managers) &&
        program_is_trusted(context->snapshot, parent))
        return 0;
    strbuf_add_string(evidence, "started by ");
    evidence_add_process(evidence, context->snapshot, parent);
    strbuf_add_string(evidence, ", ");
    evidence_add_connection(evidence, context->snapshot, listening);
    return judge_served(context, process, parent, evidence);
}
