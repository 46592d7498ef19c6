#!/bin/sh
# The API under load: 1,000 requests a second of /api/stats and of /api/suspicious,
# on one core, beside COUNT (2000) processes of which twenty are flagged, with the
# refresh going on each two seconds. Prints latencies, the server's CPU use and how
# its memory grows.
#
# On a machine that is busy with other things, BENCH_REALTIME=yes (root) keeps them
# out of the way of server and client, though not of the collector; and unshare --pid
# --fork --mount-proc leaves their processes out.
set -eu
build=${builddir:-build}
count=${1:-2000}
seconds=${BENCH_SECONDS:-20}
work=$(mktemp -d)
crowd='' server='' odd=''
end() {
    for pid in $crowd $server $odd; do
        kill "$pid" 2>/dev/null || :
    done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

mkfifo "$work/ready"
"$build/tests/bench/park" "$count" 3600 >"$work/ready" &
crowd=$!
read -r answer <"$work/ready"
[ "$answer" = "ready $count" ]

cp "$(command -v sleep)" "$work/agent"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$work/agent" 3600 &
    odd="$odd $!"
done

: >"$work/empty.yaml"
: >"$work/err"
"$build/procwatch" api --port 0 --config "$work/empty.yaml" 2>"$work/err" &
server=$!
port=
until [ -n "$port" ] && curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do
    kill -0 "$server" || { cat "$work/err"; exit 1; }
    sleep 0.05
    port=$(sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$work/err")
done

# The server has one core, whatever else goes on; its collector has the other.
taskset -p -c 0 "$server" >/dev/null
load() {
    if [ "${BENCH_REALTIME:-no}" = yes ]; then
        chrt -f 10 taskset -c 1 "$build/tests/bench/api_load" "$port" "$@"
    else
        "$build/tests/bench/api_load" "$port" "$@"
    fi
}
[ "${BENCH_REALTIME:-no}" = no ] || chrt -f -p 10 "$server"
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
hertz=$(getconf CLK_TCK)

# What an answer costs the first time is not the point: it fills the allocator.
load /api/stats 1000 2 >/dev/null
load /api/suspicious 1000 2 >/dev/null
echo "$count processes besides those that were there, 1000 requests a second"
printf '  %-18s %8s %8s %8s %8s %8s %6s %10s\n' path answers 'p50 ms' 'p99 ms' 'max ms' bytes 'CPU %' 'RSS KiB'
for path in /api/stats /api/suspicious /api/suspicious; do
    before=$(ticks) rss=$(memory)
    load $path 1000 "$seconds" >"$work/result"
    read -r rate p50 p99 max bytes <"$work/result"
    printf '  %-18s %8s %8s %8s %8s %8s %6s %10s\n' "$path" "$rate" "$p50" "$p99" "$max" "$bytes" \
        "$(((($(ticks) - before) * 100) / (hertz * seconds)))" "$rss+$(($(memory) - rss))"
done
