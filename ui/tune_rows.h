/* SPDX-License-Identifier: MIT */
/* tune_rows - what the tune panel lists: each threshold and weight of the schema. */
#ifndef UI_TUNE_ROWS_H
#define UI_TUNE_ROWS_H

#include "settings/schema.h"

struct tune_row {
    struct setting setting;
    int heuristic; /* that it decides on, in the catalogue; -1: on more than one */
    double step;   /* of Left and Right; 0: it is no number */
};

size_t tune_row_count(void);
void tune_row_at(size_t index, struct tune_row *ret_row);

#endif
