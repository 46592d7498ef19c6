/* SPDX-License-Identifier: MIT */
/*
 * docgen PAGE - print a man page or Markdown page with its tables renewed from the
 * program's; docgen openapi - the OpenAPI document.
 *
 * A table stands between the lines
 *
 *     .\" begin NAME          <!-- begin NAME -->
 *     .\" end                 <!-- end -->
 *
 * and is replaced whole; everything else is copied. "make docs" renews the pages
 * in the source, and a check fails when one is stale.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anomaly/features.h"
#include "api/routes.h"
#include "cli/command.h"
#include "doc/mdoc.h"
#include "heuristics/heuristic.h"
#include "settings/schema.h"
#include "ui/keys.h"
#include "ui/options.h"
#include "ui/theme.h"
#include "view/columns.h"

enum { LINE_SIZE = 4096 };

static void put_options(const struct option_table *table)
{
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];

        fputs(".It", stdout);
        if (row->letter)
            printf(" Fl %c ,", row->letter);
        printf(" Fl -%s", row->name);
        if (row->argument) {
            fputs(" Ar", stdout);
            mdoc_put_argument(row->argument);
        }
        putchar('\n');
        mdoc_put_line(row->help);
    }
    puts(".El");
}

static void put_examples(const struct option_table *table)
{
    if (!table->examples)
        return;
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; table->examples[i]; i += 2) {
        fputs(".It Li", stdout);
        mdoc_put_argument(table->examples[i]);
        putchar('\n');
        mdoc_put_line(table->examples[i + 1]);
    }
    puts(".El");
}

static void put_command(const struct option_table *table)
{
    fputs(".Ss", stdout);
    mdoc_put_argument(table->program);
    puts("");
    fputs(".Nm", stdout);
    mdoc_put_argument(table->program);
    puts("\n.Op options");
    if (*table->synopsis) {
        mdoc_put_line(table->synopsis);
    }
    puts(".Pp");
    mdoc_put_sentence(table->summary);
    put_options(table);
    if (table->examples && table->examples[0]) {
        puts(".Pp\nExamples:");
        put_examples(table);
    }
}

static void put_commands(void)
{
    for (const struct command *command = commands; command->name; command++)
        put_command(command->table);
}

static void put_top_options(void)
{
    put_options(&top_options);
}

static void put_top_examples(void)
{
    put_examples(&top_options);
}

/* In that context, unless --keys says otherwise. */
static bool is_usual(const struct key_row *row, unsigned context)
{
    return row->contexts & context && (row->presets == 0 || row->presets & KEYS_HTOP);
}

/* Rows without help are other keys for the row above. */
static void put_keys_of(unsigned context)
{
    struct strbuf name = {0};

    for (size_t i = 0; i < key_row_count; i++) {
        if (!key_rows[i].help || !is_usual(&key_rows[i], context))
            continue;
        fputs(".It", stdout);
        for (size_t j = i; j == i || (j < key_row_count && !key_rows[j].help); j++) {
            if (!is_usual(&key_rows[j], context))
                continue;
            strbuf_clear(&name);
            key_add_name(&name, key_rows[j].key);
            printf("%s Ic", j == i ? "" : " ,");
            mdoc_put_argument(strbuf_string(&name));
        }
        putchar('\n');
        mdoc_put_line(key_rows[i].help);
    }
    strbuf_release(&name);
}

/* What vim's preset has otherwise. */
static void put_vim_keys(void)
{
    struct strbuf name = {0};

    puts(".Ss Otherwise with --keys vim\n.Bl -tag -width Ds -compact");
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *row = &key_rows[i];

        if (row->presets != KEYS_VIM)
            continue;
        strbuf_clear(&name);
        key_add_name(&name, row->key);
        fputs(".It Ic", stdout);
        mdoc_put_argument(strbuf_string(&name));
        for (unsigned context = 1; context <= row->contexts; context <<= 1)
            if (row->contexts & context)
                printf(" Pq %s", context_name((enum context)context));
        putchar('\n');
        mdoc_put_line(key_help(row));
    }
    puts(".El");
    strbuf_release(&name);
}

static void put_keys(void)
{
    unsigned contexts = 0;

    for (size_t i = 0; i < key_row_count; i++)
        contexts |= key_rows[i].contexts;
    for (unsigned context = 1; context && context <= contexts; context <<= 1) {
        if (!(contexts & context))
            continue;
        printf(".Ss Context: %s\n.Bl -tag -width Ds -compact\n",
               context_name((enum context)context));
        put_keys_of(context);
        puts(".El");
    }
    put_vim_keys();
}

static void put_columns(void)
{
    puts(".Bl -tag -width Ds -compact");
    for (size_t i = 0; i < column_count; i++) {
        fputs(".It Cm", stdout);
        mdoc_put_argument(columns[i].key);
        putchar('\n');
        mdoc_put_sentence(columns[i].help);
    }
    puts(".El");
}

static void put_settings(void)
{
    struct strbuf value = {0};
    struct setting setting;

    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < setting_count(); i++) {
        setting_at(i, &setting);
        if (setting.age == SETTING_OLD)
            continue;
        strbuf_clear(&value);
        setting_format_default(&setting, &value);
        fputs(".It Ic", stdout);
        mdoc_put_argument(setting.path);
        if (value.length) {
            fputs(" Pq Li", stdout);
            mdoc_put_argument(strbuf_string(&value));
        }
        putchar('\n');
        mdoc_put_sentence(setting.help);
    }
    puts(".El");
    strbuf_release(&value);
}

static void put_heuristics(void)
{
    puts(".Bl -tag -width Ds");
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) {
        const struct heuristic_info *info = &heuristics[i].info;

        printf(".It Ic %s , weight %g\n", info->key, (double)info->weight);
        mdoc_put_sentence(info->title);
        puts("Usually innocent:");
        mdoc_put_sentence(info->innocent);
        fputs("To verify:\n.Li", stdout);
        mdoc_put_argument(info->verify);
        putchar('\n');
    }
    puts(".El");
}

static void put_roles(void)
{
    puts(".Bl -tag -width Ds -compact");
    for (int role = 0; role < ROLE_COUNT; role++) {
        enum role other = role_fallback((enum role)role);

        fputs(".It Li", stdout);
        mdoc_put_argument(role_name((enum role)role));
        if (other != (enum role)role) {
            fputs(", as Li", stdout);
            mdoc_put_argument(role_name(other));
        }
        putchar('\n');
    }
    puts(".El");
}

static void put_features(void)
{
    puts(".Bl -tag -width remote_addresses -compact");
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        printf(".It Li %s\n", features[i].key);
        mdoc_put_line(features[i].phrase);
    }
    puts(".El");
}

static void put_parent_classes(void)
{
    for (unsigned class = 0; class < PARENT_CLASS_COUNT; class ++)
        printf(".Li %s%s\n", parent_class_name(class),
               class + 1 < PARENT_CLASS_COUNT ? " ," : " .");
}

/* In Markdown. */
static void put_routes(void)
{
    for (size_t i = 0; i < api_route_count; i++) {
        const struct route *route = &api_routes[i];

        printf("\n### `GET %s`\n\n%s `%s`.%s\n", route->path, route->help, route->type,
               route->needs_trust ? " Only over the Unix socket or with a token." : "");
        if (route->parameters[0].name)
            puts("\n| parameter | type | |\n|---|---|---|");
        for (const struct route_parameter *at = route->parameters; at->name; at++)
            printf("| `%s` | %s | %s |\n", at->name, at->type, at->help);
    }
    putchar('\n');
}

static const struct {
    const char *name;
    void (*put)(void);
} tables[] = {
    {"commands",     put_commands      },
    {"top-options",  put_top_options   },
    {"top-examples", put_top_examples  },
    {"keys",         put_keys          },
    {"columns",      put_columns       },
    {"settings",     put_settings      },
    {"heuristics",   put_heuristics    },
    {"roles",        put_roles         },
    {"features",     put_features      },
    {"parents",      put_parent_classes},
    {"routes",       put_routes        },
};

static bool put_table(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].name, name) == 0) {
            tables[i].put();
            return true;
        }
    fprintf(stderr, "docgen: there is no table \"%s\"\n", name);
    return false;
}

static const struct marker {
    const char *begin, *end;
} markers[] = {
    {".\\\" begin ", ".\\\" end\n"   },
    {"<!-- begin ",  "<!-- end -->\n"},
};

/* The marker that begins a table in this line, or NULL. */
static const struct marker *marker_of(const char *line)
{
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (strncmp(line, markers[i].begin, strlen(markers[i].begin)) == 0)
            return &markers[i];
    return NULL;
}

static bool copy_page(FILE *page)
{
    const struct marker *inside = NULL;
    char line[LINE_SIZE];

    while (fgets(line, sizeof line, page)) {
        if (inside && strcmp(line, inside->end) == 0)
            inside = NULL;
        if (inside)
            continue;
        fputs(line, stdout);
        inside = marker_of(line);
        if (!inside)
            continue;
        char *name = line + strlen(inside->begin);
        name[strcspn(name, " \n")] = '\0';
        if (!put_table(name))
            return false;
    }
    if (inside)
        fprintf(stderr, "docgen: a table has no end\n");
    return !inside && !ferror(page);
}

static void put_openapi(void)
{
    struct strbuf text = {0};

    routes_add_openapi(&text);
    fputs(strbuf_string(&text), stdout);
    strbuf_release(&text);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: docgen PAGE|openapi\n");
        return 2;
    }
    if (strcmp(argv[1], "openapi") == 0) {
        put_openapi();
        return fflush(stdout) == 0 ? 0 : 1;
    }
    FILE *page = fopen(argv[1], "re");
    if (!page) {
        perror(argv[1]);
        return 1;
    }
    bool is_good = copy_page(page);
    fclose(page);
    return is_good && fflush(stdout) == 0 ? 0 : 1;
}
