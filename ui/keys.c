/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

#include <string.h>

#include "ui/actions.h"

enum {
    LIST = CONTEXT_LIST,
    DETAIL = CONTEXT_DETAIL,
    HELP = CONTEXT_HELP,
    MENU = CONTEXT_MENU,
    CONFIRM = CONTEXT_CONFIRM,
    PROMPT = CONTEXT_PROMPT,
    TUNE = CONTEXT_TUNE,
    WHITELIST = CONTEXT_WHITELIST,
    REVIEW = CONTEXT_REVIEW,
    LOG = CONTEXT_LOG,
    PAGES = DETAIL | HELP | LOG,
    BOTH = LIST | DETAIL,
    WORK = BOTH | TUNE,
    WEIGHTS = DETAIL | TUNE,
};

#define FUNCTION(n) KEY_SPECIAL(KEY_F(n))
#define SPECIAL(k)  KEY_SPECIAL(KEY_##k)
#define CTRL(c)     KEY_CONTROL(c)

/* clang-format off */
const struct key_row key_rows[] = {
    {LIST, FUNCTION(1), "help", help_open, true, "Help", "every key, searchable"},
    {LIST, 'h', "help", help_open, true, NULL, NULL},
    {LIST, '?', "help", help_open, true, NULL, NULL},

    {LIST, SPECIAL(UP), "up", list_up, true, NULL, "the row above"},
    {LIST, CTRL('p'), "up", list_up, true, NULL, NULL},
    {LIST, KEY_ALT('k'), "up", list_up, true, NULL, NULL},
    {LIST, SPECIAL(DOWN), "down", list_down, true, NULL, "the row below"},
    {LIST, CTRL('n'), "down", list_down, true, NULL, NULL},
    {LIST, KEY_ALT('j'), "down", list_down, true, NULL, NULL},
    {LIST, SPECIAL(PPAGE), "page-up", list_page_up, true, NULL, "a page up"},
    {LIST, CTRL('b'), "page-up", list_page_up, true, NULL, NULL},
    {LIST, SPECIAL(NPAGE), "page-down", list_page_down, true, NULL, "a page down"},
    {LIST, CTRL('f'), "page-down", list_page_down, true, NULL, NULL},
    {LIST, CTRL('u'), "half-up", list_half_up, true, NULL, "half a page up"},
    {LIST, CTRL('d'), "half-down", list_half_down, true, NULL, "half a page down"},
    {LIST, SPECIAL(HOME), "first", list_first, true, NULL, "the first row"},
    {LIST, 'g', "first", list_first, true, NULL, NULL},
    {LIST, SPECIAL(END), "last", list_last, true, NULL, "the last row"},
    {LIST, 'G', "last", list_last, true, NULL, NULL},

    {LIST, FUNCTION(3), "search", list_search, true, "Search", "go to the next row that contains a text"},
    {LIST, '/', "search", list_search, true, NULL, NULL},
    {LIST, 'n', "search-next", list_search_next, true, NULL, "the next match"},
    {LIST, FUNCTION(15), "search-previous", list_search_previous, true, NULL, "the match before (Shift-F3)"},
    {LIST, FUNCTION(4), "filter", list_filter, true, "Filter", "show only rows that match: nginx, score>3 and user!=root, exe~^/opt; Up: those before"},
    {LIST, '\\', "filter", list_filter, true, NULL, NULL},
    {LIST, KEY_ALT('f'), "filters", list_choose_filter, true, NULL, "filters by name; keep the one in force under a name"},
    {LIST, 'u', "user", list_choose_user, true, NULL, "show only the processes of one user"},
    {LIST, '=', "clear-filters", list_clear_filters, true, NULL, "no filter of any kind"},
    {LIST, 'v', "scope", list_next_scope, true, NULL, "top-k, flagged only, all, excused, changed by the edits"},
    {LIST, 'K', "kernel-threads", list_toggle_kernel_threads, true, NULL, "kernel threads: show or hide"},
    {LIST, 'O', "containers", list_toggle_containers, true, NULL, "processes in containers: hide or show"},
    {LIST, KEY_ALT('w'), "who-has", list_who, true, NULL, "who has a port, an address, a path or an inode (:who does the same)"},
    {LIST, 'X', "ended", list_toggle_ended, true, NULL, "processes that ended: all for a minute, or what scored, shortly"},
    {LIST, 'p', "command-line", list_toggle_command, true, NULL, "command lines in place of the sentences"},
    {LIST, '0', "pid-search", list_search_pid, true, NULL, "digits go to a process id"},
    {LIST, '1', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '2', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '3', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '4', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '5', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '6', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '7', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '8', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, '9', "pid-search", list_search_pid, true, NULL, NULL},
    {LIST, 'o', "reason-mode", list_next_mode, true, NULL, "reasons as chips, as a matrix, as sentences"},

    {LIST, FUNCTION(5), "tree", tree_toggle, true, "Tree", "as a tree of parents, or as a list"},
    {LIST, 't', "tree", tree_toggle, true, NULL, NULL},
    {LIST, 'V', "tree", tree_toggle, true, NULL, NULL},
    {LIST, '+', "unfold", tree_unfold, true, NULL, "tree: show what is below"},
    {LIST, '-', "fold", tree_fold, true, NULL, "tree: hide what is below"},
    {LIST, '*', "fold-all", tree_fold_all, true, NULL, "tree: fold all, or unfold all"},
    {LIST, 'J', "parent", list_go_to_parent, true, NULL, "go to the parent"},
    {LIST, 'F', "follow", list_follow, true, NULL, "keep this process in the list and the cursor on it, whatever is filtered"},
    {LIST, ' ', "tag", list_tag, true, NULL, "tag this process, or untag it"},
    {LIST, 'c', "tag-subtree", list_tag_subtree, true, NULL, "tag it and all that came from it"},
    {LIST, 'U', "untag", list_untag_all, true, NULL, "untag all"},

    {LIST, 'f', "columns", list_choose_columns, true, NULL, "choose the columns: a set, or one by one"},
    {LIST, SPECIAL(LEFT), "scroll-left", list_scroll_left, true, NULL, "scroll the columns back"},
    {LIST, SPECIAL(RIGHT), "scroll-right", list_scroll_right, true, NULL, "scroll the columns, then the sentences"},
    {LIST, FUNCTION(6), "sort", sort_choose, true, "Sort", "choose the column to sort by"},
    {LIST, '>', "sort", sort_choose, true, NULL, NULL},
    {LIST, '<', "sort", sort_choose, true, NULL, NULL},
    {LIST, '.', "sort", sort_choose, true, NULL, NULL},
    {LIST, ',', "sort", sort_choose, true, NULL, NULL},
    {LIST, 'S', "sort-score", sort_by_score, true, NULL, "sort by score"},
    {LIST, 'P', "sort-cpu", sort_by_cpu, true, NULL, "sort by CPU"},
    {LIST, 'M', "sort-memory", sort_by_memory, true, NULL, "sort by resident memory"},
    {LIST, 'T', "sort-age", sort_by_time, true, NULL, "sort by age"},
    {LIST, 'N', "sort-pid", sort_by_pid, true, NULL, "sort by process id"},
    {LIST, 'I', "sort-reverse", sort_reverse, true, NULL, "the other way round"},
    {LIST, 'R', "sort-reverse", sort_reverse, true, NULL, NULL},

    {WORK, FUNCTION(7), "threshold-lower", threshold_lower, true, "Thr-", "min_score down by 0.5: more is flagged"},
    {WORK, '[', "threshold-lower", threshold_lower, true, NULL, NULL},
    {WORK, FUNCTION(8), "threshold-raise", threshold_raise, true, "Thr+", "min_score up by 0.5: less is flagged"},
    {WORK, ']', "threshold-raise", threshold_raise, true, NULL, NULL},

    {LIST, KEY_RETURN, "details", detail_enter, true, NULL, "why this process scores: open the details, go into them"},
    {BOTH, '\t', "next-tab", detail_next_tab, true, NULL, "the next tab of the details"},
    {BOTH, SPECIAL(BTAB), "previous-tab", detail_previous_tab, true, NULL, "the tab before"},
    {BOTH, 'r', "reasons", detail_show_reasons, true, NULL, "details: the reasons, and how to verify them"},
    {BOTH, 'a', "ancestry", detail_show_ancestry, true, NULL, "details: who started it, session, terminal, where the login came from"},
    {BOTH, 'x', "program", detail_show_program, true, NULL, "details: its names side by side, digest, package, ELF headers"},
    {BOTH, 'i', "connections", detail_show_connections, true, NULL, "details: connections"},
    {BOTH, 'l', "files", detail_show_files, true, NULL, "details: open files, and who else has them"},
    {BOTH, 'm', "maps", detail_show_maps, true, NULL, "details: memory mappings, suspicious first"},
    {BOTH, 'e', "environ", detail_show_environ, true, NULL, "details: environment, with its secrets masked"},
    {DETAIL, '*', "reveal", detail_reveal, true, NULL, "the environment's secrets: show them; again: mask them"},
    {BOTH, 'y', "threads", detail_show_threads, true, NULL, "details: threads"},
    {BOTH, 'Y', "security", detail_show_security, true, NULL, "details: capabilities, confinement, namespaces, limits"},
    {LIST, KEY_ESCAPE, "close", detail_leave, true, NULL, "close the details"},
    {DETAIL, KEY_ESCAPE, "back", detail_leave, true, "Back", "close the details"},
    {DETAIL, 'q', "back", detail_leave, true, NULL, NULL},
    {DETAIL, SPECIAL(BACKSPACE), "back", detail_leave, true, NULL, NULL},

    {DETAIL | TUNE | LOG, FUNCTION(1), "help", help_open, true, "Help", "every key, searchable"},
    {DETAIL | TUNE | LOG, 'h', "help", help_open, true, NULL, NULL},
    {DETAIL | TUNE | LOG, '?', "help", help_open, true, NULL, NULL},
    {PAGES, SPECIAL(UP), "line-up", page_up, true, NULL, "a line up"},
    {PAGES, 'k', "line-up", page_up, true, NULL, NULL},
    {PAGES, SPECIAL(DOWN), "line-down", page_down, true, NULL, "a line down"},
    {PAGES, 'j', "line-down", page_down, true, NULL, NULL},
    {PAGES, KEY_RETURN, "line-down", page_down, true, NULL, NULL},
    {PAGES, SPECIAL(PPAGE), "page-back", page_page_up, true, NULL, "a page up"},
    {PAGES, 'b', "page-back", page_page_up, true, NULL, NULL},
    {PAGES, CTRL('b'), "page-back", page_page_up, true, NULL, NULL},
    {PAGES, SPECIAL(NPAGE), "page-forward", page_page_down, true, NULL, "a page down"},
    {PAGES, ' ', "page-forward", page_page_down, true, NULL, NULL},
    {PAGES, 'f', "page-forward", page_page_down, true, NULL, NULL},
    {PAGES, CTRL('f'), "page-forward", page_page_down, true, NULL, NULL},
    {PAGES, SPECIAL(HOME), "top", page_first, true, NULL, "the first line"},
    {PAGES, 'g', "top", page_first, true, NULL, NULL},
    {PAGES, SPECIAL(END), "bottom", page_last, true, NULL, "the last line"},
    {PAGES, 'G', "bottom", page_last, true, NULL, NULL},
    {PAGES, '/', "find", page_search, true, "Find", "find a text"},
    {PAGES, FUNCTION(3), "find", page_search, true, NULL, NULL},
    {PAGES, 'n', "find-next", page_search_next, true, NULL, "the next match"},
    {DETAIL | LOG, 'c', "copy", page_copy, false, "Note", "add the line, or the reason, to a file of notes"},
    {HELP, KEY_ESCAPE, "close-help", help_close, true, "Back", "leave the help"},
    {HELP, 'q', "close-help", help_close, true, NULL, NULL},
    {HELP, 'h', "close-help", help_close, true, NULL, NULL},
    {HELP, '?', "close-help", help_close, true, NULL, NULL},
    {HELP, FUNCTION(1), "close-help", help_close, true, NULL, NULL},

    {BOTH, FUNCTION(2), "tune", tune_toggle, true, "Tune", "thresholds and weights: change them, see at once what that does"},
    {BOTH, 'C', "tune", tune_toggle, true, NULL, NULL},
    {WEIGHTS, '+', "weight-raise", weight_raise, true, NULL, "the weight of the reason under the cursor: 1 more"},
    {WEIGHTS, '-', "weight-lower", weight_lower, true, NULL, "its weight: 1 less"},
    {WEIGHTS, '>', "weight-raise-finely", weight_raise_finely, true, NULL, "its weight: 0.1 more"},
    {WEIGHTS, '<', "weight-lower-finely", weight_lower_finely, true, NULL, "its weight: 0.1 less"},
    {WEIGHTS, '0', "weight-zero", weight_zero, true, NULL, "its weight: 0, which disables it"},
    {DETAIL, 'd', "weight-default", weight_default, true, NULL, "its weight: built in"},
    {BOTH, 'w', "whitelist", whitelist_choose, false, NULL, "a whitelist entry for this process: which, and what it would excuse"},
    {BOTH, 'A', "acknowledge", acknowledge, true, NULL, "seen: not flagged in this session; again: take it back"},
    {WORK, '~', "what-if", edit_show_whatif, true, NULL, "beside the scores: what they are without the edits, and who crosses the threshold"},
    {WORK, 'z', "undo", edit_undo, true, NULL, "undo the last edit"},
    {WORK, CTRL('r'), "redo", edit_redo, true, NULL, "do it again"},
    {WORK, 'W', "save", review_open, false, NULL, "review the edits, and save them"},
    {WORK, 'E', "edit-file", screen_edit_file, false, NULL, "the configuration in $VISUAL or $EDITOR; read again after it, with the edits on it"},
    {WORK, ':', "command", command_ask, true, NULL, "a command: set KEY VALUE, save, diff, or the name of any action"},

    {TUNE, SPECIAL(UP), "tune-up", tune_up, true, NULL, "the setting above"},
    {TUNE, 'k', "tune-up", tune_up, true, NULL, NULL},
    {TUNE, SPECIAL(DOWN), "tune-down", tune_down, true, NULL, "the setting below"},
    {TUNE, 'j', "tune-down", tune_down, true, NULL, NULL},
    {TUNE, SPECIAL(PPAGE), "tune-page-up", tune_page_up, true, NULL, "a page up"},
    {TUNE, SPECIAL(NPAGE), "tune-page-down", tune_page_down, true, NULL, "a page down"},
    {TUNE, SPECIAL(HOME), "tune-first", tune_first, true, NULL, "the first setting"},
    {TUNE, 'g', "tune-first", tune_first, true, NULL, NULL},
    {TUNE, SPECIAL(END), "tune-last", tune_last, true, NULL, "the last setting"},
    {TUNE, 'G', "tune-last", tune_last, true, NULL, NULL},
    {TUNE, SPECIAL(LEFT), "tune-lower", tune_lower, true, NULL, "a step down"},
    {TUNE, SPECIAL(RIGHT), "tune-raise", tune_raise, true, NULL, "a step up"},
    {TUNE, KEY_RETURN, "tune-type", tune_type, true, "Type", "type the value"},
    {TUNE, 'd', "tune-default", tune_default, true, "Default", "the built-in value"},
    {TUNE, '/', "tune-find", tune_find, true, "Find", "find a setting by its key or meaning"},
    {TUNE, FUNCTION(3), "tune-find", tune_find, true, NULL, NULL},
    {TUNE, 'n', "tune-find-next", tune_find_next, true, NULL, "the next match"},
    {TUNE, KEY_ESCAPE, "tune-close", tune_toggle, true, "Back", "close the panel; the edits stay"},
    {TUNE, 'q', "tune-close", tune_toggle, true, NULL, NULL},
    {TUNE, 'C', "tune-close", tune_toggle, true, NULL, NULL},
    {TUNE, FUNCTION(2), "tune-close", tune_toggle, true, NULL, NULL},

    {WHITELIST, SPECIAL(UP), "entry-up", whitelist_up, true, NULL, "the entry above"},
    {WHITELIST, 'k', "entry-up", whitelist_up, true, NULL, NULL},
    {WHITELIST, SPECIAL(DOWN), "entry-down", whitelist_down, true, NULL, "the entry below"},
    {WHITELIST, 'j', "entry-down", whitelist_down, true, NULL, NULL},
    {WHITELIST, KEY_RETURN, "entry-add", whitelist_accept, false, "Add", "add it; W saves it"},
    {WHITELIST, 'e', "entry-edit", whitelist_edit, false, "Edit", "change its text first"},
    {WHITELIST, KEY_ESCAPE, "entry-cancel", whitelist_cancel, true, "Cancel", "add none"},
    {WHITELIST, 'n', "entry-cancel", whitelist_cancel, true, NULL, NULL},
    {WHITELIST, 'q', "entry-cancel", whitelist_cancel, true, NULL, NULL},

    {REVIEW, SPECIAL(UP), "review-up", review_up, true, NULL, "the edit above"},
    {REVIEW, 'k', "review-up", review_up, true, NULL, NULL},
    {REVIEW, SPECIAL(DOWN), "review-down", review_down, true, NULL, "the edit below"},
    {REVIEW, 'j', "review-down", review_down, true, NULL, NULL},
    {REVIEW, SPECIAL(PPAGE), "review-page-up", review_page_up, true, NULL, "a page up"},
    {REVIEW, SPECIAL(NPAGE), "review-page-down", review_page_down, true, NULL, "a page down"},
    {REVIEW, 't', "review-choose", review_toggle, true, "Choose", "save this edit, or leave it out"},
    {REVIEW, ' ', "review-choose", review_toggle, true, NULL, NULL},
    {REVIEW, 'y', "review-save", review_save, false, "Save", "save what is chosen"},
    {REVIEW, 'a', "review-save-as", review_ask_where, false, "SaveAs", "to another file; shows the difference first"},
    {REVIEW, 'r', "review-reload", review_reload, true, "Reload", "read the file again and put the edits on it"},
    {REVIEW, 'n', "review-back", review_close, true, "Back", "save nothing"},
    {REVIEW, KEY_ESCAPE, "review-back", review_close, true, NULL, NULL},
    {REVIEW, 'q', "review-back", review_close, true, NULL, NULL},

    {BOTH, FUNCTION(9), "signal", signal_choose, false, "Signal", "send a signal, STOP first; asks before it does"},
    {LIST, 'k', "signal", signal_choose, false, NULL, NULL},
    {BOTH, 'D', "dump", dump_ask, false, "Dump", "keep what it would leave behind: program, maps, files, reasons"},
    {BOTH, 'B', "record", record_toggle, false, NULL, "record what is seen to a file; again: end it"},
    {WORK | LOG, '}', "replay-forward", replay_forward, true, NULL, "a recording: the next snapshot"},
    {WORK | LOG, '{', "replay-back", replay_back, true, NULL, "a recording: the one before"},
    {WORK | LOG, '@', "replay-at", replay_ask, true, NULL, "a recording: go to a time"},
    {WORK, 'L', "log", log_open, true, "Log", "what happened: who came, went, was flagged; what you did"},
    {LOG, KEY_ESCAPE, "close-log", log_close, true, "Back", "leave the events"},
    {LOG, 'q', "close-log", log_close, true, NULL, NULL},
    {LOG, 'L', "close-log", log_close, true, NULL, NULL},
    {LOG, SPECIAL(BACKSPACE), "close-log", log_close, true, NULL, NULL},
    {LOG, 'v', "log-comings", log_toggle_comings, true, "Comings", "comings and goings: leave them out, or show them"},
    {WORK | LOG, 'Z', "pause", screen_pause, true, NULL, "freeze the list and the details; again: go on"},
    {BOTH, 's', "delay", screen_delay, true, NULL, "seconds between refreshes"},
    {LIST, 'd', "delay", screen_delay, true, NULL, NULL},
    {WORK, '#', "header", screen_fold_header, true, NULL, "fold the header away"},
    {WORK | HELP | WHITELIST | REVIEW | LOG, CTRL('l'), "repaint", screen_repaint, true, NULL, "draw the screen anew"},
    {WORK | HELP | WHITELIST | REVIEW | LOG, CTRL('z'), "suspend", screen_suspend, true, NULL, "back to the shell; fg returns"},
    {WORK | HELP | LOG, FUNCTION(10), "quit", screen_quit, true, "Quit", "leave procwatch-top"},
    {LIST, 'q', "quit", screen_quit, true, NULL, NULL},
    {WORK | HELP | MENU | CONFIRM | WHITELIST | REVIEW | LOG, CTRL('c'), "quit", screen_quit, true, NULL, NULL},

    {MENU, SPECIAL(UP), "menu-up", menu_up, true, NULL, "the item above"},
    {MENU, 'k', "menu-up", menu_up, true, NULL, NULL},
    {MENU, SPECIAL(DOWN), "menu-down", menu_down, true, NULL, "the item below"},
    {MENU, 'j', "menu-down", menu_down, true, NULL, NULL},
    {MENU, SPECIAL(PPAGE), "menu-page-up", menu_page_up, true, NULL, "a page up"},
    {MENU, SPECIAL(NPAGE), "menu-page-down", menu_page_down, true, NULL, "a page down"},
    {MENU, KEY_RETURN, "menu-choose", menu_choose, true, "Choose", "take this one"},
    {MENU, KEY_ESCAPE, "menu-cancel", menu_cancel, true, "Cancel", "take none"},
    {MENU, 'q', "menu-cancel", menu_cancel, true, NULL, NULL},

    {CONFIRM, 'y', "confirm-yes", signal_confirm, false, "Yes", "yes, do it"},
    {CONFIRM, 'n', "confirm-no", signal_cancel, true, "No", "no, leave it alone"},
    {CONFIRM, KEY_RETURN, "confirm-no", signal_cancel, true, NULL, NULL},
    {CONFIRM, KEY_ESCAPE, "confirm-no", signal_cancel, true, NULL, NULL},
    {CONFIRM, 'q', "confirm-no", signal_cancel, true, NULL, NULL},

    {PROMPT, KEY_RETURN, "prompt-accept", prompt_accept, true, NULL, "take the text"},
    {PROMPT, KEY_ESCAPE, "prompt-cancel", prompt_cancel, true, NULL, "as it was before"},
    {PROMPT, CTRL('c'), "prompt-cancel", prompt_cancel, true, NULL, NULL},
    {PROMPT, SPECIAL(UP), "prompt-older", prompt_older, true, NULL, "what was typed before"},
    {PROMPT, CTRL('p'), "prompt-older", prompt_older, true, NULL, NULL},
    {PROMPT, SPECIAL(DOWN), "prompt-newer", prompt_newer, true, NULL, "what was typed after it"},
    {PROMPT, CTRL('n'), "prompt-newer", prompt_newer, true, NULL, NULL},
    {PROMPT, SPECIAL(LEFT), "prompt-left", prompt_left, true, NULL, "a character to the left"},
    {PROMPT, SPECIAL(RIGHT), "prompt-right", prompt_right, true, NULL, "a character to the right"},
    {PROMPT, SPECIAL(HOME), "prompt-home", prompt_home, true, NULL, "to the beginning"},
    {PROMPT, CTRL('a'), "prompt-home", prompt_home, true, NULL, NULL},
    {PROMPT, SPECIAL(END), "prompt-end", prompt_end, true, NULL, "to the end"},
    {PROMPT, CTRL('e'), "prompt-end", prompt_end, true, NULL, NULL},
    {PROMPT, SPECIAL(BACKSPACE), "prompt-backspace", prompt_backspace, true, NULL, "delete the character before"},
    {PROMPT, CTRL('h'), "prompt-backspace", prompt_backspace, true, NULL, NULL},
    {PROMPT, SPECIAL(DC), "prompt-delete", prompt_delete, true, NULL, "delete the character under the cursor"},
    {PROMPT, CTRL('w'), "prompt-delete-word", prompt_delete_word, true, NULL, "delete the word before"},
    {PROMPT, CTRL('u'), "prompt-delete-before", prompt_delete_before, true, NULL, "delete to the beginning"},
    {PROMPT, CTRL('k'), "prompt-delete-behind", prompt_delete_behind, true, NULL, "delete to the end"},
    {PROMPT, '\t', "prompt-complete", prompt_complete, true, NULL, "complete a command"},
};
/* clang-format on */

const size_t key_row_count = sizeof key_rows / sizeof *key_rows;

const struct key_row *key_find(enum context context, int key, bool is_readonly)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].key == key && key_rows[i].contexts & (unsigned)context &&
            (key_rows[i].is_readonly_ok || !is_readonly))
            return &key_rows[i];
    return NULL;
}

const char *context_name(enum context context)
{
    switch (context) {
    case CONTEXT_LIST:
        return "list";
    case CONTEXT_DETAIL:
        return "details";
    case CONTEXT_HELP:
        return "help";
    case CONTEXT_LOG:
        return "events";
    case CONTEXT_MENU:
        return "menus";
    case CONTEXT_CONFIRM:
        return "questions";
    case CONTEXT_PROMPT:
        return "typing a text";
    case CONTEXT_TUNE:
        return "tuning";
    case CONTEXT_WHITELIST:
        return "whitelisting";
    case CONTEXT_REVIEW:
        return "saving";
    }
    return "";
}

void key_add_name(struct strbuf *out, int key)
{
    static const struct {
        int key;
        const char *name;
    } names[] = {
        {SPECIAL(UP),        "Up"       },
        {SPECIAL(DOWN),      "Down"     },
        {SPECIAL(LEFT),      "Left"     },
        {SPECIAL(RIGHT),     "Right"    },
        {SPECIAL(PPAGE),     "PgUp"     },
        {SPECIAL(NPAGE),     "PgDn"     },
        {SPECIAL(HOME),      "Home"     },
        {SPECIAL(END),       "End"      },
        {SPECIAL(BTAB),      "S-Tab"    },
        {SPECIAL(DC),        "Del"      },
        {SPECIAL(BACKSPACE), "Backspace"},
        {FUNCTION(15),       "S-F3"     },
        {KEY_RETURN,         "Enter"    },
        {KEY_ESCAPE,         "Esc"      },
        {'\t',               "Tab"      },
        {' ',                "Space"    },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].key == key) {
            strbuf_add_string(out, names[i].name);
            return;
        }
    if (key > FUNCTION(0) && key <= FUNCTION(12))
        strbuf_add_format(out, "F%d", key - FUNCTION(0));
    else if (key >= KEY_ALT(0))
        strbuf_add_format(out, "M-%c", key & 0x7f);
    else if (key < ' ')
        strbuf_add_format(out, "^%c", key + '@');
    else
        strbuf_add_char(out, (char)key);
}

bool key_dispatch(struct app *app, int key)
{
    const struct key_row *row = key_find(app_context(app), key, app->is_readonly);

    if (!row && app->is_readonly && key_find(app_context(app), key, false)) {
        app_say(app, ROLE_WARNING, "%s",
                app->replay ? "this is a recording: nothing of it can be acted on"
                            : "read-only: nothing is sent, written or saved");
        return true;
    }
    if (!row)
        return false;
    app->message.text[0] = '\0';
    app->is_dirty = true;
    app->key = key;
    row->action(app);
    app_arrange(app, app->layout.screen.height, app->layout.screen.width);
    return true;
}
