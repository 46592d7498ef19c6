/* SPDX-License-Identifier: MIT */
/* A real server on loopback, and clients that send it raw bytes. */
#include <sys/un.h>

#include "tests/support/scratch.h"
#include "tests/unit/api/client.h"

static const char token[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void answers_and_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *request, *status, *contains;
    } cases[] = {
        {"GET /api?x=a%20b HTTP/1.1\r\n" HOST CLOSE,                        " 200 ", "path=/api x=a b"  },
        {"GET /api HTTP/1.1\r\n" HOST "X: a\tb\r\n" CLOSE,                  " 200 ", "path=/api"        },
        {"HEAD /api HTTP/1.1\r\n" HOST CLOSE,                               " 200 ", "ETag"             },
        {"GET /a HTTP/1.1\r\n" HOST "If-None-Match: \"abc\"\r\n" CLOSE,     " 200 ", ""                 },
        {"GET /a HTTP/1.1\r\n" HOST "If-None-Match: *\r\n" CLOSE,           " 304 ", ""                 },
        {"GET /a%00b?x=%00 HTTP/1.1\r\n" HOST CLOSE,                        " 200 ", "path=/a%00b x=%00"},
        {"POST /api HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" CLOSE "abc", " 405 ", "Allow"            },
        {"DELETE /api HTTP/1.1\r\n" HOST CLOSE,                             " 405 ", "only GET"         },
        {"GET /api HTTP/1.1\r\nHost: evil.test\r\n" CLOSE,                  " 421 ", "another host"     },
        {"GET /api HTTP/1.1\r\n" HOST "Host: localhost\r\n" CLOSE,          " 4",    ""                 },
        {"GET /api HTTP/1.1\r\n" CLOSE,                                     " 4",    ""                 },
        {"GET /api HTTP/1.1\r\n" HOST "Origin: http://evil.test\r\n" CLOSE, " 403 ", "refused"          },
        {"GET /api\r\n\r\n",                                                " 4",    ""                 },
    };
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(server, cases[i].request, &answer);
        bool is_dropped = strcmp(cases[i].status, " 4") == 0 && answer[0] == '\0';
        if (!is_dropped &&
            (!strstr(answer, cases[i].status) || !strstr(answer, cases[i].contains)))
            fail_msg("%s gave %s", cases[i].request, answer);
        assert_null(strstr(answer, "Access-Control"));
    }
    api_server_free(server);
}

static void read_tag(const char *answer, char (*ret_tag)[64])
{
    const char *at = strstr(answer, "ETag: W/");

    assert_non_null(at);
    assert_int_equal(sscanf(at, "ETag: W/%63s", *ret_tag), 1);
}

/* Whoever has an answer is told so, by its tag alone or in a list; but never by the tag
 * of a server that ran before: it counted its snapshots from 1 as well. */
static void knows_the_tags_of_this_run_alone(void **state)
{
    static const struct {
        const char *before;
        size_t skip; /* of the tag */
        const char *behind;
        bool is_known;
    } cases[] = {
        {"",          0, "",        true },
        {"W/",        0, "",        true },
        {"\"x\", W/", 0, ", \"y\"", true },
        {"\"1",       1, "",        false},
    };
    static char answer[ANSWER_SIZE];
    char tag[64], request[256];
    (void)state;

    struct api_server *server = start(NULL, NULL);
    ask(server, "GET /a HTTP/1.1\r\n" HOST CLOSE, &answer);
    read_tag(answer, &tag);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(request, sizeof request,
                 "GET /a HTTP/1.1\r\n" HOST "If-None-Match: %s%s%s\r\n" CLOSE, cases[i].before,
                 tag + cases[i].skip, cases[i].behind);
        ask(server, request, &answer);
        assert_int_equal(strstr(answer, " 304 ") != NULL, cases[i].is_known);
    }
    api_server_free(server);

    server = start(NULL, NULL);
    snprintf(request, sizeof request,
             "GET /a HTTP/1.1\r\n" HOST "If-None-Match: W/%s\r\n" CLOSE, tag);
    ask(server, request, &answer);
    assert_non_null(strstr(answer, " 200 "));
    api_server_free(server);
}

/* A client may ask again on the same connection; but whoever sends a body, which could
 * be taken for a request, is refused and shut out. */
static void keeps_a_connection(void **state)
{
    static const char request[] = "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                                  "GET /2 HTTP/1.1\r\n" HOST "Content-Length: 30\r\n\r\n"
                                  "GET /3 HTTP/1.1\r\n" HOST "\r\n";
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];
    (void)state;

    ask(server, request, &answer);
    assert_non_null(strstr(answer, "path=/1"));
    assert_null(strstr(answer, "path=/2"));
    assert_non_null(strstr(answer, " 400 "));
    assert_null(strstr(answer, "path=/3"));
    assert_non_null(strstr(answer, "Connection: close"));
    api_server_free(server);
}

/* What is worth it, when it is asked for. */
static void compresses_for_who_asks(void **state)
{
    static const char *const asks[] = {"", "Accept-Encoding: br, gzip\r\n"};
    struct api_server *server = start(NULL, NULL);
    static char answer[ANSWER_SIZE];
    char request[4096];
    size_t lengths[2];
    (void)state;

    for (int i = 0; i < 2; i++) {
        int length = snprintf(request, sizeof request,
                              "GET /a?x=%02000d HTTP/1.1\r\n" HOST "%s" CLOSE, 0, asks[i]);
        int fd = connect_to(server);

        assert_int_equal(send(fd, request, (size_t)length, MSG_NOSIGNAL), length);
        lengths[i] = finish(server, fd, &answer);
        assert_non_null(strstr(answer, "Vary: Accept-Encoding"));
        assert_int_equal(strstr(answer, "Content-Encoding: gzip") != NULL, i);
    }
    assert_true(lengths[1] + 1500 < lengths[0]);
    api_server_free(server);
}

static void wants_its_token(void **state)
{
    (void)state;
    struct api_server *server = start(NULL, token);
    static char answer[ANSWER_SIZE];
    char request[256];

    ask(server, "GET /api HTTP/1.1\r\n" HOST CLOSE, &answer);
    assert_non_null(strstr(answer, " 401 "));
    assert_null(strstr(answer, "path="));
    snprintf(request, sizeof request,
             "GET /api HTTP/1.1\r\n" HOST "Authorization: Bearer %s\r\n" CLOSE, token);
    ask(server, request, &answer);
    assert_non_null(strstr(answer, "trusted=1"));
    api_server_free(server);
}

static void serves_a_private_unix_socket(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    static char answer[ANSWER_SIZE];
    static const char request[] = "GET /api HTTP/1.1\r\n" HOST CLOSE;
    struct stat status;

    strcpy(address.sun_path, scratch_path("api.sock"));
    struct api_server *server = start(address.sun_path, NULL);
    assert_int_equal(stat(address.sun_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    finish(server, fd, &answer);
    assert_non_null(strstr(answer, "trusted=1"));
    api_server_free(server);
    assert_int_not_equal(stat(address.sun_path, &status), 0);
}

/* However many idle connections are held, who comes next is answered soon. */
static void serves_the_next_client_in_a_crowd(void **state)
{
    (void)state;
    enum { IDLE = 120 };
    struct api_server *server = start(NULL, NULL);
    int idle[IDLE];
    static char answer[ANSWER_SIZE];

    for (int i = 0; i < IDLE; i++) {
        idle[i] = connect_to(server);
        assert_int_equal(send(idle[i], "GET / HT", 8, MSG_NOSIGNAL), 8);
        api_server_run(server);
    }
    int64_t start_ms = clock_monotonic_ms();
    ask(server, "GET /api HTTP/1.1\r\n" HOST CLOSE, &answer);
    assert_non_null(strstr(answer, " 200 "));
    assert_true(clock_monotonic_ms() - start_ms < SOON_MS);
    for (int i = 0; i < IDLE; i++)
        close(idle[i]);
    api_server_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_refuses),
        cmocka_unit_test(knows_the_tags_of_this_run_alone),
        cmocka_unit_test(keeps_a_connection),
        cmocka_unit_test(compresses_for_who_asks),
        cmocka_unit_test(wants_its_token),
        cmocka_unit_test_setup_teardown(serves_a_private_unix_socket, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(serves_the_next_client_in_a_crowd),
    };

    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
