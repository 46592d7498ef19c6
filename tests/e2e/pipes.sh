#!/bin/sh
# Output that is no terminal: no escapes, no trouble when the reader leaves.
. "${srcdir:-.}/tests/e2e/begin.sh"

has_no_escape() { ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$1"; }
is_at_most() { [ "$1" -le "$2" ]; }
# That an ordinary user cannot read all is said, and is status 1.
is_gone_quietly() { [ "$1" -le 1 ] && ! grep -qiE 'pipe|write' "$2"; }

"$build/procwatch" scan --all >"$work/scan" 2>"$work/scan.err"
check "scan ends with 0, or 1 where not all can be seen" is_at_most $? 1
check "scan prints no escape" has_no_escape "$work/scan"
check "scan lists processes" grep -qE '^ +[0-9.]+ +[0-9]+ ' "$work/scan"

"$build/procwatch-top" -b -n 1 >"$work/top" 2>"$work/top.err"
check "the batch form ends with 0, or 1 where not all can be seen" is_at_most $? 1
check "the batch form prints no escape" has_no_escape "$work/top"
check "the batch form has the list" grep -q 'SCORE.*PID.*NAME' "$work/top"

# The reader takes one line and goes.
for command in "$build/procwatch scan --all" "$build/procwatch-top -b -n 3 -d 0.2"; do
    : >"$work/err"
    # shellcheck disable=SC2086
    { $command 2>"$work/err"; echo $? >"$work/status"; } | head -n 1 >/dev/null
    check "$command | head ends quietly" is_gone_quietly "$(cat "$work/status")" "$work/err"
done

"$build/procwatch" scan --no-such-option >"$work/out" 2>"$work/err"
check "an unknown option is usage, status 2" [ $? -eq 2 ]
check "and is named" grep -q no-such-option "$work/err"
echo 'min_score: many' >"$work/bad.yaml"
"$build/procwatch" check --config "$work/bad.yaml" >"$work/out" 2>&1
check "a wrong configuration is status 3" [ $? -eq 3 ]
check "and the place is named" grep -q 'bad.yaml:1:' "$work/out"
exit $status
