/* SPDX-License-Identifier: MIT */
/*
 * keys PROGRAM LIMIT - press a hundred keys in procwatch-top, and tell how long the
 * slowest answer took. Fails when that was more milliseconds than the limit without what
 * the program and this test waited for a processor, which is the machine's doing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/pty.h"

static long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* How long a process was ready to run and did not: proc_pid_schedstat(5). */
static long waited_us(pid_t pid)
{
    char path[64];
    unsigned long long ran, waited = 0;

    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%llu %llu", &ran, &waited) != 2)
        waited = 0;
    if (file)
        fclose(file);
    return (long)(waited / 1000);
}

/* From the key to the first text of its answer, and how much of that was waiting. */
static long press(struct terminal *terminal, const char *key, const char *answer,
                  long *ret_waited)
{
    long waited = waited_us(terminal->pid) + waited_us(getpid()), from = now_us();

    terminal->length = 0;
    terminal->output[0] = '\0';
    if (write(terminal->master, key, strlen(key)) < 0)
        terminal_fail("no key can be pressed");
    while (!strstr(terminal->output, answer))
        if (now_us() - from > TERMINAL_PATIENCE_MS * 1000L ||
            !terminal_take(terminal, TERMINAL_PATIENCE_MS)) {
            terminal_fail("a key is not answered");
            break;
        }
    long took = now_us() - from;
    *ret_waited = waited_us(terminal->pid) + waited_us(getpid()) - waited;
    return took;
}

static void press_keys(const char *program, long limit_ms)
{
    struct terminal terminal;
    long slowest = 0, slowest_own = 0;

    terminal_start(&terminal, &(struct terminal_wish){program, "xterm", 40, 110});
    if (!terminal_shows(&terminal, "SCORE"))
        terminal_fail("no screen");
    for (int round = 0; round < 50; round++) {
        static const char *const keys[][2] = {
            {"?", "finds a text"},
            {"q", "SCORE"       }
        };
        for (int key = 0; key < 2; key++) {
            long waited, took = press(&terminal, keys[key][0], keys[key][1], &waited);
            long own = took > waited ? took - waited : 0;
            slowest = took > slowest ? took : slowest;
            slowest_own = own > slowest_own ? own : slowest_own;
            terminal_rest();
        }
    }
    printf("the slowest of 100 keys: %ld.%ld ms; without waiting for a processor %ld.%ld ms\n",
           slowest / 1000, slowest / 100 % 10, slowest_own / 1000, slowest_own / 100 % 10);
    if (slowest_own > limit_ms * 1000)
        terminal_fail("it was to be at most %ld ms", limit_ms);
    if (write(terminal.master, "q", 1) != 1 || terminal_await_end(&terminal, true) != 0)
        terminal_fail("it does not end");
    terminal_release(&terminal);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    setenv("LC_ALL", "C.UTF-8", 1);
    press_keys(argv[1], strtol(argv[2], NULL, 10));
    return terminal_failures() > 0;
}
