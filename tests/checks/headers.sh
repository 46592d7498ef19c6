#!/bin/sh
# Each header compiles alone: it includes what it needs.
set -u
cd "${srcdir:-.}" || exit 2
# CC may carry a launcher in front, hence the splitting.
compile() { # FILE...
    # shellcheck disable=SC2086
    ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Isrc -I. -I"${builddir:-build}" ${HEADER_CFLAGS:-} \
        -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -x c "$@"
}

folders='src ui'
# The tests want libraries that the programs do without.
printf '#include "tests/support/test.h"\n#include <vterm.h>\n' | compile - 2>/dev/null &&
    folders="$folders tests"
# shellcheck disable=SC2046,SC2086
compile $(find $folders -name '*.h')
