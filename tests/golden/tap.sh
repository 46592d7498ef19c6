#!/bin/sh
# What the golden tests share: TAP, a work directory, a home without settings, and
# one language.
# To be sourced.
set -u
# shellcheck disable=SC2154
source_dir=$(cd "${srcdir:-.}" && pwd)
build=$(cd "${builddir:-build}" && pwd)
[ -x "$build/procwatch" ] || { echo "1..0 # SKIP no procwatch was built"; exit 0; }
PATH=$build:$PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
HOME=$work/home
mkdir "$HOME"
TZ=UTC
LC_ALL=C.UTF-8
export HOME PATH TZ LC_ALL
unset XDG_CONFIG_HOME XDG_STATE_HOME NO_COLOR PROCWATCH_CONFIG

number=0
failed=0
ok() { # STATUS NAME: one result; what went wrong stands in $work/why
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        failed=$((failed + 1))
        [ ! -s "$work/why" ] || sed 's/^/# /' "$work/why"
    fi
    : >"$work/why"
}

# Run a command; its output in $work/out and $work/err. Claims its status.
status_is() { # STATUS[|STATUS] NAME COMMAND...
    wanted=$1 name=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    case "|$wanted|" in
    *"|$status|"*) ok 0 "$name" ;;
    *)
        { echo "status $status, not $wanted"; cat "$work/err"; } >"$work/why"
        ok 1 "$name"
        ;;
    esac
}

contains() { # FILE PATTERN NAME
    grep -qE -- "$2" "$work/$1"
    found=$?
    [ $found -eq 0 ] || cat "$work/$1" >"$work/why"
    ok $found "$3"
}

lacks() { # FILE PATTERN NAME
    if grep -qE -- "$2" "$work/$1"; then
        cat "$work/$1" >"$work/why"
        ok 1 "$3"
    else
        ok 0 "$3"
    fi
}

unpack() { # STORY: its tree's path
    [ -d "$work/$1" ] || sh "$source_dir/tests/support/unpack.sh" \
        "$source_dir/tests/fixtures/$1.proc" "$work/$1"
    echo "$work/$1"
}

# Until the file matches, for ten seconds.
wait_for() { # FILE PATTERN
    tries=200
    until grep -qE -- "$2" "$1" 2>/dev/null; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.05
    done
}

done_testing() {
    echo "1..$number"
    [ $failed -eq 0 ]
}
