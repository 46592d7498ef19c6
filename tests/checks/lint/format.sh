#!/bin/sh
# The sources are as clang-format would have them.
set -eu
cd "${srcdir:-.}"
find src ui tests doc config po -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
