/* SPDX-License-Identifier: MIT */
#include "api/compress.h"

#include <zlib.h>

#include "tests/support/test.h"

static void reads_what_the_client_takes(void **state)
{
    static const struct {
        const char *header;
        bool is_wanted;
    } cases[] = {
        {NULL,                           false},
        {"",                             false},
        {"gzip",                         true },
        {"GZip",                         true },
        {"deflate, gzip;q=1.0, *;q=0.5", true },
        {"br , gzip",                    true },
        {"*",                            true },
        {"gzip;q=0.001",                 true },
        {"gzip;q=0",                     false},
        {"gzip ; q=0.000",               false},
        {"*;q=0",                        false},
        {"identity",                     false},
        {"xgzip, gzipx",                 false},
        {",;,;;q=0,",                    false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (compress_is_wanted(cases[i].header) != cases[i].is_wanted)
            fail_msg("%s", cases[i].header);
}

static void gives_back_every_byte(void **state)
{
    enum { SIZE = 100000 };
    static unsigned char text[SIZE], again[SIZE];
    void *stream;
    size_t size;
    (void)state;

    for (size_t i = 0; i < SIZE; i++)
        text[i] = (unsigned char)"{\"pid\": 1, "[(i + i / 997) % 11];
    assert_true(compress_gzip(text, SIZE, &stream, &size));
    assert_true(size < SIZE / 10);

    z_stream in = {
        .next_in = stream, .avail_in = (uInt)size, .next_out = again, .avail_out = SIZE};
    assert_int_equal(inflateInit2(&in, MAX_WBITS + 16), Z_OK);
    assert_int_equal(inflate(&in, Z_FINISH), Z_STREAM_END);
    assert_int_equal(in.total_out, SIZE);
    assert_memory_equal(text, again, SIZE);
    inflateEnd(&in);
    free(stream);
}

static void leaves_alone_what_would_not_shrink(void **state)
{
    enum { SIZE = 5000 };
    unsigned char noise[SIZE];
    unsigned seed = 1;
    void *stream = NULL;
    size_t size = 7;
    (void)state;

    for (size_t i = 0; i < SIZE; i++)
        noise[i] = (unsigned char)(rand_r(&seed) >> 8);
    assert_false(compress_gzip(noise, SIZE, &stream, &size));
    assert_false(compress_gzip("short", 5, &stream, &size));
    assert_null(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_client_takes),
        cmocka_unit_test(gives_back_every_byte),
        cmocka_unit_test(leaves_alone_what_would_not_shrink),
    };

    return cmocka_run_group_tests_name("compress", tests, NULL, NULL);
}
