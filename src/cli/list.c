/* SPDX-License-Identifier: MIT */
/* The program's own tables: what can be weighed, shown and set. */
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "heuristics/heuristic.h"
#include "report/listing.h"
#include "settings/schema.h"
#include "view/columns.h"

struct list_options {
    bool wants_help; /* first: command_parse() */
    bool as_json;
};

OPTION_SAYS_YES(option_json, list_options, as_json)

static const struct option_row rows[] = {
    {0, "json", NULL, option_json, "print JSON instead of text"},
    HELP_ROW,
};

static const char *const examples[] = {
    "procwatch list heuristics",
    "what is looked for, and what it weighs by default",
    NULL,
};

const struct option_table list_table = {
    .program = "procwatch list",
    .synopsis = "heuristics|columns|settings",
    .summary = "Lists what procwatch knows: the heuristics with their default weights, the "
               "columns to sort and filter by, the settings with their default values.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .examples = examples,
};

static void list_heuristics(struct listing *listing)
{
    static const char *const classes[] = {
        [SIGNAL_CODE] = "code", [SIGNAL_RELATION] = "relation", [SIGNAL_WEAK] = "weak"};
    size_t count;
    const struct heuristic_info *const *catalogue = heuristics_catalogue(&count);

    for (size_t i = 0; i < count; i++) {
        listing_begin_item(listing);
        listing_add_text(listing, "key", catalogue[i]->key);
        listing_add_number(listing, "weight", catalogue[i]->weight);
        listing_add_text(listing, "chip", catalogue[i]->chip);
        listing_add_text(listing, "class", classes[catalogue[i]->class]);
        listing_add_text(listing, "title", catalogue[i]->title);
    }
}

static void list_columns(struct listing *listing)
{
    for (size_t i = 0; i < column_count; i++) {
        listing_begin_item(listing);
        listing_add_text(listing, "key", columns[i].key);
        listing_add_text(listing, "title", columns[i].title);
        listing_add_text(listing, "sorts", columns[i].number ? "number" : "text");
        listing_add_text(listing, "help", columns[i].help);
    }
}

static void list_settings(struct listing *listing)
{
    struct strbuf value = {0};
    struct setting setting;

    for (size_t i = 0; i < setting_count(); i++) {
        setting_at(i, &setting);
        if (setting.age == SETTING_OLD)
            continue;
        strbuf_clear(&value);
        setting_format_default(&setting, &value);
        listing_begin_item(listing);
        listing_add_text(listing, "key", setting.path);
        listing_add_text(listing, "default", strbuf_string(&value));
        listing_add_text(listing, "help", setting.help);
    }
    strbuf_release(&value);
}

static const struct {
    const char *name;
    void (*list)(struct listing *listing);
} lists[] = {
    {"heuristics", list_heuristics},
    {"columns",    list_columns   },
    {"settings",   list_settings  },
};

static int run(const struct list_options *options, const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(lists[i].name, name) != 0)
            continue;
        struct listing listing;
        struct strbuf text = {0};

        listing_init(&listing);
        lists[i].list(&listing);
        listing_finish(&listing, options->as_json, &text);
        return output_print(&text);
    }
    output_complain("list knows heuristics, columns and settings, not \"%s\"", name);
    return EXIT_USAGE;
}

int list_run(int argc, char **argv)
{
    struct list_options options = {0};
    struct command_line line = {.argc = argc, .argv = argv, .operands_max = 1};

    if (!command_parse(&list_table, &options.wants_help, &line))
        return line.status;
    if (line.first == argc) {
        options_print_help(&list_table, stderr);
        return EXIT_USAGE;
    }
    return run(&options, argv[line.first]);
}
