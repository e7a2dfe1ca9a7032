"""A real S3-compatible server (moto's) on a free port of this machine, with a bucket; and what may go wrong with it."""

import contextlib
import socket
import threading
import uuid
from typing import Any

from fsspec.core import url_to_fs
from moto.server import ThreadedMotoServer

from sim.footage.store.remote import RemoteFolder

KEYS = {"key": "testing", "secret": "testing"}


class ObjectStore:
    """One server; use it in a `with` block. Every call of `make_url` gives a bucket of its own."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)

    def __enter__(self) -> "ObjectStore":
        self._server.start()
        self.endpoint = "http://{}:{}".format(*self._server.get_host_and_port())
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def make_options(self, endpoint: str | None = None) -> dict[str, Any]:
        return {**KEYS, "endpoint_url": endpoint or self.endpoint}

    def make_url(self) -> str:
        """Return the URL of a new bucket's folder."""
        bucket = f"footage-{uuid.uuid4().hex[:12]}"
        self.open_files(f"s3://{bucket}").mkdir(bucket)
        return f"s3://{bucket}/sightline"

    def open_files(self, url: str) -> Any:
        """Return fsspec's file system, to look at objects and to spoil them."""
        fs, _ = url_to_fs(url, use_listings_cache=False, **self.make_options())
        return fs

    def open_remote(self, url: str, *, endpoint: str | None = None) -> RemoteFolder:
        return RemoteFolder(url, options=self.make_options(endpoint))


class Gate:
    """A line to a server that can be cut or slowed down: listens on its own port and passes bytes on."""

    def __init__(self, endpoint: str, *, bytes_s: float | None = None) -> None:
        self._bytes_s = bytes_s
        host, _, port = endpoint.removeprefix("http://").partition(":")
        self._there = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = threading.Event()
        self._open.set()
        self._is_cut = False
        self._is_closed = False
        self._lines: list[socket.socket] = []
        self.requests = 0
        self.endpoint = "http://{}:{}".format(*self._listener.getsockname()[:2])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Gate":
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closed = True
        self._open.set()
        self.cut()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._listener.close()

    def cut(self) -> None:
        """Close every line, and each new one as soon as it comes."""
        self._is_cut = True
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()

    def mend(self) -> None:
        self._is_cut = False

    def stall(self) -> None:
        """Let answers wait until `flow`."""
        self._open.clear()

    def flow(self) -> None:
        self._open.set()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut or self._is_closed:
                near.close()
                continue
            try:
                far = socket.create_connection(self._there)
            except OSError:
                near.close()
                continue
            self._lines += [near, far]
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if is_answer:
                    self._open.wait()
                    if self._bytes_s is not None:
                        threading.Event().wait(len(chunk) / self._bytes_s)
                else:
                    self.requests += chunk.startswith((b"GET ", b"HEAD ", b"PUT "))
                target.sendall(chunk)
        for line in (source, target):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
