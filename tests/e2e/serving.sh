# shellcheck shell=sh
# serving.sh - a server to ask, for the tests that source this: start() sets $port.
. "${srcdir:-.}/tests/e2e/begin.sh"
needs curl jq

server=
port=

# A server that wants a token says so as soon as it is there.
answers() {
    port=$(port_in "$work/err")
    [ -n "$port" ] || return 1
    answer=$(curl -s -o "$work/out" -w '%{http_code}' "http://127.0.0.1:$port/healthz")
    [ "$answer" = 200 ] || [ "$answer" = 401 ]
}

# Any other than start() and stop() know.
serve() { # OPTION...
    : >"$work/err"
    "$build/procwatch" api --interval 0.3 "$@" 2>"$work/err" &
    server=$!
    children=$server
}

# Waits for the first snapshot, or for who says that a token is wanted.
start() { # OPTION...
    serve --port 0 "$@"
    poll answers || { cat "$work/err"; exit 1; }
}

stop() {
    kill "$server"
    wait "$server" 2>/dev/null
    children=
}

# Through a file: a reader that is slow to take the answer is shut out.
get() { # PATH [CURL OPTION...]
    path=$1
    shift
    curl -sf --max-time 30 -o "$work/got" "$@" "http://127.0.0.1:$port$path" && cat "$work/got"
}

# The status of an answer, which is in $work/out.
status_of() { # URL [CURL OPTION...]
    curl -g -s --max-time 30 -o "$work/out" -w '%{http_code}' "$@"
}

expect() { # STATUS PATH [CURL OPTION...]
    wanted=$1
    path=$2
    shift 2
    got=$(status_of "http://127.0.0.1:$port$path" "$@")
    [ "$got" = "$wanted" ] || fail "$path: $got, not $wanted: $(head -c 200 "$work/out")"
}
