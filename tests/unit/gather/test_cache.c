/* SPDX-License-Identifier: MIT */
/* What is kept of a process from pass to pass: each fact is changed on a process
 * that was not read any more, and seen. With SUCCEED each pass is another gatherer's,
 * which knows nothing but the snapshot of the pass before: all holds as well. */
#include "tests/support/child.h"
#include "tests/support/fixture.h"

#include <arpa/inet.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "gather/kept.h"

enum { IDLE_COUNT = 30, WAKING_COUNT = 10, COMMAND_FD = 60, ANSWER_FD = 61 };

/* Passes over this machine, and which facts of one process they read. */
struct live {
    struct gather *gather;
    void *block;
    struct snapshot snapshot;
    pid_t watched;
    fact_mask read;
    fact_mask unwanted;
    bool keeps_gather;
    const pid_t *crowd; /* IDLE_COUNT of them, or NULL */
    unsigned crowd_reads;
};

static void note_read(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    struct live *live = context;
    (void)starttime;

    if (pid == live->watched)
        live->read |= FACT_BIT(fact);
    for (int i = 0; live->crowd && fact == FACT_MAPS && i < IDLE_COUNT; i++)
        live->crowd_reads += live->crowd[i] == pid;
}

static void new_gather(struct live *live)
{
    const char *reason;
    const struct gather_options options = {
        .watch = {.before = note_read, .context = live}
    };

    assert_int_equal(gather_new(&options, &live->gather, &reason), 0);
}

static void replace_gather(struct live *live)
{
    gather_free(live->gather);
    new_gather(live);
    gather_succeed(live->gather, &live->snapshot);
}

/* The list of packages takes each gatherer a while to load, and nothing here asks it. */
static const fact_mask unwanted = FACT_BIT(FACT_SHA256) | FACT_BIT(FACT_PACKAGE);

static void look(struct live *live)
{
    const struct gather_request request = {
        .wanted = FACT_ALL & ~unwanted & ~live->unwanted,
    };

#ifdef SUCCEED
    if (live->block && !live->keeps_gather)
        replace_gather(live);
#endif
    live->read = 0;
    free(live->block);
    live->block = fixture_gather(live->gather, &request, &live->snapshot);
}

/* One of many passes: not each by another gatherer, which takes a while. */
static void look_again(struct live *live, unsigned pass)
{
    live->keeps_gather = pass % KEPT_STATUS_PASSES != 0;
    look(live);
    live->keeps_gather = false;
}

/* Until the process was left alone in a pass: it is idle, and known to be. */
static void settle(struct live *live)
{
    bool is_left_alone = false;

    for (int i = 0; i < 100 && !is_left_alone; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        look(live);
        is_left_alone = !(live->read & FACT_BIT(FACT_MAPS));
    }
    assert_true(is_left_alone);
}

static void open_eyes(struct live *live, pid_t watched)
{
    *live = (struct live){.watched = watched};
    new_gather(live);
    look(live);
    assert_true(live->read & FACT_BIT(FACT_MAPS));
    /* Past its first moments, in which all of it is read, and past the pass in
     * which its turn comes. */
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++)
        look(live);
    settle(live);
    while ((live->snapshot.header->serial + (uint64_t)watched) % KEPT_PLACE_PASSES > 3)
        look(live);
    settle(live);
}

static void close_eyes(struct live *live)
{
    gather_free(live->gather);
    free(live->block);
}

static const struct process *see(const struct live *live, pid_t pid)
{
    const struct process *process = snapshot_find(&live->snapshot, pid);

    assert_non_null(process);
    assert_int_equal(process->facts[FACT_STAT], FACT_KNOWN);
    return process;
}

/* A child that waits for a word, acts, and waits again. */
struct puppet {
    pid_t pid;
    int command;
    int answer;
};

struct strings {
    void (*act)(void);
    int command;
    int answer;
};

static void await_command(int command)
{
    char byte;

    while (read(command, &byte, 1) != 1)
        pause();
}

static void dance(const void *argument, int ready)
{
    const struct strings *strings = argument;

    child_ready(ready);
    await_command(strings->command);
    strings->act();
    child_ready(strings->answer);
}

static struct puppet puppet_start_as(void (*be)(const void *argument, int ready),
                                     void (*act)(void))
{
    int command[2], answer[2];

    assert_int_equal(pipe2(command, O_CLOEXEC), 0);
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    const struct strings strings = {act, command[0], answer[1]};
    struct puppet puppet = {child_start(be, &strings), command[1], answer[0]};
    close(command[0]);
    close(answer[1]);
    return puppet;
}

static struct puppet puppet_start(void (*act)(void))
{
    return puppet_start_as(dance, act);
}

/* Its answer, or the end of file that a successful exec makes. */
static void puppet_move(const struct puppet *puppet)
{
    char byte;

    child_ready(puppet->command);
    assert_true(read(puppet->answer, &byte, 1) >= 0);
}

static void puppet_end(const struct puppet *puppet)
{
    child_end(puppet->pid);
    close(puppet->command);
    close(puppet->answer);
}

static void an_idle_process_is_not_read_again(void **state)
{
    struct live live;
    int reads = 0;
    (void)state;

    pid_t pid = child_start(dance, &(struct strings){NULL, -1, -1});
    open_eyes(&live, pid);
    for (unsigned i = 0; i < KEPT_STATUS_PASSES; i++) {
        look(&live);
        reads += live.read & FACT_BIT(FACT_MAPS) ? 1 : 0;
        assert_int_equal(see(&live, pid)->facts[FACT_MAPS], FACT_KNOWN);
        assert_true(see(&live, pid)->cmdline.length > 0);
        assert_true(see(&live, pid)->descriptor_count > 0);
    }
    assert_true(reads <= 1); /* the sweep's turn */
    close_eyes(&live);
    child_end(pid);
}

static void a_fact_wanted_later_is_added_alone(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(dance, &(struct strings){NULL, -1, -1});
    open_eyes(&live, pid);
    live.unwanted = FACT_BIT(FACT_CWD);
    live.watched = 0; /* the accounting of open_eyes() is of no use here */
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++)
        look_again(&live, i); /* the sweep forgets it */
    assert_int_equal(see(&live, pid)->facts[FACT_CWD], FACT_NOT_ASKED);
    live.watched = pid;
    settle(&live);
    while ((live.snapshot.header->serial + (uint64_t)pid) % KEPT_SWEEP_PASSES >
           KEPT_SWEEP_PASSES - KEPT_PLACE_PASSES)
        look(&live); /* not in the pass of its sweep */
    live.unwanted = 0;
    look(&live);
    assert_int_equal(see(&live, pid)->facts[FACT_CWD], FACT_KNOWN);
    assert_true(see(&live, pid)->cwd.length > 0);
    assert_true(live.read & FACT_BIT(FACT_CWD));
    assert_false(live.read & FACT_BIT(FACT_MAPS));
    live.unwanted = FACT_BIT(FACT_CWD);
    look(&live);
    assert_false(live.read & FACT_BIT(FACT_MAPS));
    close_eyes(&live);
    child_end(pid);
}

static void *page;

static void make_page_executable(void)
{
    if (mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        _exit(1);
}

static bool has_writable_code(const struct live *live, pid_t pid)
{
    const struct process *process = see(live, pid);
    const uint32_t both = MAP_WRITE | MAP_EXECUTE;

    for (uint32_t i = 0; i < process->maps.count; i++)
        if ((live->snapshot.maps[process->maps.first + i].permissions & both) == both)
            return true;
    return false;
}

static void mprotect_alone_is_seen(void **state)
{
    struct live live;
    (void)state;

    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    struct puppet puppet = puppet_start(make_page_executable);
    open_eyes(&live, puppet.pid);
    assert_false(has_writable_code(&live, puppet.pid));
    puppet_move(&puppet);
    look(&live);
    assert_true(has_writable_code(&live, puppet.pid));
    close_eyes(&live);
    puppet_end(&puppet);
}

static void rewrite_arguments(void)
{
    char text[4096], *at;
    FILE *file = fopen("/proc/self/stat", "re");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;

    text[length] = '\0';
    at = strrchr(text, ')');
    for (unsigned field = 2; at && field < 48; field++)
        at = strchr(at + 1, ' ');
    if (!at)
        _exit(1);
    strcpy((char *)strtoull(at, NULL, 10), "nginx"); /* arg_start */
}

static void rewritten_arguments_are_seen(void **state)
{
    struct live live;
    (void)state;

    struct puppet puppet = puppet_start(rewrite_arguments);
    open_eyes(&live, puppet.pid);
    puppet_move(&puppet);
    look(&live);
    assert_string_equal(snapshot_string(&live.snapshot, see(&live, puppet.pid)->cmdline),
                        "nginx");
    close_eyes(&live);
    puppet_end(&puppet);
}

static struct sockaddr_in listener_address;

static void connect_somewhere(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&listener_address, sizeof listener_address) != 0)
        _exit(1);
}

static bool has_connection(const struct live *live, pid_t pid)
{
    const struct process *process = see(live, pid);

    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        const struct descriptor *descriptor =
            &live->snapshot.descriptors[process->descriptors.first + i];
        for (size_t j = 0; j < live->snapshot.socket_count; j++)
            if (descriptor->kind == DESCRIPTOR_SOCKET &&
                live->snapshot.sockets[j].inode == descriptor->inode &&
                live->snapshot.sockets[j].remote_port == ntohs(listener_address.sin_port))
                return true;
    }
    return false;
}

static void a_new_connection_is_seen(void **state)
{
    struct live live;
    socklen_t length = sizeof listener_address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;

    listener_address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(listener, (struct sockaddr *)&listener_address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&listener_address, &length), 0);
    struct puppet puppet = puppet_start(connect_somewhere);
    open_eyes(&live, puppet.pid);
    assert_false(has_connection(&live, puppet.pid));
    puppet_move(&puppet);
    look(&live);
    assert_true(has_connection(&live, puppet.pid));
    close_eyes(&live);
    puppet_end(&puppet);
    close(listener);
}

static void connect_in_place_of_another(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&listener_address, sizeof listener_address) != 0 ||
        dup2(fd, STDIN_FILENO) < 0)
        _exit(1);
    close(fd);
}

static void have_stdin(const void *argument, int ready)
{
    if (dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO) < 0)
        _exit(1);
    dance(argument, ready);
}

static void a_connection_in_place_of_a_file_is_seen(void **state)
{
    struct live live;
    socklen_t length = sizeof listener_address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)state;

    listener_address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(listener, (struct sockaddr *)&listener_address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&listener_address, &length), 0);
    struct puppet puppet = puppet_start_as(have_stdin, connect_in_place_of_another);
    open_eyes(&live, puppet.pid);
    uint32_t count = see(&live, puppet.pid)->descriptor_count;
    puppet_move(&puppet);
    look(&live);
    assert_int_equal(see(&live, puppet.pid)->descriptor_count, count);
    assert_true(has_connection(&live, puppet.pid));
    close_eyes(&live);
    puppet_end(&puppet);
    close(listener);
}

static void replace_by_pipe(void)
{
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0)
        _exit(1);
    close(ends[0]);
    close(ends[1]);
}

static bool has_pipe_as_stdin(const struct live *live, pid_t pid)
{
    const struct process *process = see(live, pid);

    for (uint32_t i = 0; i < process->descriptors.count; i++) {
        const struct descriptor *descriptor =
            &live->snapshot.descriptors[process->descriptors.first + i];
        if (descriptor->fd == STDIN_FILENO)
            return descriptor->kind == DESCRIPTOR_PIPE;
    }
    return false;
}

static void a_pipe_in_place_of_a_file_is_seen_in_turn(void **state)
{
    struct live live;
    (void)state;

    struct puppet puppet = puppet_start_as(have_stdin, replace_by_pipe);
    open_eyes(&live, puppet.pid);
    assert_false(has_pipe_as_stdin(&live, puppet.pid));
    puppet_move(&puppet);
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++)
        look(&live);
    assert_true(has_pipe_as_stdin(&live, puppet.pid));
    close_eyes(&live);
    puppet_end(&puppet);
}

static void enter_root(void)
{
    if (chdir("/proc") != 0)
        _exit(1);
}

static void another_directory_is_seen(void **state)
{
    struct live live;
    (void)state;

    struct puppet puppet = puppet_start(enter_root);
    open_eyes(&live, puppet.pid);
    puppet_move(&puppet);
    look(&live);
    assert_string_equal(snapshot_string(&live.snapshot, see(&live, puppet.pid)->cwd), "/proc");
    close_eyes(&live);
    puppet_end(&puppet);
}

static void become_nobody(void)
{
    if (setuid(65534) != 0)
        _exit(1);
}

static void another_user_is_seen(void **state)
{
    struct live live;
    (void)state;

    if (geteuid() != 0)
        skip();
    struct puppet puppet = puppet_start(become_nobody);
    open_eyes(&live, puppet.pid);
    assert_int_equal(see(&live, puppet.pid)->uid[1], 0);
    assert_true(see(&live, puppet.pid)->cap_effective != 0);
    puppet_move(&puppet);
    look(&live);
    assert_int_equal(see(&live, puppet.pid)->uid[1], 65534);
    assert_int_equal(see(&live, puppet.pid)->cap_effective, 0);
    close_eyes(&live);
    puppet_end(&puppet);
}

static void exec_with_preload(void)
{
    char *arguments[] = {"sleep", "1000", NULL};
    char *environment[] = {"LD_PRELOAD=/nonexistent.so", NULL};

    close(STDERR_FILENO); /* the linker complains */
    execve("/bin/sleep", arguments, environment);
    _exit(1);
}

static void a_preload_after_exec_is_seen(void **state)
{
    struct live live;
    (void)state;

    struct puppet puppet = puppet_start(exec_with_preload);
    open_eyes(&live, puppet.pid);
    assert_int_equal(see(&live, puppet.pid)->environ_flags & ENVIRON_HAS_LD_PRELOAD, 0);
    puppet_move(&puppet);
    look(&live);
    assert_true(see(&live, puppet.pid)->environ_flags & ENVIRON_HAS_LD_PRELOAD);
    close_eyes(&live);
    puppet_end(&puppet);
}

/* This program again, without address randomisation; "again" is its argument. */
static void exec_twin(const char *variable)
{
    char *arguments[] = {"twin", "again", NULL};
    char *environment[] = {(char *)variable, NULL};

    execve("/proc/self/exe", arguments, environment);
    _exit(1);
}

/* As the twin: answers, waits for a word, and becomes its own twin, with the
 * same arguments and an environment of the same size. */
static void be_twin(void)
{
    child_ready(ANSWER_FD);
    await_command(COMMAND_FD);
    close(STDERR_FILENO);
    exec_twin("LD_PRELOAD=/nonexistent.so");
}

static void start_twin(const void *argument, int ready)
{
    const struct strings *strings = argument;
    (void)ready;

    if (dup2(strings->command, COMMAND_FD) < 0 || dup2(strings->answer, ANSWER_FD) < 0 ||
        personality(ADDR_NO_RANDOMIZE) < 0)
        _exit(1);
    exec_twin("ODD_ONE_IS=/nonexistent.so");
}

static void exec_of_a_twin_is_seen(void **state)
{
    struct live live;
    int command[2], answer[2];
    char byte;
    (void)state;

    assert_int_equal(pipe2(command, O_CLOEXEC), 0);
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    pid_t pid = child_start(start_twin, &(struct strings){NULL, command[0], answer[1]});
    assert_int_equal(read(answer[0], &byte, 1), 1);
    open_eyes(&live, pid);
    assert_int_equal(see(&live, pid)->environ_flags, 0);
    child_ready(command[1]);
    assert_int_equal(read(answer[0], &byte, 1), 1);
    look(&live);
    assert_true(see(&live, pid)->environ_flags & ENVIRON_HAS_LD_PRELOAD);
    close_eyes(&live);
    child_end(pid);
    for (int i = 0; i < 2; i++) {
        close(command[i]);
        close(answer[i]);
    }
}

static void run_file(const void *argument, int ready)
{
    (void)ready;
    execl(argument, "sleep", "1000", NULL);
    _exit(1);
}

static void changes_of_the_program_file_are_seen(void **state)
{
    char directory[] = "/tmp/procwatch-cache-XXXXXX", path[64], command[128];
    struct live live;
    (void)state;

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/program", directory);
    snprintf(command, sizeof command, "cp /bin/sleep %s", path);
    assert_int_equal(system(command), 0);
    pid_t first = child_start(run_file, path), second = child_start(run_file, path);
    open_eyes(&live, second); /* who is not the first to run it */
    assert_int_equal(see(&live, first)->exe_file.mode & 0777, 0755);

    assert_int_equal(chmod(path, 0777), 0);
    look(&live);
    assert_int_equal(see(&live, first)->exe_file.mode & 0777, 0777);
    assert_int_equal(see(&live, second)->exe_file.mode & 0777, 0777);

    settle(&live);
    assert_int_equal(unlink(path), 0);
    look(&live);
    assert_int_equal(see(&live, first)->exe_file.nlink, 0);
    assert_int_equal(see(&live, second)->exe_file.nlink, 0);
    assert_non_null(
        strstr(snapshot_string(&live.snapshot, see(&live, second)->exe), " (deleted)"));
    close_eyes(&live);
    child_end(first);
    child_end(second);
    rmdir(directory);
}

static void a_tracer_is_seen(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(dance, &(struct strings){NULL, -1, -1});
    open_eyes(&live, pid);
    assert_int_equal(ptrace(PTRACE_ATTACH, pid, NULL, NULL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    look(&live);
    assert_int_equal(see(&live, pid)->tracer_pid, getpid());
    assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
    close_eyes(&live);
    child_end(pid);
}

/* It does not make the process run: see kept_reuse.c. */
static void a_tracer_that_stops_nothing_is_seen_in_turn(void **state)
{
    struct live live;
    (void)state;

    pid_t pid = child_start(dance, &(struct strings){NULL, -1, -1});
    open_eyes(&live, pid);
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
    for (unsigned i = 0; i < KEPT_STATUS_PASSES; i++)
        look(&live);
    assert_int_equal(see(&live, pid)->tracer_pid, getpid());
    close_eyes(&live);
    child_end(pid);
}

static int grandchild_pipe[2];

static void have_child(const void *argument, int ready)
{
    pid_t pid = fork();
    (void)argument;

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, 0);
        pid = getpid();
        if (write(grandchild_pipe[1], &pid, sizeof pid) != sizeof pid)
            _exit(1);
        for (;;)
            pause();
    }
    child_ready(ready);
}

static void another_parent_is_seen(void **state)
{
    struct live live;
    pid_t grandchild;
    (void)state;

    assert_int_equal(pipe2(grandchild_pipe, O_CLOEXEC), 0);
    pid_t pid = child_start(have_child, NULL);
    assert_int_equal(read(grandchild_pipe[0], &grandchild, sizeof grandchild),
                     sizeof grandchild);
    open_eyes(&live, grandchild);
    assert_int_equal(see(&live, grandchild)->ppid, pid);
    child_end(pid);
    look(&live);
    assert_int_not_equal(see(&live, grandchild)->ppid, pid);
    close_eyes(&live);
    kill(grandchild, SIGKILL); /* our own, not waited for by us */
}

static int change_memory_of_parent(void *argument)
{
    (void)argument;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    await_command(COMMAND_FD);
    make_page_executable();
    child_ready(ANSWER_FD);
    await_command(COMMAND_FD);
    return 0;
}

/* Another process with the same memory. */
static void have_accomplice(const void *argument, int ready)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    const struct strings *strings = argument;

    if (dup2(strings->command, COMMAND_FD) < 0 || dup2(strings->answer, ANSWER_FD) < 0 ||
        clone(change_memory_of_parent, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL) < 0)
        _exit(1);
    child_ready(ready);
}

static void the_sweep_sees_what_nothing_tells(void **state)
{
    struct live live;
    int command[2], answer[2];
    char byte;
    uint32_t disagreements = 0;
    (void)state;

    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(pipe2(command, O_CLOEXEC), 0);
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    pid_t pid = child_start(have_accomplice, &(struct strings){NULL, command[0], answer[1]});
    open_eyes(&live, pid);
    child_ready(command[1]);
    assert_int_equal(read(answer[0], &byte, 1), 1);
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++) {
        look_again(&live, i);
        disagreements += live.snapshot.header->counts.sweep_disagreements;
    }
    assert_true(has_writable_code(&live, pid));
    assert_true(disagreements > 0);
    close_eyes(&live);
    child_end(pid);
    for (int i = 0; i < 2; i++) {
        close(command[i]);
        close(answer[i]);
    }
}

static void wake(const void *argument, int ready)
{
    (void)argument;
    child_ready(ready);
    for (;;)
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
}

static void the_sweep_finds_nothing_wrong_in_a_crowd(void **state)
{
    pid_t pids[IDLE_COUNT + WAKING_COUNT];
    struct live live;
    uint32_t reads = 0, disagreements = 0;
    (void)state;

    for (int i = 0; i < IDLE_COUNT + WAKING_COUNT; i++)
        pids[i] = i < IDLE_COUNT ? child_start(dance, &(struct strings){NULL, -1, -1})
                                 : child_start(wake, NULL);
    open_eyes(&live, pids[0]);
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++) {
        look_again(&live, i);
        reads += live.snapshot.header->counts.sweep_reads;
        disagreements += live.snapshot.header->counts.sweep_disagreements;
    }
    assert_true(reads >= IDLE_COUNT);
    assert_int_equal(disagreements, 0);
    close_eyes(&live);
    for (int i = 0; i < IDLE_COUNT + WAKING_COUNT; i++)
        child_end(pids[i]);
}

static void a_kernel_thread_is_not_read_again(void **state)
{
    struct live live = {.watched = 2}; /* kthreadd, where it is seen */
    unsigned reads = 0;
    (void)state;

    new_gather(&live);
    look(&live);
    const struct process *process = snapshot_find(&live.snapshot, live.watched);
    bool is_there = process && process_is_kernel_thread(process);
    for (unsigned i = 0; is_there && i < KEPT_STATUS_PASSES; i++) {
        look(&live);
        reads += live.read & FACT_BIT(FACT_STAT) ? 1 : 0;
    }
    close_eyes(&live);
    if (!is_there)
        skip();
    assert_true(reads < KEPT_STATUS_PASSES / 2);
}

/* It reads those that run, and those whose turn it is. */
static void a_successor_reads_next_to_nothing(void **state)
{
    pid_t pids[IDLE_COUNT];
    struct live live;
    (void)state;

    for (int i = 0; i < IDLE_COUNT; i++)
        pids[i] = child_start(dance, &(struct strings){NULL, -1, -1});
    open_eyes(&live, pids[0]);
    live.crowd = pids;
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++) {
        replace_gather(&live);
        look(&live);
        assert_int_equal(see(&live, pids[0])->facts[FACT_MAPS], FACT_KNOWN);
        assert_false(see(&live, pids[0])->is_new);
    }
    assert_true(live.crowd_reads < 2 * IDLE_COUNT);
    close_eyes(&live);
    for (int i = 0; i < IDLE_COUNT; i++)
        child_end(pids[i]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_process_is_not_read_again),
        cmocka_unit_test(a_fact_wanted_later_is_added_alone),
        cmocka_unit_test(mprotect_alone_is_seen),
        cmocka_unit_test(rewritten_arguments_are_seen),
        cmocka_unit_test(a_new_connection_is_seen),
        cmocka_unit_test(a_connection_in_place_of_a_file_is_seen),
        cmocka_unit_test(a_pipe_in_place_of_a_file_is_seen_in_turn),
        cmocka_unit_test(another_directory_is_seen),
        cmocka_unit_test(another_user_is_seen),
        cmocka_unit_test(a_preload_after_exec_is_seen),
        cmocka_unit_test(exec_of_a_twin_is_seen),
        cmocka_unit_test(changes_of_the_program_file_are_seen),
        cmocka_unit_test(a_tracer_is_seen),
        cmocka_unit_test(a_tracer_that_stops_nothing_is_seen_in_turn),
        cmocka_unit_test(another_parent_is_seen),
        cmocka_unit_test(the_sweep_sees_what_nothing_tells),
        cmocka_unit_test(the_sweep_finds_nothing_wrong_in_a_crowd),
        cmocka_unit_test(a_kernel_thread_is_not_read_again),
        cmocka_unit_test(a_successor_reads_next_to_nothing),
    };

    if (argc == 2 && strcmp(argv[1], "again") == 0)
        be_twin();
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
