/* SPDX-License-Identifier: MIT */
/* recvmmsg(2): a system call for many events. */
#include "gather/proc_events.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    QUEUE_SIZE = 8 * 1024 * 1024, /* some 10,000 events; a second's, in a storm */
    BATCH = 64,
    BATCHES_MAX = 4096, /* who forks without end shall not keep us here */
    MESSAGE_SIZE = 256,
};

struct batch {
    struct mmsghdr headers[BATCH];
    struct iovec pieces[BATCH];
    struct sockaddr_nl senders[BATCH];
    char bytes[BATCH][MESSAGE_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static int subscribe(int fd)
{
    const struct sockaddr_nl here = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    int size = QUEUE_SIZE;
    char bytes[MESSAGE_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
    struct nlmsghdr *header = mnl_nlmsg_put_header(bytes);
    struct cn_msg *message =
        mnl_nlmsg_put_extra_header(header, sizeof *message + sizeof(enum proc_cn_mcast_op));
    const enum proc_cn_mcast_op wish = PROC_CN_MCAST_LISTEN;

    header->nlmsg_type = NLMSG_DONE;
    message->id = (struct cb_id){CN_IDX_PROC, CN_VAL_PROC};
    message->len = sizeof wish;
    memcpy(message->data, &wish, sizeof wish);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0 ||
        bind(fd, (const struct sockaddr *)&here, sizeof here) != 0 ||
        send(fd, header, header->nlmsg_len, 0) < 0)
        return -errno;
    return 0;
}

int proc_events_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);

    if (fd < 0)
        return -errno;
    int error = subscribe(fd);
    if (error)
        close(fd);
    return error ? error : fd;
}

void proc_events_init(struct proc_events *events, int socket)
{
    *events = (struct proc_events){.socket = socket > 0 ? socket : -1};
}

void proc_events_release(struct proc_events *events)
{
    procfs_numbers_release(&events->forked);
    procfs_numbers_release(&events->forked_before);
    procfs_numbers_release(&events->ended);
}

/* Each CPU numbers its events. */
static void check_number(struct proc_events *events, uint32_t cpu, uint32_t number)
{
    if (cpu >= PROC_EVENTS_CPUS)
        return;
    events->has_lost |= events->next[cpu] != 0 && events->next[cpu] != number + 1;
    events->next[cpu] = number + 2;
}

static void take_event(struct proc_events *events, const struct proc_event *event,
                       const struct proc_events_listener *listener)
{
    switch ((unsigned)event->what) {
    case PROC_EVENT_FORK: /* or a thread was started */
        if (event->event_data.fork.child_pid == event->event_data.fork.child_tgid)
            procfs_numbers_add(&events->forked, event->event_data.fork.child_tgid);
        break;
    case PROC_EVENT_EXIT:
        if (event->event_data.exit.process_pid == event->event_data.exit.process_tgid)
            procfs_numbers_add(&events->ended, event->event_data.exit.process_tgid);
        break;
    case PROC_EVENT_EXEC:
    case PROC_EVENT_UID:
    case PROC_EVENT_GID:
    case PROC_EVENT_SID:
    case PROC_EVENT_PTRACE:
    case PROC_EVENT_COMM: /* in all of these it is the second number */
        listener->changed(listener->context, event->event_data.exec.process_tgid);
        break;
    default:
        break;
    }
}

static void take_message(struct proc_events *events, const char *bytes, size_t size,
                         const struct proc_events_listener *listener)
{
    const struct nlmsghdr *header = (const void *)bytes;
    struct proc_event event = {0};

    if (!mnl_nlmsg_ok(header, (int)size) || header->nlmsg_type != NLMSG_DONE ||
        mnl_nlmsg_get_payload_len(header) < sizeof(struct cn_msg))
        return;
    const struct cn_msg *message = mnl_nlmsg_get_payload(header);
    if (message->id.idx != CN_IDX_PROC || message->id.val != CN_VAL_PROC ||
        message->len > mnl_nlmsg_get_payload_len(header) - sizeof *message)
        return;
    memcpy(&event, message->data, message->len < sizeof event ? message->len : sizeof event);
    events->is_live = true;
    if (event.what == PROC_EVENT_NONE) /* the answer to our wish; has no number */
        return;
    check_number(events, event.cpu, message->seq);
    take_event(events, &event, listener);
}

/* False when there is no more. */
static bool take_batch(struct proc_events *events, struct batch *batch,
                       const struct proc_events_listener *listener)
{
    for (size_t i = 0; i < BATCH; i++) {
        batch->pieces[i] = (struct iovec){batch->bytes[i], MESSAGE_SIZE};
        batch->headers[i].msg_hdr = (struct msghdr){
            .msg_name = &batch->senders[i],
            .msg_namelen = sizeof batch->senders[i],
            .msg_iov = &batch->pieces[i],
            .msg_iovlen = 1,
        };
    }
    int count = recvmmsg(events->socket, batch->headers, BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        events->has_lost |= errno == ENOBUFS;
        return errno == ENOBUFS || errno == EINTR;
    }
    for (int i = 0; i < count; i++)
        if (batch->senders[i].nl_pid == 0) /* others than the kernel can send, too */
            take_message(events, batch->bytes[i], batch->headers[i].msg_len, listener);
    return count == BATCH;
}

/* Of those that were forked, the ones that ended; both ascending. */
static uint32_t count_ended(const struct procfs_numbers *forked,
                            const struct procfs_numbers *ended,
                            const struct proc_events_listener *listener)
{
    uint32_t count = 0;
    size_t at = 0;

    for (size_t i = 0; i < forked->count; i++) {
        int32_t pid = forked->items[i];

        while (at < ended->count && ended->items[at] < pid)
            at++;
        if (at == ended->count || ended->items[at] != pid)
            continue;
        at++;
        count += !listener->was_listed(listener->context, pid);
    }
    return count;
}

/* Who was forked before the last listing may have ended before it as well, and be told
 * of only now. */
static void count_short_lived(struct proc_events *events,
                              const struct proc_events_listener *listener)
{
    struct procfs_numbers before = events->forked_before;

    procfs_numbers_sort(&events->forked);
    procfs_numbers_sort(&events->ended);
    events->short_lived = count_ended(&events->forked, &events->ended, listener) +
                          count_ended(&before, &events->ended, listener);
    events->forked_before = events->forked;
    events->forked = before;
    events->forked.count = 0;
    events->ended.count = 0;
}

void proc_events_drain(struct proc_events *events, const struct proc_events_listener *listener)
{
    struct batch batch = {0};
    size_t batches = 0;

    events->has_lost = false;
    events->short_lived = 0;
    if (events->socket < 0)
        return;
    while (batches++ < BATCHES_MAX && take_batch(events, &batch, listener))
        ;
    count_short_lived(events, listener);
}
