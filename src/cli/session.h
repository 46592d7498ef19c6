/* SPDX-License-Identifier: MIT */
/*
 * session - what scan and explain share: the engine's processes started, the
 * configuration loaded, and one look at the machine after the other.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/learned.h"
#include "engine/refresh.h"
#include "settings/settings.h"

struct session_options {
    const char *config;    /* NULL: search */
    const char *model;     /* NULL: the configuration's */
    const char *proc_root; /* NULL: the live machine */
    const char *remote;    /* another machine's procwatch api; NULL: none */
    const char *token;     /* that it wants; NULL: none */
    bool is_readonly;      /* no signals will be asked for */
    bool is_training;      /* judge by no model: one is to be made */
};

struct session {
    struct engine *engine;
    struct settings settings;
    struct settings_source source; /* where they came from */
    /* Digest of the configuration file in force, for the metrics: whether all
     * machines run the same; "" for the built-in one. */
    char config_sha256[SHA256_TEXT_SIZE];
    struct learned learned; /* its model; none while training */
    const struct session_options *options;
    struct refresh refresh; /* of the last look */
    int signals;            /* signalfd of INT, TERM and HUP */
    int caught;             /* number of the signal that came, or 0 */
    bool has_looked;
    bool is_recorded; /* or another machine's: it has its CPU shares already */
};

/* Start and load. 0, or an exit status after the reason was said; the session
 * is to be closed either way. */
int session_open(struct session *session, const struct session_options *options);
void session_close(struct session *session);

/* Read the configuration, or the model, again. What is broken is said, and what
 * was in force stays; false then. To be followed by session_judge(). */
bool session_load_settings(struct session *session);
bool session_load_model(struct session *session);

/* Findings and scores of the snapshot in hand, if there is one. */
void session_judge(struct session *session);

struct look {
    fact_mask wanted;
    double sample_s; /* between the two passes that CPU use is measured by; 0: one */
    /* Asked after each pass: another one shortly, because something awaited (a
     * digest) is not there yet? Not asked any more after three and a half seconds. */
    bool (*is_wanting)(void *context, const struct session *session);
    void *context;
};

/* Look at all processes: findings and scores are in session->refresh. 0, or an
 * exit status; check session->caught. */
int session_look(struct session *session, const struct look *look);

/* A closer look at one process, within seconds; ret_look's block stays NULL when there is
 * none to be had; check session->caught. */
void session_look_closer(struct session *session, const struct process *process,
                         struct refresh *ret_look);

/* Monotonic. */
uint64_t session_now_ms(void);

/* Wait until then, or for a signal. */
void session_wait_until(struct session *session, uint64_t end_ms);

/* End by the signal that was caught, as whoever started us expects. */
int session_end_status(const struct session *session, int status);

#endif
