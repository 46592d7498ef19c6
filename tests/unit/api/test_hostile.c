/* SPDX-License-Identifier: MIT */
/* What a hostile client or page may send: refused, and the next one is served. */
#include "tests/unit/api/client.h"

enum { HUGE_SIZE = 100000, DEADLINE_MS = 5000 };

static const char good[] = "GET /good HTTP/1.1\r\n" HOST CLOSE;

/* Somebody else is served, and at once. */
static void assert_serves_the_next(struct api_server *server, const char *after)
{
    static char answer[ANSWER_SIZE];
    int64_t start_ms = clock_monotonic_ms();

    ask(server, good, &answer);
    int64_t took_ms = clock_monotonic_ms() - start_ms;
    if (!strstr(answer, " 200 ") || took_ms >= SOON_MS)
        fail_msg("after %.60s: %lld ms, %s", after, (long long)took_ms, answer);
}

static void send_raw(struct api_server *server, const char *bytes, size_t length,
                     char (*ret_answer)[ANSWER_SIZE])
{
    int fd = connect_to(server);

    while (length > 0) {
        ssize_t put = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (put < 0 && errno != EAGAIN)
            break; /* it had enough */
        bytes += put > 0 ? put : 0;
        length -= put > 0 ? (size_t)put : 0;
        api_server_run(server);
    }
    shutdown(fd, SHUT_WR);
    finish(server, fd, ret_answer);
}

#define RAW(text)               \
    {                           \
        text, sizeof(text) - 1, \
    }

static void refuses_what_is_malformed(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        RAW("\r\n\r\n"),
        RAW("GET"),
        RAW("GET /good\r\n\r\n"),
        RAW("GET /good HTTP/1.1\r\n\r\n"),
        RAW("GET /good HTTP/9.9\r\n" HOST CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST HOST CLOSE),
        RAW("GET /good HTTP/1.1\r\nHost: localhost\r\n evil.test\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\nHost : localhost\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST "X: a\001b\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST "X: a\177b\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST "X\001: b\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST "Content-Length: -1\r\n" CLOSE),
        RAW("GET /good HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n" CLOSE),
        RAW("GET http://evil.test/good HTTP/1.1\r\nHost: evil.test\r\n" CLOSE),
        RAW("CONNECT evil.test:443 HTTP/1.1\r\n" HOST CLOSE),
        RAW("TRACE /good HTTP/1.1\r\n" HOST CLOSE),
        RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        RAW("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        RAW("\0\0\0\0"),
    };
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        send_raw(server, cases[i].bytes, cases[i].length, &answer);
        if (strstr(answer, " 200 ") || strstr(answer, "path="))
            fail_msg("%s gave %s", cases[i].bytes, answer);
        assert_serves_the_next(server, cases[i].bytes);
    }
    api_server_free(server);
}

/* Of another site's page, and under a name that its DNS points here. */
static void refuses_other_sites(void **state)
{
    static const struct {
        const char *headers;
        bool is_refused;
    } cases[] = {
        {"Host: evil.test\r\n",                                             true },
        {"Host: evil.test:80\r\n",                                          true },
        {"Host: 127.0.0.1.evil.test\r\n",                                   true },
        {"Host: localhost:1\r\n",                                           true },
        {HOST "Origin: http://evil.test\r\n",                               true },
        {HOST "Origin: null\r\n",                                           true },
        {HOST "Origin: http://localhost\r\n",                               true }, /* no page of ours needs one */
        {HOST "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",  true },
        {HOST "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n",   true },
        {HOST "Sec-Fetch-Site: cross-site\r\n",                             true },
        {HOST "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n", false},
        {HOST "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n",    false},
        {HOST "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n",       false},
    };
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];
    char request[512];
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(request, sizeof request, "GET /good HTTP/1.1\r\n%s" CLOSE, cases[i].headers);
        ask(server, request, &answer);
        if ((strstr(answer, "path=/good") == NULL) != cases[i].is_refused)
            fail_msg("%s gave %s", request, answer);
        assert_null(strstr(answer, "Access-Control"));
        if (cases[i].is_refused)
            assert_serves_the_next(server, request);
    }
    api_server_free(server);
}

/* A long request line, one long header, and many short ones. */
static void refuses_what_is_huge(void **state)
{
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];
    (void)state;

    for (int kind = 0; kind < 3; kind++) {
        struct strbuf request = {0};

        strbuf_add_string(&request, "GET /");
        if (kind == 0)
            strbuf_add_repeated(&request, 'a', HUGE_SIZE);
        strbuf_add_string(&request, " HTTP/1.1\r\n" HOST "X: ");
        if (kind == 1)
            strbuf_add_repeated(&request, 'a', HUGE_SIZE);
        for (int i = 0; kind == 2 && i < HUGE_SIZE / 6; i++)
            strbuf_add_string(&request, "1\r\nX: ");
        strbuf_add_string(&request, "\r\n" CLOSE);
        send_raw(server, request.bytes, request.length, &answer);
        assert_null(strstr(answer, "path="));
        assert_serves_the_next(server, "something huge");
        strbuf_release(&request);
    }
    api_server_free(server);
}

/* Sixty clients send a byte now and then. Meanwhile others are served, and when
 * their time is over the slow ones are shut out. */
static void shuts_out_who_is_slow(void **state)
{
    enum { SLOW = 60, PAUSE_MS = 200 };
    struct api_server *server = start(NULL, NULL);
    int slow[SLOW];
    size_t shut = 0;
    (void)state;

    for (int i = 0; i < SLOW; i++) {
        slow[i] = connect_to(server);
        api_server_run(server);
    }
    int64_t until_ms = clock_monotonic_ms() + 2 * DEADLINE_MS;
    while (shut < SLOW && clock_monotonic_ms() < until_ms) {
        int64_t pause_ms = clock_monotonic_ms() + PAUSE_MS;

        for (int i = 0; i < SLOW; i++) {
            char byte;
            if (slow[i] < 0)
                continue;
            if (send(slow[i], "G", 1, MSG_NOSIGNAL) == 1 &&
                recv(slow[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN)
                continue;
            close(slow[i]);
            slow[i] = -1;
            shut++;
        }
        assert_serves_the_next(server, "a slow one");
        while (clock_monotonic_ms() < pause_ms) {
            struct pollfd polled = {.fd = api_server_descriptor(server), .events = POLLIN};
            poll(&polled, 1, 20);
            api_server_run(server);
        }
    }
    assert_int_equal(shut, SLOW);
    api_server_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_malformed),
        cmocka_unit_test(refuses_other_sites),
        cmocka_unit_test(refuses_what_is_huge),
        cmocka_unit_test(shuts_out_who_is_slow),
    };

    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
