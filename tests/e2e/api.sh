#!/bin/sh
# The API as a user runs it: serves, refuses, reloads, ends; and the guide's own
# command. curl is what the guide's readers have.
. "${srcdir:-.}/tests/e2e/serving.sh"

printf 'min_score: 3.0\n' >"$work/config.yaml"
start --config "$work/config.yaml"
get /api | jq -e '.paths["/api/suspicious"]' >/dev/null || fail "the list of routes"
get /api/processes | jq -e --argjson me $$ 'any(.pid == $me)' >/dev/null ||
    fail "this shell is no process"
get "/api/processes?topk=2" | jq -e 'length == 2' >/dev/null || fail "topk"
get "/api/processes?filter=pid%3D$$" | jq -e 'length == 1' >/dev/null || fail "filter"
get "/api/process/$$" | jq -e --argjson me $$ '.pid == $me' >/dev/null || fail "one process"
get "/api/suspicious?min_score=1000" | jq -e '. == []' >/dev/null || fail "min_score"
get "/api/scan?min_score=1000" | jq -e '.processes == [] and .schema == 1 and
    (.complete | type == "boolean") and .stats.total_processes > 1' >/dev/null || fail "the document"
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

# What a client has it is not sent again; what shrinks is sent so.
etag=$(curl -s -o "$work/out" -D - "http://127.0.0.1:$port/api" | sed -n 's/^ETag: *//p' | tr -d '\r')
[ -z "$etag" ] || fail "the list of routes never changes, but has a tag"
get / --compressed -D "$work/head" | grep -q '<title>procwatch' || fail "the page, compressed"
grep -qi '^Content-Encoding: gzip' "$work/head" || fail "nothing was compressed"

# A changed configuration is read again by itself and on HUP; a broken one
# changes nothing.
printf 'min_score: 7.5\n' >"$work/config.yaml"
digest=$(sha256sum "$work/config.yaml" | cut -c1-64)
is_read_again() { get /api/stats | jq -e '.min_score_threshold == 7.5' >/dev/null; }
poll is_read_again || fail "a changed file was not read again"
printf 'min_score: [\n' >"$work/config.yaml"
kill -HUP "$server"
poll grep -q 'what was in force stays' "$work/err" || fail "a broken file is not told of"
is_read_again || fail "a broken file counted"
get /metrics | grep -q "^procwatch_config_info{sha256=\"$digest\"} 1" ||
    fail "the configuration's digest in the metrics"
stop

start --token-file "$work/token" --socket "$work/socket"
expect 401 /api/stats
gives_snapshot() {
    curl -sf --unix-socket "$work/socket" http://localhost/api/snapshot 2>"$work/out" |
        head -c 8 | grep -q PROCWTCH
}
is_healthy() { [ "$(status_of http://localhost/healthz --unix-socket "$work/socket")" = 200 ]; }
poll gives_snapshot || fail "the snapshot over the Unix socket"
expect 200 /api/stats -H "Authorization: Bearer $(cat "$work/token")"

# A token that was captured is worth nothing once the file has another: when it is
# replaced, told of or not, and when it is removed to have a new one made. A broken
# one changes nothing.
opens() { # TOKEN
    [ "$(status_of "http://127.0.0.1:$port/api/stats" -H "Authorization: Bearer $1")" = 200 ]
}
made_anew() { [ -s "$work/token" ] && opens "$(cat "$work/token")"; }
captured=$(cat "$work/token")
for way in hup unsaid removed; do
    rm -f "$work/token.new"
    (umask 077 && head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$work/token.new")
    case $way in
    removed) rm "$work/token" ;;
    *) mv "$work/token.new" "$work/token" ;;
    esac
    [ $way != hup ] || kill -HUP "$server"
    poll made_anew || fail "$way: the new token does not open"
    ! opens "$captured" || fail "$way: the token of before still opens"
    captured=$(cat "$work/token")
done
echo none >"$work/token"
poll grep -q 'holds no token' "$work/err" || fail "a broken token file is not told of"
opens "$captured" || fail "a broken token file counted"
stop

# Only a Unix socket: nobody else gets in.
serve --host none --socket "$work/socket"
poll is_healthy || fail "--host none: $(cat "$work/err")"
! grep -q http: "$work/err" || fail "--host none listens on a port"
stop

# A socket that systemd passes.
if command -v python3 >/dev/null; then
    rm -f "$work/socket"
    python3 - "$build/procwatch" "$work/socket" 2>"$work/err" <<-'END' &
	import os, socket, sys
	passed = socket.socket(socket.AF_UNIX)
	passed.bind(sys.argv[2])
	passed.listen()
	os.dup2(passed.fileno(), 3)
	os.set_inheritable(3, True)
	os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
	os.execv(sys.argv[1], ["procwatch", "api", "--interval", "0.3"])
	END
    server=$!
    children=$server
    poll is_healthy || fail "a socket that was passed: $(cat "$work/err")"
    ! grep -q http: "$work/err" || fail "with a socket that was passed, a port is listened on"
    stop
fi

if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
    serve --host ::1 --port 0
    poll grep -q 'http://\[::1\]:[0-9]*/' "$work/err" || fail "an address of version 6: $(cat "$work/err")"
    url=$(sed -n 's|.*\(http://[^;]*/\).*|\1|p' "$work/err")
    [ "$(status_of "${url}api")" = 200 ] || fail "$url: $(cat "$work/out")"
    stop
fi

# Beyond loopback, by whatever address it was reached and by the machine's name; but
# not by any other name than it was told of.
start --host 0.0.0.0 --token-file "$work/token.beyond" --name proxy.example:443,other.example
bearer="Authorization: Bearer $(cat "$work/token.beyond")"
for host in "127.0.0.1:$port" "$(uname -n):$port" "$(uname -n)" proxy.example:443 "other.example:$port"; do
    expect 200 /api -H "$bearer" -H "Host: $host"
done
for host in "192.0.2.99:$port" "evil.example:$port" "$(uname -n).evil.example" proxy.example; do
    expect 421 /api -H "$bearer" -H "Host: $host"
done
[ "$(status_of "http://127.0.0.2:$port/api" -H "$bearer")" = 200 ] ||
    fail "by its own address: $(cat "$work/out")"
expect 401 /api -H "Host: $(uname -n)"
stop

timeout 60 "$build/procwatch" api --host 0.0.0.0 --port 0 2>"$work/err"
if [ $? != 2 ] || ! grep -q -e --token-file "$work/err"; then
    fail "0.0.0.0 without a token was served"
fi
exit $status
