/* SPDX-License-Identifier: MIT */
/* /proc/PID/status: "Name:\tvalue" lines, proc_pid_status(5). */
#include <string.h>

#include "gather/parse.h"

enum status_format {
    FORMAT_DECIMAL,    /* int32_t */
    FORMAT_SMALL,      /* uint8_t */
    FORMAT_HEX,        /* uint64_t */
    FORMAT_KILOBYTES,  /* uint64_t, kept as bytes */
    FORMAT_FOUR_IDS,   /* uint32_t[4] */
    FORMAT_WORD_COUNT, /* uint32_t */
    FORMAT_SUM,        /* uint64_t, added */
    FORMAT_LETTER,     /* char, the first of them */
    FORMAT_IS_ONE,     /* bool */
};

static const struct {
    const char *name;
    enum status_format format;
    size_t offset;
} kept_lines[] = {
    {"State:",                      FORMAT_LETTER,     offsetof(struct process_status, state)           },
    {"PPid:",                       FORMAT_DECIMAL,    offsetof(struct process_status, ppid)            },
    {"TracerPid:",                  FORMAT_DECIMAL,    offsetof(struct process_status, tracer_pid)      },
    {"Uid:",                        FORMAT_FOUR_IDS,   offsetof(struct process_status, uid)             },
    {"Gid:",                        FORMAT_FOUR_IDS,   offsetof(struct process_status, gid)             },
    {"NSpid:",                      FORMAT_WORD_COUNT, offsetof(struct process_status, ns_depth)        },
    {"Kthread:",                    FORMAT_IS_ONE,     offsetof(struct process_status, is_kernel_thread)},
    {"VmSize:",                     FORMAT_KILOBYTES,  offsetof(struct process_status, vsize)           },
    {"VmRSS:",                      FORMAT_KILOBYTES,  offsetof(struct process_status, rss)             },
    {"Threads:",                    FORMAT_DECIMAL,    offsetof(struct process_status, threads)         },
    {"CapPrm:",                     FORMAT_HEX,        offsetof(struct process_status, cap_permitted)   },
    {"CapEff:",                     FORMAT_HEX,        offsetof(struct process_status, cap_effective)   },
    {"CapAmb:",                     FORMAT_HEX,        offsetof(struct process_status, cap_ambient)     },
    {"NoNewPrivs:",                 FORMAT_SMALL,      offsetof(struct process_status, no_new_privs)    },
    {"Seccomp:",                    FORMAT_SMALL,      offsetof(struct process_status, seccomp)         },
    {"voluntary_ctxt_switches:",    FORMAT_SUM,        offsetof(struct process_status, switches)        },
    {"nonvoluntary_ctxt_switches:", FORMAT_SUM,        offsetof(struct process_status, switches)        },
};

enum { KEPT_LINE_COUNT = sizeof kept_lines / sizeof *kept_lines };

static bool parse_ids(struct span value, uint32_t (*ret_ids)[4])
{
    uint32_t ids[4];

    for (size_t i = 0; i < 4; i++) {
        uint64_t id;
        struct span word;

        if (!span_take_word(&value, &word) || !span_is_u64(word, &id) || id > UINT32_MAX)
            return false;
        ids[i] = (uint32_t)id;
    }
    for (size_t i = 0; i < 4; i++)
        (*ret_ids)[i] = ids[i];
    return true;
}

static uint32_t count_words(struct span value)
{
    struct span word;
    uint32_t count = 0;

    while (span_take_word(&value, &word))
        count++;
    return count;
}

static bool parse_value(struct span value, enum status_format format, void *field)
{
    uint64_t number = 0;

    span_skip_blanks(&value);
    if (format == FORMAT_FOUR_IDS)
        return parse_ids(value, field);
    if (format == FORMAT_WORD_COUNT) {
        *(uint32_t *)field = count_words(value);
        return *(uint32_t *)field > 0;
    }
    if (format == FORMAT_LETTER) {
        *(char *)field = span_length(value) > 0 ? *value.at : '\0';
        return span_length(value) > 0;
    }
    if (format == FORMAT_HEX ? !span_take_hex(&value, &number)
                             : !span_take_u64(&value, &number))
        return false;

    switch (format) {
    case FORMAT_DECIMAL:
        if (number > INT32_MAX)
            return false;
        *(int32_t *)field = (int32_t)number;
        break;
    case FORMAT_SMALL:
        if (number > UINT8_MAX)
            return false;
        *(uint8_t *)field = (uint8_t)number;
        break;
    case FORMAT_KILOBYTES:
        if (!span_take_string(&value, " kB") || number > UINT64_MAX / 1024)
            return false;
        *(uint64_t *)field = number * 1024;
        break;
    case FORMAT_SUM:
        *(uint64_t *)field += number;
        break;
    case FORMAT_IS_ONE:
        *(bool *)field = number == 1;
        break;
    default:
        *(uint64_t *)field = number;
        break;
    }
    return span_length(value) == 0;
}

/* The kernel prints a newline in a comm as "\n" and a backslash as "\\"
 * (fs/proc/array.c, ESCAPE_SPACE | ESCAPE_SPECIAL), nothing else escaped in
 * today's kernels, more in older ones. Spaces belong to the name: keep them. */
static void unescape_comm(struct span text, struct process_status *status)
{
    static const char letters[] = "n\nr\rt\tv\vf\fa\ae\033\\\\\"\"";
    size_t length = 0;

    while (text.at < text.end && length < COMM_SIZE - 1) {
        char c = *text.at++;
        size_t rest = span_length(text);

        if (c == '\\' && rest >= 3 && text.at[0] >= '0' && text.at[0] <= '3' &&
            text.at[1] >= '0' && text.at[1] <= '7' && text.at[2] >= '0' && text.at[2] <= '7') {
            c = (char)((text.at[0] - '0') << 6 | (text.at[1] - '0') << 3 | (text.at[2] - '0'));
            text.at += 3;
        } else if (c == '\\' && rest >= 1) {
            for (const char *letter = letters; *letter; letter += 2)
                if (*letter == *text.at) {
                    c = letter[1];
                    text.at++;
                    break;
                }
        }
        status->comm[length++] = c;
    }
    status->comm[length] = '\0';
    status->comm_length = length;
}

/* The first bytes of a name: none is shorter. */
static uint32_t lead_of(const char *name)
{
    uint32_t lead;

    memcpy(&lead, name, sizeof lead);
    return lead;
}

/* Sixty lines a process, most of them none of ours. Those that are come in this order, so
 * that the search begins at the first that was not seen. */
static size_t find_kept_line(struct span *line, uint32_t seen)
{
    uint32_t lead;
    size_t i;

    if (span_length(*line) < sizeof lead)
        return KEPT_LINE_COUNT;
    lead = lead_of(line->at);
    for (i = (size_t)__builtin_ctz(~seen); i < KEPT_LINE_COUNT; i++)
        if (lead == lead_of(kept_lines[i].name) && !(seen & 1u << i) &&
            span_take_string(line, kept_lines[i].name))
            break;
    return i;
}

bool parse_status(struct span text, struct process_status *ret_status)
{
    struct process_status status = {0};
    struct span line;
    uint32_t seen = 0;

    _Static_assert(KEPT_LINE_COUNT < 32, "one bit of seen a line");
    /* The name comes first, and no later line can be mistaken for another: the
     * kernel escapes newlines in the only text a process chooses. */
    if (!span_take_line(&text, &line) || !span_take_string(&line, "Name:\t"))
        return false;
    unescape_comm(line, &status);

    while (span_take_line(&text, &line)) {
        if (text.at[-1] != '\n')
            return false;
        size_t i = find_kept_line(&line, seen);
        if (i == KEPT_LINE_COUNT)
            continue;
        if (!parse_value(line, kept_lines[i].format, (char *)&status + kept_lines[i].offset))
            return false;
        seen |= 1u << i;
    }
    if (!(seen & 1u << (KEPT_LINE_COUNT - 1)) || status.state == '\0')
        return false;
    *ret_status = status;
    return true;
}

bool parse_thread_group(struct span text, uint64_t *ret_pid)
{
    struct span line;

    while (span_take_line(&text, &line))
        if (span_take_string(&line, "Tgid:\t"))
            return text.at[-1] == '\n' && span_is_u64(line, ret_pid);
    return false;
}
