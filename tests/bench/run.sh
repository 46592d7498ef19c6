#!/bin/sh
# Measure procwatch-top beside htop and top, on a crowd of idle processes, in
# one run: only the ratios of one run mean something on a shared machine.
#
#     run.sh [COUNT ...]        default: 200 2000 10000
#
# BENCH_SECONDS is the window of each measurement (default 20).
set -eu
# Apart from everything else on the machine, where we may: what runs there would be
# measured too, and a hostile process there has our collector replaced.
if [ "$(id -u)" -eq 0 ] && [ -z "${BENCH_APART:-}" ] &&
    unshare --fork --pid --mount-proc true 2>/dev/null; then
    BENCH_APART=1 exec unshare --fork --pid --mount-proc --kill-child sh "$0" "$@"
fi
build=${builddir:-build}
seconds=${BENCH_SECONDS:-20}
crowd=
work=$(mktemp -d)

clean_up() {
    [ -z "$crowd" ] || kill "$crowd" 2>/dev/null || :
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Start the crowd and wait until it stands.
start_crowd() {
    mkfifo "$work/ready"
    "$build/tests/bench/park" "$1" 3600 >"$work/ready" &
    crowd=$!
    read -r answer <"$work/ready"
    rm "$work/ready"
    [ "$answer" = "ready $1" ]
}

stop_crowd() {
    kill "$crowd"
    wait "$crowd" 2>/dev/null || :
    crowd=
}


measure() {
    name=$1
    shift
    if ! command -v "$1" >/dev/null; then
        echo "$name: not installed" >&2
        return
    fi
    if line=$("$build/tests/bench/compare" "$seconds" "$@"); then
        echo "$name $line" >>"$work/results"
    fi
}

print_table() {
    awk -v count="$1" '
        {
            name[NR] = $1; refreshes[NR] = $2; cpu[NR] = $3; bytes[NR] = $4
            pss[NR] = $5; p50[NR] = $6; p99[NR] = $7
            if ($1 == "htop") htop = $3
            if ($1 == "top") top = $3
        }
        END {
            printf "%d processes besides those that were there\n", count
            printf "  %-14s %9s %11s %7s %7s %9s %9s %8s %8s\n", "program", "refreshes",
                "ms/refresh", "/htop", "/top", "bytes/ref", "PSS KiB", "key p50", "key p99"
            for (i = 1; i <= NR; i++)
                printf "  %-14s %9d %11.1f %7s %7s %9d %9d %8.1f %8.1f\n", name[i],
                    refreshes[i], cpu[i], htop ? sprintf("%.2f", cpu[i] / htop) : "-",
                    top ? sprintf("%.2f", cpu[i] / top) : "-", bytes[i], pss[i], p50[i], p99[i]
        }' "$work/results"
}

# System calls of a refresh: what ten more passes add, by strace's count, at the
# pace of a screen.
total_calls() {
    strace -f -c -o "$work/calls" "$build/tests/bench/pace" "$1" >/dev/null
    awk '$NF == "total" { print $4 }' "$work/calls"
}

# The same for instructions in user mode; nothing where the machine cannot count.
total_instructions() {
    perf stat -x, -e instructions:u -o "$work/instructions" \
        "$build/tests/bench/stages" "$1" >/dev/null 2>&1 || :
    awk -F, '$3 ~ /^instructions/ && $1 + 0 > 0 { print $1 }' "$work/instructions"
}

print_difference() {
    [ -z "$2" ] || [ -z "$3" ] || awk -v what="$1" -v few="$2" -v many="$3" -v count="$4" '
        BEGIN {
            printf "  %-22s %10.0f a refresh, %.1f/process\n", what, (many - few) / 10,
                (many - few) / 10 / count
        }'
}

print_stages() {
    "$build/tests/bench/stages"
    if command -v strace >/dev/null; then
        print_difference "system calls" "$(total_calls 1)" "$(total_calls 11)" "$1"
    fi
    if command -v perf >/dev/null; then
        print_difference "instructions, user" "$(total_instructions 1)" \
            "$(total_instructions 11)" "$1"
    fi
}

[ $# -gt 0 ] || set -- 200 2000 10000
for count in "$@"; do
    : >"$work/results"
    start_crowd "$count"
    measure procwatch-top "$build/procwatch-top" -d 1
    measure htop htop -d 10
    measure top top -d 1
    print_table "$count"
    [ ! -x "$build/tests/bench/pace" ] || "$build/tests/bench/pace"
    [ ! -x "$build/tests/bench/stages" ] || print_stages "$count"
    stop_crowd
done
[ ! -x "$build/tests/bench/anomaly" ] || "$build/tests/bench/anomaly"
