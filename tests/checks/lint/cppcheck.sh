#!/bin/sh
# Static analysis; style opinions are the compilers' and the reviewers'.
set -eu
cd "${srcdir:-.}"
exec cppcheck --quiet --std=c11 --enable=warning,performance,portability \
    --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
    -D_GNU_SOURCE -DTHEME_DIR='""' -DLOCALE_DIR='""' -Isrc -I. -I"${builddir:-build}" src ui
