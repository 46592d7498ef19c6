/* SPDX-License-Identifier: MIT */
/*
 * specimen - harmless processes, each in one state that procwatch reports.
 *
 * A row of the table puts a child into its state: the child calls enter(),
 * which ends by exec or by returning; then the parent calls finish(), if the
 * state needs something from outside. Either side says with stage_expect()
 * which reason the scan must give, and which text its evidence must hold.
 */
#ifndef TESTS_SPECIMENS_SPECIMEN_H
#define TESTS_SPECIMENS_SPECIMEN_H

#include <stdbool.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    EXPECTATIONS_MAX = 4,
    SPECIMEN_NOT_POSSIBLE = 77, /* here; Automake's "skipped" */
};

struct expectation {
    const char *key;
    char evidence[128]; /* the text that must be part of it */
};

/* What a row works with; shared between parent and child. */
struct stage {
    char directory[PATH_MAX / 2]; /* for files; ours, 0700 */
    char file[PATH_MAX];          /* removed at the end, when not empty */
    int listener;
    int wires[2]; /* the parent's ends of what the child is on */
    uint16_t port;
    int ready; /* closed by exec, or written to by report_child() */
    pid_t child;
    size_t count;
    struct expectation expectations[EXPECTATIONS_MAX];
};

struct specimen {
    const char *name;
    const char *help;
    void (*prepare)(struct stage *stage); /* in the parent, before; may be NULL */
    void (*enter)(struct stage *stage);   /* in the child */
    void (*finish)(struct stage *stage);  /* in the parent, after; may be NULL */
};

struct specimen_table {
    const struct specimen *rows;
    size_t count;
};

/* One a file. */
extern const struct specimen_table specimens_memory, specimens_places, specimens_powers,
    specimens_starts, specimens_states, specimens_wires;

void stage_expect(struct stage *stage, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* In a directory that tmp_exe and script_tmp name. */
bool is_temporary(const char *path);

/* End the program: with the errno's text, or as not possible on this machine. */
_Noreturn void specimen_fail(const char *what);
_Noreturn void specimen_skip(const char *why);

/* A child of the caller in the state that enter() makes. Returns its pid when it
 * is in that state; it dies with the caller, and in three minutes anyway. */
pid_t specimen_start(struct stage *stage, void (*enter)(struct stage *stage));

/* A copy of this program in the directory, to be removed at the end; and the enter()
 * that runs it. */
void specimen_copy(struct stage *stage, const char *directory, const char *name);
void specimen_enter_copy(struct stage *stage);

/* An empty file there, which is removed at the end; its descriptor. */
int specimen_create(struct stage *stage, const char *directory, const char *name, mode_t mode);

/* The path of this program. */
const char *specimen_path(void);

/* As standard input a pipe that stays open and empty: whoever reads it waits. */
void specimen_open_input(void);

/* sh on such an input, for which its first command shall wait. */
_Noreturn void specimen_run_shell(const char *command);

/* "specimen serve FD": what the nginx specimen does once it has its name. */
_Noreturn void specimen_serve(struct stage *stage, int report);

#endif
