#!/bin/sh
# The loop of a triage, on a live shell that is wired to a watched port: read why, look
# at its program, parents and connections, stop it, kill it; no answer is more than six
# keys away, and the log tells the story afterwards.
. "${srcdir:-.}/tests/e2e/terminal.sh"

specimen=$build/tests/specimens/specimen
[ -x "$specimen" ] || skip "no specimen was built"

mkdir "$work/specimen"
"$specimen" shell "$work/specimen" >"$work/out" 2>&1 </dev/null &
children=$!
poll test -s "$work/out" || skip "no shell can be wired here"
victim=$(sed -n '1s/^\([0-9][0-9]*\).*/\1/p' "$work/out")
[ -n "$victim" ] || give_up "the specimen does not say its pid: $(cat "$work/out")"

# High enough for all the ancestors that a test in CI has.
open_terminal 80 80
type_line "clear; $top -d 1 -p $victim --log $work/log; echo ended-\$?"
wait_for 'SCORE.*PID.*NAME'

# Its details are open: why it scores.
wait_for '\+[0-9.]+ RSH +A shell or interpreter reads its input from the network'
wait_for 'evidence +fd 0 -> tcp 127\.0\.0\.1'

# One key each: the program, who started it, whom it talks to, its files.
keys x
wait_for 'argv\[0\]'
wait_for 'sha256 +[0-9a-f]{64}'
keys a
wait_for 'session +[0-9]+'
keys i
wait_for 'ESTABLISHED.*watched'
keys l
wait_for '0 rw +tcp 127\.0\.0\.1'

# Five to keep what it would leave behind, with its code, stopped so that it stays as it is.
keys D
wait_for 'STOP first +freeze it'
keys j j
keys Enter
wait_for 'Dump [0-9]+ into'
keys Enter
wait_for "dumped to .*/${victim}_"
grep -q '^State:.T' "/proc/$victim/status" || give_up "it was not stopped before its dump"
(cd "$HOME"/.local/state/procwatch/dumps/"$victim"_* && sha256sum --quiet -c SHA256SUMS) ||
    give_up "the dump is not whole"
kill -CONT "$victim"

# Three to stop it.
keys k
wait_for 'STOP +freeze it'
keys Enter
wait_for 'Send SIGSTOP to this process'
keys y
wait_for "$victim [a-z]+ is stopped"
grep -q '^State:.T' "/proc/$victim/status" || give_up "it is not stopped"

# Six to kill it, and it is.
keys k j j j
wait_for 'KILL +end it'
keys Enter
wait_for 'Send SIGKILL to this process'
keys y
wait_for "$victim [a-z]+ is gone"

# What was known of it stays to be read.
keys x
wait_for 'argv\[0\]'

# The story: on the screen, and in its file.
keys L
wait_for ' events '
keys /
type_line "SIGKILL to $victim"
wait_for "action +SIGKILL to $victim [a-z]+: sent"
keys q
wait_gone ' events '
keys F10
wait_for 'ended-0'
grep -q " flagged $victim .* score .*: A shell or interpreter" "$work/log" ||
    give_up "the log does not say why: $(cat "$work/log")"
grep -q " action SIGKILL to $victim .*: sent" "$work/log" || give_up "the log misses the end"
