#!/bin/sh
# Plant violations and see layers.sh refuse each: a rule that cannot fail is
# no rule.
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0

expect() { # STATUS WORDS: what layers.sh must answer about the planted tree
    output=$("${srcdir:-.}/tests/checks/layers.sh" "$work" 2>&1)
    answer=$?
    if [ "$answer" -ne "$1" ]; then
        printf 'layers.sh ended with %s instead of %s:\n%s\n' "$answer" "$1" "$output"
        status=1
    fi
    case $output in
    *"$2"*) ;;
    *)
        printf 'layers.sh did not say "%s":\n%s\n' "$2" "$output"
        status=1
        ;;
    esac
}

plant() { # FILE INCLUDE
    rm -rf "${work:?}/src" "$work/ui"
    mkdir -p "$work/src/base" "$work/ui" "$(dirname "$work/$1")"
    printf '#include "%s"\n' "$2" >"$work/$1"
}

plant src/gather/one.c model/snapshot.h
expect 0 ''
plant src/gather/one.c scoring/scoring.h
expect 1 'layer gather may not include scoring/'
plant src/view/one.h gather/gather.h
expect 1 'layer view may not include gather/'
plant src/base/one.c model/facts.h
expect 1 'layer base may not include model/'
plant ui/one.c api/server.h
expect 1 'layer ui may not include api/'
plant src/heuristics/one.def engine/engine.h
expect 1 'layer heuristics may not include engine/'
plant src/base/utils.c base/span.h
expect 1 'utils.c'
exit $status
