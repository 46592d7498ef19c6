#!/bin/sh
# What others wrote for the API of the peer, whose routes and fields ours has: its
# documented commands and clients, and the guide's. Only the port is another, and who
# is asked for stands in a recorded machine.
. "${srcdir:-.}/tests/e2e/serving.sh"
recorded reverse_shell

# says COMMAND FILTER: what it prints is JSON for which the filter holds.
says() {
    command=$(echo "$1" | sed "s/8080/$port/g")
    if ! sh -c "$command" >"$work/out" 2>"$work/why" ||
        ! jq -se "$2" "$work/out" >/dev/null 2>>"$work/why"; then
        fail "$command: $(cat "$work/why") $(head -c 300 "$work/out")"
    fi
}

# procwatch api --config ~/.procwatch.yaml --port 8080
start --config "$work/empty.yaml" --proc-root "$tree"
says 'curl http://localhost:8080/api' '.[0].paths | has("/api/stats")'
says 'curl http://localhost:8080/api/stats' '.[0].total_processes == 7'
says "curl http://localhost:8080/api/processes | jq '.[0]'" '.[0].pid'
says "curl -s http://localhost:8080/api/suspicious | jq length" '. == [1]'
says 'curl "http://localhost:8080/api/suspicious?min_score=5.0"' '.[0] | length == 1'
says 'curl "http://localhost:8080/api/suspicious?min_score=50"' '.[0] == []'
says 'curl http://localhost:8080/api/process/4242 | jq .' '.[0].pid == 4242'
says "curl -s http://localhost:8080/api/processes | jq 'sort_by(.total_score) | reverse | .[0:5]'" \
    '.[0][0].pid == 4242'
says "curl -s http://localhost:8080/api/processes | jq '.[] | select(.conns_outbound > 0)'" \
    'any(.[]; .pid == 4242)'
says "curl -s http://localhost:8080/api/processes |
    jq 'group_by(.user) | map({user: .[0].user, count: length})'" '.[0] | map(.count) | add == 7'
says 'curl -s http://localhost:8080/api/stats | jq .suspicious_count' '. == [1]'
says 'curl http://127.0.0.1:8080/api/suspicious?min_score=4 | jq .' '.[0] | length == 1'

# shellcheck disable=SC2016 # the dollars are jq's
# Every field that they know, of every process. The environment it has, too, is none
# that we hand out.
says 'curl -s http://localhost:8080/api/processes' '
    ["pid", "ppid", "name", "parent_name", "user", "exe", "cwd", "cmdline", "cpu_pct",
     "conns_outbound", "remote_ports", "sha256", "heuristic_score", "ml_score", "total_score",
     "reasons", "timestamp"] as $fields |
    .[0] | all(.[]; . as $process | all($fields[]; . as $field | $process | has($field)) and
        (has("environ") | not) and all(.reasons[]; has("score") and has("reason")))'
says 'curl -s http://localhost:8080/api/stats' '.[0] |
    has("min_score_threshold") and has("ml_model_loaded") and has("timestamp")'

# One process is told of whole, but for what it is not to tell.
# shellcheck disable=SC2016
says 'curl -s http://localhost:8080/api/process/4242' '.[0] |
    (.ancestry | map(.pid) | .[0] == 4242 and .[-1] == 1) and (.reasons | map(.key) | any(. == "revshell_stdio")) and
    (.connections | any(.outbound)) and (.files | any(.fd == 0)) and .use.threads == 1 and
    (.security | has("uids") and has("effective") and has("cgroup")) and has("program") and has("maps") and
    (has("environ") | not)'

if command -v python3 >/dev/null; then
    python3 - "$port" >"$work/out" <<-'END'
	import json, sys, urllib.request
	with urllib.request.urlopen(f"http://localhost:{sys.argv[1]}/api/suspicious") as response:
	    processes = json.load(response)
	for proc in processes:
	    print(f"PID {proc['pid']}: {proc['name']} - Score: {proc['total_score']}")
	END
    [ "$(cat "$work/out")" = 'PID 4242: sh - Score: 12' ] || fail "a client in Python: $(cat "$work/out")"
fi
stop

# procwatch api --config myconfig.yaml --model /path/to/model.json: what the guide says
# the configuration affects, threshold, weights, whitelist and model, it does; also when
# both are written anew.
model=$work/model.json
"$build/procwatch" train --duration 0.3 --interval 0.3 --include-flagged --model "$model" >"$work/out" 2>&1 ||
    fail "train: $(cat "$work/out")"
cat >"$work/config.yaml" <<'END'
min_score: 2
weights: {revshell_stdio: 1, unusual_parent: 0}
whitelist: {rules: ["watched_port path=/usr/bin/dash"]}
END
start --config "$work/config.yaml" --model "$model" --proc-root "$tree"
says 'curl -s http://localhost:8080/api/stats' '.[0] |
    .min_score_threshold == 2 and .ml_model_loaded and (.ml_model | startswith("zscore"))'
# shellcheck disable=SC2016
says 'curl -s http://localhost:8080/api/process/4242' '.[0].reasons | map({(.key): .score}) | add |
    .revshell_stdio == 1 and .unusual_parent == null and .watched_port == 0'
get /metrics | grep -q '^procwatch_model_info{model="zscore"} 1' || fail "the model in the metrics"
is_reloaded() { get /api/stats | jq -e '.min_score_threshold == 9 and .suspicious_count == 1' >/dev/null; }
echo 'min_score: 9' >"$work/config.new" && mv "$work/config.new" "$work/config.yaml"
poll is_reloaded || fail "another configuration"
echo '{' >"$model"
poll grep -q 'what was in force stays' "$work/err" || fail "a broken model is not told of"
says 'curl -s http://localhost:8080/api/stats' '.[0].ml_model_loaded'
exit $status
