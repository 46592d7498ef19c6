# shellcheck shell=sh
# A server to ask, for the tests that source this: their directory is $work, their
# status $status, and start() sets $port.

procwatch=${builddir:-build}/procwatch
source_dir=${srcdir:-.}
[ -x "$procwatch" ] || exit 77
for program in curl jq; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done

work=$(mktemp -d)
server=
# shellcheck disable=SC2034 # the tests exit with it
status=0
port=
# shellcheck disable=SC2317 # the trap calls it
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
: >"$work/empty.yaml"

fail() {
    echo "FAIL: $*"
    # shellcheck disable=SC2034
    status=1
}

# until_so COMMAND...: true when it came true within twenty seconds.
until_so() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 400 ] || return 1
        sleep 0.05
    done
}

# A server that wants a token says so as soon as it is there.
answers() {
    port=$(sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$work/err")
    [ -n "$port" ] || return 1
    answer=$(curl -s -o "$work/out" -w '%{http_code}' "http://127.0.0.1:$port/healthz")
    [ "$answer" = 200 ] || [ "$answer" = 401 ]
}

# start OPTION...: waits for the first snapshot.
start() {
    : >"$work/err"
    "$procwatch" api --port 0 --interval 0.3 "$@" 2>"$work/err" &
    server=$!
    until_so answers || { cat "$work/err"; exit 1; }
}

stop() {
    kill "$server"
    wait "$server" 2>/dev/null
    server=
}

# recorded STORY: the tree of a recorded machine, in $tree.
recorded() {
    tree=$work/$1
    [ -d "$tree" ] ||
        sh "$source_dir/tests/support/unpack.sh" "$source_dir/tests/fixtures/$1.proc" "$tree" || exit 1
}

# Through a file: a reader that is slow to take the answer is shut out.
get() {
    path=$1
    shift
    curl -sf --max-time 30 -o "$work/got" "$@" "http://127.0.0.1:$port$path" && cat "$work/got"
}

# expect STATUS PATH [CURL OPTION...]
expect() {
    wanted=$1
    path=$2
    shift 2
    got=$(curl -s --max-time 30 -o "$work/out" -w '%{http_code}' "$@" "http://127.0.0.1:$port$path")
    [ "$got" = "$wanted" ] || fail "$path: $got, not $wanted: $(head -c 200 "$work/out")"
}
