/* SPDX-License-Identifier: MIT */
/* The model file: any bytes give a model or problems, and a model judges any row
 * with a number from 0 to 1. */
#include <stdlib.h>

#include "anomaly/judgement.h"
#include "anomaly/model_file.h"
#include "anomaly/zscore.h"
#include "tests/fuzz/target.h"

static void expect_judgement(const struct anomaly_model *model, uint32_t program,
                             const struct feature_row *row)
{
    struct judgement judgement;

    judge(model, program, row, &judgement);
    double doubt = zscore_doubt(judgement.deviations, (feature_mask)-1, judgement.trust);
    if (!(doubt >= 0.0 && doubt <= 1.0))
        abort();
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        if (!(judgement.deviations[feature] >= 0 &&
              judgement.deviations[feature] <= DEVIATION_MAX))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    struct anomaly_model *model =
        model_file_parse("fuzz.json", (const char *)data, size, &problems);

    if (!model && problems.count == 0)
        abort();
    for (size_t i = 0; model && i < model->row_count; i++) {
        expect_judgement(model, model->rows[i].program, &model->rows[i].row);
        expect_judgement(model, MODEL_NO_PROGRAM, &model->rows[i].row);
    }
    anomaly_model_free(model);
    problems_release(&problems);
    return 0;
}
