/* SPDX-License-Identifier: MIT */
/*
 * dumper - the process that makes dumps for scan.
 *
 * Started before anything is given up, because it must read what belongs to
 * others and write what is ours. It may hang with the process it reads: whoever
 * asks waits for some seconds only, and then starts no further dump.
 */
#ifndef CLI_DUMPER_H
#define CLI_DUMPER_H

#include <stdint.h>

#include "base/span.h"
#include "response/dump.h"

enum { DUMPS_MAX = 100 }; /* of one run */

struct dumper;

/* The directory is made when it is not there (0700). Negative errno. */
int dumper_new(const char *directory, struct dumper **ret_dumper);

/* Ends the process: at once, whatever it is doing. NULL is fine. */
void dumper_free(struct dumper *dumper);

/* As it was given. */
const char *dumper_directory(const struct dumper *dumper);

/* -EALREADY when this process was dumped before, -EDQUOT after DUMPS_MAX,
 * -ETIMEDOUT when the dumper hangs, else as dump_process(). */
int dumper_dump(struct dumper *dumper, int32_t pid, uint64_t starttime, struct span reasons,
                char (*ret_name)[DUMP_NAME_SIZE]);

#endif
