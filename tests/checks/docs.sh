#!/bin/sh
# Fail when a heuristic lacks its section in doc/heuristics.md, its test or its place
# among the readers of thresholds; when a section tells of one that there is not, or to
# verify it in another way than the program does; or when doc/security.md names a test,
# a file or a function that there is not.
set -u
cd "${srcdir:-.}" || exit 2

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
# What the program tells to verify by, the page does: the last argument of the row.
awk -v page="$page" '
    FNR == 1 { file++ }
    file == 1 && /^### / { key = $2 }
    file == 1 && /^## / { key = "" }
    file == 1 { section[key] = section[key] " " $0 }
    file == 2 && /^HEURISTIC\(/ { row = ""; key = $0; gsub(/^HEURISTIC\(|,.*/, "", key) }
    file == 2 { sub(/^ +/, ""); row = row $0 "\n" }
    file == 2 && /"\)$/ {
        verify = substr(row, 1, length(row) - 3)
        while (match(verify, /",\n"/))
            verify = substr(verify, RSTART + RLENGTH)
        gsub(/"\n"/, "", verify); gsub(/\\"/, "\"", verify); gsub(/\\\\/, "\\", verify)
        gsub(/\{pid\}/, "PID", verify)
        if (!index(section[key], "`" verify "`")) {
            print page ": \"### " key "\" does not verify by: " verify
            broken = 1
        }
    }
    END { exit broken }
' "$page" "$table" || status=1
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
# What is promised is tested by what it says.
# shellcheck disable=SC2016 # the backticks are the page's
for name in $(grep -oE '`[a-z0-9_./-]*[_/][a-z0-9_./-]*`' doc/security.md | tr -d '`' | sort -u); do
    [ -e "$name" ] || [ -e "$name.c" ] || grep -rqw -e "$name" tests src config || {
        echo "doc/security.md: there is no $name"
        status=1
    }
done
exit $status
