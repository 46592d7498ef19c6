#!/bin/sh
# The page in a real browser, over recorded machines: it shows who is flagged and
# why, sorts, opens a process, takes names for text whatever is in them, and asks
# nobody but us. PAGE_SHOTS=DIR keeps pictures of it, light and dark.
set -u
procwatch=${builddir:-build}/procwatch
source_dir=${srcdir:-.}
[ -x "$procwatch" ] || exit 77
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    { echo "skipped: no chromium is installed"; exit 77; }

work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # the trap calls it
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    # The browser's last children may still write there.
    rm -rf "$work" 2>/dev/null || rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
status=0

serve() { # STORY: in $port
    [ -z "$server" ] || kill "$server"
    [ -d "$work/$1" ] ||
        sh "$source_dir/tests/support/unpack.sh" "$source_dir/tests/fixtures/$1.proc" "$work/$1" || exit 1
    : >"$work/err"
    "$procwatch" api --port 0 --proc-root "$work/$1" --config "$work/empty.yaml" 2>"$work/err" &
    server=$!
    tries=400
    until port=$(sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$work/err") && [ -n "$port" ] &&
        { ! command -v curl >/dev/null || curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; }; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { cat "$work/err"; exit 1; }
        sleep 0.05
    done
}

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
        echo "FAIL: the browser complains"
        status=1
    fi
}

shows() { # PATTERN WHAT
    grep -q -e "$1" "$work/rows" || { echo "FAIL: $2"; cat "$work/rows"; status=1; }
}

: >"$work/empty.yaml"
serve reverse_shell
look ""
shows '!!</span><span class="critical">12.0' "the score"
shows 'reads its input from the network' "the reason"
! grep -q '<tr class="detail"' "$work/rows" || { echo "FAIL: opened by itself"; status=1; }
look "pid=4242"
shows '<tr class="detail".*Evidence: revshell_stdio' "the evidence of the one that is opened"
if [ -n "${PAGE_SHOTS:-}" ]; then
    browse "pid=4242" --blink-settings=preferredColorScheme=1 --screenshot="$PAGE_SHOTS/page-light.png"
    browse "pid=4242" --blink-settings=preferredColorScheme=0 --screenshot="$PAGE_SHOTS/page-dark.png"
fi

serve hostile_names
look "min_score=-1&sort=pid"
sed -n 's|.*</span></td><td class="number">\([0-9]*\)</td>.*|\1|p' "$work/rows" >"$work/pids"
if [ "$(wc -l <"$work/pids")" -le 5 ] || ! sort -n "$work/pids" | cmp -s - "$work/pids"; then
    echo "FAIL: sorted by pid"
    cat "$work/pids"
    status=1
fi
# Whatever a process calls itself, it makes no element: those of the page alone.
grep -oE '<[a-z]+' "$work/rows" | sort -u | tr -d '\n' >"$work/elements"
[ "$(cat "$work/elements")" = '<div<span<td<tr' ] ||
    { echo "FAIL: elements of a process's own: $(cat "$work/elements")"; status=1; }
exit $status
