/* SPDX-License-Identifier: MIT */
/* Detail tab: whom a process talks to, and who opened the connection. */
#ifndef UI_PANEL_CONNECTIONS_H
#define UI_PANEL_CONNECTIONS_H

#include "heuristics/thresholds.h"
#include "ui/detail.h"

void panel_connections_write(struct page *page, const struct subject *subject,
                             const struct port_set *watched);

#endif
