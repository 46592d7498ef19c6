/* SPDX-License-Identifier: MIT */
#include "api/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_host_with_port(const char *header, const char *host, unsigned port)
{
    size_t length = strlen(host);
    char suffix[16];

    if (strncasecmp(header, host, length) != 0)
        return false;
    snprintf(suffix, sizeof suffix, ":%u", port);
    return header[length] == '\0' || strcmp(header + length, suffix) == 0;
}

bool guard_is_our_host(const char *header, const char *listen_host, unsigned port)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    char bracketed[256];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_host_with_port(header, names[i], port))
            return true;
    snprintf(bracketed, sizeof bracketed, strchr(listen_host, ':') ? "[%s]" : "%s",
             listen_host);
    return *listen_host && is_host_with_port(header, bracketed, port);
}

bool guard_token_matches(const char *authorization, const char *token)
{
    static const char scheme[] = "Bearer ";
    size_t length = strlen(token);
    unsigned char difference = 0;

    if (!authorization || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    authorization += sizeof scheme - 1;
    if (strlen(authorization) != length || length == 0)
        return false;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)(authorization[i] ^ token[i]);
    return difference == 0;
}

bool guard_is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           strncmp(host, "127.", strlen("127.")) == 0;
}

static bool is_token(const char *text)
{
    return strlen(text) == GUARD_TOKEN_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == GUARD_TOKEN_SIZE - 1;
}

static int read_existing(int fd, char (*ret_token)[GUARD_TOKEN_SIZE])
{
    struct stat status;
    char text[GUARD_TOKEN_SIZE + 1] = {0};

    if (fstat(fd, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EBADMSG;
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return -EPERM;
    ssize_t length = read(fd, text, sizeof text - 1);
    if (length < 0)
        return -errno;
    text[strcspn(text, "\n")] = '\0';
    if (!is_token(text))
        return -EBADMSG;
    memcpy(*ret_token, text, GUARD_TOKEN_SIZE);
    return 0;
}

static int make_new(const char *path, char (*ret_token)[GUARD_TOKEN_SIZE])
{
    uint8_t random[GUARD_TOKEN_BYTES];
    char text[GUARD_TOKEN_SIZE + 1];

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return -errno;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(text + 2 * i, 3, "%02x", random[i]);
    memcpy(*ret_token, text, GUARD_TOKEN_SIZE);
    text[GUARD_TOKEN_SIZE - 1] = '\n';
    int error =
        write(fd, text, GUARD_TOKEN_SIZE) == GUARD_TOKEN_SIZE && fsync(fd) == 0 ? 0 : -EIO;
    close(fd);
    if (error)
        unlink(path);
    return error;
}

int guard_read_token(const char *path, char (*ret_token)[GUARD_TOKEN_SIZE])
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? make_new(path, ret_token) : -errno;
    int error = read_existing(fd, ret_token);
    close(fd);
    return error;
}
