/* SPDX-License-Identifier: MIT */
/* Prints config/procwatch.yaml. */
#include "settings/settings.h"

int main(void)
{
    settings_write_default(stdout);
    return fflush(stdout) != 0 || ferror(stdout);
}
