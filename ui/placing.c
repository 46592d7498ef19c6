/* SPDX-License-Identifier: MIT */
#include "ui/placing.h"

#include <string.h>

/* Cells for the reasons: the more a column matters, the fewer it leaves them. */
enum { WHY_LEAST = 12, WHY_GOOD = 28, WHY_SENTENCE = 34, WHY_AMPLE = 70, SORT_IMPORTANCE = 8 };

static bool is_name(const struct column *column)
{
    return strcmp(column->key, "name") == 0;
}

static int name_width(const struct list *list, int width)
{
    if (list->is_tree)
        return width >= 120 ? 32 : width >= 72 ? 24 : 12;
    return width < 56 ? 11 : 15;
}

static int cells_of(const struct list *list, const struct column *column, int width)
{
    return is_name(column) ? name_width(list, width) : (int)column->width;
}

/* The columns of the list, less those scrolled away, and what it is sorted by: that is
 * worth seeing. */
static size_t choose(const struct list *list, int width, const struct column **chosen)
{
    size_t count = 0, skipped = list->columns.skipped;
    bool has_sort = list_has_column(list, list->sort) || list->sort->width == 0 ||
                    (int)list->sort->width > width / 4;

    for (size_t i = 0; i < list->columns.count; i++) {
        const struct column *column = list->columns.items[i];

        if (column_importance(column) != COLUMN_IS_FIXED && skipped > 0) {
            skipped--;
            continue;
        }
        /* A tree says who the parent is. */
        if (list->is_tree && strcmp(column->key, "ppid") == 0 && list->sort != column)
            continue;
        if (is_name(column) && !has_sort)
            chosen[count++] = list->sort;
        chosen[count++] = column;
    }
    return count;
}

static int importance(const struct list *list, const struct column *column)
{
    int of_column = column_importance(column);

    return column == list->sort && of_column < SORT_IMPORTANCE ? SORT_IMPORTANCE : of_column;
}

static int why_cells(const struct list *list, int least_importance)
{
    if (least_importance == COLUMN_IS_EXTRA)
        return WHY_AMPLE;
    if (list->mode == LIST_SENTENCES)
        return WHY_SENTENCE;
    return least_importance <= 1 ? WHY_GOOD : WHY_LEAST;
}

/* Without the least important until the reasons have room. */
static size_t drop(const struct list *list, int width, const struct column **chosen,
                   size_t count)
{
    for (;;) {
        int cells = 2;
        size_t least = 0;

        for (size_t i = 0; i < count; i++) {
            cells += cells_of(list, chosen[i], width) + 1;
            if (importance(list, chosen[i]) < importance(list, chosen[least]))
                least = i;
        }
        if (count == 0 || importance(list, chosen[least]) == COLUMN_IS_FIXED ||
            cells + why_cells(list, importance(list, chosen[least])) <= width)
            return count;
        count--;
        memmove(chosen + least, chosen + least + 1, (count - least) * sizeof(struct column *));
    }
}

struct placing placing_make(const struct list *list, int width, bool has_saved)
{
    const struct column *chosen[COLUMN_SET_MAX + 1];
    struct placing placing = {.why_x = 1};
    int room = has_saved ? width - SAVED_CELLS - 1 : width;
    size_t count = drop(list, room, chosen, choose(list, width, chosen));

    for (size_t i = 0; i < count; i++) {
        int cells = cells_of(list, chosen[i], room);

        placing.columns[placing.count++] = (struct placed){chosen[i], placing.why_x, cells};
        placing.why_x += cells + 1;
        if (has_saved && strcmp(chosen[i]->key, "score") == 0) {
            placing.saved_x = placing.why_x;
            placing.why_x += SAVED_CELLS + 1;
        }
    }
    placing.why_x++;
    return placing;
}

const struct column *placing_column_at(const struct placing *placing, int x)
{
    for (int i = 0; i < placing->count; i++)
        if (x >= placing->columns[i].x &&
            x <= placing->columns[i].x + placing->columns[i].width)
            return placing->columns[i].column;
    return x >= placing->why_x ? column_find("reasons") : NULL;
}
