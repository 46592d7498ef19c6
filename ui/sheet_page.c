/* SPDX-License-Identifier: MIT */
#include "ui/sheet_page.h"

static const enum role roles[] = {
    [TONE_TEXT] = ROLE_TEXT, [TONE_DIM] = ROLE_DIM,         [TONE_LABEL] = ROLE_LABEL,
    [TONE_KEY] = ROLE_KEY,   [TONE_WARNING] = ROLE_WARNING, [TONE_ALARM] = ROLE_SEVERITY_HIGH,
};

static void begin_line(void *context)
{
    page_line(context);
}

static void add_piece(void *context, enum tone tone, int indent, struct span text)
{
    if (indent < 0)
        page_add_span(context, roles[tone], text);
    else
        page_wrap(context, roles[tone], indent, text);
}

void sheet_page_write(struct page *page, sheet_writer *write, const struct subject *subject,
                      bool reveals_secrets)
{
    const struct sheet sheet = {begin_line, add_piece, page};
    struct sheet_subject about;

    sheet_subject_init(&about, &subject->row,
                       subject->focus ? subject->focus->relations : NULL);
    about.reveals_secrets = reveals_secrets;
    write(&sheet, &about);
}
