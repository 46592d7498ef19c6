/* SPDX-License-Identifier: MIT */
/* Every parser of what the kernel prints, on the same bytes: which file they
 * were meant for does not matter to a parser that must survive anything. */
#include "gather/parse.h"
#include "tests/fuzz/target.h"

static void parse_files(struct span text)
{
    struct process_stat stat;
    struct process_status status;
    struct environ_values values;
    struct exe_file file;
    struct span path;
    uint64_t number, other;
    int32_t pid;
    float load[3];
    struct process_security security;
    struct opening opening = {0};

    parse_security(text, &security);
    parse_fdinfo(text, &opening);
    parse_stat(text, &stat);
    parse_status(text, &status);
    parse_thread_group(text, &number);
    parse_schedstat(text, &number, &other);
    parse_environ(text, &values);
    parse_exe_stat(text, &file);
    parse_cgroup(text, &path);
    parse_tty_index(text, &number);
    parse_bpf_type(text, &number);
    written_code_of(text);
    parse_seconds(text, &number);
    parse_loadavg(text, &load);
    parse_last_pid(text, &pid);
    parse_task_count(text, &number);
    parse_meminfo(text, &number, &other);
    parse_cpu_count(text);
    parse_numbered_link(text, "socket", &number);
    parse_descriptor_link(text, &number);
}

static void parse_line(struct span line)
{
    struct map map;
    struct socket socket;
    struct mount_line mount;
    struct limit_line limit;
    struct span name;
    uint64_t uid;
    uint32_t kib;

    parse_anonymous(line, &kib);
    parse_limit(line, &limit);
    parse_map(line, &map, &name);
    parse_net_socket(line, 2, 6, &socket);  /* AF_INET, TCP */
    parse_net_socket(line, 10, 6, &socket); /* AF_INET6, TCP */
    parse_packet_socket(line, &socket);
    parse_passwd(line, &uid, &name);
    if (parse_mount(line, &mount))
        parse_hides_pids(mount.super_options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size), line;

    parse_files(text);
    while (span_take_line(&text, &line))
        parse_line(line);
    return 0;
}
