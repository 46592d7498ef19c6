# The story (tests/support/unpack.sh) of a machine of `count` ordinary processes, the
# same each time: what a gatherer is counted on.
#
#     awk -v count=200 -f story.awk

function file(pid, name) { printf "@ %d/%s\n", pid, name }
function line(text) { printf "| %s\n", text }
function symlink(pid, name, target) { printf "@ %d/%s -> %s\n", pid, name, target }

function machine() {
    printf "@ uptime\n| 5000.00 9000.00\n@ uptime.before\n| 4999.00 8998.00\n"
    printf "@ now\n| 1763971200.000\n@ loadavg\n| 0.15 0.10 0.05 1/%d 4300\n", count
    printf "@ meminfo\n| MemTotal:        8048000 kB\n| MemAvailable:    5500000 kB\n"
    printf "@ stat\n| cpu  100 0 100 1000 0 0 0 0 0 0\n| cpu0 50 0 50 500 0 0 0 0 0 0\n"
    printf "@ sys/kernel/hostname\n| bench\n@ sys/kernel/osrelease\n| 6.1.0-28-amd64\n"
    printf "@ passwd\n| root:x:0:0:root:/root:/bin/bash\n| www-data:x:33:33::/var/www:/usr/sbin/nologin\n"
    printf "| alice:x:1000:1000::/home/alice:/bin/bash\n"
    printf "@ self/ns/net -> net:[4026531840]\n@ self/ns/pid -> pid:[4026531836]\n"
    printf "@ self/ns/mnt -> mnt:[4026531841]\n@ self/ns/user -> user:[4026531837]\n"
}

function stat_line(pid, name, parent, tty, ticks) {
    line(sprintf("%d (%s) S %d %d %d %d -1 4194560 100 0 0 0 %d 5 0 0 20 0 1 0 %d 10240000 1000 18446744073709551615",
                 pid, name, parent, pid, pid, tty, ticks, 100 + pid))
}

function status(pid, name, parent, uid) {
    file(pid, "status")
    line("Name:\t" name)
    line("Umask:\t0022\n| State:\tS (sleeping)\n| Tgid:\t" pid "\n| Ngid:\t0\n| Pid:\t" pid)
    line("PPid:\t" parent "\n| TracerPid:\t0")
    line(sprintf("Uid:\t%d\t%d\t%d\t%d\n| Gid:\t%d\t%d\t%d\t%d", uid, uid, uid, uid, uid, uid, uid, uid))
    line("FDSize:\t64\n| Groups:\t" uid " \n| NStgid:\t" pid "\n| NSpid:\t" pid "\n| NSpgid:\t" pid "\n| NSsid:\t" pid)
    line("Kthread:\t0\n| VmPeak:\t   10100 kB\n| VmSize:\t   10000 kB\n| VmLck:\t       0 kB\n| VmPin:\t       0 kB")
    line("VmHWM:\t    4100 kB\n| VmRSS:\t    4000 kB\n| RssAnon:\t     900 kB\n| RssFile:\t    3100 kB\n| RssShmem:\t       0 kB")
    line("VmData:\t     700 kB\n| VmStk:\t     132 kB\n| VmExe:\t     600 kB\n| VmLib:\t    1900 kB\n| VmPTE:\t      52 kB")
    line("VmSwap:\t       0 kB\n| HugetlbPages:\t       0 kB\n| CoreDumping:\t0\n| THP_enabled:\t1\n| Threads:\t1")
    line("SigQ:\t0/7734\n| SigPnd:\t0000000000000000\n| ShdPnd:\t0000000000000000\n| SigBlk:\t0000000000000000")
    line("SigIgn:\t0000000000001000\n| SigCgt:\t0000000180014a03\n| CapInh:\t0000000000000000")
    line(sprintf("CapPrm:\t%s\n| CapEff:\t%s", uid ? "0000000000000000" : "000001ffffffffff", uid ? "0000000000000000" : "000001ffffffffff"))
    line("CapBnd:\t000001ffffffffff\n| CapAmb:\t0000000000000000\n| NoNewPrivs:\t0\n| Seccomp:\t0\n| Seccomp_filters:\t0")
    line("Cpus_allowed:\t3\n| Cpus_allowed_list:\t0-1\n| voluntary_ctxt_switches:\t100\n| nonvoluntary_ctxt_switches:\t10")
}

# The libraries of an ordinary program: four mappings each.
function maps(pid, exe, inode, has_jit, i, at) {
    file(pid, "maps")
    line(sprintf("55a000000000-55a000010000 r--p 00000000 fe:01 %-25d %s", inode, exe))
    line(sprintf("55a000010000-55a000040000 r-xp 00010000 fe:01 %-25d %s", inode, exe))
    line(sprintf("55a000040000-55a000050000 rw-p 00040000 fe:01 %-25d %s", inode, exe))
    line("55a001000000-55a001021000 rw-p 00000000 00:00 0                          [heap]")
    if (has_jit)
        line("7e1000000000-7e1000100000 rwxp 00000000 00:00 0 ")
    for (i = 0; i < libraries; i++) {
        at = 1048576 + i * 256
        line(sprintf("7f%x000-7f%x000 r--p 00000000 fe:01 %-25d /usr/lib/x86_64-linux-gnu/%s", at, at + 38, 900 + i, library[i + 1]))
        line(sprintf("7f%x000-7f%x000 r-xp 00026000 fe:01 %-25d /usr/lib/x86_64-linux-gnu/%s", at + 38, at + 150, 900 + i, library[i + 1]))
        line(sprintf("7f%x000-7f%x000 r--p 00096000 fe:01 %-25d /usr/lib/x86_64-linux-gnu/%s", at + 150, at + 170, 900 + i, library[i + 1]))
        line(sprintf("7f%x000-7f%x000 rw-p 000aa000 fe:01 %-25d /usr/lib/x86_64-linux-gnu/%s", at + 170, at + 172, 900 + i, library[i + 1]))
    }
    line("7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]")
    line("7ffc000f0000-7ffc000f2000 r-xp 00000000 00:00 0                          [vdso]")
}

function process(i, pid, kind, parent, fd) {
    pid = 300 + i
    parent = i == 2 ? 0 : 302 # the one sshd
    split(kinds[i % kind_count + 1], kind, " ")
    file(pid, "stat")
    stat_line(pid, kind[1], parent, kind[5] == "tty" ? 34817 : 0, 10 + (i % 10 == 0))
    file(pid, "stat.before")
    stat_line(pid, kind[1], parent, kind[5] == "tty" ? 34817 : 0, 10)
    status(pid, kind[1], parent, kind[3])
    file(pid, "cgroup")
    line("0::/system.slice/" kind[1] ".service")
    file(pid, "loginuid")
    line((kind[5] == "tty" ? kind[3] : "4294967295") "\\c")
    symlink(pid, "ns/net", "net:[4026531840]")
    symlink(pid, "ns/pid", "pid:[4026531836]")
    symlink(pid, "ns/mnt", "mnt:[4026531841]")
    symlink(pid, "ns/user", "user:[4026531837]")
    file(pid, "cmdline")
    line(kind[2] "\\0--config\\0/etc/" kind[1] "/" kind[1] ".conf\\0--number\\0" i "\\0\\c")
    symlink(pid, "exe", kind[2])
    file(pid, "exe.stat")
    line(sprintf("dev=254:1 ino=%d nlink=1 size=150000 mtime_ns=1700000000000000000 ctime_ns=1700000100000000000 mode=0100755 uid=0 gid=0 flags=path-exists,path-is-same,path-is-trusted,local", 200 + i % kind_count))
    file(pid, "exe.package")
    line(kind[4] == "none" ? "" : kind[4])
    symlink(pid, "cwd", "/")
    file(pid, "environ")
    line("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin\\0HOME=/\\0LANG=C.UTF-8\\0SHELL=/bin/sh\\0USER=u\\0LOGNAME=u\\0PWD=/\\0\\c")
    maps(pid, kind[2], 200 + i % kind_count, kind[5] == "jit")
    for (fd = 0; fd < 3; fd++)
        symlink(pid, "fd/" fd, kind[5] == "tty" ? "/dev/pts/1" : "/dev/null")
    symlink(pid, "fd/3", "anon_inode:[eventpoll]")
    symlink(pid, "fd/4", "pipe:[" 20000 + i "]")
    symlink(pid, "fd/5", "pipe:[" 20000 + i "]")
    symlink(pid, "fd/6", "/var/log/" kind[1] ".log")
    if (i % 3 == 0 && kind[5] != "tty")
        symlink(pid, "fd/7", "socket:[" 40000 + i "]")
}

# One end each of connections to a database.
function sockets(i) {
    printf "@ net/tcp\n"
    line("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")
    for (i = 0; i < count; i += 3)
        line(sprintf("%5d: 0100000A:%04X 0200000A:1538 01 00000000:00000000 00:00000000 00000000    33        0 %d 1 0000000000000000 20 4 30 10 -1", i / 3, 30000 + i, 40000 + i))
}

BEGIN {
    # name, program, user, package, what is special
    kind_count = split("nginx /usr/sbin/nginx 33 nginx -;" \
                       "postgres /usr/lib/postgresql/15/bin/postgres 110 postgresql-15 -;" \
                       "sshd /usr/sbin/sshd 0 openssh-server -;" \
                       "bash /usr/bin/bash 1000 bash tty;" \
                       "python3 /usr/bin/python3.11 1000 python3.11 -;" \
                       "node /usr/bin/node 1000 nodejs jit;" \
                       "agentd /opt/agent/bin/agentd 998 none -", kinds, ";")
    libraries = split("libc.so.6 libm.so.6 libz.so.1 libcrypto.so.3 libpthread.so.0 libdl.so.2 libsystemd.so.0", library, " ")
    machine()
    for (i = 0; i < count; i++)
        process(i)
    sockets()
}
