/* SPDX-License-Identifier: MIT */
/*
 * terminals PROGRAM - starts procwatch-top in pseudo-terminals that are not as a user's
 * are: of every kind and size, ended by every signal, that take nothing any more, that
 * go away. However it ends, the terminal is as it was, and it ends at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_MS = 10,
    PATIENCE_MS = 20000, /* a busy machine: what is promised is a second */
    KEPT = 1 << 20,
    STUCK_TICKS = 150,
    GROWTH_MAX_KB = 1024,
};

struct terminal {
    int master, slave; /* the slave stays open: its settings outlive the program */
    struct termios before;
    pid_t pid;
    char *output; /* the last of it, NUL-terminated */
    size_t length;
};

static const char *program;
static int failures;

static void fail(const char *format, ...)
{
    va_list arguments;

    printf("FAILED: ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    failures++;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = TICK_MS * 1000000L}, NULL);
}

_Noreturn static void become_program(const struct terminal *terminal, const char *type)
{
    setsid();
    ioctl(terminal->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(terminal->slave, fd);
    close(terminal->master);
    if (type)
        setenv("TERM", type, 1);
    else
        unsetenv("TERM");
    execl(program, program, "-d", "0.2", (char *)NULL);
    _exit(127);
}

static void start(struct terminal *terminal, const char *type, unsigned rows, unsigned columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    *terminal = (struct terminal){.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (terminal->master < 0 || grantpt(terminal->master) < 0 ||
        unlockpt(terminal->master) < 0) {
        printf("skipped: no pseudo-terminals here\n");
        exit(77);
    }
    terminal->slave = open(ptsname(terminal->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    terminal->output = calloc(KEPT, 1);
    ioctl(terminal->master, TIOCSWINSZ, &size);
    tcgetattr(terminal->slave, &terminal->before);
    terminal->pid = fork();
    if (terminal->pid == 0)
        become_program(terminal, type);
}

/* What it wrote, for a moment. */
static void listen_to(struct terminal *terminal)
{
    struct pollfd polled = {.fd = terminal->master, .events = POLLIN};

    while (poll(&polled, 1, TICK_MS) > 0) {
        if (terminal->length > KEPT / 2)
            terminal->length = 0;
        ssize_t got = read(terminal->master, terminal->output + terminal->length, KEPT / 4);
        if (got <= 0)
            return;
        terminal->length += (size_t)got;
        terminal->output[terminal->length] = '\0';
    }
}

static bool comes(struct terminal *terminal, const char *text)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += TICK_MS) {
        listen_to(terminal);
        if (strstr(terminal->output, text))
            return true;
    }
    return false;
}

/* Its status, or -1 when it does not end. */
static int await_end(struct terminal *terminal, bool is_listening)
{
    struct timespec from, to;
    int status = -1;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int waited = 0; waited < PATIENCE_MS; waited += TICK_MS) {
        if (waitpid(terminal->pid, &status, WNOHANG) == terminal->pid) {
            clock_gettime(CLOCK_MONOTONIC, &to);
            long ms = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
            if (ms > 1000)
                printf("took %ld ms to end\n", ms);
            return status;
        }
        if (is_listening)
            listen_to(terminal);
        else
            rest();
    }
    kill(terminal->pid, SIGKILL);
    waitpid(terminal->pid, &status, 0);
    return -1;
}

static void expect_restored(struct terminal *terminal, const char *how)
{
    struct termios after;

    listen_to(terminal);
    if (tcgetattr(terminal->slave, &after) < 0 || after.c_lflag != terminal->before.c_lflag ||
        after.c_iflag != terminal->before.c_iflag || after.c_oflag != terminal->before.c_oflag)
        fail("%s: the line discipline is not restored", how);
    static const char *const wanted[] = {"\033[?1049l", "\033[?25h", "1000l", "\033[?1l"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(terminal->output, wanted[i]))
            fail("%s: no %s to restore the terminal", how, wanted[i] + 1);
}

static void end(struct terminal *terminal)
{
    close(terminal->master);
    close(terminal->slave);
    free(terminal->output);
}

static void try_types(void)
{
    static char endless[5001];
    static const struct {
        const char *type;
        bool has_screen;
    } types[] = {
        {"xterm",            true },
        {"vt100",            true },
        {"linux",            true },
        {"screen",           true },
        {"ansi",             true },
        {"dumb",             false},
        {"",                 false},
        {NULL,               false},
        {"no-such-terminal", false},
        {"../../etc/passwd", false},
        {endless,            false},
    };
    struct terminal terminal;

    memset(endless, 'x', sizeof endless - 1);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *type = types[i].type ? types[i].type : "(unset)";

        start(&terminal, types[i].type, 24, 80);
        if (!comes(&terminal, types[i].has_screen ? "SCORE" : "-b prints the list"))
            fail("TERM=%.20s: neither a screen nor a reason", type);
        if (types[i].has_screen && write(terminal.master, "q", 1) != 1)
            fail("TERM=%.20s: takes no key", type);
        int status = await_end(&terminal, true);
        if (status < 0 || !WIFEXITED(status) ||
            WEXITSTATUS(status) != (types[i].has_screen ? 0 : 5))
            fail("TERM=%.20s: ended with %#x", type, status);
        end(&terminal);
    }
}

static void try_sizes(void)
{
    static const unsigned sizes[][2] = {
        {0,   0   },
        {1,   1   },
        {1,   300 },
        {300, 1   },
        {2,   2   },
        {300, 1000}
    };
    struct terminal terminal;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        start(&terminal, "xterm", sizes[i][0], sizes[i][1]);
        if (!comes(&terminal, "\033[?1049h"))
            fail("%ux%u: no screen", sizes[i][1], sizes[i][0]);
        /* Details, their tabs, help, and out of all that. */
        if (write(terminal.master, "\r\t\t\tqhqqq", 9) != 9)
            fail("%ux%u: takes no keys", sizes[i][1], sizes[i][0]);
        int status = await_end(&terminal, true);
        if (status != 0)
            fail("%ux%u: ended with %#x", sizes[i][1], sizes[i][0], status);
        end(&terminal);
    }
}

/* A crash, too, gives the terminal back. */
static void try_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP,  SIGINT,  SIGQUIT, SIGALRM,
                                  SIGUSR1, SIGUSR2, SIGSEGV, SIGABRT};
    struct terminal terminal;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        start(&terminal, "xterm", 24, 80);
        if (!comes(&terminal, "SCORE"))
            fail("signal %d: no screen before", numbers[i]);
        kill(terminal.pid, numbers[i]);
        int status = await_end(&terminal, true);
        /* A sanitizer has its own way to report a crash. */
        bool is_crash = numbers[i] == SIGSEGV || numbers[i] == SIGABRT;
        if (status < 0 ||
            (!is_crash && (!WIFSIGNALED(status) || WTERMSIG(status) != numbers[i])))
            fail("signal %d: ended with %#x", numbers[i], status);
        expect_restored(&terminal, strsignal(numbers[i]));
        end(&terminal);
    }
}

static long resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = -1;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

/* Asked to draw everything again and again, and nobody reads it. */
static void try_stuck(void)
{
    struct terminal terminal;

    start(&terminal, "xterm", 60, 200);
    if (!comes(&terminal, "SCORE"))
        fail("stuck: no screen before");
    fcntl(terminal.master, F_SETFL, O_NONBLOCK);
    long before = resident_kb(terminal.pid);
    for (int i = 0; i < STUCK_TICKS; i++) {
        if (write(terminal.master, "\f", 1) < 0 && errno != EAGAIN)
            fail("stuck: %s", strerror(errno));
        rest();
    }
    long after = resident_kb(terminal.pid);
    if (after - before > GROWTH_MAX_KB)
        fail("stuck: it grew from %ld to %ld kB", before, after);
    kill(terminal.pid, SIGTERM);
    int status = await_end(&terminal, false);
    if (status < 0 || !WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM)
        fail("stuck: SIGTERM does not end it: %#x", status);
    expect_restored(&terminal, "stuck");
    end(&terminal);
}

static void try_hangup(void)
{
    struct terminal terminal;

    start(&terminal, "xterm", 24, 80);
    if (!comes(&terminal, "SCORE"))
        fail("hangup: no screen before");
    close(terminal.slave);
    close(terminal.master);
    terminal.master = terminal.slave = -1;
    if (await_end(&terminal, false) < 0)
        fail("it outlives its terminal");
    end(&terminal);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    program = argv[1];
    setenv("LC_ALL", "C.UTF-8", 1);
    try_types();
    try_sizes();
    try_signals();
    try_stuck();
    try_hangup();
    return failures > 0;
}
