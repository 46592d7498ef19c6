#!/bin/sh
# The man pages are clean mdoc.
set -eu
cd "${srcdir:-.}"
set -- doc/*.[1-9]
[ -e "$1" ] || exit 0
exec mandoc -T lint -W warning "$@"
