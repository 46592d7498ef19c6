/* SPDX-License-Identifier: MIT */
/* sheet_page - a sheet of facts as a page of the screen. */
#ifndef UI_SHEET_PAGE_H
#define UI_SHEET_PAGE_H

#include "report/sheet.h"
#include "ui/detail.h"

void sheet_page_write(struct page *page, sheet_writer *write, const struct subject *subject,
                      bool reveals_secrets);

#endif
