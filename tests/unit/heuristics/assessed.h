/* SPDX-License-Identifier: MIT */
/* A given machine, assessed with the built-in thresholds. */
#ifndef TESTS_UNIT_HEURISTICS_ASSESSED_H
#define TESTS_UNIT_HEURISTICS_ASSESSED_H

#include "heuristics/heuristic.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/support/test.h"

struct assessed {
    struct given given;
    struct assessment assessment;
    struct thresholds thresholds;
};

int assessed_setup(void **state);
int assessed_teardown(void **state);

#define CASE(test) cmocka_unit_test_setup_teardown(test, assessed_setup, assessed_teardown)

enum { PTS_0 = 136 << 8 }; /* the tty_nr of /dev/pts/0 */

/* A process with a command line of its own, as given_command() takes it. */
struct process *given_child(struct assessed *assessed, int32_t pid, int32_t parent,
                            const char *exe, const char *command);

/* Seal what is given, and assess it. */
void assess(struct assessed *assessed);

/* The finding of that key, or NULL; the test fails when it was not assessed. */
const struct finding *finding_of(const struct assessed *assessed, int32_t pid, const char *key);

bool is_assessed(const struct assessed *assessed, int32_t pid, const char *key);

/* The process has this finding, about so strong (to a hundredth), and its
 * evidence contains the text. */
void assert_finds(const struct assessed *assessed, int32_t pid, const char *key,
                  double strength, const char *evidence);

/* No such finding, or an excused one. */
void assert_innocent(const struct assessed *assessed, int32_t pid, const char *key);

/* The first where a strength is expected, the second where it is 0: for rows of a table. */
void assert_judges(const struct assessed *assessed, int32_t pid, const char *key,
                   double strength, const char *evidence);

/* Nothing of any strength. */
void assert_clean(const struct assessed *assessed, int32_t pid);

#endif
