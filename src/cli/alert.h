/* SPDX-License-Identifier: MIT */
/*
 * alert - what scan does about flagged processes when it was told to.
 */
#ifndef CLI_ALERT_H
#define CLI_ALERT_H

#include <stdint.h>

#include "cli/session.h"
#include "report/report.h"
#include "response/dump.h"
#include "view/view.h"

enum {
    KILLS_A_MINUTE = 10,
    DUMPS_MAX = 100, /* of one run */
    DUMP_HANGS_MAX = 3,
};

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

/* What the user wants of each flagged process. */
struct dump_wish {
    const char *directory; /* NULL: no dumps */
    struct dump_memory memory;
    unsigned flags; /* enum dump_flags */
};

/* Who was dumped: each once, and not more than a disk and our patience take. */
struct dump_ledger {
    struct {
        int32_t pid;
        uint64_t starttime;
    } dumped[DUMPS_MAX];
    unsigned count, hangs;
};

/* 0 when it may be dumped now, which counts; -EALREADY, -EDQUOT after DUMPS_MAX,
 * -ETIMEDOUT after DUMP_HANGS_MAX that hung. */
int dump_ledger_enter(struct dump_ledger *ledger, int32_t pid, uint64_t starttime);

/* Keep what each process of the view leaves behind, through the keeper. */
void alert_dump(struct session *session, const struct dump_wish *wish,
                const struct report *report, const struct view *view,
                struct dump_ledger *ledger);

#endif
