/* SPDX-License-Identifier: MIT */
/* What a process takes of the machine, and where it belongs. */
#include "report/json_value.h"

static void add_number_of(cJSON *object, const char *key, const struct row *row, enum fact fact,
                          double value)
{
    if (process_knows(row->process, FACT_BIT(fact)))
        json_add_number(object, key, value);
    else
        json_checked(cJSON_AddNullToObject(object, key));
}

/* In words of the kernel: 0 for no terminal and no tracer, -1 for never logged in. */
void json_add_use(cJSON *object, const struct row *row)
{
    const struct process *process = row->process;
    uint64_t ticks = process->utime + process->stime;
    const struct {
        const char *key;
        enum fact fact;
        double value;
    } numbers[] = {
        {"age_seconds", FACT_STAT, snapshot_age(row->snapshot, process)},
        {"cpu_seconds",             FACT_STAT,          (double)ticks / row->snapshot->header->ticks_per_second              },
        {"threads",             FACT_STAT,              process->threads    },
        {"resident",             FACT_STAT,             (double)process->rss             },
        {"virtual",             FACT_STAT,              (double)process->vsize     },
        {"process_group",             FACT_STAT,        process->pgrp       },
        {"session",             FACT_STAT,              process->session           },
        {"terminal",             FACT_STAT,             process->tty_nr      },
        {"tracer",             FACT_STATUS,               process->tracer_pid           },
        {"descriptors",             FACT_DESCRIPTORS,          process->descriptor_count},
        {"mappings",             FACT_MAPS,             process->map_count                     },
        {"login_uid",             FACT_LOGINUID,            (int32_t)process->loginuid},
    };
    cJSON *use = json_checked(cJSON_AddObjectToObject(object, "use"));

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        add_number_of(use, numbers[i].key, row, numbers[i].fact, numbers[i].value);
    json_checked(cJSON_AddBoolToObject(use, "new", process->is_new));
}
