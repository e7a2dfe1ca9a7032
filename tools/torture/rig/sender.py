"""A browser's events on their way, without the browser: numbered, kept until acknowledged, sent again."""

import http.client
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ANSWER_WITHIN_S = 30.0
BATCH_EVENTS = 40
WAIT_S = 0.1
POST_EVERY_S = 0.15
"""Between posts of a trial that goes on for long: a token has 600 a minute."""
BROKE = 0
"""Status of a request that had no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it came: status 0 where the line broke, its words, its body and how long it took, seconds."""

    status: int
    words: str
    body: bytes = b""
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


def ask(
    url: str,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    within_s: float = ANSWER_WITHIN_S,
) -> Answer:
    """Send one request on a connection of its own; whatever happens is an answer."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=within_s)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        kind = "no answer in time" if isinstance(error, TimeoutError) else "the connection broke"
        return Answer(status=BROKE, words=kind, seconds=time.monotonic() - began)
    finally:
        connection.close()
    return Answer(
        status=answer.status,
        words=_read_words(content),
        body=content,
        seconds=time.monotonic() - began,
        headers={name.lower(): value for name, value in answer.getheaders()},
    )


def _read_words(content: bytes) -> str:
    """Return what an answer says is wrong, "" when it says nothing."""
    try:
        said = json.loads(content)
    except ValueError:
        return content[:80].decode("utf-8", errors="replace") if len(content) <= 80 else ""
    return str(said["error"]) if isinstance(said, dict) and "error" in said else ""


@dataclass(slots=True, kw_only=True)
class Sender:
    """One tab of one running drill.

    Attributes:
        attempt_id, token: of the drill.
        tab: its id.
        waiting: events that are not acknowledged, by number.
        acknowledged: highest number that the server said it had up to.
        marks: the id in each event, by number; no two events share one.
        seen: how often each answer came, status and words.
        cookie: what the browser sends as cookies, "" for none.
    """

    attempt_id: str
    token: str
    tab: str = field(default_factory=lambda: str(uuid.uuid4()))
    waiting: dict[int, dict[str, Any]] = field(default_factory=dict)
    acknowledged: int = 0
    marks: dict[int, str] = field(default_factory=dict)
    seen: Counter[tuple[int, str]] = field(default_factory=Counter)
    cookie: str = ""

    @property
    def path(self) -> str:
        """Where the events go."""
        return f"/api/attempts/{self.attempt_id}/events"

    @property
    def headers(self) -> dict[str, str]:
        """What every request of the tab carries."""
        kept = {"Cookie": self.cookie} if self.cookie else {}
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **kept}

    def add(self, count: int = 1) -> None:
        """Make events: bookmarks, each with words of its own."""
        for _ in range(count):
            seq = len(self.marks) + 1
            mark = f"{self.tab[:8]}-{seq}"
            payload = {"bookmark_id": mark, "camera_id": "CAM-01", "t_s": 1.0, "text": f"moment {seq}"}
            self.waiting[seq] = {"seq": seq, "t_client_ms": seq * 5, "kind": "bookmark", "payload": payload}
            self.marks[seq] = mark

    def submit(self, *, t_client_ms: float | None = None) -> None:
        """Make the event that hands in an answer without a place."""
        self.make("submit", {"final_zone": None, "not_on_camera": True, "note": ""}, t_client_ms=t_client_ms)

    def make(self, kind: str, payload: Mapping[str, Any], *, t_client_ms: float | None = None) -> None:
        """Make an event of any kind that carries no id of its own."""
        seq = len(self.marks) + 1
        at_ms = seq * 5 if t_client_ms is None else t_client_ms
        self.waiting[seq] = {"seq": seq, "t_client_ms": at_ms, "kind": kind, "payload": dict(payload)}
        self.marks[seq] = ""

    def encode(self, numbers: Sequence[int]) -> bytes:
        """Return the body of a post of some of the waiting events, in the order given."""
        return json.dumps({"tab": self.tab, "events": [self.waiting[number] for number in numbers]}).encode()

    def post(self, url: str, *, body: bytes | None = None, within_s: float = ANSWER_WITHIN_S) -> Answer:
        """Post what waits, or a body; what the answer acknowledges waits no longer."""
        chosen = self.encode(sorted(self.waiting)[:BATCH_EVENTS]) if body is None else body
        answer = ask(url, "POST", self.path, headers=self.headers, body=chosen, within_s=within_s)
        self.take(answer)
        return answer

    def take(self, answer: Answer) -> None:
        """Note an answer and what it acknowledges."""
        self.seen[(answer.status, answer.words)] += 1
        if answer.status != 200:
            return
        self.acknowledged = max(self.acknowledged, int(json.loads(answer.body)["ack"]))
        for seq in [number for number in self.waiting if number <= self.acknowledged]:
            del self.waiting[seq]

    def drain(self, url: str, *, within_s: float) -> bool:
        """Send again and again until nothing waits; return whether that came about in time."""
        until = time.monotonic() + within_s
        while self.waiting and time.monotonic() < until:
            if self.post(url).status != 200:
                time.sleep(WAIT_S)
        return not self.waiting

    def read_state(self, url: str) -> dict[str, Any]:
        """Return the attempt's state as a reloaded page reads it; {} when there is no answer."""
        answer = ask(url, "GET", f"/api/attempts/{self.attempt_id}", headers=self.headers)
        return dict(json.loads(answer.body)) if answer.status == 200 else {}


def shuffle(numbers: Sequence[int], rng: random.Random) -> list[int]:
    """Return numbers in an order drawn by chance, some of them twice."""
    mixed = [*numbers, *(number for number in numbers if rng.random() < 0.3)]
    rng.shuffle(mixed)
    return mixed


def describe_seen(senders: Sequence[Sender]) -> str:
    """Return every answer that the senders had, the commonest first, as a sentence."""
    total: Counter[tuple[int, str]] = Counter()
    for sender in senders:
        total.update(sender.seen)
    parts = []
    for (status, words), _ in total.most_common():
        said = "200 saved" if status == 200 else words if status == BROKE else f"{status} “{words}”"
        if said not in parts:
            parts.append(said)
    return "; ".join(parts)
