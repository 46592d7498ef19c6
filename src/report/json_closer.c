/* SPDX-License-Identifier: MIT */
/* What explain tells of one process, for programs: beside what a scan tells of it, whom it
 * came from, what it holds, and a closer look at it. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "base/secrets.h"
#include "report/capabilities.h"
#include "report/json.h"
#include "report/json_value.h"
#include "report/sheet.h"

static cJSON *add_object_to(cJSON *array)
{
    cJSON *item = json_checked(cJSON_CreateObject());

    cJSON_AddItemToArray(array, item);
    return item;
}

static cJSON *add_array(cJSON *object, const char *key)
{
    return json_checked(cJSON_AddArrayToObject(object, key));
}

static void add_string(cJSON *object, const char *key, const char *text)
{
    json_checked(cJSON_AddStringToObject(object, key, text));
}

static void add_text(cJSON *object, const char *key, const struct row *row,
                     struct text_ref text)
{
    cJSON_AddItemToObject(object, key, json_text(snapshot_span(row->snapshot, text)));
}

static void add_bool(cJSON *object, const char *key, bool value)
{
    json_checked(cJSON_AddBoolToObject(object, key, value));
}

/* Itself first, then its parents. */
static void add_ancestry(cJSON *object, const struct report *report, const struct row *row)
{
    cJSON *array = add_array(object, "ancestry");

    for (const struct process *at = row->process; at;
         at = relations_parent(row->relations, at)) {
        cJSON *item = add_object_to(array);

        json_add_number(item, "pid", at->pid);
        json_add_number(item, "starttime", (double)at->starttime);
        add_text(item, "name", row, at->comm);
        add_text(item, "user", row, at->user);
        add_text(item, "exe", row, at->exe);
        cJSON_AddItemToObject(item, "cmdline", json_arguments(report, at));
    }
}

static const char *protocol_name(const struct socket *socket)
{
    if (socket->protocol == IPPROTO_TCP)
        return "tcp";
    return socket->protocol == IPPROTO_UDP ? "udp" : "raw";
}

static void add_connections(cJSON *object, const struct row *row)
{
    cJSON *array = add_array(object, "connections");
    char address[SOCKET_ADDRESS_SIZE];
    uint32_t count;
    const struct connection *connections =
        relations_connections(row->relations, row->process, &count);

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &row->snapshot->sockets[connections[i].socket];

        if (socket->local_port == 0)
            continue; /* not of the internet */
        cJSON *item = add_object_to(array);
        json_add_number(item, "fd", connections[i].fd);
        add_string(item, "protocol", protocol_name(socket));
        add_string(item, "state", socket_state_name(socket->state));
        socket_format_local(socket, &address);
        add_string(item, "local", address);
        socket_format_remote(socket, &address);
        add_string(item, "remote", address);
        add_bool(item, "outbound", socket->flags & SOCKET_IS_OUTBOUND);
    }
}

static void add_maps(cJSON *object, const struct row *row)
{
    cJSON *array = add_array(object, "maps");
    struct range range = row->process->maps;

    for (uint32_t i = 0; i < range.count; i++) {
        const struct map *map = &row->snapshot->maps[range.first + i];
        cJSON *item = add_object_to(array);
        const char permissions[] = {map->permissions & MAP_READ ? 'r' : '-',
                                    map->permissions & MAP_WRITE ? 'w' : '-',
                                    map->permissions & MAP_EXECUTE ? 'x' : '-',
                                    map->permissions & MAP_IS_SHARED ? 's' : 'p', '\0'};
        char address[40];

        /* Beyond 2^53 a number would be another in most readers. */
        snprintf(address, sizeof address, "%llx-%llx", (unsigned long long)map->start,
                 (unsigned long long)map->end);
        add_string(item, "address", address);
        add_string(item, "permissions", permissions);
        add_text(item, "name", row, map->name);
    }
}

static void add_elf(cJSON *program, const struct elf_facts *elf)
{
    static const struct {
        uint32_t flag;
        const char *key;
    } flags[] = {
        {ELF_HAS_INTERPRETER,      "dynamic"         },
        {ELF_HAS_SYMBOLS,          "symbols"         },
        {ELF_HAS_SECTIONS,         "sections"        },
        {ELF_HAS_RELRO,            "relro"           },
        {ELF_HAS_STACK_EXECUTABLE, "executable_stack"},
        {ELF_HAS_WRITABLE_CODE,    "writable_code"   },
        {ELF_ENTRY_IS_ODD,         "odd_entry"       },
    };
    struct strbuf build_id = {0};

    if (elf->machine == 0) {
        json_checked(cJSON_AddNullToObject(program, "elf"));
        return;
    }
    cJSON *object = json_checked(cJSON_AddObjectToObject(program, "elf"));
    json_add_number(object, "machine", elf->machine);
    json_add_number(object, "type", elf->type);
    json_add_number(object, "needed", elf->needed);
    cJSON_AddItemToObject(object, "interpreter", json_text(span_of_string(elf->interpreter)));
    for (uint32_t i = 0; i < elf->build_id_length; i++)
        strbuf_add_format(&build_id, "%02x", elf->build_id[i]);
    add_string(object, "build_id", strbuf_string(&build_id));
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        add_bool(object, flags[i].key, elf->flags & flags[i].flag);
    strbuf_release(&build_id);
}

static void add_program(cJSON *object, const struct sheet_subject *subject)
{
    static const char *const integrities[] = {NULL, "intact", "modified"};
    const struct row *full = &subject->full;
    const struct exe_file *file = &full->process->exe_file;
    const struct closer *closer = subject->closer;
    cJSON *program = json_checked(cJSON_AddObjectToObject(object, "program"));
    char mode[8];

    if (process_knows(full->process, FACT_BIT(FACT_EXE_FILE)) && file->ino != 0) {
        snprintf(mode, sizeof mode, "%04o", file->mode & 07777);
        json_add_number(program, "size", (double)file->size);
        add_string(program, "mode", mode);
        json_add_number(program, "uid", file->uid);
        json_add_number(program, "gid", file->gid);
        json_add_number(program, "modified", (double)file->mtime_ns / 1e9);
        json_add_number(program, "changed", (double)file->ctime_ns / 1e9);
        add_bool(program, "deleted", file->nlink == 0);
    }
    if (process_knows(full->process, FACT_BIT(FACT_PACKAGE)))
        add_text(program, "package", full, full->process->package);
    if (!closer || closer->states[CLOSER_PROGRAM] != FACT_KNOWN)
        return;
    if (closer->states[CLOSER_INTEGRITY] == FACT_KNOWN && closer->integrity < 3 &&
        integrities[closer->integrity])
        add_string(program, "integrity", integrities[closer->integrity]);
    add_elf(program, &closer->elf);
}

static void add_ids(cJSON *object, const char *key, const uint32_t *ids, uint32_t count)
{
    cJSON *array = add_array(object, key);

    for (uint32_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, json_checked(cJSON_CreateNumber(ids[i])));
}

static void add_capabilities(cJSON *object, const char *key, uint64_t set)
{
    struct strbuf names = {0};

    capabilities_add(&names, set);
    add_string(object, key, strbuf_string(&names));
    strbuf_release(&names);
}

static void add_security_looked_at(cJSON *security, const struct closer *closer)
{
    uint32_t shown =
        closer->group_count < CLOSER_GROUPS_MAX ? closer->group_count : CLOSER_GROUPS_MAX;
    char umask[8];

    add_ids(security, "groups", closer->groups, shown);
    add_capabilities(security, "inheritable", closer->cap_inheritable);
    add_capabilities(security, "bounding", closer->cap_bounding);
    json_add_number(security, "seccomp_filters", closer->seccomp_filters);
    snprintf(umask, sizeof umask, "%04o", closer->umask & 07777);
    add_string(security, "umask", umask);
    json_add_number(security, "oom_score_adj", closer->oom_score_adj);
}

/* Those that are not the ones we live in. */
static void add_namespaces(cJSON *security, const struct row *full)
{
    const struct process *its = full->process;
    const struct snapshot_header *ours = full->snapshot->header;
    cJSON *array = add_array(security, "own_namespaces");
    const struct {
        const char *name;
        bool is_own;
    } namespaces[] = {
        {"mnt",  its->ns_mnt != ours->ns_mnt  },
        {"pid",  its->ns_pid != ours->ns_pid  },
        {"net",  its->ns_net != ours->ns_net  },
        {"user", its->ns_user != ours->ns_user},
    };

    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        if (namespaces[i].is_own)
            cJSON_AddItemToArray(array, json_text(span_of_string(namespaces[i].name)));
}

static void add_security(cJSON *object, const struct sheet_subject *subject)
{
    static const char *const modes[] = {"none", "strict", "filter"};
    const struct row *full = &subject->full;
    const struct process *process = full->process;
    const struct closer *closer = subject->closer;
    cJSON *security = json_checked(cJSON_AddObjectToObject(object, "security"));

    if (process_knows(process, FACT_BIT(FACT_STATUS))) {
        add_ids(security, "uids", process->uid, 4);
        add_ids(security, "gids", process->gid, 4);
        add_capabilities(security, "effective", process->cap_effective);
        add_capabilities(security, "permitted", process->cap_permitted);
        add_capabilities(security, "ambient", process->cap_ambient);
        add_string(security, "seccomp", process->seccomp < 3 ? modes[process->seccomp] : "?");
        add_bool(security, "no_new_privs", process->no_new_privs);
    }
    if (process_knows(process, FACT_BIT(FACT_NAMESPACES)))
        add_namespaces(security, full);
    if (process_knows(process, FACT_BIT(FACT_CGROUP)))
        add_text(security, "cgroup", full, process->cgroup);
    if (closer && closer->states[CLOSER_SECURITY] == FACT_KNOWN)
        add_security_looked_at(security, closer);
    if (closer && closer->states[CLOSER_LABEL] == FACT_KNOWN) {
        add_text(security, "label", full, closer->label);
        add_text(security, "root", full, closer->root);
    }
}

static void add_limits(cJSON *object, const struct row *full)
{
    cJSON *array = add_array(object, "limits");

    for (size_t i = 0; i < full->snapshot->limit_count; i++) {
        const struct limit *limit = &full->snapshot->limits[i];
        cJSON *item = add_object_to(array);

        add_text(item, "name", full, limit->name);
        add_text(item, "soft", full, limit->soft);
        add_text(item, "hard", full, limit->hard);
        add_text(item, "unit", full, limit->unit);
    }
}

static void add_threads(cJSON *object, const struct row *full)
{
    const struct snapshot *snapshot = full->snapshot;
    cJSON *array = add_array(object, "threads");

    for (size_t i = 0; i < snapshot->thread_count; i++) {
        const struct thread *thread = &snapshot->threads[i];
        cJSON *item = add_object_to(array);

        json_add_number(item, "tid", thread->tid);
        cJSON_AddItemToObject(item, "state", json_text(span_of(&thread->state, 1)));
        json_add_number(item, "cpu_seconds",
                        (double)thread->cpu_ticks / snapshot->header->ticks_per_second);
        add_text(item, "name", full, thread->comm);
        add_text(item, "waits_in", full, thread->waits_in);
    }
}

static const char *mode_of(const struct opening *opening)
{
    static const char *const modes[] = {"r", "w", "rw", ""};

    return modes[opening->flags & O_ACCMODE];
}

static void add_files(cJSON *object, const struct row *full)
{
    const struct snapshot *snapshot = full->snapshot;
    struct range range = full->process->descriptors;
    cJSON *array = add_array(object, "files");

    for (uint32_t i = 0; i < range.count; i++) {
        const struct descriptor *descriptor = &snapshot->descriptors[range.first + i];
        const struct opening *opening = snapshot_opening(snapshot, descriptor->fd);
        cJSON *item = add_object_to(array);

        json_add_number(item, "fd", descriptor->fd);
        if (descriptor->kind == DESCRIPTOR_SOCKET || descriptor->kind == DESCRIPTOR_PIPE) {
            char target[40];

            snprintf(target, sizeof target, "%s:[%llu]",
                     descriptor->kind == DESCRIPTOR_PIPE ? "pipe" : "socket",
                     (unsigned long long)descriptor->inode);
            add_string(item, "target", target);
        } else {
            add_text(item, "target", full, descriptor->target);
        }
        if (opening) {
            add_string(item, "mode", mode_of(opening));
            add_bool(item, "append", opening->flags & O_APPEND);
            json_add_number(item, "position", (double)opening->position);
        }
    }
}

/* Names may come twice, and no value that looks like a secret leaves. */
static void add_environ(cJSON *object, const struct snapshot *snapshot)
{
    cJSON *array = add_array(object, "environ");

    for (size_t i = 0; i < snapshot->variable_count; i++) {
        const struct variable *variable = &snapshot->variables[i];
        struct strbuf piece = {0}, masked = {0};

        strbuf_add_span(&piece, snapshot_span(snapshot, variable->name));
        if (variable->name.length > 0)
            strbuf_add_char(&piece, '=');
        strbuf_add_span(&piece, snapshot_span(snapshot, variable->value));
        secrets_add_masked(&masked, strbuf_span(&piece));
        if (masked.length > 0)
            strbuf_truncate(&masked, masked.length - 1); /* the NUL behind an argument */
        cJSON_AddItemToArray(array, json_text(strbuf_span(&masked)));
        strbuf_release(&piece);
        strbuf_release(&masked);
    }
}

/* What was not read, or only up to a cap. */
static void add_states(cJSON *object, const struct closer *closer)
{
    static const char *const parts[CLOSER_PART_COUNT] = {
        [CLOSER_VARIABLES] = "environ", [CLOSER_THREADS] = "threads",
        [CLOSER_LIMITS] = "limits",     [CLOSER_SECURITY] = "security",
        [CLOSER_LABEL] = "label",       [CLOSER_OPENINGS] = "openings",
        [CLOSER_PROGRAM] = "program",   [CLOSER_INTEGRITY] = "integrity",
    };
    cJSON *states = json_checked(cJSON_AddObjectToObject(object, "unknown_parts"));

    for (unsigned part = 0; part < CLOSER_PART_COUNT; part++)
        if (closer->states[part] != FACT_KNOWN)
            add_string(states, parts[part],
                       fact_state_name((enum fact_state)closer->states[part]));
}

void json_add_explanation(const struct report *report, uint32_t process,
                          const struct relations *look, struct strbuf *out)
{
    struct row row =
        view_row(report->snapshot, report->relations, report->scores, process, TEXT_UTF8);
    cJSON *object = json_process(report, process);
    struct sheet_subject subject;

    sheet_subject_init(&subject, &row, look);
    json_add_use(object, &row);
    add_ancestry(object, report, &row);
    add_connections(object, &row);
    add_maps(object, &subject.full);
    add_files(object, &subject.full);
    add_program(object, &subject);
    add_security(object, &subject);
    if (subject.closer) {
        add_limits(object, &subject.full);
        add_threads(object, &subject.full);
        add_environ(object, subject.full.snapshot);
        add_states(object, subject.closer);
    }
    json_finish(object, true, out);
}
