/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/sha256.h"
#include "tests/support/test.h"

/* FIPS 180-2 appendix B. */
static const char abc_digest[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void knows_the_published_digest(void **state)
{
    (void)state;
    struct sha256 digest;
    char text[SHA256_TEXT_SIZE], base64[SHA256_BASE64_SIZE];

    sha256_of("abc", 3, &digest);
    sha256_text(&digest, &text);
    assert_string_equal(text, abc_digest);
    sha256_base64(&digest, &base64);
    assert_string_equal(base64, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

static void digests_a_file_up_to_its_cap(void **state)
{
    (void)state;
    int fd = memfd_create("sha256", MFD_CLOEXEC);
    struct sha256 digest, parsed;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "abc", 3), 3);
    assert_int_equal(sha256_of_file(fd, 3, &digest), 0);
    assert_true(sha256_parse(abc_digest, &parsed));
    assert_memory_equal(&digest, &parsed, sizeof digest);
    assert_int_equal(sha256_of_file(fd, 2, &digest), -EFBIG);
    close(fd);
    assert_int_equal(sha256_of_file(fd, 3, &digest), -EBADF);
}

static void parses_only_digests(void **state)
{
    (void)state;
    struct sha256 digest;
    char text[] = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    assert_true(sha256_parse(text, &digest));
    text[63] = 'g';
    assert_false(sha256_parse(text, &digest));
    text[63] = '\0';
    assert_false(sha256_parse(text, &digest));
    assert_false(sha256_parse("", &digest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_published_digest),
        cmocka_unit_test(digests_a_file_up_to_its_cap),
        cmocka_unit_test(parses_only_digests),
    };

    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
