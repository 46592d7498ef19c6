#!/bin/sh
# A park of honest programs (tests/support/park.sh): JITs, daemons that retitle
# themselves, shells under servers, programs in /tmp, tracers, an upgraded daemon,
# namespaces, raw sockets. At the defaults and without any whitelist nothing of it
# may be flagged. Prints every score above 0 with its reasons.
set -u
procwatch=${builddir:-build}/procwatch
[ -x "$procwatch" ] || { echo "skipped: no procwatch was built"; exit 77; }
command -v jq >/dev/null || { echo "skipped: jq is not installed"; exit 77; }

# shellcheck source=tests/support/park.sh
. "${srcdir:-.}/tests/support/park.sh"
trap end_park EXIT
trap 'exit 130' INT TERM
grow_park

"$procwatch" scan --config "$park/empty.yaml" --all --json >"$park/scan.json"
status=$?
[ "$status" -le 1 ] || { echo "scan ended with $status"; exit 1; }

# Only what this script started: its pids and their descendants.
jq -r --rawfile roots "$park/pids" '
    ($roots | split("\n") | map(select(. != "") | split(" ")[0] | tonumber)) as $roots
    | .processes as $all
    | ($all | map({key: (.pid|tostring), value: .ppid}) | from_entries) as $parent
    | def ours($p): ($p != null) and ($p > 1) and
          (any($roots[]; . == $p) or ours($parent[$p|tostring]));
    .processes[] | select(ours(.pid))
    | [(if .flagged then "FLAGGED" else "ok" end), (.total_score|tostring), .pid, .name,
       ([.reasons[] | "\(.key)+\(.score) (\(.evidence))"] | join("; "))] | @tsv' \
    "$park/scan.json" >"$park/table"
printf '%s honest processes; those with a score above 0:\n' "$(wc -l <"$park/table")"
awk -F '\t' '$2 > 0' "$park/table"
[ "$(wc -l <"$park/table")" -ge 5 ] || { echo "the park did not grow"; exit 1; }
! grep -q '^FLAGGED' "$park/table"
