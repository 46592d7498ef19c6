/* SPDX-License-Identifier: MIT */
#include "ui/theme_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/strbuf.h"
#include "base/yaml.h"
#include "settings/user_directory.h"
#include "ui/theme_read.h"

enum { THEME_BYTES_MAX = 64 * 1024, INHERIT_DEPTH_MAX = 8 };

/* Root takes no orders from a file that a lesser user could have written, not even about
 * colours: who chooses them can hide what is red. One that was named is told of. */
static int read_file(const char *path, bool is_named, struct strbuf *out,
                     struct problems *problems)
{
    int error = input_file_read(path, THEME_BYTES_MAX, out, NULL);
    char *reason = error == 0 && geteuid() == 0
                       ? input_file_distrust(path, input_file_trusted_uid())
                       : NULL;

    if (!reason)
        return error;
    problems_add(problems, PROBLEM_WARNING, path, 0, 0, "%s: %s",
                 is_named ? "untrusted theme" : "the theme is not taken", reason);
    free(reason);
    if (is_named)
        return 0;
    strbuf_clear(out);
    return -EPERM;
}

static bool read_below(const char *directory, const char *below, const char *name,
                       struct strbuf *out, struct problems *problems)
{
    struct strbuf path = {0};
    bool is_read = false;

    if (directory && *directory == '/') {
        strbuf_add_format(&path, "%s%s/%s.yaml", directory, below, name);
        is_read = read_file(strbuf_string(&path), false, out, problems) == 0;
    }
    strbuf_release(&path);
    return is_read;
}

static bool read_in_home(const char *variable, const char *fallback, const char *name,
                         struct strbuf *out, struct problems *problems)
{
    char *directory = user_directory(variable, fallback);
    bool is_read = read_below(directory, "/procwatch/themes", name, out, problems);

    free(directory);
    return is_read;
}

static bool read_builtin(const char *name, struct strbuf *out)
{
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++)
        if (strcmp(theme->name, name) == 0) {
            strbuf_add_string(out, theme->text);
            return true;
        }
    return false;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') || span_ends_with(span_of_string(name), ".yaml");
}

static bool read_theme(const char *name, struct strbuf *out, struct problems *problems)
{
    if (is_path(name)) {
        int error = read_file(name, true, out, problems);

        if (error)
            problems_add(problems, PROBLEM_ERROR, name, 0, 0, "the theme cannot be read: %s",
                         error == -EFBIG ? "larger than 64 KiB" : input_file_error(error));
        return error == 0;
    }
    if (read_in_home("XDG_CONFIG_HOME", ".config", name, out, problems) ||
        read_in_home("XDG_DATA_HOME", ".local/share", name, out, problems) ||
        read_below(THEME_DIR, "", name, out, problems) || read_builtin(name, out))
        return true;
    problems_add(problems, PROBLEM_ERROR, NULL, 0, 0, "there is no theme \"%s\"", name);
    return false;
}

static bool load(struct theme_spec *spec, const char *name, unsigned depth,
                 struct problems *problems);

static bool apply(struct theme_spec *spec, const char *name, struct span text, unsigned depth,
                  struct problems *problems)
{
    struct yaml yaml;
    bool is_good = true;

    if (!yaml_parse(&yaml, name, text.at, span_length(text), problems))
        return false;
    const struct yaml_node *inherits = yaml_get(yaml.root, "inherits");
    if (!yaml_is_null(inherits)) {
        const char *parent = yaml_text(inherits);

        if (!parent || depth >= INHERIT_DEPTH_MAX) {
            yaml_problem(&yaml, inherits, problems, PROBLEM_ERROR,
                         parent ? "themes inherit each other in a circle"
                                : "\"inherits\" must be the name of a theme");
            is_good = false;
        } else {
            is_good = load(spec, parent, depth + 1, problems);
        }
    }
    if (is_good)
        is_good = theme_read(spec, &yaml, problems);
    yaml_release(&yaml);
    return is_good;
}

static bool load(struct theme_spec *spec, const char *name, unsigned depth,
                 struct problems *problems)
{
    struct strbuf text = {0};
    bool is_good = read_theme(name, &text, problems) &&
                   apply(spec, name, strbuf_span(&text), depth, problems);

    strbuf_release(&text);
    return is_good;
}

static bool finish(struct theme_spec *spec, const char *name, bool is_good,
                   struct problems *problems)
{
    if (is_good) {
        theme_spec_complete(spec);
        is_good = theme_check(spec, name, problems);
    }
    if (!is_good)
        theme_spec_release(spec);
    return is_good;
}

bool theme_load(struct theme_spec *ret_spec, const char *name, struct problems *problems)
{
    theme_spec_init(ret_spec);
    return finish(ret_spec, name, load(ret_spec, name, 0, problems), problems);
}

bool theme_load_text(struct theme_spec *ret_spec, const char *name, const char *text,
                     struct problems *problems)
{
    theme_spec_init(ret_spec);
    return finish(ret_spec, name, apply(ret_spec, name, span_of_string(text), 0, problems),
                  problems);
}
