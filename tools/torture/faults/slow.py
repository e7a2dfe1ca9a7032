"""Slow clients: hundreds of lines that send a byte now and then; others are served, and the slow ones dropped."""

import contextlib
import selectors
import socket
import time
from urllib.parse import urlsplit

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, ask
from tools.torture.rig.trial import judge

LINES = 300
SHORT_LINES = 60
TRICKLE_S = 1.0
WAIT_S = 75.0
SHORT_WAIT_S = 3.0
MOST_MS = 3000.0
MOST_TIMES = 5.0
"""Others may wait 3 s, or five times as long as they did just before where the machine is busy with other things."""
QUIET_POSTS = 5


def send_slow_heads(rig: Rig) -> Outcome:
    """Open hundreds of lines and send a head on each, a few bytes a second (slowloris)."""
    sender = rig.make_attempt()
    return _hold(rig, sender, b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"X-Slow: 1\r\n")


def send_slow_bodies(rig: Rig) -> Outcome:
    """Open hundreds of lines, announce a body on each, and send it a byte a second."""
    sender = rig.make_attempt()
    begin = (
        f"POST {sender.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sender.token}\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    return _hold(rig, sender, begin.encode(), b" ")


def _hold(rig: Rig, sender: Sender, begin: bytes, trickle: bytes) -> Outcome:
    server = rig.get_server()
    address = urlsplit(server.url)
    count, wait_s = (SHORT_LINES, SHORT_WAIT_S) if rig.is_short else (LINES, WAIT_S)
    wrong: list[str] = []
    quiet_ms = max(_serve_another(sender, server.url, wrong) for _ in range(QUIET_POSTS))
    lines = [socket.create_connection((address.hostname or "", address.port or 0)) for _ in range(count)]
    opened = set(lines)
    said: set[str] = set()
    slowest_ms = 0.0
    began = time.monotonic()
    try:
        with selectors.DefaultSelector() as selector:
            for line in lines:
                line.sendall(begin)
                line.setblocking(False)
                selector.register(line, selectors.EVENT_READ)
            while opened and time.monotonic() - began < wait_s:
                slowest_ms = max(slowest_ms, _serve_another(sender, server.url, wrong))
                for line in tuple(opened):
                    with contextlib.suppress(OSError):
                        line.send(trickle)
                for key, _ in selector.select(TRICKLE_S):
                    ended = key.fileobj
                    assert isinstance(ended, socket.socket)
                    said |= _read_end(ended)
                    selector.unregister(ended)
                    opened.discard(ended)
                time.sleep(0.2)
    finally:
        for line in lines:
            line.close()
    if not rig.is_short and opened:
        wrong.append(f"{len(opened)} of {count} slow lines are still open after {wait_s:.0f} s")
    if slowest_ms > max(MOST_MS, MOST_TIMES * quiet_ms):
        wrong.append(f"others waited up to {slowest_ms:.0f} ms, {quiet_ms:.0f} ms before")
    dropped = f"; all dropped after {time.monotonic() - began:.0f} s: {', '.join(sorted(said))}" if not opened else ""
    saw = f"others: saved, at most {slowest_ms:.0f} ms beside {count} slow lines, {quiet_ms:.0f} ms before{dropped}"
    return judge(rig, [sender], saw=saw, wrong=wrong)


def _serve_another(sender: Sender, url: str, wrong: list[str]) -> float:
    """Post as somebody else does; return how long that took, milliseconds."""
    sender.add()
    answer = sender.post(url)
    health = ask(url, "GET", "/healthz")
    if answer.status != 200 or health.status != 200:
        wrong.append(f"others were answered {answer.status} and {health.status}")
    return max(answer.seconds, health.seconds) * 1000.0


def _read_end(line: socket.socket) -> set[str]:
    try:
        head = line.recv(4096)
    except OSError:
        return {"the line was closed"}
    return {head.split(b"\r\n", 1)[0].decode("latin-1")} if head else {"the line was closed"}
