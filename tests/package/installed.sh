#!/bin/sh
# The Debian packages, installed into a fresh root that has nothing else, find a
# planted process there. Its processes live and die in a namespace of their own.
set -eu
builddir=$(cd "${builddir:-build}" && pwd)
srcdir=$(cd "${srcdir:-.}" && pwd)
packages=$builddir/packages
root=$builddir/root
skip() { echo "$*"; exit 77; }

# shellcheck disable=SC1091
suite=$(. /etc/os-release && echo "${ID-} ${VERSION_CODENAME-}")
case $suite in debian\ ?*) suite=${suite#* } ;; *) skip "this is no release of Debian" ;; esac
[ "$(id -u)" -eq 0 ] || skip "only root can make a root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
set -- "$packages"/procwatch_*.deb "$packages"/procwatch-api_*.deb
[ -e "$1" ] || skip "no package was built"
unshare --mount --pid --fork true || skip "no namespaces here"
mirror=http://deb.debian.org/debian
timeout 30 wget -q -O /dev/null "$mirror/dists/$suite/Release" || skip "no mirror answers"

# What they depend on comes with the root, so that what follows needs no network.
needs=$(dpkg-deb -f "$1" Depends | tr ',' '\n' | sed 's/ *(.*//; s/^ *//; s/ *|.*//' | tr '\n' ,)
rm -rf "$root"
trap 'rm -rf "$root"' EXIT
timeout 600 debootstrap --variant=minbase --include="${needs}systemd-standalone-sysusers" \
    "$suite" "$root" "$mirror" >"$builddir/debootstrap.log" 2>&1 ||
    { tail -n 5 "$builddir/debootstrap.log"; skip "no root could be made: is there a mirror?"; }

mkdir -p "$root/packages" "$root/dev/shm"
cp "$@" "$srcdir/debian/tests/scan" "$root/packages"
cat >"$root/packages/try" <<'END'
set -eux
dpkg -i /packages/*.deb
getent passwd procwatch
sh /packages/scan
for file in /usr/share/procwatch/config/*.yaml; do procwatch check --config "$file"; done
# Somebody without root's powers is told what was hidden, and still gets a list.
setpriv --reuid=65534 --regid=65534 --clear-groups \
    procwatch scan --all --topk 0 >/tmp/listed 2>/tmp/told && status=0 || status=$?
[ "$status" -eq 1 ]
grep -q ' [0-9]* processes, ' /tmp/listed /tmp/told
procwatch-top -b -n 1 >/tmp/screen
grep -q SCORE /tmp/screen
for page in man1/procwatch.1 man1/procwatch-top.1 man5/procwatch.yaml.5; do
    [ -s "/usr/share/man/$page.gz" ]
done
# Nothing stays behind.
dpkg -P procwatch-api procwatch
left=$(find /usr /etc /var/lib /run -iname '*procwatch*' ! -path '/var/lib/dpkg/*')
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
END
# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child sh -eu -c '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount -t tmpfs tmpfs "$1/dev/shm"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TERM=dumb \
        chroot "$1" sh /packages/try' sh "$root" >"$builddir/installed.log" 2>&1 ||
    { tail -n 40 "$builddir/installed.log"; exit 1; }
