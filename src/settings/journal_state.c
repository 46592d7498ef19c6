/* SPDX-License-Identifier: MIT */
/* Edits that would be lost, kept in a file until the next start. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "base/yaml.h"
#include "settings/journal.h"
#include "settings/quote.h"
#include "settings/user_directory.h"

static const char *const kind_names[] = {
    [EDIT_SET] = "set", [EDIT_UNSET] = "unset", [EDIT_ADD] = "add", [EDIT_DELETE] = "delete"};

static void add_field(struct strbuf *out, const char *name, const char *value)
{
    if (!value)
        return;
    strbuf_add_format(out, ", %s: ", name);
    quote_add(out, value, YAML_DOUBLE_QUOTED);
}

static void format_state(const struct journal *journal, const char *file, struct strbuf *out)
{
    strbuf_add_string(out, "# Edits of the procwatch configuration that were not saved.\n");
    if (file) {
        strbuf_add_string(out, "file: ");
        quote_add(out, file, YAML_DOUBLE_QUOTED);
        strbuf_add_char(out, '\n');
    }
    strbuf_add_string(out, "edits:\n");
    for (size_t i = 0; i < journal->cursor; i++) {
        const struct journal_edit *edit = &journal->edits[i];

        strbuf_add_format(out, "  - {op: %s", kind_names[edit->kind]);
        add_field(out, "path", edit->path);
        add_field(out, "old", edit->old_value);
        add_field(out, "new", edit->new_value);
        strbuf_add_string(out, "}\n");
    }
}

static int write_new(const char *path, const struct strbuf *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return -errno;
    int result = output_file_write(fd, strbuf_span(text));
    if (result == 0 && fsync(fd) < 0)
        result = -errno;
    close(fd);
    if (result < 0)
        unlink(path);
    return result;
}

int journal_write_state(const struct journal *journal, const char *file, char **ret_path)
{
    char *directory = user_state_directory();
    struct strbuf path = {0}, text = {0};

    if (!directory)
        return -ENOENT;
    strbuf_add_format(&path, "%s/unsaved-%d.yaml-edits", directory, (int)getpid());
    format_state(journal, file, &text);
    unlink(strbuf_string(&path)); /* a pid comes round again */
    int result = write_new(strbuf_string(&path), &text);
    if (result == 0)
        *ret_path = path.bytes;
    else
        strbuf_release(&path);
    strbuf_release(&text);
    free(directory);
    return result;
}

/* "unsaved-123.yaml-edits" of a process that is no more. */
static bool is_left_behind(const char *name)
{
    struct span rest = span_of_string(name);
    uint64_t pid;

    return span_take_string(&rest, "unsaved-") && span_take_u64(&rest, &pid) &&
           span_equals(rest, ".yaml-edits") && pid < INT32_MAX && kill((pid_t)pid, 0) < 0 &&
           errno == ESRCH;
}

char *journal_find_state(void)
{
    char *path = user_state_directory();
    DIR *directory = path ? opendir(path) : NULL;
    struct strbuf found = {0};

    for (struct dirent *entry; directory && !found.bytes && (entry = readdir(directory));)
        if (is_left_behind(entry->d_name))
            strbuf_add_format(&found, "%s/%s", path, entry->d_name);
    if (directory)
        closedir(directory);
    free(path);
    return found.bytes;
}

static bool read_edit(const struct yaml_node *node, struct journal_edit *ret_edit)
{
    const char *kind = yaml_text(yaml_get(node, "op")),
               *path = yaml_text(yaml_get(node, "path"));
    const char *old = yaml_text(yaml_get(node, "old")), *new = yaml_text(yaml_get(node, "new"));

    for (size_t i = 0; kind && path && i < sizeof kind_names / sizeof *kind_names; i++) {
        if (strcmp(kind, kind_names[i]) != 0 || (!new &&i != EDIT_UNSET) ||
            (!old && i <= EDIT_UNSET))
            continue;
        *ret_edit = (struct journal_edit){
            .kind = (enum edit_kind)i,
            .path = memory_copy_string(path),
            .old_value = old ? memory_copy_string(old) : NULL,
            .new_value = new ? memory_copy_string(new) : NULL,
        };
        return true;
    }
    return false;
}

static bool read_edits(struct journal *journal, const struct yaml *yaml,
                       struct problems *problems)
{
    const struct yaml_node *edits = yaml_get(yaml->root, "edits");

    if (!edits || edits->kind != YAML_SEQUENCE) {
        problems_add(problems, PROBLEM_ERROR, yaml->name, 0, 0, "holds no list of edits");
        return false;
    }
    for (size_t i = 0; i < edits->count; i++) {
        struct journal_edit edit;

        if (!read_edit(yaml_resolve(edits->items[i]), &edit)) {
            yaml_problem(yaml, edits->items[i], problems, PROBLEM_ERROR, "not an edit");
            return false;
        }
        journal->edits = memory_grow(journal->edits, journal->count, &journal->capacity,
                                     sizeof *journal->edits);
        journal->edits[journal->count++] = edit;
        journal->cursor = journal->count;
    }
    return true;
}

bool journal_read_state(struct journal *journal, const char *path, char **ret_file,
                        struct problems *problems)
{
    struct journal read = {0};
    struct strbuf text = {0};
    struct yaml yaml;
    int error = input_file_read(path, YAML_MAX_BYTES, &text, NULL);

    if (error < 0) {
        problems_add(problems, PROBLEM_ERROR, path, 0, 0, "%s", input_file_error(error));
        return false;
    }
    if (!yaml_parse(&yaml, path, strbuf_string(&text), text.length, problems)) {
        strbuf_release(&text);
        return false;
    }
    bool is_good = read_edits(&read, &yaml, problems);
    if (is_good) {
        const char *file = yaml_text(yaml_get(yaml.root, "file"));

        *ret_file = file ? memory_copy_string(file) : NULL;
        journal_release(journal);
        *journal = read;
    } else {
        journal_release(&read);
    }
    yaml_release(&yaml);
    strbuf_release(&text);
    return is_good;
}
