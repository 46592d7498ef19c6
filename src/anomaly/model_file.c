/* SPDX-License-Identifier: MIT */
#include "anomaly/model_file.h"

#include <stdlib.h>
#include <string.h>

#include "anomaly/model_file_read.h"
#include "base/input_file.h"
#include "base/memory.h"

static void refuse(struct problems *problems, const char *file, const char *message)
{
    problems_add(problems, PROBLEM_ERROR, file, 0, 0, "%s", message);
}

static void refuse_syntax(struct problems *problems, const char *file, const char *text,
                          const char *at)
{
    unsigned line = 1, column = 1;

    for (; text < at && *text; text++) {
        column = *text == '\n' ? 1 : column + 1;
        line += *text == '\n';
    }
    problems_add(problems, PROBLEM_ERROR, file, line, column,
                 "not valid JSON from here on, or more behind the document");
}

struct anomaly_model *model_file_parse(const char *name, const char *text, size_t length,
                                       struct problems *problems)
{
    const char *end = text;

    if (length > MODEL_FILE_CAP) {
        refuse(problems, name, "larger than 1 MiB: no model is");
        return NULL;
    }
    if (memchr(text, '\0', length)) {
        refuse(problems, name, "holds NUL bytes: not JSON");
        return NULL;
    }
    char *copy = memory_copy_span(span_of(text, length)); /* cJSON wants to see its NUL */
    cJSON *document = cJSON_ParseWithLengthOpts(copy, length + 1, &end, true);
    struct anomaly_model *model = NULL;

    if (!document) {
        refuse_syntax(problems, name, copy, end);
    } else {
        model = anomaly_model_new();
        if (model_file_read(document, name, problems, model)) {
            anomaly_model_prepare(model);
        } else {
            anomaly_model_free(model);
            model = NULL;
        }
    }
    cJSON_Delete(document);
    free(copy);
    return model;
}

struct anomaly_model *model_file_load(const char *path, struct problems *problems)
{
    struct strbuf text = {0};
    struct anomaly_model *model = NULL;
    int error = input_file_read(path, MODEL_FILE_CAP, &text, NULL);

    if (error)
        problems_add(problems, PROBLEM_ERROR, path, 0, 0, "cannot be read: %s",
                     input_file_error(error));
    else
        model = model_file_parse(path, strbuf_string(&text), text.length, problems);
    strbuf_release(&text);
    return model;
}
