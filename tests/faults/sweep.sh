# shellcheck shell=sh disable=SC2154
# sweep.sh - let the n-th call of a kind fail, for growing n; to be sourced after tap.sh.
skip() { echo "1..0 # SKIP $1"; exit 0; }
shim=$(cd "$build" && pwd)/tests/faults/faults.so
! grep -q '^#define WITH_SANITIZERS' "$build/config.h" || skip "sanitizers replace these calls"
[ -e "$shim" ] || skip "the library to preload was not built"
command -v jq >/dev/null || skip "jq is not installed"

# errno(3) has names, FAULT_ERROR a number.
number_of() {
    case $1 in
    EINTR) echo 4 ;;
    EIO) echo 5 ;;
    EPERM) echo 1 ;;
    EAGAIN) echo 11 ;;
    ENOSPC) echo 28 ;;
    ENOMEM) echo 12 ;;
    EMFILE) echo 24 ;;
    esac
}

# Reasons that the undisturbed run gave, and this one neither gave nor excused.
misses_reasons() {
    # shellcheck disable=SC2016
    jq -e --slurpfile whole "$work/whole" '
        [.processes[] | {(.pid | tostring): .}] | add as $now |
        [$whole[0].processes[] | $now[.pid | tostring] as $process |
            if $process == null then "all" else
                ([.reasons[].key] - [$process.reasons[].key]
                    - ($process.not_assessed // []))[]
            end] | length > 0' "$work/out" >/dev/null
}

# What is said to be there is there, and whole.
misses_a_dump() {
    sed -n 's/^procwatch: dump 1: \(\/.*\)/\1/p' "$work/err" >"$work/dumped"
    while read -r dump; do
        (cd "$dump" && sha256sum --quiet -c SHA256SUMS) || return 0
    done <"$work/dumped" >/dev/null 2>&1
    rm -rf "$work/dumps"
    return 1
}

# One run with one fault; what is wrong with it, or nothing.
judge() { # STATUS ERROR
    case $1 in
    0) ;;
    1 | 3) [ -s "$work/err" ] || echo "status $1 without a word" ;;
    70)
        [ "$2" = ENOMEM ] && grep -q 'out of memory' "$work/err" ||
            echo "a fault of its own: $(head -n 1 "$work/err")"
        ;;
    124 | 137) echo "does not end" ;;
    *) echo "status $1" ;;
    esac
    case $marks in ?'!') echo "a process crashed" ;; esac
    [ "$has_dump" = no ] || ! misses_a_dump || echo "tells of a dump that is not whole"
    [ "$is_json" = yes ] && [ -s "$work/out" ] || return
    jq -e . "$work/out" >/dev/null 2>&1 || echo "prints half of its JSON"
    [ ! -e "$work/whole" ] || [ "$1" -ne 0 ] || ! misses_reasons || echo "hides a reason"
}

# Sets marks; the output is in $work/out and $work/err.
run_with_fault() { # CALL ERROR NUMBER COMMAND...
    fault="FAULT_CALL=$1 FAULT_ERROR=$(number_of "$2") FAULT_NUMBER=$3 ${lasts:+FAULT_STAYS=1}"
    shift 3
    printf '..' >"$work/marks"
    # shellcheck disable=SC2086
    timeout -k 1 "$patience" $inside env $fault FAULT_MARKS="$work/marks" LD_PRELOAD="$shim" "$@" \
        >"$work/out" 2>"$work/err" </dev/null
    status=$?
    marks=$(cat "$work/marks")
}

was_injected() { case $marks in '!'?) ;; *) false ;; esac; }

sweep() { # NAME CALL ERROR COMMAND...
    name=$1 call=$2 error=$3 n=1
    shift 3
    : >"$work/wrong"
    while
        run_with_fault "$call" "$error" $n "$@"
        was_injected
    do
        judge $status "$error" | sed "s/^/call $n: /" >>"$work/wrong"
        n=$((n < 16 ? n + 1 : n + n / 3))
    done
    [ $n -gt 1 ] || echo "no call failed" >>"$work/wrong"
    mv "$work/wrong" "$work/why"
    test ! -s "$work/why"
    ok $? "$name survives $error of the n-th call: $call"
}

# How the runs are judged: is_json has output that must be JSON, has_dump tells of dumps;
# lasts lets every later call fail as well; inside is a command that each run goes through.
# shellcheck disable=SC2034
is_json=no has_dump=no lasts='' inside='' patience=20
