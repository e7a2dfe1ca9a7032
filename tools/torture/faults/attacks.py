"""Attacks on the routes: tokens that are not one's own, ways out of the folder, bodies that no browser sends."""

import json
import random
import socket
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from sim.services.app.footage_token import Access
from sim.services.attempt.event_batch import MAX_BODY_BYTES
from sim.services.attempt.footage_access import make_links
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Answer, Sender, ask

METHODS = ("get", "post", "put", "patch", "delete", "head")
ANSWER_WITHIN_S = 20.0
DENIED = (401, 403, 404, 405)
MARK = "SIGHTLINE-OUTSIDE-MARK"
SLOWEST_S = 10.0
TRACE_WORDS = (b"Traceback (most recent call last)", b'File "/')


def use_bad_tokens(rig: Rig) -> Outcome:
    """Call every route that wants a token with none, forged ones, expired ones and other people's."""
    server = rig.get_server()
    own, other = rig.make_attempt(), rig.make_attempt()
    with rig.app.store.read() as work:
        recording_id = work.attempts.get(own.attempt_id).recording_id
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    calls = 0
    for path, method, operation in list_operations(rig.description):
        if not needs_token(path, operation):
            continue
        for kind, token in _make_bad_tokens(rig, own, other, recording_id).items():
            is_others = kind == "other people's"
            if is_others and "{attempt_id}" not in path:
                continue
            parts = {"attempt_id": own.attempt_id, "recording_id": recording_id, "token": token}
            headers = {"Content-Type": "application/json"}
            if operation.get("security") and token:
                headers["Authorization"] = f"Bearer {token}"
            body = b'{"tab": "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11", "events": []}' if method == "post" else None
            answer = ask(server.url, method.upper(), fill_path(path, parts), headers=headers, body=body)
            calls += 1
            seen[f"{answer.status} “{answer.words[:70]}”"] += 1
            if answer.status not in DENIED:
                wrong.append(f"{method.upper()} {path} with a token that is {kind} is answered {answer.status}")
    kept = own.read_state(server.url)
    if kept.get("acked"):
        wrong.append("a post with a bad token was stored")
    common = "; ".join(said for said, _ in seen.most_common(4))
    return Outcome(saw=f"{calls} calls: {common}", wrong=tuple(wrong))


def _make_bad_tokens(rig: Rig, own: Sender, other: Sender, recording_id: str) -> Mapping[str, str]:
    """Return tokens by what is wrong with them."""
    now = rig.app.clock.read().wall
    long_ago = now - timedelta(days=2)
    what = {"attempt_id": own.attempt_id, "recording_id": recording_id, "reference": ""}
    stranger = Access(secret=rig.rng.randbytes(32))
    place = rig.rng.randrange(len(own.token))
    letter = rig.rng.choice([each for each in string.ascii_letters if each != own.token[place]])
    payload, _, signature = own.token.rpartition(".")
    return {
        "missing": "",
        "nonsense": "".join(rig.rng.choices(string.ascii_letters + "._-", k=60)),
        "changed by a letter": own.token[:place] + letter + own.token[place + 1 :],
        "without its signature": payload,
        "another payload under the same signature": f"{other.token.rpartition('.')[0]}.{signature}",
        "signed by another server": stranger.mint(**what, since=now, now=now),
        "expired": rig.app.access.mint(**what, since=long_ago, now=long_ago),
        "other people's": other.token,
    }


def leave_the_folder(rig: Rig) -> Outcome:
    """Ask for files outside the recording, and for its truth, by every spelling of `..` that is known."""
    server = rig.get_server()
    sender = rig.make_attempt()
    (rig.data / "outside.txt").write_text(MARK)
    secret = (rig.data / "secret.key").read_bytes()
    with rig.app.store.read() as work:
        links = make_links(rig.app, work.attempts.get(sender.attempt_id))
    recording_id = links.recording_name
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    calls = 0
    for begin in (f"/footage/{sender.token}/{recording_id}/", f"/footage-index/{sender.token}/{recording_id}/"):
        for name in _list_ways_out():
            answer = ask_raw(server.url, begin + name)
            calls += 1
            seen[answer.status] += 1
            wrong += _find_leak(name, answer, secret)
    for begin in ("/", "/static/", "/media/", "/component/", "/_stcore/", "/app/static/", "/_stcore/bidi-components/"):
        for name in _list_ways_out():
            answer = ask_raw(server.url, begin + name)
            calls += 1
            wrong += _find_leak(name, answer, secret, is_page=True)
    for name in ("truth.parquet", "people.parquet", "recording.json"):
        words = ask(server.url, "GET", links.link(name))
        wrong += _find_leak(name, words, secret)
    return Outcome(saw=f"{calls} calls, no file: {words.status} “{words.words}”", wrong=tuple(wrong[:20]))


def _list_ways_out() -> Iterator[str]:
    ups = (
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%5c",
        "..\\",
        "....//",
        "%252e%252e%252f",
        "..;/",
        "%c0%ae%c0%ae/",
    )
    targets = ("outside.txt", "secret.key", "sightline.db", "etc/passwd")
    for up in ups:
        for depth in (1, 2, 3, 8):
            for target in targets:
                yield up * depth + target
    yield from ("truth.parquet", "people.parquet", "events.parquet", "recording.json", "site.json")
    yield from (
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "main/../truth.parquet",
        "main%2f..%2ftruth.parquet",
        "%00",
        "main/%00",
    )
    yield from ("file:///etc/passwd", "C:/Windows/win.ini", "CON", "main/CAM-01.mp4%00.webp", "main/./CAM-01.mp4/.")


def _find_leak(name: str, answer: Answer, secret: bytes, *, is_page: bool = False) -> list[str]:
    found = []
    if any(sign in answer.body for sign in (MARK.encode(), secret, b"root:x:", b"SQLite format 3")):
        found.append(f"{name} gave a file from outside the recording")
    if answer.body.startswith(b"PAR1") or b"truth_sha256" in answer.body:
        found.append(f"{name} gave a table of the recording")
    if answer.status >= 500:
        found.append(f"{name} is answered {answer.status}")
    if not is_page and answer.status == 200:
        found.append(f"{name} is answered 200")
    if any(word in answer.body for word in TRACE_WORDS):
        found.append(f"{name} is answered with a traceback")
    return found


def send_bad_bodies(rig: Rig) -> Outcome:
    """Post bodies that are too large, endless, nested, of wrong types, cut short or no text at all, on every door."""
    server = rig.get_server()
    sender = rig.make_attempt()
    paths = [
        (path, method)
        for path, method, operation in list_operations(rig.description)
        if "requestBody" in operation and "{attempt_id}" in path
    ]
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    calls = 0
    for path, method in paths:
        where = fill_path(path, {"attempt_id": sender.attempt_id})
        for kind, body in make_bad_bodies(rig.rng).items():
            answer = ask(server.url, method.upper(), where, headers=sender.headers, body=body)
            calls += 1
            seen[f"{answer.status} “{answer.words[:60]}”"] += 1
            if not 400 <= answer.status < 500:
                wrong.append(f"{path}: a body that is {kind} is answered {answer.status} {answer.words[:60]}")
            if answer.seconds > SLOWEST_S:
                wrong.append(f"{path}: a body that is {kind} took {answer.seconds:.1f} s")
            if any(word in answer.body for word in TRACE_WORDS):
                wrong.append(f"{path}: a body that is {kind} is answered with a traceback")
    for kind, request in _make_bad_heads(sender).items():
        answer = send_raw(server.url, request)
        calls += 1
        if answer.status >= 500 or (answer.status == 200 and "healthz" not in kind):
            wrong.append(f"a head that is {kind} is answered {answer.status}")
    if sender.read_state(server.url).get("acked"):
        wrong.append("a malformed body was stored")
    after = ask(server.url, "GET", "/healthz")
    if after.status != 200:
        wrong.append("the server is not well afterwards")
    common = "; ".join(said for said, _ in seen.most_common(4))
    return Outcome(saw=f"{calls} calls: {common}", wrong=tuple(wrong[:20]))


def make_bad_bodies(rng: random.Random) -> dict[str, bytes]:
    """Return bodies that no door may take, by what is wrong with them."""
    tab = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
    event = {"seq": 1, "t_client_ms": 0, "kind": "note", "payload": {"text": "x"}}

    def batch(**changes: Any) -> bytes:
        return json.dumps({"tab": tab, "events": [{**event, **changes}]}).encode()

    return {
        "empty": b"",
        "no JSON": b"hello",
        "no text": bytes(rng.randrange(128, 256) for _ in range(400)),
        "half a batch": batch()[:-7],
        "too large": b'{"tab": "' + b"a" * (MAX_BODY_BYTES + 1) + b'"}',
        "nested": b"[" * 60_000 + b"]" * 60_000,
        "nested objects": b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        "a huge number": b'{"tab": "' + tab.encode() + b'", "events": [], "x": ' + b"9" * 5000 + b"}",
        "not a number": batch(t_client_ms=float("nan")),
        "endless": batch(t_client_ms=float("inf")),
        "a negative number": batch(seq=-1),
        "a number above all": batch(seq=10**30),
        "text for a number": batch(seq="1"),
        "an unknown kind": batch(kind="drop table"),
        "another payload": batch(payload=["x"]),
        "too long a text": batch(payload={"text": "x" * 5000}),
        "a null character": batch(payload={"text": "a\x00b"}),
        "half a character": b'{"tab": "' + tab.encode() + b'", "events": [{"seq":1,"t_client_ms":0,"kind":"note",'
        b'"payload":{"text":"\\ud800"}}]}',
        "unknown keys": json.dumps({"tab": tab, "events": [], "admin": True}).encode(),
        "a list": b"[]",
        "null": b"null",
    }


def _make_bad_heads(sender: Sender) -> dict[str, bytes]:
    auth = f"Authorization: Bearer {sender.token}\r\n".encode()
    begin = f"POST {sender.path} HTTP/1.1\r\nHost: x\r\n".encode() + auth
    return {
        "negative in length": begin + b"Content-Length: -5\r\n\r\nhello",
        "of two lengths": begin + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
        "both chunked and long": begin + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "of a bad chunk": begin + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n",
        "very long": b"GET /healthz?" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        "of very many headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n",
        "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        "a line feed in a header": begin + b"X-A: a\n b\r\nContent-Length: 0\r\n\r\n",
        "without a host": f"POST {sender.path} HTTP/1.1\r\n".encode() + auth + b"Content-Length: 2\r\n\r\n[]",
    }


def list_operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Return every described path, method and operation."""
    for path, methods in description["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def needs_token(path: str, operation: Mapping[str, Any]) -> bool:
    """Return whether a route opens with a token only, in the address or as a bearer's."""
    return "{token}" in path or bool(operation.get("security"))


def fill_path(path: str, parts: Mapping[str, str]) -> str:
    """Return a path with its parts filled in; those not given are plausible."""
    known = {"path": "main/CAM-01.mp4", "camera_id": "CAM-01", "frame": "1", "part": "1-1-40-40", **parts}
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", quote(known.get(name, "x"), safe="/.-_~") or "x")
    return path


def ask_raw(url: str, target: str) -> Answer:
    """GET an address exactly as it is written, which no client library would send."""
    return send_raw(url, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin-1"))


def send_raw(url: str, request: bytes) -> Answer:
    """Send bytes and return what comes back; status 0 where nothing does."""
    parts = urlsplit(url)
    received = b""
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=ANSWER_WITHIN_S) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            while len(received) < 1_000_000 and (data := line.recv(65536)):
                received += data
    except OSError:
        pass
    head, _, body = received.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return Answer(status=status, words="", body=body)
