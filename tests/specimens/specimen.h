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

extern const struct specimen specimens[];
extern const size_t specimen_count;

void stage_expect(struct stage *stage, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* End the program: with the errno's text, or as not possible on this machine. */
_Noreturn void specimen_fail(const char *what);
_Noreturn void specimen_skip(const char *why);

/* A child of the caller in the state that enter() makes. Returns its pid when it
 * is in that state; it dies with the caller, and in a minute anyway. */
pid_t specimen_start(struct stage *stage, void (*enter)(struct stage *stage));

/* The enter() of unusual starts: by the loader, through a descriptor, from a memfd. */
void specimen_loaded(struct stage *stage);
void specimen_descriptor(struct stage *stage);
void specimen_memfd_script(struct stage *stage);

/* "specimen serve FD": what the nginx specimen does once it has its name. */
_Noreturn void specimen_serve(struct stage *stage, int report);

#endif
