#!/bin/sh
# Static analysis; style opinions are the compilers' and the reviewers'. Some of its
# checks are left out: they take an address for a value that was read, do not see that
# fatal() never returns, or do not follow a loop; compilers and sanitizers do.
set -eu
cd "${srcdir:-.}"
exec cppcheck --quiet --std=c11 --enable=warning,performance,portability \
    --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
    --suppress=ctuuninitvar --suppress=uninitvar --suppress=zerodivcond \
    --suppress=invalidPointerCast --suppress=nullPointerRedundantCheck \
    -D_GNU_SOURCE -DTHEME_DIR='""' -DLOCALE_DIR='""' -Isrc -I. -I"${builddir:-build}" \
    -I"${builddir:-build}/src" src ui
