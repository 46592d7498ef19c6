/* SPDX-License-Identifier: MIT */
/* Records of an iterator, made up, beside pids that are asked for. */
#include "tests/support/test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "gather/census.h"

enum { HEAD_SIZE = sizeof(struct census_descriptor) };

static void add_record(struct strbuf *bytes, int32_t pid, int32_t fd, const char *link)
{
    size_t length = link ? strlen(link) + 1 : 0;
    const struct census_descriptor record = {
        .head = {pid, (uint32_t)(HEAD_SIZE + length), 70, 8},
        .fd = fd,
    };

    strbuf_add(bytes, &record, sizeof record);
    if (link)
        strbuf_add(bytes, link, length);
}

/* A census of descriptors that are read so many bytes at a time. */
static struct census census_of(const struct strbuf *bytes, size_t piece)
{
    struct census census;
    int ends[2], room = 1 << 20;

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    for (size_t at = 0; at < bytes->length; at += piece) {
        size_t length = bytes->length - at < piece ? bytes->length - at : piece;
        assert_int_equal(send(ends[1], bytes->bytes + at, length, MSG_DONTWAIT), length);
    }
    close(ends[1]);
    census_init(&census, &(struct gather_census){.descriptors = ends[0]});
    return census;
}

/* "3=/a 4=/b", of what is told of that pid. */
static void tell(struct census *census, int32_t pid, struct strbuf *out)
{
    struct census_descriptor descriptor;
    struct span link;

    strbuf_clear(out);
    while (census_take_descriptor(census, pid, &descriptor, &link)) {
        assert_int_equal(descriptor.head.pid, pid);
        assert_int_equal(descriptor.head.start_ns, 70);
        assert_int_equal(descriptor.head.switches, 8);
        strbuf_add_format(out, "%s%d=", out->length > 0 ? " " : "", descriptor.fd);
        strbuf_add_span(out, link);
    }
}

static void add_three(struct strbuf *bytes)
{
    add_record(bytes, 10, 0, "/dev/null");
    add_record(bytes, 10, 3, "socket:[99]");
    add_record(bytes, 20, 7, NULL);
    add_record(bytes, 30, 1, "/tmp/x (deleted)");
    add_record(bytes, 30, 2, "pipe:[5]");
}

/* However the reads fall: in a head, in a text, or between two records. */
static void every_process_gets_its_own_whatever_the_pieces(void **state)
{
    struct strbuf bytes = {0}, told = {0};
    (void)state;

    add_three(&bytes);
    for (size_t piece = 1; piece <= bytes.length; piece++) {
        struct census census = census_of(&bytes, piece);

        tell(&census, 10, &told);
        assert_string_equal(strbuf_string(&told), "0=/dev/null 3=socket:[99]");
        tell(&census, 20, &told);
        assert_string_equal(strbuf_string(&told), "7="); /* open, and too long to tell */
        tell(&census, 30, &told);
        assert_string_equal(strbuf_string(&told), "1=/tmp/x (deleted) 2=pipe:[5]");
        census_release(&census);
    }
    strbuf_release(&bytes);
    strbuf_release(&told);
}

static void who_is_not_asked_for_is_passed_over(void **state)
{
    struct strbuf bytes = {0}, told = {0};
    (void)state;

    add_three(&bytes);
    struct census census = census_of(&bytes, 100);
    tell(&census, 30, &told);
    assert_string_equal(strbuf_string(&told), "1=/tmp/x (deleted) 2=pipe:[5]");
    tell(&census, 10, &told); /* too late */
    assert_string_equal(strbuf_string(&told), "");
    census_release(&census);
    strbuf_release(&bytes);
    strbuf_release(&told);
}

static void who_is_not_told_of_gets_nothing_of_the_next(void **state)
{
    struct strbuf bytes = {0}, told = {0};
    (void)state;

    add_three(&bytes);
    struct census census = census_of(&bytes, 100);
    tell(&census, 5, &told);
    assert_string_equal(strbuf_string(&told), "");
    tell(&census, 15, &told);
    assert_string_equal(strbuf_string(&told), "");
    tell(&census, 20, &told);
    assert_string_equal(strbuf_string(&told), "7=");
    tell(&census, 99, &told);
    assert_string_equal(strbuf_string(&told), "");
    census_release(&census);
    strbuf_release(&bytes);
    strbuf_release(&told);
}

static void a_torn_end_is_no_record(void **state)
{
    struct strbuf bytes = {0}, told = {0};
    (void)state;

    add_record(&bytes, 10, 0, "/dev/null");
    size_t whole = bytes.length;
    add_record(&bytes, 10, 3, "socket:[99]");
    for (size_t length = whole; length < bytes.length; length++) {
        struct strbuf torn = {.bytes = bytes.bytes, .length = length};
        struct census census = census_of(&torn, 4096);

        tell(&census, 10, &told);
        assert_string_equal(strbuf_string(&told), "0=/dev/null");
        assert_false(census.descriptors.fd >= 0);
        census_release(&census);
    }
    strbuf_release(&bytes);
    strbuf_release(&told);
}

static void sizes_that_cannot_be_end_it(void **state)
{
    static const uint32_t sizes[] = {0, 1, HEAD_SIZE - 1, CENSUS_RECORD_MAX + 1, UINT32_MAX};
    struct strbuf bytes = {0}, told = {0};
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct census_descriptor wrong = {
            .head = {10, sizes[i], 70, 8}
        };

        strbuf_clear(&bytes);
        add_record(&bytes, 10, 0, "/dev/null");
        strbuf_add(&bytes, &wrong, sizeof wrong);
        add_record(&bytes, 10, 1, "/dev/zero");
        struct census census = census_of(&bytes, 4096);
        tell(&census, 10, &told);
        assert_string_equal(strbuf_string(&told), "0=/dev/null");
        tell(&census, 11, &told);
        assert_string_equal(strbuf_string(&told), "");
        census_release(&census);
    }
    strbuf_release(&bytes);
    strbuf_release(&told);
}

static void longer_than_any_buffer_is_told_whole(void **state)
{
    enum { MANY = 2000 };
    struct strbuf bytes = {0};
    char link[CENSUS_TEXT_MAX];
    struct census_descriptor descriptor;
    struct span text;
    int32_t next = 0;
    (void)state;

    memset(link, 'x', sizeof link - 1);
    link[sizeof link - 1] = '\0';
    for (int32_t fd = 0; fd < MANY; fd++)
        add_record(&bytes, 10, fd, link);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.bytes, 1, bytes.length, file), bytes.length);
    rewind(file);
    struct census census;
    census_init(&census, &(struct gather_census){.descriptors = dup(fileno(file))});
    fclose(file);
    while (census_take_descriptor(&census, 10, &descriptor, &text)) {
        assert_int_equal(descriptor.fd, next++);
        assert_true(span_equals(text, link));
    }
    assert_int_equal(next, MANY);
    census_release(&census);
    strbuf_release(&bytes);
}

static void of_a_task_there_is_one_that_stays(void **state)
{
    const struct census_task tasks[] = {
        {.head = {10, sizeof *tasks, 70, 8}, .loginuid = 1000, .ns_net = 5},
        {.head = {12, sizeof *tasks, 70, 8}, .loginuid = 1001, .ns_net = 6},
    };
    struct census_task told;
    struct census census;
    int ends[2];
    (void)state;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], tasks, sizeof tasks), sizeof tasks);
    close(ends[1]);
    census_init(&census, &(struct gather_census){.tasks = ends[0]});
    for (int i = 0; i < 3; i++) {
        assert_true(census_find_task(&census, 10, &told));
        assert_memory_equal(&told, &tasks[0], sizeof told);
    }
    assert_false(census_find_task(&census, 11, &told));
    assert_true(census_find_task(&census, 12, &told));
    assert_int_equal(told.loginuid, 1001);
    assert_false(census_find_task(&census, 13, &told));
    census_release(&census);
}

static void without_one_nothing_is_told(void **state)
{
    struct census census;
    struct census_task told;
    (void)state;

    census_init(&census, &(struct gather_census){-1, 0});
    assert_false(census_find_task(&census, 1, &told));
    census_release(&census);
    assert_false(census_find_task(&census, 1, &told));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_process_gets_its_own_whatever_the_pieces),
        cmocka_unit_test(who_is_not_asked_for_is_passed_over),
        cmocka_unit_test(who_is_not_told_of_gets_nothing_of_the_next),
        cmocka_unit_test(a_torn_end_is_no_record),
        cmocka_unit_test(sizes_that_cannot_be_end_it),
        cmocka_unit_test(longer_than_any_buffer_is_told_whole),
        cmocka_unit_test(of_a_task_there_is_one_that_stays),
        cmocka_unit_test(without_one_nothing_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
