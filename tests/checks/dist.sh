#!/bin/sh
# Whatever is in the repository is in the tarball, but for debian/ and git's own.
set -u
cd "${srcdir:-.}" || exit 2
if ! git ls-files --error-unmatch configure.ac >/dev/null 2>&1; then
    echo "skipped: no clone"
    exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

make -s -C "${builddir:-build}" list-dist | sed "s#^$(pwd)/##; s#^\(\.\./\)*##" |
    while read -r entry; do
        # A directory stands for all that is in it.
        if [ -d "$entry" ]; then find "$entry" -type f; else echo "$entry"; fi
    done | sort -u >"$work/dist"
# What was removed, but not yet committed so, is not missed.
git ls-files | while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
    grep -vE '^(debian/|\.gitignore$)' | sort >"$work/git"
missing=$(comm -13 "$work/dist" "$work/git")
[ -z "$missing" ] || { echo "not in any layer.am, so not in the tarball:"; echo "$missing"; exit 1; }
