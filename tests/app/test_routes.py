import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.footage.open import TRUTH_FILE, Recording
from sim.services import attempts, debrief
from sim.services.event_batch import MAX_BODY_BYTES
from sim.services.footage_access import make_links
from sim.services.intake import MAX_TABS
from sim.services.wiring import App
from sim.ui.footage_range import SLICE_BYTES
from sim.ui.routes import make_routes
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import PRACTICE_LIMIT_S

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"
OTHER_TAB = "7f1f9b9e-3a30-4f57-8a0d-8d6a3f1e2c22"


class Drill:
    """One attempt and the browser that drives it."""

    def __init__(self, app: App, client: TestClient) -> None:
        self.app = app
        self.client = client
        self.attempt_id = attempts.create_sample(app)
        attempts.get_briefing(app, self.attempt_id)
        with app.store.read() as work:
            row = work.attempts.get(self.attempt_id)
        self.links = make_links(app, row)
        self.url = f"/api/attempts/{self.attempt_id}"
        self.headers = {"Authorization": f"Bearer {self.links.token}"}

    def begin(self) -> "Drill":
        attempts.begin(self.app, self.attempt_id)
        return self

    def post(self, *events: dict[str, Any], tab: str = TAB) -> Any:
        return self.client.post(f"{self.url}/events", headers=self.headers, json={"tab": tab, "events": list(events)})

    def state(self) -> dict[str, Any]:
        answer = self.client.get(self.url, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def event(seq: int, kind: str, payload: dict[str, Any] | None = None, *, t_ms: float = 0.0) -> dict[str, Any]:
    return {"seq": seq, "t_client_ms": t_ms, "kind": kind, "payload": payload or {}}


def fix(seq: int, fix_id: str, *, t_ms: float = 0.0, x: float = 0.5) -> dict[str, Any]:
    payload = {"fix_id": fix_id, "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": x, "y": 0.25}
    return event(seq, "fix", payload, t_ms=t_ms)


def submit(seq: int, *, t_ms: float = 0.0) -> dict[str, Any]:
    return event(seq, "submit", {"final_zone": "lobby", "not_on_camera": False, "note": "n"}, t_ms=t_ms)


@pytest.fixture
def client(drill_app: App) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=make_routes(lambda: drill_app)), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def drill(drill_app: App, client: TestClient) -> Drill:
    return Drill(drill_app, client)


# Events


def test_events_are_acknowledged_and_come_back(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    clock.pass_s(12)
    answer = drill.post(
        event(1, "open", {"width": 1366, "height": 768, "touch": False}),
        event(2, "focus", {"camera_id": "CAM-02", "t_s": 1.5}, t_ms=900),
        event(3, "play", {"t_s": 1.5, "speed": 2}, t_ms=1000),
        fix(4, "f1", t_ms=4000),
        event(5, "note", {"text": "red hoodie"}, t_ms=5000),
    )
    assert answer.json() == {
        "ack": 5,
        "state": "running",
        "elapsed_ms": 12_000,
        "remaining_ms": int((PRACTICE_LIMIT_S - 12) * 1000),
        "leader": TAB,
    }
    assert drill.state() == {
        "state": "running",
        "elapsed_ms": 12_000,
        "remaining_ms": int((PRACTICE_LIMIT_S - 12) * 1000),
        "acked": {TAB: 5},
        "leader": TAB,
        "fixes": [{"fix_id": "f1", "camera_id": "CAM-01", "t_s": 3.2, "frame": 32, "x": 0.5, "y": 0.25}],
        "note": "red hoodie",
        "final_zone": None,
        "not_on_camera": False,
        "resume": {"camera_id": "CAM-02", "t_s": 1.5, "speed": 2.0},
    }


def test_a_repeat_is_harmless_and_a_gap_is_not_acknowledged(drill: Drill) -> None:
    drill.begin()
    assert drill.post(event(1, "open"), fix(3, "c")).json()["ack"] == 1
    assert drill.post(event(1, "open"), fix(3, "c")).json()["ack"] == 1
    assert drill.post(fix(2, "b")).json()["ack"] == 3
    assert [each["fix_id"] for each in drill.state()["fixes"]] == ["b", "c"]


def test_an_empty_post_is_a_heartbeat(drill: Drill) -> None:
    drill.begin()
    answer = drill.post()
    assert (answer.status_code, answer.json()["ack"], answer.json()["leader"]) == (200, 0, None)


def test_the_newest_open_leads_and_its_repeat_does_not_take_the_lead_back(drill: Drill) -> None:
    drill.begin()
    assert drill.post(event(1, "open")).json()["leader"] == TAB
    assert drill.post(event(1, "open"), tab=OTHER_TAB).json()["leader"] == OTHER_TAB
    assert drill.post(event(1, "open")).json()["leader"] == OTHER_TAB
    assert drill.post(event(2, "open")).json()["leader"] == TAB
    assert drill.state()["acked"] == {TAB: 2, OTHER_TAB: 1}


def test_two_tabs_lose_nothing(drill: Drill) -> None:
    drill.begin()
    drill.post(event(1, "open"), fix(2, "mine", t_ms=100))
    drill.post(event(1, "open"), fix(2, "theirs", t_ms=200), tab=OTHER_TAB)
    assert [each["fix_id"] for each in drill.state()["fixes"]] == ["mine", "theirs"]


def test_one_attempt_is_not_opened_in_tabs_without_end(drill: Drill) -> None:
    drill.begin()
    for _ in range(MAX_TABS):
        assert drill.post(event(1, "open"), tab=str(uuid4())).status_code == 200
    assert drill.post(event(1, "open")).status_code == 422


def test_a_submit_ends_the_attempt_in_its_own_request(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    clock.pass_s(20)
    answer = drill.post(event(1, "open"), fix(2, "f1"), submit(3, t_ms=19_900)).json()
    assert (answer["state"], answer["elapsed_ms"], answer["remaining_ms"]) == ("submitted", 20_000, 0)
    clock.pass_s(50)
    assert drill.state()["elapsed_ms"] == 20_000
    assert debrief.get_debrief(drill.app, drill.attempt_id).state == "submitted"


def test_a_submit_waits_for_what_came_before_it(drill: Drill) -> None:
    drill.begin()
    assert drill.post(event(1, "open"), submit(3)).json()["state"] == "running"
    answer = drill.post(fix(2, "f1")).json()
    assert (answer["state"], answer["ack"]) == ("submitted", 3)


def test_late_events_are_acknowledged_and_never_scored(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    drill.post(event(1, "open"), submit(2))
    answer = drill.post(fix(3, "late"))
    assert (answer.status_code, answer.json()["ack"], answer.json()["state"]) == (200, 3, "submitted")
    assert drill.state()["fixes"] == []


def test_the_limit_is_the_servers(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    drill.post(event(1, "open"))
    clock.pass_s(PRACTICE_LIMIT_S + 0.5)
    answer = drill.post(fix(2, "after", t_ms=PRACTICE_LIMIT_S * 1000 + 1)).json()
    assert (answer["state"], answer["ack"], answer["remaining_ms"]) == ("timed_out", 2, 0)
    answer = drill.post(fix(3, "before", t_ms=PRACTICE_LIMIT_S * 1000 - 500)).json()
    assert [each["fix_id"] for each in drill.state()["fixes"]] == ["before"]
    clock.pass_s(10.5)
    drill.post(fix(4, "too late", t_ms=1000))
    assert [each["fix_id"] for each in drill.state()["fixes"]] == ["before"]


def test_nothing_counts_after_the_debrief_was_shown(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    drill.post(event(1, "open"))
    clock.pass_s(PRACTICE_LIMIT_S + 1)
    shown = debrief.get_debrief(drill.app, drill.attempt_id)
    drill.post(fix(2, "knows better", t_ms=1000))
    assert drill.state()["fixes"] == []
    assert debrief.get_debrief(drill.app, drill.attempt_id) == shown


def test_an_event_of_the_future_is_taken_as_of_its_arrival(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    clock.pass_s(5)
    answer = drill.post(event(1, "open"), submit(2, t_ms=500_000))
    assert (answer.json()["state"], answer.json()["elapsed_ms"]) == ("submitted", 5000)


def test_before_release_nothing_is_accepted(drill: Drill) -> None:
    answer = drill.post(event(1, "open"))
    assert answer.status_code == 409
    assert "not begun" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", "cannot be read"),
        (b"not json", "cannot be read"),
        (b"[]", "the body: Input should be an object"),
        (b'{"tab": "x", "events": []}', "tab"),
        (b'{"tab": "%s"}', "events"),
        (b'{"tab": "%s", "events": [], "more": 1}', "more"),
        (b'{"tab": "%s", "events": [{"seq": 0, "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
        (b'{"tab": "%s", "events": [{"seq": "1", "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
        (b'{"tab": "%s", "events": [{"seq": 1.5, "t_client_ms": 1, "kind": "open", "payload": {}}]}', "seq"),
        (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": NaN, "kind": "open", "payload": {}}]}', "NaN"),
        (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1e999, "kind": "open", "payload": {}}]}', "not finite"),
        (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "teleport", "payload": {}}]}', "kind"),
        (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "open", "payload": [1]}]}', "payload"),
        (b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "fix", "payload": {}}]}', "fix_id"),
        (
            b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "play", "payload": {"t_s": Infinity}}]}',
            "Infinity",
        ),
        (
            b'{"tab": "%s", "events": [{"seq": 1, "t_client_ms": 1, "kind": "key", "payload": {"a": "\\u0000"}}]}',
            "null",
        ),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_malformed_post_is_refused_whole_and_says_where(drill: Drill, body: bytes, names: str) -> None:
    drill.begin()
    content = body.replace(b"%s", TAB.encode())
    answer = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=content)
    assert answer.status_code == 422, answer.text
    assert names in answer.json()["error"]
    assert drill.state()["acked"] == {}


@pytest.mark.parametrize(("x", "y", "t_s"), [(1.01, 0.5, 3.0), (0.5, -0.01, 3.0), (0.5, 0.5, -1.0), ("0.5", 0.5, 3.0)])
def test_a_fix_outside_the_picture_is_refused(drill: Drill, x: object, y: float, t_s: float) -> None:
    drill.begin()
    payload = {"fix_id": "f", "camera_id": "CAM-01", "frame": 3, "t_s": t_s, "x": x, "y": y}
    assert drill.post(event(1, "fix", payload)).status_code == 422


def test_one_bad_event_spoils_its_batch_and_no_other(drill: Drill) -> None:
    drill.begin()
    assert drill.post(event(1, "open"), event(2, "teleport")).status_code == 422
    assert drill.post(event(1, "open")).json()["ack"] == 1


def test_a_body_that_is_too_large_is_refused_while_it_is_read(drill: Drill) -> None:
    drill.begin()
    declared = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=b" " * (MAX_BODY_BYTES + 1))
    assert declared.status_code == 413

    sent: list[int] = []

    def stream() -> Iterator[bytes]:
        for _ in range(64):
            sent.append(1)
            yield b" " * 65_536

    streamed = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=stream())
    assert streamed.status_code == 413
    assert "error" in streamed.json()


def test_the_largest_allowed_body_is_taken(drill: Drill) -> None:
    drill.begin()
    events = [event(seq, "note", {"text": "x" * 1500}) for seq in range(1, 150)]
    body = json.dumps({"tab": TAB, "events": events}).encode()
    padded = body + b" " * (MAX_BODY_BYTES - len(body))
    answer = drill.client.post(f"{drill.url}/events", headers=drill.headers, content=padded)
    assert (answer.status_code, answer.json()["ack"]) == (200, 149)


# Tokens


def test_without_a_good_token_there_is_no_answer(drill: Drill) -> None:
    drill.begin()
    token = drill.links.token
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": token}, {"Authorization": "Bearer x.y"}):
        assert drill.client.get(drill.url, headers=header).status_code == 403
    flipped = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    assert drill.client.get(drill.url, headers={"Authorization": f"Bearer {flipped}"}).status_code == 403


def test_a_token_opens_its_own_attempt_only(drill: Drill) -> None:
    drill.begin()
    other = Drill(drill.app, drill.client).begin()
    assert drill.client.get(other.url, headers=drill.headers).status_code == 403
    answer = drill.client.post(f"{other.url}/events", headers=drill.headers, json={"tab": TAB, "events": []})
    assert answer.status_code == 403


def test_a_token_expires(drill: Drill, clock: FakeClock) -> None:
    drill.begin()
    clock.pass_s(18 * 3600 + 1)
    assert drill.client.get(drill.url, headers=drill.headers).status_code == 403
    assert drill.client.get(drill.links.link("main/CAM-01.mp4")).status_code == 403


def test_an_attempt_that_is_gone_is_not_found(drill: Drill) -> None:
    drill.begin()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("DELETE FROM attempt"))
    assert drill.client.get(drill.url, headers=drill.headers).status_code == 404
    assert drill.post().status_code == 404
    assert drill.client.get(drill.links.link("main/CAM-01.mp4")).status_code == 404


# Footage


def test_ranges_give_exactly_the_bytes_asked_for(drill: Drill) -> None:
    drill.begin()
    url = drill.links.link("main/CAM-01.mp4")
    whole = (drill.app.settings.recordings[0] / "tiny" / "main" / "CAM-01.mp4").read_bytes()
    plain = drill.client.get(url)
    assert (plain.status_code, plain.content, plain.headers["content-type"]) == (200, whole, "video/mp4")
    assert plain.headers["accept-ranges"] == "bytes"
    assert plain.headers["cache-control"].startswith("private")
    for wanted, span in (
        ("0-", slice(0, None)),
        ("10-19", slice(10, 20)),
        ("-7", slice(-7, None)),
        ("0-0", slice(0, 1)),
    ):
        part = drill.client.get(url, headers={"Range": f"bytes={wanted}"})
        assert (part.status_code, part.content) == (206, whole[span])
        first = span.indices(len(whole))[0]
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(whole)}"
    behind = drill.client.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize("wanted", ["500-", "500-20000", "500-1499"])
def test_a_range_is_bounded(drill: Drill, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    drill.begin()
    monkeypatch.setattr("sim.ui.footage_range.SLICE_BYTES", 1000)
    part = drill.client.get(drill.links.link("main/CAM-01.mp4"), headers={"Range": f"bytes={wanted}"})
    assert len(part.content) == 1000
    assert part.headers["content-range"].startswith("bytes 500-1499/")
    assert SLICE_BYTES <= 1_500_000


def test_head_tells_without_sending(drill: Drill) -> None:
    drill.begin()
    url = drill.links.link("wall/wall-0.mp4")
    whole = drill.client.get(url)
    head = drill.client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


def test_a_browser_that_has_it_is_told_so(drill: Drill) -> None:
    drill.begin()
    url = drill.links.link("thumbs/CAM-02.webp")
    etag = drill.client.get(url).headers["etag"]
    assert drill.client.get(url, headers={"If-None-Match": etag}).status_code == 304
    stale = drill.client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert stale.status_code == 200
    fresh = drill.client.get(url, headers={"Range": "bytes=0-9", "If-Range": etag})
    assert fresh.status_code == 206


def test_only_pictures_of_the_recording_are_ever_sent(drill: Drill) -> None:
    drill.begin()
    target = drill.app.catalogue.list_forms()[0].form.target
    manifest = drill.app.catalogue.get_recording("tiny").manifest
    allowed = {c.main for c in manifest.cameras} | {c.thumbs for c in manifest.cameras}
    allowed |= {w.file for w in manifest.walls} | {f"people/{target}.webp"}
    for name in [*manifest.files, "recording.json", TRUTH_FILE, "main", "main/", "main/CAM-99.mp4"]:
        status = drill.client.get(drill.links.link(name)).status_code
        assert status == (200 if name in allowed else 404), name


@pytest.mark.parametrize(
    "path",
    [
        "../sightline.db",
        "..%2f..%2fsightline.db",
        "main/../truth.parquet",
        "main/%2e%2e/truth.parquet",
        "main%2f..%2ftruth.parquet",
        "/etc/passwd",
        "main/CAM-01.mp4%00.webp",
        "..%5ctruth.parquet",
    ],
)
def test_no_path_leads_out_of_the_whitelist(drill: Drill, path: str) -> None:
    drill.begin()
    answer = drill.client.get(f"/footage/{drill.links.token}/tiny/{path}")
    assert answer.status_code in (403, 404)
    assert b"SQLite" not in answer.content
    assert b"PAR1" not in answer.content


def test_before_release_only_the_reference_picture_opens(drill: Drill) -> None:
    target = drill.app.catalogue.list_forms()[0].form.target
    reference = drill.client.get(drill.links.link(f"people/{target}.webp"))
    assert (reference.status_code, reference.headers["content-type"]) == (200, "image/webp")
    for name in ("main/CAM-01.mp4", "wall/wall-0.mp4", "thumbs/CAM-01.webp"):
        assert drill.client.get(drill.links.link(name)).status_code == 403
    drill.begin()
    assert drill.client.get(drill.links.link("wall/wall-0.mp4")).status_code == 200


def test_a_bad_footage_token_or_another_recording_is_forbidden(drill: Drill) -> None:
    drill.begin()
    assert drill.client.get("/footage/nonsense/tiny/main/CAM-01.mp4").status_code == 403
    other = f"/footage/{drill.links.token}/maple-ridge-arrival/main/CAM-01.mp4"
    assert drill.client.get(other).status_code == 403


def test_a_file_that_was_cut_short_is_not_served(drill: Drill, tiny_recording_copy: Recording) -> None:
    drill.begin()
    drill.app.catalogue.get_recording("tiny")
    drill.app.catalogue._kept[("recording", "tiny")] = tiny_recording_copy
    path = tiny_recording_copy.folder / "main" / "CAM-01.mp4"
    path.write_bytes(path.read_bytes()[:-1])
    answer = drill.client.get(drill.links.link("main/CAM-01.mp4"))
    assert answer.status_code == 404
    assert str(path) not in answer.text


# What every answer has, and what none has


def test_every_answer_carries_the_security_headers(drill: Drill) -> None:
    drill.begin()
    answers = [
        drill.client.get(drill.url, headers=drill.headers),
        drill.post(),
        drill.client.get(drill.url),
        drill.client.get(drill.links.link("main/CAM-01.mp4"), headers={"Range": "bytes=0-9"}),
        drill.client.get(drill.links.link("nothing")),
        drill.client.get("/healthz"),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"]


def test_no_answer_before_the_end_tells_the_truth(drill: Drill) -> None:
    drill.begin()
    drill.post(event(1, "open"), fix(2, "f"))
    truth = drill.app.catalogue.get_truth("tiny")
    target = drill.app.catalogue.list_forms()[0].form.target
    console = json.dumps(attempts.get_console(drill.app, drill.attempt_id).data)
    told = console + json.dumps(drill.state()) + drill.post().text
    others = [person for person in truth.person_ids if person != target]
    assert not [person for person in others if person in told]
    assert "score" not in told
    assert "truth" not in told


def test_health_and_probe(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    probe = client.get("/api/probe", headers={"Accept-Encoding": "gzip"})
    assert len(probe.content) == 512 * 1024
    assert probe.headers["cache-control"] == "no-store"


def test_a_database_that_fails_is_a_503_and_nothing_is_stored(drill: Drill) -> None:
    drill.begin()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("ALTER TABLE attempt_event RENAME TO elsewhere"))
    answer = drill.post(event(1, "open"))
    assert answer.status_code == 503
    assert "error" in answer.json()
    with drill.app.store.write() as work:
        work.attempts.connection.execute(text("ALTER TABLE elsewhere RENAME TO attempt_event"))
    assert drill.state()["leader"] is None
    assert drill.post(event(1, "open")).json()["ack"] == 1


def test_ids_and_tokens_cannot_be_guessed(drill_app: App) -> None:
    ids = {attempts.create_sample(drill_app) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(attempt_id) >= 24 for attempt_id in ids)
    assert str(uuid4()) not in ids
