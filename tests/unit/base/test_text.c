/* SPDX-License-Identifier: MIT */
#include <locale.h>

#include "base/text.h"
#include "tests/support/test.h"

static void assert_shows(const char *bytes, size_t length, const char *expected)
{
    struct strbuf out = {0};

    text_add_printable(&out, span_of(bytes, length), TEXT_UTF8);
    assert_string_equal(strbuf_string(&out), expected);
    strbuf_release(&out);
}

static void escapes_what_a_terminal_would_obey(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"sshd",               "sshd"                 },
        {"a b",                "a b"                  },
        {"\033]0;owned\007",   "\\x1b]0;owned\\x07"   },
        {"\033[2J",            "\\x1b[2J"             },
        {"line\nbreak\ttab\r", "line\\nbreak\\ttab\\r"},
        {"\x7f",               "\\x7f"                },
        {"\xc2\x9b"
         "31m",       "<U+009B>31m"          },
        {"\xe2\x80\xae"
         "exe",       "<U+202E>exe"          },
        {"z\xe2\x80\x8bw",     "z<U+200B>w"           },
        {"caf\xc3\xa9",        "caf\xc3\xa9"          },
        {"\xe6\xbc\xa2",       "\xe6\xbc\xa2"         },
        {"\x9b",               "\\x9b"                },
        {"\xc0\xaf",           "\\xc0\\xaf"           },
        {"\xed\xa0\x80",       "\\xed\\xa0\\x80"      },
        {"\xf4\x90\x80\x80",   "\\xf4\\x90\\x80\\x80" },
        {"\xe6\xbc",           "\\xe6\\xbc"           },
        {"\xe0\x9f\xbf",       "\\xe0\\x9f\\xbf"      },
        {"\xf0\x8f\xbf\xbf",   "\\xf0\\x8f\\xbf\\xbf" },
        {"e\xcc\x81",          "e\xcc\x81"            },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_shows(cases[i].text, strlen(cases[i].text), cases[i].shown);
    assert_shows("a\0b", 3, "a\\x00b");
}

/* Whatever two bytes come in, nothing below 0x20, no DEL and no C1 goes out,
 * and what goes out passes unchanged a second time: it is printable. */
static void is_idempotent_on_all_pairs_of_bytes(void **state)
{
    (void)state;

    for (unsigned pair = 0; pair < 65536; pair++) {
        char bytes[2] = {(char)(pair >> 8), (char)pair};
        struct strbuf once = {0}, twice = {0};

        text_add_printable(&once, span_of(bytes, 2), TEXT_UTF8);
        for (size_t i = 0; i < once.length; i++) {
            unsigned char c = (unsigned char)once.bytes[i];
            assert_true(c >= 0x20 && c != 0x7f);
        }
        text_add_printable(&twice, strbuf_span(&once), TEXT_UTF8);
        assert_string_equal(strbuf_string(&once), strbuf_string(&twice));
        strbuf_release(&once);
        strbuf_release(&twice);
    }
}

static void reads_every_code_point_and_keeps_controls_out(void **state)
{
    (void)state;

    for (uint32_t code = 0x80; code <= 0x10ffff; code++) {
        char bytes[4];
        size_t length;

        if (code < 0x800) {
            bytes[0] = (char)(0xc0 | code >> 6);
            bytes[1] = (char)(0x80 | (code & 0x3f));
            length = 2;
        } else if (code < 0x10000) {
            bytes[0] = (char)(0xe0 | code >> 12);
            bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
            bytes[2] = (char)(0x80 | (code & 0x3f));
            length = 3;
        } else {
            bytes[0] = (char)(0xf0 | code >> 18);
            bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
            bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
            bytes[3] = (char)(0x80 | (code & 0x3f));
            length = 4;
        }
        struct span in = span_of(bytes, length);
        struct text_piece piece;
        bool must_escape = code < 0xa0 || (code >= 0xd800 && code <= 0xdfff) ||
                           (code >= 0x200b && code <= 0x200f) ||
                           (code >= 0x202a && code <= 0x202e) ||
                           (code >= 0x2060 && code <= 0x2069) || code == 0xfeff;

        uint32_t decoded = 0;
        bool is_surrogate = code >= 0xd800 && code <= 0xdfff;

        assert_int_equal(text_decode_utf8(in, &decoded), is_surrogate ? 0 : length);
        assert_int_equal(decoded, is_surrogate ? 0 : code);
        assert_int_equal(text_decode_utf8(span_of(bytes, length - 1), &decoded), 0);
        assert_true(text_take_piece(&in, TEXT_UTF8, &piece));
        if (must_escape)
            assert_true(piece.is_escaped);
        if (piece.is_escaped)
            for (size_t i = 0; i < piece.length; i++)
                assert_in_range(piece.bytes[i], 0x20, 0x7e);
    }
}

static void clips_by_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum text_style style;
        size_t cells;
        const char *shown;
    } cases[] = {
        {"hello",                    TEXT_UTF8,  5, "hello"                   },
        {"hello",                    TEXT_UTF8,  4, "hel\xe2\x80\xa6"         },
        {"\xe6\xbc\xa2\xe6\xbc\xa2", TEXT_UTF8,  3, "\xe6\xbc\xa2\xe2\x80\xa6"},
        {"\xe6\xbc\xa2\xe6\xbc\xa2", TEXT_UTF8,  2, "\xe2\x80\xa6"            },
        {"e\xcc\x81xy",              TEXT_UTF8,  2, "e\xcc\x81\xe2\x80\xa6"   },
        {"ab",                       TEXT_UTF8,  0, ""                        },
        {"",                         TEXT_UTF8,  3, ""                        },
        {"hello",                    TEXT_ASCII, 4, "he.."                    },
        {"hello",                    TEXT_ASCII, 1, "h"                       }, /* no room for the mark */
        {"a\xe6\xbc\xa2",            TEXT_ASCII, 9, "a<U+6F22>"               },
        {"a\xe6\xbc\xa2",            TEXT_ASCII, 8, "a.."                     }, /* no half of an escape */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0};
        size_t used = text_add_clipped(&out, span_of_string(cases[i].text), cases[i].style,
                                       cases[i].cells);

        assert_string_equal(strbuf_string(&out), cases[i].shown);
        assert_true(used <= cases[i].cells);
        assert_int_equal(used, text_cells(strbuf_span(&out), TEXT_UTF8));
        strbuf_release(&out);
    }
}

/* It knows no character's width: one cell is as good as any. */
static void a_locale_without_utf8_counts_characters(void **state)
{
    struct strbuf out = {0};
    (void)state;

    setlocale(LC_ALL, "C");
    text_add_printable(&out, span_of_string("\xe6\xbc\xa2x"), TEXT_UTF8);
    size_t cells = text_cells(strbuf_span(&out), TEXT_UTF8);
    setlocale(LC_ALL, "C.UTF-8");
    assert_string_equal(strbuf_string(&out), "\xe6\xbc\xa2x");
    assert_int_equal(cells, 2);
    strbuf_release(&out);
}

static void joins_arguments(void **state)
{
    (void)state;
    struct strbuf out = {0};
    static const char arguments[] = "sh\0-c\0\0echo \033\0\0";

    text_add_arguments(&out, span_of(arguments, sizeof arguments - 1), TEXT_UTF8);
    assert_string_equal(strbuf_string(&out), "sh -c '' echo \\x1b");
    strbuf_release(&out);
}

static void prints_sizes_short(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *shown;
    } cases[] = {
        {0,          "0"   },
        {1023,       "1023"},
        {1024,       "1.0K"},
        {10239,      "10K" },
        {1048575,    "1.0M"},
        {3221225472, "3.0G"},
        {UINT64_MAX, "16E" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = {0};
        text_add_size(&out, cases[i].bytes);
        assert_string_equal(strbuf_string(&out), cases[i].shown);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_what_a_terminal_would_obey),
        cmocka_unit_test(is_idempotent_on_all_pairs_of_bytes),
        cmocka_unit_test(reads_every_code_point_and_keeps_controls_out),
        cmocka_unit_test(clips_by_cells),
        cmocka_unit_test(a_locale_without_utf8_counts_characters),
        cmocka_unit_test(joins_arguments),
        cmocka_unit_test(prints_sizes_short),
    };

    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 77;
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
