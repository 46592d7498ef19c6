# shellcheck shell=sh disable=SC2034 # those that source it use them
# terminal.sh - drive a program in a terminal of its own; sourced by the tests.
#
# The terminal is a private tmux server: its socket lies in the test's directory,
# no user's configuration is read, and only that server is ever told to end.
. "${srcdir:-.}/tests/e2e/begin.sh"
needs tmux
top=$build/procwatch-top
unset TMUX

terminal() { tmux -S "$work/tmux" -f /dev/null "$@"; }
trap 'terminal kill-server 2>/dev/null; end' EXIT

# A shell in the terminal, with a prompt that cannot be mistaken.
open_terminal() { # COLUMNS ROWS
    terminal new-session -d -x "$1" -y "$2" "PS1='READY> ' exec sh" || skip "tmux does not start"
    wait_for 'READY>'
}

screen() { terminal capture-pane -p; }
keys() { terminal send-keys "$@"; }
type_line() { terminal send-keys -l "$1" && terminal send-keys Enter; }

# Beside a screen that is not as it should be nothing else can be tested.
give_up() { # WHAT
    fail "$@"
    echo "--- the screen:"
    screen
    exit 1
}

shows() { screen | grep -qE -e "$1"; }
shows_not() { ! shows "$1"; }
wait_for() { poll shows "$1" || give_up "no \"$1\" on the screen"; }
wait_gone() { poll shows_not "$1" || give_up "\"$1\" stays on the screen"; }

# tmux passes a new size on after a while.
has_size() { [ "$(stty size -F "$tty")" = "$2 $1" ]; }
resize() { # COLUMNS ROWS
    tty=$(terminal display-message -p '#{pane_tty}')
    terminal resize-window -x "$1" -y "$2"
    poll has_size "$1" "$2" || give_up "the terminal does not become $1x$2"
}

# procwatch-top's pid: the only child of the terminal's shell.
top_pid() {
    shell=$(terminal display-message -p '#{pane_pid}')
    tr ' ' '\n' <"/proc/$shell/task/$shell/children" | head -n 1
}

# For expect_restored to compare with.
remember_terminal() {
    type_line "stty -g >$work/before; echo done-\$?"
    wait_for 'done-0'
}

# The shell is back, the cursor visible, the main screen shown, the line
# discipline as it was.
expect_restored() {
    wait_for 'READY> *$'
    modes=$(terminal display-message -p 'alternate_on=#{alternate_on} cursor_flag=#{cursor_flag}')
    [ "$modes" = "alternate_on=0 cursor_flag=1" ] || give_up "the terminal is not restored: $modes"
    type_line "clear; stty -g >$work/after; echo done-\$?"
    wait_for 'done-0'
    diff "$work/before" "$work/after" || give_up "the line discipline is not restored"
}
