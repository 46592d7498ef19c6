/* SPDX-License-Identifier: MIT */
/*
 * dpkg_stamps - whether dpkg's database changed since it was loaded.
 *
 * Three stat(2): whatever dpkg does renames a file into one of the places that
 * are watched here.
 */
#ifndef GATHER_DPKG_STAMPS_H
#define GATHER_DPKG_STAMPS_H

#include <stdbool.h>
#include <stdint.h>

enum { DPKG_WATCHED = 3 };

struct dpkg_stamps {
    struct {
        uint64_t ino;
        int64_t mtime_ns;
    } files[DPKG_WATCHED]; /* zero: not there */
    bool is_racy;          /* so fresh that another change would not show */
};

/* To be taken before the database is read. */
void dpkg_stamps_take(struct dpkg_stamps *stamps, int root);
bool dpkg_stamps_have_changed(const struct dpkg_stamps *stamps, int root);

#endif
