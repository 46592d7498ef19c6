/* SPDX-License-Identifier: MIT */
#include "anomaly/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define NETWORK_FACTS (FACT_BIT(FACT_DESCRIPTORS) | FACT_BIT(FACT_SOCKETS))
#define STAT          FACT_BIT(FACT_STAT)
#define COMMAND       FACT_BIT(FACT_CMDLINE)
#define EXE           FACT_BIT(FACT_EXE)

/* Young is only strange below this age: a daemon grows old, and must not look
 * stranger each day after the training. */
static const float age_cap_s = 600.0f;

/* clang-format off */
const struct feature_info features[FEATURE_COUNT] = {
    /*                         key                 phrase                        needs                     unit          side       group            least raw     weight */
    [FEATURE_CPU]            = {"cpu",              "CPU",                        FACT_BIT(FACT_CPU),       UNIT_PERCENT, SIDE_MORE, GROUP_LOAD,      8.0f,  8.0f,   0.60f},
    [FEATURE_CONNECTIONS]    = {"connections",      "outbound connections",       NETWORK_FACTS,            UNIT_COUNT,   SIDE_MORE, GROUP_NETWORK,   0.25f, 1.0f,   0.60f},
    [FEATURE_REMOTE_PORTS]   = {"remote_ports",     "remote ports",               NETWORK_FACTS,            UNIT_COUNT,   SIDE_MORE, GROUP_NETWORK,   0.25f, 1.0f,   0.60f},
    [FEATURE_COMMAND_LENGTH] = {"command_length",   "length of the command line", COMMAND,                  UNIT_COUNT,   SIDE_MORE, GROUP_COMMAND,   0.8f,  60.0f,  0.25f},
    [FEATURE_ARGV0_LENGTH]   = {"argv0_length",     "length of argv[0]",          COMMAND,                  UNIT_COUNT,   SIDE_MORE, GROUP_COMMAND,   0.8f,  20.0f,  0.25f},
    [FEATURE_PATH_DEPTH]     = {"path_depth",       "depth of its path",          EXE,                      UNIT_COUNT,   SIDE_MORE, GROUP_PLACE,     0.4f,  1.5f,   0.20f},
    [FEATURE_IS_TMP]         = {"is_tmp",           "runs from a tmp directory",  EXE,                      UNIT_FLAG,    SIDE_MORE, GROUP_PLACE,     0.15f, 0.15f,  0.45f},
    [FEATURE_IS_DELETED]     = {"is_deleted",       "runs a deleted executable",  FACT_BIT(FACT_EXE_FILE),  UNIT_FLAG,    SIDE_MORE, GROUP_PLACE,     0.15f, 0.15f,  0.35f},
    [FEATURE_IS_MEMFD]       = {"is_memfd",         "runs from a memfd",          EXE,                      UNIT_FLAG,    SIDE_MORE, GROUP_PLACE,     0.15f, 0.15f,  0.60f},
    [FEATURE_IS_ROOT]        = {"is_root",          "runs as root",               FACT_BIT(FACT_STATUS),    UNIT_FLAG,    SIDE_MORE, GROUP_PRIVILEGE, 0.15f, 0.15f,  0.40f},
    [FEATURE_REMOTE_ADDRESSES]={"remote_addresses", "remote addresses",           NETWORK_FACTS,            UNIT_COUNT,   SIDE_MORE, GROUP_NETWORK,   0.25f, 1.0f,   0.60f},
    [FEATURE_THREADS]        = {"threads",          "threads",                    STAT,                     UNIT_COUNT,   SIDE_MORE, GROUP_SIZE,      0.5f,  4.0f,   0.40f},
    [FEATURE_DESCRIPTORS]    = {"descriptors",      "descriptors",                FACT_BIT(FACT_DESCRIPTORS),UNIT_COUNT,  SIDE_MORE, GROUP_SIZE,      0.5f,  10.0f,  0.70f},
    [FEATURE_RESIDENT]       = {"resident",         "resident memory",            STAT,                     UNIT_BYTES,   SIDE_MORE, GROUP_SIZE,      0.6f,  2e7f,   0.40f},
    [FEATURE_CHILDREN]       = {"children",         "children",                   STAT,                     UNIT_COUNT,   SIDE_MORE, GROUP_FAMILY,    0.5f,  3.0f,   0.50f},
    [FEATURE_CHILD_FAULTS]   = {"child_faults",     "page faults of past children",FACT_BIT(FACT_CPU),      UNIT_RATE,    SIDE_MORE, GROUP_FAMILY,    0.8f,  100.0f, 0.60f},
    [FEATURE_AGE]            = {"age",              "age",                        STAT,                     UNIT_SECONDS, SIDE_LESS, GROUP_FAMILY,    1.0f,  60.0f,  0.10f},
    [FEATURE_LISTENING]      = {"listening",        "listening sockets",          NETWORK_FACTS,            UNIT_COUNT,   SIDE_MORE, GROUP_NETWORK,   0.25f, 1.0f,   0.50f},
    [FEATURE_IS_UNOWNED]     = {"is_unowned",       "belongs to no package",      FACT_BIT(FACT_PACKAGE),   UNIT_FLAG,    SIDE_MORE, GROUP_PLACE,     0.15f, 0.15f,  0.30f},
    [FEATURE_PARENT]         = {"parent",           "started by",                 STAT,                     UNIT_COUNT,   SIDE_MORE, GROUP_FAMILY,    1.0f,  1.0f,   0.35f},
};
/* clang-format on */

static const struct {
    const char *name; /* of the executable or comm; a prefix when it ends in '*' */
    enum parent_class class;
} parent_names[] = {
    {"systemd*",        PARENT_INIT       },
    {"init",            PARENT_INIT       },
    {"runit*",          PARENT_INIT       },
    {"s6-*",            PARENT_INIT       },
    {"supervisord",     PARENT_INIT       },
    {"sshd*",           PARENT_LOGIN      },
    {"login",           PARENT_LOGIN      },
    {"su",              PARENT_LOGIN      },
    {"sudo",            PARENT_LOGIN      },
    {"gdm*",            PARENT_LOGIN      },
    {"bash",            PARENT_SHELL      },
    {"sh",              PARENT_SHELL      },
    {"dash",            PARENT_SHELL      },
    {"zsh*",            PARENT_SHELL      },
    {"fish",            PARENT_SHELL      },
    {"ksh*",            PARENT_SHELL      },
    {"busybox",         PARENT_SHELL      },
    {"cron*",           PARENT_SCHEDULER  },
    {"atd",             PARENT_SCHEDULER  },
    {"anacron",         PARENT_SCHEDULER  },
    {"nginx",           PARENT_SERVER     },
    {"apache2",         PARENT_SERVER     },
    {"httpd",           PARENT_SERVER     },
    {"php-fpm*",        PARENT_SERVER     },
    {"postgres",        PARENT_SERVER     },
    {"mysqld",          PARENT_SERVER     },
    {"mariadbd",        PARENT_SERVER     },
    {"redis-server",    PARENT_SERVER     },
    {"java",            PARENT_SERVER     },
    {"python*",         PARENT_INTERPRETER},
    {"perl*",           PARENT_INTERPRETER},
    {"ruby*",           PARENT_INTERPRETER},
    {"php*",            PARENT_INTERPRETER},
    {"node*",           PARENT_INTERPRETER},
    {"containerd*",     PARENT_CONTAINER  },
    {"dockerd",         PARENT_CONTAINER  },
    {"conmon",          PARENT_CONTAINER  },
    {"runc",            PARENT_CONTAINER  },
    {"tmux*",           PARENT_TERMINAL   },
    {"screen",          PARENT_TERMINAL   },
    {"gnome-terminal*", PARENT_TERMINAL   },
    {"konsole",         PARENT_TERMINAL   },
    {"xterm",           PARENT_TERMINAL   },
};

const char *parent_class_name(enum parent_class parent)
{
    static const char *const names[] = {
        [PARENT_OTHER] = "another program",
        [PARENT_NONE] = "nobody we see",
        [PARENT_INIT] = "init",
        [PARENT_LOGIN] = "a login",
        [PARENT_SHELL] = "a shell",
        [PARENT_SCHEDULER] = "cron",
        [PARENT_SERVER] = "a server",
        [PARENT_INTERPRETER] = "an interpreter",
        [PARENT_CONTAINER] = "a container runtime",
        [PARENT_TERMINAL] = "a terminal",
    };
    _Static_assert(sizeof names / sizeof *names == PARENT_CLASS_COUNT, "a name for each");

    return names[parent];
}

struct span features_program(const struct snapshot *snapshot, const struct process *process)
{
    if (!process_knows(process, EXE))
        return span_of("", 0);

    const char *exe = snapshot_string(snapshot, process->exe);
    return span_of(exe, process_exe_bare_length(process, exe));
}

static bool is_named(struct span name, const char *pattern)
{
    size_t length = strlen(pattern);

    if (pattern[length - 1] == '*')
        return span_length(name) >= length - 1 && memcmp(name.at, pattern, length - 1) == 0;
    return span_equals(name, pattern);
}

static enum parent_class classify(const struct snapshot *snapshot,
                                  const struct process *process)
{
    struct span name = features_program(snapshot, process);

    if (process->pid == 1)
        return PARENT_INIT;
    if (span_length(name) > 0) {
        const char *slash = memrchr(name.at, '/', span_length(name));
        name.at = slash ? slash + 1 : name.at;
    } else {
        name = snapshot_span(snapshot, process->comm);
    }
    for (size_t i = 0; i < sizeof parent_names / sizeof *parent_names; i++)
        if (is_named(name, parent_names[i].name))
            return parent_names[i].class;
    return PARENT_OTHER;
}

void feature_context_init(struct feature_context *context, const struct snapshot *snapshot,
                          const struct relations *relations)
{
    *context = (struct feature_context){
        .snapshot = snapshot,
        .relations = relations,
        .parent_classes = memory_new(snapshot->process_count, 1),
    };
}

static enum parent_class class_of_parent(struct feature_context *context, uint32_t process)
{
    uint32_t parent = context->relations->parents[process];

    if (parent == RELATION_NONE)
        return PARENT_NONE;
    if (context->parent_classes[parent] == 0)
        context->parent_classes[parent] =
            (uint8_t)(1 + classify(context->snapshot, &context->snapshot->processes[parent]));
    return (enum parent_class)(context->parent_classes[parent] - 1);
}

void feature_context_release(struct feature_context *context)
{
    free(context->parent_classes);
    *context = (struct feature_context){0};
}

bool features_apply_to(const struct process *process)
{
    return !process_is_kernel_thread(process) && !process_is_zombie(process);
}

/* A connection that any of those before it equals in that respect adds nothing.
 * Beyond this many they are not compared any more: the number then is at least
 * right in its logarithm, and the time stays bounded. */
enum { COMPARED_MAX = 64 };

static void measure_network(const struct feature_context *context, uint32_t process,
                            float *values)
{
    uint32_t count;
    const struct connection *connections = relations_connections(
        context->relations, &context->snapshot->processes[process], &count);
    const struct socket *seen[COMPARED_MAX];
    uint32_t outbound = 0, ports = 0, addresses = 0, listening = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct socket *socket = &context->snapshot->sockets[connections[i].socket];
        bool is_new_port = true, is_new_address = true;

        listening += socket->state == SOCKET_LISTEN;
        if (!(socket->flags & SOCKET_IS_OUTBOUND))
            continue;
        for (uint32_t k = 0; k < outbound && k < COMPARED_MAX; k++) {
            is_new_port = is_new_port && seen[k]->remote_port != socket->remote_port;
            is_new_address = is_new_address && memcmp(seen[k]->remote, socket->remote,
                                                      sizeof socket->remote) != 0;
        }
        if (outbound < COMPARED_MAX)
            seen[outbound] = socket;
        ports += is_new_port;
        addresses += is_new_address;
        outbound++;
    }
    values[FEATURE_CONNECTIONS] = (float)outbound;
    values[FEATURE_REMOTE_PORTS] = (float)ports;
    values[FEATURE_REMOTE_ADDRESSES] = (float)addresses;
    values[FEATURE_LISTENING] = (float)listening;
}

static bool is_in_tmp(const char *exe)
{
    static const char *const directories[] = {"/tmp/", "/var/tmp/", "/dev/shm/"};

    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        if (strncmp(exe, directories[i], strlen(directories[i])) == 0)
            return true;
    return false;
}

static void measure_program(const struct feature_context *context,
                            const struct process *process, float *values)
{
    const char *exe = snapshot_string(context->snapshot, process->exe);
    uint32_t slashes = 0;

    for (const char *at = exe; (at = strchr(at, '/')); at++)
        slashes++;
    values[FEATURE_PATH_DEPTH] = (float)slashes;
    values[FEATURE_IS_TMP] = is_in_tmp(exe);
    values[FEATURE_IS_MEMFD] = exe_is_memfd(exe);
    values[FEATURE_IS_DELETED] = process->exe_file.nlink == 0;
    values[FEATURE_IS_UNOWNED] = process->package.length == 0;
}

void features_measure(struct feature_context *context, uint32_t process,
                      struct feature_row *ret_row)
{
    const struct process *record = &context->snapshot->processes[process];
    float *values = ret_row->values;
    double age = snapshot_age(context->snapshot, record);

    measure_network(context, process, values);
    measure_program(context, record, values);
    values[FEATURE_CPU] = record->cpu_percent;
    values[FEATURE_COMMAND_LENGTH] = (float)record->cmdline.length;
    values[FEATURE_ARGV0_LENGTH] =
        (float)strlen(snapshot_string(context->snapshot, record->cmdline));
    values[FEATURE_IS_ROOT] = record->uid[ID_EFFECTIVE] == 0;
    values[FEATURE_THREADS] = (float)record->threads;
    values[FEATURE_DESCRIPTORS] = (float)record->descriptor_count;
    values[FEATURE_RESIDENT] = (float)record->rss;
    values[FEATURE_CHILDREN] = (float)context->relations->children[process].count;
    values[FEATURE_CHILD_FAULTS] = record->child_fault_rate;
    values[FEATURE_AGE] = fminf((float)age, age_cap_s);
    values[FEATURE_PARENT] = (float)class_of_parent(context, process);

    fact_mask known = process_known(record);
    ret_row->known = 0;
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        if ((features[feature].needs & ~known) == 0)
            ret_row->known |= FEATURE_BIT(feature);
}

static bool is_linear(enum feature feature)
{
    return features[feature].unit == UNIT_FLAG || features[feature].unit == UNIT_PERCENT ||
           feature == FEATURE_PARENT;
}

float feature_scaled(enum feature feature, float value)
{
    if (is_linear(feature))
        return value;
    return value > 0 ? log2f(1.0f + value) : 0.0f;
}

void feature_row_scale(struct feature_row *row)
{
    for (unsigned feature = 0; feature < FEATURE_COUNT; feature++)
        row->values[feature] = feature_scaled(feature, row->values[feature]);
}

float feature_unscaled(enum feature feature, float scaled)
{
    if (is_linear(feature))
        return scaled;
    return exp2f(scaled) - 1.0f;
}

void feature_format(enum feature feature, double value, struct strbuf *out)
{
    switch (features[feature].unit) {
    case UNIT_PERCENT:
        strbuf_add_format(out, "%.0f %%", value);
        break;
    case UNIT_BYTES:
        text_add_size(out, (uint64_t)fmin(fmax(value, 0.0), 1e18));
        break;
    case UNIT_SECONDS:
        if (value >= (double)age_cap_s)
            strbuf_add_string(out, "10 min or more");
        else
            strbuf_add_format(out, "%.0f s", value);
        break;
    case UNIT_RATE:
        strbuf_add_format(out, "%.0f a second", value);
        break;
    case UNIT_FLAG:
    case UNIT_COUNT:
        strbuf_add_format(out, "%.0f", value);
        break;
    }
}
