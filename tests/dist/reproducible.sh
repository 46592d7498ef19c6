#!/bin/sh
# The tarball is the same, byte by byte, when it is packed from another directory,
# by another umask, at another time, of files that were touched.
set -eu
source=$(cd "${srcdir:-.}" && pwd)
first=${builddir:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make -s -C "$first" dist
version=$("$first/procwatch" --version | sed 's/.* //;q')
tarball=procwatch-$version.tar.xz
sum=$(sha256sum <"$first/$tarball")

umask 077
mkdir "$work/unpacked" "$work/build"
tar -xJf "$first/$tarball" -C "$work/unpacked"
find "$work/unpacked" -exec touch -d "2001-02-03 04:05 UTC" {} +
SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct 2>/dev/null || stat -c %Y "$source/configure.ac")
export SOURCE_DATE_EPOCH
cd "$work/build"
"../unpacked/procwatch-$version/configure" >/dev/null
make -s dist
again=$(sha256sum <"$tarball")

echo "    $tarball ${sum%% *}"
[ "$sum" = "$again" ] || { echo "packed again: ${again%% *}"; exit 1; }
