"""docs/security.md is what is so: every route and page of the app is in its tables, and opens to those it says only."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route
from starlette.testclient import TestClient

from app import app as served
from sim.app.settings import PROJECT
from sim.app.signed import Access
from sim.app.wiring import App
from sim.features.team import team
from sim.rules.viewer import DUTIES, Duty, Role
from sim.ui.page import pages
from tests.support.driven_drill import TAB, Drill, event
from tests.support.fake_clock import FakeClock

SECURITY = PROJECT / "docs" / "security.md"
PAGE = SECURITY.read_text(encoding="utf-8")
WITH_TOKEN = "token of "
SAME = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
FILLED = {
    "recording_id": "tiny",
    "path:path": "main/CAM-01.mp4",
    "camera_id": "CAM-01",
    "frame": "1",
    "part": "whole",
    "name": "favicon.png",
    "school_id": "own-none",
    "walk_id": "walk-none",
    "step": "resume",
}


def read_table(title: str) -> dict[str, str]:
    part = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return {row[0].strip(): row[1].strip() for row in rows if not set(row[0].strip()) <= set("- ")}


def list_routes() -> set[str]:
    found = set()
    for route in served._user_routes:
        assert isinstance(route, Route)
        found |= {f"{method} {route.path}" for method in (route.methods or ()) if method != "HEAD"}
    return found


def test_every_route_is_in_the_table_and_every_line_is_a_route() -> None:
    own, _, _ = PAGE.split("\n## Routes\n", 1)[1].partition("Streamlit's own routes:")
    lines = {line.split(" | ")[0].strip("| ") for line in own.splitlines() if line.startswith(("| GET", "| POST"))}
    assert lines == list_routes()


def test_every_route_of_streamlit_is_in_the_table() -> None:
    told = PAGE.split("Streamlit's own routes:", 1)[1]
    built = served._build_starlette_app()
    theirs = {getattr(route, "path", "") for route in built.routes} - {line.split(" ")[1] for line in list_routes()}
    assert len(theirs) > 5
    assert [path for path in theirs if path and path not in told] == []


def test_every_page_is_in_the_table_as_it_is_and_has_a_script() -> None:
    told = read_table("Pages")
    told.pop("page")
    assert told == {page.path: page.opens_to.value for page in pages.PAGES}
    assert all(Path(page.script).is_file() for page in pages.PAGES)


def test_every_download_made_when_pressed_is_judged_then() -> None:
    made = [line for path in (PROJECT / "sim").rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    assert [line for line in made if re.search(r"\bdata=(lambda|partial)", line)] == []


def test_the_table_of_roles_is_what_each_may_do() -> None:
    told = read_table("Roles")
    for role in Role:
        assert {duty for duty in Duty if duty in DUTIES[role]} == {Duty(part) for part in told[role.value].split("; ")}


def fill(path: str, **known: str) -> str:
    values = {**FILLED, **known}
    return re.sub(r"\{([^}]+)\}", lambda found: values[found[1]], path)


def make_bad_tokens(drill: Drill, other: Drill, clock: FakeClock) -> dict[str, str]:
    own = drill.links.token
    payload, _, signature = own.rpartition(".")
    what = {"attempt_id": drill.attempt_id, "recording_id": "tiny", "reference": ""}
    now = clock.read().wall
    return {
        "missing": "",
        "nonsense": "nonsense._-",
        "changed by a letter": own[:9] + ("A" if own[9] != "A" else "B") + own[10:],
        "forged": own[:-3] + ("AAA" if own[-3:] != "AAA" else "BBB"),
        "cut": own[: len(own) // 2],
        "without its signature": payload,
        "another payload under the same signature": f"{other.links.token.rpartition('.')[0]}.{signature}",
        "signed by another server": Access(secret=bytes(32)).mint(**what, since=now, now=now),
    }


def test_a_route_opens_to_its_own_token_only(drill_app: App, whole_client: TestClient, clock: FakeClock) -> None:
    mine, other = Drill(drill_app, whole_client).begin(), Drill(drill_app, whole_client).begin()
    told = [line.split(" ", 1) for line, words in read_table("Routes").items() if words.startswith(WITH_TOKEN)]
    assert len(told) > 10

    def refuse(method: str, path: str, name: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = fill(path, token=token or "x", attempt_id=mine.attempt_id)
        answer = whole_client.request(method, url, headers=headers, content=b"{}")
        assert answer.status_code == 403, (method, path, name, answer.status_code)

    for method, path in told:
        for name, token in make_bad_tokens(mine, other, clock).items():
            refuse(method, path, name, token)
        if "{attempt_id}" in path:
            refuse(method, path, "other people's", other.links.token)
    assert not mine.state()["acked"]
    clock.pass_s(18 * 3600 + 1)
    for method, path in told:
        refuse(method, path, "old", mine.links.token)


def test_every_answer_has_its_headers_and_none_names_anybody(drill_app: App, whole_client: TestClient) -> None:
    # long names: three letters turn up by chance in a picture's bytes
    team.add_person(drill_app, team.add_team(drill_app, "Northernmost Wing"), "Anastasia Lopez")
    for line in list_routes():
        method, path = line.split(" ", 1)
        answer = whole_client.request(method, fill(path, token="x", attempt_id="x"))
        assert answer.headers["x-content-type-options"] == "nosniff", line
        assert "frame-ancestors" in answer.headers["content-security-policy"], line
        assert "strict-transport-security" not in answer.headers
        assert "Anastasia" not in answer.text and "Northernmost" not in answer.text
    secure = whole_client.get("https://testserver/healthz")
    assert "max-age" in secure.headers["strict-transport-security"]


NAMES = """t since iss login_hint target_link_uri client_id lti_message_hint code endpoint fetch actor
openid_configuration registration_token id_token state ticket drill name secret again was next team file_name
camera tab frame base clip"""
TEXTS = st.text(max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda each: st.lists(each, max_size=4) | st.dictionaries(TEXTS, each, max_size=4),
    max_leaves=8,
)
BODIES: dict[str, dict[str, Any]] = {
    "events": {"tab": TAB, "events": [event(1, "focus", {"camera_id": "CAM-01", "t_s": 0.0, "on": ["CAM-01"]})]},
    "outline": {"camera_id": "CAM-01", "frame": 0, "x": 0.9, "y": 0.05},
    "hint": {"hint": "next-camera", "camera_id": None, "t_s": 0.0, "on": []},
    "similar": {"camera_id": "CAM-01", "frame": 5, "box": [0.1, 0.1, 0.5, 0.9]},
    "help": {"about": "question"},
}


@pytest.mark.slow
def test_calls_that_are_made_up_fail_nowhere(drill_app: App, whole_client: TestClient) -> None:
    drill = Drill(drill_app, whole_client).begin()
    known = {
        "attempt_id": drill.attempt_id,
        "recording_id": drill.links.recording_name,
        "path:path": drill.links.name("main/CAM-01.mp4"),
    }
    asked = st.dictionaries(st.sampled_from(NAMES.split()), TEXTS, max_size=4)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        line=st.sampled_from(sorted(list_routes())), is_known=st.booleans(), asked=asked, made_up=VALUES, data=st.data()
    )
    def call(line: str, is_known: bool, asked: dict[str, str], made_up: Any, data: st.DataObject) -> None:
        method, path = line.split(" ", 1)
        parts = known | {"token": drill.links.token} if is_known else {name: quote(data.draw(TEXTS)) for name in FILLED}
        body = dict(BODIES.get(path.rpartition("/")[2], {}))
        if body and data.draw(st.booleans()):
            body[data.draw(st.sampled_from(sorted(body)))] = made_up
        content = data.draw(st.sampled_from((json.dumps(body or made_up), urlencode(asked), "")))
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if content == urlencode(asked) else {}
        url, headers = fill(path, **{"token": "x", "attempt_id": "x", **parts}), drill.headers if is_known else {}
        sent = {"content": content.encode()} if method == "POST" else {}
        answer = whole_client.request(method, url, params=asked, headers={**headers, **kind, **SAME}, **sent)
        assert answer.status_code < 500 or answer.status_code in (502, 503), (line, answer.text)
        assert "Traceback" not in answer.text

    call()
