/* SPDX-License-Identifier: MIT */
#include "cli/alert.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "cli/output.h"
#include "report/json.h"

enum { MINUTE_MS = 60000 };

bool kill_budget_spend(struct kill_budget *budget, int64_t now_ms)
{
    int64_t *oldest = &budget->at_ms[budget->next];

    if (*oldest != 0 && now_ms - *oldest < MINUTE_MS)
        return false;
    *oldest = now_ms;
    budget->next = (budget->next + 1) % KILLS_A_MINUTE;
    return true;
}

/* Why the process is to be spared, or NULL. */
static const char *reason_to_spare(const struct session *session, const struct process *process)
{
    const struct whitelist *whitelist = &session->settings.scoring.whitelist;
    const struct whitelist_entry *entry =
        whitelist_find(whitelist, &session->refresh.snapshot, process);

    if (entry && entry->kind == WHITELIST_HASH)
        return "whitelisted by hash";
    if (whitelist_wants_hashes(whitelist) && process->facts[FACT_SHA256] != FACT_KNOWN)
        return "its digest is not known, so it may be whitelisted by hash";
    return NULL;
}

static void kill_one(struct session *session, const struct process *process)
{
    const struct snapshot *snapshot = &session->refresh.snapshot;
    const char *name = snapshot_string(snapshot, process->comm);
    const char *exe = snapshot_string(snapshot, process->exe);
    int error = 0;
    enum signal_result result =
        engine_signal(session->engine, process->pid, process->starttime, SIGKILL, &error);

    output_complain("kill %d (%s, %s): %s%s%s", process->pid, name, exe,
                    signal_result_text(result), result == SIGNAL_FAILED ? ": " : "",
                    result == SIGNAL_FAILED ? strerror(error) : "");
}

void alert_kill(struct session *session, const struct view *view, struct kill_budget *budget)
{
    const struct snapshot *snapshot = &session->refresh.snapshot;

    for (size_t i = 0; i < view->count; i++) {
        const struct process *process = &snapshot->processes[view->rows[i]];
        const char *spared = reason_to_spare(session, process);

        if (spared) {
            output_complain("kill %d (%s): spared: %s", process->pid,
                            snapshot_string(snapshot, process->comm), spared);
        } else if (!kill_budget_spend(budget, clock_monotonic_ms())) {
            output_complain("%d a minute were killed, %zu flagged processes are left alone",
                            KILLS_A_MINUTE, view->count - i);
            return;
        } else {
            kill_one(session, process);
        }
    }
}

int dump_ledger_enter(struct dump_ledger *ledger, int32_t pid, uint64_t starttime)
{
    for (unsigned i = 0; i < ledger->count; i++)
        if (ledger->dumped[i].pid == pid && ledger->dumped[i].starttime == starttime)
            return -EALREADY;
    if (ledger->count == DUMPS_MAX)
        return -EDQUOT;
    if (ledger->hangs == DUMP_HANGS_MAX)
        return -ETIMEDOUT;
    ledger->dumped[ledger->count].pid = pid;
    ledger->dumped[ledger->count++].starttime = starttime;
    return 0;
}

static void dump_one(struct session *session, const struct dump_wish *wish,
                     const struct process *process, struct span reasons,
                     struct dump_ledger *ledger)
{
    const struct engine_dump dump = {
        .pid = process->pid,
        .starttime = process->starttime,
        .directory = wish->directory,
        .reasons = reasons,
        .flags = wish->flags,
        .memory = wish->memory,
    };
    char name[DUMP_NAME_SIZE];
    int error = dump_ledger_enter(ledger, process->pid, process->starttime);

    if (error == -EALREADY)
        return;
    if (!error) {
        error = engine_dump(session->engine, &dump, &name);
        ledger->hangs += error == -ETIMEDOUT;
    }
    if (error)
        output_complain("dump %d: %s", process->pid,
                        error == -EDQUOT ? "enough were made in this run"
                                         : dump_error_text(error));
    else
        output_complain("dump %d: %s/%s", process->pid, wish->directory, name);
}

void alert_dump(struct session *session, const struct dump_wish *wish,
                const struct report *report, const struct view *view,
                struct dump_ledger *ledger)
{
    struct report told = *report;
    struct strbuf reasons = {0};

    told.masks_secrets = !(wish->flags & DUMP_SECRETS);
    for (size_t i = 0; i < view->count; i++) {
        strbuf_clear(&reasons);
        json_add_process(&told, view->rows[i], &reasons);
        dump_one(session, wish, &report->snapshot->processes[view->rows[i]],
                 strbuf_span(&reasons), ledger);
    }
    strbuf_release(&reasons);
}
