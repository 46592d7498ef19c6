/* SPDX-License-Identifier: MIT */
#include "api/guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GUARD_NAME_SIZE = 256 };

static bool is_host_with_port(const char *header, const char *host, unsigned port)
{
    size_t length = strlen(host);
    char suffix[16];

    if (strncasecmp(header, host, length) != 0)
        return false;
    snprintf(suffix, sizeof suffix, ":%u", port);
    return header[length] == '\0' || strcmp(header + length, suffix) == 0;
}

/* "::1" goes by "[::1]"; "web1:80" has one colon, and no address of version 6 has. */
static bool is_name_with_port(const char *header, const char *name, size_t length,
                              unsigned port)
{
    char text[GUARD_NAME_SIZE];
    const char *colon = memchr(name, ':', length);
    bool is_address =
        colon && memchr(colon + 1, ':', length - (size_t)(colon + 1 - name)) && *name != '[';

    if (length == 0 || length >= sizeof text - 2)
        return false;
    snprintf(text, sizeof text, is_address ? "[%.*s]" : "%.*s", (int)length, name);
    return is_host_with_port(header, text, port);
}

bool guard_is_our_host(const char *header, const char *names, unsigned port)
{
    static const char *const usual[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (is_host_with_port(header, usual[i], port))
            return true;
    while (*names) {
        size_t length = strcspn(names, ",");

        if (is_name_with_port(header, names, length, port))
            return true;
        names += length + (names[length] == ',');
    }
    return false;
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
    struct in_addr v4;
    struct in6_addr v6;

    /* Numbers, and not a name that begins as one: DNS says where that leads. */
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
    return strcmp(host, "localhost") == 0 ||
           (inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
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
