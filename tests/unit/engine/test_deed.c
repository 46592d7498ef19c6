/* SPDX-License-Identifier: MIT */
/* What the program registered, done by a child of the keeper. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/privilege.h"
#include "tests/support/scratch.h"
#include "tests/unit/engine/crew.h"
#include "tests/unit/engine/fake_gather.h"

enum { HANG_DEADLINE_MS = 300, PATIENCE_MS = 5000, BIG = 3 << 20 };

enum { ECHO, HANG, CRASH, FLOOD, WHO, DEED_COUNT };

static void echo(struct span request, struct strbuf *answer)
{
    strbuf_add_string(answer, "heard: ");
    strbuf_add_span(answer, request);
}

static void hang(struct span request, struct strbuf *answer)
{
    (void)request;
    (void)answer;
    for (;;)
        pause();
}

static void crash(struct span request, struct strbuf *answer)
{
    (void)request;
    (void)answer;
    kill(getpid(), SIGKILL);
}

static void flood(struct span request, struct strbuf *answer)
{
    (void)request;
    strbuf_add_repeated(answer, 'x', DEED_ANSWER_MAX + 1);
}

static void who(struct span request, struct strbuf *answer)
{
    (void)request;
    strbuf_add_format(answer, "%d %d ", getpid(), getppid());
    privilege_describe(answer);
}

static const struct deed deeds[DEED_COUNT] = {
    [ECHO] = {"test-echo",  PRIVILEGE_SCREEN, PATIENCE_MS,      echo },
    [HANG] = {"test-hang",  PRIVILEGE_SCREEN, HANG_DEADLINE_MS, hang },
    [CRASH] = {"test-crash", PRIVILEGE_SCREEN, PATIENCE_MS,      crash},
    [FLOOD] = {"test-flood", PRIVILEGE_SCREEN, PATIENCE_MS,      flood},
    [WHO] = {"test-who",   PRIVILEGE_SCREEN, PATIENCE_MS,      who  },
};

static struct engine *start(bool is_readonly)
{
    const struct engine_options options = {
        .is_readonly = is_readonly, .deeds = deeds, .deed_count = DEED_COUNT};

    fake_gather_init();
    return crew_start(&options, 0);
}

static void does_what_was_registered(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0};

    assert_int_equal(engine_do(engine, ECHO, span_of_string("a word"), &answer), 0);
    assert_string_equal(strbuf_string(&answer), "heard: a word");
    assert_int_equal(engine_do(engine, ECHO, span_of("", 0), &answer), 0);
    assert_string_equal(strbuf_string(&answer), "heard: ");
    assert_int_equal(engine_do(engine, DEED_COUNT, span_of("", 0), &answer), -EINVAL);
    strbuf_release(&answer);
    engine_stop(engine);
}

static void carries_more_than_a_socket_holds(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0}, request = {0};

    strbuf_add_repeated(&request, 'y', BIG);
    assert_int_equal(engine_do(engine, ECHO, strbuf_span(&request), &answer), 0);
    assert_int_equal(answer.length, BIG + strlen("heard: "));
    assert_memory_equal(answer.bytes + strlen("heard: "), request.bytes, BIG);
    strbuf_add_repeated(&request, 'y', DEED_REQUEST_MAX);
    assert_int_equal(engine_do(engine, ECHO, strbuf_span(&request), &answer), -EFBIG);
    assert_int_equal(engine_do(engine, FLOOD, span_of("", 0), &answer), -EFBIG);
    strbuf_release(&answer);
    strbuf_release(&request);
    engine_stop(engine);
}

static void one_that_hangs_is_ended_at_its_deadline(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0};
    uint64_t start_ms = crew_now_ms();

    assert_int_equal(engine_do(engine, HANG, span_of("", 0), &answer), -ETIMEDOUT);
    assert_in_range(crew_now_ms() - start_ms, HANG_DEADLINE_MS - 20, PATIENCE_MS);
    /* Its place is free again. */
    for (int i = 0; i < 2 * DEEDS_MAX; i++)
        assert_int_equal(engine_do(engine, ECHO, span_of("", 0), &answer), 0);
    strbuf_release(&answer);
    engine_stop(engine);
}

static void one_that_dies_is_told_of(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0};

    assert_int_equal(engine_do(engine, CRASH, span_of("", 0), &answer), -EPIPE);
    strbuf_release(&answer);
    engine_stop(engine);
}

static void several_are_done_at_once_and_wake_the_program(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0};
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
    int hanging = engine_begin(engine, HANG, span_of("", 0));
    int quick = engine_begin(engine, ECHO, span_of_string("2"));
    int result = -EAGAIN;

    assert_true(hanging >= 0 && quick >= 0);
    assert_int_equal(engine_finish(engine, hanging, &answer), -EAGAIN);
    while (result == -EAGAIN) {
        assert_int_equal(poll(&polled, 1, PATIENCE_MS), 1);
        result = engine_finish(engine, quick, &answer);
    }
    assert_int_equal(result, 0);
    assert_string_equal(strbuf_string(&answer), "heard: 2");
    do
        poll(&polled, 1, PATIENCE_MS);
    while ((result = engine_finish(engine, hanging, &answer)) == -EAGAIN);
    assert_int_equal(result, -ETIMEDOUT);
    assert_int_equal(engine_finish(engine, hanging, &answer), -EINVAL);
    strbuf_release(&answer);
    engine_stop(engine);
}

static void more_than_can_be_done_are_refused(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    int last;
    unsigned count = 0;

    while ((last = engine_begin(engine, HANG, span_of("", 0))) >= 0)
        count++;
    assert_int_equal(last, -EBUSY);
    assert_in_range(count, 1, DEEDS_MAX);
    /* And leaving does not wait for them. */
    uint64_t start_ms = crew_now_ms();
    engine_stop(engine);
    assert_true(crew_now_ms() - start_ms < 1000);
}

static void readonly_does_none(void **state)
{
    (void)state;
    struct engine *engine = start(true);
    struct strbuf answer = {0};

    assert_int_equal(engine_do(engine, ECHO, span_of("", 0), &answer), -EPERM);
    strbuf_release(&answer);
    engine_stop(engine);
}

static void is_done_by_another_with_the_privileges_of_its_role(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    struct strbuf answer = {0};
    int pid, parent;

    assert_int_equal(engine_do(engine, WHO, span_of("", 0), &answer), 0);
    assert_int_equal(sscanf(strbuf_string(&answer), "%d %d", &pid, &parent), 2);
    assert_int_not_equal(pid, getpid());
    assert_int_not_equal(parent, getpid());
    assert_non_null(strstr(strbuf_string(&answer), "no capabilities, no new privileges"));
    strbuf_release(&answer);
    engine_stop(engine);
}

static int finish_dump(struct engine *engine, int number, char (*ret_name)[DUMP_NAME_SIZE])
{
    struct pollfd polled = {.fd = engine_descriptor(engine), .events = POLLIN};
    int result;

    while ((result = engine_finish_dump(engine, number, ret_name)) == -EAGAIN)
        assert_int_equal(poll(&polled, 1, PATIENCE_MS), 1);
    return result;
}

static void dumps_a_process(void **state)
{
    (void)state;
    struct engine *engine = start(false);
    pid_t pid = sleeper_new();
    char inside[64], path[192], name[DUMP_NAME_SIZE];
    struct engine_dump dump = {
        .pid = pid, .starttime = starttime_of(pid), .reasons = span_of_string("[]")};
    struct stat status;

    snprintf(inside, sizeof inside, "%s/dumps", scratch);
    dump.directory = inside;
    assert_int_equal(finish_dump(engine, engine_begin_dump(engine, &dump), &name), 0);
    snprintf(path, sizeof path, "%s/%s/status", inside, name);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(status.st_size > 0);

    dump.starttime++;
    assert_int_equal(finish_dump(engine, engine_begin_dump(engine, &dump), &name), -ESRCH);
    dump.starttime--;
    assert_int_equal(chmod(inside, 0777), 0);
    assert_int_equal(finish_dump(engine, engine_begin_dump(engine, &dump), &name), -EPERM);
    engine_stop(engine);
    sleeper_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_what_was_registered),
        cmocka_unit_test(carries_more_than_a_socket_holds),
        cmocka_unit_test(one_that_hangs_is_ended_at_its_deadline),
        cmocka_unit_test(one_that_dies_is_told_of),
        cmocka_unit_test(several_are_done_at_once_and_wake_the_program),
        cmocka_unit_test(more_than_can_be_done_are_refused),
        cmocka_unit_test(readonly_does_none),
        cmocka_unit_test(is_done_by_another_with_the_privileges_of_its_role),
        cmocka_unit_test(dumps_a_process),
    };

    if (privilege_drop(PRIVILEGE_SCREEN) < 0)
        return 1;
    return cmocka_run_group_tests_name("deed", tests, scratch_setup, scratch_teardown);
}
