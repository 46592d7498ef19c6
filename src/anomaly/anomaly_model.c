/* SPDX-License-Identifier: MIT */
#include "anomaly/anomaly_model.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct anomaly_model *anomaly_model_new(void)
{
    struct anomaly_model *model = memory_new(1, sizeof *model);

    model->host = memory_copy_string("");
    model->kernel = memory_copy_string("");
    return model;
}

void anomaly_model_free(struct anomaly_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->program_count; i++)
        free(model->programs[i].program);
    free(model->programs);
    free(model->rows);
    free(model->slots);
    free(model->host);
    free(model->kernel);
    free(model);
}

void anomaly_model_prepare(struct anomaly_model *model)
{
    size_t slots = 16;

    baseline_prepare(&model->all, model->is_old_format);
    while (slots < 2 * model->program_count)
        slots *= 2;
    free(model->slots);
    model->slots = memory_new(slots, sizeof *model->slots);
    model->slot_mask = slots - 1;
    for (uint32_t i = 0; i < model->program_count; i++) {
        size_t slot = span_hash(span_of_string(model->programs[i].program)) & model->slot_mask;

        while (model->slots[slot])
            slot = (slot + 1) & model->slot_mask;
        model->slots[slot] = i + 1;
        baseline_prepare(&model->programs[i], model->is_old_format);
    }
}

uint32_t anomaly_model_find(const struct anomaly_model *model, struct span program)
{
    for (size_t slot = span_hash(program) & model->slot_mask; model->slots[slot];
         slot = (slot + 1) & model->slot_mask)
        if (span_equals(program, model->programs[model->slots[slot] - 1].program))
            return model->slots[slot] - 1;
    return MODEL_NO_PROGRAM;
}

bool anomaly_model_is_stale(const struct anomaly_model *model, int64_t now_s)
{
    const int64_t day_s = 24 * 60 * 60;

    return model->created_s > 0 && now_s - model->created_s > MODEL_STALE_DAYS * day_s;
}
