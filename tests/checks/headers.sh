#!/bin/sh
# Each header compiles alone: it includes what it needs.
set -u
cd "${srcdir:-.}" || exit 2
# CC may carry a launcher in front, hence the splitting.
# shellcheck disable=SC2046,SC2086
exec ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Isrc -I. -I"${builddir:-build}" ${HEADER_CFLAGS:-} \
    -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -x c \
    $(find src ui tests/support -name '*.h')
