#!/bin/sh
# The manual's tables are those of the program, and its pages are clean mdoc.
set -u
srcdir=${srcdir:-.}
docgen=${builddir:-build}/doc/docgen
status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

for page in "$srcdir"/doc/*.[1-9] "$srcdir/doc/api.md"; do
    if ! "$docgen" "$page" >"$work/page"; then
        status=1
    elif ! diff -u "$page" "$work/page"; then
        echo "$page is stale: run make docs"
        status=1
    fi
done
if command -v mandoc >/dev/null; then
    # Pages of others that are not installed here are no fault of ours.
    mandoc -T lint "$srcdir"/doc/*.[1-9] >"$work/lint" 2>/dev/null
    grep -v 'referenced manual not found' "$work/lint" && status=1
fi
exit $status
