/* SPDX-License-Identifier: MIT */
/* pack - bytes that are mostly zero, in few: runs of zeros as their length. */
#ifndef RECORDING_PACK_H
#define RECORDING_PACK_H

#include <stdbool.h>

#include "base/strbuf.h"

void pack_add(struct strbuf *out, struct span bytes);

/* Exactly size bytes are to come out, or it returns false; never more are made. */
bool unpack(struct strbuf *out, struct span packed, size_t size);

#endif
