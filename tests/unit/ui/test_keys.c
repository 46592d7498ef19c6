/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"

#include "ui/actions.h"
#include "ui/keys.h"

static const enum key_preset presets[] = {KEYS_HTOP, KEYS_VIM};

enum { PRESET_COUNT = sizeof presets / sizeof *presets };

static struct keymap maps[PRESET_COUNT];

static int make_maps(void **state)
{
    const struct key_bindings nothing = {0};

    (void)state;
    for (size_t i = 0; i < PRESET_COUNT; i++)
        keymap_make(&maps[i], presets[i], &nothing);
    return 0;
}

static int release_maps(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRESET_COUNT; i++)
        keymap_release(&maps[i]);
    return 0;
}

static const struct key_row *find(enum key_preset preset, enum context context, int key,
                                  bool is_readonly)
{
    return keymap_find(&maps[preset == KEYS_VIM], context, key, is_readonly);
}

static void no_key_has_two_meanings_in_a_context(void **state)
{
    (void)state;
    for (size_t p = 0; p < PRESET_COUNT; p++)
        for (size_t a = 0; a < maps[p].count; a++)
            for (size_t b = a + 1; b < maps[p].count; b++) {
                const struct key_row *one = &maps[p].rows[a], *other = &maps[p].rows[b];

                if (one->key == other->key && one->contexts & other->contexts)
                    fail_msg("key %d of %s is both %s and %s", one->key,
                             key_preset_name(presets[p]), one->action_name, other->action_name);
            }
}

/* What a preset takes a key from has another one there. */
static void no_preset_lacks_an_action(void **state)
{
    (void)state;
    for (size_t p = 0; p < PRESET_COUNT; p++)
        for (size_t i = 0; i < key_row_count; i++)
            for (unsigned context = CONTEXT_LIST; context <= CONTEXT_PROMPT; context <<= 1)
                if (key_rows[i].contexts & context &&
                    keymap_key_of(&maps[p], context, key_rows[i].action_name) == 0)
                    fail_msg("%s has no key in %s of %s", key_rows[i].action_name,
                             context_name((enum context)context), key_preset_name(presets[p]));
}

/* And a key that one of them displaced. */
static void four_keys_of_vim_move_in_the_list(void **state)
{
    static const struct {
        int key;
        void (*action)(struct app *app);
    } cases[] = {
        {'j', list_down        },
        {'k', list_up          },
        {'h', list_scroll_left },
        {'l', list_scroll_right},
        {'X', signal_choose    },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_ptr_equal(find(KEYS_VIM, CONTEXT_LIST, cases[i].key, false)->action,
                         cases[i].action);
    assert_ptr_equal(find(KEYS_HTOP, CONTEXT_LIST, 'k', false)->action, signal_choose);
    assert_null(find(KEYS_HTOP, CONTEXT_LIST, 'j', false));
}

static void presets_have_names(void **state)
{
    enum key_preset preset = KEYS_HTOP;

    (void)state;
    assert_true(key_preset_find("vim", &preset));
    assert_int_equal(preset, KEYS_VIM);
    assert_false(key_preset_find("emacs", &preset));
    assert_int_equal(preset, KEYS_VIM);
    assert_string_equal(key_preset_name(KEYS_HTOP), "htop");
}

static void the_user_binds_keys_of_his_own(void **state)
{
    static const struct {
        const char *context, *key, *action;
    } taken[] =
        {
            {"list",    "Q",   "quit"  },
            {"list",    "k",   "up"    },
            {"list",    "F9",  "none"  },
            {"details", "^G",  "signal"},
            {"list",    "M-k", "signal"},
    },
      refused[] = {
          {"lists", "x", "quit"}, {"list", "x", "explode"}, {"list", "x", "tune-lower"},
          {"list", "xx", "quit"}, {"list", "F13", "quit"},  {"list", "^C", "none"},
          {"list", "Q", "help"},  {"list", "", "help"},
      };
    struct key_bindings bound = {0};
    struct keymap map = {0};

    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        assert_null(key_bindings_add(&bound, taken[i].context, taken[i].key, taken[i].action));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_non_null(
            key_bindings_add(&bound, refused[i].context, refused[i].key, refused[i].action));
    keymap_make(&map, KEYS_HTOP, &bound);
    assert_ptr_equal(keymap_find(&map, CONTEXT_LIST, 'Q', false)->action, screen_quit);
    assert_ptr_equal(keymap_find(&map, CONTEXT_LIST, 'k', false)->action, list_up);
    assert_null(keymap_find(&map, CONTEXT_LIST, KEY_SPECIAL(KEY_F(9)), false));
    /* Elsewhere it is what it was. */
    assert_ptr_equal(keymap_find(&map, CONTEXT_DETAIL, KEY_SPECIAL(KEY_F(9)), false)->action,
                     signal_choose);
    assert_ptr_equal(keymap_find(&map, CONTEXT_DETAIL, KEY_CONTROL('g'), false)->action,
                     signal_choose);
    assert_int_equal(keymap_key_of(&map, CONTEXT_LIST, "signal"), KEY_ALT('k'));
    /* What may not act under --readonly may not under another key. */
    assert_null(keymap_find(&map, CONTEXT_LIST, KEY_ALT('k'), true));
    keymap_release(&map);
    key_bindings_release(&bound);
}

static void the_name_of_a_key_leads_back_to_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_row_count; i++) {
        struct strbuf name = {0};
        int key = 0;

        key_add_name(&name, key_rows[i].key);
        assert_true(key_parse_name(strbuf_string(&name), &key));
        if (key != key_rows[i].key)
            fail_msg("%s is %d, not %d", strbuf_string(&name), key, key_rows[i].key);
        strbuf_release(&name);
    }
}

static void every_key_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_row_count; i++) {
        assert_non_null(key_rows[i].action);
        assert_true(key_rows[i].contexts != 0);
        if (!key_help(&key_rows[i]))
            fail_msg("%s has no help", key_rows[i].action_name);
    }
}

static void one_name_is_one_action(void **state)
{
    (void)state;
    for (size_t a = 0; a < key_row_count; a++)
        for (size_t b = a + 1; b < key_row_count; b++)
            if (strcmp(key_rows[a].action_name, key_rows[b].action_name) == 0)
                assert_ptr_equal(key_rows[a].action, key_rows[b].action);
}

static void readonly_cannot_reach_a_signal(void **state)
{
    (void)state;
    assert_non_null(find(KEYS_HTOP, CONTEXT_LIST, 'k', false));
    assert_null(find(KEYS_HTOP, CONTEXT_LIST, 'k', true));
    assert_null(find(KEYS_HTOP, CONTEXT_LIST, KEY_SPECIAL(KEY_F(9)), true));
    assert_null(find(KEYS_HTOP, CONTEXT_DETAIL, KEY_SPECIAL(KEY_F(9)), true));
    assert_null(find(KEYS_HTOP, CONTEXT_CONFIRM, 'y', true));
    assert_non_null(find(KEYS_HTOP, CONTEXT_LIST, 'q', true));
}

/* The safe answer lies under the key that is hit by accident. */
static void enter_at_the_question_sends_nothing(void **state)
{
    (void)state;
    assert_ptr_equal(find(KEYS_HTOP, CONTEXT_CONFIRM, KEY_RETURN, false)->action,
                     signal_cancel);
    assert_ptr_equal(find(KEYS_HTOP, CONTEXT_CONFIRM, KEY_ESCAPE, false)->action,
                     signal_cancel);
    assert_ptr_equal(find(KEYS_HTOP, CONTEXT_CONFIRM, 'y', false)->action, signal_confirm);
}

static void keys_have_names_a_reader_can_press(void **state)
{
    static const struct {
        int key;
        const char *name;
    } cases[] = {
        {'S',                    "S"    },
        {KEY_CONTROL('l'),       "^L"   },
        {KEY_SPECIAL(KEY_F(9)),  "F9"   },
        {KEY_SPECIAL(KEY_F(15)), "S-F3" },
        {KEY_SPECIAL(KEY_NPAGE), "PgDn" },
        {KEY_RETURN,             "Enter"},
        {KEY_ALT('j'),           "M-j"  },
        {' ',                    "Space"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf name = {0};

        key_add_name(&name, cases[i].key);
        assert_string_equal(strbuf_string(&name), cases[i].name);
        strbuf_release(&name);
    }
    for (size_t i = 0; i < key_row_count; i++) {
        struct strbuf name = {0};

        key_add_name(&name, key_rows[i].key);
        assert_true(name.length > 0 && name.length <= 9);
        for (size_t at = 0; at < name.length; at++)
            assert_true(name.bytes[at] > ' ' && name.bytes[at] < 0x7f);
        strbuf_release(&name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_has_two_meanings_in_a_context),
        cmocka_unit_test(no_preset_lacks_an_action),
        cmocka_unit_test(four_keys_of_vim_move_in_the_list),
        cmocka_unit_test(presets_have_names),
        cmocka_unit_test(the_user_binds_keys_of_his_own),
        cmocka_unit_test(the_name_of_a_key_leads_back_to_it),
        cmocka_unit_test(every_key_is_explained),
        cmocka_unit_test(one_name_is_one_action),
        cmocka_unit_test(readonly_cannot_reach_a_signal),
        cmocka_unit_test(enter_at_the_question_sends_nothing),
        cmocka_unit_test(keys_have_names_a_reader_can_press),
    };

    return cmocka_run_group_tests_name("ui/keys", tests, make_maps, release_maps);
}
