#!/bin/sh
# The units under a real systemd, as first process of a machine of its own (namespaces
# over a layer on this one's files): the service starts in its sandbox and sees every
# process all the same, the socket is for its group, the scan and its timer run.
. "${srcdir:-.}/tests/e2e/begin.sh"
[ "$(id -u)" = 0 ] || skip "only root can start a systemd"
needs /lib/systemd/systemd systemctl systemd-sysusers dbus-daemon unshare curl jq

group=
trap '[ -z "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; end' EXIT
for groups in /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [ -e $groups/cgroup.procs ] && [ "$(stat -fc %T $groups)" = cgroup2fs ] &&
        mkdir "$groups/procwatch-units-$$" 2>/dev/null && group=$groups/procwatch-units-$$ && break
done
[ -n "$group" ] || skip "no cgroup can be made"

mkdir "$work/seen" "$work/layer" "$work/root"
cat >"$work/machine" <<'END'
set -e
work=$1 build=$2 source_dir=$3 root=$1/root
mount --make-rprivate /
mount -t tmpfs layer "$work/layer"
mkdir "$work/layer/upper" "$work/layer/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/layer/upper,workdir=$work/layer/work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sys "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for place in run tmp dev; do
    mount -t tmpfs $place "$root/$place"
done
for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind /dev/$device "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/tmp/seen"
mount --bind "$work/seen" "$root/tmp/seen"
# As the package installs them.
cp "$build/procwatch" "$root/usr/bin/procwatch"
cp "$source_dir"/config/systemd/procwatch-* "$root/lib/systemd/system/"
cp "$source_dir/config/systemd/procwatch.sysusers" "$root/usr/lib/sysusers.d/procwatch.conf"
rm -rf "$root"/etc/systemd/system/*
units=$root/lib/systemd/system
mkdir "$units/look.target.wants"
printf '[Unit]\nRequires=dbus.socket\nAllowIsolate=yes\n' >"$units/look.target"
printf '[Service]\nType=oneshot\nExecStart=/bin/sh /tmp/seen/look\nStandardOutput=file:/tmp/seen/log\nStandardError=inherit\n' \
    >"$units/look.service"
ln -s ../look.service "$units/look.target.wants/look.service"
ip link set lo up
cd "$root"
pivot_root . mnt
umount -l /mnt
echo made >/tmp/seen/made
exec env -i container=lxc /lib/systemd/systemd --system --unit=look.target --log-target=null --show-status=no
END
cat >"$work/seen/look" <<'END'
PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -x
cd /tmp/seen
# Leaks are looked for with ptrace(2), which the sandbox forbids.
systemctl set-environment ASAN_OPTIONS=detect_leaks=0
systemd-sysusers
systemctl start procwatch-scan.service
systemctl show -p Result --value procwatch-scan.service >scan-clean
cp /bin/sleep /var/gone && setsid /var/gone 600 &
until pid=$(pgrep -x gone); do sleep 0.05; done
rm /var/gone
systemctl start procwatch-scan.service
systemctl show -p ExecMainStatus --value procwatch-scan.service >scan-flagged
# (This layer's files have devices that are in no list of mounts.)
procwatch scan --all --topk 0 --jsonl >scan
systemctl start procwatch-scan.timer
systemctl list-timers --no-legend procwatch-scan.timer >timer
systemctl start procwatch-api.socket
# Until it holds; a snapshot may lack what the file worker is to tell.
await() { # CONDITION FILE CURL-ARGUMENT...
    condition=$1 file=$2
    shift 2
    for try in $(seq 400); do
        curl -sf "$@" >$file && jq -e "$condition" $file && break
        sleep 0.05
    done
}
await 'any(.[].reasons[]; .key == "deleted_exe")' processes \
    --unix-socket /run/procwatch-api.sock http://localhost/api/processes
stat -c '%A %U %G' /run/procwatch-api.sock >socket
systemctl reload procwatch-api.service
await .complete stats http://127.0.0.1:8080/api/stats
grep -E '^(Uid|CapEff|NoNewPrivs)' "/proc/$(systemctl show -p MainPID --value procwatch-api.service)/status" >status
systemctl stop procwatch-api.socket procwatch-api.service
systemctl show -p Result --value procwatch-api.service >api
echo ended >ended
systemctl exit
END
(
    echo 0 >"$group/cgroup.procs"
    exec timeout -s KILL 90 unshare --cgroup --mount --pid --fork --uts --ipc --net --kill-child \
        sh "$work/machine" "$work" "$build" "$source_dir" >"$work/console" 2>&1
)
cd "$work/seen" || exit 1
[ -e made ] || skip "no machine can be made here: $(tail -1 "$work/console")"

check "everything was looked at" test -e ended
check "a clean scan succeeds" grep -qx success scan-clean
check "one that flags something ends with 10" grep -qx 10 scan-flagged
check "what a package delivered is not called unowned" jq -se 'map(select(.exe == "/usr/bin/dash")) |
    length > 0 and all(.[]; all(.reasons[]; .key != "unowned_exe"))' scan
check "the timer is set" grep -q procwatch-scan.service timer
check "the socket is for root and its group" grep -qx 'srw-rw---- root procwatch' socket
check "the service answers" test -s processes -a -s stats
check "it sees programs of others" jq -e 'any(.[]; .pid == 1 and (.exe | endswith("/systemd")))' processes
check "and what became of their files" jq -e 'any(.[]; .name == "gone" and .flagged and
    any(.reasons[]; .key == "deleted_exe"))' processes
check "and everything that it looks at" jq -e '.complete and .total_processes > 3' stats
check "who answers has no powers" grep -q '^CapEff:.0000000000000000$' status
check "nor can get any" grep -q '^NoNewPrivs:.1$' status
check "and is not root" sh -c '! grep -q "^Uid:.0" status'
check "the service ended well" grep -qx success api
[ $status = 0 ] || head -c 2000 ./*
exit $status
