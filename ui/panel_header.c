/* SPDX-License-Identifier: MIT */
#include "ui/panel_header.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { FIELDS_MAX = 12, FIELD_GAP = 3 };

/* "label value": the more important, the later it gives way to a narrow screen. */
struct field {
    const char *label;
    char value[160];
    enum role role;
    int importance; /* 0: dropped first */
};

struct fields {
    struct field items[FIELDS_MAX];
    int count;
};

static void add(struct fields *fields, int importance, enum role role, const char *label,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

static void add(struct fields *fields, int importance, enum role role, const char *label,
                const char *format, ...)
{
    va_list arguments;

    if (fields->count == FIELDS_MAX)
        return;
    struct field *field = &fields->items[fields->count++];
    field->label = label;
    field->role = role;
    field->importance = importance;
    va_start(arguments, format);
    vsnprintf(field->value, sizeof field->value, format, arguments);
    va_end(arguments);
}

/* A long one is cut before it drives out the others. */
static int value_cells(const struct brush *brush, const struct field *field)
{
    int cells = (int)text_cells(span_of_string(field->value), brush->style);
    int most = brush->area.width / 3 > 24 ? brush->area.width / 3 : 24;

    return cells < most ? cells : most;
}

static int field_cells(const struct brush *brush, const struct field *field)
{
    return value_cells(brush, field) + (*field->label ? (int)strlen(field->label) + 1 : 0) +
           FIELD_GAP;
}

static void drop_until_they_fit(const struct brush *brush, struct fields *fields, int cells)
{
    int needed = -FIELD_GAP;

    for (int i = 0; i < fields->count; i++)
        needed += field_cells(brush, &fields->items[i]);
    while (needed > cells && fields->count > 1) {
        int least = 0;

        for (int i = 1; i < fields->count; i++)
            if (fields->items[i].importance <= fields->items[least].importance)
                least = i;
        needed -= field_cells(brush, &fields->items[least]);
        fields->count--;
        memmove(&fields->items[least], &fields->items[least + 1],
                (size_t)(fields->count - least) * sizeof *fields->items);
    }
}

static int draw_fields(const struct brush *brush, int row, int column, struct fields *fields)
{
    drop_until_they_fit(brush, fields, brush->area.width - column - 1);
    for (int i = 0; i < fields->count; i++) {
        const struct field *field = &fields->items[i];

        if (i > 0)
            column += FIELD_GAP;
        if (*field->label) {
            column = draw_text(brush, row, column, ROLE_LABEL, field->label) + 1;
        }
        column =
            draw_clipped(brush, row, (struct rect){0, column, 1, value_cells(brush, field)},
                         field->role, span_of_string(field->value));
    }
    return column;
}

static void format_duration(char (*ret_text)[32], uint64_t seconds)
{
    unsigned days = (unsigned)(seconds / 86400), hours = (unsigned)(seconds / 3600 % 24);
    unsigned minutes = (unsigned)(seconds / 60 % 60);

    if (days > 0)
        snprintf(*ret_text, sizeof *ret_text, "%ud %02uh", days, hours);
    else
        snprintf(*ret_text, sizeof *ret_text, "%u:%02u", hours, minutes);
}

enum { DATE_CELLS = 24 }; /* "  2026-11-24 08:00:20  " and one at the edge */

static void draw_clock(const struct brush *brush, const struct header *header, int left)
{
    const struct snapshot_header *facts = header->refresh->snapshot.header;
    char text[64];
    time_t seconds = (time_t)(facts->realtime_ns / NS_PER_S);
    uint64_t pace_ms =
        facts->pace_ms > header->interval_ms ? facts->pace_ms : header->interval_ms;
    struct tm when;

    localtime_r(&seconds, &when);
    /* The past may be another day; but where in it one is counts for more. */
    bool has_date =
        header->replay && left + DATE_CELLS + (int)strlen(header->replay) <= brush->area.width;
    size_t length =
        strftime(text, sizeof text, has_date ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &when);
    if (header->replay)
        snprintf(text + length, sizeof text - length, "  %s", header->replay);
    else
        snprintf(text + length, sizeof text - length, "%s  every %.6gs",
                 header->is_recording ? "  REC" : "", (double)pace_ms / 1000.0);
    if (!header->replay && pace_ms > header->interval_ms)
        snprintf(text + strlen(text), sizeof text - strlen(text), ", not %.6gs",
                 header->interval_ms / 1000.0);
    int cells = (int)strlen(text) + 1;
    if (left + 2 + cells > brush->area.width)
        cells -= (int)(strlen(text) - length);
    if (left + 2 + cells <= brush->area.width)
        draw_format(brush, 0, brush->area.width - cells, ROLE_HEADER, "%.*s", cells - 1, text);
}

/* What a single line must not keep back. */
static int draw_brief(const struct brush *brush, const struct header *header, int column)
{
    const struct scores *scores = &header->refresh->scores;
    const char *choice = *header->filter ? header->filter
                         : *header->who  ? header->who
                         : *header->user ? header->user
                                         : NULL;

    column = draw_format(brush, 0, column, ROLE_HEADER, "  %u of %zu flagged",
                         scores->flagged_count, scores->count);
    if (header->refresh->snapshot.header->flags & SNAPSHOT_IS_INCOMPLETE)
        column = draw_text(brush, 0, column + 1, ROLE_ERROR, " incomplete ");
    if (!choice)
        return column;
    column = draw_text(brush, 0, column + 2, ROLE_WARNING, "only ");
    return draw_clipped(brush, 0, (struct rect){0, column, 1, brush->area.width - column - 1},
                        ROLE_WARNING, span_of_string(choice));
}

static void draw_title(const struct brush *brush, const struct header *header)
{
    const struct snapshot *snapshot = &header->refresh->snapshot;
    char uptime[32];
    int column;

    draw_fill(brush, 0, 0, brush->area.width, ROLE_HEADER);
    column = 1;
    if (brush->area.width >= 60 || !header->refresh->block)
        column = draw_text(brush, 0, column, ROLE_HEADER, "procwatch") + 2;
    if (!header->refresh->block)
        return;
    const struct snapshot_header *facts = snapshot->header;
    column = draw_clipped(brush, 0, (struct rect){0, column, 1, 24}, ROLE_HEADER,
                          snapshot_span(snapshot, facts->host));
    if (brush->area.height == 1)
        column = draw_brief(brush, header, column);
    format_duration(&uptime, facts->uptime_ms / 1000);
    if (brush->area.width >= 60)
        column = draw_format(brush, 0, column, ROLE_HEADER, "   up %s", uptime);
    /* Where in a recording one is counts for more. */
    if (brush->area.width >= (header->replay ? 100 : 76))
        column =
            draw_format(brush, 0, column, ROLE_HEADER, "   load %.2f %.2f %.2f",
                        (double)facts->load[0], (double)facts->load[1], (double)facts->load[2]);
    if (header->is_paused)
        column = draw_text(brush, 0, column + 2, ROLE_WARNING, " PAUSED ");
    if (header->is_readonly && brush->area.width >= 100)
        column = draw_text(brush, 0, column + 2, ROLE_HEADER, "read-only");
    draw_clock(brush, header, column);
}

/* Why not everybody is in the list, and who is marked in it. */
static void add_choice(struct fields *fields, const struct header *header)
{
    if (*header->filter)
        add(fields, 9, ROLE_WARNING, "Filter", "%s", header->filter);
    if (*header->who)
        add(fields, 9, ROLE_WARNING, "Who has", "%s", header->who);
    if (header->tagged > 0)
        add(fields, 8, ROLE_WARNING, "Tagged", "%zu", header->tagged);
    if (header->followed != 0)
        add(fields, 5, ROLE_VALUE, "Following", "%d", (int)header->followed);
    if (header->hides_containers)
        add(fields, 7, ROLE_VALUE, "", "no containers");
    if (header->hides_kernel_threads)
        add(fields, 3, ROLE_VALUE, "", "no kernel threads");
}

static void draw_counts(const struct brush *brush, const struct header *header)
{
    const struct settings *settings = header->settings;
    const struct scores *scores = &header->refresh->scores;
    bool has_snapshot = header->refresh->block != NULL;
    struct fields fields = {0};

    if (has_snapshot) {
        const struct gather_counts *counts = &header->refresh->snapshot.header->counts;

        char flagged[48];

        /* As wide next time, so that nothing behind it moves. */
        snprintf(flagged, sizeof flagged, "%u of %zu", scores->flagged_count, scores->count);
        add(&fields, 10, scores->flagged_count > 0 ? ROLE_SEVERITY_HIGH : ROLE_VALUE, "Flagged",
            "%-8s", flagged);
        add(&fields, 2, ROLE_VALUE, "Kernel threads", "%u", counts->kernel_threads);
    }
    add(&fields, 8, ROLE_VALUE, "Threshold", "%s %.1f", glyph(brush->style, GLYPH_AT_LEAST),
        settings->scoring.min_score);
    /* What is excused must never be out of sight. */
    if (has_snapshot)
        add(&fields, scores->whitelisted_count > 0 ? 9 : 4, ROLE_VALUE, "Whitelisted", "%u",
            scores->whitelisted_count);
    if (has_snapshot && scores->acknowledged_count > 0)
        add(&fields, 9, ROLE_VALUE, "Acknowledged", "%u", scores->acknowledged_count);
    if (header->edits > 0)
        add(&fields, 9, ROLE_WARNING, "Edits", "%zu", header->edits);
    add(&fields, header->is_scope_usual ? 5 : 9,
        header->is_scope_usual ? ROLE_VALUE : ROLE_WARNING, "Showing", "%s", header->scope);
    if (*header->user)
        add(&fields, 9, ROLE_WARNING, "User", "%s", header->user);
    add_choice(&fields, header);
    draw_fields(brush, 1, 1, &fields);
}

static void add_host_findings(struct fields *fields, const struct snapshot *snapshot)
{
    unsigned hidden = 0;

    for (size_t i = 0; i < snapshot->hidden_count; i++)
        hidden += snapshot->hidden[i].sightings >= 2;
    if (hidden > 0)
        add(fields, 9, ROLE_ERROR, "", "%u hidden", hidden);
    if (snapshot->header->ld_so_preload.length > 0)
        add(fields, 9, ROLE_ERROR, "/etc/ld.so.preload", "%.60s",
            snapshot_string(snapshot, snapshot->header->ld_so_preload));
    if (snapshot->header->own_preload.length > 0)
        add(fields, 9, ROLE_ERROR, "preloaded into us", "%.60s",
            snapshot_string(snapshot, snapshot->header->own_preload));
}

/* What was not seen: "unknown" must never look like "clean". */
static void add_unseen(struct fields *fields, const struct snapshot *snapshot)
{
    const struct gather_counts *counts = &snapshot->header->counts;
    uint32_t flags = snapshot->header->flags;
    int before = fields->count;

    if (flags & SNAPSHOT_IS_INCOMPLETE)
        add(fields, 9, ROLE_ERROR, "", "incomplete");
    if (snapshot->header->unfinished > 0)
        add(fields, 8, ROLE_VALUE, "Still to read", "%-5u", snapshot->header->unfinished);
    if (counts->blocked > 0)
        add(fields, 9, ROLE_ERROR, "Blocked", "%u", counts->blocked);
    bool hides = flags & SNAPSHOT_PROC_HIDES_PIDS;
    if (hides && counts->expected <= counts->processes)
        add(fields, 8, ROLE_WARNING, "", "only %u visible", counts->processes);
    else if (hides || counts->expected > counts->processes + 32)
        add(fields, 8, ROLE_WARNING, "", "%u of %u visible", counts->processes,
            counts->expected);
    if (counts->denied > 0)
        add(fields, 8, ROLE_WARNING, "Denied", "%u", counts->denied);
    if (counts->failed > 0)
        add(fields, 7, ROLE_WARNING, "Failed", "%u", counts->failed);
    if (counts->truncated > 0 ||
        flags & (SNAPSHOT_SOCKETS_TRUNCATED | SNAPSHOT_THREADS_TRUNCATED))
        add(fields, 7, ROLE_WARNING, "Truncated", "%u%s%s", counts->truncated,
            flags & SNAPSHOT_SOCKETS_TRUNCATED ? ", sockets" : "",
            flags & SNAPSHOT_THREADS_TRUNCATED ? ", threads" : "");
    if (fields->count == before)
        add(fields, 3, ROLE_DIM, "", "everything read");
    if (counts->short_lived > 0)
        add(fields, 6, ROLE_VALUE, "Short-lived", "%s%u",
            flags & SNAPSHOT_ESTIMATES_SHORT_LIVED ? "~" : "", counts->short_lived);
    if (counts->sweep_disagreements > 0)
        add(fields, 6, ROLE_WARNING, "Cache was wrong", "%u", counts->sweep_disagreements);
}

/* As wide whatever it is: what stands behind must not move at each refresh. */
static void add_cost(struct fields *fields, const struct header *header)
{
    const struct refresh *refresh = header->refresh;
    char cost[32];

    snprintf(cost, sizeof cost, "%.1f ms",
             (double)refresh->snapshot.header->gather_wall_us / 1000.0 +
                 (refresh->assess_us + refresh->score_us) / 1000.0);
    add(fields, 5, ROLE_VALUE, "Cost", "%-8s", cost);
}

static void draw_reading(const struct brush *brush, const struct header *header)
{
    struct fields fields = {0};

    if (header->has_file_changed)
        add(&fields, 9, ROLE_WARNING, "", "config changed on disk: W reviews");
    if (header->stall.pid != 0)
        add(&fields, 10, ROLE_ERROR, "", "%s of %d hangs for %.1f s",
            fact_name(header->stall.fact), (int)header->stall.pid,
            header->stall.for_ms / 1000.0);
    if (header->refresh->block) {
        const struct snapshot *snapshot = &header->refresh->snapshot;

        add_host_findings(&fields, snapshot);
        add_cost(&fields, header);
        add(&fields, 6, ROLE_VALUE, "", "%s", header->model);
        add_unseen(&fields, snapshot);
        add(&fields, 4, ROLE_VALUE, "Config", "%.100s", header->source);
        if (snapshot->note_count > 0)
            add(&fields, 1, ROLE_DIM, "Note", "%.150s",
                snapshot_string(snapshot, snapshot->notes[0].text));
    } else {
        add(&fields, 4, ROLE_VALUE, "Config", "%.100s", header->source);
    }
    draw_fields(brush, 2, 1, &fields);
}

void panel_header_draw(const struct brush *brush, const struct header *header)
{
    draw_title(brush, header);
    if (brush->area.height > 1)
        draw_counts(brush, header);
    if (brush->area.height > 2)
        draw_reading(brush, header);
}
