# shellcheck shell=sh
# terminal.sh - drive a program in a terminal of its own; sourced by the tests.
#
# The terminal is a private tmux server: its socket lies in the test's directory,
# no user's configuration is read, and only that server is ever told to end.
set -u

top=${builddir:-build}/procwatch-top
deadline_s=20
work=$(mktemp -d) || exit 1

[ -x "$top" ] || { echo "skipped: no procwatch-top was built"; exit 77; }
command -v tmux >/dev/null || { echo "skipped: tmux is not installed"; exit 77; }

# tmux wants a locale with UTF-8, a HOME without surprises.
LC_ALL=C.UTF-8 HOME=$work XDG_CONFIG_HOME=$work
export LC_ALL HOME XDG_CONFIG_HOME
unset TMUX NO_COLOR LD_PRELOAD

terminal() { tmux -S "$work/tmux" -f /dev/null "$@"; }

clean_up() {
    terminal kill-server 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# A shell in the terminal, with a prompt that cannot be mistaken.
open_terminal() { # COLUMNS ROWS
    terminal new-session -d -x "$1" -y "$2" "PS1='READY> ' exec sh" ||
        { echo "skipped: tmux does not start"; exit 77; }
    wait_for 'READY>'
}

screen() { terminal capture-pane -p; }
keys() { terminal send-keys "$@"; }
type_line() { terminal send-keys -l "$1" && terminal send-keys Enter; }

fail() {
    echo "FAILED: $*"
    echo "--- the screen:"
    screen
    exit 1
}

# Poll until a command succeeds. The deadline is for machines that are busy.
poll() { # COMMAND...
    end=$(($(date +%s) + deadline_s))
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ] || return 1
        sleep 0.05
    done
}

shows() { screen | grep -qE -e "$1"; }
shows_not() { ! shows "$1"; }
wait_for() { poll shows "$1" || fail "no \"$1\" on the screen"; }
wait_gone() { poll shows_not "$1" || fail "\"$1\" stays on the screen"; }

# tmux passes a new size on after a while.
has_size() { [ "$(stty size -F "$tty")" = "$2 $1" ]; }
resize() { # COLUMNS ROWS
    tty=$(terminal display-message -p '#{pane_tty}')
    terminal resize-window -x "$1" -y "$2"
    poll has_size "$1" "$2" || fail "the terminal does not become $1x$2"
}

# procwatch-top's pid: the only child of the terminal's shell.
top_pid() {
    shell=$(terminal display-message -p '#{pane_pid}')
    tr ' ' '\n' <"/proc/$shell/task/$shell/children" | head -n 1
}

# The shell is back, the cursor visible, the main screen shown, the line
# discipline as it was.
expect_restored() {
    wait_for 'READY> *$'
    [ "$(terminal display-message -p '#{alternate_on} #{cursor_flag}')" = "0 1" ] ||
        fail "the terminal is not restored: $(terminal display-message -p 'alternate_on=#{alternate_on} cursor_flag=#{cursor_flag}')"
    type_line "clear; stty -g >$work/after; echo done-\$?"
    wait_for 'done-0'
    diff "$work/before" "$work/after" || fail "the line discipline is not restored"
}
