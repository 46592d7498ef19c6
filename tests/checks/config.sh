#!/bin/sh
# Fail when config/procwatch.yaml is not what the schema says today.
set -u
: "${srcdir:=.}" "${builddir:=build}"

if "$builddir/config/write_default" | diff -u "$srcdir/config/procwatch.yaml" -; then
    exit 0
fi
echo 'config/procwatch.yaml is stale: run make update-config'
exit 1
