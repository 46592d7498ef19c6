#!/bin/sh
# unpack.sh STORY DIRECTORY - make a /proc-like tree below DIRECTORY from one
# readable file, a story:
#
#   # a comment
#   < web_server.base                 all of another file beside it, in this place
#   @ 4242/exe -> /tmp/.x (deleted)   a symbolic link, whatever it points to
#   @ 4242/fd/                        a directory
#   @ 4242/cmdline                    a file; its lines follow
#   | [kworker/0:1]\0\c               one line of it: printf(1) %b text, so \0 is
#                                     NUL, \\ a backslash, a last \c no newline
#
# What comes later replaces what was there. Stories are text so that a review sees
# them, and because a dist tarball cannot hold dangling symbolic links.
set -eu

story=$1
beside=$(dirname "$1")
directory=$2
target=/dev/null

make_parent() {
    [ -d "${1%/*}" ] || mkdir -p "${1%/*}"
}

while IFS= read -r line; do
    case $line in
    '< '*)
        sh "$0" "$beside/${line#'< '}" "$directory"
        ;;
    '@ '*' -> '*)
        line=${line#'@ '}
        path=$directory/${line%%' -> '*}
        make_parent "$path"
        ln -sfn "${line#*' -> '}" "$path"
        ;;
    '@ '*/)
        mkdir -p "$directory/${line#'@ '}"
        ;;
    '@ '*)
        target=$directory/${line#'@ '}
        make_parent "$target"
        : >"$target"
        ;;
    '| '*)
        printf '%b' "${line#'| '}\n" >>"$target"
        ;;
    '#'* | '') ;;
    *)
        printf '%s: not a line of a story: %s\n' "$story" "$line" >&2
        exit 1
        ;;
    esac
done <"$story"
