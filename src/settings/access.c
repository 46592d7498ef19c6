/* SPDX-License-Identifier: MIT */
#include "settings/access.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "base/yaml.h"
#include "settings/schema.h"
#include "settings/settings.h"

enum access_kind { ACCESS_READ, ACCESS_SAVE };

/* Followed by the path, the text and the edits, each with a NUL behind it. */
struct access_request {
    uint32_t kind;
    uint32_t flags;
    uint32_t exists;
    uint32_t path_length, text_length, edits_length;
    struct sha256 digest; /* of the text that is to be replaced */
};

/* Followed by the text that was read, or a message. */
struct access_answer {
    int32_t error;   /* of a read: negative errno */
    uint32_t result; /* of a save: enum save_result */
    uint32_t exists;
    uint32_t line; /* where it is wrong */
    struct stat status;
};

/* Asking. */

static void pack(struct access_request *head, struct span path, struct span text,
                 struct span edits, struct strbuf *out)
{
    const struct span strings[] = {path, text, edits};

    head->path_length = (uint32_t)span_length(path);
    head->text_length = (uint32_t)span_length(text);
    head->edits_length = (uint32_t)span_length(edits);
    strbuf_add(out, head, sizeof *head);
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        strbuf_add_span(out, strings[i]);
        strbuf_add_char(out, '\0');
    }
}

static int ask(const struct access_way *way, struct access_request *head, const char *path,
               const struct access_save *save, struct strbuf *answer)
{
    struct strbuf whole = {0}, request = {0};
    /* Whoever serves has another working directory. */
    int result = input_file_add_absolute(path, &whole);

    pack(head, strbuf_span(&whole), save->text, span_of_string(save->edits), &request);
    if (result == 0)
        result = way->ask(way->context, strbuf_span(&request), answer);
    if (result == 0 && answer->length < sizeof(struct access_answer))
        result = -EBADMSG;
    strbuf_release(&whole);
    strbuf_release(&request);
    return result;
}

static struct access_answer head_of(const struct strbuf *answer)
{
    struct access_answer head;

    memcpy(&head, answer->bytes, sizeof head);
    return head;
}

static struct span rest_of(const struct strbuf *answer)
{
    struct span rest = strbuf_span(answer);

    rest.at += sizeof(struct access_answer);
    return rest;
}

/* What config_file_read() and config_file_save() leave behind. */
static void take_file(struct config_file *file, const struct access_answer *head,
                      struct span text)
{
    strbuf_clear(&file->text);
    strbuf_add_span(&file->text, text);
    sha256_of(strbuf_string(&file->text), file->text.length, &file->digest);
    file->exists = head->exists;
    file->status = head->status;
}

int access_read(const struct access_way *way, struct config_file *ret_file, const char *path,
                struct problems *problems)
{
    struct access_request request = {.kind = ACCESS_READ};
    struct access_answer head = {0};
    struct strbuf answer = {0};
    int result = ask(way, &request, path, &(struct access_save){.edits = ""}, &answer);

    if (result == 0) {
        head = head_of(&answer);
        result = head.error;
    }
    if (result == -EBADMSG)
        problems_add(problems, PROBLEM_ERROR, path, head.line, 0, "not a valid configuration");
    if (result == 0) {
        struct config_file file = {.path = memory_copy_string(path)};

        take_file(&file, &head, rest_of(&answer));
        *ret_file = file;
    }
    strbuf_release(&answer);
    return result;
}

static void explain(const char *path, int asked, struct strbuf *error)
{
    strbuf_add_format(error, "%s: cannot be saved: %s", path,
                      asked == -EPERM ? "this is --readonly" : strerror(-asked));
    /* Then the file is the old one or the new one. */
    if (asked == -ETIMEDOUT || asked == -EPIPE)
        strbuf_add_string(error, "; look at it before you try again");
}

enum save_result access_save(const struct access_way *way, struct config_file *file,
                             const struct access_save *save, struct strbuf *error)
{
    struct access_request request = {.kind = ACCESS_SAVE,
                                     .flags = save->flags,
                                     .exists = file->exists,
                                     .digest = file->digest};
    struct strbuf answer = {0}, copy = {0}; /* text may stand in the file's own buffer */
    int asked = ask(way, &request, file->path, save, &answer);

    if (asked < 0) {
        explain(file->path, asked, error);
        strbuf_release(&answer);
        return SAVE_FAILED;
    }
    struct access_answer head = head_of(&answer);
    enum save_result result =
        head.result > SAVE_NEEDS_ASKING ? SAVE_FAILED : (enum save_result)head.result;
    strbuf_add_span(error, rest_of(&answer));
    if (result == SAVE_DONE) {
        strbuf_add_span(&copy, save->text);
        take_file(file, &head, strbuf_span(&copy));
    }
    strbuf_release(&answer);
    strbuf_release(&copy);
    return result;
}

/* Serving. */

struct order {
    struct access_request head;
    const char *path; /* absolute; terminated, as are the other two */
    const char *text;
    const char *edits;
};

static bool read_order(struct span request, struct order *ret_order)
{
    struct order order;

    if (span_length(request) < sizeof order.head)
        return false;
    memcpy(&order.head, request.at, sizeof order.head);
    order.path = request.at + sizeof order.head;
    order.text = order.path + order.head.path_length + 1;
    order.edits = order.text + order.head.text_length + 1;
    uint64_t size = (uint64_t)sizeof order.head + order.head.path_length +
                    order.head.text_length + order.head.edits_length + 3;
    if (span_length(request) != size || order.text[-1] != '\0' || order.edits[-1] != '\0' ||
        request.end[-1] != '\0' || strlen(order.path) != order.head.path_length ||
        order.path[0] != '/')
        return false;
    *ret_order = order;
    return true;
}

/* Unknown keys are let pass by a program that reads its own file; but /etc/shadow is
 * YAML as well, a mapping with no value behind its keys. */
static bool holds_a_key_of_ours(const struct yaml *yaml)
{
    struct setting ignored;

    if (!yaml->root)
        return true;
    if (yaml->root->kind != YAML_MAPPING)
        return false;
    for (size_t i = 0; i < yaml->root->count; i++) {
        const char *key = yaml_text(yaml->root->pairs[i].key);

        if (key && (setting_is_section(key) || setting_find(key, &ignored)))
            return true;
    }
    return yaml->root->count == 0;
}

static bool is_configuration(const char *path, const char *text, size_t length,
                             unsigned *ret_line)
{
    struct problems problems = {0};
    struct settings settings;
    struct yaml yaml;
    bool is_good = settings_load_text(&settings, path, text, length, &problems);

    settings_release(&settings);
    *ret_line = 0;
    for (size_t i = 0; !is_good && *ret_line == 0 && i < problems.count; i++)
        if (problems.items[i].level == PROBLEM_ERROR)
            *ret_line = problems.items[i].line;
    if (is_good && yaml_parse(&yaml, path, text, length, &problems)) {
        is_good = holds_a_key_of_ours(&yaml);
        yaml_release(&yaml);
    }
    problems_release(&problems);
    return is_good;
}

/* Nothing is told of a file that is none of ours, /etc/shadow say, but that. */
static int read_configuration(const char *path, struct config_file *ret_file,
                              struct access_answer *head)
{
    struct config_file file;
    unsigned line;
    int error = config_file_read(&file, path);

    if (error)
        return error;
    if (file.exists &&
        !is_configuration(path, strbuf_string(&file.text), file.text.length, &line)) {
        head->line = line;
        config_file_release(&file);
        return -EBADMSG;
    }
    *ret_file = file;
    return 0;
}

static void serve_read(const struct order *order, struct access_answer *head,
                       struct strbuf *rest)
{
    struct config_file file;

    head->error = read_configuration(order->path, &file, head);
    if (head->error)
        return;
    head->exists = file.exists;
    head->status = file.status;
    strbuf_add_span(rest, strbuf_span(&file.text));
    config_file_release(&file);
}

/* NULL, or why not. A name of its kind, so that root creates no other file that
 * something else would read: a profile, a timer, a sudoers.d. */
static const char *why_not(const struct order *order, const struct config_file *file)
{
    struct span path = span_of_string(order->path);
    unsigned line;

    if (!is_configuration(order->path, order->text, order->head.text_length, &line))
        return "the new text is not a valid configuration";
    if (!file->exists && geteuid() == 0 && !span_ends_with(path, ".yaml") &&
        !span_ends_with(path, ".yml"))
        return "the name of a new file must end in .yaml";
    return NULL;
}

static enum save_result save(const struct order *order, struct config_file *file,
                             struct strbuf *error)
{
    const struct access_request *head = &order->head;
    const char *why = why_not(order, file);

    if (why) {
        strbuf_add_format(error, "%s: %s", order->path, why);
        return SAVE_FAILED;
    }
    if (file->exists != (head->exists != 0) ||
        (file->exists && memcmp(&file->digest, &head->digest, sizeof head->digest) != 0)) {
        strbuf_add_format(error, "%s changed on disk since it was read", order->path);
        return SAVE_CHANGED;
    }
    return config_file_save(file, span_of(order->text, head->text_length), head->flags, error);
}

static void serve_save(const struct order *order, struct access_answer *head,
                       struct strbuf *rest)
{
    struct config_file file;
    int error = read_configuration(order->path, &file, head);

    head->result = SAVE_FAILED;
    if (error == -EBADMSG) {
        strbuf_add_format(rest, "%s: does not hold a valid configuration now", order->path);
        head->result = SAVE_CHANGED;
        return;
    }
    if (error) {
        strbuf_add_format(rest, "%s: cannot be read: %s", order->path, strerror(-error));
        return;
    }
    head->result = save(order, &file, rest);
    head->exists = file.exists;
    head->status = file.status;
    config_file_release(&file);
    /* The save is done; a log that cannot be written does not undo it. */
    if (head->result == SAVE_DONE && order->edits[0])
        save_log(order->path, order->edits);
}

void access_serve(struct span request, struct strbuf *answer)
{
    struct access_answer head = {.error = -EINVAL, .result = SAVE_FAILED};
    struct strbuf rest = {0};
    struct order order;

    if (read_order(request, &order)) {
        if (order.head.kind == ACCESS_READ)
            serve_read(&order, &head, &rest);
        else if (order.head.kind == ACCESS_SAVE)
            serve_save(&order, &head, &rest);
    }
    strbuf_add(answer, &head, sizeof head);
    strbuf_add_span(answer, strbuf_span(&rest));
    strbuf_release(&rest);
}
