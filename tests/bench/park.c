/* SPDX-License-Identifier: MIT */
/*
 * park - a crowd of ordinary idle processes to measure against.
 *
 *     park COUNT SECONDS
 *
 * Each is a process of its own image (fork and exec of this program), with some
 * dozens of mappings and about ten descriptors; every third holds one end of a
 * loopback connection, and every tenth wakes up now and then, as daemons do.
 * Prints "ready COUNT" and ends, with all of them, after SECONDS or when its
 * parent dies.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EXTRA_MAPPINGS = 16, /* on top of those of the libraries */
    CONNECTED_EVERY = 3,
    WAKING_EVERY = 10,
    WAKE_MS = 400,
    LISTEN_BACKLOG = 4096,
};

static void die(const char *what)
{
    fprintf(stderr, "park: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned long number_of(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end)
        die("not a number");
    return value;
}

static void make_mappings(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    for (int i = 0; i < EXTRA_MAPPINGS; i++) {
        /* A gap between them, or the kernel would merge equal neighbours. */
        char *memory =
            mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED || munmap(memory + page, page) != 0)
            die("mmap");
        *memory = 1;
    }
}

static void open_descriptors(void)
{
    int pipe_ends[2];

    for (int i = 0; i < 4; i++)
        if (open(i % 2 ? "/etc/hostname" : "/dev/null", O_RDONLY) < 0)
            die("open");
    if (pipe(pipe_ends) != 0 || eventfd(0, 0) < 0)
        die("pipe");
}

static void connect_to(unsigned long port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
}

/* One of the crowd: "park idle INDEX PORT SECONDS". */
static void idle(unsigned long index, unsigned long port, unsigned long seconds)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "park"); /* else "exe", after /proc/self/exe */
    alarm((unsigned)seconds);
    make_mappings();
    open_descriptors();
    if (index % CONNECTED_EVERY == 0)
        connect_to(port);
    while (index % WAKING_EVERY == 0)
        nanosleep(&(struct timespec){.tv_nsec = WAKE_MS * 1000000L}, NULL);
    for (;;)
        pause();
}

static int listen_anywhere(unsigned long *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, LISTEN_BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("listen");
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void raise_limits(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void spawn(unsigned long index, unsigned long port, const char *seconds)
{
    char index_text[24], port_text[24];
    pid_t child = vfork();

    if (child < 0)
        die("fork");
    if (child > 0)
        return;
    snprintf(index_text, sizeof index_text, "%lu", index);
    snprintf(port_text, sizeof port_text, "%lu", port);
    execl("/proc/self/exe", "park", "idle", index_text, port_text, seconds, (char *)NULL);
    _exit(127);
}

int main(int argc, char **argv)
{
    unsigned long port;

    if (argc == 5 && strcmp(argv[1], "idle") == 0)
        idle(number_of(argv[2]), number_of(argv[3]), number_of(argv[4]));
    if (argc != 3) {
        fprintf(stderr, "usage: park COUNT SECONDS\n");
        return 2;
    }

    unsigned long count = number_of(argv[1]), seconds = number_of(argv[2]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    raise_limits();
    int listener = listen_anywhere(&port);
    for (unsigned long i = 0; i < count; i++) {
        spawn(i, port, argv[2]);
        /* Accepted at once: the backlog is not endless. */
        if (i % CONNECTED_EVERY == 0 && accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0)
            die("accept");
    }
    printf("ready %lu\n", count);
    fflush(stdout);
    sleep((unsigned)seconds);
    return 0;
}
