/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program: makes its n-th call of a kind fail. The children it
 * forks count together with it, what it executes is left alone.
 *
 *   FAULT_CALL    open, read, write, map, allocate, start or settle: the kinds below
 *   FAULT_NUMBER  which call, from 1
 *   FAULT_ERROR   the errno, a number
 *   FAULT_STAYS   set: that call and every later one
 *   FAULT_MARKS   a file of two characters, written through shared memory, so that
 *                 processes without descriptors and powers reach it: the first
 *                 becomes "!" when a call was failed, the second when one of the
 *                 processes crashed
 */
#undef _FILE_OFFSET_BITS /* both forms are defined here, */
#undef _FORTIFY_SOURCE   /* and what no inline function may define */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FAILED, CRASHED, MARKS };

static struct {
    const char *call;
    unsigned number;
    int error;
    bool stays;
    char *marks;
    _Atomic unsigned *count;
} fault;

/* libseccomp 2.5 itself crashes when it gets no memory: not our call. */
static bool is_ours(const void *caller)
{
    Dl_info library;

    return !dladdr(caller, &library) || !strstr(library.dli_fname, "libseccomp");
}

static bool strikes(const char *call, const void *caller)
{
    unsigned count;

    if (!fault.count || strcmp(call, fault.call) != 0 || !is_ours(caller))
        return false;
    count = atomic_fetch_add(fault.count, 1) + 1;
    if (count != fault.number && !(fault.stays && count > fault.number))
        return false;
    fault.marks[FAILED] = '!';
    errno = fault.error;
    return true;
}

/* The real one, as a pointer of the same type. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define FAILS(call, type, name, failure, parameters, ...)                                \
    type name parameters                                                                 \
    {                                                                                    \
        static __typeof__(&name) real;                                                   \
                                                                                         \
        if (!real)                                                                       \
            real = REAL(name);                                                           \
        return strikes(call, __builtin_return_address(0)) ? failure : real(__VA_ARGS__); \
    }

/* With a mode, when there is one. */
#define FAILS_OPEN(name, parameters, ...)                                                     \
    int name parameters                                                                       \
    {                                                                                         \
        static __typeof__(&name) real;                                                        \
        va_list arguments;                                                                    \
        mode_t mode = 0;                                                                      \
                                                                                              \
        if (!real)                                                                            \
            real = REAL(name);                                                                \
        va_start(arguments, flags);                                                           \
        if (flags & (O_CREAT | __O_TMPFILE))                                                  \
            mode = va_arg(arguments, mode_t);                                                 \
        va_end(arguments);                                                                    \
        return strikes("open", __builtin_return_address(0)) ? -1                              \
                                                            : real(__VA_ARGS__, flags, mode); \
    }

/* What fortified and large-file callers call instead; no header declares all. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int directory, const char *path, int flags);
int __openat64_2(int directory, const char *path, int flags);
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *buffer, size_t size, off_t offset, size_t room);
ssize_t __pread64_chk(int fd, void *buffer, size_t size, off64_t offset, size_t room);
ssize_t __readlinkat_chk(int directory, const char *path, char *buffer, size_t size,
                         size_t room);

FAILS_OPEN(open, (const char *path, int flags, ...), path)
FAILS_OPEN(open64, (const char *path, int flags, ...), path)
FAILS_OPEN(openat, (int directory, const char *path, int flags, ...), directory, path)
FAILS_OPEN(openat64, (int directory, const char *path, int flags, ...), directory, path)
FAILS("open", int, __open_2, -1, (const char *path, int flags), path, flags)
FAILS("open", int, __open64_2, -1, (const char *path, int flags), path, flags)
FAILS("open", int, __openat_2, -1, (int directory, const char *path, int flags), directory,
      path, flags)
FAILS("open", int, __openat64_2, -1, (int directory, const char *path, int flags), directory,
      path, flags)
FAILS("open", FILE *, fopen, NULL, (const char *path, const char *mode), path, mode)
FAILS("open", FILE *, fopen64, NULL, (const char *path, const char *mode), path, mode)
FAILS("open", FILE *, fdopen, NULL, (int fd, const char *mode), fd, mode)
FAILS("open", DIR *, opendir, NULL, (const char *path), path)
FAILS("open", DIR *, fdopendir, NULL, (int fd), fd)

FAILS("read", ssize_t, read, -1, (int fd, void *buffer, size_t size), fd, buffer, size)
FAILS("read", ssize_t, __read_chk, -1, (int fd, void *buffer, size_t size, size_t room), fd,
      buffer, size, room)
FAILS("read", ssize_t, pread, -1, (int fd, void *buffer, size_t size, off_t offset), fd, buffer,
      size, offset)
FAILS("read", ssize_t, pread64, -1, (int fd, void *buffer, size_t size, off64_t offset), fd,
      buffer, size, offset)
FAILS("read", ssize_t, __pread_chk, -1,
      (int fd, void *buffer, size_t size, off_t offset, size_t room), fd, buffer, size, offset,
      room)
FAILS("read", ssize_t, __pread64_chk, -1,
      (int fd, void *buffer, size_t size, off64_t offset, size_t room), fd, buffer, size,
      offset, room)
FAILS("read", ssize_t, readlinkat, -1,
      (int directory, const char *path, char *buffer, size_t size), directory, path, buffer,
      size)
FAILS("read", ssize_t, __readlinkat_chk, -1,
      (int directory, const char *path, char *buffer, size_t size, size_t room), directory,
      path, buffer, size, room)
FAILS("read", struct dirent *, readdir, NULL, (DIR * directory), directory)
FAILS("read", struct dirent64 *, readdir64, NULL, (DIR * directory), directory)

FAILS("write", ssize_t, write, -1, (int fd, const void *bytes, size_t size), fd, bytes, size)
FAILS("write", ssize_t, pwrite, -1, (int fd, const void *bytes, size_t size, off_t offset), fd,
      bytes, size, offset)
FAILS("write", ssize_t, pwrite64, -1, (int fd, const void *bytes, size_t size, off64_t offset),
      fd, bytes, size, offset)
FAILS("write", ssize_t, send, -1, (int socket, const void *bytes, size_t size, int flags),
      socket, bytes, size, flags)
FAILS("write", ssize_t, sendmsg, -1, (int socket, const struct msghdr *message, int flags),
      socket, message, flags)
FAILS("write", int, mkdirat, -1, (int directory, const char *path, mode_t mode), directory,
      path, mode)

/* What a process of ours does to itself before it begins. */
FAILS("settle", int, setrlimit, -1, (__rlimit_resource_t what, const struct rlimit *limit),
      what, limit)
FAILS("settle", int, setrlimit64, -1, (__rlimit_resource_t what, const struct rlimit64 *limit),
      what, limit)
FAILS("settle", int, chdir, -1, (const char *path), path)
FAILS("settle", pid_t, setsid, -1, (void), )
FAILS("settle", int, dup2, -1, (int from, int to), from, to)
FAILS("settle", int, signalfd, -1, (int fd, const sigset_t *set, int flags), fd, set, flags)
FAILS("settle", int, epoll_create1, -1, (int flags), flags)
FAILS("settle", int, epoll_ctl, -1, (int fd, int what, int other, struct epoll_event *event),
      fd, what, other, event)
FAILS("settle", int, eventfd, -1, (unsigned count, int flags), count, flags)

/* It takes any number of arguments. */
int prctl(int option, ...)
{
    static __typeof__(&prctl) real;
    va_list arguments;
    unsigned long a[4];

    if (!real)
        real = REAL(prctl);
    va_start(arguments, option);
    for (int i = 0; i < 4; i++)
        a[i] = va_arg(arguments, unsigned long);
    va_end(arguments);
    return strikes("settle", __builtin_return_address(0))
               ? -1
               : real(option, a[0], a[1], a[2], a[3]);
}

FAILS("map", void *, mmap, MAP_FAILED,
      (void *address, size_t size, int access, int flags, int fd, off_t offset), address, size,
      access, flags, fd, offset)
FAILS("map", void *, mmap64, MAP_FAILED,
      (void *address, size_t size, int access, int flags, int fd, off64_t offset), address,
      size, access, flags, fd, offset)
FAILS("map", int, memfd_create, -1, (const char *name, unsigned flags), name, flags)
FAILS("map", int, ftruncate, -1, (int fd, off_t size), fd, size)
FAILS("map", int, ftruncate64, -1, (int fd, off64_t size), fd, size)

FAILS("allocate", void *, malloc, NULL, (size_t size), size)
FAILS("allocate", void *, realloc, NULL, (void *memory, size_t size), memory, size)
FAILS("allocate", void *, reallocarray, NULL, (void *memory, size_t count, size_t size), memory,
      count, size)
FAILS("allocate", void *, calloc, NULL, (size_t count, size_t size), count, size)

FAILS("start", pid_t, fork, -1, (void), )
FAILS("start", int, pipe2, -1, (int ends[2], int flags), ends, flags)
FAILS("start", int, socketpair, -1, (int domain, int type, int protocol, int ends[2]), domain,
      type, protocol, ends)
FAILS("start", int, socket, -1, (int domain, int type, int protocol), domain, type, protocol)

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument)
{
    return strikes("start", __builtin_return_address(0))
               ? fault.error
               : REAL(pthread_create)(thread, attributes, start, argument);
}

/* What has no function of its own. */
long syscall(long number, ...)
{
    static __typeof__(&syscall) real;
    va_list arguments;
    long a[6];

    if (!real)
        real = REAL(syscall);
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(arguments, long);
    va_end(arguments);
    if (number == SYS_openat2 && strikes("open", __builtin_return_address(0)))
        return -1;
    if (number == SYS_getdents64 && strikes("read", __builtin_return_address(0)))
        return -1;
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Returning repeats it, and then it kills. */
static void mark_crash(int signal_number)
{
    (void)signal_number;
    fault.marks[CRASHED] = '!';
}

__attribute__((constructor)) static void load(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    const struct sigaction action = {.sa_handler = mark_crash, .sa_flags = (int)SA_RESETHAND};
    const char *call = getenv("FAULT_CALL");
    const char *number = getenv("FAULT_NUMBER");
    const char *error = getenv("FAULT_ERROR");
    const char *marks = getenv("FAULT_MARKS");
    int fd;

    unsetenv("LD_PRELOAD");
    if (!call || !number || !error || !marks)
        return;
    fd = open(marks, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        abort();
    fault.call = call;
    fault.number = (unsigned)strtoul(number, NULL, 10);
    fault.error = (int)strtol(error, NULL, 10);
    fault.stays = getenv("FAULT_STAYS") != NULL;
    fault.marks = mmap(NULL, MARKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
        sigaction(crashes[i], &action, NULL);
    fault.count = mmap(NULL, sizeof(*fault.count), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fault.marks == MAP_FAILED || fault.count == MAP_FAILED)
        abort();
}
