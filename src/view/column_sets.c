/* SPDX-License-Identifier: MIT */
#include "view/column_sets.h"

#include <string.h>

/* clang-format off */
const struct column_set column_sets[] = {
    {"triage", {"score", "mark", "pid", "ppid", "user", "cpu", "trend", "name"},
     "what scores, and why"},
    {"net", {"score", "mark", "pid", "user", "conns", "listen", "remote", "name"},
     "who talks to whom, who listens"},
    {"mem", {"score", "mark", "pid", "user", "rss", "memory", "virt", "threads", "name"},
     "what it holds"},
    {"container", {"score", "mark", "pid", "user", "container", "unit", "name"},
     "where it runs"},
    {"origin", {"score", "mark", "pid", "user", "tty", "start", "age", "parent", "name"},
     "whence it came, and when"},
};
/* clang-format on */

const size_t column_set_count = sizeof column_sets / sizeof *column_sets;

const struct column_set *column_set_find(const char *name)
{
    for (size_t i = 0; i < column_set_count; i++)
        if (strcmp(column_sets[i].name, name) == 0)
            return &column_sets[i];
    return NULL;
}

int column_importance(const struct column *column)
{
    static const struct {
        const char *key;
        int importance;
    } known[] = {
        {"score",     COLUMN_IS_FIXED},
        {"mark",      COLUMN_IS_FIXED},
        {"pid",       COLUMN_IS_FIXED},
        {"name",      COLUMN_IS_FIXED},
        {"container", 6              },
        {"rss",       6              },
        {"remote",    6              },
        {"age",       6              },
        {"user",      5              },
        {"cpu",       4              },
        {"unit",      2              },
        {"trend",     COLUMN_IS_EXTRA},
        {"virt",      1              },
        {"start",     1              },
        {"ppid",      1              },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].key, column->key) == 0)
            return known[i].importance;
    return 3;
}
