/* SPDX-License-Identifier: MIT */
/* Where the configuration is, and whether to believe it. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/yaml.h"
#include "settings/settings.h"
#include "settings/user_directory.h"

static char *join(const char *directory, const char *name)
{
    struct strbuf path = {0};

    strbuf_add_format(&path, "%s/%s", directory, name);
    return path.bytes;
}

/* A file below one of the user's directories. */
static char *file_in(const char *variable, const char *below_home, const char *file)
{
    char *directory = user_directory(variable, below_home);
    char *path = directory ? join(directory, file) : NULL;

    free(directory);
    return path;
}

char *settings_default_path(void)
{
    return file_in("XDG_CONFIG_HOME", ".config", "procwatch/config.yaml");
}

char *settings_default_model_path(void)
{
    return file_in("XDG_DATA_HOME", ".local/share", "procwatch/model.json");
}

/* What root will not read by itself but should hear of. */
static char *describe_built_in(void)
{
    static const char *const names[] = {".procwatch.yaml", ".config/procwatch/config.yaml"};
    const char *caller = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
    const struct passwd *user = caller ? getpwnam(caller) : NULL;
    struct strbuf message = {0};

    strbuf_add_string(&message, "built-in");
    for (size_t i = 0; user && user->pw_uid != 0 && i < sizeof names / sizeof *names; i++) {
        char *path = join(user->pw_dir, names[i]);
        bool exists = access(path, F_OK) == 0;

        free(path);
        if (!exists)
            continue;
        strbuf_add_format(&message, " (%s has ~/%s; use --config)", caller, names[i]);
        break;
    }
    return message.bytes;
}

/* False when root must not use the file. */
static bool check_trust(const char *path, bool is_named, struct settings_source *source,
                        struct problems *problems)
{
    char *reason = geteuid() == 0 ? input_file_distrust(path, input_file_trusted_uid()) : NULL;

    if (!reason)
        return true;
    source->is_untrusted = true;
    if (is_named)
        problems_add(problems, PROBLEM_WARNING, path, 0, 0, "untrusted configuration: %s",
                     reason);
    else
        problems_add(problems, PROBLEM_ERROR, path, 0, 0,
                     "refused: %s; mend that, or name the file with --config", reason);
    free(reason);
    return is_named;
}

/* Load one file. 0 when there was one, good or bad; -ENOENT when there was none. */
static int load_file(struct settings *settings, const char *path, bool is_named,
                     struct settings_source *source, struct problems *problems)
{
    struct strbuf text = {0};
    int error = input_file_read(path, YAML_MAX_BYTES, &text, NULL);

    if ((error == -ENOENT || error == -ENOTDIR) && !is_named)
        return -ENOENT;
    if (error < 0)
        problems_add(problems, PROBLEM_ERROR, path, 0, 0, "cannot read the configuration: %s",
                     input_file_error(error));
    else if (check_trust(path, is_named, source, problems)) {
        settings_release(settings);
        settings_load_text(settings, path, strbuf_string(&text), text.length, problems);
    }
    source->path = memory_copy_string(path);
    source->message = memory_copy_string(path);
    strbuf_release(&text);
    return 0;
}

bool settings_load(struct settings *settings, const char *path,
                   struct settings_source *ret_source, struct problems *problems)
{
    struct settings_source source = {0};
    struct problems found = {0};
    char *candidates[] = {
        path ? memory_copy_string(path) : NULL,
        path ? NULL : user_directory(NULL, ".procwatch.yaml"),
        path ? NULL : settings_default_path(),
    };
    int result = -ENOENT;

    settings_init(settings);
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (candidates[i] && result < 0)
            result = load_file(settings, candidates[i], path, &source, &found);
        free(candidates[i]);
    }
    if (result < 0)
        source.message = describe_built_in();

    bool is_good = !problems_has_errors(&found);
    problems_move(problems, &found);
    *ret_source = source;
    return is_good;
}

void settings_source_release(struct settings_source *source)
{
    free(source->path);
    free(source->message);
    *source = (struct settings_source){0};
}
