#!/bin/sh
# A fleet: three servers over different recorded machines, one Prometheus that
# scrapes them, one with a token, and the shipped rules: the alert fires for the
# machines that have something to show, reaches alertmanager, and from there whom it is
# to tell.
. "${srcdir:-.}/tests/e2e/begin.sh"
needs prometheus promtool prometheus-alertmanager amtool curl jq python3
deadline_s=60

promtool check rules "$source_dir/config/prometheus/procwatch.rules.yml" || exit 1

serve() { # STORY OPTION...: its port in $port
    recorded "$1"
    shift
    "$build/procwatch" api --port 0 --proc-root "$tree" --config "$work/empty.yaml" "$@" 2>"$tree.err" &
    children="$children $!"
    poll grep -qs 'http://' "$tree.err" || { cat "$tree.err"; exit 1; }
    port=$(port_in "$tree.err")
}

free_port() {
    python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Who is to be told: writes down what alertmanager sends.
: >"$work/told"
python3 - "$work" <<-'END' &
	import http.server, json, sys
	class Told(http.server.BaseHTTPRequestHandler):
	    def do_POST(self):
	        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
	        with open(sys.argv[1] + "/told", "a") as file:
	            file.write(json.dumps(body) + "\n")
	        self.send_response(200)
	        self.end_headers()
	    def log_message(self, *_):
	        pass
	server = http.server.HTTPServer(("127.0.0.1", 0), Told)
	open(sys.argv[1] + "/told.port", "w").write(f"{server.server_port}\n")
	server.serve_forever()
	END
children="$children $!"
poll test -s "$work/told.port" || exit 1
cat >"$work/alertmanager.yml" <<END
route: {receiver: us, group_by: [machine], group_wait: 1s, group_interval: 1s}
receivers:
  - name: us
    webhook_configs: [{url: "http://127.0.0.1:$(cat "$work/told.port")/"}]
END
amtool check-config "$work/alertmanager.yml" >"$work/checked" 2>&1 || { cat "$work/checked"; exit 1; }
manager=$(free_port)
prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alerts" \
    --cluster.listen-address= --web.listen-address="127.0.0.1:$manager" >"$work/alertmanager.log" 2>&1 &
children="$children $!"

{
    echo 'global: {scrape_interval: 1s, evaluation_interval: 1s}'
    echo 'rule_files: [rules.yml]'
    echo 'alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:'"$manager"'"]}]}]}'
    echo 'scrape_configs:'
    for story in clean_server reverse_shell wx_memory; do
        if [ $story = wx_memory ]; then
            serve $story --token-file "$work/token"
            echo "  - job_name: $story"
            echo "    authorization: {credentials_file: $work/token}"
        else
            serve $story
            echo "  - job_name: $story"
        fi
        echo "    static_configs: [{targets: ['127.0.0.1:$port'], labels: {machine: $story}}]"
    done
} >"$work/prometheus.yml"
# Nobody wants to wait a minute here.
sed 's/for: 1m/for: 1s/' "$source_dir/config/prometheus/procwatch.rules.yml" >"$work/rules.yml"
promtool check config "$work/prometheus.yml" >"$work/checked" 2>&1 || { cat "$work/checked"; exit 1; }

server=$(free_port)
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address="127.0.0.1:$server" >"$work/prometheus.log" 2>&1 &
children="$children $!"

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
poll all_scraped || { echo "not all three were scraped: $(ask up)"; tail "$work/prometheus.log"; exit 1; }
poll fires || { echo "nothing fires"; curl -s "http://127.0.0.1:$server/api/v1/alerts"; exit 1; }
echo "suspicious: $(ask procwatch_suspicious_processes)"
[ "$(ask procwatch_suspicious_processes | jq .clean_server)" = 0 ] || { echo "the clean one counts"; exit 1; }
! curl -s "http://127.0.0.1:$server/api/v1/alerts" | jq -e \
    'any(.data.alerts[]; .labels.machine == "clean_server" and .labels.alertname == "ProcwatchSuspiciousProcess")' >/dev/null || exit 1

reaches() {
    curl -s "http://127.0.0.1:$manager/api/v2/alerts" >"$work/alerts.json" && jq -e '
        map(select(.labels.alertname == "ProcwatchSuspiciousProcess")) |
        (map(.labels.machine) | sort) == ["reverse_shell", "wx_memory"]' "$work/alerts.json" >/dev/null
}
is_told() {
    jq -se 'any(.[]; .status == "firing" and .groupLabels.machine == "reverse_shell" and
        any(.alerts[]; .labels.alertname == "ProcwatchSuspiciousProcess"))' "$work/told" >/dev/null
}
poll reaches || { echo "alertmanager has:"; cat "$work/alerts.json"; tail -5 "$work/alertmanager.log"; exit 1; }
poll is_told || { echo "nobody is told"; cat "$work/told"; tail -5 "$work/alertmanager.log"; exit 1; }
amtool --alertmanager.url="http://127.0.0.1:$manager" alert query machine=reverse_shell >"$work/checked" 2>&1
grep -q '1 suspicious processes on 127.0.0.1' "$work/checked" || { cat "$work/checked"; exit 1; }
# (Its recording is old, which is another alert.)
! jq -se 'any(.[].alerts[].labels; .machine == "clean_server" and .alertname == "ProcwatchSuspiciousProcess")' \
    "$work/told" >/dev/null || { echo "the clean one is told of"; exit 1; }
