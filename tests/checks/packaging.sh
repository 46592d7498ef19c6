#!/bin/sh
# Each library that configure wants is asked for by bootstrap, by the Debian
# package and by the RPM, under the names that configure itself gives.
set -u
cd "${srcdir:-.}" || exit 2
status=0
wants() { # FILE PATTERN WHAT
    [ -e "$1" ] || return 0 # the tarball has no debian/
    grep -qE -- "$2" "$1" || { echo "$1: does not ask for $3"; status=1; }
}

needs=$(sed -n 's/^PROCWATCH_NEED(\[.*\], *\[\(.*\)\], *\[\(.*\)\], *\[\(.*\)\]).*/\1 \2 \3/p' configure.ac)
[ -n "$needs" ] || { echo "configure.ac: no PROCWATCH_NEED found"; exit 2; }
while read -r module debian fedora; do
    wants bootstrap "^build library $module +$debian +$fedora\$" "$module, $debian, $fedora"
done <<END
$needs
END
# Those that configure can do without as well.
while read -r debian fedora; do
    wants debian/control "^ $debian\\b" "$debian"
    wants packaging/procwatch.spec "^BuildRequires: +$fedora\$" "$fedora"
done <<END
$(awk '$1 == "build" && $2 == "library" { print $4, $5 }' bootstrap)
END

version=$(sed -n 's/^AC_INIT(\[procwatch\], \[\(.*\)\])/\1/p' configure.ac)
wants packaging/procwatch.spec "^Version: +$version\$" "version $version"
wants debian/changelog "^procwatch \\($version-" "version $version"

# dh_installsysusers reads its own copy.
users=debian/procwatch-api.sysusers
if [ -e $users ]; then
    cmp config/systemd/procwatch.sysusers $users || status=1
fi
exit $status
