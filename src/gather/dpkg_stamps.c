/* SPDX-License-Identifier: MIT */
#include "gather/dpkg_stamps.h"

#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"

/* A file's time only moves with the kernel's tick, so a second change within
 * one tick leaves no trace; git calls such a stamp "racily clean". Some file
 * systems tick in seconds. */
static const int64_t racy_ns = 2000000000;

void dpkg_stamps_take(struct dpkg_stamps *stamps, int root)
{
    static const char *const watched[DPKG_WATCHED] = {
        "var/lib/dpkg/info",
        "var/lib/dpkg/status",
        "var/lib/dpkg/diversions",
    };
    int64_t now_ns = (int64_t)clock_now_ns(CLOCK_REALTIME);
    struct stat status;

    *stamps = (struct dpkg_stamps){0};
    for (size_t i = 0; i < DPKG_WATCHED; i++) {
        if (fstatat(root, watched[i], &status, 0) < 0)
            continue;
        stamps->files[i].ino = status.st_ino;
        stamps->files[i].mtime_ns = clock_ns_of(status.st_mtim);

        int64_t age_ns = now_ns - stamps->files[i].mtime_ns;
        stamps->is_racy = stamps->is_racy || (age_ns >= 0 && age_ns < racy_ns);
    }
}

bool dpkg_stamps_have_changed(const struct dpkg_stamps *stamps, int root)
{
    struct dpkg_stamps now;

    dpkg_stamps_take(&now, root);
    return stamps->is_racy || memcmp(now.files, stamps->files, sizeof now.files) != 0;
}
