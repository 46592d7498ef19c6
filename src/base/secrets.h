/* SPDX-License-Identifier: MIT */
/*
 * secrets - hides what looks like a password in command lines and environments
 * before they leave the machine's own screen: in the API and in dumps.
 *
 * By name and by shape only, so it can miss one; it is no promise, and the
 * manual says so.
 */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include <stdbool.h>

#include "base/span.h"
#include "base/strbuf.h"

/* A variable or option of that name holds a secret: "DB_PASSWORD", "api-key". */
bool secrets_is_name(struct span name);

/*
 * Append arguments (each ended by NUL), with "***" for the values of options
 * that secrets_is_name() knows ("--token=x", "--token x", "password=x"), for the
 * password of a URL, and for what follows the name of an HTTP header that carries one
 * ("Authorization:", "Cookie:").
 */
void secrets_add_masked(struct strbuf *out, struct span arguments);

#endif
