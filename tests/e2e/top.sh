#!/bin/sh
# procwatch-top in a real terminal: starts, shows processes, takes keys, follows
# a resize down to nothing, and leaves the terminal as it was, however it ends.
. "${srcdir:-.}/tests/e2e/terminal.sh"

start_top() {
    type_line "clear; $top $*; echo ended-\$?"
    wait_for '^ *[0-9.]+ .*[0-9]+ '
    wait_for 'SCORE.*PID.*NAME'
}

open_terminal 100 30
remember_terminal

# It shows this machine: the shell of the test is somewhere in the list.
start_top -d 1
wait_for 'F10 ?Quit'

# A pane opens and closes; its key says so itself.
keys F1
wait_for 'finds a text here'
keys Escape
wait_for 'SCORE.*PID.*NAME'
keys Enter
wait_for '[Rr]easons'
keys Escape
wait_for 'SCORE.*PID.*NAME'

# Sizes, down to one cell and back.
for size in '40 10' '20 3' '1 1' '200 60' '100 30'; do
    resize "${size% *}" "${size#* }"
    kill -0 "$(top_pid)" || give_up "it did not survive $size"
done
wait_for 'SCORE.*PID.*NAME'
keys q
wait_for 'ended-0'
expect_restored

# F10 and ^C end it as well.
start_top
keys F10
wait_for 'ended-0'
expect_restored

# A signal ends it with the terminal restored, and says so to the shell.
for signal in TERM HUP INT; do
    start_top
    kill "-$signal" "$(top_pid)"
    # After an interrupt the shell drops the rest of the line, as it should.
    [ "$signal" = INT ] || wait_for 'ended-1[0-9][0-9]'
    expect_restored
done

# Stopped and continued.
start_top
keys C-z
wait_for 'READY> *$'
type_line fg
wait_for 'SCORE.*PID.*NAME'
keys q
expect_restored
