#!/bin/sh
# Every shell script parses; shellcheck, where it is installed, finds nothing.
set -u
cd "${srcdir:-.}" || exit 2
status=0
scripts=$(find bootstrap tests config doc -name '*.sh' -o -name '*.tap' -o -name bootstrap)
# The tarball has no debian/.
for script in .ci/run debian/tests/scan; do
    [ ! -e $script ] || scripts="$scripts $script"
done
for script in $scripts; do
    sh -n "$script" || status=1
done
if command -v shellcheck >/dev/null; then
    # shellcheck disable=SC2086
    shellcheck $scripts || status=1
elif [ $status -eq 0 ]; then
    echo "shellcheck is not installed"
    status=77
fi
exit $status
