/* SPDX-License-Identifier: MIT */
#include "ui/tune_rows.h"

#include <string.h>

#include "heuristics/heuristic.h"

/* Of the keys that are no weights. A model is loaded at the start, so what is said
 * of it has nothing to show here. */
static const struct {
    const char *path, *heuristic;
    double step;
} thresholds[] = {
    {"min_score",               NULL,           0.5},
    {"cpu_high",                "high_cpu",     5  },
    {"ml_weight",               NULL,           0.5},
    {"topk",                    NULL,           5  },
    {"ports",                   "watched_port", 0  },
    {"many_conns",              "many_conns",   5  },
    {"whitelist.mode",          NULL,           0  },
    {"whitelist.reduction",     NULL,           0.5},
    {"whitelist.high_severity", NULL,           0.5},
};
static const size_t threshold_count = sizeof thresholds / sizeof *thresholds;

size_t tune_row_count(void)
{
    size_t weights;

    heuristics_catalogue(&weights);
    return threshold_count + weights;
}

void tune_row_at(size_t index, struct tune_row *ret_row)
{
    size_t weights;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&weights);
    char path[SETTING_PATH_SIZE] = "weights.";

    if (index < threshold_count) {
        const char *heuristic = thresholds[index].heuristic;

        setting_find(thresholds[index].path, &ret_row->setting);
        ret_row->heuristic = heuristic ? heuristics_find(heuristic) : -1;
        ret_row->step = thresholds[index].step;
        return;
    }
    index -= threshold_count;
    strncat(path, catalogue[index]->key, sizeof path - strlen(path) - 1);
    setting_find(path, &ret_row->setting);
    ret_row->heuristic = (int)index;
    ret_row->step = 1;
}
