#!/bin/sh
# Forty processes whose names, arguments, files and numbers are what an attacker would
# choose (tests/e2e/menagerie.c): each is listed, is taken for nothing that it is not,
# and no byte of theirs is obeyed by a terminal. In namespaces of its own, since they
# are many and some never rest.
set -u

if [ -z "${MENAGERIE_APART:-}" ]; then
    apart="--fork --pid --mount-proc --kill-child"
    [ "$(id -u)" -eq 0 ] || apart="--user --map-root-user $apart"
    command -v jq >/dev/null || { echo "skipped: jq is not installed"; exit 77; }
    # shellcheck disable=SC2086
    unshare $apart true 2>/dev/null || { echo "skipped: no namespaces here"; exit 77; }
    # shellcheck disable=SC2086
    MENAGERIE_APART=1 exec unshare $apart sh "$0" "$@"
fi

. "${srcdir:-.}/tests/e2e/terminal.sh"
program=$build/procwatch
mkdir "$work/files"
mkfifo "$work/hold"
"$build/tests/e2e/menagerie" "$work/files" <"$work/hold" >"$work/animals" \
    2>"$work/missing" &
menagerie=$!
exec 9>"$work/hold"
are_all() { grep -q '^all$' "$work/animals" || ! kill -0 "$menagerie" 2>/dev/null; }
deadline_s=60
poll are_all
grep -q '^all$' "$work/animals" || { echo "FAILED: the menagerie did not open"; exit 1; }
cat "$work/missing"

# In UTF-8, without C1 and without marks that turn the writing round or take no place.
is_text() { # FILE
    ! grep -qaP '[\x{80}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]' "$1" &&
        iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}
# And no control byte but the end of a line.
is_harmless() { is_text "$1" && ! LC_ALL=C grep -qaP '[\x00-\x09\x0b-\x1f\x7f]' "$1"; }

look() { # NAME COMMAND...
    name=$1
    shift
    started=$(date +%s%3N)
    timeout 60 "$@" >"$work/$name" 2>"$work/$name.err" </dev/null 9>&-
    got=$?
    sed -i 's/\r$//' "$work/$name" # the ends of lines in CSV (RFC 4180)
    echo "$name: $(($(date +%s%3N) - started)) ms"
    # 1: not all of it could be read whole, and it says so.
    [ $got -le 1 ] || fail "$name ended with $got: $(cat "$work/$name.err")"
    is_harmless "$work/$name" || fail "$name prints what a terminal obeys"
    is_harmless "$work/$name.err" || fail "$name complains in bytes that a terminal obeys"
}

# A name that looks like a path must not be excused as that path.
printf 'whitelist:\n  paths: ["/usr/sbin/sshd"]\n' >"$work/procwatch.yaml"
look table "$program" scan --config "$work/procwatch.yaml" --all --topk 0
look sheet "$top" --config "$work/procwatch.yaml" --csv -n 1
look batch "$top" --config "$work/procwatch.yaml" -b -n 2 -d 0.3 -k 0
"$program" scan --config "$work/procwatch.yaml" --json --all --topk 0 2>/dev/null 9>&- |
    tr '\t' ' ' >"$work/json"
is_harmless "$work/json" || fail "the JSON holds what a terminal obeys"
while read -r pid kind; do
    case $kind in
    comm-title | argv-title | exe-title | exe-memfd | zombies)
        look "page-$kind" "$program" explain "$pid"
        ;;
    esac
done <"$work/animals"

# What each must be.
claim() { # KIND, then a jq expression
    pid=$(sed -n "s/^\([0-9]*\) $1\$/\1/p" "$work/animals")
    [ -n "$pid" ] || return 0 # it could not be here, which is told above
    jq -e "def gives(key): any(.reasons[]; .key == key);
        .processes[] | select(.pid == $pid) | $2" "$work/json" >/dev/null ||
        fail "$1 is not: $2"
}
while read -r pid kind; do
    case $kind in hopper | '') ;; *) claim "$kind" true ;; esac
done <"$work/animals"
claim comm-newline '.name == "a\\nPAYLOAD" and .uid == 0'
claim comm-bracket '.name == "x) R 1 1 (1" and .state == "S"'
claim comm-lines '.uid == 0'
claim comm-title '.name == "\\x1b]0;PAYLOAD\\x07"'
claim comm-bidi '.name | startswith("<U+202E>")'
claim comm-kthread 'gives("kthread_masq")'
claim comm-path '.total_score > 0 and .whitelist_entry == null'
claim exe-deleted 'gives("deleted_exe") | not'
claim exe-memfd '(gives("memfd_exe")) and (gives("deleted_exe") | not)'
claim exe-deep '(gives("exe_unreachable")) and (gives("no_exe") | not)'
claim argv-long '.unknown_facts.cmdline == "truncated"'
claim descriptors '.unknown_facts.fd == "truncated"'
claim headless '.state != "Z" and .not_assessed == [] and (.exe | length > 0)'
claim vfork '.state == "D" or .state == "S"'
claim stopped '.state == "T"'
jq -e '.stats.short_lived > 0 or any(.processes[]; .name == "hopper")' "$work/json" >/dev/null ||
    fail "who hops from pid to pid is neither listed nor counted"
[ "$(jq '[.processes[] | select(.name == "generation")] | length' "$work/json")" -ge 300 ] ||
    fail "not all generations are listed"

# The screen: what it writes is kept, byte for byte.
open_terminal 120 50 9>&-
terminal pipe-pane -o "cat >$work/raw"
title=$(terminal display-message -p '#{pane_title}')
type_line "clear; $top -d 0.5 -k 0; echo ended-\$?"
wait_for 'SCORE.*PID.*NAME'
wait_for 'PAYLOAD'
keys t
wait_for '[├└]'
keys t Enter
wait_for '[Rr]easons'
keys Tab Tab Tab
keys Escape
wait_for 'SCORE.*PID.*NAME'
keys q
wait_for 'ended-0'
[ "$(terminal display-message -p '#{pane_title}')" = "$title" ] || fail "a process set the title"
is_text "$work/raw" || fail "the screen writes marks or C1 controls"
LC_ALL=C grep -qaP '\x1b\][^\n]{0,20}(PAYLOAD|UEFZ)' "$work/raw" &&
    fail "the screen wrote a title or clipboard that a process wants"
[ -s "$work/raw" ] || fail "nothing of the screen was kept"

exec 9>&-
wait "$menagerie" || fail "the animals did not go"
exit $status
