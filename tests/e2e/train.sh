#!/bin/sh
# A model is learned, checked and used; a broken one is refused.
. "${srcdir:-.}/tests/e2e/begin.sh"
model=$work/.local/share/procwatch/model.json

ends_with() { # STATUS, then a command
    expected=$1
    shift
    "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ "$got" -eq "$expected" ] && return 0
    echo "ended with $got instead of $expected: $*"
    cat "$work/out" "$work/err"
    return 1
}

says() { grep -q -e "$1" "$work/out" "$work/err"; }
is_private() { [ "$(stat -c %a "$1")" = 600 ]; }
holds_nothing_else() { [ "$(ls "${model%/*}")" = model.json ]; }

check "train ends well" ends_with 0 \
    "$build/procwatch" train --duration 1 --interval 0.3 --include-flagged
check "train says what it learned" says "^Learned [1-9][0-9]* programs from [1-9]"
check "train tells its progress in plain lines" says "^100 %, 0:00 left: "
check "the model is private" is_private "$model"
check "nothing stays beside the model" holds_nothing_else

check "check takes the model" ends_with 0 "$build/procwatch" check --model "$model"
check "check says what it holds" says "ok: zscore, trained a moment ago on .* programs"

"$build/procwatch" scan --all --json >"$work/out" 2>"$work/err"
check "scan uses the usual model" says '"ml_model_loaded":[[:space:]]*true'

check "append adds" ends_with 0 \
    "$build/procwatch" train --duration 0.3 --interval 0.3 --append --include-flagged

# Start a long training, interrupt it after its first look, and leave its status in $got.
interrupt_training() {
    mkfifo "$work/progress"
    "$build/procwatch" train --duration 600 --model "$other" "$@" \
        >"$work/out" 2>"$work/progress" &
    trainer=$!
    exec 3<"$work/progress"
    read -r line <&3
    kill -INT $trainer
    cat <&3 >"$work/err"
    wait $trainer
    got=$?
    exec 3<&-
    rm "$work/progress"
    case $line in *"left: "*) ;; *) fail "no progress but: $line" ;; esac
}

other=$work/other.json
interrupt_training
check "an interrupted training ends by the signal" [ $got -eq 130 ]
check "an interrupted training saves nothing" [ ! -e "$other" ]
check "and says so" says "nothing was saved"
interrupt_training --keep-partial
check "with --keep-partial it ends well" [ $got -eq 0 ]
check "and there is a model" ends_with 0 "$build/procwatch" check --model "$other"

echo '{"format":"procwatch-model","version":99}' >"$model"
check "a newer model is refused" ends_with 3 "$build/procwatch" check --model "$model"
check "and its version named" says "version 99 is newer"
check "a scan asked to use it refuses" ends_with 3 "$build/procwatch" scan --model "$model"
"$build/procwatch" scan --json >"$work/out" 2>"$work/err"
check "a scan that finds it goes on without" says '"ml_model_loaded":[[:space:]]*false'
check "and says so" says "ml_score is 0"
check "a place that cannot be written is refused at once" ends_with 1 \
    "$build/procwatch" train --duration 600 --model "$work"

exit $status
