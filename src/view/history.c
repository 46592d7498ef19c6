/* SPDX-License-Identifier: MIT */
#include "view/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int64_t time_of(const struct snapshot *snapshot)
{
    return snapshot->header->realtime_ns / 1000000;
}

static void release_ended(struct history_ended *ended)
{
    for (size_t i = 0; i < column_count; i++)
        strbuf_release(&ended->cells[i].text);
    free(ended->cells);
    free(ended->reasons);
}

void history_release(struct history *history)
{
    for (size_t i = 0; i < history->ended_count; i++)
        release_ended(&history->ended[i]);
    free(history->ended);
    free(history->entries);
    *history = (struct history){0};
}

/* Make room at the front; the oldest goes. */
static struct history_ended *push_ended(struct history *history)
{
    if (!history->ended)
        history->ended = memory_new(HISTORY_ENDED_MAX, sizeof *history->ended);
    if (history->ended_count == HISTORY_ENDED_MAX)
        release_ended(&history->ended[--history->ended_count]);
    memmove(history->ended + 1, history->ended, history->ended_count * sizeof *history->ended);
    history->ended_count++;
    return history->ended;
}

static void keep_cells(struct history_ended *ended, const struct row *row)
{
    ended->cells = memory_new(column_count, sizeof *ended->cells);
    for (size_t i = 0; i < column_count; i++) {
        struct history_cell *cell = &ended->cells[i];

        cell->is_known = column_is_known(&columns[i], row);
        if (cell->is_known && columns[i].number)
            cell->number = columns[i].number(row);
        column_format(&columns[i], row, &cell->text);
    }
}

static void keep_reasons(struct history_ended *ended, const struct row *row)
{
    const struct reason *reasons = row_reasons(row);

    ended->reasons = memory_new(row->verdict->reason_count, sizeof *ended->reasons);
    for (uint32_t i = 0; i < row->verdict->reason_count; i++)
        if (reasons[i].score > 0)
            ended->reasons[ended->reason_count++] = reasons[i].heuristic;
}

static void note(struct history *history, const struct row *row, int64_t at_ms)
{
    struct history_ended *ended = push_ended(history);

    *ended = (struct history_ended){
        .pid = row->process->pid,
        .starttime = row->process->starttime,
        .at_ms = at_ms,
        .score = row->verdict->total_score,
        .was_flagged = row->verdict->is_flagged,
        .was_kernel_thread = process_is_kernel_thread(row->process),
        .severity = row->verdict->severity,
    };
    keep_cells(ended, row);
    keep_reasons(ended, row);
}

const struct history_cell *history_cell(const struct history_ended *ended,
                                        const struct column *column)
{
    return &ended->cells[column - columns];
}

bool history_contains(const struct history_ended *ended, const char *text)
{
    static const char *const keys[] = {"name", "cmdline", "exe"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct history_cell *cell = history_cell(ended, column_find(keys[i]));

        if (cell->is_known && strcasestr(strbuf_string(&cell->text), text))
            return true;
    }
    return false;
}

void history_note_ended(struct history *history, const struct row *any_row,
                        const struct snapshot *next)
{
    const struct snapshot *snapshot = any_row->snapshot;
    size_t at = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        struct row row = *any_row;

        row.process = &snapshot->processes[i];
        row.verdict = &row.scores->verdicts[i];
        while (at < next->process_count && next->processes[at].pid < row.process->pid)
            at++;
        if (at == next->process_count || next->processes[at].pid != row.process->pid ||
            next->processes[at].starttime != row.process->starttime)
            note(history, &row, time_of(next));
    }
    while (history->ended_count > 0 &&
           time_of(next) - history->ended[history->ended_count - 1].at_ms > HISTORY_KEPT_MS)
        release_ended(&history->ended[--history->ended_count]);
}

static void add_score(struct history_entry *entry, double score)
{
    double tenths = score * 10 + 0.5;

    if (entry->score_count == HISTORY_SCORES)
        memmove(entry->tenths, entry->tenths + 1, --entry->score_count);
    entry->tenths[entry->score_count++] = tenths > UINT8_MAX ? UINT8_MAX : (uint8_t)tenths;
}

/* Both are by ascending pid: one walk through the two. */
void history_add(struct history *history, const struct snapshot *snapshot,
                 const struct scores *scores)
{
    struct history_entry *entries = memory_new(snapshot->process_count + 1, sizeof *entries);
    bool is_first = history->now_ms == 0;
    size_t old = 0;

    history->now_ms = time_of(snapshot);
    for (size_t i = 0; i < snapshot->process_count; i++) {
        const struct process *process = &snapshot->processes[i];
        struct history_entry *entry = &entries[i];

        while (old < history->count && history->entries[old].pid < process->pid)
            old++;
        if (old < history->count && history->entries[old].pid == process->pid &&
            history->entries[old].starttime == process->starttime)
            *entry = history->entries[old];
        else
            *entry = (struct history_entry){
                .pid = process->pid,
                .starttime = process->starttime,
                .since_ms = is_first ? 0 : history->now_ms,
            };
        add_score(entry, scores->verdicts[i].total_score);
    }
    free(history->entries);
    history->entries = entries;
    history->count = snapshot->process_count;
}

const struct history_entry *history_find(const struct history *history,
                                         const struct process *process)
{
    size_t from = 0, to = history->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (history->entries[middle].pid < process->pid)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == history->count || history->entries[from].pid != process->pid ||
        history->entries[from].starttime != process->starttime)
        return NULL;
    return &history->entries[from];
}

bool history_is_new(const struct history *history, const struct process *process)
{
    const struct history_entry *entry = history_find(history, process);

    return entry && entry->since_ms != 0 && history->now_ms - entry->since_ms < HISTORY_NEW_MS;
}

/* A bar for every 1.5 points: at the default threshold of 3 one sees a third. */
void history_add_trend(const struct history_entry *entry, enum text_style style,
                       struct strbuf *out)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char ascii[] = ".:-=+*%#";
    enum { LEVELS = sizeof bars / sizeof *bars, TENTHS_A_LEVEL = 15 };

    for (uint8_t i = 0; i < entry->score_count; i++) {
        size_t level = entry->tenths[i] / TENTHS_A_LEVEL;

        level = level < LEVELS ? level : LEVELS - 1;
        if (style == TEXT_UTF8)
            strbuf_add_string(out, bars[level]);
        else
            strbuf_add_char(out, ascii[level]);
    }
}
