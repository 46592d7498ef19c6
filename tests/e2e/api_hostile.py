#!/usr/bin/python3
"""Sends a server what a hostile client or page may send: PORT PID SECRET GROWTH.

Whatever came before, the next client is served within a tenth of a second, nothing
that was refused tells anything, and nothing is left behind: no descriptor, and no more
than GROWTH KiB of memory."""
import os
import socket
import sys
import threading
import time

port, server, secret = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode()
SOON_S, REQUEST_S, ANSWER_S = 0.1, 5, 30
HOST = b"Host: 127.0.0.1:%d\r\n" % port
GOOD = b"GET /api/stats HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
failures = []


def fail(*words):
    failures.append(words)
    print("FAIL:", *words, flush=True)


def connect(receive_buffer=None):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(10)
    client.connect(("127.0.0.1", port))
    return client


def read_all(client):
    got = b""
    try:
        while piece := client.recv(1 << 16):
            got += piece
    except OSError:
        pass
    return got


def ask(request):
    """The answer, up to the end of the connection."""
    with connect() as client:
        try:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it had enough
        return read_all(client)


def serves_the_next(after):
    """Of three in a row the fastest: this machine may be busy with other things."""
    times = []
    for _ in range(3):
        start = time.monotonic()
        if b"200 OK" not in ask(GOOD).split(b"\r\n")[0]:
            return fail("after", after, "nobody is served")
        times.append(time.monotonic() - start)
    if min(times) >= SOON_S:
        fail("after", after, "the next waits", times)


def reads_as_one(name, request):
    """What the HTTP library reads leniently: one request at most, whose checks hold."""
    if ask(request).count(b" 200 OK\r\n") > 1:
        fail(name, "is several requests")
    serves_the_next(name)


def refuses(name, request, *statuses):
    """With one of the statuses, or no answer at all, and not a word of any process."""
    answer = ask(request)
    status = answer.split(b" ")[1:2]
    if answer and (not status or int(status[0]) not in (statuses or (400,))):
        fail(name, "gave", answer[:300])
    if secret in answer or b'"pid"' in answer or b"total_processes" in answer:
        fail(name, "tells", answer[:300])
    if b"access-control" in answer.lower() or b" 200 OK" in answer:
        fail(name, "gave", answer[:600])
    serves_the_next(name)


def get(headers, line=b"GET /api/processes HTTP/1.1\r\n"):
    return line + headers + b"Connection: close\r\n\r\n"


def send_malformed():
    hidden = b"GET /api/processes HTTP/1.1\r\n" + HOST + b"\r\n"
    for name, request in {
        "no request": b"\r\n\r\n",
        "no version": b"GET /api/processes\r\n\r\n",
        "HTTP/0.9 behind a line end": b"\nGET /api/processes\n\n",
        "another version": get(HOST, b"GET /api/processes HTTP/9.9\r\n"),
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(400),
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "noise": os.urandom(4000),
        "NUL bytes": bytes(4000),
        "a folded host": get(b"Host: 127.0.0.1\r\n .evil.test\r\n"),
        "a blank before the colon": get(b"Host : 127.0.0.1\r\n"),
        "a bare carriage return": get(HOST + b"X: y\rHost: evil.test\r\n"),
        "CL and TE": get(HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")
        + b"0\r\n\r\n" + hidden,
        "TE and CL": get(HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 500\r\n")
        + b"0\r\n\r\n" + hidden,
        "two lengths": get(HOST + b"Content-Length: 0\r\nContent-Length: 50\r\n") + hidden,
        "a list of lengths": get(HOST + b"Content-Length: 0, 50\r\n") + hidden,
        "a signed length": get(HOST + b"Content-Length: +0\r\n"),
        "a negative length": get(HOST + b"Content-Length: -1\r\n"),
        "a length of 80 bits": get(HOST + b"Content-Length: 1208925819614629174706176\r\n"),
        "a body": get(HOST + b"Content-Length: %d\r\n" % len(hidden)) + hidden,
        "a chunked body": get(HOST + b"Transfer-Encoding: chunked\r\n") + b"5\r\nhello\r\n0\r\n\r\n",
        "an unknown coding": get(HOST + b"Transfer-Encoding: xchunked\r\n"),
    }.items():
        refuses(name, request, 400, 413, 431, 501, 505)
    for name, request in {
        "a folded header": get(HOST + b"X: y\r\n z\r\n"),
        "a header without a name": get(HOST + b": y\r\n"),
        "a NUL in a header": get(HOST + b"X: y\0z\r\n"),
        "a NUL in the host": get(b"Host: 127.0.0.1\0.evil.test\r\n"),
        "a folded request": get(HOST + b"X: y\r\n " + hidden),
        "a NUL in the path": get(HOST, b"GET /api/processes\0 HTTP/1.1\r\n"),
        "bare line feeds": get(HOST).replace(b"\r\n", b"\n"),
    }.items():
        reads_as_one(name, request)
    for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"get", b"G\x00T", b"A" * 5000):
        refuses(method[:8], get(HOST, method + b" /api/processes HTTP/1.1\r\n"), 400, 405, 414, 431, 501)
    refuses("CONNECT", get(HOST, b"CONNECT evil.test:443 HTTP/1.1\r\n"), 400, 405, 404)


def send_huge():
    for name, request in {
        "a long path": get(HOST, b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n"),
        "a long query": get(HOST, b"GET /api/processes?" + b"a" * 100000 + b" HTTP/1.1\r\n"),
        "a long header": get(HOST + b"X: " + b"a" * 100000 + b"\r\n"),
        "many headers": get(HOST + b"X: y\r\n" * 20000),
        "a long host": get(b"Host: " + b"a" * 100000 + b"\r\n"),
        "a long token": get(HOST + b"Authorization: Bearer " + b"a" * 100000 + b"\r\n"),
        "a big body": get(HOST + b"Content-Length: 10000000\r\n") + b"a" * 10000000,
        "a body without end": get(HOST + b"Transfer-Encoding: chunked\r\n") + b"5\r\nhello\r\n" * 100000,
    }.items():
        refuses(name, request, 400, 413, 414, 421, 431)


def send_for_others():
    """As the browser of somebody who looks at another's page, or at a name that his
    DNS points here."""
    for header in (b"Origin: http://evil.test", b"Origin: null", b"Origin: http://127.0.0.1:%d" % port,
                   b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Site: same-site",
                   b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image"):
        refuses(header, get(HOST + header + b"\r\n"), 403)
    refuses("a preflight", get(HOST + b"Origin: http://evil.test\r\nAccess-Control-Request-Method: GET\r\n"
                               b"Access-Control-Request-Headers: authorization\r\n"
                               b"Access-Control-Request-Private-Network: true\r\n",
                               b"OPTIONS /api/processes HTTP/1.1\r\n"), 405)
    for host in (b"evil.test", b"evil.test:%d" % port, b"127.0.0.1.evil.test", b"localhost.evil.test",
                 b"127.0.0.1:%d.evil.test" % port, b"evil.test@127.0.0.1", b"127.0.0.1:1", b"127.0.0.1:",
                 b"127.1", b"2130706433", b"0x7f000001", b"0.0.0.0", b"[::]", b"[::ffff:127.0.0.1]",
                 b"localhost.", b"localhost,evil.test", b"", b"\xff"):
        refuses(b"host " + host, get(b"Host: " + host + b"\r\n"), 400, 421)
    refuses("no host", get(b""), 400)
    refuses("two hosts", get(HOST + b"Host: evil.test\r\n"), 400, 421)
    refuses("the same host twice", get(HOST + HOST), 400, 421)
    refuses("another's address", get(b"Host: evil.test\r\n", b"GET http://evil.test/api/processes HTTP/1.1\r\n"),
            400, 404, 421)


def replay():
    """A captured request, a thousand times over, one after the other and at once: each
    gets what it got, and nothing becomes of it."""
    request = b"GET /api/suspicious?min_score=1000 HTTP/1.1\r\n" + HOST
    first = ask(request + b"Connection: close\r\n\r\n").split(b"\r\n\r\n")[1]
    with connect() as client:
        client.sendall((request + b"\r\n") * 500)
        client.shutdown(socket.SHUT_WR)
        answers = read_all(client)
    if answers.count(b"\r\n\r\n" + first) != 500:
        fail("of 500 in a row", answers.count(b"HTTP/1.1 200"), "were answered alike")
    clients = []
    for _ in range(500):
        clients.append(connect())
        clients[-1].sendall(request + b"\r\n")
    serves_the_next("500 connections that stay")
    for client in clients:
        client.close()
    serves_the_next("500 connections that went")


def be_slow(name, begin, drop, limit_s):
    """Holds a connection by a byte now and then; meanwhile others are served."""
    with connect() as client:
        start = time.monotonic()
        client.sendall(begin)
        client.settimeout(0.3)
        while time.monotonic() - start < limit_s + 3:
            try:
                client.sendall(drop)
                if not client.recv(4096):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        if time.monotonic() - start > limit_s + 2:
            fail(name, "was there for", time.monotonic() - start)


def read_slowly():
    """A few bytes now and then of an answer that is larger than all buffers."""
    with connect(receive_buffer=4096) as client:
        start = time.monotonic()
        client.sendall((b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") * 400)
        while time.monotonic() - start < ANSWER_S + 5:
            time.sleep(0.5)
            try:
                if not client.recv(200):
                    return
            except OSError:
                return
        fail("a slow reader was there for", time.monotonic() - start)


def state():
    with open(f"/proc/{server}/status", encoding="ascii", errors="replace") as status:
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return len(os.listdir(f"/proc/{server}/fd")), resident


serves_the_next("nothing")
before = state()
slow = [threading.Thread(target=be_slow, args=arguments) for arguments in 20 * [
    ("a slow line", b"G", b"E", REQUEST_S),
    ("a slow header", b"GET / HTTP/1.1\r\n" + HOST + b"X: ", b"y", REQUEST_S),
] + [("a slow body", get(HOST + b"Content-Length: 100000\r\n", b"POST / HTTP/1.1\r\n"), b"z", REQUEST_S)]]
slow.append(threading.Thread(target=read_slowly))
for thread in slow:
    thread.start()
for _ in range(20):
    serves_the_next("slow ones")
    time.sleep(0.05)
send_malformed()
send_huge()
send_for_others()
replay()
for thread in slow:
    thread.join()
serves_the_next("all of it")
# The last of them may be closed a moment later.
end = time.monotonic() + 10
while (after := state())[0] > before[0] and time.monotonic() < end:
    time.sleep(0.05)
if after[0] > before[0] or after[1] > before[1] + int(sys.argv[4]):
    fail("descriptors and memory:", before, "became", after)
sys.exit(bool(failures))
