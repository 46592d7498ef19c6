/* SPDX-License-Identifier: MIT */
#include "ui/event_log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "view/columns.h"

enum { COMMAND_MAX = 200 };

struct event_seen {
    uint64_t starttime;
    int32_t pid;
    bool is_flagged;
    char name[35]; /* printable, cut short */
};

void event_log_init(struct event_log *log)
{
    *log = (struct event_log){.file = -1};
}

void event_log_release(struct event_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->events[(log->first + i) % EVENTS_MAX].text);
    free(log->events);
    free(log->seen);
    if (log->file >= 0)
        close(log->file);
    page_release(&log->page);
    strbuf_release(&log->find);
    event_log_init(log);
}

int event_log_open_file(struct event_log *log, const char *path)
{
    int fd = output_file_open_end(path);

    if (fd < 0)
        return fd;
    log->file = fd;
    return 0;
}

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[EVENT_KIND_COUNT] = {
        [EVENT_APPEARED] = "appeared", [EVENT_ENDED] = "ended",   [EVENT_FLAGGED] = "flagged",
        [EVENT_CLEARED] = "cleared",   [EVENT_ACTION] = "action",
    };

    return names[kind];
}

static void write_to_file(struct event_log *log, const struct event *event)
{
    struct strbuf line = {0};

    clock_add_utc(event->at_s, &line);
    strbuf_add_format(&line, " %s", event_kind_name(event->kind));
    if (event->pid > 0)
        strbuf_add_format(&line, " %d", event->pid);
    strbuf_add_format(&line, " %s\n", event->text);
    log->error = output_file_write(log->file, strbuf_span(&line));
    strbuf_release(&line);
}

static bool is_coming_or_going(enum event_kind kind)
{
    return kind == EVENT_APPEARED || kind == EVENT_ENDED;
}

/* The oldest coming or going; on a busy machine they would else push out what the log
 * is kept for. Without any, the oldest of all. */
static void forget_one(struct event_log *log)
{
    size_t index = 0;

    while (index < log->count && !is_coming_or_going(event_log_at(log, index)->kind))
        index++;
    if (index == log->count)
        index = 0;
    free(log->events[(log->first + index) % EVENTS_MAX].text);
    for (; index > 0; index--)
        log->events[(log->first + index) % EVENTS_MAX] =
            log->events[(log->first + index - 1) % EVENTS_MAX];
    log->first = (log->first + 1) % EVENTS_MAX;
    log->count--;
}

static void add(struct event_log *log, enum event_kind kind, int64_t at_s, int32_t pid,
                const char *text)
{
    if (!log->events)
        log->events = memory_new(EVENTS_MAX, sizeof *log->events);
    if (log->count == EVENTS_MAX)
        forget_one(log);
    size_t place = (log->first + log->count++) % EVENTS_MAX;
    log->events[place] = (struct event){
        .at_s = at_s, .kind = kind, .pid = pid, .text = memory_copy_string(text)};
    if (log->file >= 0)
        write_to_file(log, &log->events[place]);
}

void event_log_act(struct event_log *log, int32_t pid, const char *format, ...)
{
    struct strbuf raw = {0}, text = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&raw, format, arguments);
    va_end(arguments);
    text_add_printable(&text, strbuf_span(&raw), TEXT_UTF8);
    add(log, EVENT_ACTION, time(NULL), pid, strbuf_string(&text));
    strbuf_release(&raw);
    strbuf_release(&text);
}

void event_log_skip(struct event_log *log)
{
    log->seen_count = 0;
    log->has_begun = false;
}

const struct event *event_log_at(const struct event_log *log, size_t index)
{
    return &log->events[(log->first + index) % EVENTS_MAX];
}

/* One look at a snapshot. */
struct looking {
    struct event_log *log;
    const struct refresh *refresh;
    enum text_style style;
    int64_t at_s;
    unsigned told, untold; /* comings and goings */
};

static struct row row_at(const struct looking *looking, size_t index)
{
    const struct refresh *refresh = looking->refresh;

    return view_row(&refresh->snapshot, refresh->relations, &refresh->scores, (uint32_t)index,
                    looking->style);
}

/* The beginning says what it is: compilers take pages. */
static void add_command(struct strbuf *out, const struct row *row)
{
    struct span command = snapshot_span(row->snapshot, row->process->cmdline);
    bool is_long = span_length(command) > COMMAND_MAX;

    if (is_long)
        command.end = command.at + COMMAND_MAX;
    text_add_arguments(out, command, row->style);
    if (is_long)
        strbuf_add_string(out, " ...");
}

/* "sh www-data from 601 nginx: sh -i" */
static void tell_coming(struct looking *looking, size_t index)
{
    struct row row = row_at(looking, index);
    const struct process *parent = relations_parent(row.relations, row.process);
    struct strbuf text = {0};

    if (looking->told++ >= EVENTS_OF_A_PASS_MAX) {
        looking->untold++;
        return;
    }
    text_add_printable(&text, snapshot_span(row.snapshot, row.process->comm), row.style);
    strbuf_add_char(&text, ' ');
    text_add_printable(&text, snapshot_span(row.snapshot, row.process->user), row.style);
    if (parent) {
        strbuf_add_format(&text, " from %d ", parent->pid);
        text_add_printable(&text, snapshot_span(row.snapshot, parent->comm), row.style);
    }
    strbuf_add_string(&text, ": ");
    add_command(&text, &row);
    add(looking->log, EVENT_APPEARED, looking->at_s, row.process->pid, strbuf_string(&text));
    strbuf_release(&text);
}

static void tell_going(struct looking *looking, const struct event_seen *seen)
{
    if (looking->told++ >= EVENTS_OF_A_PASS_MAX)
        looking->untold++;
    else
        add(looking->log, EVENT_ENDED, looking->at_s, seen->pid, seen->name);
}

/* "sh score 9.0: its main reason" */
static void tell_crossing(struct looking *looking, size_t index)
{
    struct row row = row_at(looking, index);
    struct strbuf text = {0};

    text_add_printable(&text, snapshot_span(row.snapshot, row.process->comm), row.style);
    strbuf_add_format(&text, " score %.1f", row.verdict->total_score);
    if (row.verdict->is_flagged && row.verdict->reason_count > 0) {
        strbuf_add_string(&text, ": ");
        format_reason(&row, &row_reasons(&row)[0], &text);
    }
    add(looking->log, row.verdict->is_flagged ? EVENT_FLAGGED : EVENT_CLEARED, looking->at_s,
        row.process->pid, strbuf_string(&text));
    strbuf_release(&text);
}

static void remember(struct event_seen *seen, const struct row *row)
{
    struct strbuf name = {0};

    text_add_printable(&name, snapshot_span(row->snapshot, row->process->comm), row->style);
    *seen = (struct event_seen){
        .pid = row->process->pid,
        .starttime = row->process->starttime,
        .is_flagged = row->verdict->is_flagged,
    };
    snprintf(seen->name, sizeof seen->name, "%s", strbuf_string(&name));
    strbuf_release(&name);
}

/* Both lists are by pid; a pid with another start time is two processes. */
static void compare(struct looking *looking, struct event_seen *next)
{
    struct event_log *log = looking->log;
    const struct snapshot *snapshot = &looking->refresh->snapshot;
    size_t before = 0;

    for (size_t i = 0; i < snapshot->process_count; i++) {
        struct row row = row_at(looking, i);
        bool was_flagged = false, is_known = false;

        while (before < log->seen_count && log->seen[before].pid < row.process->pid)
            tell_going(looking, &log->seen[before++]);
        if (before < log->seen_count && log->seen[before].pid == row.process->pid) {
            const struct event_seen *seen = &log->seen[before++];

            is_known = seen->starttime == row.process->starttime;
            was_flagged = is_known && seen->is_flagged;
            if (!is_known)
                tell_going(looking, seen);
        }
        if (!is_known && log->has_begun)
            tell_coming(looking, i);
        if (row.verdict->is_flagged != was_flagged)
            tell_crossing(looking, i);
        remember(&next[i], &row);
    }
    while (before < log->seen_count)
        tell_going(looking, &log->seen[before++]);
}

void event_log_look(struct event_log *log, const struct refresh *refresh, enum text_style style)
{
    size_t count = refresh->snapshot.process_count;
    struct event_seen *next = memory_new(count, sizeof *next);
    struct looking looking = {
        .log = log,
        .refresh = refresh,
        .style = style,
        .at_s = refresh->snapshot.header->realtime_ns / NS_PER_S,
    };

    compare(&looking, next);
    if (looking.untold > 0) {
        char text[64];

        snprintf(text, sizeof text, "and %u more that came or went", looking.untold);
        add(log, EVENT_APPEARED, looking.at_s, 0, text);
    }
    free(log->seen);
    log->seen = next;
    log->seen_count = count;
    log->has_begun = true;
}
