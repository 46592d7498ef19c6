/* SPDX-License-Identifier: MIT */
/*
 * snapshot_fixture - a snapshot from a few lines of C. What is given is innocent
 * and wholly known until the test says otherwise: a root-owned program of 1000
 * seconds of age, linked, writable by nobody, of no known package.
 */
#ifndef TESTS_SUPPORT_SNAPSHOT_FIXTURE_H
#define TESTS_SUPPORT_SNAPSHOT_FIXTURE_H

#include "model/relations.h"
#include "model/snapshot.h"

enum { GIVEN_MAX = 96 };

struct given {
    struct snapshot_builder *builder;
    struct process processes[GIVEN_MAX]; /* stay where they are until sealed */
    size_t count;
    struct {
        size_t process;
        struct map map;
    } maps[GIVEN_MAX];
    size_t map_count;
    struct {
        size_t process;
        struct descriptor descriptor;
    } descriptors[GIVEN_MAX];
    size_t descriptor_count;
    uint64_t next_inode;
    void *block;
    struct snapshot snapshot; /* after given_seal() */
    struct relations *relations;
};

void given_init(struct given *given);
void given_release(struct given *given);

/* For tests whose state is one. */
int given_setup(void **state);
int given_teardown(void **state);

/* comm is the exe's base name, the command line the exe alone. */
struct process *given_process(struct given *given, int32_t pid, int32_t ppid, const char *exe);

struct text_ref given_text(struct given *given, const char *text);

/* Arguments separated by '|': "sh|-c|id"; '\1' is a '|' in an argument. */
void given_command(struct given *given, struct process *process, const char *command);

/* permissions as in maps(5), "rwxp"; a name makes it a mapped file. */
void given_map(struct given *given, const struct process *process, const char *permissions,
               uint64_t size, const char *name);

/* Descriptors; a target is as the link has it: "/tmp/x (deleted)", "/memfd:x (deleted)",
 * "anon_inode:bpf-prog", of which the type is that of bpf.h, 0 for unknown. */
void given_pipe(struct given *given, const struct process *process, int fd, uint64_t inode);
void given_file(struct given *given, const struct process *process, int fd, const char *target);
void given_memfd(struct given *given, const struct process *process, int fd,
                 const char *target);
void given_bpf(struct given *given, const struct process *process, int fd, const char *target,
               unsigned type);
void given_terminal(struct given *given, const struct process *process, int fd);

/* TCP over IPv4, addresses as "127.0.0.1:80"; a remote of NULL listens. */
void given_socket(struct given *given, const struct process *process, int fd, const char *local,
                  const char *remote);

/* Another descriptor of the socket given last. */
void given_same_socket(struct given *given, const struct process *process, int fd);

/* The master of /dev/pts/INDEX. */
void given_master(struct given *given, const struct process *process, int fd, unsigned index);

/* AF_PACKET, or AF_INET with a protocol of IPPROTO_RAW. */
void given_raw_socket(struct given *given, const struct process *process, int fd, int family);

/* Both ends of a pair of connected Unix sockets. */
void given_socket_pair(struct given *given, const struct process *process, int fd,
                       const struct process *other, int other_fd);

/* Build snapshot and relations; nothing can be added any more. */
void given_seal(struct given *given);

#endif
