"""Faults of the line between browser and server: cut for a minute, and a proxy that restarts."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, describe_seen
from tools.torture.rig.trial import judge

CUT_S = 60.0
SHORT_CUT_S = 1.5
POST_WITHIN_S = 2.0
DRAIN_WITHIN_S = 60.0
CHUNK_BYTES = 65536
RESTARTS = 3


class Proxy:
    """A line to the server on a port of its own, which can be cut and put together again."""

    def __init__(self, target_url: str, *, port: int = 0) -> None:
        host, _, target_port = target_url.removeprefix("http://").rpartition(":")
        self._target = (host, int(target_port))
        self._listening = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listening.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._is_cut = False
        self._is_closed = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Break what flows, in the middle, and take nobody in."""
        self._is_cut = True
        self._break_all()

    def mend(self) -> None:
        """Take everybody in again."""
        self._is_cut = False

    def close(self) -> None:
        """Break what flows and free the port."""
        self._is_closed = True
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(timeout=5)
        self._break_all()

    def _break_all(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._is_cut or self._is_closed:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target, timeout=10)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._ends |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(CHUNK_BYTES):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def cut_line(rig: Rig) -> Outcome:
    """Cut the line in the middle of posts for a minute; the drill goes on meanwhile and what waited arrives once."""
    wrong: list[str] = []

    def cut(proxy: Proxy, sender: Sender) -> Proxy:
        time.sleep(rig.rng.uniform(0.1, 0.6))
        proxy.cut()
        before = sender.acknowledged
        time.sleep(SHORT_CUT_S if rig.is_short else CUT_S)
        if len(sender.marks) - before < 1:
            wrong.append("nothing was done while the line was cut")
        proxy.mend()
        return proxy

    return _post_while(rig, cut, wrong)


def restart_proxy(rig: Rig) -> Outcome:
    """Stop the proxy in the middle of posts and start another on its port, three times."""
    server = rig.get_server()

    def restart(proxy: Proxy, sender: Sender) -> Proxy:
        del sender
        for _ in range(RESTARTS):
            time.sleep(rig.rng.uniform(0.1, 0.4))
            proxy.close()
            time.sleep(rig.rng.uniform(0.0, 0.3))
            proxy = Proxy(server.url, port=proxy.port)
        return proxy

    return _post_while(rig, restart, [])


def _post_while(rig: Rig, disturb: Callable[[Proxy, Sender], Proxy], wrong: list[str]) -> Outcome:
    """Post through a proxy while it is disturbed, then wait for what is left; `disturb` returns the proxy in use."""
    proxy = Proxy(rig.get_server().url)
    sender = rig.make_attempt()
    stop = threading.Event()
    poster = threading.Thread(target=_post_through, args=(sender, proxy.url, stop))
    try:
        poster.start()
        proxy = disturb(proxy, sender)
        stop.set()
        poster.join()
        if not sender.drain(proxy.url, within_s=DRAIN_WITHIN_S):
            wrong.append("what waited did not arrive")
    finally:
        stop.set()
        poster.join()
        proxy.close()
    if sender.acknowledged != len(sender.marks):
        wrong.append(f"{sender.acknowledged} of {len(sender.marks)} events arrived")
    return judge(rig, [sender], saw=describe_seen([sender]), wrong=wrong)


def _post_through(sender: Sender, url: str, stop: threading.Event) -> None:
    while not stop.is_set():
        sender.add(2)
        if sender.post(url, within_s=POST_WITHIN_S).status != 200:
            stop.wait(0.1)
