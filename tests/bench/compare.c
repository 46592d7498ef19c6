/* SPDX-License-Identifier: MIT */
/*
 * compare - what a full-screen monitor costs, seen from outside.
 *
 *     compare refresh SECONDS TEXT PROGRAM [ARGUMENT ...]
 *     compare keys COUNT TEXT SPREAD_MS PROGRAM [ARGUMENT ...]
 *
 * Runs the program in a pseudo-terminal of 120x40 and prints one line.
 *
 * refresh: "FRAME_MS REFRESHES CPU_MS BYTES PSS_KIB CALLS". FRAME_MS is the time
 * until TEXT is on the screen. CPU (user and system, of the program and all its
 * descendants), bytes to the terminal and system calls (by strace; "-" without it)
 * are those of one refresh. A refresh is a burst of output that follows 150 ms of
 * silence; what is measured begins and ends in such a silence: SECONDS of it, after half
 * as many in which caches fill, and before half as many for strace. Nobody types.
 *
 * keys: "COUNT P50 P99 MAX BUSY_COUNT BUSY_P50 BUSY_MAX", in milliseconds from a key
 * ('h' for help) to TEXT, which only help shows, COUNT times, each at some moment of
 * SPREAD_MS after the list came back. A program whose refreshes begin anew with a key
 * needs a spread of one. The last three are of keys that came while it was at work.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/measure.h"

enum {
    FIRST_FRAME_MS = 10000,
    QUIET_MS = 150,
    REFRESH_MAX_MS = 20000, /* under strace, too */
    KEYS_MAX = 10000,
    KEYS_WARM_UP_MS = 4000,
    KEY_WARM_UP_MS = 100, /* for each key, when that is less */
    KEY_TIMEOUT_MS = 5000,
    PAUSE_LEAST_MS = 50, /* the list is back */
    SPREAD_MAX_MS = 10000,
    LOOK_MS = 3,
    DESCENDANTS_MAX = 64,
};

/* The program, its terminal, and the text that is waited for. */
struct watched {
    pid_t pid;
    int terminal;
    const char *text;
    size_t matched; /* of the text, so far */
    unsigned long bytes;
    bool has_shown; /* the text, since it was last set to false */
    bool has_ended;
};

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

/* Time on a CPU, of all threads, dead ones included. */
static double cpu_ms_of_all(const struct watched *watched)
{
    pid_t pids[DESCENDANTS_MAX];
    size_t count = find_descendants(watched->pid, pids);
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        clockid_t clock;
        struct timespec used;

        if (clock_getcpuclockid(pids[i], &clock) == 0 && clock_gettime(clock, &used) == 0)
            sum += (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
    }
    return sum;
}

/* The number behind a name at the beginning of a line, of one file of each process. */
static unsigned long sum_of_all(const struct watched *watched, const char *file,
                                const char *name)
{
    pid_t pids[DESCENDANTS_MAX];
    size_t count = find_descendants(watched->pid, pids);
    unsigned long sum = 0;
    char path[64], text[4096];

    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", (int)pids[i], file);
        const char *line = read_file(path, text, sizeof text) ? strstr(text, name) : NULL;
        if (line)
            sum += strtoul(line + strlen(name), NULL, 10);
    }
    return sum;
}

static void look_for_text(struct watched *watched, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != watched->text[watched->matched])
            watched->matched = 0;
        if (bytes[i] == watched->text[watched->matched])
            watched->matched++;
        if (watched->text[watched->matched] == '\0') {
            watched->has_shown = true;
            watched->matched = 0;
        }
    }
}

/* Wait for output and swallow it; false when there is none until then. */
static bool take_output(struct watched *watched, double until)
{
    struct pollfd poll_in = {.fd = watched->terminal, .events = POLLIN};
    char buffer[65536];
    double left = until - now_ms();

    if (watched->has_ended || poll(&poll_in, 1, left > 0 ? (int)left + 1 : 0) <= 0)
        return false;
    ssize_t got = read(watched->terminal, buffer, sizeof buffer);
    watched->has_ended = got <= 0;
    if (got <= 0)
        return false;
    watched->bytes += (unsigned long)got;
    look_for_text(watched, buffer, (size_t)got);
    return true;
}

static void pass(struct watched *watched, double ms)
{
    double until = now_ms() + ms;

    while (now_ms() < until && !watched->has_ended)
        take_output(watched, until);
}

/* Until a refresh has been drawn, and nothing follows for a while. */
static bool pass_refresh(struct watched *watched)
{
    double until = now_ms() + REFRESH_MAX_MS;

    if (!take_output(watched, until))
        return false;
    while (now_ms() < until && take_output(watched, now_ms() + QUIET_MS))
        ;
    return !watched->has_ended;
}

static unsigned pass_refreshes(struct watched *watched, double ms)
{
    double until = now_ms() + ms;
    unsigned count = 0;

    while (now_ms() < until && pass_refresh(watched))
        count++;
    return count;
}

/* Have strace count the calls of the program and all its descendants. */
static pid_t attach_strace(const struct watched *watched, const char *output)
{
    pid_t pids[DESCENDANTS_MAX];
    size_t count = find_descendants(watched->pid, pids), used = 0;
    char *arguments[8 + 2 * DESCENDANTS_MAX] = {"strace", "-f", "-q", "-c", "-o"};
    char numbers[DESCENDANTS_MAX][16];

    arguments[5] = (char *)output;
    used = 6;
    for (size_t i = 0; i < count; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%d", (int)pids[i]);
        arguments[used++] = "-p";
        arguments[used++] = numbers[i];
    }
    pid_t strace = fork();
    if (strace == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(arguments[0], arguments);
        _exit(127);
    }
    return strace;
}

/* The calls in the last line of strace's table, or a negative number. */
static double total_calls(const char *path)
{
    char text[65536];
    double calls = -1;

    if (!read_file(path, text, sizeof text))
        return -1;
    /* "100.00    0.012345           1     12345        12 total" */
    char *total = strstr(text, " total");
    while (total && total > text && total[-1] != '\n')
        total--;
    for (int field = 0; total && field < 4; field++)
        calls = strtod(total, &total);
    return calls;
}

/* Calls per refresh, or a negative number when they cannot be counted. */
static double count_calls(struct watched *watched, double ms)
{
    const char *directory = getenv("TMPDIR");
    char output[256];
    double calls = -1;

    snprintf(output, sizeof output, "%s/compare-XXXXXX", directory ? directory : "/tmp");
    int fd = mkstemp(output);
    if (fd < 0 || !pass_refresh(watched))
        return -1;
    /* It attaches in the silence that has begun. */
    pid_t strace = attach_strace(watched, output);
    unsigned refreshes = pass_refreshes(watched, ms);
    bool is_attached = sum_of_all(watched, "status", "\nTracerPid:") > 0;
    if (strace > 0) {
        kill(strace, SIGINT); /* our own child, not yet waited for */
        waitpid(strace, NULL, 0);
    }
    if (is_attached && refreshes > 0)
        calls = total_calls(output) / refreshes;
    close(fd);
    unlink(output);
    return calls;
}

static bool measure_refresh(struct watched *watched, double seconds)
{
    double start = now_ms(), first_frame_ms;

    while (!watched->has_shown && now_ms() < start + FIRST_FRAME_MS && !watched->has_ended)
        take_output(watched, start + FIRST_FRAME_MS);
    first_frame_ms = now_ms() - start;
    pass(watched, seconds * 1e3 / 2);
    pass_refresh(watched);
    double before = cpu_ms_of_all(watched);
    unsigned long bytes_before = watched->bytes;
    unsigned refreshes = pass_refreshes(watched, seconds * 1e3);
    double used = cpu_ms_of_all(watched) - before;
    unsigned long bytes = watched->bytes - bytes_before;

    if (watched->has_ended || refreshes == 0 || !watched->has_shown)
        return false;
    printf("%.0f %u %.1f %lu %lu ", first_frame_ms, refreshes, used / refreshes,
           bytes / refreshes, sum_of_all(watched, "smaps_rollup", "\nPss:"));
    double calls = count_calls(watched, seconds * 1e3 / 2);
    if (calls < 0)
        printf("-\n");
    else
        printf("%.0f\n", calls);
    return true;
}

static double share(const double *sorted, size_t count, unsigned percent)
{
    return count > 0 ? sorted[(count - 1) * percent / 100] : 0;
}

struct latencies {
    double *ms;
    size_t count;
};

/* Milliseconds from the key to the text, or the time-out. */
static double latency_of(struct watched *watched, char key)
{
    double start = now_ms();

    watched->has_shown = false;
    if (write(watched->terminal, &key, 1) != 1)
        return KEY_TIMEOUT_MS;
    while (!watched->has_shown && take_output(watched, start + KEY_TIMEOUT_MS))
        ;
    return watched->has_shown ? now_ms() - start : KEY_TIMEOUT_MS;
}

static bool is_at_work(struct watched *watched)
{
    double before = cpu_ms_of_all(watched);

    pass(watched, LOOK_MS);
    return cpu_ms_of_all(watched) - before > LOOK_MS / 2.0;
}

/* Leave help, by a key that never begins another. */
static bool leave_help(struct watched *watched)
{
    return write(watched->terminal, "q", 1) == 1 &&
           take_output(watched, now_ms() + KEY_TIMEOUT_MS);
}

static bool measure_keys(struct watched *watched, size_t count, unsigned spread_ms)
{
    struct latencies all = {.ms = calloc(count, sizeof *all.ms)};
    struct latencies busy = {.ms = calloc(count, sizeof *busy.ms)};
    unsigned seed = 1;

    if (!all.ms || !busy.ms)
        abort();
    double warm_up_ms = (double)count * KEY_WARM_UP_MS;
    pass(watched, warm_up_ms < KEYS_WARM_UP_MS ? warm_up_ms : KEYS_WARM_UP_MS);
    while (all.count < count && !watched->has_ended) {
        pass(watched, PAUSE_LEAST_MS + (unsigned)rand_r(&seed) % spread_ms);
        bool is_busy = is_at_work(watched);
        double ms = latency_of(watched, 'h');

        all.ms[all.count++] = ms;
        if (is_busy)
            busy.ms[busy.count++] = ms;
        if (ms >= KEY_TIMEOUT_MS || !leave_help(watched))
            break;
    }
    qsort(all.ms, all.count, sizeof *all.ms, compare_doubles);
    qsort(busy.ms, busy.count, sizeof *busy.ms, compare_doubles);
    bool is_good = all.count == count && share(all.ms, count, 100) < KEY_TIMEOUT_MS;
    if (is_good)
        printf("%zu %.1f %.1f %.1f %zu %.1f %.1f\n", count, share(all.ms, count, 50),
               share(all.ms, count, 99), share(all.ms, count, 100), busy.count,
               share(busy.ms, busy.count, 50), share(busy.ms, busy.count, 100));
    free(all.ms);
    free(busy.ms);
    return is_good;
}

static pid_t start(char **argv, int *ret_terminal)
{
    struct winsize size = {.ws_row = 40, .ws_col = 120};
    pid_t pid = forkpty(ret_terminal, NULL, NULL, &size);

    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    return pid;
}

int main(int argc, char **argv)
{
    struct watched watched = {0};
    bool is_keys = argc > 5 && strcmp(argv[1], "keys") == 0;
    bool is_refresh = argc > 4 && strcmp(argv[1], "refresh") == 0;
    double amount = is_keys || is_refresh ? strtod(argv[2], NULL) : 0;
    unsigned long spread_ms = is_keys ? strtoul(argv[4], NULL, 10) : 1;
    char **command = argv + (is_keys ? 5 : 4);

    if (!(amount > 0) || amount > KEYS_MAX || spread_ms == 0 || spread_ms > SPREAD_MAX_MS) {
        fprintf(stderr, "usage: compare refresh SECONDS TEXT PROGRAM [ARGUMENT ...]\n"
                        "       compare keys COUNT TEXT SPREAD_MS PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    watched.text = argv[3];
    watched.pid = start(command, &watched.terminal);
    if (watched.pid < 0) {
        perror("compare: forkpty");
        return 1;
    }
    bool is_good = is_keys ? measure_keys(&watched, (size_t)amount, (unsigned)spread_ms)
                           : measure_refresh(&watched, amount);
    if (!is_good)
        fprintf(stderr, "compare: %s does not draw\n", command[0]);
    kill(watched.pid, SIGTERM); /* our own child, not yet waited for */
    pass(&watched, 1000);
    kill(watched.pid, SIGKILL);
    waitpid(watched.pid, NULL, 0);
    return is_good ? 0 : 1;
}
