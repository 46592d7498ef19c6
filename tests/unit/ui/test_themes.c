/* SPDX-License-Identifier: MIT */
/*
 * The themes that ship: complete, readable (WCAG contrast), and told apart by
 * eyes that miss one kind of cone (Machado, Oliveira and Fernandes 2009).
 */
#include "tests/support/scratch.h"
#include "tests/support/test.h"

#include <math.h>

#include "base/strbuf.h"
#include "ui/theme_file.h"

static void load_quietly(struct theme_spec *spec, const char *name)
{
    struct problems problems = {0};

    if (!theme_load(spec, name, &problems) || problems.count > 0)
        fail_msg("%s: %s", name,
                 problems.count > 0 ? problems.items[0].message : "does not load");
    problems_release(&problems);
}

static void every_theme_loads_without_a_word(void **state)
{
    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        struct theme_spec spec;

        load_quietly(&spec, theme->name);
        assert_non_null(spec.name);
        theme_spec_release(&spec);
    }
}

static void every_theme_mentions_every_role(void **state)
{
    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        struct theme_spec spec;

        load_quietly(&spec, theme->name);
        for (int role = 0; role < ROLE_COUNT; role++)
            if (!spec.styles[role].is_set)
                fail_msg("%s has no %s", theme->name, role_name((enum role)role));
        theme_spec_release(&spec);
    }
}

/* What is compiled in is what is installed. */
static void compiled_in_themes_are_the_files(void **state)
{
    const char *source = getenv("srcdir");

    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        char path[1024], bytes[16384];

        snprintf(path, sizeof path, "%s/themes/%s.yaml", source ? source : ".", theme->name);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        size_t length = fread(bytes, 1, sizeof bytes - 1, file);
        fclose(file);
        bytes[length] = '\0';
        assert_string_equal(bytes, theme->text);
    }
}

static double linear(int32_t rgb, int shift)
{
    double value = (rgb >> shift & 255) / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

struct light {
    double red, green, blue; /* linear */
};

static struct light light_of(int32_t rgb)
{
    return (struct light){linear(rgb, 16), linear(rgb, 8), linear(rgb, 0)};
}

static double contrast(int32_t a, int32_t b)
{
    struct light one = light_of(a), other = light_of(b);
    double y1 = 0.2126 * one.red + 0.7152 * one.green + 0.0722 * one.blue;
    double y2 = 0.2126 * other.red + 0.7152 * other.green + 0.0722 * other.blue;

    return (fmax(y1, y2) + 0.05) / (fmin(y1, y2) + 0.05);
}

static double lab_curve(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* CIE 1976 difference of two lights seen through a 3x3 matrix. */
static double difference(struct light a, struct light b, const double (*eye)[9])
{
    double lab[2][3];
    const struct light both[2] = {a, b};

    for (int i = 0; i < 2; i++) {
        const double *m = *eye;
        double seen[3];

        for (int row = 0; row < 3; row++)
            seen[row] = fmin(fmax(m[row * 3] * both[i].red + m[row * 3 + 1] * both[i].green +
                                      m[row * 3 + 2] * both[i].blue,
                                  0),
                             1);
        double x = 0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2];
        double y = 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2];
        double z = 0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2];

        lab[i][0] = 116 * lab_curve(y) - 16;
        lab[i][1] = 500 * (lab_curve(x / 0.95047) - lab_curve(y));
        lab[i][2] = 200 * (lab_curve(y) - lab_curve(z / 1.08883));
    }
    return sqrt(pow(lab[0][0] - lab[1][0], 2) + pow(lab[0][1] - lab[1][1], 2) +
                pow(lab[0][2] - lab[1][2], 2));
}

static const double eyes[][9] = {
    {1,        0,         0,         0,         1,        0,        0,         0,         1},
 /* protanopia, deuteranopia, tritanopia */
    {0.152286, 1.052583,  -0.204868, 0.114503,  0.786281, 0.099216, -0.003882, -0.048116,
     1.051998                                                                              },
    {0.367322, 0.860646,  -0.227968, 0.280085,  0.672501, 0.047413, -0.011820, 0.042940,
     0.968881                                                                              },
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733,  0.691367,
     0.303900                                                                              },
};

static int32_t ground_of(const struct theme_spec *spec)
{
    return spec->variant == THEME_LIGHT ? 0xffffff : 0x101216;
}

/* What is read, whatever it says; borders are not. */
static const enum role read_roles[] = {
    ROLE_DIM,          ROLE_LABEL,         ROLE_SEVERITY_NONE,
    ROLE_SEVERITY_LOW, ROLE_SEVERITY_HIGH, ROLE_SEVERITY_CRITICAL,
    ROLE_WARNING,      ROLE_ERROR,         ROLE_DIFF_ADD,
    ROLE_DIFF_DELETE,
};

static void texts_are_readable(void **state)
{
    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        double wanted = strcmp(theme->name, "high-contrast") == 0 ? 7 : 4.5;
        struct theme_spec spec;
        int32_t rgb;

        load_quietly(&spec, theme->name);
        for (size_t i = 0; i < sizeof read_roles / sizeof *read_roles; i++)
            if (colour_rgb(&spec.styles[read_roles[i]].foreground, &rgb) &&
                contrast(rgb, ground_of(&spec)) < wanted)
                fail_msg("%s: %s has a contrast of %.1f", theme->name, role_name(read_roles[i]),
                         contrast(rgb, ground_of(&spec)));
        theme_spec_release(&spec);
    }
}

/* Of eight colours none is like the one it stands for: blue on black, yellow on white. */
static void eight_colours_can_be_read(void **state)
{
    static const int32_t xterm[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00,
                                    0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5};

    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        struct theme_spec spec;

        load_quietly(&spec, theme->name);
        for (size_t i = 0; i < sizeof read_roles / sizeof *read_roles; i++) {
            int index = colour_index(&spec.styles[read_roles[i]].foreground, DEPTH_8);

            if (index >= 0 && contrast(xterm[index], ground_of(&spec)) < 3)
                fail_msg("%s: %s is hard to read with eight colours", theme->name,
                         role_name(read_roles[i]));
        }
        theme_spec_release(&spec);
    }
}

static void severities_differ_for_every_eye(void **state)
{
    (void)state;
    for (const struct theme_text *theme = theme_builtin; theme->name; theme++) {
        struct theme_spec spec;
        int32_t one, other;

        load_quietly(&spec, theme->name);
        for (int a = ROLE_SEVERITY_LOW; a <= ROLE_SEVERITY_CRITICAL; a++)
            for (int b = a + 1; b <= ROLE_SEVERITY_CRITICAL; b++)
                for (size_t eye = 0; eye < sizeof eyes / sizeof *eyes; eye++) {
                    if (!colour_rgb(&spec.styles[a].foreground, &one) ||
                        !colour_rgb(&spec.styles[b].foreground, &other))
                        continue;
                    double seen = difference(light_of(one), light_of(other), &eyes[eye]);
                    if (seen < 20)
                        fail_msg("%s: eye %zu sees %s and %s only %.1f apart", theme->name, eye,
                                 role_name((enum role)a), role_name((enum role)b), seen);
                }
        theme_spec_release(&spec);
    }
}

static void says_what_is_wrong_with_a_theme(void **state)
{
    static const struct {
        const char *text, *wrong;
        bool is_error;
    } cases[] = {
        {"theme: 1\nroles: {sev.low: {mark: '.'}, sev.high: {mark: '!'}, "
         "sev.critical: {mark: '!!'}, window.title: {}}",          "window.title", false},
        {"theme: 1\nroles: {sev.low: {mark: '!'}, sev.high: {mark: '!'}, "
         "sev.critical: {mark: '!!'}}",                            "look alike",   true },
        {"theme: 1\ninherits: default-dark\nroles: {text: {fg: pink}}",     "palette",      true },
        {"theme: 1\ninherits: default-dark\npalette: {pink: {rgb: '#ff00'}}\n"
         "roles: {text: {fg: pink}}",                              "#rrggbb",      true },
        {"theme: 1\ninherits: default-dark\npalette: {pink: {x256: 256}}\n"
         "roles: {text: {fg: pink}}",                              "0 to 255",     true },
        {"theme: 1\ninherits: default-dark\nroles: {text: {attr: [loud]}}", "attribute",    true },
        {"theme: 1\ninherits: default-dark\nroles: {text: {mark: 'wide'}}", "mark",         true },
        {"theme: 1\ninherits: nowhere-to-be-found",                         "no theme",     true },
        {"theme: 2\ninherits: default-dark",                                "theme: 1",     true },
        {"- a list",                                                        "no theme",     true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems problems = {0};
        struct theme_spec spec;
        bool is_good = theme_load_text(&spec, "test.yaml", cases[i].text, &problems);

        assert_int_equal(is_good, !cases[i].is_error);
        assert_true(problems.count > 0);
        if (!strstr(problems.items[0].message, cases[i].wrong))
            fail_msg("case %zu says \"%s\"", i, problems.items[0].message);
        if (is_good)
            theme_spec_release(&spec);
        problems_release(&problems);
    }
}

/* One's own stands before those that ship, and inherits from them. */
static void a_theme_is_found_by_its_name(void **state)
{
    static const char *const names[] = {"mine", "mono"};
    int32_t rgb;

    (void)state;
    assert_int_equal(setenv("XDG_CONFIG_HOME", scratch, 1), 0);
    assert_int_equal(mkdir(scratch_path("procwatch"), 0700), 0);
    assert_int_equal(mkdir(scratch_path("procwatch/themes"), 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct theme_spec spec;
        char file[64];

        snprintf(file, sizeof file, "procwatch/themes/%s.yaml", names[i]);
        scratch_write(file,
                      "theme: 1\ninherits: default-dark\npalette: {pink: {rgb: '#ff5fd7'}}\n"
                      "roles: {sev.critical: {fg: pink, mark: '!!'}}\n",
                      0600);
        load_quietly(&spec, names[i]);
        assert_true(colour_rgb(&spec.styles[ROLE_SEVERITY_CRITICAL].foreground, &rgb));
        assert_int_equal(rgb, 0xff5fd7);
        assert_true(colour_rgb(&spec.styles[ROLE_SEVERITY_LOW].foreground, &rgb));
        theme_spec_release(&spec);
    }
    unsetenv("XDG_CONFIG_HOME");
}

static void a_circle_of_themes_ends(void **state)
{
    struct problems problems = {0};
    struct theme_spec spec;
    char text[256];

    (void)state;
    snprintf(text, sizeof text, "theme: 1\ninherits: %s\n", scratch_path("round.yaml"));
    scratch_write("round.yaml", text, 0600);
    assert_false(theme_load_text(&spec, "test.yaml", text, &problems));
    assert_non_null(strstr(problems.items[0].message, "circle"));
    problems_release(&problems);
}

static void colours_have_a_number_on_every_terminal(void **state)
{
    const struct colour blue = {.rgb = 0x5fafff, .x256 = 75, .ansi = 6};
    const struct colour bare = {.rgb = 0xff0000, .x256 = -1, .ansi = -1};
    const struct colour own = {.is_default = true, .rgb = -1, .x256 = -1, .ansi = -1};

    (void)state;
    assert_int_equal(colour_index(&blue, DEPTH_256), 75);
    assert_int_equal(colour_index(&blue, DEPTH_8), 6);
    assert_int_equal(colour_index(&blue, DEPTH_DIRECT), 0x5fafff);
    assert_int_equal(colour_index(&blue, DEPTH_NONE), -1);
    assert_int_equal(colour_index(&bare, DEPTH_256), 196);
    assert_int_equal(colour_index(&bare, DEPTH_8), 1);
    assert_int_equal(colour_index(&own, DEPTH_256), -1);
}

static int set_up(void **state)
{
    (void)state;
    return scratch_make() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return scratch_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_theme_loads_without_a_word),
        cmocka_unit_test(every_theme_mentions_every_role),
        cmocka_unit_test(compiled_in_themes_are_the_files),
        cmocka_unit_test(texts_are_readable),
        cmocka_unit_test(eight_colours_can_be_read),
        cmocka_unit_test(severities_differ_for_every_eye),
        cmocka_unit_test(says_what_is_wrong_with_a_theme),
        cmocka_unit_test(a_theme_is_found_by_its_name),
        cmocka_unit_test(a_circle_of_themes_ends),
        cmocka_unit_test(colours_have_a_number_on_every_terminal),
    };

    return cmocka_run_group_tests_name("ui/themes", tests, set_up, tear_down);
}
