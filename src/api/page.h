/* SPDX-License-Identifier: MIT */
/* page - the one static page, compiled in from page.html. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include <stddef.h>

#include "base/strbuf.h"

extern const char page_text[];
extern const size_t page_size;

/* A Content-Security-Policy that lets run what stands in the page, by its
 * digest, and nothing else; and lets it ask only us. */
void page_add_policy(struct strbuf *out);

#endif
