/* SPDX-License-Identifier: MIT */
#include "settings/user_directory.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"

static bool belongs_to_us(const char *directory)
{
    struct stat status;

    return stat(directory, &status) == 0 && status.st_uid == geteuid();
}

static char *directory_from(const char *variable)
{
    const char *value = getenv(variable);

    /* sudo may keep the caller's HOME. */
    if (!value || *value != '/' || (geteuid() == 0 && !belongs_to_us(value)))
        return NULL;
    return memory_copy_string(value);
}

char *user_directory(const char *variable, const char *below_home)
{
    char *directory = variable ? directory_from(variable) : NULL;
    struct strbuf path = {0};

    if (directory)
        return directory;

    char *home = directory_from("HOME");
    const struct passwd *user = home ? NULL : getpwuid(geteuid());
    if (!home && !user)
        return NULL;
    strbuf_add_format(&path, "%s/%s", home ? home : user->pw_dir, below_home);
    free(home);
    return path.bytes;
}

int user_directory_make(const char *path)
{
    char *copy = memory_copy_string(path);
    int result = 0;

    for (char *slash = strchr(copy + 1, '/'); result == 0; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST)
            result = -errno;
        if (!slash)
            break;
        *slash = '/';
    }
    free(copy);
    return result;
}

int user_directory_make_for(const char *file)
{
    char *directory = memory_copy_string(file);
    char *slash = strrchr(directory, '/');
    int result = 0;

    if (slash && slash != directory) {
        *slash = '\0';
        result = user_directory_make(directory);
    }
    free(directory);
    return result;
}

char *user_state_directory(void)
{
    char *base = user_directory("XDG_STATE_HOME", ".local/state");
    struct strbuf path = {0};

    if (!base)
        return NULL;
    strbuf_add_format(&path, "%s/procwatch", base);
    free(base);
    user_directory_make(strbuf_string(&path)); /* who opens a file there will notice */
    return path.bytes;
}
