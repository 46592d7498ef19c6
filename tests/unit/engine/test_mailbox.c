/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/mailbox.h"
#include "tests/support/test.h"

enum { LETTERS = 20000, LETTER_MAX = 1 << 22, WORDS_MAX = 2000 };

/* A letter is its own number, over and over: a torn one shows. */
static size_t letter_size(uint64_t number)
{
    return (1 + number * 7919 % WORDS_MAX) * sizeof(uint64_t);
}

_Noreturn static void write_letters(struct mailbox *mailbox)
{
    static uint64_t words[WORDS_MAX];

    for (uint64_t number = 1; number <= LETTERS; number++) {
        size_t size = letter_size(number);
        for (size_t i = 0; i < size / sizeof *words; i++)
            words[i] = number;
        if (mailbox_post(mailbox, words, size) != 0)
            _exit(1);
        if (number % 64 == 0)
            sched_yield();
    }
    _exit(0);
}

/* ld --wrap: so many sends find no memory. */
static int failing_sends;

ssize_t __real_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags)
{
    if (failing_sends > 0) {
        failing_sends--;
        errno = ENOBUFS;
        return -1;
    }
    return __real_send(fd, bytes, size, flags);
}

static bool is_readable(int fd, int wait_ms)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    return poll(&polled, 1, wait_ms) == 1;
}

static void every_letter_is_whole_and_newer(void **state)
{
    (void)state;
    struct mailbox mailbox;
    uint64_t last = 0;
    unsigned taken = 0;
    int status;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    pid_t writer = fork();
    if (writer == 0)
        write_letters(&mailbox);
    while (last < LETTERS) {
        uint64_t *words;
        size_t size;

        /* A letter that is never announced would end the test here. */
        assert_true(is_readable(mailbox.reader_end, 10000));
        if (mailbox_take(&mailbox, (void **)&words, &size) != 0)
            continue;
        assert_true(words[0] > last);
        last = words[0];
        assert_int_equal(size, letter_size(last));
        for (size_t i = 0; i < size / sizeof *words; i++)
            if (words[i] != last)
                fail_msg("torn: %lu in %lu", (unsigned long)words[i], (unsigned long)last);
        free(words);
        taken++;
    }
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(status, 0);
    assert_true(taken > 1);
    mailbox_release(&mailbox);
}

static void holds_the_latest_letter_once(void **state)
{
    (void)state;
    struct mailbox mailbox;
    size_t size;
    void *bytes;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    assert_int_equal(mailbox_take(&mailbox, &bytes, &size), -EAGAIN);
    for (unsigned i = 0; i < 1000; i++) /* far more than the bell can count */
        assert_int_equal(mailbox_post(&mailbox, &i, sizeof i), 0);
    assert_true(is_readable(mailbox.reader_end, 0));
    assert_int_equal(mailbox_take(&mailbox, &bytes, &size), 0);
    assert_int_equal(size, sizeof(unsigned));
    assert_int_equal(*(unsigned *)bytes, 999);
    free(bytes);
    assert_false(is_readable(mailbox.reader_end, 0));
    assert_int_equal(mailbox_take(&mailbox, &bytes, &size), -EAGAIN);
    mailbox_release(&mailbox);
}

/* Whoever reads waits for nothing else. */
static void announces_a_letter_also_when_memory_is_short(void **state)
{
    (void)state;
    struct mailbox mailbox;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    failing_sends = 3;
    assert_int_equal(mailbox_post(&mailbox, "a", 1), 0);
    assert_int_equal(failing_sends, 0);
    assert_true(is_readable(mailbox.reader_end, 0));
    mailbox_release(&mailbox);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    static char large[LETTER_MAX + 1];
    struct mailbox mailbox;
    size_t size;
    void *bytes;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    assert_int_equal(mailbox_post(&mailbox, "a", 1), 0);
    assert_int_equal(mailbox_post(&mailbox, large, sizeof large), -EMSGSIZE);
    assert_int_equal(mailbox_post(&mailbox, large, 0), -EMSGSIZE);
    assert_int_equal(mailbox_take(&mailbox, &bytes, &size), 0); /* the one before */
    assert_int_equal(size, 1);
    free(bytes);
    mailbox_release(&mailbox);
}

static long resident_kib(const struct mailbox *mailbox)
{
    struct stat stat;

    assert_int_equal(fstat(mailbox->memory, &stat), 0);
    return (long)stat.st_blocks / 2;
}

static void gives_memory_back(void **state)
{
    (void)state;
    static char large[LETTER_MAX];
    struct mailbox mailbox;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    assert_int_equal(resident_kib(&mailbox), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(mailbox_post(&mailbox, large, sizeof large), 0);
    assert_true(resident_kib(&mailbox) >= 3 * LETTER_MAX / 1024);
    for (int i = 0; i < 3; i++)
        assert_int_equal(mailbox_post(&mailbox, large, 4096), 0);
    assert_true(resident_kib(&mailbox) <= 3 * 8);
    mailbox_release(&mailbox);
}

/* Of our own, as the kernel counts it exactly. */
static unsigned long anonymous_kib(void)
{
    FILE *rollup = fopen("/proc/self/smaps_rollup", "r");
    unsigned long kib = 0;
    char line[128];
    bool is_found = false;

    assert_non_null(rollup);
    while (!is_found && fgets(line, sizeof line, rollup))
        is_found = sscanf(line, "Anonymous: %lu kB", &kib) == 1;
    fclose(rollup);
    assert_true(is_found);
    return kib;
}

/* In large pages as far as they are filled: none is begun for the rest. */
static void a_large_letter_takes_its_size_in_memory(void **state)
{
    (void)state;
    enum { SIZE = (2 << 20) + (64 << 10) };
    static unsigned char sent[SIZE];
    struct mailbox mailbox;
    size_t size;
    void *bytes;

    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (unsigned char)(i % 251);
    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    assert_int_equal(mailbox_post(&mailbox, sent, sizeof sent), 0);
    unsigned long before_kib = anonymous_kib();
    assert_int_equal(mailbox_take(&mailbox, &bytes, &size), 0);
    assert_in_range(anonymous_kib() - before_kib, SIZE / 1024, SIZE / 1024 + 1024);
    assert_int_equal(size, sizeof sent);
    assert_memory_equal(bytes, sent, sizeof sent);
    free(bytes);
    mailbox_release(&mailbox);
}

/* Tear at it, from a process that has what the collector has. */
_Noreturn static void be_hostile(struct mailbox *mailbox)
{
    uint8_t *state = (uint8_t *)mailbox->state;

    if (ftruncate(mailbox->memory, 0) == 0)
        _exit(1); /* the seal does not hold */
    for (unsigned i = 0;; i++) {
        state[i * 31 % 64] = (uint8_t)(i * 7);
        if (i % 1024 == 0)
            mailbox_post(mailbox, "x", 1);
    }
}

static void a_hostile_writer_gets_no_further(void **state)
{
    (void)state;
    struct mailbox mailbox;
    int status;

    assert_int_equal(mailbox_init(&mailbox, LETTER_MAX), 0);
    pid_t writer = fork();
    if (writer == 0)
        be_hostile(&mailbox);
    for (int i = 0; i < 20000; i++) {
        size_t size;
        void *bytes;
        if (mailbox_take(&mailbox, &bytes, &size) == 0) {
            assert_true(size > 0 && size <= LETTER_MAX);
            free(bytes);
        }
    }
    kill(writer, SIGKILL);
    waitpid(writer, &status, 0);
    assert_true(WIFSIGNALED(status));
    mailbox_release(&mailbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_letter_is_whole_and_newer),
        cmocka_unit_test(holds_the_latest_letter_once),
        cmocka_unit_test(announces_a_letter_also_when_memory_is_short),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(gives_memory_back),
        cmocka_unit_test(a_large_letter_takes_its_size_in_memory),
        cmocka_unit_test(a_hostile_writer_gets_no_further),
    };

    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
