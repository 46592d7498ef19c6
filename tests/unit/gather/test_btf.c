/* SPDX-License-Identifier: MIT */
/* What a kernel says of its types: one made up here, a broken one, and ours. */
#include "tests/support/test.h"

#include <linux/btf.h>
#include <string.h>

#include "base/input_file.h"
#include "base/memory.h"
#include "gather/btf.h"

enum { BTF_SIZE_MAX = 64 * 1024 * 1024, MUTATIONS = 20000 };

struct made_up {
    struct strbuf types, strings, whole;
};

static uint32_t name_in(struct made_up *made, const char *name)
{
    uint32_t offset = (uint32_t)made->strings.length;

    strbuf_add(&made->strings, name, strlen(name) + 1);
    return offset;
}

static void add_type(struct made_up *made, const char *name, uint32_t kind, uint32_t items,
                     uint32_t size)
{
    const struct btf_type type = {
        .name_off = *name ? name_in(made, name) : 0,
        .info = kind << 24 | items,
        .size = size,
    };

    strbuf_add(&made->types, &type, sizeof type);
}

static void add_member(struct made_up *made, const char *name, uint32_t type, uint32_t offset)
{
    const struct btf_member member = {*name ? name_in(made, name) : 0, type, offset};

    strbuf_add(&made->types, &member, sizeof member);
}

static void add_number(struct made_up *made, uint32_t number)
{
    strbuf_add(&made->types, &number, sizeof number);
}

static struct span put_together(struct made_up *made)
{
    const struct btf_header header = {
        .magic = BTF_MAGIC,
        .version = BTF_VERSION,
        .hdr_len = sizeof header,
        .type_len = (uint32_t)made->types.length,
        .str_off = (uint32_t)made->types.length,
        .str_len = (uint32_t)made->strings.length,
    };

    strbuf_clear(&made->whole);
    strbuf_add(&made->whole, &header, sizeof header);
    strbuf_add_span(&made->whole, strbuf_span(&made->types));
    strbuf_add_span(&made->whole, strbuf_span(&made->strings));
    return strbuf_span(&made->whole);
}

enum { FIELDS = 1u << 7 }; /* above the kind: offsets hold the size of bit fields */

/* 1 int; 2 struct pair { int a, b; }; 3 an unnamed union { pair first; int other; };
 * 4 struct outer { int head; union; int flag : 1 }; 5 a function "outer"; 6 ENUM64 */
static struct span make(struct made_up *made)
{
    *made = (struct made_up){0};
    name_in(made, "");
    add_type(made, "int", BTF_KIND_INT, 0, 4);
    add_number(made, 32);
    add_type(made, "pair", BTF_KIND_STRUCT, 2, 8);
    add_member(made, "a", 1, 0);
    add_member(made, "b", 1, 32);
    add_type(made, "", BTF_KIND_UNION, 2, 8);
    add_member(made, "first", 2, 0);
    add_member(made, "other", 1, 0);
    add_type(made, "outer", BTF_KIND_STRUCT | FIELDS, 3, 16);
    add_member(made, "head", 1, 0);
    add_member(made, "", 3, 32);
    add_member(made, "flag", 1, 1u << 24 | 96);
    add_type(made, "outer", BTF_KIND_FUNC, 0, 1);
    add_type(made, "large", 19, 1, 8);
    add_number(made, 0);
    add_number(made, 1);
    add_number(made, 2);
    add_type(made, "last", BTF_KIND_STRUCT, 0, 24);
    return put_together(made);
}

static void release(struct made_up *made)
{
    strbuf_release(&made->types);
    strbuf_release(&made->strings);
    strbuf_release(&made->whole);
}

static void finds_types_by_kind_and_name(void **state)
{
    struct made_up made;
    struct btf btf;
    uint32_t size;
    (void)state;

    assert_true(btf_init(&btf, make(&made)));
    assert_int_equal(btf_find_struct(&btf, "pair"), 2);
    assert_int_equal(btf_find_struct(&btf, "outer"), 4);
    assert_int_equal(btf_find_function(&btf, "outer"), 5);
    assert_int_equal(btf_find_function(&btf, "pair"), 0);
    assert_int_equal(btf_find_struct(&btf, "int"), 0);
    assert_true(btf_struct_size(&btf, "last", &size)); /* behind an ENUM64 */
    assert_int_equal(size, 24);
    assert_false(btf_struct_size(&btf, "nobody", &size));
    btf_release(&btf);
    release(&made);
}

static void finds_members_within_unnamed_ones(void **state)
{
    static const struct {
        const char *structure, *member;
        int offset; /* -1: none */
    } cases[] = {
        {"pair",   "b",     4 },
        {"outer",  "head",  0 },
        {"outer",  "first", 4 },
        {"outer",  "other", 4 },
        {"outer",  "a",     -1}, /* first has a name */
        {"outer",  "flag",  -1}, /* a bit */
        {"last",   "b",     -1},
        {"nobody", "b",     -1},
    };
    struct made_up made;
    struct btf btf;
    uint32_t offset;
    (void)state;

    assert_true(btf_init(&btf, make(&made)));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool is_there = btf_member_offset(&btf, cases[i].structure, cases[i].member, &offset);
        if (is_there != (cases[i].offset >= 0) ||
            (is_there && offset != (uint32_t)cases[i].offset))
            fail_msg("%s.%s", cases[i].structure, cases[i].member);
    }
    btf_release(&btf);
    release(&made);
}

static void refuses_every_truncation(void **state)
{
    struct made_up made;
    struct btf btf;
    (void)state;

    struct span whole = make(&made);
    for (size_t length = 0; length < span_length(whole); length++)
        assert_false(btf_init(&btf, span_of(whole.at, length)));
    release(&made);
}

static void refuses_a_kind_that_it_cannot_step_over(void **state)
{
    struct made_up made;
    struct btf btf;
    (void)state;

    make(&made);
    add_type(&made, "future", 31, 0, 0);
    assert_false(btf_init(&btf, put_together(&made)));
    release(&made);
}

/* A structure that is in itself, many times, by members without a name. */
static void ends_in_a_maze(void **state)
{
    struct made_up made;
    struct btf btf;
    uint32_t offset;
    (void)state;

    make(&made);
    add_type(&made, "maze", BTF_KIND_STRUCT, 60, 8);
    for (int i = 0; i < 60; i++)
        add_member(&made, "", 8, 0);
    assert_true(btf_init(&btf, put_together(&made)));
    assert_int_equal(btf_find_struct(&btf, "maze"), 8);
    assert_false(btf_member_offset(&btf, "maze", "exit", &offset));
    btf_release(&btf);
    release(&made);
}

static void survives_broken_bytes(void **state)
{
    struct made_up made;
    struct btf btf;
    uint32_t offset, understood = 0;
    (void)state;

    make(&made);
    srand(1);
    for (int i = 0; i < MUTATIONS; i++) {
        char *copy = memory_copy(made.whole.bytes, made.whole.length, 1);
        for (int n = rand() % 4; n >= 0; n--)
            copy[(size_t)rand() % made.whole.length] = (char)rand();
        if (btf_init(&btf, span_of(copy, made.whole.length))) {
            understood++;
            btf_member_offset(&btf, "outer", "other", &offset);
            btf_struct_size(&btf, "last", &offset);
            btf_release(&btf);
        }
        free(copy);
    }
    assert_true(understood > 0);
    release(&made);
}

static void knows_the_kernel_that_runs(void **state)
{
    struct strbuf bytes = {0};
    struct btf btf;
    uint32_t pid, tgid, size;
    (void)state;

    if (input_file_read("/sys/kernel/btf/vmlinux", BTF_SIZE_MAX, &bytes, NULL) != 0)
        skip();
    assert_true(btf_init(&btf, strbuf_span(&bytes)));
    assert_true(btf_struct_size(&btf, "task_struct", &size));
    assert_true(btf_member_offset(&btf, "task_struct", "pid", &pid));
    assert_true(btf_member_offset(&btf, "task_struct", "tgid", &tgid));
    assert_int_equal(tgid, pid + 4);
    assert_true(tgid < size);
    assert_true(btf_find_function(&btf, "schedule") != 0);
    btf_release(&btf);
    strbuf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_types_by_kind_and_name),
        cmocka_unit_test(finds_members_within_unnamed_ones),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(refuses_a_kind_that_it_cannot_step_over),
        cmocka_unit_test(ends_in_a_maze),
        cmocka_unit_test(survives_broken_bytes),
        cmocka_unit_test(knows_the_kernel_that_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
