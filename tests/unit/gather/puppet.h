/* SPDX-License-Identifier: MIT */
/* puppet - a child that does something when it is told to, and not before. */
#ifndef TESTS_UNIT_GATHER_PUPPET_H
#define TESTS_UNIT_GATHER_PUPPET_H

#include "tests/support/child.h"

struct puppet {
    pid_t pid;
    int command;
    int answer;
};

/* What its body gets. */
struct puppet_strings {
    void (*act)(void);
    int command;
    int answer;
};

static inline void puppet_await(int command)
{
    char byte;

    while (read(command, &byte, 1) != 1)
        pause();
}

/* Waits for a word, acts, and waits again. */
static inline void puppet_dance(const void *argument, int ready)
{
    const struct puppet_strings *strings = argument;

    child_ready(ready);
    puppet_await(strings->command);
    strings->act();
    child_ready(strings->answer);
    puppet_await(strings->command);
}

static inline struct puppet puppet_start_as(child_body *body, void (*act)(void))
{
    int command[2], answer[2];

    assert_int_equal(pipe2(command, O_CLOEXEC), 0);
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    const struct puppet_strings strings = {act, command[0], answer[1]};
    struct puppet puppet = {child_start(body, &strings), command[1], answer[0]};
    close(command[0]);
    close(answer[1]);
    return puppet;
}

static inline struct puppet puppet_start(void (*act)(void))
{
    return puppet_start_as(puppet_dance, act);
}

/* Its answer, or the end of file that a successful exec makes. */
static inline void puppet_listen(const struct puppet *puppet)
{
    char byte;

    assert_true(read(puppet->answer, &byte, 1) >= 0);
}

static inline void puppet_move(const struct puppet *puppet)
{
    child_ready(puppet->command);
    puppet_listen(puppet);
}

static inline void puppet_end(const struct puppet *puppet)
{
    child_end(puppet->pid);
    close(puppet->command);
    close(puppet->answer);
}

#endif
