#!/bin/sh
# How well ml_score tells four oddities from a park of honest programs: train on
# the park, start them, and judge every process by both models and by the formula
# of a known scanner (oddities.py). Takes TRAIN_SECONDS (300) and two minutes.
# Exits 1 when a model's area under the ROC curve is below 0.95, or it finds
# anything normal above 0.5.
#
# As root it runs in a pid namespace of its own, so that what else goes on here
# is not judged; IN_THE_OPEN=yes judges everything on the machine.
set -u
if [ "$(id -u)" = 0 ] && [ "${IN_THE_OPEN:-no}" = no ] && [ "${PARK_IS_ALONE:-no}" = no ]; then
    PARK_IS_ALONE=yes exec unshare --pid --fork --mount-proc --kill-child=TERM "$0" "$@"
fi
here=$(dirname "$0")
build=${builddir:-build}
seconds=${TRAIN_SECONDS:-300}

# shellcheck source=tests/support/park.sh
. "$here/../support/park.sh"
trap end_park EXIT
trap 'exit 130' INT TERM

# odd NAME COMMAND...: grow it, and remember its pid.
odd() {
    grow "$@"
    echo "$1 $!" >>"$park/oddities"
}

# watch FILE SECONDS INTERVAL OPTION...: every process, a line of JSON each time.
watch() {
    file=$1 time=$2 interval=$3
    shift 3
    timeout -s INT "$time" "$build/procwatch" scan --all --jsonl --topk 0 \
        --interval "$interval" "$@" >"$file" 2>"$file.err"
}

grow_park
grow far "$build/tests/bench/oddity" listen 443
watch "$park/training.jsonl" "$seconds" 5 --config "$park/empty.yaml" &
"$build/procwatch" train --duration "$seconds" --config "$park/empty.yaml" \
    --model "$park/model.json" 2>"$park/train.err" || { cat "$park/train.err"; exit 1; }
wait $!

cp "$build/tests/bench/oddity" "$home/indexer"
cp "$build/tests/bench/oddity" "$home/updater"
odd miner "$home/indexer" burn 443
odd beacon "$home/updater" beacon 443
odd hoarder python3 -c 'import time
files = [open("/dev/null") for _ in range(500)]
time.sleep(600)'
odd spawner python3 -c 'import subprocess, time
while True: subprocess.run(["true"]); time.sleep(1)'
sleep 30 # so that they are no newcomers any more

status=0
for model in zscore isolation_forest; do
    echo "model: $model" >"$park/$model.yaml"
    watch "$park/$model.jsonl" 40 2 --config "$park/$model.yaml" --model "$park/model.json"
    "$here/oddities.py" "$park/oddities" "$park/training.jsonl" "$park/$model.jsonl" "$model" ||
        status=1
done
exit $status
