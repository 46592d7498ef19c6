/* SPDX-License-Identifier: MIT */
/* The facts of one process as lines: what is loud, masked, or said to be unknown. */
#include "report/capabilities.h"
#include "report/sheet.h"
#include "tests/support/snapshot_fixture.h"
#include "tests/unit/report/reported.h"

/* Loud pieces stand between brackets. */
static void begin_line(void *context)
{
    strbuf_add_char(context, '\n');
}

static void add_piece(void *context, enum tone tone, int indent, struct span text)
{
    (void)indent;
    if (tone == TONE_ALARM)
        strbuf_add_char(context, '[');
    strbuf_add_span(context, text);
    if (tone == TONE_ALARM)
        strbuf_add_char(context, ']');
}

static void write_sheet(const struct given *given, sheet_writer *write, bool reveals,
                        struct strbuf *out)
{
    const struct sheet sheet = {begin_line, add_piece, out};
    static const struct verdict verdict;
    static const struct scores scores;
    struct sheet_subject subject;
    struct row row = {
        .snapshot = &given->snapshot,
        .relations = given->relations,
        .scores = &scores,
        .process = &given->snapshot.processes[given->snapshot.process_count - 1],
        .verdict = &verdict,
        .style = TEXT_ASCII,
    };

    sheet_subject_init(&subject, &row, given->relations);
    subject.reveals_secrets = reveals;
    write(&sheet, &subject);
}

static void assert_silent(const struct strbuf *out, const char *text)
{
    if (strstr(strbuf_string(out), text))
        fail_msg("\"%s\" is in:%s", text, strbuf_string(out));
}

static void masks_secrets_until_they_are_revealed(void **state)
{
    struct given given;
    struct strbuf masked = {0}, revealed = {0};
    (void)state;

    given_init(&given);
    given_process(&given, 42, 1, "/usr/bin/app");
    snapshot_builder_set_closer(given.builder,
                                &(struct closer){.pid = 42,
                                                 .variable_count = 4,
                                                 .states[CLOSER_VARIABLES] = FACT_TRUNCATED});
    snapshot_builder_add_variable(given.builder, span_of_string("DB_PASSWORD"),
                                  span_of_string("hunter2"));
    snapshot_builder_add_variable(given.builder, span_of_string("DSN"),
                                  span_of_string("pg://me:s3cret@db/x"));
    snapshot_builder_add_variable(given.builder, span_of_string("LD_PRELOAD"),
                                  span_of_string("/tmp/x.so"));
    given_seal(&given);
    write_sheet(&given, sheet_environ, false, &masked);
    assert_says(&masked, "4 variables or more, 3 shown, 2 of them masked");
    assert_says(&masked, "DB_PASSWORD=***");
    assert_says(&masked, "DSN=pg://me:***@db/x");
    assert_says(&masked, "[LD_PRELOAD]=/tmp/x.so");
    assert_silent(&masked, "hunter2");
    assert_silent(&masked, "s3cret");
    write_sheet(&given, sheet_environ, true, &revealed);
    assert_says(&revealed, "DB_PASSWORD=hunter2");
    assert_says(&revealed, "2 of them secret by their name: shown");
    strbuf_release(&masked);
    strbuf_release(&revealed);
    given_release(&given);
}

static void tells_where_a_login_came_from(void **state)
{
    struct given given;
    struct strbuf out = {0};
    (void)state;

    given_init(&given);
    given_process(&given, 1, 0, "/usr/lib/systemd/systemd");
    struct process *server = given_process(&given, 30, 1, "/usr/sbin/sshd");
    given_socket(&given, server, 3, "10.0.0.1:22", NULL);
    given_socket(&given, server, 4, "10.0.0.1:22", "192.0.2.9:50000");
    given_process(&given, 42, 30, "/usr/bin/bash");
    snapshot_builder_set_closer(given.builder, &(struct closer){.pid = 42});
    snapshot_builder_add_variable(given.builder, span_of_string("SSH_CONNECTION"),
                                  span_of_string("127.0.0.1 1 127.0.0.1 22"));
    given_seal(&given);
    write_sheet(&given, sheet_ancestry, false, &out);
    assert_says(&out, "\n1 systemd  root");
    assert_says(&out, "\n`- 30 sshd  root");
    assert_says(&out, "\n   `- 42 bash  root");
    assert_says(&out, "came from   192.0.2.9:50000  by the connection of 30 sshd");
    /* A variable is the process's own word. */
    assert_says(&out, "and says    SSH_CONNECTION=127.0.0.1 1");
    strbuf_release(&out);
    given_release(&given);
}

static void says_when_a_parent_cannot_be_seen(void **state)
{
    struct given given;
    struct strbuf out = {0};
    (void)state;

    given_init(&given);
    given_process(&given, 42, 30, "/usr/bin/bash");
    given_seal(&given);
    write_sheet(&given, sheet_ancestry, false, &out);
    assert_says(&out, "The parent of 42, 30, is not to be seen.");
    strbuf_release(&out);
    given_release(&given);
}

static void is_loud_about_a_modified_program(void **state)
{
    struct given given;
    struct strbuf out = {0};
    (void)state;

    given_init(&given);
    struct process *process = given_process(&given, 42, 1, "/usr/bin/ls");
    process->package = given_text(&given, "coreutils");
    process->facts[FACT_PACKAGE] = FACT_KNOWN;
    snapshot_builder_set_closer(
        given.builder, &(struct closer){
                           .pid = 42,
                           .integrity = INTEGRITY_MODIFIED,
                           .states[CLOSER_PROGRAM] = FACT_KNOWN,
                           .states[CLOSER_INTEGRITY] = FACT_KNOWN,
                           .elf = {.machine = 62, .type = 3, .flags = ELF_HAS_WRITABLE_CODE}
    });
    given_seal(&given);
    write_sheet(&given, sheet_program, false, &out);
    assert_says(&out, "coreutils[  ! modified: not what the package delivered]");
    assert_says(&out, "x86-64  position-independent  static  stripped");
    assert_says(&out, "[! a segment is both written to and executed]");
    assert_says(&out, "no table of sections: packed?");
    strbuf_release(&out);
    given_release(&given);
}

static void unknown_is_said_to_be_unknown(void **state)
{
    static sheet_writer *const writers[] = {sheet_security, sheet_environ, sheet_threads};
    (void)state;

    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        struct given given;
        struct strbuf out = {0};
        struct closer closer = {.pid = 42};

        given_init(&given);
        given_process(&given, 42, 1, "/usr/bin/app");
        for (unsigned part = 0; part < CLOSER_PART_COUNT; part++)
            closer.states[part] = FACT_DENIED;
        snapshot_builder_set_closer(given.builder, &closer);
        given_seal(&given);
        write_sheet(&given, writers[i], false, &out);
        assert_says(&out, "not known (denied)");
        strbuf_release(&out);
        given_release(&given);
    }
}

static void names_capabilities(void **state)
{
    static const struct {
        uint64_t set;
        const char *text;
    } cases[] = {
        {0,                       "none"                },
        {UINT64_C(0x1ffffffffff), "all"                 },
        {UINT64_C(0x1fffffffffe), "all but chown"       },
        {1u << 21 | 1u << 19,     "sys_ptrace sys_admin"},
        {UINT64_C(1) << 60,       "60"                  },
        {UINT64_C(0x3ffffffffff), "all and 41"          },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0};

        capabilities_add(&out, cases[i].set);
        assert_string_equal(strbuf_string(&out), cases[i].text);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_secrets_until_they_are_revealed),
        cmocka_unit_test(tells_where_a_login_came_from),
        cmocka_unit_test(says_when_a_parent_cannot_be_seen),
        cmocka_unit_test(is_loud_about_a_modified_program),
        cmocka_unit_test(unknown_is_said_to_be_unknown),
        cmocka_unit_test(names_capabilities),
    };

    return cmocka_run_group_tests_name("report/sheet", tests, NULL, NULL);
}
