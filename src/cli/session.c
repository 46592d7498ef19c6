/* SPDX-License-Identifier: MIT */
#include "cli/session.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/input_file.h"
#include "cli/command.h"
#include "cli/output.h"

enum {
    CONFIG_SIZE_MAX = 1 << 20,
    PASS_PATIENCE_MS = 30000, /* for one pass; the collector cuts hanging reads short */
    AWAIT_MS = 3500,          /* for what is still under way; all of it ends in five seconds */
    AWAIT_PAUSE_MS = 500,
    CLOSER_PAUSE_MS = 50,
};

uint64_t session_now_ms(void)
{
    return (uint64_t)clock_monotonic_ms();
}

static sigset_t ending_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

/* After the engine's processes: they have their own ideas about signals. */
static int open_signals(void)
{
    const sigset_t set = ending_signals();

    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The descriptor only says that there is one: this cannot fail where reads do. */
static void take_signal(struct session *session)
{
    const struct timespec now = {0};
    sigset_t set = ending_signals();
    int number = sigtimedwait(&set, NULL, &now);

    if (number > 0)
        session->caught = number;
}

static void digest_config(struct session *session)
{
    struct sha256 digest;
    struct strbuf text = {0};

    session->config_sha256[0] = '\0';
    if (session->source.path &&
        input_file_read(session->source.path, CONFIG_SIZE_MAX, &text, NULL) == 0) {
        sha256_of(strbuf_string(&text), text.length, &digest);
        sha256_text(&digest, &session->config_sha256);
    }
    strbuf_release(&text);
}

bool session_load_settings(struct session *session)
{
    struct settings_source source = {0};
    struct problems problems = {0};
    struct settings settings;

    settings_init(&settings);
    bool is_good = settings_load(&settings, session->options->config, &source, &problems);
    output_problems(&problems);
    problems_release(&problems);
    if (is_good) {
        settings_release(&session->settings);
        settings_source_release(&session->source);
        session->settings = settings;
        session->source = source;
        digest_config(session);
    } else {
        settings_release(&settings);
        settings_source_release(&source);
    }
    return is_good;
}

/* One that was asked for must be there and good. Without the usual one, or with
 * a broken one there, ml_score is 0 and the rest goes on. */
bool session_load_model(struct session *session)
{
    char *usual = settings_default_model_path();
    const char *asked =
        session->options->model ? session->options->model : session->settings.model_path;
    const struct learned_source source = {
        .path = asked ? asked : usual,
        .is_optional = !asked,
        .kind = session->settings.model_kind == MODEL_ISOLATION_FOREST
                    ? ANOMALY_ISOLATION_FOREST
                    : ANOMALY_ZSCORE,
    };
    struct problems problems = {0};
    struct learned learned;
    bool is_good = learned_load(&learned, &source, time(NULL), &problems);

    output_problems(&problems);
    problems_release(&problems);
    free(usual);
    if (is_good) {
        refresh_use_model(&session->refresh, learned.anomaly);
        learned_release(&session->learned);
        session->learned = learned;
    } else if (!asked && !session->learned.model) {
        output_complain("the model cannot be used: ml_score is 0");
    }
    return is_good || !asked;
}

void session_judge(struct session *session)
{
    if (session->refresh.block)
        refresh_assess(&session->refresh, &session->settings.thresholds,
                       &session->settings.scoring);
}

int session_open(struct session *session, const struct session_options *options)
{
    const char *reason = "";
    const struct engine_options engine_options = {.proc_root = options->proc_root,
                                                  .remote = options->remote,
                                                  .remote_token = options->token,
                                                  .is_readonly = options->is_readonly};

    *session = (struct session){.options = options,
                                .signals = -1,
                                .is_recorded = options->proc_root || options->remote};
    settings_init(&session->settings);
    int error = engine_start(&engine_options, &session->engine, &reason);
    if (error) {
        session->engine = NULL;
        output_complain("%s: %s", reason, strerror(-error));
        return EXIT_INCOMPLETE;
    }
    session->signals = open_signals();
    if (!session_load_settings(session) ||
        !(options->is_training || session_load_model(session)))
        return EXIT_CONFIGURATION;
    error = engine_confine(session->engine);
    if (error) {
        output_complain("privileges cannot be given up: %s", strerror(-error));
        return EXIT_INCOMPLETE;
    }
    return EXIT_DONE;
}

void session_close(struct session *session)
{
    engine_stop(session->engine);
    if (session->signals >= 0)
        close(session->signals);
    refresh_release(&session->refresh);
    learned_release(&session->learned);
    settings_release(&session->settings);
    settings_source_release(&session->source);
}

void session_wait_until(struct session *session, uint64_t end_ms)
{
    struct pollfd polled = {.fd = session->signals, .events = POLLIN};
    uint64_t at_ms;

    while (!session->caught && (at_ms = session_now_ms()) < end_ms) {
        uint64_t left_ms = end_ms - at_ms;
        if (poll(&polled, 1, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX) > 0)
            take_signal(session);
    }
}

/* The next snapshot, adopted. */
static int await_snapshot(struct session *session)
{
    struct pollfd polled[] = {
        {.fd = engine_descriptor(session->engine), .events = POLLIN},
        {.fd = session->signals,                   .events = POLLIN},
    };
    uint64_t end_ms = session_now_ms() + PASS_PATIENCE_MS, at_ms;
    const char *reason = "";
    void *block;
    size_t size;

    while (!session->caught && (at_ms = session_now_ms()) < end_ms) {
        int result = engine_take(session->engine, &block, &size, &reason);
        if (result == 0 && refresh_adopt(&session->refresh, block, size, &reason))
            return EXIT_DONE;
        if (result != -EAGAIN) {
            output_complain("no snapshot: %s", reason);
            return EXIT_INCOMPLETE;
        }
        if (poll(polled, 2, (int)(end_ms - at_ms)) > 0 && polled[1].revents)
            take_signal(session);
    }
    if (!session->caught)
        output_complain("no snapshot within %d seconds", PASS_PATIENCE_MS / 1000);
    return EXIT_INCOMPLETE;
}

static void wait_for(struct session *session, double seconds)
{
    session_wait_until(session, session_now_ms() + (uint64_t)(seconds * 1000));
}

static int pass(struct session *session)
{
    engine_refresh_now(session->engine);
    int status = await_snapshot(session);

    if (status == EXIT_DONE)
        refresh_assess(&session->refresh, &session->settings.thresholds,
                       &session->settings.scoring);
    return status;
}

int session_look(struct session *session, const struct look *look)
{
    const struct engine_request request = {
        .wanted = look->wanted,
        .may_load_bpf = session->settings.bpf == BPF_FIRST_SCAN,
    };
    /* A recording's time stands still; it holds the earlier sample itself. */
    bool wants_sample = !session->has_looked && !session->is_recorded && look->sample_s > 0;
    uint64_t end_ms = session_now_ms() + AWAIT_MS;

    if (!session->has_looked)
        engine_request(session->engine, &request);
    session->has_looked = true;
    int status = pass(session);
    if (status == EXIT_DONE && wants_sample) {
        wait_for(session, look->sample_s);
        status = pass(session);
    }
    while (status == EXIT_DONE && !session->caught && look->is_wanting &&
           look->is_wanting(look->context, session) && session_now_ms() < end_ms) {
        wait_for(session, fmax(look->sample_s, AWAIT_PAUSE_MS / 1000.0));
        status = pass(session);
    }
    return status;
}

/* The worker is not done with its program file yet. */
static bool is_under_way(const struct refresh *look)
{
    const struct snapshot *snapshot = &look->snapshot;

    return snapshot->closer && snapshot->process_count > 0 &&
           (snapshot->closer->states[CLOSER_PROGRAM] == FACT_PENDING ||
            snapshot->processes[0].facts[FACT_SHA256] == FACT_PENDING);
}

void session_look_closer(struct session *session, const struct process *process,
                         struct refresh *ret_look)
{
    const struct engine_request request = {
        .wanted = FACT_BIT(FACT_STAT),
        .focus_pid = process->pid,
        .focus_starttime = process->starttime,
    };
    uint64_t end_ms = session_now_ms() + AWAIT_MS;
    const char *reason;
    void *block;
    size_t size;

    engine_request(session->engine, &request);
    while (!session->caught && session_now_ms() < end_ms) {
        if (engine_take_focus(session->engine, &block, &size) == 0 &&
            refresh_adopt(ret_look, block, size, &reason) &&
            (ret_look->snapshot.process_count == 0 || !is_under_way(ret_look)))
            break;
        engine_refresh_now(session->engine);
        session_wait_until(session, session_now_ms() + CLOSER_PAUSE_MS);
    }
}

int session_end_status(const struct session *session, int status)
{
    sigset_t set;

    if (!session->caught)
        return status;
    sigemptyset(&set);
    sigaddset(&set, session->caught);
    signal(session->caught, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(session->caught);
    return 128 + session->caught;
}
