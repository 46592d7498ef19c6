/* SPDX-License-Identifier: MIT */
/*
 * errand - the asking side of a deed: the request handed to the keeper, and the
 * answer as it comes in. Never blocks.
 */
#ifndef ENGINE_ERRAND_H
#define ENGINE_ERRAND_H

#include <stdint.h>

#include "engine/deed.h"
#include "engine/wires.h"

struct errand {
    int socket; /* readable when something came; meaningless while is_open is false */
    bool is_open;
    uint64_t until_ms;
    struct strbuf received;
};

/* Ask the keeper for the deed of that number. Negative errno. */
int errand_begin(struct errand *errand, int keeper, uint32_t number, const struct deed *deed,
                 struct span request);

/*
 * The bytes of the answer, and the errand is over. -EAGAIN while it is under way;
 * any other error ends it as well: -ETIMEDOUT when it took too long, -EPIPE when
 * whoever was at it died, -EPERM when the keeper may not.
 */
int errand_take(struct errand *errand, uint64_t now_ms, struct strbuf *ret_answer);

/* The next answer of a conversation, which goes on; errors as above. */
int errand_receive(struct errand *errand, uint64_t now_ms, struct strbuf *ret_answer);

void errand_release(struct errand *errand);

#endif
