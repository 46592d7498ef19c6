/* SPDX-License-Identifier: MIT */
#include "view/view.h"

#include "base/memory.h"

/* What is behind each process, and where that is not wanted. */
struct adding {
    const struct snapshot *snapshot;
    view_hides_threads *is_hidden;
    const void *context;
};

static const struct thread *threads_of(const struct adding *adding, const struct view *view,
                                       size_t index, size_t *ret_count)
{
    const struct snapshot *snapshot = adding->snapshot;
    const struct thread *threads =
        snapshot_threads(snapshot, snapshot->processes[view->rows[index]].pid, ret_count);

    if (adding->is_hidden && adding->is_hidden(adding->context, index))
        *ret_count = 0;
    return threads;
}

static size_t count_threads(const struct adding *adding, const struct view *view)
{
    size_t all = 0, count;

    for (size_t i = 0; i < view->count; i++) {
        threads_of(adding, view, i, &count);
        all += count;
    }
    return all;
}

static void make_room(struct view *view, size_t count)
{
    if (count > view->capacity) {
        view->rows = memory_resize(view->rows, count, sizeof *view->rows);
        view->capacity = count;
    }
    if (count > view->thread_capacity) {
        view->threads = memory_resize(view->threads, count, sizeof *view->threads);
        view->thread_capacity = count;
    }
}

/* From the end, so that no row is written over before it has moved. */
void view_add_threads(struct view *view, const struct snapshot *snapshot,
                      view_hides_threads *is_hidden, const void *context)
{
    const struct adding adding = {snapshot, is_hidden, context};
    size_t from = view->count, to;

    view->thread_count = count_threads(&adding, view);
    to = view->count + view->thread_count;
    make_room(view, to);
    view->count = to;
    while (from-- > 0) {
        uint32_t process = view->rows[from];
        size_t count;
        const struct thread *threads = threads_of(&adding, view, from, &count);

        while (count-- > 0) {
            view->rows[--to] = process;
            view->threads[to] = (uint32_t)(&threads[count] - snapshot->threads);
        }
        view->rows[--to] = process;
        view->threads[to] = VIEW_NO_THREAD;
    }
}

const struct thread *view_thread(const struct view *view, const struct snapshot *snapshot,
                                 size_t index)
{
    if (view->thread_count == 0 || view->threads[index] == VIEW_NO_THREAD)
        return NULL;
    return &snapshot->threads[view->threads[index]];
}
