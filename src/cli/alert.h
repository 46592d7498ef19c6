/* SPDX-License-Identifier: MIT */
/*
 * alert - what scan does about flagged processes when it was told to.
 */
#ifndef CLI_ALERT_H
#define CLI_ALERT_H

#include <stdint.h>

#include "cli/dumper.h"
#include "cli/session.h"
#include "report/report.h"
#include "view/view.h"

enum { KILLS_A_MINUTE = 10 };

/* When the last kills were: a scan that goes wrong must not empty the machine. */
struct kill_budget {
    int64_t at_ms[KILLS_A_MINUTE];
    unsigned next;
};

/* Spend one kill of the budget; false when there is none left at that time. */
bool kill_budget_spend(struct kill_budget *budget, int64_t now_ms);

/* Kill (SIGKILL, through the keeper) each process of the view, and say on
 * standard error what became of it. Spared: who is whitelisted by hash, and who
 * might be, as long as its digest is not known. */
void alert_kill(struct session *session, const struct view *view, struct kill_budget *budget);

/* Keep what each process of the view leaves behind, once a process. */
void alert_dump(struct dumper *dumper, const struct report *report, const struct view *view);

#endif
