#!/bin/sh
# From a scan through a real syslog daemon to a file: each find arrives as one line of
# the Elastic Common Schema, as it was sent.
set -u
procwatch=${builddir:-build}/procwatch
source_dir=${srcdir:-.}
[ -x "$procwatch" ] || exit 77
for program in rsyslogd logger jq; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done

work=$(mktemp -d)
daemon=
# shellcheck disable=SC2317 # the trap calls it
end() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

sh "$source_dir/tests/support/unpack.sh" "$source_dir/tests/fixtures/hostile_names.proc" "$work/tree" || exit 1
cat >"$work/rsyslog.conf" <<END
global(maxMessageSize="64k" workDirectory="$work")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$work/log")
template(name="message" type="string" string="%msg%\n")
action(type="omfile" file="$work/received" template="message")
END
rsyslogd -n -f "$work/rsyslog.conf" -i "$work/rsyslog.pid" 2>"$work/err" &
daemon=$!

wait_until() { # COMMAND...
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 400 ] || return 1
        sleep 0.05
    done
}
wait_until test -S "$work/log" || { cat "$work/err"; exit 1; }

: >"$work/empty.yaml"
"$procwatch" scan --proc-root "$work/tree" --config "$work/empty.yaml" --all --format ecs >"$work/sent"
lines=$(wc -l <"$work/sent")
[ "$lines" -gt 5 ] || { echo "only $lines events"; exit 1; }
logger --socket "$work/log" --size 65536 --tag procwatch --file "$work/sent" || exit 1
# shellcheck disable=SC2317 # wait_until calls it
all_came() { [ -e "$work/received" ] && [ "$(wc -l <"$work/received")" = "$lines" ]; }
wait_until all_came || { echo "of $lines events came:"; cat "$work/received"; exit 1; }
# A daemon puts a blank before the message.
for side in sent received; do
    jq -cS . "$work/$side" | sort >"$work/$side.sorted" || exit 1
done
cmp "$work/sent.sorted" "$work/received.sorted" || exit 1
jq -se 'all(.[]; .ecs.version and .["@timestamp"] and .event.dataset == "procwatch.process" and .process.pid)' \
    "$work/received" >/dev/null
