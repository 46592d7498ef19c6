/* SPDX-License-Identifier: MIT */
/* capabilities - the names of capabilities(7). */
#ifndef REPORT_CAPABILITIES_H
#define REPORT_CAPABILITIES_H

#include <stdint.h>

#include "base/strbuf.h"

/* "chown kill net_admin", "all", "all but sys_module", "none"; a bit without a name
 * as its number. */
void capabilities_add(struct strbuf *out, uint64_t set);

#endif
