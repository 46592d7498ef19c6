#!/bin/sh
# A /proc that is none, is empty, lies or hides: never an empty list that reads "all is
# clean". In mount and pid namespaces of its own.
set -u

if [ -z "${PROC_APART:-}" ]; then
    apart="--fork --pid --mount --kill-child"
    [ "$(id -u)" -eq 0 ] || apart="--user --map-root-user $apart"
    # shellcheck disable=SC2086
    unshare $apart mount -t proc proc /proc 2>/dev/null ||
        { echo "skipped: no namespaces here"; exit 77; }
    # shellcheck disable=SC2086
    PROC_APART=1 exec unshare $apart sh "$0" "$@"
fi

. "${srcdir:-.}/tests/e2e/begin.sh"
chmod 755 "$work"

# Both programs, in time, with that status and a text that says why.
says() { # WHAT STATUS TEXT [OPTION...]
    what=$1 wanted=$2 text=$3
    shift 3
    for command in "procwatch scan" "procwatch-top -b -n 1"; do
        # shellcheck disable=SC2086
        timeout 20 "$build/"$command "$@" >"$work/out" 2>"$work/err" </dev/null
        got=$?
        if [ $got -ne "$wanted" ] || ! grep -qE "$text" "$work/out" "$work/err"; then
            fail "$what, $command: status $got, $(cat "$work/out" "$work/err")"
        fi
    done
}

mount -t proc proc /proc
mount -t tmpfs none /proc
says "an empty /proc" 1 'not a proc file system'

mkdir /proc/1 /proc/self
ln -s /dev/zero /proc/1/stat
mkfifo /proc/1/status /proc/1/cmdline /proc/stat /proc/uptime
says "a tree that looks like /proc" 1 'not a proc file system'
umount /proc

mkdir -p "$work/empty" "$work/planted/1"
mkfifo "$work/planted/1/stat" "$work/planted/1/status" "$work/planted/stat"
ln -s /dev/zero "$work/planted/1/cmdline"
says "a recording without processes" 1 'holds no process' --proc-root "$work/empty"
says "a recording of devices and pipes" 1 'could not be read|failed|INCOMPLETE' \
    --proc-root "$work/planted"
says "a recording that is none" 1 'cannot be opened' --proc-root /dev/null

# Other processes than one's own are hidden from all but root.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null &&
    setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$build/procwatch"; then
    for how in 2 4; do
        mount -t proc -o "hidepid=$how" proc /proc || continue
        setpriv --reuid 65534 --regid 65534 --clear-groups \
            "$build/procwatch" scan >"$work/out" 2>"$work/err" </dev/null
        got=$?
        if [ $got -ne 1 ] || ! grep -qE 'hidepid.: (only )?[0-9]+' "$work/err"; then
            fail "hidepid=$how: status $got, $(cat "$work/out" "$work/err")"
        fi
        umount /proc
    done
fi
exit $status
