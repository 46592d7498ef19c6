/* SPDX-License-Identifier: MIT */
/*
 * frame - the difference between two pictures as bytes, mostly zeros: what a process is
 * now, against what the same process was before.
 */
#ifndef RECORDING_FRAME_H
#define RECORDING_FRAME_H

#include "recording/picture.h"

/* Strings of the dictionary from first_new on are part of the frame. An empty picture
 * before makes a frame that stands for itself. */
void frame_encode(const struct picture *before, const struct picture *now,
                  const struct dictionary *dictionary, size_t first_new, struct strbuf *out);

/* Fills in an empty picture, and adds the new strings to the dictionary. False when the
 * bytes are no frame that follows that picture. */
bool frame_decode(const struct picture *before, struct span bytes,
                  struct dictionary *dictionary, struct picture *ret_now);

#endif
