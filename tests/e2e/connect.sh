#!/bin/sh
# Another machine through its procwatch api: the same snapshot gives the same scores
# as where it was taken; a server that is none, or that lies, is refused.
. "${srcdir:-.}/tests/e2e/begin.sh"
needs jq python3
: >"$work/ready"

wait_for() { # PATTERN FILE
    poll grep -qs -e "$1" "$2" || { echo "FAILED: no \"$1\":"; cat "$2"; exit 1; }
}

refuses() { # PATTERN OPTION...: the scan ends with 1 and says so
    pattern=$1
    shift
    timeout 60 "$build/procwatch" scan "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ $got = 1 ] || fail "scan $*: status $got"
    grep -q -e "$pattern" "$work/err" || fail "scan $*: $(cat "$work/err")"
}

recorded reverse_shell
"$build/procwatch" api --port 0 --socket "$work/api.sock" --token-file "$work/token" \
    --proc-root "$tree" 2>"$work/served" &
children=$!
wait_for 'unix:' "$work/served"
port=$(port_in "$work/served")

"$build/procwatch" scan --proc-root "$tree" --all --jsonl >"$work/here"
[ -s "$work/here" ] || fail "nothing here"
for way in "unix:$work/api.sock" "http://127.0.0.1:$port"; do
    "$build/procwatch" scan --connect "$way" --token-file "$work/token" --all --jsonl >"$work/there" 2>"$work/err" ||
        fail "$way: $(cat "$work/err")"
    # Digests are only read there when its own whitelist wants them.
    for side in here there; do
        jq -eS 'del(.sha256)' "$work/$side" >"$work/$side.sorted" || fail "$way: no JSON $side"
    done
    cmp "$work/here.sorted" "$work/there.sorted" || fail "$way: other scores than there"
done
"$build/procwatch-top" --connect "unix:$work/api.sock" -b -n 1 >"$work/out" 2>"$work/err"
grep -q 'web1 .* 1 flagged' "$work/out" || fail "procwatch-top: $(cat "$work/err" "$work/out")"

refuses 'a token is needed' --connect "http://127.0.0.1:$port"
refuses 'Connection refused' --connect http://127.0.0.1:1
refuses 'No such file' --connect "unix:$work/none"
"$build/procwatch" scan --connect web1 2>"$work/err"
[ $? = 2 ] || fail "an address that is none"
"$build/procwatch" scan --connect "unix:$work/api.sock" --kill-on-alert 2>"$work/err"
[ $? = 2 ] || fail "killing on another machine"

# Servers that are none, or lie: each answers one way, on a socket of its own.
python3 - "$work" <<-'END' &
	import socket, sys, threading
	answers = {
	    "garbage": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nPROCWTCH!",
	    "short": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nPROCWTCH",
	    "huge": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n",
	    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
	    "endless": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100000,
	}
	def serve(name):
	    listener = socket.socket(socket.AF_UNIX)
	    listener.bind(sys.argv[1] + "/" + name)
	    listener.listen()
	    open(sys.argv[1] + "/ready", "a").write(name + "\n")
	    while True:
	        client = listener.accept()[0]
	        client.recv(4096)
	        try:
	            client.sendall(answers[name])
	        except OSError:
	            pass
	        client.close()
	for name in answers:
	    threading.Thread(target=serve, args=(name,)).start()
	END
children="$children $!"

for name in garbage short huge ssh endless; do
    wait_for $name "$work/ready"
done
# Who plays back what he recorded: two snapshots of this machine, the later one first.
"$build/procwatch" api --host none --socket "$work/live.sock" --interval 0.2 2>"$work/err" &
children="$children $!"
python3 - "$work" <<-'END' &
	import socket, sys, threading, time
	work = sys.argv[1]
	def ask():
	    with socket.socket(socket.AF_UNIX) as client:
	        client.connect(work + "/live.sock")
	        client.sendall(b"GET /api/snapshot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	        return b"".join(iter(lambda: client.recv(1 << 16), b""))
	def ask_for_another(last):
	    while True:
	        try:
	            answer = ask()
	            if answer.startswith(b"HTTP/1.1 200") and answer.partition(b"\r\n\r\n")[2] != last:
	                return answer
	        except OSError:
	            pass
	        time.sleep(0.05)
	older = ask_for_another(b"")
	newer = ask_for_another(older.partition(b"\r\n\r\n")[2])
	def play(name, answers):
	    listener = socket.socket(socket.AF_UNIX)
	    listener.bind(work + "/" + name)
	    listener.listen()
	    open(work + "/ready", "a").write(name + "\n")
	    for answer in answers:
	        client = listener.accept()[0]
	        client.recv(4096)
	        client.sendall(answer)
	        client.close()
	threading.Thread(target=play, args=("older", [newer] + 20 * [older])).start()
	threading.Thread(target=play, args=("same", 1000 * [newer])).start()
	END
children="$children $!"
# refuses_replay NAME PATTERN
refuses_replay() {
    wait_for "$1" "$work/ready"
    timeout 60 "$build/procwatch-top" --connect "unix:$work/$1" -b -n 10 -d 0.2 >"$work/out" 2>"$work/err"
    got=$?
    if [ $got != 1 ] || ! grep -q "$2" "$work/err"; then
        fail "what was played back was taken for new: $got, $(cat "$work/err")"
    fi
}
refuses_replay older 'older than the one before'
refuses_replay same 'the same snapshot again and again'

refuses 'no snapshot: ' --connect "unix:$work/garbage"
refuses 'no procwatch api, or it ended' --connect "unix:$work/short"
refuses 'Message too long' --connect "unix:$work/huge"
refuses 'no procwatch api' --connect "unix:$work/ssh"
refuses 'no procwatch api' --connect "unix:$work/endless"
exit $status
