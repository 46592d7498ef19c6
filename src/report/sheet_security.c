/* SPDX-License-Identifier: MIT */
/* What a process may do, what it is confined by, and in which places it lives. */
#include <string.h>

#include "report/capabilities.h"
#include "report/sheet.h"

static void write_ids(const struct sheet *sheet, const char *label, const uint32_t ids[4])
{
    bool is_one = ids[0] == ids[1] && ids[1] == ids[2] && ids[2] == ids[3];

    sheet_label(sheet, label);
    if (is_one)
        sheet_add(sheet, TONE_TEXT, "%u", ids[0]);
    else
        sheet_add(sheet, TONE_WARNING, "real %u, effective %u, saved %u, file system %u",
                  ids[0], ids[1], ids[2], ids[3]);
}

static void write_groups(const struct sheet *sheet, const struct closer *closer)
{
    struct strbuf text = {0};
    uint32_t shown =
        closer->group_count < CLOSER_GROUPS_MAX ? closer->group_count : CLOSER_GROUPS_MAX;

    for (uint32_t i = 0; i < shown; i++)
        strbuf_add_format(&text, "%s%u", i > 0 ? " " : "", closer->groups[i]);
    if (shown < closer->group_count)
        strbuf_add_format(&text, " and %u more", closer->group_count - shown);
    sheet_label(sheet, "groups");
    sheet_wrap(sheet, TONE_TEXT, text.length > 0 ? strbuf_span(&text) : span_of_string("none"));
    strbuf_release(&text);
}

static void write_set(const struct sheet *sheet, const char *label, uint64_t set, bool is_loud)
{
    struct strbuf text = {0};

    capabilities_add(&text, set);
    sheet_label(sheet, label);
    sheet_wrap(sheet,
               set == 0  ? TONE_DIM
               : is_loud ? TONE_WARNING
                         : TONE_TEXT,
               strbuf_span(&text));
    strbuf_release(&text);
}

static void write_capabilities(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct process *process = subject->full.process;
    bool is_root = process->uid[ID_EFFECTIVE] == 0;

    write_set(sheet, "effective", process->cap_effective, !is_root);
    if (process->cap_permitted != process->cap_effective)
        write_set(sheet, "permitted", process->cap_permitted, !is_root);
    if (process->cap_ambient != 0)
        write_set(sheet, "ambient", process->cap_ambient, true);
    if (subject->closer && subject->closer->states[CLOSER_SECURITY] == FACT_KNOWN) {
        write_set(sheet, "inheritable", subject->closer->cap_inheritable, !is_root);
        write_set(sheet, "bounding", subject->closer->cap_bounding, false);
    }
}

static void write_confinement(const struct sheet *sheet, const struct sheet_subject *subject)
{
    static const char *const modes[] = {"none", "strict", "filter"};
    const struct process *process = subject->full.process;
    const struct closer *closer = subject->closer;

    sheet_label(sheet, "seccomp");
    sheet_add(sheet, TONE_TEXT, "%s", process->seccomp < 3 ? modes[process->seccomp] : "?");
    if (closer && closer->seccomp_filters > 0)
        sheet_add(sheet, TONE_DIM, "  %u filter%s", closer->seccomp_filters,
                  closer->seccomp_filters == 1 ? "" : "s");
    sheet_add(sheet, TONE_DIM, "    no_new_privs %s", process->no_new_privs ? "yes" : "no");
    if (closer && closer->states[CLOSER_LABEL] == FACT_KNOWN) {
        sheet_label(sheet, "label");
        if (closer->label.length > 0)
            sheet_add_text(sheet, TONE_TEXT, &subject->full, closer->label);
        else
            sheet_add(sheet, TONE_DIM, "none");
    }
    if (process->tracer_pid != 0) {
        sheet_label(sheet, "traced by");
        sheet_add(sheet, TONE_ALARM, "%d", process->tracer_pid);
    }
    if (closer && closer->states[CLOSER_SECURITY] == FACT_KNOWN) {
        sheet_label(sheet, "umask");
        sheet_add(sheet, closer->umask & 2 ? TONE_TEXT : TONE_WARNING, "%04o", closer->umask);
        sheet_add(sheet, TONE_DIM, "    oom_score_adj %d", closer->oom_score_adj);
    }
}

static void write_namespaces(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct process *process = subject->full.process;
    const struct snapshot_header *ours = subject->full.snapshot->header;
    const struct {
        const char *name;
        uint64_t its, ours;
    } namespaces[] = {
        {"mnt",  process->ns_mnt,  ours->ns_mnt },
        {"pid",  process->ns_pid,  ours->ns_pid },
        {"net",  process->ns_net,  ours->ns_net },
        {"user", process->ns_user, ours->ns_user},
    };
    const struct closer *closer = subject->closer;

    if (!process_knows(process, FACT_BIT(FACT_NAMESPACES))) {
        sheet_fact(sheet, "namespaces", &subject->full, FACT_NAMESPACES, (struct text_ref){0});
        return;
    }
    sheet_label(sheet, "namespaces");
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        sheet_add(sheet, namespaces[i].its == namespaces[i].ours ? TONE_DIM : TONE_WARNING,
                  "%s%s %s", i > 0 ? "  " : "", namespaces[i].name,
                  namespaces[i].its == namespaces[i].ours ? "ours" : "its own");
    if (process->ns_depth > 1)
        sheet_add(sheet, TONE_WARNING, "  %u pid namespaces below ours", process->ns_depth - 1);
    if (closer && closer->ns_uts != 0) {
        sheet_label(sheet, "");
        sheet_add(sheet, TONE_DIM, "cgroup %llu  ipc %llu  uts %llu  time %llu",
                  (unsigned long long)closer->ns_cgroup, (unsigned long long)closer->ns_ipc,
                  (unsigned long long)closer->ns_uts, (unsigned long long)closer->ns_time);
    }
    if (closer && closer->root.length > 0) {
        bool is_usual = span_equals(snapshot_span(subject->full.snapshot, closer->root), "/");

        sheet_label(sheet, "root");
        sheet_add_text(sheet, is_usual ? TONE_DIM : TONE_WARNING, &subject->full, closer->root);
    }
}

static void write_limits(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct snapshot *snapshot = subject->full.snapshot;

    sheet_line(sheet);
    if (!sheet_knows(sheet, subject, CLOSER_LIMITS, "Limits"))
        return;
    sheet_line(sheet);
    sheet_add(sheet, TONE_LABEL, "%-25s %20s %20s", "LIMIT", "SOFT", "HARD");
    for (size_t i = 0; i < snapshot->limit_count; i++) {
        const struct limit *limit = &snapshot->limits[i];

        sheet_line(sheet);
        sheet_add(sheet, TONE_TEXT, "%-25s", snapshot_string(snapshot, limit->name));
        sheet_add(sheet, TONE_TEXT, " %20s %20s", snapshot_string(snapshot, limit->soft),
                  snapshot_string(snapshot, limit->hard));
        sheet_add(sheet, TONE_DIM, " %s", snapshot_string(snapshot, limit->unit));
    }
}

void sheet_security(const struct sheet *sheet, const struct sheet_subject *subject)
{
    const struct row *full = &subject->full;

    if (process_knows(full->process, FACT_BIT(FACT_STATUS))) {
        sheet_column(sheet, "user", full, "user");
        write_ids(sheet, "uid", full->process->uid);
        write_ids(sheet, "gid", full->process->gid);
        if (sheet_knows(sheet, subject, CLOSER_SECURITY, "Groups"))
            write_groups(sheet, subject->closer);
        sheet_line(sheet);
        write_capabilities(sheet, subject);
        write_confinement(sheet, subject);
    } else {
        sheet_fact(sheet, "status", full, FACT_STATUS, (struct text_ref){0});
    }
    sheet_line(sheet);
    write_namespaces(sheet, subject);
    sheet_fact(sheet, "cgroup", full, FACT_CGROUP, full->process->cgroup);
    sheet_column(sheet, "unit", full, "unit");
    sheet_column(sheet, "container", full, "container");
    write_limits(sheet, subject);
}
