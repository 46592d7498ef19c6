#!/bin/sh
# The Debian packages: built from the tarball as an ordinary builder would, clean
# for lintian, with hardened programs. They stay in build/packages/ for what comes
# after.
set -eu
builddir=$(cd "${builddir:-build}" && pwd)
cd "${srcdir:-.}"
for tool in dpkg-buildpackage dh lintian; do
    command -v $tool >/dev/null || { echo "$tool is not installed"; exit 77; }
done
[ -d debian ] || { echo "the tarball has no debian/"; exit 77; }
packages=$builddir/packages
rm -rf "$packages"
mkdir "$packages"

# The distribution's version is "UPSTREAM-REVISION".
version=$(sed -n '1s/.*(\(.*\)-[^-]*).*/\1/p' debian/changelog)
make -s -C "$builddir" dist
cp "$builddir/procwatch-$version.tar.xz" "$packages/procwatch_$version.orig.tar.xz"
cd "$packages"
tar -xJf "procwatch_$version.orig.tar.xz"
cp -r "$OLDPWD/debian" "procwatch-$version"
(cd "procwatch-$version" && DEB_BUILD_OPTIONS="parallel=$(nproc) ${DEB_BUILD_OPTIONS-}" \
    dpkg-buildpackage --no-sign >../build.log 2>&1) || { tail -n 60 build.log; exit 1; }
rm -rf "procwatch-$version"

lintian --fail-on error,warning --allow-root --tag-display-limit 0 ./*.changes

status=0
dpkg-deb -x ./procwatch_*.deb unpacked
for program in procwatch procwatch-top; do
    for sign in 'Type: *DYN' GNU_RELRO BIND_NOW __stack_chk_fail '_chk@'; do
        readelf -hldW --dyn-syms "unpacked/usr/bin/$program" | grep -q -- "$sign" ||
            { echo "$program is not hardened: no $sign"; status=1; }
    done
done
rm -r unpacked
exit $status
