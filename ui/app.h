/* SPDX-License-Identifier: MIT */
/*
 * app - the state of the screen: what is in hand, what is selected, what is
 * open. Actions change it, panels draw from it, the loop feeds it. It holds no
 * knowledge of the kernel; the engine does.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/learned.h"
#include "engine/refresh.h"
#include "engine/whatif.h"
#include "engine/whitelist_offer.h"
#include "scoring/acknowledged.h"
#include "settings/tuning.h"
#include "ui/dumping.h"
#include "ui/event_log.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/list.h"
#include "ui/page.h"
#include "ui/preferences.h"
#include "ui/replay.h"
#include "ui/sending.h"
#include "ui/taping.h"
#include "ui/theme.h"
#include "view/view.h"

struct app;

/* Where a key goes. A row of the key table may serve several. */
enum context {
    CONTEXT_LIST = 1 << 0,
    CONTEXT_DETAIL = 1 << 1,
    CONTEXT_TUNE = 1 << 2,
    CONTEXT_WHITELIST = 1 << 3,
    CONTEXT_REVIEW = 1 << 4,
    CONTEXT_HELP = 1 << 5,
    CONTEXT_MENU = 1 << 6,
    CONTEXT_CONFIRM = 1 << 7,
    CONTEXT_LOG = 1 << 8,
    CONTEXT_PROMPT = 1 << 9, /* the last */
};

/* In the order of a triage: why, who, what, with whom, and what else. */
enum tab {
    TAB_REASONS,
    TAB_ANCESTRY,
    TAB_PROGRAM,
    TAB_CONNECTIONS,
    TAB_FILES,
    TAB_MAPS,
    TAB_ENVIRON,
    TAB_THREADS,
    TAB_SECURITY,
    TAB_COUNT
};

/* Where the reasons stand on their page, and the one under the cursor. */
struct reason_places {
    int chosen;                     /* in the catalogue; -1: none */
    int heuristics[HEURISTICS_MAX]; /* as they stand there */
    size_t lines[HEURISTICS_MAX];   /* each begins there */
    size_t count;
};

struct detail {
    bool is_open;
    bool has_keys; /* keys go to it, not to the list */
    bool is_gone;
    enum tab tab;
    bool reveals_secrets;
    struct identity who;
    size_t scroll;
    size_t line;             /* under the cursor; in the reasons that is in reasons */
    int tab_ends[TAB_COUNT]; /* columns of the pane where a click is on another tab */
    struct page page;
    struct refresh focus; /* the process in full; block NULL: not there yet */
    struct refresh *kept; /* the last one that knew a process that is gone */
    struct strbuf find;
    struct reason_places reasons;
};

/* The panel of thresholds and weights. */
struct tune {
    bool is_open;
    size_t index, top;
    struct strbuf find;
};

/* A whitelist entry for a process, while it is chosen. */
struct whitelisting {
    bool is_open, has_hash;
    int heuristic; /* of the reason that a rule would excuse; -1: it has none */
    struct identity who;
    char name[64];
    struct sha256 hash;
    struct whitelist_offers offers;
    size_t index;
};

/* The edits and what they do to the file, before it is saved. */
struct review {
    bool is_open;
    bool has_moved; /* the cursor: the page follows it */
    size_t index, scroll;
    size_t line; /* of the page: the edit under the cursor begins there */
    struct page page;
    struct strbuf problem; /* why the last try failed; empty: it did not */
};

struct menu_item {
    char label[64];
    char hint[160];
    int value;
};

struct menu {
    const char *title; /* NULL: closed */
    struct menu_item *items;
    size_t count, capacity, index;
    void (*choose)(struct app *app, const struct menu_item *item);
};

/* A line that is being typed. */
struct prompt {
    const char *label; /* NULL: closed */
    const char *hint;  /* shown while nothing is typed; NULL: none. Static */
    struct strbuf text;
    struct strbuf before; /* what Esc brings back */
    char problem[160];    /* with the text so far; empty: none */
    size_t cursor;        /* bytes */
    size_t began, top;    /* of a search in a page or panel: the line it began on, and the
                           * first that was shown */
    void (*changed)(struct app *app, const char *text);
    void (*done)(struct app *app, const char *text);
    /* Tab: append to the text what is certain; NULL: nothing is. */
    void (*complete)(struct app *app, const char *text, struct strbuf *ret_more);
    struct typed *recall; /* what Up and Down bring; NULL: nothing. Takes in what is typed */
    size_t recalled;      /* of them; their count: what was typed */
};

/* Texts that were typed, the latest last. */
struct typed {
    char **items;
    size_t count, capacity;
};

/* A signal waiting for a yes: everything is pinned when the question is asked. */
struct confirm {
    bool is_open, is_pinned;
    int signal;
    unsigned flags; /* enum engine_signal_flags */
    int pin;        /* the engine's number */
    struct signal_target *targets;
    size_t target_count, target_capacity;
    unsigned lost;                 /* that cannot be signalled */
    struct identity who;           /* the first of them, */
    struct strbuf name, user, exe; /* and what it looked like; raw */
    double age_s;
    struct strbuf all; /* "4242 sh, 4243 nc" */
    char title[64];
};

struct message {
    char text[256];
    enum role role;
};

struct help {
    bool is_open;
    enum context context; /* it was asked for in: told first */
    size_t scroll;
    struct page page;
    struct strbuf find;
};

struct app {
    struct engine *engine;     /* NULL in tests, and in a replay */
    struct replay *replay;     /* or NULL */
    struct recorder *recorder; /* NULL: nothing is recorded */
    struct strbuf tape;        /* its file */
    struct tuning tuning;
    struct settings settings; /* in force: the file, the edits, the command line */
    struct settings saved;    /* the same without the edits */
    double option_min_score;  /* of the command line, until it is edited; or < 0 */
    long option_topk;         /* likewise */
    struct acknowledged acknowledged;
    struct whatif whatif; /* of the snapshot in hand, while edits are pending */
    bool shows_whatif, has_file_changed, has_kept_edits;
    char *state_file;        /* edits of an earlier session, or of this one once it has kept
                              * them; or NULL */
    struct learned learned;  /* the model that is judged by, or none */
    struct refresh *refresh; /* block NULL: nothing yet */
    struct view view;
    struct list list;
    struct detail detail;
    struct menu menu;
    struct prompt prompt;
    struct confirm confirm;
    struct sending sendings[SENDINGS_MAX];
    struct dumping dumping;
    struct event_log log;
    struct help help;
    struct tune tune;
    struct whitelisting whitelisting;
    struct review review;
    struct message message;
    enum key_preset keys; /* in force; what is liked is a preference */
    struct keymap keymap;
    int key; /* that led to the action */
    struct preferences preferences;
    struct typed searches, filters, commands;
    struct strbuf notes;       /* file that lines are copied to; empty: to be asked */
    struct strbuf files;       /* before names that are suggested: "", or "DIRECTORY/" */
    struct engine_stall stall; /* pid 0: nothing hangs */
    struct layout layout;
    struct theme theme;
    enum theme_depth depth; /* what the terminal can do, or was told to */
    enum text_style style;
    unsigned interval_ms;
    unsigned long iterations; /* snapshots still to show; 0: without end */
    bool is_header_folded, is_paused, is_readonly, is_remote, has_mouse;
    bool opens_details; /* of the first row, once it is there */
    bool is_running, is_dirty, wants_suspend, wants_repaint, wants_editor, wants_bell;
    struct identities flagged; /* at the last look, or unread since the first; see alerts */
    struct identities told;    /* as flagged; see plain */
    bool has_looked;
};

void app_init(struct app *app);
void app_release(struct app *app);

enum context app_context(const struct app *app);

/* A question about a process is open: what it shows must not move. */
bool app_is_frozen(const struct app *app);

/* Give every part its place on a screen of that size. */
void app_arrange(struct app *app, int height, int width);

/* Take what the engine has ready. */
void app_take(struct app *app);

/* Judge by this model too; it becomes the app's. */
void app_use_model(struct app *app, const struct learned *learned);

/* Take over a snapshot's block. */
void app_adopt(struct app *app, void *block, size_t size);

/* The snapshot in hand knows more than before. */
void app_reassess(struct app *app);

/* The settings changed: score what is in hand again, and check it again first when
 * a threshold is another. */
void app_rescore(struct app *app, bool is_threshold);

/* Edits are not saved. */
bool app_has_edits(const struct app *app);

/* Choose and order again; the selection stays with its process. */
void app_rebuild_view(struct app *app);

/* Tell the engine what is wanted now. */
void app_send_request(struct app *app);

void app_say(struct app *app, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool app_has_snapshot(const struct app *app);

/* The row at that index of the view; false when there is none. */
bool app_row(const struct app *app, size_t index, struct row *ret_row);
bool app_selected_row(const struct app *app, struct row *ret_row);

/* The user moves to that row; clamps. */
void app_select(struct app *app, size_t index);

/* The row of a place: of its process, or of that thread of it; where it stood when it is
 * gone. */
size_t app_find_place(const struct app *app, const struct list_place *place);
/* The user moves back there. */
void app_go_back(struct app *app, const struct list_place *place);

#endif
