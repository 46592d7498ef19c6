#!/bin/sh
# The page in a real browser, over recorded machines: it shows who is flagged and
# why, sorts, opens a process, takes names for text whatever is in them, and asks
# nobody but us. PAGE_SHOTS=DIR keeps pictures of it, light and dark.
. "${srcdir:-.}/tests/e2e/serving.sh"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "no chromium is installed"

# browse FRAGMENT OPTION...: the page after five seconds of its own time.
browse() {
    fragment=$1
    shift
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$work/profile" --virtual-time-budget=5000 --window-size=1200,600 \
        --enable-logging=stderr "$@" "http://127.0.0.1:$port/#$fragment" 2>"$work/log"
}

# look FRAGMENT: the table's body, a line a row.
look() {
    browse "$1" --dump-dom >"$work/page"
    { tr '\n' ' ' <"$work/page"; echo; } |
        sed 's|.*<tbody id="rows">||; s|</tbody>.*||; s|<tr|\n<tr|g' >"$work/rows"
    if grep -E 'CONSOLE.*(Refused|Error|error)' "$work/log"; then
        fail "the browser complains"
    fi
}

shows() { # PATTERN WHAT
    grep -q -e "$1" "$work/rows" || { fail "$2"; cat "$work/rows"; }
}

recorded reverse_shell
start --config "$work/empty.yaml" --proc-root "$tree"
look ""
shows '!!</span><span class="critical">12.0' "the score"
shows 'reads its input from the network' "the reason"
! grep -q '<tr class="detail"' "$work/rows" || fail "opened by itself"
look "pid=4242"
shows '<tr class="detail".*Evidence: revshell_stdio' "the evidence of the one that is opened"
if [ -n "${PAGE_SHOTS:-}" ]; then
    browse "pid=4242" --blink-settings=preferredColorScheme=1 --screenshot="$PAGE_SHOTS/page-light.png"
    browse "pid=4242" --blink-settings=preferredColorScheme=0 --screenshot="$PAGE_SHOTS/page-dark.png"
fi
stop

recorded hostile_names
start --config "$work/empty.yaml" --proc-root "$tree"
look "min_score=-1&sort=pid"
sed -n 's|.*</span></td><td class="number">\([0-9]*\)</td>.*|\1|p' "$work/rows" >"$work/pids"
if [ "$(wc -l <"$work/pids")" -le 5 ] || ! sort -n "$work/pids" | cmp -s - "$work/pids"; then
    fail "sorted by pid: $(cat "$work/pids")"
fi
# Whatever a process calls itself, it makes no element: those of the page alone.
grep -oE '<[a-z]+' "$work/rows" | sort -u | tr -d '\n' >"$work/elements"
[ "$(cat "$work/elements")" = '<div<span<td<tr' ] ||
    fail "elements of a process's own: $(cat "$work/elements")"
exit $status
