/* SPDX-License-Identifier: MIT */
#include "report/metrics.h"

#include <stdint.h>

#include "base/clock.h"
#include "report/report.h"

/* One family of samples; all are gauges: the state of the latest snapshot. */
struct metric {
    const char *name;
    const char *help;
    void (*write)(const struct metrics_source *source, const char *name, struct strbuf *out);
};

static void add_sample(struct strbuf *out, const char *name, const char *label,
                       const char *label_value, double number)
{
    strbuf_add_string(out, name);
    if (label)
        strbuf_add_format(out, "{%s=\"%s\"}", label, label_value);
    /* Nine digits: whole seconds since 1970 have ten, so those go as integers. */
    strbuf_add_format(out, number == (double)(int64_t)number ? " %.0f\n" : " %.9g\n", number);
}

static void write_processes(const struct metrics_source *source, const char *name,
                            struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, (double)source->snapshot->process_count);
}

static void write_suspicious(const struct metrics_source *source, const char *name,
                             struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, source->scores->flagged_count);
}

static void write_max_score(const struct metrics_source *source, const char *name,
                            struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, source->scores->max_score);
}

static void write_threshold(const struct metrics_source *source, const char *name,
                            struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, source->min_score);
}

static void write_whitelisted(const struct metrics_source *source, const char *name,
                              struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, source->scores->whitelisted_count);
}

static void write_hidden(const struct metrics_source *source, const char *name,
                         struct strbuf *out)
{
    const struct snapshot *snapshot = source->snapshot;
    unsigned hidden = 0;

    for (size_t i = 0; i < snapshot->hidden_count; i++)
        hidden += snapshot->hidden[i].sightings >= REPORT_HIDDEN_SIGHTINGS;
    add_sample(out, name, NULL, NULL, hidden);
}

/* Every key has a series, also at 0: an alert on an absent one never fires. */
static void write_reason_hits(const struct metrics_source *source, const char *name,
                              struct strbuf *out)
{
    uint32_t hits[HEURISTICS_MAX] = {0};

    for (size_t i = 0; i < source->scores->reason_count; i++)
        if (source->scores->reasons[i].score > 0)
            hits[source->scores->reasons[i].heuristic_index]++;
    for (size_t i = 0; i < source->assessment->catalogue_count; i++)
        add_sample(out, name, "reason", source->assessment->catalogue[i]->key, hits[i]);
}

static void write_duration(const struct metrics_source *source, const char *name,
                           struct strbuf *out)
{
    add_sample(out, name, NULL, NULL, (double)source->snapshot->header->gather_wall_us / 1e6);
}

static void write_unread(const struct metrics_source *source, const char *name,
                         struct strbuf *out)
{
    const struct gather_counts *counts = &source->snapshot->header->counts;

    add_sample(out, name, "kind", "denied", counts->denied);
    add_sample(out, name, "kind", "failed", counts->failed);
    add_sample(out, name, "kind", "blocked", counts->blocked);
    add_sample(out, name, "kind", "truncated", counts->truncated);
}

/* Without the kernel's word there is no number, which is not 0. */
static void write_short_lived(const struct metrics_source *source, const char *name,
                              struct strbuf *out)
{
    const struct snapshot_header *header = source->snapshot->header;

    if (header->flags & SNAPSHOT_COUNTS_SHORT_LIVED)
        add_sample(out, name, NULL, NULL, header->counts.short_lived);
}

static void write_reads(const struct metrics_source *source, const char *name,
                        struct strbuf *out)
{
    const struct gather_counts *counts = &source->snapshot->header->counts;

    add_sample(out, name, "kind", "read", counts->reads);
    add_sample(out, name, "kind", "swept", counts->sweep_reads);
    add_sample(out, name, "kind", "disagreed", counts->sweep_disagreements);
}

static void write_complete(const struct metrics_source *source, const char *name,
                           struct strbuf *out)
{
    add_sample(out, name, NULL, NULL,
               !(source->snapshot->header->flags & SNAPSHOT_IS_INCOMPLETE) &&
                   source->snapshot->header->unfinished == 0);
}

static void write_timestamp(const struct metrics_source *source, const char *name,
                            struct strbuf *out)
{
    add_sample(out, name, NULL, NULL,
               (double)(source->snapshot->header->realtime_ns / NS_PER_S));
}

static void write_build(const struct metrics_source *source, const char *name,
                        struct strbuf *out)
{
    add_sample(out, name, "version", source->version, 1);
}

static void write_config(const struct metrics_source *source, const char *name,
                         struct strbuf *out)
{
    add_sample(out, name, "sha256", source->config_sha256, 1);
}

static void write_model(const struct metrics_source *source, const char *name,
                        struct strbuf *out)
{
    add_sample(out, name, "model", source->model, 1);
}

/* clang-format off */
static const struct metric metrics[] = {
    {"procwatch_processes",              "Processes in the latest snapshot.",                      write_processes},
    {"procwatch_suspicious_processes",   "Processes whose total score reaches the threshold.",     write_suspicious},
    {"procwatch_max_score",              "Highest total score of any process.",                    write_max_score},
    {"procwatch_min_score",              "Threshold from which a process is flagged.",             write_threshold},
    {"procwatch_reason_hits",            "Processes that a heuristic adds points to, by key.",     write_reason_hits},
    {"procwatch_whitelisted_processes",  "Processes that some whitelist entry matches.",           write_whitelisted},
    {"procwatch_hidden_processes",       "Processes kept from the listing of /proc.",              write_hidden},
    {"procwatch_unread_processes",       "Processes with a fact that could not be read, by kind.", write_unread},
    {"procwatch_short_lived_processes",  "Processes that came and went since the one before.",     write_short_lived},
    {"procwatch_read_processes",         "Processes read again; to check the cache; found other.", write_reads},
    {"procwatch_scan_complete",          "1 when the latest pass read everything it set out to.",  write_complete},
    {"procwatch_scan_duration_seconds",  "Wall time of the latest gathering pass.",                write_duration},
    {"procwatch_scan_timestamp_seconds", "When the latest snapshot was taken.",                    write_timestamp},
    {"procwatch_build_info",             "Version of the program.",                                write_build},
    {"procwatch_config_info",            "Digest of the configuration file in force.",             write_config},
    {"procwatch_model_info",             "Kind of the baseline model in force.",                   write_model},
};
/* clang-format on */

void metrics_write(const struct metrics_source *source, struct strbuf *out)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        strbuf_add_format(out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[i].name,
                          metrics[i].help, metrics[i].name);
        metrics[i].write(source, metrics[i].name, out);
    }
}
