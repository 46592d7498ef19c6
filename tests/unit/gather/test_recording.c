/* SPDX-License-Identifier: MIT */
/* Recorded trees: the facts of each story, and what a recording must not do. */
#include "tests/support/fixture.h"

struct story {
    char path[FIXTURE_PATH_SIZE];
    struct gather *gather;
    void *block;
    struct snapshot snapshot;
};

static void pass(struct story *story, const struct gather_request *request)
{
    free(story->block);
    story->block = fixture_gather(story->gather, request, &story->snapshot);
}

/* The tree as it is now, to who may watch. */
static void tell_tree(struct story *story, struct gather_watch watch)
{
    story->block = NULL;
    story->gather =
        fixture_gatherer(&(struct gather_options){.proc_root = story->path, .watch = watch});
    pass(story, &(struct gather_request){.wanted = FACT_ALL});
}

static void tell(struct story *story, const char *name)
{
    fixture_unpack(name, &story->path);
    tell_tree(story, (struct gather_watch){0});
}

static void forget(struct story *story)
{
    gather_free(story->gather);
    free(story->block);
    fixture_remove(story->path);
}

static const struct process *process_of(const struct story *story, int32_t pid)
{
    const struct process *process = snapshot_find(&story->snapshot, pid);

    assert_non_null(process);
    return process;
}

static void assert_text(const struct story *story, struct text_ref text, const char *expected)
{
    assert_string_equal(snapshot_string(&story->snapshot, text), expected);
}

static void a_clean_server_reads_whole(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "clean_server.proc");
    const struct snapshot_header *header = story.snapshot.header;
    assert_true(header->flags & SNAPSHOT_IS_RECORDED);
    assert_int_equal(header->counts.processes, 8);
    assert_int_equal(header->counts.kernel_threads, 2);
    assert_int_equal(header->counts.failed, 0);
    assert_int_equal(header->counts.denied, 0);
    assert_int_equal(header->cpus, 2);
    assert_int_equal(header->uptime_ms, 5000000);
    assert_int_equal(header->realtime_ns, INT64_C(1763971200000000000));
    assert_int_equal(header->memory_total, UINT64_C(2048000) * 1024);
    assert_int_equal(header->ns_net, 4026531840);
    assert_text(&story, header->host, "web1");
    assert_int_equal(story.snapshot.map_count, 0); /* nobody has odd memory */

    const struct process *worker = process_of(&story, 601);
    assert_text(&story, worker->user, "www-data");
    assert_text(&story, worker->comm, "nginx");
    assert_text(&story, worker->cgroup, "/system.slice/nginx.service");
    assert_int_equal(worker->facts[FACT_CPU], FACT_KNOWN);
    assert_true(worker->cpu_percent > 9.9f && worker->cpu_percent < 10.1f);
    assert_int_equal(worker->exe_file.flags, EXE_PATH_EXISTS | EXE_PATH_IS_SAME |
                                                 EXE_PATH_IS_TRUSTED | EXE_ON_LOCAL_FS);
    assert_true(worker->maps_flags & MAPS_EXE_IS_MAPPED);
    assert_text(&story, worker->package, "nginx");
    assert_int_equal(worker->descriptor_count, 6);
    assert_int_equal(worker->descriptors.count, 5); /* not the epoll one */
    forget(&story);
}

static void threads_are_read_when_they_are_asked_for(void **state)
{
    struct gather_request request = {.wanted = FACT_BIT(FACT_STAT), .wants_threads = true};
    struct story story;
    size_t count;
    (void)state;

    tell(&story, "clean_server.proc");
    assert_int_equal(story.snapshot.thread_count, 0);
    assert_false(story.snapshot.header->flags & SNAPSHOT_HAS_THREADS);
    pass(&story, &request);
    assert_true(story.snapshot.header->flags & SNAPSHOT_HAS_THREADS);
    assert_int_equal(story.snapshot.thread_count, 2);
    const struct thread *threads = snapshot_threads(&story.snapshot, 601, &count);
    assert_int_equal(count, 2); /* the first one is the process */
    assert_int_equal(threads[0].tid, 611);
    assert_int_equal(threads[0].state, 'D');
    assert_text(&story, threads[1].comm, "cache loader");
    assert_true(threads[1].cpu_percent < 0);
    snapshot_threads(&story.snapshot, 600, &count);
    assert_int_equal(count, 0);

    request.wants_threads = false;
    pass(&story, &request);
    assert_int_equal(story.snapshot.thread_count, 0);
    forget(&story);
}

static void a_fact_that_was_not_recorded_is_not_known(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "clean_server.proc");
    assert_int_equal(process_of(&story, 601)->facts[FACT_SHA256], FACT_NOT_ASKED);
    assert_int_equal(process_of(&story, 1210)->facts[FACT_SHA256], FACT_KNOWN);
    assert_int_equal(process_of(&story, 1210)->sha256.bytes[0], 0x9f);
    forget(&story);
}

static void kernel_threads_have_nothing_and_are_known_to(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "clean_server.proc");
    const struct process *worker = process_of(&story, 15);
    assert_true(process_is_kernel_thread(worker));
    assert_text(&story, worker->comm, "kworker/0:1");
    assert_int_equal(worker->facts[FACT_EXE], FACT_KNOWN);
    assert_int_equal(worker->exe.length, 0);
    assert_int_equal(worker->cmdline.length, 0);
    forget(&story);
}

static const struct socket *socket_of(const struct story *story, uint64_t inode)
{
    for (size_t i = 0; i < story->snapshot.socket_count; i++)
        if (story->snapshot.sockets[i].inode == inode)
            return &story->snapshot.sockets[i];
    fail();
    return NULL;
}

static void inbound_and_outbound_are_told_apart(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "reverse_shell.proc");
    const struct socket *accepted = socket_of(&story, 1003), *opened = socket_of(&story, 2001);
    assert_false(accepted->flags & SOCKET_IS_OUTBOUND);
    assert_true(opened->flags & SOCKET_IS_OUTBOUND);
    assert_int_equal(opened->remote_port, 4444);

    const struct process *shell = process_of(&story, 4242);
    assert_int_equal(shell->descriptors.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct descriptor *descriptor =
            &story.snapshot.descriptors[shell->descriptors.first + i];
        assert_int_equal(descriptor->fd, (int)i);
        assert_int_equal(descriptor->kind, DESCRIPTOR_SOCKET);
        assert_int_equal(descriptor->inode, 2001);
    }
    forget(&story);
}

static void deleted_and_upgraded_differ_by_their_paths(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "deleted_exe.proc");
    const struct process *dropper = process_of(&story, 4242), *cron = process_of(&story, 700);
    assert_int_equal(dropper->exe_file.nlink, 0);
    assert_false(dropper->exe_file.flags & EXE_PATH_EXISTS);
    assert_int_equal(cron->exe_file.nlink, 0);
    assert_true(cron->exe_file.flags & EXE_PATH_IS_TRUSTED);
    assert_false(cron->exe_file.flags & EXE_PATH_IS_SAME);
    assert_int_equal(dropper->facts[FACT_PACKAGE], FACT_KNOWN);
    assert_text(&story, dropper->package, "");
    assert_text(&story, cron->package, "cron");
    assert_true(dropper->maps.count > 0); /* its own mapping says (deleted) */
    forget(&story);
}

static void odd_memory_brings_all_executable_mappings(void **state)
{
    static const struct {
        int32_t pid;
        uint32_t permissions;
    } cases[] = {
        {4242, MAP_READ | MAP_WRITE | MAP_EXECUTE},
        {4243, MAP_READ | MAP_EXECUTE            },
    };
    struct story story;
    (void)state;

    tell(&story, "wx_memory.proc");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct process *process = process_of(&story, cases[i].pid);
        bool has_it = false, has_libc = false;

        assert_int_equal(process->maps.count, 4); /* exe, libc, itself, vdso */
        for (uint32_t at = 0; at < process->maps.count; at++) {
            const struct map *map = &story.snapshot.maps[process->maps.first + at];
            const char *name = snapshot_string(&story.snapshot, map->name);

            has_it |=
                map->inode == 0 && *name == '\0' && map->permissions == cases[i].permissions;
            has_libc |= strstr(name, "libc.so") != NULL;
        }
        assert_true(has_it);
        assert_true(has_libc);
    }
    assert_int_equal(process_of(&story, 600)->maps.count, 0);
    forget(&story);
}

static void preload_is_kept_and_other_variables_are_not(void **state)
{
    struct story story;
    (void)state;

    tell(&story, "ld_preload.proc");
    const struct process *process = process_of(&story, 4242);
    assert_text(&story, process->ld_preload, "/tmp/.hidden/hook.so");
    assert_int_equal(process->environ_flags, ENVIRON_HAS_LD_PRELOAD);
    assert_int_equal(process_of(&story, 600)->environ_flags, 0);
    forget(&story);
}

static void hostile_names_stay_names(void **state)
{
    static const struct {
        int32_t pid;
        const char *comm;
        uint32_t uid;
    } cases[] = {
        {4001, ") R 1 (",             0   },
        {4002, "a\nUid:\t0\t0",       1000},
        {4003, "\033]0;x\007\033[2J", 1000},
        {4005, "sshd ",               1000},
    };
    struct story story;
    (void)state;

    tell(&story, "hostile_names.proc");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct process *process = process_of(&story, cases[i].pid);

        assert_text(&story, process->comm, cases[i].comm);
        assert_int_equal(process->uid[0], cases[i].uid);
        assert_int_equal(process->ppid, 1);
        assert_int_equal(process->starttime, 300000);
    }
    /* Three empty arguments are three NULs, not nothing. */
    assert_int_equal(process_of(&story, 4005)->cmdline.length, 3);
    /* A living file may be named "(deleted)". */
    const struct process *named = process_of(&story, 4004);
    assert_text(&story, named->exe, "/opt/x/run (deleted)");
    assert_int_equal(
        process_exe_bare_length(named, snapshot_string(&story.snapshot, named->exe)),
        strlen("/opt/x/run (deleted)"));
    forget(&story);
}

/* A command of the shell, in the directory of a process of the story. */
static void change(const struct story *story, const char *pid, const char *command)
{
    char line[1024];

    snprintf(line, sizeof line, "cd '%s/%s' && %s", story->path, pid, command);
    assert_int_equal(system(line), 0);
}

static void denied_facts_are_read_back_as_denied(void **state)
{
    struct story story;
    (void)state;

    fixture_unpack("clean_server.proc", &story.path);
    change(&story, "600", "echo exe exe_file maps >denied && rm exe");

    tell_tree(&story, (struct gather_watch){0});
    const struct process *process = process_of(&story, 600);
    assert_int_equal(process->facts[FACT_EXE], FACT_DENIED);
    assert_int_equal(process->facts[FACT_MAPS], FACT_DENIED);
    assert_int_equal(process->facts[FACT_CMDLINE], FACT_KNOWN);
    assert_int_equal(story.snapshot.header->counts.denied, 1);
    forget(&story);
}

/* A recording is somebody else's: links in it must not lead to our files, nor
 * FIFOs hang us. */
static void links_and_pipes_are_never_followed(void **state)
{
    struct story story;
    (void)state;

    fixture_unpack("clean_server.proc", &story.path);
    change(&story, "600",
           "rm cmdline status environ && mkfifo status && "
           "ln -s /proc/self/cmdline cmdline && ln -s /proc/self/cmdline environ");
    tell_tree(&story, (struct gather_watch){0});
    const struct process *process = process_of(&story, 600);
    assert_int_equal(process->facts[FACT_CMDLINE], FACT_FAILED);
    assert_int_equal(process->facts[FACT_STATUS], FACT_FAILED);
    assert_int_equal(process->facts[FACT_ENVIRON], FACT_FAILED);
    assert_int_equal(process->cmdline.length, 0);
    forget(&story);
}

static void a_focus_reads_one_process_in_full(void **state)
{
    struct gather_request request = {FACT_ALL, .focus_pid = 601, .focus_starttime = 610};
    struct story story;
    const struct snapshot *focus = &story.snapshot;
    (void)state;

    tell(&story, "clean_server.proc");
    pass(&story, &request);
    assert_int_equal(focus->process_count, 1);
    assert_true(focus->header->flags & SNAPSHOT_HAS_FOCUS);
    assert_int_equal(focus->header->focus_pid, 601);
    assert_int_equal(focus->processes[0].maps.count, 7);
    assert_int_equal(focus->processes[0].descriptors.count, 6);
    request.focus_starttime = 611; /* the pid is somebody else by now */
    pass(&story, &request);
    assert_int_equal(focus->process_count, 0);
    assert_int_equal(focus->header->counts.vanished, 1);
    forget(&story);
}

/* Who watches hears of each read before it, and can forbid it. */
static void hear(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    unsigned *reads = context;

    assert_true(pid > 0);
    /* Until stat was read nobody knows when it started. */
    assert_true(fact == FACT_STATUS || fact == FACT_STAT || pid == 601 || starttime > 0);
    ++*reads;
}

static bool forbid(void *context, int32_t pid, uint64_t starttime, enum fact fact)
{
    (void)context;
    (void)starttime;
    return (pid == 600 && fact == FACT_CMDLINE) || (pid == 601 && fact == FACT_STAT);
}

static void quarantined_reads_are_not_tried(void **state)
{
    struct story story;
    unsigned reads = 0;
    (void)state;

    fixture_unpack("clean_server.proc", &story.path);
    tell_tree(&story, (struct gather_watch){
                          .before = hear, .is_quarantined = forbid, .context = &reads});
    const struct process *master = process_of(&story, 600), *worker = process_of(&story, 601);
    assert_int_equal(master->facts[FACT_CMDLINE], FACT_BLOCKED);
    assert_int_equal(master->facts[FACT_EXE], FACT_KNOWN);
    assert_int_equal(master->blocked_since_ms, 5000000);
    /* Without stat, status has to do for the row. */
    assert_int_equal(worker->facts[FACT_STAT], FACT_BLOCKED);
    assert_int_equal(worker->ppid, 600);
    assert_text(&story, worker->comm, "nginx");
    assert_int_equal(story.snapshot.header->counts.blocked, 2);
    assert_true(reads > 50);
    forget(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_server_reads_whole),
        cmocka_unit_test(threads_are_read_when_they_are_asked_for),
        cmocka_unit_test(a_fact_that_was_not_recorded_is_not_known),
        cmocka_unit_test(kernel_threads_have_nothing_and_are_known_to),
        cmocka_unit_test(inbound_and_outbound_are_told_apart),
        cmocka_unit_test(deleted_and_upgraded_differ_by_their_paths),
        cmocka_unit_test(odd_memory_brings_all_executable_mappings),
        cmocka_unit_test(preload_is_kept_and_other_variables_are_not),
        cmocka_unit_test(hostile_names_stay_names),
        cmocka_unit_test(denied_facts_are_read_back_as_denied),
        cmocka_unit_test(links_and_pipes_are_never_followed),
        cmocka_unit_test(a_focus_reads_one_process_in_full),
        cmocka_unit_test(quarantined_reads_are_not_tried),
    };
    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
