/* SPDX-License-Identifier: MIT */
#include "settings/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "settings/quote.h"
#include "settings/schema.h"

void settings_init(struct settings *settings)
{
    *settings =
        (struct settings){.topk = 20, .model_kind = MODEL_ZSCORE, .bpf = BPF_FIRST_SCAN};
    thresholds_init(&settings->thresholds);
    scoring_options_init(&settings->scoring);
}

void settings_release(struct settings *settings)
{
    scoring_options_release(&settings->scoring);
    free(settings->model_path);
    settings->model_path = NULL;
}

void settings_copy(struct settings *ret_copy, const struct settings *settings)
{
    *ret_copy = *settings;
    scoring_options_copy(&ret_copy->scoring, &settings->scoring);
    ret_copy->model_path =
        settings->model_path ? memory_copy_string(settings->model_path) : NULL;
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < setting_count(); i++) {
        struct setting setting;

        setting_at(i, &setting);
        if (!setting_equals(&setting, a, b))
            return false;
    }
    return true;
}

/* "weights." of "weights.tmp_exe"; 0 without a section. */
static size_t section_length(const char *path)
{
    const char *dot = strchr(path, '.');

    return dot ? (size_t)(dot - path) + 1 : 0;
}

/* Begin the section of a path unless the path before was in it already. */
static void add_section(struct strbuf *out, const char *path, const char *before)
{
    size_t length = section_length(path);

    if (length == 0 || strncmp(path, before, length) == 0)
        return;
    strbuf_add_format(out, "\n%.*s:\n", (int)length - 1, path);
}

static void add_row(struct strbuf *out, const struct setting *setting,
                    const struct settings *settings, bool with_help)
{
    size_t section = section_length(setting->path);
    struct strbuf line = {0};

    if (section > 0)
        strbuf_add_string(&line, "  ");
    strbuf_add_format(&line, "%s: ", setting->path + section);
    setting_format(setting, settings, &line);
    if (with_help) {
        size_t width = section > 0 ? 28 : 40;

        strbuf_add_repeated(&line, ' ', line.length < width ? width - line.length : 1);
        strbuf_add_format(&line, "# %s", setting->help);
    }
    strbuf_add_span(out, strbuf_span(&line));
    strbuf_add_char(out, '\n');
    strbuf_release(&line);
}

static void add_all(struct strbuf *out, const struct settings *settings, bool with_help)
{
    struct setting setting, before = {.path = ""};

    for (size_t i = 0; i < setting_count(); i++, before = setting) {
        setting_at(i, &setting);
        add_section(out, setting.path, before.path);
        add_row(out, &setting, settings, with_help);
    }
}

void settings_format(const struct settings *settings, struct strbuf *out)
{
    add_all(out, settings, false);
}

void settings_write_default(FILE *stream)
{
    struct strbuf text = {0};
    struct settings settings;

    strbuf_add_string(
        &text, "# procwatch configuration: every key with its built-in value.\n"
               "#\n"
               "# Copy it to ~/.procwatch.yaml or ~/.config/procwatch/config.yaml and keep\n"
               "# what you change. Check it with: procwatch check --config FILE\n"
               "\n");
    settings_init(&settings);
    add_all(&text, &settings, true);
    settings_release(&settings);
    fputs(strbuf_string(&text), stream);
    strbuf_release(&text);
}
