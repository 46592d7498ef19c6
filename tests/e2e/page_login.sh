#!/bin/sh
# The page where a token is wanted, in a real browser: see page_login.py.
. "${srcdir:-.}/tests/e2e/serving.sh"
needs python3
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "no chromium is installed"
recorded reverse_shell
start --config "$work/empty.yaml" --proc-root "$tree" --token-file "$work/token"
expect 200 /
expect 401 /api/scan
! grep -q "$(cat "$work/token")" "$work/out" || fail "the token is told"
timeout 120 python3 "$source_dir/tests/e2e/page_login.py" "$browser" "$work/profile" \
    "http://127.0.0.1:$port/" "$work/token" || status=1
exit $status
