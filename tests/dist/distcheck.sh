#!/bin/sh
# The tarball builds from a read-only source, passes, installs, uninstalls, and
# leaves nothing behind. Its tests are those that need no live machine: the others
# would run a second time what "make check" runs.
set -eu
cd "${builddir:-build}"
log=$PWD/distcheck.log
# The $ are make's.
# shellcheck disable=SC2016
if ! make distcheck TESTS='$(QUIET_TESTS) $(RULES)' >"$log" 2>&1; then
    tail -n 60 "$log"
    exit 1
fi
sed -n 's/^# PASS: */    passed: /p' "$log"
