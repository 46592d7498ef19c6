/* SPDX-License-Identifier: MIT */
/*
 * compare - what a full-screen monitor costs, seen from outside.
 *
 *     compare SECONDS PROGRAM [ARGUMENT ...]
 *
 * Runs the program in a pseudo-terminal of 120x40 and prints one line:
 *
 *     refreshes cpu_ms_per_refresh output_bytes_per_refresh pss_kib key_p50_ms key_p99_ms
 *
 * CPU is user + system time of the program and all its descendants, between the
 * end of its start-up and the end of the window. A refresh is a burst of output
 * that follows at least 150 ms of silence; before the window is over, nobody
 * types. Latency is the time from a key ('h' for help) to the first output that
 * follows it, at moments spread over the refresh, after the window.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WARM_UP_MS = 6000, /* start-up and the first, cold refreshes */
    QUIET_MS = 150,
    KEYS = 40,
    KEY_TIMEOUT_MS = 5000,
    DESCENDANTS_MAX = 64,
};

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t length = fread(text, 1, size - 1, file);
    fclose(file);
    text[length] = '\0';
    return length > 0;
}

/* The program and what it started, by walking the children lists. */
static size_t find_descendants(pid_t root, pid_t *pids)
{
    size_t count = 0;
    char path[64], text[4096];

    pids[count++] = root;
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pids[i], (int)pids[i]);
        if (!read_file(path, text, sizeof text))
            continue;
        char *rest = text, *end;
        for (long pid; count < DESCENDANTS_MAX && (pid = strtol(rest, &end, 10)) > 0;
             rest = end)
            pids[count++] = (pid_t)pid;
    }
    return count;
}

/* Nanoseconds on a CPU, of all threads, dead ones included. */
static double cpu_ms_of(pid_t pid)
{
    clockid_t clock;
    struct timespec used;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static double cpu_ms_of_all(pid_t root)
{
    pid_t pids[DESCENDANTS_MAX];
    size_t count = find_descendants(root, pids);
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += cpu_ms_of(pids[i]);
    return sum;
}

static unsigned long pss_kib_of_all(pid_t root)
{
    pid_t pids[DESCENDANTS_MAX];
    size_t count = find_descendants(root, pids);
    unsigned long sum = 0;
    char path[64], text[4096];

    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pids[i]);
        const char *line = read_file(path, text, sizeof text) ? strstr(text, "\nPss:") : NULL;
        if (line)
            sum += strtoul(line + strlen("\nPss:"), NULL, 10);
    }
    return sum;
}

struct window {
    unsigned refreshes;
    unsigned long bytes;
    bool has_ended;
};

/* Swallow output until the time is over, counting bursts. */
static struct window watch(int terminal, double until)
{
    struct window window = {0};
    double last = now_ms();
    char buffer[65536];

    for (double now = last; now < until; now = now_ms()) {
        struct pollfd poll_in = {.fd = terminal, .events = POLLIN};
        if (poll(&poll_in, 1, (int)(until - now) + 1) <= 0)
            continue;
        ssize_t got = read(terminal, buffer, sizeof buffer);
        if (got <= 0) {
            window.has_ended = true;
            break;
        }
        if (now_ms() - last >= QUIET_MS)
            window.refreshes++;
        window.bytes += (unsigned long)got;
        last = now_ms();
    }
    return window;
}

/* Milliseconds from the key to the next output, or the time-out. */
static double latency_of(int terminal, char key)
{
    char buffer[65536];
    double start = now_ms();
    struct pollfd poll_in = {.fd = terminal, .events = POLLIN};

    if (write(terminal, &key, 1) != 1)
        return KEY_TIMEOUT_MS;
    if (poll(&poll_in, 1, KEY_TIMEOUT_MS) > 0 && read(terminal, buffer, sizeof buffer) > 0)
        return now_ms() - start;
    return KEY_TIMEOUT_MS;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void measure_keys(int terminal, double *latencies)
{
    for (int i = 0; i < KEYS; i++) {
        /* A prime step, so that keys land all over the refresh. */
        watch(terminal, now_ms() + 217 + i * 37 % 400);
        latencies[i] = latency_of(terminal, 'h');
        watch(terminal, now_ms() + 120);
        if (write(terminal, "\033", 1) != 1)
            break;
    }
    qsort(latencies, KEYS, sizeof *latencies, compare_doubles);
}

static pid_t start(char **argv, int *ret_terminal)
{
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    pid_t pid = forkpty(ret_terminal, NULL, NULL, &size);

    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("HOME", "/nonexistent", 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    return pid;
}

int main(int argc, char **argv)
{
    int terminal;
    double latencies[KEYS];

    if (argc < 3) {
        fprintf(stderr, "usage: compare SECONDS PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start(argv + 2, &terminal);
    if (pid < 0) {
        perror("compare: forkpty");
        return 1;
    }

    watch(terminal, now_ms() + WARM_UP_MS);
    double before = cpu_ms_of_all(pid);
    struct window window = watch(terminal, now_ms() + strtod(argv[1], NULL) * 1e3);
    double used = cpu_ms_of_all(pid) - before;
    unsigned long pss = pss_kib_of_all(pid);
    bool is_good = !window.has_ended && window.refreshes > 0;
    if (is_good) {
        measure_keys(terminal, latencies);
        printf("%u %.1f %lu %lu %.1f %.1f\n", window.refreshes, used / window.refreshes,
               window.bytes / window.refreshes, pss, latencies[KEYS / 2],
               latencies[KEYS * 99 / 100]);
    } else {
        fprintf(stderr, "compare: %s drew no refresh\n", argv[2]);
    }
    kill(pid, SIGTERM); /* our own child, not yet waited for */
    watch(terminal, now_ms() + 1000);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return is_good ? 0 : 1;
}
