/* SPDX-License-Identifier: MIT */
/* The file worker, its client in the collector, and both at work. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/file_client.h"
#include "engine/file_worker.h"
#include "engine/privilege.h"
#include "tests/support/scratch.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

static struct sha256 digest_of(const char *path)
{
    struct sha256 digest;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(sha256_of_file(fd, UINT64_MAX, &digest), 0);
    close(fd);
    return digest;
}

static struct file_answer answer(pid_t pid, uint64_t starttime, enum file_task task)
{
    const struct file_request request = {
        .id = 7, .pid = pid, .starttime = starttime, .task = task};
    struct file_answer answer;

    file_worker_answer(&request, &answer);
    assert_int_equal(answer.id, 7);
    return answer;
}

static void digests_what_runs(void **state)
{
    (void)state;
    struct sha256 expected = digest_of("/proc/self/exe");
    struct file_answer got = answer(getpid(), starttime_of(getpid()), FILE_TASK_DIGEST);
    struct stat stat_buffer;

    assert_int_equal(got.state, FACT_KNOWN);
    assert_memory_equal(&got.digest, &expected, sizeof expected);
    assert_int_equal(stat("/proc/self/exe", &stat_buffer), 0);
    assert_int_equal(got.file.ino, stat_buffer.st_ino);
    got = answer(getpid(), starttime_of(getpid()), FILE_TASK_LOOK);
    assert_int_equal(got.state, FACT_KNOWN);
    assert_true(got.look.has_md5);
    assert_true(got.look.elf.flags & ELF_HAS_INTERPRETER);
    assert_int_equal(got.file.ino, stat_buffer.st_ino);
    got = answer(getpid(), starttime_of(getpid()), FILE_TASK_STAT);
    assert_int_equal(got.state, FACT_KNOWN);
    assert_int_equal(got.file.ino, stat_buffer.st_ino);
}

static void another_process_is_not_the_one_asked_for(void **state)
{
    (void)state;
    assert_int_equal(answer(getpid(), starttime_of(getpid()) + 1, FILE_TASK_DIGEST).state,
                     FACT_NOT_ASKED);
    assert_int_equal(answer(INT32_MAX, 1, FILE_TASK_DIGEST).state, FACT_NOT_ASKED);
}

/* A copy of sleep(1), made huge without taking room on the disk. */
static void copy_and_stretch(const char *path, off_t size)
{
    char bytes[65536];
    ssize_t got;
    int in = open("/bin/sleep", O_RDONLY | O_CLOEXEC);
    int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);

    assert_true(in >= 0 && out >= 0);
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)got), got);
    assert_int_equal(ftruncate(out, size), 0);
    close(in);
    close(out);
}

/* That program, once it runs. */
static pid_t run(const char *path)
{
    struct stat its, file;
    uint64_t end = crew_now_ms() + 5000;
    char exe[64];
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(path, path, "60", (char *)NULL);
        _exit(127);
    }
    snprintf(exe, sizeof exe, "/proc/%d/exe", pid);
    assert_int_equal(stat(path, &file), 0);
    while (stat(exe, &its) != 0 || its.st_ino != file.st_ino) {
        assert_true(crew_now_ms() < end);
        poll(NULL, 0, 5);
    }
    return pid;
}

static void a_huge_file_is_cut_at_once(void **state)
{
    (void)state;
    const char *path = scratch_path("huge");

    copy_and_stretch(path, (off_t)50 << 30);
    pid_t pid = run(path);
    uint64_t start_ms = crew_now_ms();
    struct file_answer got = answer(pid, starttime_of(pid), FILE_TASK_DIGEST);
    assert_true(crew_now_ms() - start_ms < 1000);
    assert_int_equal(got.state, FACT_TRUNCATED);
    assert_int_equal(got.file.size, (off_t)50 << 30);
    sleeper_end(pid);
}

/* A client whose worker is the test. */
struct bench {
    struct file_client *client;
    struct gather_files hooks;
    _Atomic bool is_off;
    int worker;
    int socket;
};

static void bench_init(struct bench *bench)
{
    int ends[2];

    *bench = (struct bench){0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    bench->socket = ends[0];
    bench->worker = ends[1];
    bench->client = file_client_new(bench->socket, &bench->is_off);
    bench->hooks = file_client_hooks(bench->client);
}

static void bench_release(struct bench *bench)
{
    file_client_free(bench->client);
    close(bench->socket);
    close(bench->worker);
}

static const struct exe_file a_file = {.dev = 1, .ino = 2, .size = 3, .mtime_ns = 4};

static enum fact_state ask(struct bench *bench, const struct exe_file *file,
                           struct sha256 *ret_digest)
{
    return bench->hooks.digest(bench->hooks.context, 42, 43, file, ret_digest);
}

static struct file_request take_request(struct bench *bench)
{
    struct file_request request = {0};

    assert_int_equal(recv(bench->worker, &request, sizeof request, MSG_DONTWAIT),
                     sizeof request);
    return request;
}

static bool has_request(struct bench *bench)
{
    char byte;

    return recv(bench->worker, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
}

static void reply(struct bench *bench, uint64_t id, const struct exe_file *file, uint8_t byte)
{
    const struct file_answer answer = {
        .id = id, .state = FACT_KNOWN, .file = *file, .digest = {{byte}}};

    assert_int_equal(send(bench->worker, &answer, sizeof answer, 0), sizeof answer);
}

static void asks_once_and_remembers(void **state)
{
    (void)state;
    struct exe_file changed = a_file;
    struct sha256 digest = {0};
    struct bench bench;

    bench_init(&bench);
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_PENDING);
    struct file_request request = take_request(&bench);
    assert_int_equal(request.pid, 42);
    assert_int_equal(request.starttime, 43);
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_PENDING);
    assert_false(has_request(&bench));

    reply(&bench, request.id, &a_file, 9);
    assert_false(file_client_serve(bench.client, 1));
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_KNOWN);
    assert_int_equal(digest.bytes[0], 9);
    assert_false(has_request(&bench));
    changed.ctime_ns++;
    assert_int_equal(ask(&bench, &changed, &digest), FACT_PENDING);
    assert_true(has_request(&bench));
    bench_release(&bench);
}

static void one_request_at_a_time(void **state)
{
    (void)state;
    struct exe_file other = {.ino = 77};
    struct sha256 digest;
    struct bench bench;

    bench_init(&bench);
    ask(&bench, &a_file, &digest);
    ask(&bench, &other, &digest);
    struct file_request request = take_request(&bench);
    assert_false(has_request(&bench));
    reply(&bench, request.id, &a_file, 1);
    file_client_serve(bench.client, 1);
    assert_true(has_request(&bench));
    assert_int_equal(file_client_patience(bench.client, 1), FILE_DEADLINE_MS);
    bench_release(&bench);
}

static void the_digest_of_another_file_is_none(void **state)
{
    (void)state;
    struct exe_file other = {.ino = 77};
    struct sha256 digest = {0};
    struct bench bench;

    bench_init(&bench);
    ask(&bench, &a_file, &digest);
    reply(&bench, take_request(&bench).id, &other, 1);
    file_client_serve(bench.client, 1);
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_PENDING);
    assert_true(has_request(&bench)); /* again */
    assert_int_equal(digest.bytes[0], 0);
    bench_release(&bench);
}

static void what_hangs_is_given_up(void **state)
{
    (void)state;
    struct exe_file other = {.ino = 77};
    struct sha256 digest;
    struct bench bench;

    bench_init(&bench);
    ask(&bench, &a_file, &digest);
    ask(&bench, &other, &digest);
    struct file_request stuck = take_request(&bench);
    uint64_t now_ms = 0;
    /* The clock began when it was asked. */
    while (file_client_patience(bench.client, now_ms) != 0)
        now_ms += (uint64_t)file_client_patience(bench.client, now_ms);
    assert_true(file_client_serve(bench.client, now_ms));
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_BLOCKED);
    /* Its successor gets the next file, and is not blamed for a late answer. */
    struct file_request next = take_request(&bench);
    reply(&bench, stuck.id, &a_file, 1);
    assert_false(file_client_serve(bench.client, now_ms));
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_BLOCKED);
    reply(&bench, next.id, &other, 2);
    file_client_serve(bench.client, now_ms);
    assert_int_equal(ask(&bench, &other, &digest), FACT_KNOWN);
    bench_release(&bench);
}

static void asks_nothing_while_it_is_off(void **state)
{
    (void)state;
    struct sha256 digest;
    struct bench bench;

    bench_init(&bench);
    bench.is_off = true;
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_BLOCKED);
    assert_false(has_request(&bench));
    bench.is_off = false;
    assert_int_equal(ask(&bench, &a_file, &digest), FACT_PENDING);
    assert_true(has_request(&bench));
    bench_release(&bench);
}

static enum fact_state digest_in(struct engine *engine, pid_t pid, struct sha256 *ret_digest)
{
    struct snapshot snapshot;
    void *block = crew_next(engine, &snapshot);
    const struct process *process = snapshot_find(&snapshot, pid);
    enum fact_state state = FACT_NOT_ASKED;

    if (process) {
        state = (enum fact_state)process->facts[FACT_SHA256];
        *ret_digest = process->sha256;
    }
    free(block);
    return state;
}

static void snapshots_bring_digests_also_when_the_worker_dies(void **state)
{
    (void)state;
    struct sha256 digest = {0}, expected = digest_of("/bin/sleep");
    struct crew crew;

    fake_gather_init();
    pid_t pid = run("/bin/sleep");
    struct engine *engine = crew_start(&(struct engine_options){0}, 20);
    crew_find(&crew, crew_collector_of(engine));
    kill(crew.file_worker, SIGKILL);
    fake_gather->digested_starttime = starttime_of(pid);
    fake_gather->digested_pid = pid;

    uint64_t end = crew_now_ms() + 10000;
    while (digest_in(engine, pid, &digest) != FACT_KNOWN)
        assert_true(crew_now_ms() < end);
    assert_memory_equal(&digest, &expected, sizeof expected);
    engine_stop(engine);
    crew_release(&crew);
    sleeper_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_what_runs),
        cmocka_unit_test(another_process_is_not_the_one_asked_for),
        cmocka_unit_test(a_huge_file_is_cut_at_once),
        cmocka_unit_test(asks_once_and_remembers),
        cmocka_unit_test(one_request_at_a_time),
        cmocka_unit_test(the_digest_of_another_file_is_none),
        cmocka_unit_test(what_hangs_is_given_up),
        cmocka_unit_test(asks_nothing_while_it_is_off),
        cmocka_unit_test(snapshots_bring_digests_also_when_the_worker_dies),
    };

    /* As root the collector would be another user's, and not ours to stop and
     * kill; test_privilege sees to root. */
    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("files", tests, scratch_setup, scratch_teardown);
}
