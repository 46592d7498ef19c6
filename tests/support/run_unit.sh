#!/bin/sh
# run_unit.sh TEST [ARGUMENT ...] - run a cmocka test. Of a case that was skipped
# cmocka says "not ok 1 # SKIP"; to TAP that is a failure. One that hangs is ended
# after five minutes, and has failed.
exec 3>&1
status=$({
    { timeout -k 10 300 "$@" 3>&- 4>&-; echo $? >&4; } | sed -u 's/^not ok \([0-9]* # SKIP\)/ok \1/' >&3
} 4>&1)
exit "$status"
