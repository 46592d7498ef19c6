/* SPDX-License-Identifier: MIT */
/* Who started it, what it is wired to, and who holds its strings. */
#include <string.h>
#include <sys/socket.h>

#include "heuristics/arguments.h"
#include "heuristics/evidence.h"
#include "heuristics/program.h"

static const float a_third = 1.0F / 3, two_thirds = 2.0F / 3;

/* --- unusual_parent --- */

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

/* --- no_tty --- */

static const struct descriptor *find_descriptor(const struct check_context *context,
                                                const struct process *process, int fd)
{
    const struct descriptor *at = context->snapshot->descriptors + process->descriptors.first;

    for (uint32_t i = 0; i < process->descriptors.count; i++)
        if (at[i].fd == fd)
            return &at[i];
    return NULL;
}

/* The internet socket behind a standard descriptor, or NULL. */
static const struct socket *standard_socket(const struct check_context *context,
                                            const struct process *process, int fd)
{
    const struct descriptor *descriptor = find_descriptor(context, process, fd);
    const struct socket *socket = descriptor && descriptor->kind == DESCRIPTOR_SOCKET
                                      ? relations_socket(context->relations, descriptor->inode)
                                      : NULL;

    return socket && (socket->family == AF_INET || socket->family == AF_INET6) ? socket : NULL;
}

static void add_standard_socket(const struct check_context *context, int fd,
                                const struct socket *socket, struct strbuf *evidence)
{
    struct connection connection = {.socket = (uint32_t)(socket - context->snapshot->sockets),
                                    .fd = fd};

    evidence_add_connection(evidence, context->snapshot, &connection);
}

static bool is_below_ssh(const struct check_context *context, const struct process *process)
{
    static const char *const names[] = {"sshd", "sshd-session", NULL};
    const struct process *at = process;

    while ((at = relations_parent(context->relations, at)))
        if (program_is_one_of(program_name(context->snapshot, at), names) &&
            program_is_trusted(context->snapshot, at))
            return true;
    return false;
}

float check_no_tty(const struct check_context *context, const struct process *process,
                   struct strbuf *evidence)
{
    struct shell_mode mode;
    struct span first;

    if (process->tty_nr != 0 || !program_is_shell(context->snapshot, process) ||
        !argument_at(context->snapshot, process, 0, &first))
        return 0;
    mode = shell_mode_of(context->snapshot, process);
    if ((mode.has_command || mode.has_script) && !mode.is_interactive)
        return 0;

    const struct descriptor *input = find_descriptor(context, process, 0);
    if (!input || (input->kind != DESCRIPTOR_SOCKET && input->kind != DESCRIPTOR_PIPE))
        return 0;
    const struct socket *socket = standard_socket(context, process, 0);

    if (socket)
        add_standard_socket(context, 0, socket, evidence);
    else
        strbuf_add_format(evidence, "fd 0 -> %s:[%llu]",
                          input->kind == DESCRIPTOR_PIPE ? "pipe" : "socket",
                          (unsigned long long)input->inode);
    strbuf_add_string(evidence, ", no terminal, ");
    evidence_add_command(evidence, context->snapshot, process);
    if (socket || (mode.is_interactive && !mode.has_command))
        return 1;
    /* "ssh host sh -s < script" looks just so. */
    if (is_below_ssh(context, process)) {
        strbuf_add_string(evidence, "; of an SSH session");
        return a_third;
    }
    /* CI runners and installers feed a shell its script through a pipe. */
    return two_thirds;
}

/* --- revshell_stdio --- */

float check_revshell_stdio(const struct check_context *context, const struct process *process,
                           struct strbuf *evidence)
{
    bool is_shell = program_is_shell(context->snapshot, process);
    const struct socket *sockets[3], *wire = NULL;
    int first = 0;

    if (!is_shell && !program_is_interpreter(context->snapshot, process))
        return 0;
    for (int fd = 2; fd >= 0; fd--) {
        sockets[fd] = standard_socket(context, process, fd);
        if (sockets[fd] && sockets[fd]->remote_port != 0) {
            wire = sockets[fd];
            first = fd;
        }
    }
    if (!wire)
        return 0;
    /* One of three may be a log; two of three on one socket are a wire. */
    if (!is_shell && (wire == sockets[0]) + (wire == sockets[1]) + (wire == sockets[2]) < 2)
        return 0;
    add_standard_socket(context, first, wire, evidence);
    if (is_shell || wire->flags & SOCKET_IS_OUTBOUND)
        return 1;
    strbuf_add_string(evidence, "; accepted, as inetd's handlers have it");
    return 1.0F / 6;
}

/* --- ptraced --- */

static const char *const debuggers[] = {
    "gdb",         "gdbserver", "strace",      "ltrace",  "perf",     "lldb",
    "lldb-server", "dlv",       "rr",          "uftrace", "valgrind", "systemd-coredump",
    "apport",      "codelldb",  "debugserver", NULL};

float check_ptraced(const struct check_context *context, const struct process *process,
                    struct strbuf *evidence)
{
    const struct process *tracer;

    if (process->tracer_pid == 0)
        return 0;
    strbuf_add_format(evidence, "TracerPid %d", process->tracer_pid);
    tracer = snapshot_find(context->snapshot, process->tracer_pid);
    if (!tracer) {
        strbuf_add_string(evidence, ", which cannot be seen");
        return 1;
    }
    struct span path = program_path(context->snapshot, tracer);
    struct span name = program_name(context->snapshot, tracer);
    strbuf_add_char(evidence, ' ');
    strbuf_add_span(evidence, span_length(path) > 0 ? path : name);
    if (!program_is_one_of(name, debuggers))
        return 1;
    if (program_is_trusted(context->snapshot, tracer)) {
        strbuf_add_string(evidence, ", a debugger of the system");
        return a_third;
    }
    /* dlv and codelldb live in their users' homes. */
    if (!process_knows(tracer, FACT_BIT(FACT_STATUS)) || tracer->uid[1] != process->uid[1] ||
        span_length(path) == 0 || is_temporary_path(path))
        return 1;
    strbuf_add_string(evidence, ", by its name a debugger, of the same user");
    return two_thirds;
}
