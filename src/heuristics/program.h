/* SPDX-License-Identifier: MIT */
/*
 * program - what kind of program a process runs, and whether its file can be
 * trusted. A kind follows from the name of the executable file, which an
 * intruder can choose: it only ever makes a process more suspicious, unless the
 * file is trusted as well.
 */
#ifndef HEURISTICS_PROGRAM_H
#define HEURISTICS_PROGRAM_H

#include <stdbool.h>

#include "heuristics/heuristic.h"

/* The executable's path without " (deleted)"; empty when it is not known. */
struct span program_path(const struct snapshot *snapshot, const struct process *process);

/* The executable's base name; comm when the executable is not known. */
struct span program_name(const struct snapshot *snapshot, const struct process *process);

/* The name of a file: sh, bash, ... Busybox is not among them. */
bool name_is_shell(struct span name);

/* python3.11, perl, node, ... */
bool name_is_interpreter(struct span name);

/* sh, bash, ...; busybox when it was called by such a name. */
bool program_is_shell(const struct snapshot *snapshot, const struct process *process);

/* By its name: runs code that is not in its own file. */
bool program_is_interpreter(const struct snapshot *snapshot, const struct process *process);

/* One of the names, each also with a version behind it ("php-fpm8.2"). */
bool program_is_one_of(struct span name, const char *const *names);

/*
 * Nobody but root could have put this code there: known to be root's, linked,
 * writable by nobody else, and of a package; where no package database answers,
 * in a directory for the system's programs.
 */
bool program_is_trusted(const struct snapshot *snapshot, const struct process *process);

/* User IDs from here on are people's, by the habit of distributions. */
enum { FIRST_PERSON = 1000 };

/* By its user ID, a person and no service: such have programs of their own. */
bool program_is_of_a_person(const struct process *process);

/* A path below a directory that only packages and root write to. */
bool is_system_path(struct span path);

/* Below /tmp and its kin; the directory's own name does not count. */
bool is_temporary_path(struct span path);

/* A part of it begins with a dot or a blank, or ends with a blank. */
bool is_hidden_path(struct span path);

/* Below /root or a directory of /home. */
bool is_home_path(struct span path);

/* Its only hidden part is right below a home: /root/.x/y, /home/u/.x/y. */
bool is_below_home_dot(struct span path);

/* Its only hidden part is the directory of a tool that keeps programs, such as
 * .nvm, outside of the directories for the system's. */
bool is_tool_path(struct span path);

/* One of the ancestors has one of these names; and can be trusted to be what that says. */
bool has_ancestor_named(const struct check_context *context, const struct process *process,
                        const char *const *names);
bool has_trusted_ancestor_named(const struct check_context *context,
                                const struct process *process, const char *const *names);

#endif
