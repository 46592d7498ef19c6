/* SPDX-License-Identifier: MIT */
/*
 * target - what a fuzz target is: one function that is given any bytes and must
 * come back. libFuzzer calls it in "./bootstrap fuzz"; replay.c in "make check".
 */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
