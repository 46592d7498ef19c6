/* SPDX-License-Identifier: MIT */
#include "engine/http_get.h"

#include "tests/support/test.h"

static void reads_addresses(void **state)
{
    static const struct {
        const char *text, *path, *host, *port;
    } cases[] = {
        {"unix:/run/api.sock", "/run/api.sock", "",        "8080" },
        {"http://web1",        NULL,            "web1",    "8080" },
        {"http://web1:80/",    NULL,            "web1",    "80"   },
        {"http://[::1]:65535", NULL,            "::1",     "65535"},
        {"http://[fe80::1]/",  NULL,            "fe80::1", "8080" },
    };
    static const char *const wrong[] = {
        "",
        "web1",
        "unix:",
        "unix:relative",
        "https://web1",
        "http://",
        "http://:80",
        "http://web1:",
        "http://web1:8x",
        "http://web1/path",
        "http://[::1",
        "http://[]:80",
        "http://web1:123456",
    };
    struct http_place place;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(http_place_parse(cases[i].text, &place));
        if (cases[i].path)
            assert_string_equal(place.socket_path, cases[i].path);
        else
            assert_null(place.socket_path);
        assert_string_equal(place.host, cases[i].host);
        assert_string_equal(place.port, cases[i].port);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (http_place_parse(wrong[i], &place))
            fail_msg("%s", wrong[i]);
}

static void reads_heads(void **state)
{
    static const struct {
        const char *text;
        unsigned status; /* 0: no head */
        uint64_t size;
        const char *etag;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nETag: W/\"1f\"\r\n",            200, 12, "W/\"1f\""},
        {"HTTP/1.0 404 No\r\ncontent-length:0\r\n",                                404, 0,  ""        },
        {"HTTP/1.1 304 Not Modified\r\n",                                          304, 0,  ""        },
        {"HTTP/1.1 200 OK\r\n",                                                    0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",          0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",                              0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n",                              0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",            0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", 0,   0,  ""        },
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Encoding: gzip\r\n",     0,   0,  ""        },
        {"HTTP/1.1 99 X\r\nContent-Length: 1\r\n",                                 0,   0,  ""        },
        {"HTTP/2 200\r\nContent-Length: 1\r\n",                                    0,   0,  ""        },
        {"SSH-2.0-OpenSSH\r\n",                                                    0,   0,  ""        },
        {"",                                                                       0,   0,  ""        },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_head head = {.status = 1};
        bool is_head = http_head_parse(span_of_string(cases[i].text), &head);

        if (is_head != (cases[i].status != 0))
            fail_msg("%s", cases[i].text);
        if (!is_head) {
            assert_int_equal(head.status, 1);
            continue;
        }
        assert_int_equal(head.status, cases[i].status);
        assert_int_equal(head.body_size, cases[i].size);
        assert_string_equal(head.etag, cases[i].etag);
    }
}

/* An overlong tag is none: the next question then asks for the whole again. */
static void leaves_out_a_tag_that_is_too_long(void **state)
{
    struct strbuf text = {0};
    struct http_head head;
    (void)state;

    strbuf_add_string(&text, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \"");
    strbuf_add_repeated(&text, 'x', HTTP_ETAG_SIZE);
    strbuf_add_string(&text, "\"\r\n");
    assert_true(http_head_parse(strbuf_span(&text), &head));
    assert_string_equal(head.etag, "");
    strbuf_release(&text);
}

static void takes_no_tag_that_would_end_a_line(void **state)
{
    struct http_head head;
    (void)state;

    assert_true(http_head_parse(span_of_string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                                               "ETag: \"a\rX-Evil: 1\"\r\n"),
                                &head));
    assert_string_equal(head.etag, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(reads_heads),
        cmocka_unit_test(leaves_out_a_tag_that_is_too_long),
        cmocka_unit_test(takes_no_tag_that_would_end_a_line),
    };

    return cmocka_run_group_tests_name("http_get", tests, NULL, NULL);
}
