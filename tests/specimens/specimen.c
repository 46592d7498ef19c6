/* SPDX-License-Identifier: MIT */
/*
 * specimen NAME DIRECTORY
 *
 * Puts a child into the named state and prints, separated by tabs, its pid and
 * for each expected reason KEY=TEXT, where TEXT is part of the evidence. Ends
 * with its child when it is told to, when its parent dies, or in three minutes.
 * "specimen list" prints the names.
 */
#include "tests/specimens/specimen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIFETIME_S = 180 };

void specimen_fail(const char *what)
{
    fprintf(stderr, "specimen: %s: %s\n", what, strerror(errno));
    _exit(1);
}

void specimen_skip(const char *why)
{
    fprintf(stderr, "specimen: not possible here: %s\n", why);
    _exit(SPECIMEN_NOT_POSSIBLE);
}

void stage_expect(struct stage *stage, const char *key, const char *format, ...)
{
    struct expectation *expectation = &stage->expectations[stage->count];
    va_list arguments;

    if (stage->count == EXPECTATIONS_MAX)
        abort();
    stage->count++;
    expectation->key = key;
    va_start(arguments, format);
    vsnprintf(expectation->evidence, sizeof expectation->evidence, format, arguments);
    va_end(arguments);
}

static const struct specimen_table *const tables[] = {
    &specimens_states, &specimens_starts, &specimens_memory,
    &specimens_places, &specimens_powers, &specimens_wires,
};
enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static void list_all(void)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            printf("%-12s %s\n", tables[t]->rows[i].name, tables[t]->rows[i].help);
}

static const struct specimen *find(const char *name)
{
    for (size_t t = 0; t < TABLE_COUNT; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            if (strcmp(tables[t]->rows[i].name, name) == 0)
                return &tables[t]->rows[i];
    return NULL;
}

static void die_with_parent(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(LIFETIME_S); /* both outlive exec */
}

/* A process that ends lets go of its program before it closes its files. */
static bool runs_a_program(pid_t pid)
{
    char link[64], exe[PATH_MAX];

    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    return readlink(link, exe, sizeof exe) > 0;
}

const char *specimen_path(void)
{
    static char path[PATH_MAX];

    if (readlink("/proc/self/exe", path, sizeof path - 1) < 0)
        specimen_fail("/proc/self/exe");
    return path;
}

void specimen_open_input(void)
{
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0)
        specimen_fail("pipe");
}

void specimen_run_shell(const char *command)
{
    specimen_open_input();
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    specimen_fail("/bin/sh");
}

pid_t specimen_start(struct stage *stage, void (*enter)(struct stage *stage))
{
    int ends[2];
    pid_t parent = getpid(), reported;

    if (pipe2(ends, O_CLOEXEC) != 0)
        specimen_fail("pipe");
    pid_t child = fork();
    if (child < 0)
        specimen_fail("fork");
    if (child == 0) {
        die_with_parent();
        if (getppid() != parent)
            _exit(1);
        setsid(); /* no terminal, wherever the test was started from */
        if (chdir("/") != 0)
            specimen_fail("/");
        close(ends[0]);
        stage->ready = ends[1];
        enter(stage);
        close(ends[1]);
        for (;;)
            pause();
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &reported, sizeof reported);
    close(ends[0]);

    /* Whoever reported is there; looking at it may be what hangs. */
    if (got != sizeof reported && !runs_a_program(child)) {
        int status;
        waitpid(child, &status, 0);
        _exit(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1);
    }
    return got == sizeof reported ? reported : child;
}

static bool has_our_mounts(pid_t pid)
{
    char path[64], own[64] = "", its[64] = "";

    snprintf(path, sizeof path, "/proc/%d/ns/mnt", (int)pid);
    return readlink("/proc/self/ns/mnt", own, sizeof own - 1) > 0 &&
           readlink(path, its, sizeof its - 1) > 0 && strcmp(own, its) == 0;
}

bool is_temporary(const char *path)
{
    static const char *const places[] = {"/tmp/", "/var/tmp/", "/dev/shm/"};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strncmp(path, places[i], strlen(places[i])) == 0)
            return true;
    return false;
}

/* A checkout below /tmp makes every program in it one that runs from there. */
static void expect_place_of(struct stage *stage, pid_t pid)
{
    char link[64], exe[PATH_MAX] = "";

    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    if (readlink(link, exe, sizeof exe - 1) < 0)
        specimen_fail(link);
    if (is_temporary(exe))
        stage_expect(stage, "tmp_exe", "%s", exe);
    /* Where packages are known, none has a specimen; a deleted file has no path. */
    else if (access("/var/lib/dpkg/info", F_OK) == 0 && has_our_mounts(pid) &&
             strncmp(exe, "/usr/", 5) != 0 && !strstr(exe, " (deleted)"))
        stage_expect(stage, "unowned_exe", "%s", exe);
    snprintf(link, sizeof link, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(link, "re");
    char comm[32] = "";
    if (!file || !fgets(comm, sizeof comm, file))
        specimen_fail(link);
    fclose(file);
    /* Before Linux 6.14, fexecve(3) left the number of the descriptor. */
    if (strspn(comm, "0123456789") + 1 == strlen(comm) && strncmp(exe, "/memfd:", 7) == 0)
        stage_expect(stage, "fd_exec", "%s", exe);
}

static bool expects(const struct stage *stage, const char *key)
{
    for (size_t i = 0; i < stage->count; i++)
        if (strcmp(stage->expectations[i].key, key) == 0)
            return true;
    return false;
}

static void print_expectations(const struct stage *stage, pid_t pid)
{
    printf("%d", (int)pid);
    for (size_t i = 0; i < stage->count; i++)
        printf("\t%s=%s", stage->expectations[i].key, stage->expectations[i].evidence);
    putchar('\n');
    fflush(stdout);
}

static _Noreturn void show(const struct specimen *specimen, const char *directory)
{
    /* The child says what it expects, too. */
    struct stage *stage =
        mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t ending;
    int number;

    if (stage == MAP_FAILED)
        specimen_fail("mmap");
    char *absolute = realpath(directory, NULL);
    if (!absolute)
        specimen_fail(directory);
    snprintf(stage->directory, sizeof stage->directory, "%s", absolute);
    free(absolute);
    /* Taken with sigwait(), so that files are removed; the child's own exec
     * starts with them unblocked. */
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGALRM);
    die_with_parent();
    if (specimen->prepare)
        specimen->prepare(stage);
    stage->child = specimen_start(stage, specimen->enter);
    if (specimen->finish)
        specimen->finish(stage);
    if (!expects(stage, "blocked"))
        expect_place_of(stage, stage->child);
    sigprocmask(SIG_BLOCK, &ending, NULL);
    print_expectations(stage, stage->child);
    sigwait(&ending, &number);
    kill(stage->child, SIGKILL); /* set-ID, it does not die with us by itself */
    if (stage->file[0])
        unlink(stage->file);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct stage stage = {0};

    /* "wait", or the specimen whose command line is one letter. */
    if (argc >= 2 ? strcmp(argv[1], "wait") == 0 : argc == 1 && strlen(argv[0]) == 1)
        for (;;)
            pause();
    if (argc == 3 && strcmp(argv[1], "serve") == 0)
        specimen_serve(&stage, (int)strtol(argv[2], NULL, 10));
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list_all();
        return 0;
    }
    const struct specimen *specimen = argc == 3 ? find(argv[1]) : NULL;
    if (specimen)
        show(specimen, argv[2]);
    fprintf(stderr, "usage: specimen NAME DIRECTORY; specimen list\n");
    return 2;
}
