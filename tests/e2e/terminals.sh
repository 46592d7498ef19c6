#!/bin/sh
# procwatch-top in terminals of every kind and size, ended by every signal, stuck, gone
# (tests/e2e/terminals.c); and programs whose standard descriptors are closed or full.
. "${srcdir:-.}/tests/e2e/begin.sh"

"$build/tests/e2e/terminals" "$build/procwatch-top" || status=$?
[ "$status" -ne 77 ] || exit 77

# What the environment says of sizes and places must not matter.
COLUMNS=-5 LINES=99999999 TERMINFO=/nowhere HOME=/nowhere LC_ALL=nonsense \
    "$build/procwatch-top" -b -n 1 >"$work/out" 2>"$work/err"
[ $? -le 1 ] || fail "odd environment: $(cat "$work/err")"

# A result that went nowhere is no success, and is said where that can be.
lost() { # WHERE TO COMMAND...
    where=$1 to=$2
    shift 2
    case $to in
    closed) "$@" >&- 2>"$work/err" </dev/null ;;
    *) "$@" >"$to" 2>"$work/err" </dev/null ;;
    esac
    got=$?
    [ $got -eq 1 ] || fail "$*, output $where: status $got"
    grep -qE 'Bad file descriptor|No space left' "$work/err" ||
        fail "$*, output $where: $(cat "$work/err")"
}
for command in "procwatch scan" "procwatch explain $$" "procwatch config" \
    "procwatch list heuristics" "procwatch version" "procwatch-top -b -n 1"; do
    # shellcheck disable=SC2086
    lost closed closed "$build/"$command
    # shellcheck disable=SC2086
    [ ! -e /dev/full ] || lost full /dev/full "$build/"$command
done

# Nothing to read from is no trouble.
"$build/procwatch" scan <&- >"$work/out" 2>"$work/err"
[ $? -le 1 ] || fail "a closed input: $(cat "$work/err")"
"$build/procwatch-top" <&- >"$work/out" 2>"$work/err"
[ $? -eq 5 ] || fail "a screen without an input: $(cat "$work/err")"
exit $status
