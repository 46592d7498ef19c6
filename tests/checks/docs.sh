#!/bin/sh
# Fail when a heuristic lacks its section in doc/heuristics.md, its test or its place
# among the readers of thresholds, or when a section tells of one that there is not.
set -u
cd "${1:-${srcdir:-.}}" || exit 2

table=src/heuristics/heuristics.def
page=doc/heuristics.md
keys=$(sed -n 's/^HEURISTIC(\([a-z0-9_]*\),.*/\1/p' "$table")
sections=$(sed -n 's/^### //p' "$page")
[ -n "$keys" ] || { echo "$table: no heuristic found"; exit 2; }

status=0
for key in $keys; do
    if [ "$(printf '%s\n' "$sections" | grep -cx "$key")" -ne 1 ]; then
        echo "$page: wants one section \"### $key\""
        status=1
    fi
    # Found by a test, and found innocent by one.
    grep -qr "\"$key\"" tests/unit/heuristics || {
        echo "tests/unit/heuristics: no test of $key"
        status=1
    }
    grep -q "check_$key(" src/heuristics/*.c || {
        echo "src/heuristics: no check_$key()"
        status=1
    }
done
for section in $sections; do
    printf '%s\n' "$keys" | grep -qx "$section" || {
        echo "$page: \"### $section\" is no heuristic"
        status=1
    }
done
# A check that reads a threshold is asked again when one is edited.
readers=$(sed -n '/find_readers_of_thresholds/,/^}/p' src/heuristics/heuristics.c)
askers=$(awk '/^float check_/ { key = $2; sub(/^check_/, "", key); sub(/\(.*/, "", key) }
    /^}/ { key = "" } key != "" && /->thresholds/ { print key }' src/heuristics/*.c | sort -u)
for key in $askers; do
    printf '%s\n' "$readers" | grep -qw "HEURISTIC_$key" || {
        echo "src/heuristics/heuristics.c: find_readers_of_thresholds() lacks $key"
        status=1
    }
done
exit $status
