/* SPDX-License-Identifier: MIT */
/* What a gatherer remembers between passes: texts, program files, paths of packages,
 * samples, users. */
#include "gather/exe_table.h"
#include "gather/path_table.h"
#include "gather/samples.h"
#include "gather/texts.h"
#include "gather/users.h"
#include "tests/support/test.h"

enum { MANY = 5000 };

static struct text_ref add_numbered(struct texts *texts, unsigned number)
{
    char text[32];

    snprintf(text, sizeof text, "text %u", number);
    return texts_add(texts, span_of_string(text));
}

static void assert_numbered(const struct texts *texts, struct text_ref text, unsigned number)
{
    char expected[32];

    snprintf(expected, sizeof expected, "text %u", number);
    assert_true(span_equals(texts_span(texts, text), expected));
}

static void equal_texts_are_one(void **state)
{
    struct text_ref refs[MANY];
    struct texts texts = {0};
    (void)state;

    assert_int_equal(texts_add(&texts, span_of_string("")).length, 0);
    for (unsigned i = 0; i < MANY; i++)
        refs[i] = add_numbered(&texts, i);
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(text_ref_equals(add_numbered(&texts, i), refs[i]));
        assert_numbered(&texts, refs[i], i);
    }
    assert_int_equal(texts.used, MANY);
    texts_release(&texts);
}

static void a_text_goes_into_each_snapshot_once(void **state)
{
    struct texts texts = {0};
    (void)state;

    struct text_ref text = add_numbered(&texts, 7);
    for (int pass = 0; pass < 2; pass++) {
        struct snapshot_builder *builder = snapshot_builder_new();

        texts_begin(&texts, builder);
        struct text_ref out = texts_put_out(&texts, text);
        size_t size = snapshot_builder_size(builder);
        assert_true(text_ref_equals(texts_put_out(&texts, text), out));
        assert_int_equal(snapshot_builder_size(builder), size);
        assert_int_equal(texts_put_out(&texts, (struct text_ref){0}).length, 0);
        snapshot_builder_free(builder);
    }
    texts_release(&texts);
}

/* In each pass there are as many new ones as before, and then nobody has them any more:
 * their room is used again. */
static void texts_that_nobody_has_are_forgotten(void **state)
{
    struct snapshot_builder *builder = snapshot_builder_new();
    struct text_ref stay[MANY];
    struct texts texts = {0};
    size_t items = 0;
    (void)state;

    for (unsigned i = 0; i < MANY; i++)
        stay[i] = add_numbered(&texts, i);
    for (unsigned pass = 1; pass < 5; pass++) {
        for (unsigned i = 0; i < 2 * MANY; i++)
            assert_numbered(&texts, add_numbered(&texts, pass * 2 * MANY + i),
                            pass * 2 * MANY + i);
        assert_true(items == 0 || texts.count == items);
        items = texts.count;
        texts_begin(&texts, builder);
        for (unsigned i = 0; i < MANY; i++)
            texts_put_out(&texts, stay[i]);
        texts_collect(&texts);
        assert_int_equal(texts.used, MANY);
        for (unsigned i = 0; i < MANY; i++)
            assert_true(text_ref_equals(add_numbered(&texts, i), stay[i]));
    }
    texts_release(&texts);
    snapshot_builder_free(builder);
}

static struct process program(uint32_t number)
{
    return (struct process){
        .exe = {number % 3, 1             },
        .ns_mnt = number % 5,
        .exe_file = { .ino = number / 15,  .dev = 7, .size = number},
    };
}

/* By inode, path and mount namespace; until the pass is over. */
static void a_program_file_is_looked_at_once_a_pass(void **state)
{
    struct exe_table table = {0};
    (void)state;

    for (int pass = 0; pass < 2; pass++) {
        exe_table_begin(&table);
        for (uint32_t i = 0; i < MANY; i++) {
            struct process process = program(i);

            assert_null(exe_table_find(&table, &process));
            exe_table_add(&table, &process);
        }
        for (uint32_t i = 0; i < MANY; i++) {
            struct process process = program(i);
            const struct exe_file *file = exe_table_find(&table, &process);

            assert_non_null(file);
            assert_int_equal(file->size, i);
        }
    }
    exe_table_release(&table);
}

static void a_million_paths_are_found_by_hash(void **state)
{
    (void)state;
    enum { COUNT = 1000000 };
    uint32_t *hashes = calloc(COUNT, sizeof *hashes), hash = 1;
    struct path_table table = {0};
    const struct path_entry *found;
    size_t count;

    for (uint32_t i = 0; i < COUNT; i++) {
        hash = hash * 1664525u + 1013904223u;
        /* Few leading bits and many equal ones for some: uneven buckets. */
        hashes[i] = i % 3 ? hash : hash >> 18;
        path_table_add(&table, (struct path_entry){.hash = hashes[i], .source = i});
    }
    path_table_sort(&table);
    for (size_t i = 1; i < table.count; i++)
        assert_true(table.entries[i - 1].hash <= table.entries[i].hash);
    for (uint32_t i = 0; i < COUNT; i += 997) {
        bool is_there = false;

        found = path_table_find(&table, hashes[i], &count);
        assert_non_null(found);
        for (; count > 0; count--, found++) {
            assert_true(found->hash == hashes[i]);
            is_there = is_there || found->source == i;
        }
        assert_true(is_there);
    }
    assert_null(path_table_find(&table, UINT32_MAX, &count));
    assert_null(path_table_find(&table, 1 << 20, &count));
    path_table_release(&table);
    free(hashes);

    path_table_sort(&table);
    assert_null(path_table_find(&table, hash, &count));
    path_table_release(&table);
}

static void samples_are_found_in_any_order(void **state)
{
    static const int32_t kept[] = {5, 300, 7, 2, 9000};
    struct samples samples = {0};
    (void)state;

    for (int pass = 0; pass < 3; pass++) {
        assert_null(samples_find(&samples, 1));
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            samples_keep(&samples, &(struct sample){.pid = kept[i] + pass, .threads = pass});
        if (pass == 0)
            assert_null(samples_find(&samples, 5)); /* not before the pass is over */
        samples_turn(&samples);
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
            const struct sample *sample = samples_find(&samples, kept[i] + pass);

            assert_non_null(sample);
            assert_int_equal(sample->threads, pass);
            assert_ptr_equal(samples_find_other(&samples, kept[i] + pass), sample);
            assert_null(samples_find(&samples, kept[i] + 50));
        }
    }
    samples_release(&samples);
}

static void a_rate_is_learned_and_forgotten_within_minutes(void **state)
{
    enum { FAULTS = 50, MINUTES = 3 };
    struct sample sample = {.taken_ns = 1000};
    float rate = 0;
    (void)state;

    for (int second = 0; second < 60 * MINUTES; second++) {
        rate = sample_fault_rate(&sample, sample.child_faults + FAULTS,
                                 sample.taken_ns + 1000000000);
        assert_true(rate > sample.child_fault_rate);
        sample.child_fault_rate = rate;
        sample.child_faults += FAULTS;
        sample.taken_ns += 1000000000;
        if (second == 0)
            assert_true(rate < 2); /* one child is no habit */
    }
    assert_true(rate > 0.95f * FAULTS && rate <= FAULTS);
    rate = sample_fault_rate(&sample, sample.child_faults,
                             sample.taken_ns + MINUTES * UINT64_C(60000000000));
    assert_true(rate < 1);
    /* A counter that steps back is no rate. */
    assert_true(sample_fault_rate(&sample, 0, sample.taken_ns + 1000000000) <
                sample.child_fault_rate);
}

/* Knows one from the second question on, of another that it has no name. */
struct name_service {
    unsigned questions;
};

static bool find_name(void *context, uint32_t uid, const char **ret_name)
{
    struct name_service *service = context;

    *ret_name = uid == 33 ? "www-data" : NULL;
    return ++service->questions > 1;
}

static void a_uid_is_a_number_until_it_has_a_name(void **state)
{
    struct name_service service = {0};
    struct users users = {
        .names = {.find = find_name, .context = &service}
    };
    bool is_known;
    (void)state;

    assert_string_equal(users_name(&users, 33, &is_known), "33");
    assert_false(is_known);
    assert_string_equal(users_name(&users, 33, &is_known), "www-data");
    assert_true(is_known);
    assert_string_equal(users_name(&users, 4294967295, &is_known), "4294967295");
    assert_true(is_known);
    unsigned questions = service.questions;
    users_name(&users, 33, &is_known);
    users_name(&users, 4294967295, &is_known);
    assert_int_equal(service.questions, questions);
    users_release(&users);
}

static void a_recording_brings_its_own_names(void **state)
{
    static const char passwd[] = "web:x:33:33:::\nsecond:x:33:33:::\nbroken\nme:x:5:5:::\n";
    struct users users = {0};
    bool is_known;
    (void)state;

    users_load(&users, span_of_string(passwd));
    assert_string_equal(users_name(&users, 33, &is_known), "web");
    assert_string_equal(users_name(&users, 5, &is_known), "me");
    assert_string_equal(users_name(&users, 0, &is_known), "0"); /* not this machine's root */
    assert_true(is_known);
    users_release(&users);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one),
        cmocka_unit_test(a_text_goes_into_each_snapshot_once),
        cmocka_unit_test(texts_that_nobody_has_are_forgotten),
        cmocka_unit_test(a_program_file_is_looked_at_once_a_pass),
        cmocka_unit_test(a_million_paths_are_found_by_hash),
        cmocka_unit_test(samples_are_found_in_any_order),
        cmocka_unit_test(a_rate_is_learned_and_forgotten_within_minutes),
        cmocka_unit_test(a_uid_is_a_number_until_it_has_a_name),
        cmocka_unit_test(a_recording_brings_its_own_names),
    };

    return cmocka_run_group_tests_name("remembered", tests, NULL, NULL);
}
