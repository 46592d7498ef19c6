#!/bin/sh
# Three processes that make ps, top and htop hang, all at once: the list goes on,
# keys are answered, scan ends and says what it could not read, and leaving takes no
# time. Needs root, /dev/fuse and namespaces: in a pid namespace of its own, so that
# nobody else's ps hangs.
set -u

if [ -z "${HOSTILE_APART:-}" ]; then
    if [ "$(id -u)" -ne 0 ] || [ ! -e /dev/fuse ] ||
        ! unshare --fork --pid --mount-proc --kill-child true 2>/dev/null; then
        echo "skipped: needs root, /dev/fuse and namespaces"
        exit 77
    fi
    HOSTILE_APART=1 exec unshare --fork --pid --mount-proc --kill-child sh "$0" "$@"
fi

. "${srcdir:-.}/tests/e2e/terminal.sh"
mkfifo "$work/hold"

now_ms() { date +%s%3N; }

# The times promised are for a machine that has time; here they are told, and what
# is a failure is far beyond.
within() { # MS WHAT MAX
    echo "$2: $1 ms"
    [ "$1" -le "$3" ] || fail "$2 took $1 ms"
}

"$build/tests/e2e/hostile" <"$work/hold" >"$work/pids" &
hostile=$!
exec 9>"$work/hold"
has_pids() { [ -s "$work/pids" ] || ! kill -0 "$hostile" 2>/dev/null; }
poll has_pids
[ -s "$work/pids" ] || skip "FUSE cannot be used here"
read -r locked in_exec running working <"$work/pids"
echo "mmap_lock held by $locked, in exec $in_exec, from a dead mount $running, in one $working"

# scan: ends, is not content, and says which.
started=$(now_ms)
timeout 60 "$build/procwatch" scan --json --all --topk 0 >"$work/scan.json" 2>"$work/scan.err"
got=$?
within $(($(now_ms) - started)) "scan" 15000
[ "$got" -eq 1 ] || fail "scan ended with $got: $(cat "$work/scan.err")"
grep -q 'does not return' "$work/scan.err" || fail "scan does not say it: $(cat "$work/scan.err")"
for pid in "$locked" "$in_exec" "$running" "$working"; do
    grep -q "\"pid\":[[:space:]]*$pid," "$work/scan.json" || fail "scan lists no $pid"
done
[ "$(grep -c '"key":[[:space:]]*"blocked"' "$work/scan.json")" -ge 2 ] ||
    fail "scan does not accuse those that hang"

# The screen: new processes show up while the three hang.
open_terminal 110 40 9>&-
remember_terminal
type_line "clear; $top -d 0.5; echo ended-\$?"
wait_for 'SCORE.*PID.*NAME'
for round in 1 2 3; do
    cp "$(command -v sleep)" "$work/newcomer$round"
    "$work/newcomer$round" 60 9>&- &
    newcomer=$!
    started=$(now_ms)
    wait_for "newcomer$round"
    within $(($(now_ms) - started)) "newcomer $round is listed" 10000
    kill "$newcomer"
done

# Keys: 250 ms are promised, of which the machine's other work takes no part.
"$build/tests/e2e/keys" "$top" 250 9>&- || fail "keys wait"

started=$(now_ms)
keys q
wait_for 'ended-0'
within $(($(now_ms) - started)) "leaving" 5000
expect_restored

# Nobody is left behind, neither theirs nor ours.
exec 9>&-
wait "$hostile" || fail "the hostile processes did not go"
nobody_left() {
    for file in /proc/[0-9]*/status; do
        grep -qE '^State:[[:space:]]+D|^Name:[[:space:]]+procwatch-' "$file" 2>/dev/null && return 1
    done
    return 0
}
poll nobody_left || fail "somebody is left in the D state, or of ours"
exit $status
