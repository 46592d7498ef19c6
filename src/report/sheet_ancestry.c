/* SPDX-License-Identifier: MIT */
/* Who started a process, from where; and what it started. */
#include <string.h>

#include "report/sheet.h"
#include "view/cells.h"

enum { ANCESTORS_MAX = 64, CHILDREN_MAX = 50, ARGUMENTS_MAX = 160 };

static const char *exe_base(const struct row *row, const struct process *process)
{
    const char *exe = snapshot_string(row->snapshot, process->exe);
    const char *slash = strrchr(exe, '/');

    return slash ? slash + 1 : exe;
}

static void add_age(const struct sheet *sheet, const struct row *row,
                    const struct process *process)
{
    struct strbuf age = {0};

    cell_add_age(&age, snapshot_age(row->snapshot, process));
    sheet_add(sheet, TONE_DIM, "  %s", strbuf_string(&age));
    strbuf_release(&age);
}

static void write_relative(const struct sheet *sheet, const struct row *row,
                           const struct process *process)
{
    bool is_itself = process == row->process;

    sheet_add(sheet, TONE_DIM, "%d ", process->pid);
    sheet_add_text(sheet, is_itself ? TONE_KEY : TONE_TEXT, row, process->comm);
    sheet_add(sheet, TONE_DIM, "  ");
    sheet_add_text(sheet, TONE_DIM, row, process->user);
    add_age(sheet, row, process);
    sheet_add(sheet, TONE_DIM, "  ");
    sheet_add_text(sheet, TONE_DIM, row, process->exe);
    if (process->cmdline.length > 0) {
        struct text_ref arguments = process->cmdline;
        bool is_long = arguments.length > ARGUMENTS_MAX;

        if (is_long)
            arguments.length = ARGUMENTS_MAX;
        sheet_add(sheet, TONE_DIM, "  ");
        sheet_arguments(sheet, TONE_TEXT, -1, row, arguments);
        if (is_long)
            sheet_add(sheet, TONE_DIM, " ...");
    }
}

static void write_chain(const struct sheet *sheet, const struct row *row)
{
    const struct process *chain[ANCESTORS_MAX];
    int count = 0;

    for (const struct process *at = row->process; at && count < ANCESTORS_MAX;
         at = relations_parent(row->relations, at))
        chain[count++] = at;
    for (int i = count - 1; i >= 0; i--) {
        int depth = count - 1 - i;

        sheet_line(sheet);
        if (depth > 0)
            sheet_add(sheet, TONE_DIM, "%*s%s ", (depth - 1) * 3, "",
                      row->style == TEXT_UTF8 ? "\u2514\u2500" : "`-");
        write_relative(sheet, row, chain[i]);
    }
    if (count == ANCESTORS_MAX)
        sheet_add(sheet, TONE_WARNING, "  (%d ancestors shown)", ANCESTORS_MAX);
    if (chain[count - 1]->pid != 1 && chain[count - 1]->ppid != 0) {
        sheet_line(sheet);
        sheet_add(sheet, TONE_WARNING, "The parent of %d, %d, is not to be seen.",
                  chain[count - 1]->pid, chain[count - 1]->ppid);
    }
}

static void write_leader(const struct sheet *sheet, const struct row *row, const char *label,
                         int32_t pid)
{
    const struct process *leader = snapshot_find(row->snapshot, pid);

    sheet_label(sheet, label);
    sheet_add(sheet, TONE_TEXT, "%d ", pid);
    if (leader == row->process)
        sheet_add(sheet, TONE_DIM, "itself");
    else if (leader)
        sheet_add_text(sheet, TONE_TEXT, row, leader->comm);
    else
        sheet_add(sheet, TONE_DIM, "whose first process is gone");
}

/* The ancestor that serves the login it came by, with its connection. */
static const struct socket *find_ssh(const struct row *row, const struct process **ret_server)
{
    for (const struct process *at = row->process; at;
         at = relations_parent(row->relations, at)) {
        const struct connection *connections;
        uint32_t count;

        if (strncmp(exe_base(row, at), "sshd", 4) != 0)
            continue;
        connections = relations_connections(row->relations, at, &count);
        for (uint32_t i = 0; i < count; i++) {
            const struct socket *socket = &row->snapshot->sockets[connections[i].socket];

            if (socket->state == SOCKET_ESTABLISHED && socket->remote_port != 0 &&
                !(socket->flags & SOCKET_IS_OUTBOUND)) {
                *ret_server = at;
                return socket;
            }
        }
    }
    return NULL;
}

static void write_origin(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct row *row = &subject->row;
    const struct snapshot *full = subject->full.snapshot;
    char address[SOCKET_ADDRESS_SIZE];
    const struct process *server;
    const struct socket *socket = find_ssh(row, &server);

    if (socket) {
        socket_format_remote(socket, &address);
        sheet_label(sheet, "came from");
        sheet_add(sheet, TONE_KEY, "%s", address);
        sheet_add(sheet, TONE_DIM, "  by the connection of %d ", server->pid);
        sheet_add_text(sheet, TONE_DIM, row, server->comm);
    }
    /* What it says itself may be a lie. */
    for (size_t i = 0; subject->closer && i < full->variable_count; i++) {
        const struct variable *variable = &full->variables[i];

        if (!span_equals(snapshot_span(full, variable->name), "SSH_CONNECTION"))
            continue;
        sheet_label(sheet, socket ? "and says" : "says");
        sheet_add(sheet, TONE_DIM, "SSH_CONNECTION=");
        sheet_add_text(sheet, TONE_TEXT, &subject->full, variable->value);
    }
}

static void write_login(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct process *process = subject->full.process;
    const struct closer *closer = subject->closer;

    if (process->facts[FACT_LOGINUID] != FACT_KNOWN)
        return;
    sheet_label(sheet, "login");
    if (process->loginuid == LOGINUID_NONE)
        sheet_add(sheet, TONE_DIM, "none: started by the system");
    else
        sheet_add(sheet, TONE_TEXT, "uid %u", process->loginuid);
    if (closer && closer->audit_session != AUDIT_SESSION_NONE)
        sheet_add(sheet, TONE_DIM, "  audit session %u", closer->audit_session);
}

static void write_children(const struct sheet *sheet, const struct row *row)
{
    struct range range = row->relations->children[row->process - row->snapshot->processes];

    if (range.count == 0)
        return;
    sheet_line(sheet);
    for (uint32_t i = 0; i < range.count && i < CHILDREN_MAX; i++) {
        uint32_t child = row->relations->child_list[range.first + i];

        sheet_label(sheet, i == 0 ? "started" : "");
        write_relative(sheet, row, &row->snapshot->processes[child]);
    }
    if (range.count > CHILDREN_MAX) {
        sheet_label(sheet, "");
        sheet_add(sheet, TONE_WARNING, "and %u more", range.count - CHILDREN_MAX);
    }
}

void sheet_ancestry(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct row *row = &subject->row;

    write_chain(sheet, row);
    sheet_line(sheet);
    if (process_knows(row->process, FACT_BIT(FACT_STAT))) {
        write_leader(sheet, row, "session", row->process->session);
        write_leader(sheet, row, "group", row->process->pgrp);
    }
    sheet_column(sheet, "terminal", row, "tty");
    if (row->process->tty_nr == 0) {
        sheet_label(sheet, "terminal");
        sheet_add(sheet, TONE_DIM, "none");
    }
    write_login(sheet, subject);
    write_origin(sheet, subject);
    sheet_column(sheet, "unit", row, "unit");
    sheet_column(sheet, "container", row, "container");
    write_children(sheet, row);
}
