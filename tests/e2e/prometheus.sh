#!/bin/sh
# A fleet: three servers over different recorded machines, one Prometheus that
# scrapes them, and the shipped rules: the alert fires for the one machine that
# has something to show.
set -u
procwatch=${builddir:-build}/procwatch
source_dir=${srcdir:-.}
[ -x "$procwatch" ] || exit 77
for program in prometheus promtool curl jq python3; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done

work=$(mktemp -d)
: >"$work/pids"
end() {
    while read -r pid; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done <"$work/pids"
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

# until_so SECONDS COMMAND...
until_so() {
    tries=$(($1 * 20))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.05
    done
}

promtool check rules "$source_dir/config/prometheus/procwatch.rules.yml" || exit 1

serve() { # STORY: its port in $port
    sh "$source_dir/tests/support/unpack.sh" "$source_dir/tests/fixtures/$1.proc" "$work/$1" || exit 1
    "$procwatch" api --port 0 --proc-root "$work/$1" --config "$work/empty.yaml" 2>"$work/$1.err" &
    echo $! >>"$work/pids"
    until_so 20 grep -qs 'http://' "$work/$1.err" || { cat "$work/$1.err"; exit 1; }
    port=$(sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$work/$1.err")
}

: >"$work/empty.yaml"
{
    echo 'global: {scrape_interval: 1s, evaluation_interval: 1s}'
    echo 'rule_files: [rules.yml]'
    echo 'scrape_configs:'
    echo '  - job_name: procwatch'
    echo '    static_configs:'
} >"$work/prometheus.yml"
for story in clean_server reverse_shell wx_memory; do
    serve $story
    printf '      - {targets: ["127.0.0.1:%s"], labels: {machine: %s}}\n' "$port" $story >>"$work/prometheus.yml"
done
# Nobody wants to wait a minute here.
sed 's/for: 1m/for: 1s/' "$source_dir/config/prometheus/procwatch.rules.yml" >"$work/rules.yml"
promtool check config "$work/prometheus.yml" >"$work/checked" 2>&1 || { cat "$work/checked"; exit 1; }

server=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address="127.0.0.1:$server" >"$work/prometheus.log" 2>&1 &
echo $! >>"$work/pids"

ask() { # EXPRESSION: its result, {machine: value}
    curl -s --get --data-urlencode "query=$1" "http://127.0.0.1:$server/api/v1/query" |
        jq -c '[.data.result[] | {(.metric.machine): (.value[1] | tonumber)}] | add // {}' 2>/dev/null
}
all_scraped() { [ "$(ask 'procwatch_processes > 0' | jq length)" = 3 ]; }
fires() {
    curl -s "http://127.0.0.1:$server/api/v1/alerts" | jq -e '
        [.data.alerts[] | select(.state == "firing" and .labels.alertname == "ProcwatchSuspiciousProcess")
            | .labels.machine] | index("reverse_shell")' >/dev/null
}
until_so 60 all_scraped || { echo "not all three were scraped: $(ask up)"; tail "$work/prometheus.log"; exit 1; }
until_so 60 fires || { echo "nothing fires"; curl -s "http://127.0.0.1:$server/api/v1/alerts"; exit 1; }
echo "suspicious: $(ask procwatch_suspicious_processes)"
[ "$(ask procwatch_suspicious_processes | jq .clean_server)" = 0 ] || { echo "the clean one counts"; exit 1; }
! curl -s "http://127.0.0.1:$server/api/v1/alerts" | jq -e \
    'any(.data.alerts[]; .labels.machine == "clean_server" and .labels.alertname == "ProcwatchSuspiciousProcess")' >/dev/null
