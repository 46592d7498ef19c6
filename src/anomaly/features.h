/* SPDX-License-Identifier: MIT */
/*
 * features - a process as a row of numbers: what the models learn and judge.
 *
 * Pure: read from one snapshot and its relations. Knows neither what is normal
 * nor what is suspicious, only how each number is measured, scaled and named.
 */
#ifndef ANOMALY_FEATURES_H
#define ANOMALY_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "model/relations.h"
#include "model/snapshot.h"

/* The first ten are those of the older {"means","stds"} models, in the order
 * in which such files hold them. */
enum feature {
    FEATURE_CPU,
    FEATURE_CONNECTIONS,
    FEATURE_REMOTE_PORTS,
    FEATURE_COMMAND_LENGTH,
    FEATURE_ARGV0_LENGTH,
    FEATURE_PATH_DEPTH,
    FEATURE_IS_TMP,
    FEATURE_IS_DELETED,
    FEATURE_IS_MEMFD,
    FEATURE_IS_ROOT,
    FEATURE_REMOTE_ADDRESSES,
    FEATURE_THREADS,
    FEATURE_DESCRIPTORS,
    FEATURE_RESIDENT,
    FEATURE_CHILDREN,
    FEATURE_CHILD_FAULTS,
    FEATURE_AGE,
    FEATURE_LISTENING,
    FEATURE_IS_UNOWNED,
    FEATURE_PARENT, /* a class, no number: judged by how rare it is */
    FEATURE_COUNT,
    FEATURE_OLD_COUNT = FEATURE_REMOTE_ADDRESSES,
};

typedef uint32_t feature_mask;

#define FEATURE_BIT(feature) ((feature_mask)1 << (feature))

enum feature_unit { UNIT_COUNT, UNIT_PERCENT, UNIT_BYTES, UNIT_SECONDS, UNIT_RATE, UNIT_FLAG };

/* Which side of the usual is strange. */
enum feature_side { SIDE_MORE, SIDE_LESS };

/* Features that tell one fact count once, as the strangest of them. */
enum feature_group {
    GROUP_LOAD,
    GROUP_NETWORK,
    GROUP_COMMAND,
    GROUP_PLACE,
    GROUP_PRIVILEGE,
    GROUP_SIZE,
    GROUP_FAMILY,
    GROUP_COUNT
};

struct feature_info {
    const char *key;    /* in the model file and JSON */
    const char *phrase; /* "descriptors"; of a flag what it says: "runs as root" */
    fact_mask needs;
    enum feature_unit unit;
    enum feature_side side;
    enum feature_group group;
    float least_spread; /* scaled: a spread below this is taken for this */
    float raw_spread;   /* the same, unscaled */
    float weight;       /* 0 .. 1: the most this feature can say */
};

extern const struct feature_info features[FEATURE_COUNT];

enum parent_class {
    PARENT_OTHER,
    PARENT_NONE, /* none that we see */
    PARENT_INIT,
    PARENT_LOGIN,
    PARENT_SHELL,
    PARENT_SCHEDULER,
    PARENT_SERVER,
    PARENT_INTERPRETER,
    PARENT_CONTAINER,
    PARENT_TERMINAL,
    PARENT_CLASS_COUNT
};

/* "shell": in the model file and in sentences ("started by a shell"). */
const char *parent_class_name(enum parent_class parent);

struct feature_row {
    float values[FEATURE_COUNT]; /* unscaled; of FEATURE_PARENT the class */
    feature_mask known;
};

/* What is worth computing once for a whole snapshot. */
struct feature_context {
    const struct snapshot *snapshot;
    const struct relations *relations;
    uint8_t *parent_classes; /* by process: its class plus 1; 0: nobody asked yet */
};

void feature_context_init(struct feature_context *context, const struct snapshot *snapshot,
                          const struct relations *relations);
void feature_context_release(struct feature_context *context);

/* Kernel threads and zombies run no program: they have no row. */
bool features_apply_to(const struct process *process);

/* By index in the snapshot. Values are as measured. */
void features_measure(struct feature_context *context, uint32_t process,
                      struct feature_row *ret_row);

/* Counts and sizes by their logarithm: one more is much for one, and nothing
 * for a thousand. */
float feature_scaled(enum feature feature, float value);
void feature_row_scale(struct feature_row *row);
float feature_unscaled(enum feature feature, float scaled);

/* "412", "98 %", "1.2G". */
void feature_format(enum feature feature, double value, struct strbuf *out);

/* What a program is known by: its executable's path, without " (deleted)";
 * empty when that is unknown. */
struct span features_program(const struct snapshot *snapshot, const struct process *process);

#endif
