/* SPDX-License-Identifier: MIT */
/* Detail tab: why a process scores, what that means, how to see for oneself. */
#ifndef UI_PANEL_REASONS_H
#define UI_PANEL_REASONS_H

#include "anomaly/anomaly.h"
#include "scoring/scoring.h"
#include "ui/detail.h"

/* How the subject was judged. */
struct judges {
    const struct scoring_options *options;
    const struct assessment *assessment;
    const struct anomaly *anomaly; /* NULL: no model */
};

void panel_reasons_write(struct page *page, const struct subject *subject,
                         const struct judges *judges, struct reason_places *places);

#endif
