/* SPDX-License-Identifier: MIT */
/*
 * access - the configuration file, read and saved by somebody who may.
 *
 * A program that gave up its privileges asks another process of its own, where
 * access_serve() is called. Requests and answers are bytes; how they travel is the
 * program's business. Whoever asks may have been taken over: what is read must be a
 * configuration, and what is written must be one that replaces one.
 */
#ifndef SETTINGS_ACCESS_H
#define SETTINGS_ACCESS_H

#include "base/problem.h"
#include "settings/save.h"

struct access_way {
    /* 0 with the answer, or a negative errno. */
    int (*ask)(void *context, struct span request, struct strbuf *ret_answer);
    void *context;
};

/* As config_file_read(). A file that holds no configuration is -EBADMSG with a
 * problem that names the line. */
int access_read(const struct access_way *way, struct config_file *ret_file, const char *path,
                struct problems *problems);

struct access_save {
    struct span text;
    unsigned flags;    /* enum save_flags */
    const char *edits; /* for the log of changes: what they are; or "" */
};

/* As config_file_save(), and save_log() after it. */
enum save_result access_save(const struct access_way *way, struct config_file *file,
                             const struct access_save *save, struct strbuf *error);

/* The other end: in the process that may. */
void access_serve(struct span request, struct strbuf *answer);

#endif
