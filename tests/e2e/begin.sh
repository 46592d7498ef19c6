# shellcheck shell=sh disable=SC2034 # those that source it use them
# begin.sh - what the tests of the programs begin with; sourced. The programs are in
# $build, the tree is $source_dir; $work is the test's own directory and its home, where
# nobody's settings are. Whoever is among $children ends with the test, whose result is
# $status.
set -u

skip() { # WHY
    echo "skipped: $*"
    exit 77
}
needs() { # PROGRAM...
    for program; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

build=$(cd "${builddir:-build}" && pwd) && source_dir=$(cd "${srcdir:-.}" && pwd) || exit 1
[ -x "$build/procwatch" ] || skip "no procwatch was built"
work=$(mktemp -d) || exit 1
children=
status=0
end() {
    for child in $children; do
        kill "$child" 2>/dev/null
        wait "$child" 2>/dev/null
    done
    # A browser's last children may still write there.
    rm -rf "$work" 2>/dev/null || rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
HOME=$work LC_ALL=C.UTF-8
export HOME LC_ALL
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME LANGUAGE COLUMNS LINES TERMINFO NO_COLOR LD_PRELOAD
# A configuration without anything in it.
: >"$work/empty.yaml"

fail() { # WHAT: the test goes on
    echo "FAILED: $*"
    status=1
}

check() { # WHAT, then a condition
    what=$1
    shift
    "$@" || fail "$what"
}

# Until a command succeeds. The deadline is for machines that are busy.
deadline_s=20
poll() { # COMMAND...
    give_up_at=$(($(date +%s) + deadline_s))
    until "$@"; do
        [ "$(date +%s)" -lt "$give_up_at" ] || return 1
        sleep 0.05
    done
}

# The tree of a recorded machine, in $tree.
recorded() { # STORY
    tree=$work/$1
    [ -d "$tree" ] ||
        sh "$source_dir/tests/support/unpack.sh" "$source_dir/tests/fixtures/$1.proc" "$tree" || exit 1
}

# The port that "procwatch api" says it serves on, in what it said.
port_in() { sed -n 's|.*http://[^:]*:\([0-9]*\)/.*|\1|p' "$1"; }
