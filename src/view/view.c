/* SPDX-License-Identifier: MIT */
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "view/history.h"

/* What one row is compared by. */
struct sort_entry {
    union {
        double number;
        struct span text; /* in the snapshot */
    };
    double strongest; /* score of its strongest reason */
    uint64_t starttime;
    uint32_t process; /* its index: by pid, as the snapshot */
    bool is_known;    /* a value nobody knows comes last, either way round */
};

/* What a comparison needs besides the two entries. */
struct ordering {
    const struct view_options *options;
    const struct column *column;
    const struct snapshot *snapshot;
    const struct relations *relations;
    const struct scores *scores;
};

struct row view_row(const struct snapshot *snapshot, const struct relations *relations,
                    const struct scores *scores, uint32_t process, enum text_style style)
{
    return (struct row){
        .snapshot = snapshot,
        .relations = relations,
        .scores = scores,
        .process = &snapshot->processes[process],
        .verdict = &scores->verdicts[process],
        .style = style,
    };
}

static struct row row_of(const struct ordering *ordering, uint32_t process)
{
    struct row row =
        view_row(ordering->snapshot, ordering->relations, ordering->scores, process, TEXT_UTF8);

    row.history = ordering->options->history;
    return row;
}

static void make_entry(const struct ordering *ordering, uint32_t process,
                       struct sort_entry *ret_entry)
{
    const struct column *column = ordering->column;
    struct row row = row_of(ordering, process);

    *ret_entry = (struct sort_entry){
        .starttime = row.process->starttime,
        .process = process,
        .is_known = column_is_known(column, &row),
    };
    if (ret_entry->is_known && column->number)
        ret_entry->number = column->number(&row);
    else if (ret_entry->is_known && column->count)
        ret_entry->number = (double)column->count(&row);
    else if (ret_entry->is_known)
        ret_entry->text = column->text(&row);
    if (row.verdict->reason_count > 0)
        ret_entry->strongest = row.scores->reasons[row.verdict->first_reason].score;
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_by_column(const struct ordering *ordering, const struct sort_entry *a,
                             const struct sort_entry *b)
{
    int order;

    if (!a->is_known || !b->is_known)
        return b->is_known - a->is_known;
    if (ordering->column->text)
        order = span_compare(a->text, b->text);
    else
        order = -compare_numbers(a->number, b->number);
    return ordering->options->is_reversed ? -order : order;
}

/* A total order: no two entries are of one process. */
static int compare_entries(const void *left, const void *right, void *context)
{
    const struct sort_entry *a = left, *b = right;
    int order = compare_by_column(context, a, b);

    if (order == 0)
        order = -compare_numbers(a->strongest, b->strongest);
    if (order == 0)
        order = (a->starttime > b->starttime) - (a->starttime < b->starttime);
    if (order == 0)
        order = (a->process > b->process) - (a->process < b->process);
    return order;
}

static void swap_entries(struct sort_entry *a, struct sort_entry *b)
{
    struct sort_entry swapped = *a;

    *a = *b;
    *b = swapped;
}

/* Heap with the last in order on top. */
static void sift_down(struct sort_entry *heap, size_t count, size_t at,
                      struct ordering *ordering)
{
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
            if (compare_entries(&heap[child], &heap[last], ordering) > 0)
                last = child;
        if (last == at)
            return;
        swap_entries(&heap[at], &heap[last]);
        at = last;
    }
}

/* How far apart a look takes entries, the last look takes all. */
static const size_t strides[] = {256, 16, 1};

/* Bring the first `limit` of the order to the front. n log k whatever the input:
 * whoever is listed also chooses the values, so no quickselect. */
static void select_first(struct sort_entry *entries, size_t count, size_t limit,
                         struct ordering *ordering)
{
    for (size_t i = limit / 2; i-- > 0;)
        sift_down(entries, limit, i, ordering);
    /* Pids, start times and more rise along the list: all of it would pass through the
     * heap. A few from everywhere come first; who is looked at twice is refused. */
    for (size_t look = 0; look < sizeof strides / sizeof *strides; look++)
        for (size_t i = limit; i < count; i += strides[look])
            if (compare_entries(&entries[i], &entries[0], ordering) < 0) {
                swap_entries(&entries[i], &entries[0]);
                sift_down(entries, limit, 0, ordering);
            }
}

/* A name of NULL: it is not known whose it is. */
static bool matches_user(const char *name, uint32_t uid, const char *user)
{
    bool is_negated = *user == '!';
    const char *wanted = user + is_negated;
    bool is_same = false;
    uint64_t number;

    if (name) {
        is_same = strcmp(name, wanted) == 0;
        if (span_is_u64(span_of_string(wanted), &number))
            is_same = is_same || number == uid;
    }
    return is_same != is_negated;
}

static const char *user_of(const struct row *row)
{
    return process_knows(row->process, FACT_BIT(FACT_STATUS))
               ? snapshot_string(row->snapshot, row->process->user)
               : NULL;
}

static bool matches_pids(int32_t pid, const struct view_options *options)
{
    for (size_t i = 0; i < options->pid_count; i++)
        if (options->pids[i] == pid)
            return true;
    return false;
}

static bool is_wanted(const struct row *row, const struct view_options *options)
{
    if (options->flagged_only && !row->verdict->is_flagged)
        return false;
    if (options->marks && !options->marks[row->process - row->snapshot->processes])
        return false;
    if (row->verdict->total_score < options->least_score)
        return false;
    if (options->hide_kernel_threads && process_is_kernel_thread(row->process))
        return false;
    if (options->pids && !matches_pids(row->process->pid, options))
        return false;
    if (options->user &&
        !matches_user(user_of(row), row->process->uid[ID_EFFECTIVE], options->user))
        return false;
    if (options->hide_containers && span_length(row_container(row).id) > 0)
        return false;
    if (options->who && !who_matches(options->who, row))
        return false;
    if (options->filter && !filter_matches(options->filter, row))
        return false;
    return !options->search || row_contains(row, options->search);
}

static bool is_ended_wanted(const struct history_ended *ended,
                            const struct view_options *options)
{
    const struct history_cell *user = history_cell(ended, column_find("user"));
    const struct history_cell *uid = history_cell(ended, column_find("uid"));
    const struct history_cell *container = history_cell(ended, column_find("container"));

    if (options->marks || options->who || ended->score < options->least_score)
        return false;
    if (options->flagged_only && !ended->was_flagged)
        return false;
    if (options->hide_kernel_threads && ended->was_kernel_thread)
        return false;
    if (options->pids && !matches_pids(ended->pid, options))
        return false;
    if (options->user && !matches_user(user->is_known ? strbuf_string(&user->text) : NULL,
                                       (uint32_t)uid->number, options->user))
        return false;
    if (options->hide_containers && container->is_known &&
        strcmp(strbuf_string(&container->text), "-") != 0)
        return false;
    if (options->filter && !filter_matches_ended(options->filter, ended))
        return false;
    return !options->search || history_contains(ended, options->search);
}

void view_choose_ended(struct history *history, const struct view_options *options)
{
    for (size_t i = 0; i < history->ended_count; i++)
        history->ended[i].is_chosen = is_ended_wanted(&history->ended[i], options);
}

void view_build(struct view *view, const struct snapshot *snapshot,
                const struct relations *relations, const struct scores *scores,
                const struct view_options *options)
{
    struct ordering ordering = {
        .options = options,
        .column = options->sort ? options->sort : column_find("score"),
        .snapshot = snapshot,
        .relations = relations,
        .scores = scores,
    };
    size_t count = 0;

    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        struct row row = row_of(&ordering, i);
        if (!is_wanted(&row, options))
            continue;
        view->entries =
            memory_grow(view->entries, count, &view->entry_capacity, sizeof *view->entries);
        make_entry(&ordering, i, &view->entries[count++]);
    }
    view->matched = count;
    if (options->limit > 0 && options->limit < count) {
        select_first(view->entries, count, options->limit, &ordering);
        count = options->limit;
    }
    if (count > 1)
        qsort_r(view->entries, count, sizeof *view->entries, compare_entries, &ordering);

    if (count > view->capacity) {
        view->rows = memory_resize(view->rows, count, sizeof *view->rows);
        view->capacity = count;
    }
    for (size_t i = 0; i < count; i++)
        view->rows[i] = view->entries[i].process;
    view->count = count;
    view->thread_count = 0;
}

void view_release(struct view *view)
{
    free(view->rows);
    free(view->threads);
    free(view->entries);
    *view = (struct view){0};
}
