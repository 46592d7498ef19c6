/* SPDX-License-Identifier: MIT */
/* /proc/PID/net/{tcp,udp,raw}{,6} and packet: one socket a line. */
#include "gather/parse.h"

#include <string.h>
#include <sys/socket.h>

enum { WORD_DIGITS = 8 };

static bool take_hex_digits(struct span *in, size_t digits, uint64_t *ret_value)
{
    struct span field = *in, rest;
    uint64_t value;

    if (span_length(field) < digits)
        return false;
    rest = field;
    rest.at += digits;
    field.end = rest.at;
    if (!span_take_hex(&field, &value) || span_length(field) != 0)
        return false;
    *in = rest;
    *ret_value = value;
    return true;
}

/* Addresses are printed as 32-bit words of the machine's own byte order
 * (net/ipv4/tcp_ipv4.c prints a __be32 with %08X), so storing each word back
 * gives network order again. */
static bool take_address(struct span *in, uint8_t family, uint8_t (*ret_address)[16],
                         uint16_t *ret_port)
{
    struct span rest = *in;
    uint8_t address[16] = {0};
    uint64_t word, port;

    for (size_t i = 0; i < (family == AF_INET6 ? 4 : 1); i++) {
        if (!take_hex_digits(&rest, WORD_DIGITS, &word))
            return false;
        memcpy(address + i * sizeof(uint32_t), &(uint32_t){(uint32_t)word}, sizeof(uint32_t));
    }
    if (!span_take_char(&rest, ':') || !take_hex_digits(&rest, 4, &port) ||
        !span_take_char(&rest, ' '))
        return false;
    *in = rest;
    memcpy(*ret_address, address, sizeof address);
    *ret_port = (uint16_t)port;
    return true;
}

/* Words of a table are parted by any number of spaces. */
static bool take_column(struct span *in, struct span *ret_word)
{
    span_skip_blanks(in);
    return span_take_word(in, ret_word);
}

static bool skip_columns(struct span *in, unsigned count)
{
    struct span word;

    while (count-- > 0)
        if (!take_column(in, &word))
            return false;
    return true;
}

static bool take_number(struct span *in, uint64_t *ret_number)
{
    struct span word;

    return take_column(in, &word) && span_is_u64(word, ret_number);
}

bool parse_net_socket(struct span line, uint8_t family, uint8_t protocol,
                      struct socket *ret_socket)
{
    struct socket socket = {.family = family, .protocol = protocol};
    uint64_t slot, state, uid;

    span_skip_blanks(&line);
    if (!span_take_u64(&line, &slot) || !span_take_string(&line, ": ") ||
        !take_address(&line, family, &socket.local, &socket.local_port) ||
        !take_address(&line, family, &socket.remote, &socket.remote_port) ||
        !take_hex_digits(&line, 2, &state) || !span_take_char(&line, ' '))
        return false;
    /* tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ref ... */
    if (!skip_columns(&line, 3) || !take_number(&line, &uid) || uid > UINT32_MAX ||
        !skip_columns(&line, 1) || !take_number(&line, &socket.inode) || line.at[-1] != ' ')
        return false;

    socket.state = (uint8_t)state;
    socket.uid = (uint32_t)uid;
    *ret_socket = socket;
    return true;
}

bool parse_packet_socket(struct span line, struct socket *ret_socket)
{
    struct socket socket = {.family = AF_PACKET, .state = SOCKET_CLOSE};
    uint64_t uid;

    /* sk RefCnt Type Proto Iface R Rmem User Inode; the kernel pads the last
     * column to six with spaces behind it. */
    if (!skip_columns(&line, 7) || !take_number(&line, &uid) || uid > UINT32_MAX ||
        !take_number(&line, &socket.inode))
        return false;
    socket.uid = (uint32_t)uid;
    *ret_socket = socket;
    return true;
}
