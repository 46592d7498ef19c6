/* SPDX-License-Identifier: MIT */
/* A process that was not read any more changes a fact of itself, and the next pass sees
 * it: at once, in its turn, or in the sweep. */
#include "tests/unit/gather/watched.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include "tests/unit/gather/puppet.h"

enum { COMMAND_FD = 60, ANSWER_FD = 61 };

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
    struct watched watched;

    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    struct puppet puppet = puppet_start(make_page_executable);
    watch_begin(&watched, puppet.pid, state);
    assert_false(has_writable_code(&watched.live, puppet.pid));
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_true(has_writable_code(&watched.live, puppet.pid));
    watch_end(&watched);
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
    struct watched watched;

    struct puppet puppet = puppet_start(rewrite_arguments);
    watch_begin(&watched, puppet.pid, state);
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_string_equal(snapshot_string(&watched.live.snapshot, watch_see(&watched)->cmdline),
                        "nginx");
    watch_end(&watched);
    puppet_end(&puppet);
}

static struct sockaddr_in listener_address;

static void connect_somewhere(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&listener_address, sizeof listener_address) != 0)
        _exit(1);
}

static int listen_somewhere(void)
{
    socklen_t length = sizeof listener_address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    listener_address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(listener, (struct sockaddr *)&listener_address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&listener_address, &length), 0);
    return listener;
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
    struct watched watched;
    int listener = listen_somewhere();

    struct puppet puppet = puppet_start(connect_somewhere);
    watch_begin(&watched, puppet.pid, state);
    assert_false(has_connection(&watched.live, puppet.pid));
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_true(has_connection(&watched.live, puppet.pid));
    watch_end(&watched);
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
    puppet_dance(argument, ready);
}

static void a_connection_in_place_of_a_file_is_seen(void **state)
{
    struct watched watched;
    int listener = listen_somewhere();

    struct puppet puppet = puppet_start_as(have_stdin, connect_in_place_of_another);
    watch_begin(&watched, puppet.pid, state);
    uint32_t count = watch_see(&watched)->descriptor_count;
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_int_equal(watch_see(&watched)->descriptor_count, count);
    assert_true(has_connection(&watched.live, puppet.pid));
    watch_end(&watched);
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
    struct watched watched;

    struct puppet puppet = puppet_start_as(have_stdin, replace_by_pipe);
    watch_begin(&watched, puppet.pid, state);
    assert_false(has_pipe_as_stdin(&watched.live, puppet.pid));
    puppet_move(&puppet);
    for (unsigned i = 0; i < KEPT_PLACE_PASSES; i++)
        watch_pass(&watched);
    assert_true(has_pipe_as_stdin(&watched.live, puppet.pid));
    watch_end(&watched);
    puppet_end(&puppet);
}

static void enter_root(void)
{
    if (chdir("/proc") != 0)
        _exit(1);
}

static void another_directory_is_seen(void **state)
{
    struct watched watched;

    struct puppet puppet = puppet_start(enter_root);
    watch_begin(&watched, puppet.pid, state);
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_string_equal(snapshot_string(&watched.live.snapshot, watch_see(&watched)->cwd),
                        "/proc");
    watch_end(&watched);
    puppet_end(&puppet);
}

static void become_nobody(void)
{
    if (setuid(65534) != 0)
        _exit(1);
}

static void another_user_is_seen(void **state)
{
    struct watched watched;

    if (geteuid() != 0)
        skip();
    struct puppet puppet = puppet_start(become_nobody);
    watch_begin(&watched, puppet.pid, state);
    assert_int_equal(watch_see(&watched)->uid[1], 0);
    assert_true(watch_see(&watched)->cap_effective != 0);
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_int_equal(watch_see(&watched)->uid[1], 65534);
    assert_int_equal(watch_see(&watched)->cap_effective, 0);
    watch_end(&watched);
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
    struct watched watched;

    unsetenv("LD_PRELOAD"); /* of who runs the tests */
    struct puppet puppet = puppet_start(exec_with_preload);
    watch_begin(&watched, puppet.pid, state);
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_string_equal(
        snapshot_string(&watched.live.snapshot, watch_see(&watched)->ld_preload),
        "/nonexistent.so");
    watch_end(&watched);
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
    puppet_await(COMMAND_FD);
    close(STDERR_FILENO);
    exec_twin("LD_PRELOAD=/nonexistent.so");
}

static void start_twin(const void *argument, int ready)
{
    const struct puppet_strings *strings = argument;
    (void)ready;

    if (dup2(strings->command, COMMAND_FD) < 0 || dup2(strings->answer, ANSWER_FD) < 0 ||
        personality(ADDR_NO_RANDOMIZE) < 0)
        _exit(1);
    exec_twin("ODD_ONE_IS=/nonexistent.so");
}

static void exec_of_a_twin_is_seen(void **state)
{
    struct watched watched;

    struct puppet puppet = puppet_start_as(start_twin, NULL);
    puppet_listen(&puppet);
    watch_begin(&watched, puppet.pid, state);
    assert_int_equal(watch_see(&watched)->environ_flags & ENVIRON_HAS_LD_PRELOAD, 0);
    puppet_move(&puppet);
    watch_pass(&watched);
    assert_true(watch_see(&watched)->environ_flags & ENVIRON_HAS_LD_PRELOAD);
    watch_end(&watched);
    puppet_end(&puppet);
}

static int change_memory_of_parent(void *argument)
{
    (void)argument;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    puppet_await(COMMAND_FD);
    make_page_executable();
    child_ready(ANSWER_FD);
    puppet_await(COMMAND_FD);
    return 0;
}

/* Another process with the same memory. */
static void have_accomplice(const void *argument, int ready)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    const struct puppet_strings *strings = argument;

    if (dup2(strings->command, COMMAND_FD) < 0 || dup2(strings->answer, ANSWER_FD) < 0 ||
        clone(change_memory_of_parent, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL) < 0)
        _exit(1);
    child_ready(ready);
}

static void the_sweep_sees_what_nothing_tells(void **state)
{
    struct watched watched;
    uint32_t disagreements = 0;

    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    struct puppet puppet = puppet_start_as(have_accomplice, NULL);
    watch_begin(&watched, puppet.pid, state);
    puppet_move(&puppet);
    for (unsigned i = 0; i < KEPT_SWEEP_PASSES; i++) {
        watch_pass(&watched);
        disagreements += watched.live.snapshot.header->counts.sweep_disagreements;
    }
    assert_true(has_writable_code(&watched.live, puppet.pid));
    assert_true(disagreements > 0);
    watch_end(&watched);
    puppet_end(&puppet);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WATCHED(mprotect_alone_is_seen),
        WATCHED(rewritten_arguments_are_seen),
        WATCHED(a_new_connection_is_seen),
        WATCHED(a_connection_in_place_of_a_file_is_seen),
        WATCHED(a_pipe_in_place_of_a_file_is_seen_in_turn),
        WATCHED(another_directory_is_seen),
        WATCHED(another_user_is_seen),
        WATCHED(a_preload_after_exec_is_seen),
        WATCHED(exec_of_a_twin_is_seen),
        WATCHED(the_sweep_sees_what_nothing_tells),
    };

    if (argc == 2 && strcmp(argv[1], "again") == 0)
        be_twin();
    alone_begin();
    return cmocka_run_group_tests_name("kept_changes", tests, NULL, NULL);
}
