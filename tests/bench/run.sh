#!/bin/sh
# Measure procwatch-top beside htop and top, on a crowd of idle processes, in one run:
# only the ratios of one run mean something on a shared machine. "Measuring" in
# CONTRIBUTING.md tells how to read what it prints.
#
#     run.sh [COUNT ...]        default: 200 2000 10000
#
# BENCH_SECONDS is the window of each measurement (10), BENCH_KEYS how many keys are
# typed into each program beside the last COUNT (200), BENCH_PASSES how often a stage
# is run (20), BENCH_RECORDED the size of the recording (100), BENCH_PROGRAMS who is
# measured (procwatch-top htop top).
set -eu
# Apart from everything else on the machine, where we may: what runs there would be
# measured too, and a hostile process there has our collector replaced. The kernel
# tells of nobody who comes and goes then; IN_THE_OPEN=yes (root) has it tell.
if [ "$(id -u)" -eq 0 ] && [ -z "${BENCH_APART:-}" ] && [ "${IN_THE_OPEN:-no}" = no ] &&
    unshare --fork --pid --mount-proc true 2>/dev/null; then
    BENCH_APART=1 exec unshare --fork --pid --mount-proc --kill-child sh "$0" "$@"
fi
here=$(dirname "$0")
build=${builddir:-build}
seconds=${BENCH_SECONDS:-10}
keys=${BENCH_KEYS:-200}
passes=${BENCH_PASSES:-20}
recorded=${BENCH_RECORDED:-100}
programs=${BENCH_PROGRAMS:-procwatch-top htop top}
crowd=
work=$(mktemp -d)
# Nobody's preferences, nor edits that an earlier session kept.
TMPDIR=$work HOME=$work LC_ALL=C.UTF-8
export TMPDIR HOME LC_ALL
unset XDG_CONFIG_HOME XDG_STATE_HOME HTOPRC

clean_up() {
    [ -z "$crowd" ] || kill "$crowd" 2>/dev/null || :
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# --- what is measured -----------------------------------------------------

# Start the crowd and wait until it stands.
start_crowd() { # COUNT
    mkfifo "$work/ready"
    "$build/tests/bench/park" "$1" 3600 >"$work/ready" &
    crowd=$!
    read -r answer <"$work/ready"
    rm "$work/ready"
    [ "$answer" = "ready $1" ]
    processes=$(find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | wc -l)
}

stop_crowd() {
    kill "$crowd"
    wait "$crowd" 2>/dev/null || :
    crowd=
}

# Its command for an interval; what its screen shows when it is there; what only its
# help shows.
command_of() { # PROGRAM SECONDS
    case $1 in
    procwatch-top) echo "$build/procwatch-top -d $2" ;;
    htop) echo "htop -d $((${2%.*} * 10))" ;;
    top) echo "top -d $2" ;;
    esac
}
first_text() { case $1 in procwatch-top) echo rocwatch ;; *) echo PID ;; esac; }
help_text() {
    case $1 in
    procwatch-top) echo 'finds a text' ;;
    htop) echo 'eleased under' ;;
    top) echo 'nteractive' ;;
    esac
}

# A line of its results behind its name; nothing when it is not installed.
compare() { # NAME PROGRAM SECONDS refresh|keys ARGUMENT...
    name=$1
    command=$(command_of "$2" "$3")
    shift 3
    command -v "${command%% *}" >/dev/null || return 0
    # shellcheck disable=SC2086
    if line=$("$build/tests/bench/compare" "$@" $command); then
        echo "$name $line"
    fi
}

measure_refreshes() {
    for program in $programs; do
        compare "$program" "$program" 1 refresh "$seconds" "$(first_text "$program")"
    done >"$work/refreshes"
}

# The peers' keys wait for whole refreshes, and their refreshes for keys: fewer, over a
# longer time each. Without a pause ours gathers nearly always, which is the worst case.
measure_keys() {
    for program in $programs; do
        count=$keys spread=300
        [ "$program" = procwatch-top ] || count=$((keys / 4 + 1)) spread=1000
        compare "$program" "$program" 1 keys "$count" "$(help_text "$program")" "$spread"
    done >"$work/keys"
    compare procwatch-top-without-pause procwatch-top 0.1 keys "$keys" \
        "$(help_text procwatch-top)" 300 >>"$work/keys"
}

# What do_STAGE() of stages.c runs in user mode, each time.
count_instructions() { # DIRECTORY PASSES
    valgrind -q --tool=callgrind --callgrind-out-file="$work/callgrind" \
        "$build/tests/bench/stages" "$2" "$1" >/dev/null 2>&1 || return 0
    callgrind_annotate --inclusive=yes --threshold=100 "$work/callgrind" |
        awk -v passes="$2" '
            !/=>/ && match($0, /stages\.c:do_[a-z]+ /) {
                key = substr($0, RSTART + length("stages.c:do_"), RLENGTH - length("stages.c:do_ "))
                gsub(",", "", $1)
                print key, $1 / passes
            }'
}

# --- what is printed, in a hundred columns --------------------------------

print_machine() {
    printf '%s, built with %s\n' "$("$build/procwatch-top" --version | head -n 1)" \
        "$(sed -n 's/^CFLAGS = //p' "$build/Makefile")"
    htop --version 2>/dev/null | head -n 1
    top -V 2>/dev/null | sed -n 's/.*from /top of /p'
    echo "Linux $(uname -r), $(getconf _NPROCESSORS_ONLN) CPUs;" \
        "load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
    if [ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ]; then
        told=told
        [ "$(id -u)" -eq 0 ] || told="not told"
        echo "among all that runs here; $told by the kernel who comes and goes"
    else
        echo "in a pid namespace of its own; not told by the kernel who comes and goes"
    fi
}

print_refreshes() { # COUNT
    printf '\nA refresh, one a second, beside %d idle processes (%d in all); each program with all its own\n' \
        "$1" "$processes"
    awk -v processes="$processes" '
        {
            name[NR] = $1; frame[NR] = $2; seen[NR] = $3; cpu[NR] = $4
            bytes[NR] = $5; pss[NR] = $6; calls[NR] = $7; of[$1] = $4
        }
        function ratio(ms, other) { return other ? sprintf("%.2f", ms / other) : "-" }
        END {
            printf "  %-14s %8s %7s %7s %8s %8s %8s %8s %9s %9s\n", "", "CPU", "CPU", "CPU",
                "system", "calls a", "bytes", "memory", "first", "refreshes"
            printf "  %-14s %8s %7s %7s %8s %8s %8s %8s %9s %9s\n", "", "ms", "x htop", "x top",
                "calls", "process", "drawn", "PSS MiB", "frame ms", "seen"
            for (i = 1; i <= NR; i++)
                printf "  %-14s %8.1f %7s %7s %8s %8s %8d %8s %9d %9d\n", name[i], cpu[i],
                    ratio(cpu[i], of["htop"]), ratio(cpu[i], of["top"]), calls[i],
                    calls[i] == "-" ? "-" : sprintf("%.1f", calls[i] / processes), bytes[i],
                    (pss[i] > 0 ? sprintf("%.1f", pss[i] / 1024) : "-"), frame[i], seen[i]
        }' "$work/refreshes"
}

# Gathering alone; the first time the caches are empty.
print_gather() {
    printf '\n'
    "$build/tests/bench/pace" "$((passes / 2 + 1))" | awk -v htop="$(awk '$1 == "htop" { print $4 }' "$work/refreshes")" '
        function compare(what, ms) {
            if (htop && ms + 0 > 0)
                printf "  %s: %.2f x a refresh of htop\n", what, ms / htop
        }
        { print }
        { for (i = 1; i < NF; i++) if ($i == "together") compare("together", $(i + 1)) }
        / at first/ { for (i = 1; i < NF; i++) if ($(i + 1) == "ms" && $(i + 2) == "CPU") compare(/by path/ ? "at first, by path" : "at first", $i) }'
}

print_keys() {
    printf '\nFrom a key to the help it asks for, at moments all over the refresh\n'
    awk '
        BEGIN {
            printf "  %-28s %5s %9s %8s %8s   %s\n", "", "keys", "median ms", "p99 ms", "most ms",
                "while at work: keys   median     most"
        }
        {
            printf "  %-28s %5d %9.1f %8.1f %8.1f   %19d %8.1f %8.1f\n", $1, $2, $3, $4, $5, $6,
                $7, $8
        }' "$work/keys"
}

print_stages() { # COUNT|DIRECTORY PROCESSES
    "$build/tests/bench/stages" "$passes" "$1" | awk -v counts="$work/instructions" -v processes="$2" '
        BEGIN {
            while ((getline line < counts) > 0) {
                split(line, of, " ")
                instructions[of[1]] = of[2]
                has_counts = 1
            }
            printf "  %-47s %8s %11s%s\n", "", "CPU ms", "us/process",
                has_counts ? "  instructions/process" : ""
        }
        $1 in instructions && /^  [a-z]/ {
            $0 = $NF == "-" ? sprintf("%s  %20.0f a frame", $0, instructions[$1]) \
                            : sprintf("%s  %20.0f", $0, instructions[$1] / processes)
        }
        { print }'
}

# The same in each run, and so are the counts.
print_recorded() {
    awk -v count="$recorded" -f "$here/story.awk" >"$work/story"
    sh "$here/../support/unpack.sh" "$work/story" "$work/recording"
    : >"$work/instructions"
    ! command -v valgrind >/dev/null || count_instructions "$work/recording" 3 >"$work/instructions"
    printf '\nStages of a refresh, on a recording of %d processes; instructions: user mode, by callgrind\n' "$recorded"
    print_stages "$work/recording" "$recorded"
}

print_made_up() { # COUNT
    : >"$work/instructions"
    printf '\nThe same on a made-up snapshot of %d processes, where nothing is gathered\n' "$1"
    print_stages "$1" "$1"
    printf '\n'
    "$build/tests/bench/draw" "$1" "$passes"
    printf '\n'
    [ ! -x "$build/tests/bench/anomaly" ] || "$build/tests/bench/anomaly" || :
}

add_to_summary() { # COUNT
    awk -v count="$1" -v processes="$processes" '
        { cpu[$1] = $4; pss[$1] = $6; calls[$1] = $7 }
        function number(format, value) { return value == "" || value == "-" ? "-" : sprintf(format, value) }
        function ratio(other) { return cpu[other] ? sprintf("%.2f", cpu["procwatch-top"] / cpu[other]) : "-" }
        END {
            ours = "procwatch-top"
            printf "| %d | %s | %s | %s | %s | %s | %s | %s |\n", count, number("%.0f", cpu[ours]),
                number("%.0f", cpu["htop"]), number("%.0f", cpu["top"]), ratio("htop"), ratio("top"),
                calls[ours] == "-" ? "-" : number("%.1f", calls[ours] / processes),
                (pss[ours] > 0 ? number("%.0f", pss[ours] / 1024) : "-")
        }' "$work/refreshes" >>"$work/summary"
}

print_summary() {
    printf '\nCPU ms a refresh, as in README.md\n\n'
    echo '| processes | procwatch-top | htop | top | x htop | x top | calls a process | memory, MiB |'
    echo '|---|---|---|---|---|---|---|---|'
    cat "$work/summary"
}

[ $# -gt 0 ] || set -- 200 2000 10000
for largest; do :; done
print_machine
for count; do
    start_crowd "$count"
    measure_refreshes
    print_refreshes "$count"
    add_to_summary "$count"
    print_gather
    if [ "$count" = "$largest" ]; then
        measure_keys
        print_keys
    fi
    stop_crowd
done
print_recorded
print_made_up "$largest"
print_summary
