/* SPDX-License-Identifier: MIT */
/* Detail tab: who a process says it is, who it is, and where it comes from. */
#ifndef UI_PANEL_PROCESS_H
#define UI_PANEL_PROCESS_H

#include "ui/detail.h"

void panel_process_write(struct page *page, const struct subject *subject);

#endif
