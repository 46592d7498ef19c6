#!/bin/sh
# Random edits of random files against PyYAML. EDIT_PROPERTY_RUNS=10000 is the
# full run; "make check" does some hundreds.
set -u
: "${srcdir:=.}" "${builddir:=.}"

# The distribution's module may belong to another python3 than the first.
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import yaml' 2>/dev/null; then
        exec "$python" "$srcdir/tests/unit/settings/edit_property.py" \
            "$builddir/tests/unit/settings/edit_server" "${EDIT_PROPERTY_RUNS:-400}"
    fi
done
echo 'python3-yaml is not installed'
exit 77
