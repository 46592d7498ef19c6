/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output_file.h"
#include "cli/command.h"

static enum output_result judge(bool is_good, int error)
{
    if (is_good)
        return OUTPUT_WRITTEN;
    if (error == EPIPE)
        return OUTPUT_CLOSED;
    output_complain("standard output: %s", strerror(error));
    return OUTPUT_FAILED;
}

enum output_result output_write(struct span text)
{
    errno = 0;
    bool is_good = fwrite(text.at, 1, span_length(text), stdout) == span_length(text);

    is_good = fflush(stdout) == 0 && is_good;
    return judge(is_good, errno);
}

int output_print(struct strbuf *text)
{
    enum output_result result = output_write(strbuf_span(text));

    strbuf_release(text);
    return result == OUTPUT_FAILED ? EXIT_INCOMPLETE : EXIT_DONE;
}

enum output_result output_replace(const char *path, struct span text)
{
    struct stat status;
    mode_t mask = umask(0);

    umask(mask);
    /* Renaming over /dev/stdout would be the end of it. */
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output_complain("%s is there and no regular file", path);
        return OUTPUT_FAILED;
    }
    int error = output_file_replace(path, text, 0666 & ~mask);
    if (error)
        output_complain("%s: %s", path, strerror(-error));
    return error ? OUTPUT_FAILED : OUTPUT_WRITTEN;
}

int output_finish(void)
{
    errno = 0;
    bool is_good = !ferror(stdout);

    is_good = fflush(stdout) == 0 && is_good;
    return judge(is_good, errno) == OUTPUT_FAILED ? EXIT_INCOMPLETE : EXIT_DONE;
}

void output_complain(const char *format, ...)
{
    struct strbuf message = {0}, safe = {0};
    va_list arguments;

    va_start(arguments, format);
    strbuf_add_vformat(&message, format, arguments);
    va_end(arguments);
    text_add_printable(&safe, strbuf_span(&message), output_style());
    fprintf(stderr, "procwatch: %s\n", strbuf_string(&safe));
    strbuf_release(&message);
    strbuf_release(&safe);
}

void output_problems(const struct problems *problems)
{
    problems_print(problems, stderr);
}

bool output_wants_color(enum color_when when)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    if (when != COLOR_AUTO)
        return when == COLOR_ALWAYS;
    if (no_color && *no_color)
        return false;
    return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

enum text_style output_style(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? TEXT_UTF8 : TEXT_ASCII;
}
