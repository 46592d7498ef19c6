/* SPDX-License-Identifier: MIT */
#include "tests/bench/crowd.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "model/snapshot.h"

enum {
    OWN_NAMESPACE = 4026531840,
    FIRST_PID = 300,
    FIRST_INODE = 100000,
    CHILDREN = 8, /* of each process */
    KERNEL_THREADS_EVERY = 50,
    CONNECTED_EVERY = 3,
    BUSY_EVERY = 200,
    WAKING_EVERY = 10,
    CONTAINED_EVERY = 3,
    SESSIONS = 50,
};

/* clang-format off */
/* Who lives on a large machine. %zu in a command is the process's number. */
static const struct kind {
    const char *exe;
    const char *command; /* arguments separated by '|' */
    const char *package; /* empty: of none */
    uint32_t uid;
    bool has_terminal;
    bool is_shell;
    bool is_compiler; /* writable and executable memory */
} kinds[] = {
    {"/usr/sbin/nginx", "nginx: worker process", "nginx", 33},
    {"/usr/lib/postgresql/15/bin/postgres",
     "postgres: 15/main: app app 10.0.0.%zu(5432) idle", "postgresql-15", 110},
    {"/usr/sbin/sshd", "sshd: user%zu [priv]", "openssh-server", 0},
    {"/usr/bin/bash", "-bash", "bash", 1000, .has_terminal = true, .is_shell = true},
    {"/usr/bin/dash", "sh|-c|/usr/local/bin/report --all --number %zu >/dev/null 2>&1",
     "dash", 1000, .is_shell = true},
    {"/usr/bin/python3.11",
     "/usr/bin/python3|/srv/app/manage.py|runserver|--port|%zu|--workers=4", "python3.11", 1001},
    {"/usr/bin/node", "node|/srv/site/server.js|--instance=%zu|--enable-source-maps",
     "nodejs", 1001, .is_compiler = true},
    {"/usr/lib/jvm/java-17-openjdk-amd64/bin/java",
     "java|-Xmx2g|-XX:+UseG1GC|-Dnode.id=%zu|-Dlog4j2.formatMsgNoLookups=true|"
     "-Djava.io.tmpdir=/var/lib/app/tmp|-cp|/srv/app/lib/a.jar:/srv/app/lib/b.jar:"
     "/srv/app/lib/c.jar|com.example.app.Main|--config|/etc/app/node.yaml",
     "openjdk-17-jre-headless", 1002, .is_compiler = true},
    {"/usr/sbin/cron", "/usr/sbin/cron|-f", "cron", 0},
    {"/usr/lib/systemd/systemd", "/lib/systemd/systemd|--user", "systemd", 1000},
    {"/usr/bin/sleep", "sleep|%zu", "coreutils", 1000},
    {"/usr/bin/tail", "tail|-F|/var/log/app/%zu.log", "coreutils", 1000, .has_terminal = true},
    {"/opt/agent/bin/agentd", "/opt/agent/bin/agentd|--shard|%zu", "", 998},
    {"/home/user/.nvm/versions/node/v20.1.0/bin/node", "node|/home/user/site/%zu.js", "", 1000,
     .has_terminal = true, .is_compiler = true},
    {"/usr/bin/vim.basic", "vim|notes-%zu.txt", "vim", 1000, .has_terminal = true},
    {"/usr/sbin/apache2", "/usr/sbin/apache2|-k|start", "apache2-bin", 33},
};
/* clang-format on */
enum { KIND_COUNT = sizeof kinds / sizeof *kinds, MANAGER = 9 };

static struct text_ref text_of(struct snapshot_builder *builder, const char *text)
{
    return snapshot_builder_text(builder, span_of_string(text));
}

static struct text_ref command_of(struct snapshot_builder *builder, const char *pattern,
                                  size_t number)
{
    const char *place = strstr(pattern, "%zu");
    char command[512];
    size_t length;

    length = place ? (size_t)snprintf(command, sizeof command, "%.*s%zu%s",
                                      (int)(place - pattern), pattern, number, place + 3)
                   : (size_t)snprintf(command, sizeof command, "%s", pattern);
    for (size_t i = 0; i < length; i++)
        if (command[i] == '|')
            command[i] = '\0';
    return snapshot_builder_text(builder, span_of(command, length + 1));
}

static void add_descriptors(struct snapshot_builder *builder, struct process *process,
                            const struct kind *kind, size_t number)
{
    uint64_t inode = FIRST_INODE + number * 8;

    for (int fd = 0; fd <= 2; fd++) {
        struct descriptor descriptor = {
            .fd = fd,
            .kind = kind->has_terminal ? DESCRIPTOR_TERMINAL : DESCRIPTOR_NULL,
            .target = text_of(builder, kind->has_terminal ? "/dev/pts/1" : "/dev/null"),
        };
        uint32_t at = snapshot_builder_add_descriptor(builder, &descriptor);
        if (fd == 0)
            process->descriptors.first = at;
    }
    for (int fd = 3; fd <= 4; fd++)
        snapshot_builder_add_descriptor(
            builder, &(struct descriptor){.fd = fd, .kind = DESCRIPTOR_PIPE, .inode = inode});
    process->descriptors.count = 5;
    if (number % CONNECTED_EVERY != 0 || kind->has_terminal || kind->is_shell)
        return;
    snapshot_builder_add_descriptor(
        builder, &(struct descriptor){.fd = 5, .kind = DESCRIPTOR_SOCKET, .inode = inode + 1});
    snapshot_builder_add_socket(builder, &(struct socket){
                                             .inode = inode + 1,
                                             .ns_net = OWN_NAMESPACE,
                                             .family = AF_INET,
                                             .protocol = IPPROTO_TCP,
                                             .state = SOCKET_ESTABLISHED,
                                             .local_port = (uint16_t)(30000 + number % 20000),
                                             .remote_port = 5432,
                                             .local = {10, 0, 0,                     1},
                                             .remote = {10, 0, (uint8_t)(number % 4), 2}
    });
    process->descriptors.count++;
}

static void add_maps(struct snapshot_builder *builder, struct process *process,
                     const struct kind *kind)
{
    const struct map program = {.start = 0x400000,
                                .end = 0x500000,
                                .inode = process->exe_file.ino,
                                .permissions = MAP_READ | MAP_EXECUTE,
                                .name = text_of(builder, kind->exe)};
    const struct map compiled = {.start = 0x7f0000000000,
                                 .end = 0x7f0000100000,
                                 .permissions = MAP_READ | MAP_WRITE | MAP_EXECUTE};

    process->maps.first = snapshot_builder_add_map(builder, &program);
    snapshot_builder_add_map(builder, &compiled);
    process->maps.count = 2;
}

/* Below one of the users' systemd. */
static size_t parent_of(size_t number)
{
    size_t parent = number / CHILDREN / KIND_COUNT * KIND_COUNT + MANAGER;

    return parent < number ? parent : 0;
}

/* A service, a session, or a container's process. */
static struct text_ref cgroup_of(struct snapshot_builder *builder, const struct kind *kind,
                                 size_t number)
{
    char path[192];

    if (kind->has_terminal)
        snprintf(path, sizeof path, "/user.slice/user-%u.slice/session-%zu.scope", kind->uid,
                 number % SESSIONS);
    else if (number % CONTAINED_EVERY == 0)
        snprintf(path, sizeof path, "/system.slice/docker-%016zx%016zx%032d.scope", number,
                 number * 7, 0);
    else
        snprintf(path, sizeof path, "/system.slice/%s.service", strrchr(kind->exe, '/') + 1);
    return text_of(builder, path);
}

static float cpu_of(size_t number, unsigned second)
{
    if (number % BUSY_EVERY == 0)
        return 95.0F + (float)(second % 4);
    return (number + second) % WAKING_EVERY == 0 ? 0.3F : 0.0F;
}

static void add_process(struct snapshot_builder *builder, size_t number, unsigned second)
{
    const struct kind *kind = &kinds[number % KIND_COUNT];
    const char *name = strrchr(kind->exe, '/') + 1;
    struct process process = {
        .pid = FIRST_PID + (int32_t)number,
        .ppid = number == 0 ? 0 : FIRST_PID + (int32_t)parent_of(number),
        .starttime = 1000 + number,
        .state = 'S',
        .threads = 1,
        .ns_depth = 1,
        .ns_pid = OWN_NAMESPACE,
        .ns_mnt = OWN_NAMESPACE,
        .ns_net = OWN_NAMESPACE,
        .ns_user = OWN_NAMESPACE,
        .loginuid = kind->has_terminal ? kind->uid : UINT32_MAX,
        .tty_nr = kind->has_terminal ? 136 << 8 | 1 : 0,
        .uid = {kind->uid, kind->uid, kind->uid, kind->uid},
        .comm = snapshot_builder_text(builder, span_of(name, strnlen(name, 15))),
        .user = text_of(builder, kind->uid == 0 ? "root" : "user"),
        .cwd = text_of(builder, "/"),
        .cgroup = cgroup_of(builder, kind, number),
        .package = text_of(builder, kind->package),
        .rss = 4096 * (1000 + number % 977),
        .cpu_percent = cpu_of(number, second),
        .maps_flags = MAPS_EXE_IS_MAPPED,
    };

    for (unsigned fact = 0; fact < FACT_COUNT; fact++)
        process.facts[fact] = FACT_KNOWN;
    process.facts[FACT_SHA256] = FACT_NOT_ASKED;
    if (number % KERNEL_THREADS_EVERY == 1) {
        process.flags = PROCESS_PF_KTHREAD;
        process.comm = text_of(builder, "kworker/0:1");
        snapshot_builder_add_process(builder, &process);
        return;
    }
    process.exe = text_of(builder, kind->exe);
    process.exe_file = (struct exe_file){.ino = 1000 + number % KIND_COUNT,
                                         .nlink = 1,
                                         .mode = S_IFREG | 0755,
                                         .flags = EXE_PATH_EXISTS | EXE_PATH_IS_SAME |
                                                  EXE_PATH_IS_TRUSTED | EXE_ON_LOCAL_FS};
    process.cmdline = command_of(builder, kind->command, number);
    add_descriptors(builder, &process, kind, number);
    if (kind->is_compiler)
        add_maps(builder, &process, kind);
    snapshot_builder_add_process(builder, &process);
}

void *crowd_new(size_t count, unsigned second, size_t *ret_size)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct snapshot_header *header = snapshot_builder_header(builder);

    header->ticks_per_second = 100;
    header->cpus = 2;
    header->page_size = 4096;
    header->serial = second + 1;
    header->uptime_ms = 5000000 + second * UINT64_C(1000);
    header->realtime_ns = INT64_C(1763971200000000000) + second * INT64_C(1000000000);
    header->interval_ms = 1000;
    header->gather_wall_us = 80000 + second * 1234 % 5000;
    header->load[0] = 0.5F + (float)(second % 10) / 100;
    header->counts.processes = (uint32_t)count;
    header->host = text_of(builder, "bench");
    header->ns_pid = header->ns_mnt = header->ns_net = header->ns_user = OWN_NAMESPACE;
    for (size_t i = 0; i < count; i++)
        add_process(builder, i, second);
    *ret_size = snapshot_builder_size(builder);
    void *block = memory_new(*ret_size, 1);
    snapshot_builder_seal(builder, block);
    snapshot_builder_free(builder);
    return block;
}
