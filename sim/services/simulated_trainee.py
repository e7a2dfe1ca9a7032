"""A browser with a running drill, without the browser: its page session, its footage ranges, its event posts."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

BATCH_EVERY_S = 1.0
ANSWER_WITHIN_S = 30.0
_RERUN_SCRIPT, _QUERY_STRING, _PAGE_NAME = 11, 1, 4
"""Field numbers of Streamlit's `BackMsg` and `ClientState` messages, by which a page asks to be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A clip that plays: its address, and how many bytes a second it takes at real speed."""

    url: str
    size: int
    bytes_per_s: float


@dataclass(slots=True, kw_only=True)
class Trainee:
    """One simulated trainee.

    Attributes:
        base_url: of the server.
        attempt_id, token: of the running attempt.
        streams: what plays, the wall and one main stream.
        post_ms: how long each event post took, milliseconds.
        failures: what went wrong, in words.
    """

    base_url: str
    attempt_id: str
    token: str
    streams: Sequence[Stream]
    post_ms: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _tab: str = field(default_factory=lambda: str(uuid.uuid4()))
    _seq: int = 0

    def open_page(self) -> ClientConnection:
        """Ask for the drill's page as a browser does, and read until it is drawn; the caller closes the session."""
        address = urlsplit(self.base_url)
        session = connect(
            f"ws://{address.netloc}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )
        session.send(encode_page_request(query=f"attempt={self.attempt_id}", page="drill"))
        if not self._is_drawn(session):
            self.failures.append("the page was not drawn")
        return session

    def _is_drawn(self, session: ClientConnection) -> bool:
        """Read until the console's data, which names the attempt, has come."""
        deadline = time.monotonic() + ANSWER_WITHIN_S
        with suppress(TimeoutError):
            while True:
                message = session.recv(timeout=max(0.0, deadline - time.monotonic()))
                if f"/api/attempts/{self.attempt_id}".encode() in message:
                    return True
        return False

    def load_first_frames(self) -> float:
        """Return how long the attempt's state and the beginning of every stream took, milliseconds."""
        began = time.perf_counter()
        with _Link(self.base_url) as link:
            self._check(link.get(f"/api/attempts/{self.attempt_id}", self._headers()))
            for stream in self.streams:
                self._check(link.get(stream.url, {"Range": "bytes=0-"}))
        return (time.perf_counter() - began) * 1000.0

    def play(self, *, since: float, until: float, stop: threading.Event) -> None:
        """Play and post once a second from `since` to `until` of the steady clock, or until `stop` is set."""
        try:
            with _Link(self.base_url) as footage, _Link(self.base_url) as events:
                self._play_on(footage, events, since=since, until=until, stop=stop)
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(f"the connection broke: {error}")

    def _play_on(self, footage: "_Link", events: "_Link", *, since: float, until: float, stop: threading.Event) -> None:
        places = [0.0] * len(self.streams)
        due = since
        while due < until and not stop.wait(max(0.0, due - time.monotonic())):
            for number, stream in enumerate(self.streams):
                first = int(places[number]) % stream.size
                last = min(first + int(stream.bytes_per_s), stream.size) - 1
                self._check(footage.get(stream.url, {"Range": f"bytes={first}-{last}"}))
                places[number] += last - first + 1
            self.post_once(events)
            due += BATCH_EVERY_S

    def post_once(self, link: "_Link | None" = None) -> None:
        """Post one batch as the console does while it plays."""
        if link is None:
            with _Link(self.base_url) as own:
                self.post_once(own)
            return
        payloads = [("play", {"t_s": 1.0, "speed": 1, "tick": True}), ("pause", {"t_s": 1.5})]
        events = []
        for kind, payload in payloads:
            self._seq += 1
            events.append({"seq": self._seq, "t_client_ms": self._seq, "kind": kind, "payload": payload})
        body = json.dumps({"tab": self._tab, "events": events}).encode()
        began = time.perf_counter()
        status, answer = link.post(f"/api/attempts/{self.attempt_id}/events", self._headers(), body)
        self.post_ms.append((time.perf_counter() - began) * 1000.0)
        if status != 200 or json.loads(answer)["ack"] != self._seq:
            self.failures.append(f"a post was answered {status}")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _check(self, answer: tuple[int, bytes]) -> None:
        if answer[0] not in (200, 206):
            self.failures.append(f"a request was answered {answer[0]}")


class _Link:
    """One kept-alive connection."""

    def __init__(self, base_url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=ANSWER_WITHIN_S)

    def __enter__(self) -> "_Link":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", path, body=body, headers={**headers, "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def encode_page_request(*, query: str, page: str) -> bytes:
    """Return the message by which a browser asks Streamlit to draw a page."""
    state = _encode_field(_QUERY_STRING, query.encode()) + _encode_field(_PAGE_NAME, page.encode())
    return _encode_field(_RERUN_SCRIPT, state)


def _encode_field(number: int, value: bytes) -> bytes:
    return _encode_count(number << 3 | 2) + _encode_count(len(value)) + value


def _encode_count(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
