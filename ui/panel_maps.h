/* SPDX-License-Identifier: MIT */
/* Detail tab: memory mappings, those that should not be there first. */
#ifndef UI_PANEL_MAPS_H
#define UI_PANEL_MAPS_H

#include "ui/detail.h"

void panel_maps_write(struct page *page, const struct subject *subject);

#endif
