#!/bin/sh
# The RPM packages: built from the tarball by packaging/procwatch.spec. On Debian
# the libraries are there, though no RPM says so.
set -eu
builddir=$(cd "${builddir:-build}" && pwd)
cd "${srcdir:-.}"
command -v rpmbuild >/dev/null || { echo "rpmbuild is not installed"; exit 77; }
tree=$builddir/rpm
rm -rf "$tree"
mkdir -p "$tree/SOURCES"
make -s -C "$builddir" dist
version=$(sed -n 's/^Version: *//p' packaging/procwatch.spec)
cp "$builddir/procwatch-$version.tar.xz" "$tree/SOURCES"
nodeps=
[ ! -e /etc/debian_version ] || nodeps=--nodeps
rpmbuild -ba $nodeps --define "_topdir $tree" packaging/procwatch.spec >"$tree/build.log" 2>&1 ||
    { tail -n 60 "$tree/build.log"; exit 1; }
for package in "$tree"/RPMS/*/*.rpm; do
    echo "    $(basename "$package"): $(rpm -qlp "$package" | wc -l) files"
done
for program in procwatch procwatch-top; do
    rpm -qlp "$tree"/RPMS/*/procwatch-[0-9]*.rpm | grep -qx "/usr/bin/$program"
done
# Who owns a program is asked where it is installed.
rpm -qp --requires "$tree"/RPMS/*/procwatch-[0-9]*.rpm | grep -q '^librpm\.so'
