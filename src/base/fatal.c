/* SPDX-License-Identifier: MIT */
#include "base/fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* The one writable object below the programs: whoever dies must find it. */
static void (*restore_hook)(void);

void fatal_set_hook(void (*restore)(void))
{
    restore_hook = restore;
}

void fatal(const char *format, ...)
{
    va_list arguments;

    if (restore_hook)
        restore_hook();
    fputs("procwatch: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    _exit(FATAL_EXIT_STATUS);
}
