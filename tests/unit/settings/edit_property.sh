#!/bin/sh
# Random edits of random files against PyYAML. EDIT_PROPERTY_RUNS=10000 is the
# full run; "make check" does some hundreds.
set -u
: "${srcdir:=.}" "${builddir:=.}"

if ! python3 -c 'import yaml' 2>/dev/null; then
    echo 'python3-yaml is not installed'
    exit 77
fi
exec python3 "$srcdir/tests/unit/settings/edit_property.py" \
    "$builddir/tests/unit/settings/edit_server" "${EDIT_PROPERTY_RUNS:-400}"
