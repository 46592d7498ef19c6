#!/bin/sh
# Run procwatch-top for minutes while processes come and go by the hundred, and
# see that it does not grow: the slope of its memory (proportional: what is shared
# counts once), its descriptors before and after, its own processes all along.
#
#     soak.sh [MINUTES]        default: 10
#
# Fails when memory grows by more than 64 kB a minute after the first fifth of the
# time, when its descriptors do not return to what they were, or when a process of
# ours was replaced.
#
# IN_THE_OPEN=yes (root): among everything else that runs here, where the kernel tells
# of who comes and goes (the proc connector).
set -u
minutes=${1:-10}
srcdir=$(dirname "$0")/../..

# Apart from everything else on the machine, where we may: a hostile process there
# has our collector replaced, as it should be.
if [ "$(id -u)" -eq 0 ] && [ "${IN_THE_OPEN:-no}" = no ] && [ -z "${SOAK_APART:-}" ] &&
    unshare --fork --pid --mount-proc true 2>/dev/null; then
    SOAK_APART=1 exec unshare --fork --pid --mount-proc --kill-child sh "$0" "$@"
fi
sample_s=5
slope_max_kb=64
storm=

# shellcheck source=tests/e2e/terminal.sh
. "$srcdir/tests/e2e/terminal.sh"

stop_storm() {
    rm -f "$work/storming"
    [ -z "$storm" ] || wait "$storm" 2>/dev/null
    storm=
}
trap 'stop_storm; terminal kill-server 2>/dev/null; end' EXIT

# Bursts of processes that end at once, and some that live for a few seconds:
# rows, caches and descriptors come and go.
storm() {
    while [ -e "$work/storming" ]; do
        i=0
        while [ $i -lt 60 ]; do
            /bin/true &
            i=$((i + 1))
        done
        sleep 3 &
        sleep 5 &
        sleep 0.2 # the pace of the storm
    done
    wait
}

children_of() { tr ' ' '\n' <"/proc/$1/task/$1/children"; }

# The screen, the keeper, and what the keeper started.
crew() {
    screen_pid=$(top_pid)
    keeper=$(children_of "$screen_pid" | head -n 1)
    echo "$screen_pid $keeper $(children_of "$keeper" | sort -n | tr '\n' ' ')" |
        tr -s ' ' | sed 's/ $//'
}

# One number each.
memory_kb() { # PID...
    for pid; do
        awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"
    done | tr '\n' ' '
}

# Does the kernel tell us of processes? It takes the wish of anybody, and grants it in
# the first pid namespace (whose inode is always that). Protocol 11 is NETLINK_CONNECTOR.
has_connector() { # PID...
    [ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ] || return 1
    inodes=$(awk '$2 == 11 { print $NF }' /proc/net/netlink)
    for pid; do
        for inode in $inodes; do
            ! find "/proc/$pid/fd" -lname "socket:\[$inode\]" | grep -q . || return 0
        done
    done
    return 1
}

descriptors() { # PID...
    for pid; do
        ls "/proc/$pid/fd"
    done | wc -l
}

ticks() { # PID...
    for pid; do
        sed 's/.*) //' "/proc/$pid/stat"
    done | awk '{ sum += $12 + $13 } END { print sum }'
}

processes() { find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | wc -l; }

# Beyond the one kept for each process of the machine: others start some, too.
spare_descriptors() {
    # shellcheck disable=SC2086
    echo $(($(descriptors $ours) - $(processes)))
}

open_terminal 120 40
type_line "$top -d 1; echo ended-\$?"
wait_for 'PID'
sleep 5 # the first passes fill the caches
ours=$(crew)
spare_before=$(spare_descriptors)
# shellcheck disable=SC2086
ticks_before=$(ticks $ours)
started=$(date +%s)
: >"$work/storming"
storm &
storm=$!

ends_at=$((started + minutes * 60))
while [ "$(date +%s)" -lt $ends_at ]; do
    sleep "$sample_s" # between two samples
    now=$(crew)
    [ "$now" = "$ours" ] || give_up "our processes were $ours and are $now"
    # shellcheck disable=SC2086
    echo "$(($(date +%s) - started)) $(descriptors $ours) $(processes) $(memory_kb $ours)" \
        >>"$work/samples"
done
# shellcheck disable=SC2086
ticks_after=$(ticks $ours)
stop_storm
sleep 8 # the last of the storm go
spare_after=$(spare_descriptors)

# shellcheck disable=SC2086
if has_connector $ours; then connector=yes; else connector=no; fi
names=$(for pid in $ours; do cat "/proc/$pid/comm"; done)
awk -v minutes="$minutes" -v before="$spare_before" -v after="$spare_after" \
    -v ticks="$((ticks_after - ticks_before))" -v hertz="$(getconf CLK_TCK)" \
    -v slope_max="$slope_max_kb" -v names="$names" \
    -v connector="$connector" '
    function slope_of(i) { return 60 * (n * xy[i] - x * y[i]) / (n * xx - x * x) }
    {
        if ($2 > fds) fds = $2
        if ($3 > crowd) crowd = $3
        if (NR == 1) fields = NF
        for (i = 4; i <= fields; i++) { if (NR == 1) first[i] = $i; last[i] = $i }
    }
    $1 >= minutes * 60 / 5 {
        n++; x += $1; xx += $1 * $1
        for (i = 4; i <= fields; i++) { y[i] += $i; xy[i] += $1 * $i }
    }
    END {
        split(names, name, "\n")
        for (i = 4; i <= fields; i++) {
            slope = n > 1 ? slope_of(i) : 0
            sum += slope
            printf "%-15s %6d kB at first, %6d at last, %7.1f kB a minute\n", name[i - 3],
                first[i], last[i], slope
        }
        printf "%d minutes: memory grows by %.1f kB a minute\n", minutes, sum
        printf "descriptors: %d at most for %d processes; beyond one each, %d before and %d after\n",
            fds, crowd, before, after
        printf "told by the kernel of who comes and goes: %s\n", connector
        printf "processor: %.1f %% of one\n", 100 * ticks / hertz / (minutes * 60)
        bad = sum > slope_max || after > before + 16
        print bad ? "FAILED" : "passed"
        exit bad
    }' "$work/samples"
status=$?
keys q
wait_for 'ended-0'
exit $status
