/* SPDX-License-Identifier: MIT */
#include "cli/alert.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

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

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
        } else if (!kill_budget_spend(budget, now_ms())) {
            output_complain("%d a minute were killed, %zu flagged processes are left alone",
                            KILLS_A_MINUTE, view->count - i);
            return;
        } else {
            kill_one(session, process);
        }
    }
}

static const char *why_not_dumped(int error)
{
    switch (error) {
    case -ESRCH:
        return "gone";
    case -ETIMEDOUT:
        return "reading it hangs; no more dumps are made";
    case -EDQUOT:
        return "enough dumps were made in this run";
    default:
        return strerror(-error);
    }
}

void alert_dump(struct dumper *dumper, const struct report *report, const struct view *view)
{
    struct strbuf reasons = {0};
    char name[DUMP_NAME_SIZE];

    for (size_t i = 0; i < view->count; i++) {
        const struct process *process = &report->snapshot->processes[view->rows[i]];

        strbuf_clear(&reasons);
        json_add_process(report, view->rows[i], &reasons);
        int error =
            dumper_dump(dumper, process->pid, process->starttime, strbuf_span(&reasons), &name);
        if (error == 0)
            output_complain("dump %d: %s/%s", process->pid, dumper_directory(dumper), name);
        else if (error != -EALREADY)
            output_complain("dump %d: %s", process->pid, why_not_dumped(error));
    }
    strbuf_release(&reasons);
}
