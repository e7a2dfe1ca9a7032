"""The load generator: a process of its own, so that its processor time can be told from the server's.

It reads commands, one JSON object a line: `{"add": [...]}` lets trainees come, `{"measure": seconds}` answers with a
line of what happened meanwhile, `{"stop": 0}` ends it. Plain asyncio and sockets: it shares two cores with the server.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake
from websockets.typing import Subprotocol

RECORDED = Path(__file__).parent / "traffic.json"
BATCH_EVERY_S = 1.0
HEARTBEAT_EVERY_S = 4.0
ANSWER_WITHIN_S = 30.0
ARRIVE_EVERY_S = 0.15


def encode_page_request(*, query: str, page: str) -> bytes:
    """Return the message by which a browser asks Streamlit for a page, by its name, with its query string."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    encoded: bytes = message.SerializeToString()
    return encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for footage: when, in seconds; the route's first part; the file; the range, "" for all of it."""

    at_s: float
    route: str
    path: str
    span: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """A drill's requests in the order they were made, and how long it went on; what follows repeats it."""

    lasted_s: float
    asked: tuple[Asked, ...]


def load_traffic(path: Path) -> Traffic:
    written = json.loads(path.read_text(encoding="utf-8"))
    asked = (Asked(at_s=at_s, route=route, path=name, span=span) for at_s, route, name, span in written["requests"])
    return Traffic(lasted_s=written["lasted_s"], asked=tuple(asked))


@dataclass(slots=True, kw_only=True)
class Window:
    """What happened since the last measurement; times in milliseconds."""

    post_ms: list[float] = field(default_factory=list)
    footage_ms: list[float] = field(default_factory=list)
    footage_bytes: int = 0
    failures: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)
    cpu_s: float = field(default_factory=time.process_time)


class Line:
    """One kept-alive connection; opened on first use, and again after a failure."""

    def __init__(self, address: str, *, cookies: str = "") -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port or 80)
        self._cookie = f"Cookie: {cookies}\r\n" if cookies else ""
        self.given = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, head: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request whose first lines are given; return status and body."""
        is_kept = self._streams is not None
        try:
            return await asyncio.wait_for(self._ask(head, body), ANSWER_WITHIN_S)
        except (asyncio.IncompleteReadError, ConnectionError):
            # the server has closed a connection that stood idle: a browser opens another one, too
            self.close()
            if not is_kept:
                raise
            return await asyncio.wait_for(self._ask(head, body), ANSWER_WITHIN_S)
        except BaseException:
            self.close()
            raise

    async def _ask(self, head: str, body: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2_000_000)
        reader, writer = self._streams
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        writer.write(f"{head}\r\nHost: {self._host}:{self._port}\r\n{self._cookie}{length}\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(answer.split(" ", 2)[1])
        lines = (line.partition(": ") for line in answer.split("\r\n")[1:])
        headers = {name.lower(): value for name, _, value in lines}
        self.given = headers.get("set-cookie", "").partition(";")[0]
        return status, await reader.readexactly(int(headers.get("content-length", "0")))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Trainee:
    """One browser with a running drill: the page's socket, footage, events and heartbeats, each as it comes due."""

    def __init__(self, plan: dict[str, Any], traffic: Traffic, window: list[Window], number: int) -> None:
        self._plan, self._traffic, self._window = plan, traffic, window
        self._names: dict[str, str] = json.loads(plan["names"])
        self._address = urlsplit(plan["url"]).netloc
        self._tab = plan["tab"]
        self._number = number
        self._cookies = ""
        self.is_here = False
        self.acked = 0
        self.sent = 0

    @property
    def now(self) -> Window:
        return self._window[0]

    async def live(self) -> None:
        """Open the page, load the first frames, then search until canceled."""
        try:
            await self._enter()
            address = f"ws://{self._address}/_stcore/stream"
            headers = {"Cookie": self._cookies} if self._cookies else {}
            async with connect(
                address, subprotocols=[Subprotocol("streamlit")], max_size=None, additional_headers=headers
            ) as session:
                await session.send(encode_page_request(query=f"attempt={self._plan['attempt_id']}", page="drill"))
                wanted = f"/api/attempts/{self._plan['attempt_id']}".encode()
                while wanted not in await asyncio.wait_for(session.recv(decode=False), ANSWER_WITHIN_S):
                    pass
                await self._load_first()
                self.is_here = True
                await asyncio.gather(self._watch(), self._post(), self._read(session))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, InvalidHandshake, ValueError) as error:
            self.now.failures.append(f"a trainee fell off: {type(error).__name__} {error}")

    async def _enter(self) -> None:
        """Take the cookie by which a proxy leads a browser to the same process each time, where there is one."""
        line = Line(self._address)
        await line.ask("GET /healthz/live HTTP/1.1")
        self._cookies = line.given
        line.close()

    async def _read(self, session: Any) -> None:
        async for _ in session:
            pass

    async def _load_first(self) -> None:
        line = Line(self._address, cookies=self._cookies)
        status, _ = await line.ask(self._head("GET", f"/api/attempts/{self._plan['attempt_id']}"))
        self._check(status, (200,), "state")
        for asked in (each for each in self._traffic.asked if each.at_s < 1.0):
            await self._fetch(line, asked.route, asked.path, asked.span)
        line.close()

    async def _watch(self) -> None:
        """Ask for footage when the recorded drill did; each trainee is at another place of it."""
        line, shift_s = Line(self._address, cookies=self._cookies), self._number * 7.3 % self._traffic.lasted_s
        began = time.perf_counter() - shift_s
        later = [each for each in self._traffic.asked if each.at_s >= 1.0]
        turn = 0
        while True:
            for asked in later:
                due = began + turn * self._traffic.lasted_s + asked.at_s
                if due < time.perf_counter() - 1.0:
                    continue
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await self._fetch(line, asked.route, asked.path, asked.span)
            turn += 1
            await asyncio.sleep(0)

    async def _fetch(self, line: Line, route: str, path: str, span: str) -> None:
        name = self._names[path] if path else ""
        address = "/".join(
            part for part in (f"/{route}", self._plan["token"], self._plan["recording_name"], name) if part
        )
        head = f"GET {address} HTTP/1.1" + (f"\r\nRange: {span}" if span else "")
        began = time.perf_counter()
        status, body = await line.ask(head)
        self.now.footage_ms.append((time.perf_counter() - began) * 1000.0)
        self.now.footage_bytes += len(body)
        self._check(status, (200, 206), "footage")

    async def _post(self) -> None:
        """Post two events a second, and an empty batch every four, as an outbox does that has nothing to send."""
        line, began = (
            Line(self._address, cookies=self._cookies),
            time.perf_counter() + self._number * 0.618 % BATCH_EVERY_S,
        )
        beats = 0
        for number in range(1_000_000):
            due = began + number * BATCH_EVERY_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await self._post_once(line, is_beat=False)
            if number * BATCH_EVERY_S >= beats * HEARTBEAT_EVERY_S:
                beats += 1
                await self._post_once(line, is_beat=True)

    async def _post_once(self, line: Line, *, is_beat: bool) -> None:
        payloads = [("play", {"t_s": 1.0, "speed": 1, "tick": True}), ("pause", {"t_s": 1.5})]
        events = []
        for kind, payload in () if is_beat else payloads:
            self.sent += 1
            events.append({"seq": self.sent, "t_client_ms": self.sent, "kind": kind, "payload": payload})
        body = json.dumps({"tab": self._tab, "events": events}).encode()
        head = self._head("POST", f"/api/attempts/{self._plan['attempt_id']}/events")
        began = time.perf_counter()
        status, answer = await line.ask(f"{head}\r\nContent-Type: application/json", body)
        self.now.post_ms.append((time.perf_counter() - began) * 1000.0)
        self._check(status, (200,), "post")
        if status == 200:
            self.acked = json.loads(answer)["ack"]
            if self.acked != self.sent:
                self.now.failures.append(f"a post of event {self.sent} was acknowledged up to {self.acked}")

    def _head(self, method: str, path: str) -> str:
        return f"{method} {path} HTTP/1.1\r\nAuthorization: Bearer {self._plan['token']}"

    def _check(self, status: int, expected: tuple[int, ...], what: str) -> None:
        if status not in expected:
            self.now.failures.append(f"{what} was answered {status}")


async def serve_commands(recorded: Path) -> None:
    """Obey the commands on standard input until it ends; `recorded` holds what a drill asks for."""
    traffic, window = load_traffic(recorded), [Window()]
    trainees: dict[str, Trainee] = {}
    tasks: list[asyncio.Task[None]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)
        for plan in command.get("add", ()):
            trainee = trainees[plan["attempt_id"]] = Trainee(plan, traffic, window, len(trainees))
            tasks.append(asyncio.create_task(trainee.live()))
            await asyncio.sleep(ARRIVE_EVERY_S)
        if "measure" in command:
            before, window[0] = window[0], Window()
            await asyncio.sleep(float(command["measure"]))
            _answer(window[0], before, trainees)
        if "stop" in command:
            break
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    _answer(window[0], Window(), trainees)


def _answer(window: Window, before: Window, trainees: dict[str, Trainee]) -> None:
    lasted_s = time.perf_counter() - window.began
    answer = {
        "post_ms": sorted(window.post_ms),
        "footage_ms": sorted(window.footage_ms),
        "here": sum(trainee.is_here for trainee in trainees.values()),
        "footage_bytes": window.footage_bytes,
        "failures": before.failures + window.failures,
        "lasted_s": lasted_s,
        "cpu_share": (time.process_time() - window.cpu_s) / lasted_s,
        "acked": {attempt_id: trainee.acked for attempt_id, trainee in trainees.items()},
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve_commands(Path(sys.argv[1])))
