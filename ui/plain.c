/* SPDX-License-Identifier: MIT */
#include "ui/plain.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "report/explanation.h"
#include "ui/actions.h"

enum { LINE_MAX_BYTES = 1024, CHANGES_MAX = 20 };

static struct row row_of(const struct app *app, uint32_t process)
{
    const struct refresh *refresh = app->refresh;

    return view_row(&refresh->snapshot, refresh->relations, &refresh->scores, process,
                    app->style);
}

static void add_cell(const struct row *row, const char *key, struct strbuf *out)
{
    column_format(column_find(key), row, out);
}

/* "4242 nc of alice, score 10.0: It is a shell wired to the network ..." */
static void add_process(const struct row *row, struct strbuf *out)
{
    strbuf_add_format(out, "%d ", (int)row->process->pid);
    add_cell(row, "name", out);
    strbuf_add_string(out, " of ");
    add_cell(row, "user", out);
    strbuf_add_format(out, ", score %.1f", row->verdict->total_score);
    if (row->verdict->reason_count > 0) {
        strbuf_add_string(out, ": ");
        add_cell(row, "why", out);
    }
    strbuf_add_char(out, '\n');
}

static void tell_ended(struct app *app, struct strbuf *out)
{
    const struct history *history = &app->list.history;

    for (size_t i = 0; i < history->ended_count; i++) {
        const struct history_ended *ended = &history->ended[i];

        if (ended->at_ms != history->now_ms)
            break;
        if (ended->was_flagged)
            strbuf_add_format(out, "Ended: %d %s, score %.1f\n", (int)ended->pid,
                              strbuf_string(&history_cell(ended, column_find("name"))->text),
                              ended->score);
    }
}

void plain_tell_changes(struct app *app, struct strbuf *out)
{
    const struct refresh *refresh = app->refresh;
    struct identities flagged = {0};
    unsigned told = 0, more = 0;

    for (uint32_t i = 0; i < refresh->snapshot.process_count; i++) {
        struct row row = row_of(app, i);
        bool was_flagged = identities_have(&app->told, row.process);

        if (row.verdict->is_flagged)
            identities_put(&flagged, row.process, true);
        if (row.verdict->is_flagged == was_flagged)
            continue;
        if (told == CHANGES_MAX) {
            more++;
            continue;
        }
        told++;
        strbuf_add_string(out, was_flagged ? "No longer flagged: " : "Flagged: ");
        add_process(&row, out);
    }
    if (more > 0)
        strbuf_add_format(out, "And %u more; \"list\" says all.\n", more);
    tell_ended(app, out);
    identities_release(&app->told);
    app->told = flagged;
}

static void answer_list(struct app *app, struct strbuf *out)
{
    struct row row;

    strbuf_add_format(out, "%u of %zu processes are flagged, %zu are listed.\n",
                      app->refresh->scores.flagged_count, app->refresh->scores.count,
                      app->view.count);
    for (size_t i = 0; app_row(app, i, &row); i++)
        add_process(&row, out);
}

static void answer_why(struct app *app, struct span operand, struct strbuf *out)
{
    const struct refresh *refresh = app->refresh;
    const struct process *process;
    uint64_t pid;

    if (!span_is_u64(operand, &pid) || pid > INT32_MAX) {
        strbuf_add_string(out, "why takes a process id.\n");
        return;
    }
    process = snapshot_find(&refresh->snapshot, (int32_t)pid);
    if (!process) {
        strbuf_add_format(out, "There is no process %d.\n", (int)pid);
        return;
    }
    struct report report = refresh_report(refresh, NULL, app->settings.scoring.min_score);
    report.masks_secrets = true;
    explanation_add(&report, snapshot_index(&refresh->snapshot, process), NULL, app->style,
                    out);
}

static void answer_filter(struct app *app, struct span operand, struct strbuf *out)
{
    struct strbuf text = {0};

    strbuf_add_span(&text, operand);
    app->message.text[0] = '\0';
    list_filter_by(app, strbuf_string(&text));
    strbuf_add_format(out, "%s%s", app->message.text, app->message.text[0] ? "\n" : "");
    strbuf_release(&text);
    answer_list(app, out);
}

bool plain_answer(struct app *app, struct span line, struct strbuf *out)
{
    struct span verb;

    if (!span_take_word(&line, &verb))
        return true;
    span_skip_blanks(&line);
    if (span_equals(verb, "quit") || span_equals(verb, "q"))
        return false;
    if (!app_has_snapshot(app))
        strbuf_add_string(out, "Nothing was read yet.\n");
    else if (span_equals(verb, "list"))
        answer_list(app, out);
    else if (span_equals(verb, "why"))
        answer_why(app, line, out);
    else if (span_equals(verb, "filter"))
        answer_filter(app, line, out);
    else
        strbuf_add_string(out, "Commands: list, why PID, filter EXPRESSION, quit.\n");
    return true;
}

static bool say(struct strbuf *out)
{
    bool is_written = fwrite(strbuf_string(out), 1, out->length, stdout) == out->length &&
                      fflush(stdout) == 0;

    strbuf_clear(out);
    return is_written;
}

/* What is typed, line by line; an endless one is cut. */
struct typing {
    char bytes[LINE_MAX_BYTES];
    size_t length;
    bool has_quit;
};

static bool read_lines(struct app *app, struct typing *typing, struct strbuf *out)
{
    ssize_t got = read(STDIN_FILENO, typing->bytes + typing->length,
                       sizeof typing->bytes - typing->length);
    char *end;

    if (got <= 0)
        return got < 0 && errno == EINTR;
    typing->length += (size_t)got;
    while ((end = memchr(typing->bytes, '\n', typing->length))) {
        size_t used = (size_t)(end - typing->bytes) + 1;

        typing->has_quit = !plain_answer(app, span_of(typing->bytes, used - 1), out);
        if (typing->has_quit)
            return false;
        typing->length -= used;
        memmove(typing->bytes, end + 1, typing->length);
    }
    if (typing->length == sizeof typing->bytes)
        typing->length = 0;
    return true;
}

static bool take(struct app *app, struct strbuf *out)
{
    uint64_t before = app_has_snapshot(app) ? app->refresh->snapshot.header->serial : 0;

    app->message.text[0] = '\0';
    app_take(app);
    if (app->message.text[0] && app->message.role == ROLE_ERROR) {
        strbuf_add_format(out, "%s\n", app->message.text);
        return false;
    }
    if (!app_has_snapshot(app) || app->refresh->snapshot.header->serial == before)
        return true;
    if (before == 0)
        strbuf_add_format(out, "%zu processes, %u flagged. \"help\" says what can be asked.\n",
                          app->refresh->scores.count, app->refresh->scores.flagged_count);
    plain_tell_changes(app, out);
    if (app->iterations > 0 && --app->iterations == 0)
        app->is_running = false;
    return true;
}

/* Returns the signal that ends us, or 0. */
static int obey(struct app *app, int signal, struct strbuf *out)
{
    if (signal == SIGWINCH || signal == SIGCONT)
        return 0;
    if (signal != SIGUSR1)
        return signal;
    taping_keep_one(app);
    strbuf_add_format(out, "%s\n", app->message.text);
    return 0;
}

int plain_run(struct app *app, int signals)
{
    enum { INPUT, SIGNALS, ENGINE, COUNT };
    struct pollfd polled[COUNT] = {
        {.fd = STDIN_FILENO,                   .events = POLLIN},
        {.fd = signals,                        .events = POLLIN},
        {.fd = engine_descriptor(app->engine), .events = POLLIN},
    };
    struct signalfd_siginfo info;
    struct typing typing = {.length = 0};
    struct strbuf out = {0};
    int result = 0;

    while (app->is_running && result == 0) {
        if (poll(polled, COUNT, -1) < 0 && errno != EINTR)
            break;
        if (polled[SIGNALS].revents & POLLIN &&
            read(signals, &info, sizeof info) == sizeof info)
            result = obey(app, (int)info.ssi_signo, &out);
        if (polled[INPUT].revents && !read_lines(app, &typing, &out)) {
            /* Whoever wants so many refreshes need not have anything to type. */
            app->is_running = app->iterations > 0 && !typing.has_quit;
            polled[INPUT].fd = -1;
        }
        if (polled[ENGINE].revents && !take(app, &out))
            result = -1;
        if (!say(&out))
            app->is_running = false;
    }
    strbuf_release(&out);
    return result;
}
