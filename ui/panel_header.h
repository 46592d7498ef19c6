/* SPDX-License-Identifier: MIT */
/* The top of the screen: the machine, the counts, what was not seen. */
#ifndef UI_PANEL_HEADER_H
#define UI_PANEL_HEADER_H

#include "engine/engine.h"
#include "engine/refresh.h"
#include "settings/settings.h"
#include "ui/draw.h"

struct header {
    const struct refresh *refresh; /* block NULL: nothing yet */
    const struct settings *settings;
    const char *source; /* where the settings came from */
    const char *model;  /* "none", or its kind */
    const char *user;   /* filters; empty: none */
    const char *filter;
    const char *who;
    size_t tagged;
    int32_t followed; /* 0: nobody */
    bool hides_containers, hides_kernel_threads;
    const char *scope;
    bool is_scope_usual; /* top-k or all: nobody looked for is missing */
    unsigned interval_ms;
    size_t edits;       /* pending */
    const char *replay; /* "replay 12/120"; NULL: this is now */
    bool is_recording;
    bool is_paused, is_readonly, has_file_changed;
    struct engine_stall stall; /* pid 0: nothing hangs */
};

void panel_header_draw(const struct brush *brush, const struct header *header);

#endif
