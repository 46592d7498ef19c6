/* SPDX-License-Identifier: MIT */
/*
 * actions - what keys do. Each is short: the work is done by who owns it.
 */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include <stdbool.h>

struct app;

/* actions_list.c */
void list_up(struct app *app);
void list_down(struct app *app);
void list_page_up(struct app *app);
void list_page_down(struct app *app);
void list_half_up(struct app *app);
void list_half_down(struct app *app);
void list_first(struct app *app);
void list_last(struct app *app);
void list_next_mode(struct app *app);
void list_next_scope(struct app *app);
void list_toggle_kernel_threads(struct app *app);
void list_toggle_command(struct app *app);
void list_toggle_threads(struct app *app);

/* actions_find.c */
void list_search(struct app *app);
void list_search_next(struct app *app);
void list_search_previous(struct app *app);
void list_search_pid(struct app *app);

/* actions_filter.c */
void list_filter(struct app *app);
void list_filter_by(struct app *app, const char *text);
void list_choose_filter(struct app *app);
void list_clear_filters(struct app *app);
void list_choose_user(struct app *app);
void list_who(struct app *app);
void list_ask_who(struct app *app, const char *text);
void list_tell_who(struct app *app);
void list_toggle_containers(struct app *app);

/* actions_columns.c */
void list_choose_columns(struct app *app);
bool list_show_set(struct app *app, const char *name); /* false: there is none */
void list_scroll_left(struct app *app);
void list_scroll_right(struct app *app);

/* actions_tree.c */
void tree_toggle(struct app *app);
void tree_fold(struct app *app);
void tree_unfold(struct app *app);
void tree_fold_all(struct app *app);
void list_follow(struct app *app);
void list_go_to_parent(struct app *app);
void list_tag(struct app *app);
void list_tag_subtree(struct app *app);
void list_untag_all(struct app *app);
void list_toggle_ended(struct app *app);

/* actions_sort.c */
struct column;
void list_sort_by(struct app *app, const struct column *column);
void sort_by_score(struct app *app);
void sort_by_cpu(struct app *app);
void sort_by_memory(struct app *app);
void sort_by_age(struct app *app);
void sort_by_pid(struct app *app);
void sort_reverse(struct app *app);
void sort_choose(struct app *app);

/* actions_detail.c */
void detail_enter(struct app *app);
void detail_leave(struct app *app);
void detail_next_tab(struct app *app);
void detail_show_numbered(struct app *app);
void detail_previous_tab(struct app *app);
void detail_show_reasons(struct app *app);
void detail_show_ancestry(struct app *app);
void detail_show_program(struct app *app);
void detail_show_connections(struct app *app);
void detail_show_files(struct app *app);
void detail_show_maps(struct app *app);
void detail_show_environ(struct app *app);
void detail_show_threads(struct app *app);
void detail_show_security(struct app *app);
void detail_reveal(struct app *app);

/* actions_page.c: the detail pane and help scroll alike */
void page_up(struct app *app);
void page_down(struct app *app);
void page_page_up(struct app *app);
void page_page_down(struct app *app);
void page_first(struct app *app);
void page_last(struct app *app);
void page_search(struct app *app);
void page_search_next(struct app *app);
void page_search_previous(struct app *app);
void help_open(struct app *app);
void help_close(struct app *app);

/* copying.c */
void page_copy(struct app *app);

/* tuner.c */
void edit_undo(struct app *app);
void edit_redo(struct app *app);
void edit_show_whatif(struct app *app);

/* actions_tune.c */
void tune_toggle(struct app *app);
void tune_up(struct app *app);
void tune_down(struct app *app);
void tune_page_up(struct app *app);
void tune_page_down(struct app *app);
void tune_first(struct app *app);
void tune_last(struct app *app);
void tune_lower(struct app *app);
void tune_raise(struct app *app);
void tune_type(struct app *app);
void tune_default(struct app *app);
void tune_find(struct app *app);
void tune_find_next(struct app *app);
void weight_raise(struct app *app);
void weight_lower(struct app *app);
void weight_raise_finely(struct app *app);
void weight_lower_finely(struct app *app);
void weight_zero(struct app *app);
void weight_default(struct app *app);

/* whitelisting.c */
void whitelist_choose(struct app *app);
void whitelist_up(struct app *app);
void whitelist_down(struct app *app);
void whitelist_accept(struct app *app);
void whitelist_edit(struct app *app);
void whitelist_cancel(struct app *app);
void acknowledge(struct app *app);

/* review.c */
void review_open(struct app *app);
void review_close(struct app *app);
void review_up(struct app *app);
void review_down(struct app *app);
void review_page_up(struct app *app);
void review_page_down(struct app *app);
void review_toggle(struct app *app);
void review_save(struct app *app);
void review_ask_where(struct app *app);
void review_reload(struct app *app);

/* command_line.c */
void command_ask(struct app *app);

/* actions_screen.c */
void threshold_lower(struct app *app);
void threshold_raise(struct app *app);
void screen_pause(struct app *app);
void screen_delay(struct app *app);
void screen_fold_header(struct app *app);
void screen_repaint(struct app *app);
void screen_suspend(struct app *app);
void screen_edit_file(struct app *app);
void screen_quit(struct app *app);

/* menu.c */
void menu_up(struct app *app);
void menu_down(struct app *app);
void menu_page_up(struct app *app);
void menu_page_down(struct app *app);
void menu_choose(struct app *app);
void menu_cancel(struct app *app);

/* actions_log.c */
void log_open(struct app *app);
void log_close(struct app *app);
void log_toggle_comings(struct app *app);

/* replay.c */
void replay_forward(struct app *app);
void replay_back(struct app *app);
void replay_ask(struct app *app);

/* taping.c */
void record_toggle(struct app *app);

/* dumping.c */
void dump_ask(struct app *app);

/* actions_signal.c */
/* Whom it is about: the tagged, or the one under the cursor. False: nobody. */
bool signal_collect(struct app *app);
void signal_choose(struct app *app);
void signal_confirm(struct app *app);
void signal_cancel(struct app *app);

/* prompt.c */
void prompt_accept(struct app *app);
void prompt_cancel(struct app *app);
void prompt_older(struct app *app);
void prompt_newer(struct app *app);
void prompt_left(struct app *app);
void prompt_right(struct app *app);
void prompt_home(struct app *app);
void prompt_end(struct app *app);
void prompt_backspace(struct app *app);
void prompt_delete(struct app *app);
void prompt_delete_word(struct app *app);
void prompt_delete_before(struct app *app);
void prompt_delete_behind(struct app *app);
void prompt_complete(struct app *app);

#endif
