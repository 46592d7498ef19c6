/* SPDX-License-Identifier: MIT */
#include "cli/config_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/output.h"
#include "settings/diff.h"
#include "settings/journal.h"
#include "settings/save.h"
#include "settings/user_directory.h"

/* A change on its way into the file. */
struct editing {
    const struct config_change *change;
    char *path;
    struct config_file file;
    struct settings base; /* what the file says */
    struct settings live; /* with the change */
    struct journal journal;
    struct strbuf text; /* of the file, with the change */
    struct strbuf error;
};

/* The file that the change is meant for; NULL when nobody has a home. */
static char *find_path(const struct config_change *change)
{
    struct settings unused;
    struct settings_source source = {0};
    struct problems problems = {0};
    char *path;

    if (change->config)
        return memory_copy_string(change->config);
    /* Its problems are told when the text is parsed. */
    settings_init(&unused);
    settings_load(&unused, NULL, &source, &problems);
    path = source.path ? memory_copy_string(source.path) : NULL;
    problems_release(&problems);
    settings_source_release(&source);
    settings_release(&unused);
    if (path)
        return path;

    char *directory = user_directory("XDG_CONFIG_HOME", ".config");
    if (!directory)
        return NULL;
    struct strbuf new_path = {0};
    strbuf_add_format(&new_path, "%s/procwatch/config.yaml", directory);
    free(directory);
    return new_path.bytes;
}

static int read_file(struct editing *editing)
{
    struct problems problems = {0};
    int error = config_file_read(&editing->file, editing->path);

    if (error) {
        output_complain("%s: %s", editing->path, strerror(-error));
        return EXIT_CONFIGURATION;
    }
    bool is_good =
        settings_load_text(&editing->base, editing->path, strbuf_string(&editing->file.text),
                           editing->file.text.length, &problems);
    output_problems(&problems);
    problems_release(&problems);
    return is_good ? EXIT_DONE : EXIT_CONFIGURATION;
}

static int try_change(struct editing *editing)
{
    const struct config_change *change = editing->change;
    char *key = memory_copy_string(change->key);
    char *value = change->value ? memory_copy_string(change->value) : NULL;
    const struct journal_edit edit = {.kind = change->kind, .path = key, .new_value = value};

    settings_copy(&editing->live, &editing->base);
    bool is_good = journal_record(&editing->journal, &editing->live, &edit, &editing->error);
    free(key);
    free(value);
    if (is_good)
        return EXIT_DONE;
    output_complain("%s", strbuf_string(&editing->error));
    return EXIT_USAGE;
}

static int patch(struct editing *editing)
{
    const struct journal_target target = {
        .name = editing->path,
        .text = strbuf_span(&editing->file.text),
        .base = &editing->base,
    };

    if (journal_patch(&editing->journal, &target, &editing->text, &editing->error))
        return EXIT_DONE;
    output_complain("%s: %s", editing->path, strbuf_string(&editing->error));
    return EXIT_CONFIGURATION;
}

static int print_difference(const struct editing *editing)
{
    struct strbuf difference = {0}, safe = {0};
    const char *before = editing->file.exists ? editing->path : "/dev/null";

    diff_unified(strbuf_span(&editing->file.text), strbuf_span(&editing->text), before,
                 editing->path, &difference);
    struct span rest = strbuf_span(&difference), line;
    while (span_take_line(&rest, &line)) {
        text_add_printable(&safe, line, output_style());
        strbuf_add_char(&safe, '\n');
    }
    strbuf_release(&difference);
    return output_print(&safe);
}

static int save(struct editing *editing)
{
    unsigned flags = editing->change->may_write_over ? SAVE_IN_PLACE : 0;
    struct strbuf edit = {0};

    /* When this fails, so does the save, and it says so. */
    if (!editing->file.exists)
        user_directory_make_for(editing->path);
    enum save_result result =
        config_file_save(&editing->file, strbuf_span(&editing->text), flags, &editing->error);
    if (result != SAVE_DONE) {
        output_complain("%s: %s%s", editing->path, strbuf_string(&editing->error),
                        result == SAVE_NEEDS_ASKING ? " (--in-place does it)" : "");
        return EXIT_INCOMPLETE;
    }
    journal_describe(&editing->journal.edits[0], &edit);
    int error = save_log(editing->path, strbuf_string(&edit));
    if (error)
        output_complain("the change was saved, but not logged: %s", strerror(-error));
    output_complain("%s: %s", editing->path, strbuf_string(&edit));
    strbuf_release(&edit);
    return EXIT_DONE;
}

static int carry_out(struct editing *editing)
{
    int status = read_file(editing);

    if (status == EXIT_DONE)
        status = try_change(editing);
    if (status != EXIT_DONE)
        return status;
    if (!journal_has_pending(&editing->journal)) {
        output_complain("%s: it is so already", editing->path);
        return EXIT_DONE;
    }
    status = patch(editing);
    if (status != EXIT_DONE)
        return status;
    return editing->change->is_dry_run ? print_difference(editing) : save(editing);
}

int config_change(const struct config_change *change)
{
    struct editing editing = {.change = change, .path = find_path(change)};

    if (!editing.path) {
        output_complain("there is no home directory; name a file with --config");
        return EXIT_USAGE;
    }
    settings_init(&editing.base);
    int status = carry_out(&editing);
    journal_release(&editing.journal);
    settings_release(&editing.base);
    settings_release(&editing.live);
    config_file_release(&editing.file);
    strbuf_release(&editing.text);
    strbuf_release(&editing.error);
    free(editing.path);
    return status;
}
