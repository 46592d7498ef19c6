/* SPDX-License-Identifier: MIT */
/* Whitelisting is a security decision: each save leaves a line. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/output_file.h"
#include "base/text.h"
#include "settings/save.h"
#include "settings/user_directory.h"

static void add_who(struct strbuf *line)
{
    const char *caller = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
    const struct passwd *user = getpwuid(getuid());

    if (user)
        strbuf_add_string(line, user->pw_name);
    else
        strbuf_add_format(line, "uid %u", (unsigned)getuid());
    if (caller)
        strbuf_add_format(line, " (sudo by %s)", caller);
}

static int append_line(const struct strbuf *line)
{
    char *directory = user_state_directory();
    struct strbuf path = {0};

    if (!directory)
        return -ENOENT;
    strbuf_add_format(&path, "%s/changes.log", directory);
    int fd = output_file_open_end(strbuf_string(&path));
    int result = fd < 0 ? fd : output_file_write(fd, strbuf_span(line));
    if (fd >= 0)
        close(fd);
    strbuf_release(&path);
    free(directory);
    return result;
}

int save_log(const char *path, const char *edits)
{
    struct strbuf text = {0}, line = {0};
    time_t now = time(NULL);
    struct tm calendar;
    char moment[40] = "";

    if (localtime_r(&now, &calendar))
        strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%S%z", &calendar);
    add_who(&text);
    strbuf_add_format(&text, ": %s: %s", path, edits);
    strbuf_add_format(&line, "%s ", moment);
    text_add_printable(&line, strbuf_span(&text), TEXT_UTF8);
    if (geteuid() == 0)
        syslog(LOG_AUTH | LOG_NOTICE, "procwatch: %s", strbuf_string(&line));
    strbuf_add_char(&line, '\n');
    int result = append_line(&line);
    strbuf_release(&text);
    strbuf_release(&line);
    return result;
}
