#!/bin/sh
# From a scan through a real syslog daemon to a file: each find arrives as one line of
# the Elastic Common Schema, as it was sent.
. "${srcdir:-.}/tests/e2e/begin.sh"
needs rsyslogd logger jq
recorded hostile_names

cat >"$work/rsyslog.conf" <<END
global(maxMessageSize="64k" workDirectory="$work")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$work/log")
template(name="message" type="string" string="%msg%\n")
action(type="omfile" file="$work/received" template="message")
END
rsyslogd -n -f "$work/rsyslog.conf" -i "$work/rsyslog.pid" 2>"$work/err" &
children=$!
poll test -S "$work/log" || { cat "$work/err"; exit 1; }

"$build/procwatch" scan --proc-root "$tree" --config "$work/empty.yaml" --all --format ecs >"$work/sent"
lines=$(wc -l <"$work/sent")
[ "$lines" -gt 5 ] || { echo "only $lines events"; exit 1; }
logger --socket "$work/log" --size 65536 --tag procwatch --file "$work/sent" || exit 1
all_came() { [ -e "$work/received" ] && [ "$(wc -l <"$work/received")" = "$lines" ]; }
poll all_came || { echo "of $lines events came:"; cat "$work/received"; exit 1; }
# A daemon puts a blank before the message.
for side in sent received; do
    jq -cS . "$work/$side" | sort >"$work/$side.sorted" || exit 1
done
cmp "$work/sent.sorted" "$work/received.sorted" || exit 1
jq -se 'all(.[]; .ecs.version and .["@timestamp"] and .event.dataset == "procwatch.process" and .process.pid)' \
    "$work/received" >/dev/null
