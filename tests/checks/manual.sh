#!/bin/sh
# The manual's tables are those of the program, and its pages are clean mdoc; and the
# pictures in the documents are of the screens that the golden tests know.
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

# What can be read on it: its cost differs, and lines are drawn.
words() { tr -cd '[:alnum:]' | sed 's/Cost[0-9]*ms/Cost/'; }
for picture in "$srcdir"/doc/screenshots/*.svg; do
    story=$(basename "$picture" .svg)
    drawn=$(sed -n 's|^<text[^>]*>\(.*\)</text>$|\1|p' "$picture" |
        sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | words)
    shown=$(head -n "${story##*x}" "$srcdir/tests/golden/screens/$story.txt" | words)
    [ "$drawn" = "$shown" ] || { echo "$picture is stale: run make screenshots"; status=1; }
    grep -qs "screenshots/$story.svg" "$srcdir"/README.md "$srcdir"/doc/*.md ||
        { echo "$picture is shown by no document"; status=1; }
done

if command -v mandoc >/dev/null; then
    # Pages of others that are not installed here are no fault of ours.
    mandoc -T lint "$srcdir"/doc/*.[1-9] >"$work/lint" 2>/dev/null
    grep -v 'referenced manual not found' "$work/lint" && status=1
fi
exit $status
