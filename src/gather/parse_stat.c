/* SPDX-License-Identifier: MIT */
/* /proc/PID/stat: "pid (comm) state ppid pgrp ...", proc_pid_stat(5); and
 * schedstat. */
#include "gather/parse.h"

/* The numeric fields we keep, in the order the kernel prints them. */
static const struct {
    unsigned number;
    size_t offset;
} kept_fields[] = {
    {4,  offsetof(struct process_stat, ppid)     },
    {5,  offsetof(struct process_stat, pgrp)     },
    {6,  offsetof(struct process_stat, session)  },
    {7,  offsetof(struct process_stat, tty_nr)   },
    {9,  offsetof(struct process_stat, flags)    },
    {10, offsetof(struct process_stat, minflt)   },
    {11, offsetof(struct process_stat, cminflt)  },
    {12, offsetof(struct process_stat, majflt)   },
    {14, offsetof(struct process_stat, utime)    },
    {15, offsetof(struct process_stat, stime)    },
    {20, offsetof(struct process_stat, threads)  },
    {22, offsetof(struct process_stat, starttime)},
    {23, offsetof(struct process_stat, vsize)    },
    {24, offsetof(struct process_stat, rss)      },
};

/* A word that ends with the text may have been cut off. */
static bool take_whole_word(struct span *in, struct span *ret_word)
{
    return span_take_word(in, ret_word) && in->at > ret_word->end;
}

bool parse_stat(struct span text, struct process_stat *ret_stat)
{
    struct process_stat stat = {0};
    struct span word;
    unsigned number = 3;

    /* A process picks its own comm, parentheses and all: the last ')' ends it. */
    if (!span_take_i64(&text, &stat.pid) || !span_take_char(&text, ' ') ||
        !span_take_enclosed(&text, '(', ')', &stat.comm) || !span_take_char(&text, ' ') ||
        !take_whole_word(&text, &word) || span_length(word) != 1)
        return false;
    stat.state = *word.at;

    for (size_t i = 0; i < sizeof kept_fields / sizeof *kept_fields; i++) {
        do {
            if (!take_whole_word(&text, &word))
                return false;
        } while (++number < kept_fields[i].number);

        int64_t *field = (int64_t *)((char *)&stat + kept_fields[i].offset);
        if (!span_take_i64(&word, field) || span_length(word) != 0)
            return false;
    }
    *ret_stat = stat;
    return true;
}

bool parse_schedstat(struct span text, uint64_t *ret_runtime_ns, uint64_t *ret_arrivals)
{
    uint64_t runtime_ns, waited_ns, arrivals;

    if (!span_take_u64(&text, &runtime_ns) || !span_take_char(&text, ' ') ||
        !span_take_u64(&text, &waited_ns) || !span_take_char(&text, ' ') ||
        !span_take_u64(&text, &arrivals) || !span_equals(text, "\n"))
        return false;
    *ret_runtime_ns = runtime_ns;
    *ret_arrivals = arrivals;
    return true;
}
