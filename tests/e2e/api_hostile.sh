#!/bin/sh
# What a hostile client, a page of another site or somebody on the way may send to the
# API as it runs, with the refresh going on: see api_hostile.py.
. "${srcdir:-.}/tests/e2e/serving.sh"
needs python3

# A recorded machine, so that memory does not follow what else runs here; one of its
# processes has something to leak.
recorded reverse_shell
mark=/var/www
start --config "$work/empty.yaml" --proc-root "$tree"
get /api/processes | grep -q $mark || fail "nothing is there to be told of"
# The sanitizers keep for a while what is freed.
growth=4096
! grep -qs '^#define WITH_SANITIZERS' "$build/config.h" || growth=262144
python3 "$source_dir/tests/e2e/api_hostile.py" "$port" "$server" $mark $growth || status=1
if [ "$(cat "$work/err")" != "procwatch: serving on http://127.0.0.1:$port/; any local user can read it" ]; then
    fail "it complains: $(cat "$work/err")"
fi
exit $status
