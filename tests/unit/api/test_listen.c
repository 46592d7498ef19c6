/* SPDX-License-Identifier: MIT */
/* Where the server listens, and for whom. */
#include "api/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"

static void replaces_its_own_socket_and_nothing_else(void **state)
{
    const char *path = scratch_path("api.sock");
    char long_path[sizeof((struct sockaddr_un *)NULL)->sun_path + 1] = {0};
    struct stat status;
    (void)state;

    int fd = listen_unix(path);
    assert_true(fd >= 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    int again = listen_unix(path); /* as a run before left it */
    assert_true(again >= 0);
    assert_true(listen_is_local(again));
    assert_int_equal(listen_port(again), 0);
    close(fd);
    close(again);

    scratch_write("file", "mine", 0600);
    assert_int_equal(listen_unix(scratch_path("file")), -EADDRINUSE);
    assert_int_equal(symlink("api.sock", scratch_path("link")), 0);
    assert_int_equal(listen_unix(scratch_path("link")), -EADDRINUSE);
    assert_int_equal(stat(path, &status), 0);
    memset(long_path, 'x', sizeof long_path - 1);
    assert_int_equal(listen_unix(long_path), -ENAMETOOLONG);
}

static void knows_its_own_address(void **state)
{
    char text[INET6_ADDRSTRLEN];
    (void)state;

    int fd = listen_tcp("127.0.0.1", 0);
    assert_true(fd >= 0);
    assert_true(listen_is_local(fd));
    assert_true(listen_port(fd) > 0);
    assert_true(listen_address(fd, &text));
    assert_string_equal(text, "127.0.0.1");
    assert_int_equal(listen_tcp("127.0.0.1", listen_port(fd)), -EADDRINUSE);
    close(fd);
    assert_int_equal(listen_tcp("no such host", 0), -EADDRNOTAVAIL);
}

/* Without a token nobody but this machine is served: so in doubt it is not local. */
static void any_address_is_not_local(void **state)
{
    const struct sockaddr_in any = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* it never listens */
    (void)state;

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&any, sizeof any), 0);
    assert_false(listen_is_local(fd));
    close(fd);
    assert_false(listen_is_local(fd));
}

/* As systemd would start us: the number of the first case that went wrong, or 0. */
static int inherit(void)
{
    static const struct {
        int type;
        bool listens, is_for_us;
        const char *count;
        int result;
    } cases[] = {
        {SOCK_STREAM, true,  true,  "1",  3      },
        {SOCK_STREAM, true,  false, "1",  -ENOENT},
        {SOCK_STREAM, true,  true,  "2",  -EINVAL},
        {SOCK_STREAM, true,  true,  "",   -EINVAL},
        {SOCK_STREAM, true,  true,  "1x", -EINVAL},
        {SOCK_STREAM, false, true,  "1",  -EINVAL},
        {SOCK_DGRAM,  false, true,  "1",  -EINVAL},
    };
    const struct sockaddr_in loopback = {.sin_family = AF_INET,
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char pid[16];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = socket(AF_INET, cases[i].type, 0);

        if (bind(fd, (const struct sockaddr *)&loopback, sizeof loopback) != 0 ||
            (cases[i].listens && listen(fd, 1) != 0) ||
            (fd != 3 && (dup2(fd, 3) != 3 || close(fd) != 0)))
            return 100;
        snprintf(pid, sizeof pid, "%d", getpid() + !cases[i].is_for_us);
        setenv("LISTEN_PID", pid, 1);
        setenv("LISTEN_FDS", cases[i].count, 1);
        if (listen_inherited() != cases[i].result ||
            (cases[i].result == 3 && !(fcntl(3, F_GETFD) & FD_CLOEXEC)) ||
            (cases[i].result == 3 && !(fcntl(3, F_GETFL) & O_NONBLOCK)))
            return (int)i + 1;
        close(3);
    }
    unsetenv("LISTEN_PID");
    return listen_inherited() == -ENOENT ? 0 : 101;
}

static void takes_one_listening_socket_that_was_passed(void **state)
{
    int status;
    (void)state;

    pid_t child = fork();
    if (child == 0)
        _exit(inherit());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces_its_own_socket_and_nothing_else, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(knows_its_own_address),
        cmocka_unit_test(any_address_is_not_local),
        cmocka_unit_test(takes_one_listening_socket_that_was_passed),
    };

    return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
