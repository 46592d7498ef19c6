/* SPDX-License-Identifier: MIT */
#include "api/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 128 };

int listen_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;

    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    /* A socket that an earlier run left; anything else at that name stays. */
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode))
        unlink(path);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    mode_t old = umask(0177);
    int error = bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
                        listen(fd, LISTEN_BACKLOG) != 0
                    ? -errno
                    : 0;
    umask(old);
    if (error)
        close(fd);
    return error ? error : fd;
}

int listen_tcp(const char *host, unsigned port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV},
                    *found = NULL;
    char service[16];
    int one = 1, error = -EADDRNOTAVAIL;

    snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(host, service, &hints, &found) != 0 || !found)
        return -EADDRNOTAVAIL;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(fd, LISTEN_BACKLOG) != 0) {
        error = -errno;
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd < 0 ? error : fd;
}

static bool is_variable(const char *name, long value)
{
    const char *text = getenv(name);
    char *end;

    return text && *text && strtol(text, &end, 10) == value && *end == '\0';
}

int listen_inherited(void)
{
    enum { FIRST = 3 }; /* sd_listen_fds(3) */
    int type = 0, is_listening = 0;
    socklen_t size = sizeof type;

    if (!is_variable("LISTEN_PID", getpid()))
        return -ENOENT;
    if (!is_variable("LISTEN_FDS", 1) ||
        getsockopt(FIRST, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM ||
        getsockopt(FIRST, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 ||
        !is_listening || fcntl(FIRST, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(FIRST, F_SETFL, O_NONBLOCK) != 0)
        return -EINVAL;
    return FIRST;
}

bool listen_is_local(int fd)
{
    struct sockaddr_storage address;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;
    socklen_t length = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return false;
    switch (address.ss_family) {
    case AF_UNIX:
        return true;
    case AF_INET:
        return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    case AF_INET6:
        return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    default:
        return false;
    }
}

bool listen_address(int fd, char (*ret_text)[INET6_ADDRSTRLEN])
{
    struct sockaddr_storage address;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)&address)->sin6_addr;
    socklen_t length = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return false;
    if (address.ss_family == AF_INET)
        return inet_ntop(AF_INET, &v4->sin_addr, *ret_text, sizeof *ret_text);
    if (address.ss_family != AF_INET6)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(v6))
        return inet_ntop(AF_INET, &v6->s6_addr[12], *ret_text, sizeof *ret_text);
    return inet_ntop(AF_INET6, v6, *ret_text, sizeof *ret_text);
}

unsigned listen_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}
