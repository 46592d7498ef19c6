/* SPDX-License-Identifier: MIT */
/*
 * start - an app as the command line, the settings and the preferences want it, before
 * anything is drawn. What is wrong is said on standard error.
 */
#ifndef UI_START_H
#define UI_START_H

#include "ui/app.h"
#include "ui/options.h"
#include "ui/theme_file.h"

/* Settings, preferences, theme and model; the theme is not read for a batch. */
bool start_load(struct app *app, const struct options *options, struct theme_spec *ret_theme);

/* What the command line says stands above what is liked. */
void start_apply(struct app *app, const struct options *options);

/* The files of this session are opened while we may. */
bool start_files(struct app *app, const struct options *options);

bool start_replay(struct app *app, const struct options *options);

#endif
