/* SPDX-License-Identifier: MIT */
/* preference_rows - the keys of top.yaml: one row each. Private to preferences. */
#ifndef UI_PREFERENCE_ROWS_H
#define UI_PREFERENCE_ROWS_H

#include "base/yaml.h"

struct app;
struct strbuf;

void preference_rows_read(struct app *app, const struct yaml *yaml, struct problems *problems);
void preference_rows_format(const struct app *app, struct strbuf *out);

#endif
