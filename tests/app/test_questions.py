"""What a drill's browser may ask, whatever it is: while the drill runs, in few bytes, so often, and nothing garbled."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.console.footage_access import make_links
from sim.console.questions import HELP_A_MINUTE, MAX_HINT_BYTES, MAX_OUTLINE_BYTES, OUTLINES_A_MINUTE, answer_help
from sim.console.similar_search import MAX_QUERY_BYTES, QUERIES_A_MINUTE
from sim.features.session import opening
from sim.program.session_day import Starting
from tests.app.test_outline_route import HintDrill, OutlineDrill, SearchDrill
from tests.support.driven_drill import Asking, Drill, event, submit
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.session_app import open_room
from tests.support.tiny_app import PRACTICE_LIMIT_S

KINDS: dict[str, type[Asking]] = {"hint": HintDrill, "outline": OutlineDrill, "similar": SearchDrill}
MOST_BYTES = {"hint": MAX_HINT_BYTES, "outline": MAX_OUTLINE_BYTES, "similar": MAX_QUERY_BYTES}
GARBAGE: dict[str, list[tuple[dict[str, Any], str]]] = {
    "hint": [
        ({"hint": "who"}, "hint"),
        ({"hint": None}, "hint"),
        ({"camera_id": "CAM-99"}, "CAM-99"),
        ({"camera_id": 3}, "camera_id"),
        ({"t_s": -1.0}, "t_s"),
        ({"t_s": 1e9}, "t_s"),
        ({"t_s": "0"}, "t_s"),
        ({"on": "CAM-01"}, "on"),
        ({"on": ["x"] * 100}, "on"),
        ({"person": "P001"}, "person"),
    ],
    "outline": [
        ({"camera_id": "CAM-99"}, "camera_id"),
        ({"camera_id": 3}, "camera_id"),
        ({"camera_id": ""}, "camera_id"),
        ({"camera_id": "C" * 81}, "camera_id"),
        ({"frame": 161}, "outside the recording"),
        ({"frame": 10**9}, "outside the recording"),
        ({"frame": -1}, "frame"),
        ({"frame": "5"}, "frame"),
        ({"frame": 5.5}, "frame"),
        ({"frame": True}, "frame"),
        ({"x": 1.01}, "x"),
        ({"x": -0.01}, "x"),
        ({"x": "0.5"}, "x"),
        ({"y": None}, "y"),
        ({"y": [0.5]}, "y"),
        ({"t_s": 3.0}, "t_s"),
    ],
    "similar": [
        ({"camera_id": "CAM-99"}, "camera_id"),
        ({"camera_id": 3}, "camera_id"),
        ({"frame": 160}, "frame 160"),
        ({"frame": -1}, "frame"),
        ({"frame": "5"}, "frame"),
        ({"number": 7}, "number"),
        ({"box": [0.5, 0.5, 0.4, 0.9]}, "too small"),
        ({"box": [0.5, 0.5, 0.5, 0.5]}, "too small"),
        ({"box": [0.1, 0.1, 0.5]}, "box"),
        ({"box": [0.1, 0.1, 0.5, 1.5]}, "box"),
        ({"box": ["0", 0.1, 0.5, 0.9]}, "box"),
        ({"box": None}, "box"),
        ({"more": 1}, "more"),
    ],
}
NO_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999")


@pytest.fixture(params=KINDS)
def asking(request: pytest.FixtureRequest, drill_app: App, client: TestClient) -> Asking:
    return KINDS[request.param](drill_app, client)


def test_it_is_answered_while_the_drill_runs_and_never_else(asking: Asking, clock: FakeClock) -> None:
    assert asking.ask().status_code == 409
    asking.begin()
    assert asking.ask().status_code == 200
    clock.pass_s(PRACTICE_LIMIT_S + 1)
    assert asking.ask().status_code == 409
    handed_in = type(asking)(asking.app, asking.client).begin()
    handed_in.post(event(1, "open"), submit(2))
    assert handed_in.ask().status_code == 409


def test_garbage_and_what_is_no_body_or_a_large_one_are_refused_and_count_as_nothing(asking: Asking) -> None:
    asking.begin()
    for changes, words in GARBAGE[asking.question]:
        answer = asking.ask(**changes)
        assert (answer.status_code, words in answer.json()["error"]) == (422, True), (changes, answer.text)
    assert (asking.state()["hints"], asking.state()["similar"]["asked"]) == (0, 0)

    most = MOST_BYTES[asking.question]
    for content, status in ((b"", 422), (b"\xff\x00", 422), (b"[]", 422), (b" " * (most + 1), 413)):
        assert asking.send(content).status_code == status
    assert asking.send(json.dumps(asking.make_question()).encode().ljust(most)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "name", "values"),
    [("outline", name, NO_NUMBERS) for name in ("x", "y", "frame")] + [("similar", "box", (*NO_NUMBERS, "null"))],
)
def test_what_is_no_number_is_refused(
    drill_app: App, client: TestClient, kind: str, name: str, values: tuple[str, ...]
) -> None:
    asking = KINDS[kind](drill_app, client).begin()
    changed = "seven" if name != "box" else ["seven", *asking.make_question()["box"][1:]]
    for value in values:
        body = json.dumps({**asking.make_question(), name: changed}).replace('"seven"', value)
        answer = asking.send(body.encode())
        assert (answer.status_code, name in answer.json()["error"]) == (422, True), answer.text


@pytest.mark.parametrize(("kind", "most"), [("outline", OUTLINES_A_MINUTE), ("similar", QUERIES_A_MINUTE)])
def test_nobody_asks_without_end(drill_app: App, client: TestClient, clock: FakeClock, kind: str, most: int) -> None:
    asking = KINDS[kind](drill_app, client).begin()
    assert {asking.ask().status_code for _ in range(most)} == {200}
    refused = asking.ask()
    assert (refused.status_code, f"at most {most} a minute" in refused.json()["error"]) == (429, True)
    assert asking.post(event(1, "open")).status_code == 200, "events go on"
    clock.pass_s(61)
    assert asking.ask().status_code == 200


def test_help_is_asked_for_with_the_drills_own_token_only(drill_app: App, client: TestClient, drill: Drill) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    token = make_links(drill_app, load_attempt(drill_app, attempt_id)).token
    url, own = f"/api/attempts/{attempt_id}/help", {"Authorization": f"Bearer {token}"}
    assert client.post(url, headers=own).status_code == 409
    opening.begin_own(drill_app, attempt_id)
    assert client.get(url, headers=own).json() == {"asked": 0, "answered": 0}
    for stranger in ({}, drill.headers, {"Authorization": "Bearer x"}):
        assert client.post(url, headers=stranger).status_code == 403
    assert room.row("Ana").help_at is None
    assert client.post(url, headers=own).json() == {"asked": 1, "answered": 0}
    assert room.row("Ana").help_at is not None
    answer_help(drill_app, room.session_id, room.people["Ana"])
    assert client.get(url, headers=own).json() == {"asked": 1, "answered": 1}
    answer = client.post(f"{drill.url}/help", headers=drill.headers)
    assert (answer.status_code, "no trainer" in answer.text) == (409, True)
    for _ in range(HELP_A_MINUTE):
        answer = client.post(url, headers=own)
    assert answer.status_code == 429
