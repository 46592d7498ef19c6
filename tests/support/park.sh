# shellcheck shell=sh
# A park of honest programs, each in a state that a careless check would call an
# attack. To be sourced; then
#
#     trap end_park EXIT
#     grow_park
#
# starts what is installed, on loopback and below a temporary directory, $park;
# $park/pids names the pids. Some end by themselves after ten minutes.

park=$(mktemp -d /tmp/park.XXXXXX)
chmod 755 "$park"
: >"$park/pids"
# Where a user's own runtimes lie: not below a directory for temporary files.
case $(cd "${builddir:-build}" && pwd) in
/tmp/* | /var/tmp/* | /dev/shm/*) home=$(mktemp -d "${HOME:-/nonexistent}/park-home.XXXXXX" 2>/dev/null) ;;
*) home=$(mktemp -d "${builddir:-build}/park-home.XXXXXX") ;;
esac
am_root=$([ "$(id -u)" = 0 ] && echo yes || echo no)

end_park() {
    # Each was given a session of its own: its children go with it.
    tac "$park/pids" | while read -r pid _; do
        kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null
    done
    [ ! -S "$park/tmux" ] || tmux -S "$park/tmux" kill-server 2>/dev/null
    tac "$park/pids" | while read -r pid _; do
        end_of "$pid"
    done
    [ ! -s "$park/upgraded" ] || rm -rf "$(cat "$park/upgraded")"
    rm -rf "$park" "${home:-$park}"
}

# Wait up to two seconds for a process to end, then end it.
end_of() {
    tries=0
    while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 40 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    # The first process of a pid namespace does not hear of a TERM. The signal goes by
    # -s: dash takes "kill -KILL -- -PID" for an illegal number.
    kill -s KILL -- "-$1" 2>/dev/null || kill -s KILL "$1" 2>/dev/null
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# grow NAME COMMAND...: start it in the background with no terminal.
grow() {
    name=$1
    shift
    setsid "$@" </dev/null >"$park/$name.log" 2>&1 &
    echo "$! $name" >>"$park/pids"
}

servers() {
    mkdir -p "$park/www" "$park/nginx" "$park/apache"
    echo hello >"$park/www/index.html"
    if have nginx; then
        cat >"$park/nginx.conf" <<-EOF
		daemon off; pid $park/nginx.pid; error_log $park/nginx.err;
		events {}
		http { access_log off;
		  client_body_temp_path $park/nginx; proxy_temp_path $park/nginx;
		  fastcgi_temp_path $park/nginx; uwsgi_temp_path $park/nginx; scgi_temp_path $park/nginx;
		  server { listen 127.0.0.1:18080; root $park/www; } }
		EOF
        grow nginx nginx -p "$park" -e "$park/nginx.err" -c "$park/nginx.conf"
    fi
    if have apache2; then
        cat >"$park/apache.conf" <<-EOF
		ServerRoot $park/apache
		ServerName localhost
		PidFile $park/apache.pid
		ErrorLog $park/apache.err
		Listen 127.0.0.1:18081
		LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
		LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
		DocumentRoot $park/www
		User nobody
		Group nogroup
		EOF
        grow apache apache2 -f "$park/apache.conf" -DFOREGROUND
    fi
    have redis-server && grow redis redis-server --port 18082 --bind 127.0.0.1 --save "" \
        --dir "$park"
    [ -x /usr/sbin/sshd ] && [ "$am_root" = yes ] && have ssh-keygen && {
        ssh-keygen -q -t ed25519 -N '' -f "$park/hostkey"
        mkdir -p /run/sshd
        grow sshd /usr/sbin/sshd -D -p 18083 -o ListenAddress=127.0.0.1 -h "$park/hostkey" \
            -o PidFile="$park/sshd.pid"
    }
    postgres=$(find /usr/lib/postgresql -name postgres -type f 2>/dev/null | head -1)
    [ -n "$postgres" ] && [ "$am_root" = yes ] && {
        mkdir "$park/pg" && chown postgres "$park/pg"
        setpriv --reuid postgres --regid postgres --clear-groups \
            "${postgres%/*}/initdb" -D "$park/pg" >"$park/initdb.log" 2>&1
        grow postgres setpriv --reuid postgres --regid postgres --clear-groups \
            "$postgres" -D "$park/pg" -p 18084 -h 127.0.0.1 -k "$park/pg" \
            -c archive_mode=on -c "archive_command=test -d $park"
    }
}

daemons() {
    have rsyslogd && {
        printf 'module(load="imuxsock" SysSock.Use="off")\n*.* %s/syslog\n' "$park" \
            >"$park/rsyslog.conf"
        grow rsyslogd rsyslogd -n -f "$park/rsyslog.conf" -i "$park/rsyslog.pid"
    }
    have dbus-daemon && grow dbus dbus-daemon --session --nofork --nopidfile \
        --address="unix:path=$park/bus"
    have cron && [ "$am_root" = yes ] && grow cron cron -f
    # What cron and a make rule look like: sh -c, no terminal.
    grow cronjob sh -c 'tail -f /dev/null; true'
    grow script sh "$(script_in "$park")"
}

script_in() {
    printf '#!/bin/sh\ntail -f /dev/null\ntrue\n' >"$1/job.sh"
    echo "$1/job.sh"
}

runtimes() {
    have node && {
        grow node node -e 'let f=0;for(let i=0;i<1e7;i++)f+=i%7;
            require("http").createServer((q,s)=>s.end("x")).listen(18085,"127.0.0.1")'
    }
    have node && [ -n "$home" ] && {
        # A runtime manager's copy, below a dot directory of a home.
        mkdir -p "$home/.nvm/versions/node/bin"
        cp "$(readlink -f "$(command -v node)")" "$home/.nvm/versions/node/bin/node"
        grow nvm "$home/.nvm/versions/node/bin/node" -e 'setTimeout(() => {}, 600000)'
    }
    have java && have javac && {
        printf 'public class Main { public static void main(String[] a) throws Exception {
            double x = 0; for (int i = 0; i < 50000000; i++) x += Math.sqrt(i);
            System.out.println(x); Thread.sleep(600000); } }\n' >"$park/Main.java"
        javac -d "$park" "$park/Main.java" 2>"$park/javac.log" &&
            grow java java -cp "$park" Main
    }
    have python3 && python3 -m venv --without-pip "$park/venv" 2>/dev/null &&
        grow venv "$park/venv/bin/python" -c \
            'import http.server; http.server.HTTPServer(("127.0.0.1", 18086),
             http.server.SimpleHTTPRequestHandler).serve_forever()'
    have python3 && grow ctypes python3 -c \
        'import ctypes, time; cb = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1); time.sleep(600)'
    have php && grow php php -S 127.0.0.1:18087 -t "$park/www"
    have ruby && grow ruby ruby -e 'sleep 600'
    have luajit && grow luajit luajit -e \
        'local x=0 for i=1,1e8 do x=x+i%7 end io.popen("tail -f /dev/null"):read("*a")'
    # shellcheck disable=SC2016 # the dollar is perl's
    have perl && grow perl perl -e '$0 = "worker: idle"; sleep 600'
    grep --version 2>/dev/null | grep -q GNU && have grep && {
        mkfifo "$park/lines"
        grow grep grep -P '(?<=a)b+' "$park/lines"
    }
}

terminals() {
    have tmux && TERM=xterm tmux -S "$park/tmux" -f /dev/null new-session -d -x 80 -y 24 &&
        tmux -S "$park/tmux" display -p '#{pid} tmux' >>"$park/pids"
    have screen && grow screen screen -D -m -S park sh
    # A compiler's test program, run from /tmp in a terminal.
    have cc && have tmux && {
        mkdir -p "$park/build"
        printf '#include <unistd.h>\nint main(void) { pause(); return 0; }\n' \
            >"$park/build/conftest.c"
        cc -o "$park/build/conftest" "$park/build/conftest.c" &&
            tmux -S "$park/tmux" send-keys "$park/build/conftest" Enter
    }
}

tools() {
    grow sleep sleep 600
    target=$(awk '$2 == "sleep" { print $1 }' "$park/pids")
    have strace && grow strace strace -o "$park/strace.out" sleep 600
    # It gives its child a group of its own, which ends by itself.
    have gdb && grow gdb gdb -q -batch -ex 'run 60' "$(command -v sleep)"
    have ping && grow ping ping -i 5 127.0.0.1
    have tcpdump && [ "$am_root" = yes ] && grow tcpdump tcpdump -n -i lo port 18099
    have curl && have nginx && grow curl sh -c "while curl -s http://127.0.0.1:18080/ >/dev/null
        do sleep 1; done"
    have unshare && [ "$am_root" = yes ] && grow container unshare --mount --pid --uts --ipc \
        --fork --mount-proc sleep 600
    have unshare && grow userns unshare --user --map-root-user sleep 600
    [ "$am_root" = yes ] && upgraded_daemon
    [ -n "$target" ]
}

# What a package upgrade leaves: a new file was renamed over the running one.
upgraded_daemon() {
    old=$(mktemp -d /usr/local/lib/park.XXXXXX)
    chmod 755 "$old"
    echo "$old" >"$park/upgraded"
    cp "$(command -v sleep)" "$old/daemon"
    grow upgraded "$old/daemon" 600
    wait_for_exe "$!" "$old/daemon"
    cp "$(command -v sleep)" "$old/daemon.new"
    mv "$old/daemon.new" "$old/daemon"
}

wait_for_exe() {
    tries=0
    while [ "$(readlink "/proc/$1/exe")" != "$2" ] && [ "$tries" -lt 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
}

# $park/empty.yaml is a configuration without anything in it.
grow_park() {
    : >"$park/empty.yaml"
    servers
    daemons
    runtimes
    terminals
    tools
    sleep 3 # let the JITs compile and the daemons settle
}
