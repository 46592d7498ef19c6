/* SPDX-License-Identifier: MIT */
/*
 * dump_deed - dump_process() as a deed: its request and its answer, packed.
 */
#ifndef ENGINE_DUMP_DEED_H
#define ENGINE_DUMP_DEED_H

#include "engine/engine.h"

extern const struct deed dump_deed;

/* Negative errno. */
int dump_deed_pack(const struct engine_dump *dump, struct strbuf *ret_request);
int dump_deed_unpack(struct span answer, char (*ret_name)[DUMP_NAME_SIZE]);

#endif
