/* SPDX-License-Identifier: MIT */
#include "gather/sock_diag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* TIME_WAIT and half-open connections have no inode, so no process. */
enum {
    STATES_WITHOUT_OWNER = 1u << SOCKET_TIME_WAIT | 1u << SOCKET_SYN_RECV,
    DUMP_BUFFER_SIZE = 32 * 1024, /* what the kernel fills at most (NLMSG_GOODSIZE) */
    ANSWER_SECONDS = 2,
};

struct dump {
    uint8_t family;
    uint8_t protocol;
    sock_diag_take *take;
    void *context;
};

int sock_diag_open(struct mnl_socket **ret_netlink)
{
    struct mnl_socket *netlink = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
    /* A kernel that does not answer must not stop the pass. */
    struct timeval patience = {.tv_sec = ANSWER_SECONDS};

    if (!netlink)
        return -errno;
    if (mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID) < 0 ||
        setsockopt(mnl_socket_get_fd(netlink), SOL_SOCKET, SO_RCVTIMEO, &patience,
                   sizeof patience) < 0) {
        int error = -errno;
        mnl_socket_close(netlink);
        return error;
    }
    *ret_netlink = netlink;
    return 0;
}

void sock_diag_close(struct mnl_socket *netlink)
{
    mnl_socket_close(netlink);
}

static int take_inet(const struct nlmsghdr *header, struct dump *dump)
{
    const struct inet_diag_msg *message = mnl_nlmsg_get_payload(header);
    size_t address_size = dump->family == AF_INET6 ? 16 : 4;

    if (mnl_nlmsg_get_payload_len(header) < sizeof *message)
        return MNL_CB_ERROR;
    if (message->idiag_inode == 0)
        return MNL_CB_OK;

    struct socket socket = {
        .inode = message->idiag_inode,
        .uid = message->idiag_uid,
        .family = dump->family,
        .protocol = dump->protocol,
        .state = message->idiag_state,
        .local_port = ntohs(message->id.idiag_sport),
        .remote_port = ntohs(message->id.idiag_dport),
    };
    memcpy(socket.local, message->id.idiag_src, address_size);
    memcpy(socket.remote, message->id.idiag_dst, address_size);
    return dump->take(dump->context, &socket) ? MNL_CB_OK : MNL_CB_STOP;
}

static int take_unix_attribute(const struct nlattr *attribute, void *context)
{
    struct socket *socket = context;

    if (mnl_attr_get_payload_len(attribute) < sizeof(uint32_t))
        return MNL_CB_OK;
    if (mnl_attr_get_type(attribute) == UNIX_DIAG_PEER)
        socket->peer_inode = mnl_attr_get_u32(attribute);
    else if (mnl_attr_get_type(attribute) == UNIX_DIAG_UID)
        socket->uid = mnl_attr_get_u32(attribute);
    return MNL_CB_OK;
}

static int take_unix(const struct nlmsghdr *header, struct dump *dump)
{
    const struct unix_diag_msg *message = mnl_nlmsg_get_payload(header);
    struct socket socket = {.family = AF_UNIX};

    if (mnl_nlmsg_get_payload_len(header) < sizeof *message)
        return MNL_CB_ERROR;
    socket.inode = message->udiag_ino;
    socket.state = message->udiag_state;
    mnl_attr_parse(header, sizeof *message, take_unix_attribute, &socket);
    if (socket.inode == 0 || socket.peer_inode == 0)
        return MNL_CB_OK;
    return dump->take(dump->context, &socket) ? MNL_CB_OK : MNL_CB_STOP;
}

static int take_message(const struct nlmsghdr *header, void *context)
{
    struct dump *dump = context;

    return dump->family == AF_UNIX ? take_unix(header, dump) : take_inet(header, dump);
}

static void put_request(struct nlmsghdr *header, const struct dump *dump)
{
    if (dump->family == AF_UNIX) {
        struct unix_diag_req *request = mnl_nlmsg_put_extra_header(header, sizeof *request);

        request->sdiag_family = AF_UNIX;
        request->udiag_states = UINT32_MAX;
        request->udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_UID;
        return;
    }
    struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(header, sizeof *request);

    request->sdiag_family = dump->family;
    request->sdiag_protocol = dump->protocol;
    request->idiag_states = ~(uint32_t)STATES_WITHOUT_OWNER;
}

/* libmnl takes a length beyond INT_MAX for a small one. */
static bool is_whole(const char *bytes, size_t size)
{
    struct nlmsghdr header;

    while (size >= sizeof header) {
        memcpy(&header, bytes, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > size)
            return false;
        size_t step = NLMSG_ALIGN(header.nlmsg_len);
        if (step >= size)
            return true;
        bytes += step;
        size -= step;
    }
    return true;
}

int sock_diag_parse(struct sock_diag_answer *answer, const void *bytes, size_t size,
                    sock_diag_take *take, void *context)
{
    struct dump dump = {answer->family, answer->protocol, take, context};

    if (!is_whole(bytes, size)) {
        answer->is_last = true;
        return -EBADMSG;
    }
    int result = mnl_cb_run(bytes, size, answer->sequence, answer->port, take_message, &dump);

    answer->is_last = result != MNL_CB_OK;
    return result == MNL_CB_ERROR ? -errno : 0;
}

int sock_diag_dump(struct mnl_socket *netlink, uint8_t family, uint8_t protocol,
                   sock_diag_take *take, void *context)
{
    const struct dump dump = {family, protocol, take, context};
    char buffer[DUMP_BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
    struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
    struct sock_diag_answer answer = {.family = family,
                                      .protocol = protocol,
                                      .sequence = (uint32_t)family << 8 | protocol,
                                      .port = mnl_socket_get_portid(netlink)};
    int error = 0;

    header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = answer.sequence;
    put_request(header, &dump);
    if (mnl_socket_sendto(netlink, header, header->nlmsg_len) < 0)
        return -errno;
    while (!error && !answer.is_last) {
        ssize_t got = mnl_socket_recvfrom(netlink, buffer, sizeof buffer);
        if (got < 0)
            return -errno;
        error = sock_diag_parse(&answer, buffer, (size_t)got, take, context);
    }
    return error;
}
