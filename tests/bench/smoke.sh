#!/bin/sh
# The bench runs, and each figure it prints is a number: never how large, which is the
# machine's. Beside twenty processes, without the peers.
set -u
[ -c /dev/ptmx ] || { echo "skipped: there are no pseudo-terminals"; exit 77; }
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

BENCH_PROGRAMS=procwatch-top BENCH_SECONDS=1 BENCH_KEYS=3 BENCH_PASSES=2 BENCH_RECORDED=10 \
    sh "$here/run.sh" 20 >"$work/out" 2>"$work/err" || {
    echo "FAILED: the bench ended with $?"
    cat "$work/out" "$work/err"
    exit 1
}

status=0
expect() { # ROW WHAT: a line of which all is this
    grep -qE "^$1\$" "$work/out" || {
        echo "FAILED: no figures of $2"
        status=1
    }
}

n='[0-9]+(\.[0-9]+)?'
counted="($n|-)" # by strace and from smaps, which not everybody may
expect "  procwatch-top +$n +- +- +$counted +$counted +$n +$counted +$n +$n" "a refresh"
expect "gather each 1000 ms: $n ms CPU at first, then $n ms, $n processes read" "gathering"
expect "  procwatch-top +3 +$n +$n +$n +$n +$n +$n" "keys"
expect "  procwatch-top-without-pause +3 +$n +$n +$n +$n +$n +$n" "keys while it gathers"
for stage in gather seal verify assess score choose order excuse compare tune; do
    expect "  $stage  .* $n +$n( +$n)?" "stage $stage"
done
expect "  draw  .* $n +-( +$n a frame)?" "stage draw"
for screen in 80x24 200x50; do
    for scene in 'the first 20' 'all, as tree' 'with details'; do
        expect " +$screen  $scene  ( +$n){6}" "drawing $scene, $screen"
    done
done
expect "\| 20 \| $n \| - \| - \| - \| - \| $counted \| $counted \|" "the summary"
[ "$status" -eq 0 ] || cat "$work/out" "$work/err"
exit $status
