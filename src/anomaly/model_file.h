/* SPDX-License-Identifier: MIT */
/*
 * model_file - a model as versioned JSON on disk.
 *
 * Reading is strict, because a model decides what is thought normal: size cap,
 * nothing behind the document, no key twice, finite numbers, lists of the right
 * length. What is wrong becomes problems that name file and field. Files of the
 * form {"means":[10 numbers],"stds":[10 numbers]} load as well, the features in
 * the order of enum feature: cpu, connections, remote ports, command line and
 * argv[0] length, path depth, is_tmp, is_deleted, is_memfd, is_root.
 */
#ifndef ANOMALY_MODEL_FILE_H
#define ANOMALY_MODEL_FILE_H

#include "anomaly/anomaly_model.h"
#include "base/problem.h"

enum { MODEL_FILE_VERSION = 1, MODEL_FILE_CAP = 1 << 20 };

/* The model, prepared, the caller's; NULL with problems. */
struct anomaly_model *model_file_load(const char *path, struct problems *problems);

/* The same from text in memory; name stands in the messages. */
struct anomaly_model *model_file_parse(const char *name, const char *text, size_t length,
                                       struct problems *problems);

/* Write beside the file, flush to disk and rename over it, mode 0600: whoever
 * reads sees the old model or the new one. Missing directories are made, mode
 * 0700. Not for is_old_format. Negative errno; -EFBIG: over the cap. */
int model_file_save(const struct anomaly_model *model, const char *path);

/* Whether a model could be saved there: makes the directories. Negative errno. */
int model_file_may_save(const char *path);

/* The document itself, as saved; the caller frees it. */
char *model_file_format(const struct anomaly_model *model);

#endif
