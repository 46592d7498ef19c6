#!/bin/sh
# The page where a token is wanted, in a real browser: see page_login.py.
set -u
. "${srcdir:-.}/tests/e2e/serving.sh"
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    { echo "skipped: no chromium is installed"; exit 77; }
recorded reverse_shell
start --config "$work/empty.yaml" --proc-root "$tree" --token-file "$work/token"
expect 200 /
expect 401 /api/scan
! grep -q "$(cat "$work/token")" "$work/out" || fail "the token is told"
timeout 120 python3 "$source_dir/tests/e2e/page_login.py" "$browser" "$work/profile" \
    "http://127.0.0.1:$port/" "$work/token" || status=1
exit $status
