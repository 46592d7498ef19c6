/* SPDX-License-Identifier: MIT */
#include "ui/alerts.h"

#include <syslog.h>

/* Of one snapshot: who starts a thousand shall not write a thousand lines. */
enum { LINES_MAX = 20 };

static void log_process(const struct row *row)
{
    struct strbuf line = {0};

    strbuf_add_format(&line, "flagged: pid %d, score %.1f, user ", (int)row->process->pid,
                      row->verdict->total_score);
    column_format(column_find("user"), row, &line);
    strbuf_add_string(&line, ", name ");
    column_format(column_find("name"), row, &line);
    strbuf_add_string(&line, ", exe ");
    column_format(column_find("exe"), row, &line);
    strbuf_add_string(&line, ": ");
    column_format(column_find("reasons"), row, &line);
    syslog(LOG_WARNING, "%s", strbuf_string(&line));
    strbuf_release(&line);
}

void alerts_look(struct app *app, bool is_news)
{
    const struct refresh *refresh = app->refresh;
    struct identities flagged = {0};
    unsigned fresh = 0;

    for (uint32_t i = 0; i < refresh->snapshot.process_count; i++) {
        struct row row =
            view_row(&refresh->snapshot, refresh->relations, &refresh->scores, i, TEXT_ASCII);

        bool is_old = process_is_half_read(row.process) &&
                      (!app->has_looked || identities_have(&app->flagged, row.process));
        if (row.verdict->is_flagged || is_old)
            identities_put(&flagged, row.process, true);
        if (!row.verdict->is_flagged || !is_news || !app->has_looked ||
            identities_have(&app->flagged, row.process))
            continue;
        if (app->preferences.logs && fresh < LINES_MAX)
            log_process(&row);
        fresh++;
    }
    if (app->preferences.logs && fresh > LINES_MAX)
        syslog(LOG_WARNING, "flagged: %u more", fresh - LINES_MAX);
    app->wants_bell |= app->preferences.rings && fresh > 0;
    identities_release(&app->flagged);
    app->flagged = flagged;
    app->has_looked = true;
}
