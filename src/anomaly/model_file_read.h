/* SPDX-License-Identifier: MIT */
/*
 * model_file_read - from a parsed document to a model. Private to model_file.
 */
#ifndef ANOMALY_MODEL_FILE_READ_H
#define ANOMALY_MODEL_FILE_READ_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "anomaly/anomaly_model.h"
#include "base/problem.h"

/* False, with a problem that names the field, when anything in it is wrong; the
 * model then is half filled in. Does not prepare the model. */
bool model_file_read(const cJSON *document, const char *file, struct problems *problems,
                     struct anomaly_model *model);

#endif
