/* SPDX-License-Identifier: MIT */
#include "base/md5.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/test.h"

static void digests_the_vectors_of_rfc_1321(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *digest;
    } cases[] = {
        {"",               "d41d8cd98f00b204e9800998ecf8427e"},
        {"abc",            "900150983CD24FB0D6963F7D28E17F72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = span_of_string(cases[i].digest);
        struct md5 expected, digest;
        int fd = memfd_create("md5", MFD_CLOEXEC);

        assert_int_equal(write(fd, cases[i].text, strlen(cases[i].text)),
                         strlen(cases[i].text));
        assert_true(md5_take(&text, &expected) && span_length(text) == 0);
        assert_int_equal(md5_of_file(fd, strlen(cases[i].text), &digest), 0);
        assert_memory_equal(digest.bytes, expected.bytes, MD5_SIZE);
        close(fd);
    }
}

static void refuses_what_is_no_digest_or_too_long(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "d41d8cd98f00b204e9800998ecf8427",
        "d41d8cd98f00b204e9800998ecf8427g",
        "d41d8cd98f00b204e9800998ecf842 7",
    };
    struct md5 digest = {{7}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct span text = span_of_string(texts[i]);
        assert_false(md5_take(&text, &digest));
        assert_ptr_equal(text.at, texts[i]);
    }
    int fd = memfd_create("md5", MFD_CLOEXEC);
    assert_int_equal(write(fd, "abc", 3), 3);
    assert_int_equal(md5_of_file(fd, 2, &digest), -EFBIG);
    close(fd);
    assert_int_equal(md5_of_file(-1, 2, &digest), -EBADF);
    assert_int_equal(digest.bytes[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_the_vectors_of_rfc_1321),
        cmocka_unit_test(refuses_what_is_no_digest_or_too_long),
    };

    return cmocka_run_group_tests_name("md5", tests, NULL, NULL);
}
