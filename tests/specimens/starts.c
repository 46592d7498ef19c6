/* SPDX-License-Identifier: MIT */
/* Unusual ways to start a program. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/specimens/specimen.h"

static void enter_loaded(struct stage *stage)
{
    static const char *const loaders[] = {"/lib64/ld-linux-x86-64.so.2",
                                          "/lib/ld-linux-aarch64.so.1"};
    const char *self = specimen_path();

    stage_expect(stage, "ldso_exe", "%s", "ld-linux-");
    for (size_t i = 0; i < sizeof loaders / sizeof loaders[0]; i++)
        execl(loaders[i], loaders[i], self, "wait", (char *)NULL);
    specimen_skip("the dynamic loader");
}

static void enter_descriptor(struct stage *stage)
{
    stage_expect(stage, "fd_exec", "/proc/self/fd/");
    int self = open("/proc/self/exe", O_RDONLY);
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", self);
    execl(path, path, "wait", (char *)NULL);
    specimen_skip(path);
}

/* sh reads "read line" from the memfd, and then waits for its input. */
static void enter_memfd_script(struct stage *stage)
{
    static const char script[] = "read line\n";
    char path[32];
    int file = memfd_create("script", 0);

    if (file < 0)
        specimen_skip("memfd_create");
    if (write(file, script, sizeof script - 1) != sizeof script - 1)
        specimen_fail("script");
    specimen_open_input();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    stage_expect(stage, "script_memfd", "/memfd:script");
    execl("/bin/sh", "sh", path, (char *)NULL);
    specimen_fail("/bin/sh");
}

static const struct specimen rows[] = {
    {"loaded",     "the dynamic loader runs it",       NULL, enter_loaded,       NULL},
    {"descriptor", "was started through a descriptor", NULL, enter_descriptor,   NULL},
    {"script",     "its script is a memfd",            NULL, enter_memfd_script, NULL},
};

const struct specimen_table specimens_starts = {rows, sizeof rows / sizeof *rows};
