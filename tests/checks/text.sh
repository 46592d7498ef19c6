#!/bin/sh
# What must not stand in the sources: a pause in a test, an unsafe parser of
# kernel text, a byte that is no plain text, a licence line that is missing.
set -u
status=0
cd "${srcdir:-.}" || exit 2

refuse() { # WHY LINES: what grep found, none of which may be
    printf '%s\n' "$2" | awk -v why="$1" '{ print $0 "   <- " why }'
    status=1
}

# A test polls for content (every 0.05 s, up to a deadline). "sleep N &" is a
# process to look at; any other pause needs its reason in a comment beside it.
found=$(grep -rnE --include='*.sh' --include='*.tap' '^[[:space:]]*sleep ' tests |
    grep -vE ':[[:space:]]*sleep 0\.05$|&[[:space:]]*$|# ' || :)
[ -z "$found" ] || refuse "wait for content, never sleep" "$found"
found=$(grep -rnE --include='*.c' '^[^*]*[^_a-z*]u?sleep *\(' tests/unit tests/fuzz || :)
[ -z "$found" ] || refuse "wait for content, never sleep" "$found"

found=$(grep -rnE --include='*.[ch]' '[^_a-z](sscanf|atoi|atol|atof|strtok|gets|sprintf) *\(' src ui || :)
[ -z "$found" ] || refuse "use base/span, base/strbuf" "$found"

found=$(grep -rnP --include='*.[ch]' '^\s*//|[^:"]//[^"]*$|\t' src ui || :)
[ -z "$found" ] || refuse "no // comments, no tabs" "$found"

found=$(find src ui tests doc config po -name '*.[ch]' -exec grep -L 'SPDX-License-Identifier: MIT' {} + || :)
[ -z "$found" ] || refuse "the first line is the SPDX line" "$found"

# Only what a clone has may be spoken of.
found=$(grep -rnI --exclude-dir='build*' --exclude-dir=_build --exclude-dir=.git --exclude=.git \
    -e '\.\./sha''red' -e '/wo''rk/' . || :)
[ -z "$found" ] || refuse "nobody else has this" "$found"
exit $status
