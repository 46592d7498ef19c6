#!/bin/sh
# The API as a user runs it: serves, refuses, reloads, ends; and the guide's own
# command. curl is what the guide's readers have.
set -u
procwatch=${builddir:-build}/procwatch
[ -x "$procwatch" ] || exit 77
command -v curl >/dev/null || exit 77
command -v jq >/dev/null || exit 77

work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # the trap calls it
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
status=0

fail() {
    echo "FAIL: $*"
    status=1
}

# start OPTIONS...: sets port, waits for the first snapshot.
start() {
    "$procwatch" api --port 0 --interval 0.3 "$@" 2>"$work/err" &
    server=$!
    tries=0
    port=
    until [ -n "$port" ] || [ "$tries" -gt 400 ]; do
        port=$(sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$work/err")
        tries=$((tries + 1))
        sleep 0.05
    done
    # A server that wants a token says so as soon as it is there.
    until answer=$(curl -s -o "$work/out" -w '%{http_code}' "http://127.0.0.1:$port/healthz") &&
        { [ "$answer" = 200 ] || [ "$answer" = 401 ]; } || [ "$tries" -gt 800 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
}

stop() {
    kill "$server"
    wait "$server" 2>/dev/null
    server=
}

get() {
    path=$1
    shift
    curl -sf --max-time 10 "$@" "http://127.0.0.1:$port$path"
}

# expect STATUS PATH [CURL OPTION...]
expect() {
    wanted=$1
    path=$2
    shift 2
    got=$(curl -s --max-time 10 -o "$work/out" -w '%{http_code}' "$@" "http://127.0.0.1:$port$path")
    [ "$got" = "$wanted" ] || fail "$path: $got, not $wanted: $(head -c 200 "$work/out")"
}

printf 'min_score: 3.0\n' >"$work/config.yaml"
start --config "$work/config.yaml"
get /api | jq -e '.paths["/api/suspicious"]' >/dev/null || fail "the list of routes"
get /api/processes | jq -e --argjson me $$ '.processes | any(.pid == $me)' >/dev/null ||
    fail "this shell is no process"
get "/api/processes?topk=2" | jq -e '.processes | length == 2' >/dev/null || fail "topk"
get "/api/processes?filter=pid%3D$$" | jq -e '.processes | length == 1' >/dev/null || fail "filter"
get "/api/process/$$" | jq -e --argjson me $$ '.pid == $me' >/dev/null || fail "one process"
get "/api/suspicious?min_score=1000" | jq -e '.processes == []' >/dev/null || fail "min_score"
get /api/stats | jq -e '.total_processes > 1 and .min_score_threshold == 3' >/dev/null || fail "stats"
get /metrics | grep -q '^procwatch_processes [0-9]' || fail "metrics"
get / | grep -q '<title>procwatch' || fail "the page"
expect 400 "/api/processes?filter=score%3E"
expect 400 "/api/process/none"
expect 404 "/api/process/2147483647"
expect 404 "/nothing"
expect 403 "/api/snapshot"
expect 405 "/api/stats" -X POST
expect 421 "/api/stats" -H "Host: evil.example"
expect 403 "/api/stats" -H "Origin: http://evil.example"

# A changed configuration is read again on HUP; a broken one changes nothing.
printf 'min_score: 7.5\n' >"$work/config.yaml"
kill -HUP "$server"
tries=0
until get /api/stats | jq -e '.min_score_threshold == 7.5' >/dev/null || [ "$tries" -gt 200 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
get /api/stats | jq -e '.min_score_threshold == 7.5' >/dev/null || fail "HUP read nothing"
printf 'min_score: [\n' >"$work/config.yaml"
kill -HUP "$server"
get /api/stats | jq -e '.min_score_threshold == 7.5' >/dev/null || fail "a broken file counted"
stop

start --token-file "$work/token" --socket "$work/api.sock"
expect 401 /api/stats
tries=0
until curl -sf --unix-socket "$work/api.sock" http://localhost/api/snapshot 2>"$work/out" |
    head -c 8 | grep -q PROCWTCH || [ "$tries" -gt 400 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
[ "$tries" -le 400 ] || fail "the snapshot over the Unix socket"
expect 200 /api/stats -H "Authorization: Bearer $(cat "$work/token")"
stop

"$procwatch" api --host 0.0.0.0 --port 0 2>"$work/err"
if [ $? != 2 ] || ! grep -q -e --token-file "$work/err"; then
    fail "0.0.0.0 without a token was served"
fi
exit $status
