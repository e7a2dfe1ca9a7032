"""Who has extended time can be read nowhere: days with and without it give the same pages, files and papers."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.attempt.events import Event, EventKind
from sim.console import attempts
from sim.console.intake import accept_events
from sim.console.scores import settle
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.record.exports import Format, write_export, write_person_export
from sim.features.session import joining, opening
from sim.features.team import team
from sim.features.team.attempts_table import export_team
from sim.program.session_day import SessionKind
from sim.rules import sessions as account_sessions
from sim.rules.viewer import Role
from sim.text.tables import write_time
from sim.ui.page import page_state
from sim.ui.page.request_origin import Peer
from tests.app.conftest import make_page, read_page
from tests.support.driven_drill import TAB
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.session_app import Room, open_room
from tests.support.shown_texts import read_file
from tests.support.tiny_app import LIMIT_S, make_tiny_app
from tests.unit.ledger.conftest import play

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE = "blue ladder quiet 9"
FACTOR = 1.5
LATE_S = LIMIT_S + 87.0
ANYTHING = re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{8,64}\b")

End = Callable[[App, FakeClock, str], None]


@dataclass
class Days:
    app: App
    clock: FakeClock
    rooms: list[Room]
    attempts: dict[str, list[str]]

    @property
    def ana(self) -> str:
        return self.rooms[0].people["Ana"]

    def blank(self, text: str) -> str:
        ids = {room.session_id: f"session-{n}" for n, room in enumerate(self.rooms)}
        ids |= {person_id: name for name, person_id in self.rooms[0].people.items()}
        ids |= {each: f"{name}-{n}" for name, own in self.attempts.items() for n, each in enumerate(own)}
        ids[self.rooms[0].team_id] = "team"
        for told, name in ids.items():
            text = text.replace(f"'{told}", name).replace(told, name)  # an id that a sheet would read as a formula
        return ANYTHING.sub("#", text)


def hold(app: App, clock: FakeClock, factor: float, end: End) -> Days:
    rooms: list[Room] = []
    team_id = team.add_team(app, "Front office")
    for name in ("Ana Lopez", "Ben Hill", "Cy Park"):
        clock.pass_s(1)  # whose turn which form is goes by who came first
        team.add_person(app, team_id, name)
    given: dict[str, list[str]] = {"Ana": [], "Ben": []}
    for kind in (SessionKind.FAMILIARIZATION, SessionKind.BEFORE, SessionKind.AFTER):
        room = open_room(app, kind=kind, extra_time={"Ana": factor}, team_id=team_id)
        rooms.append(room)
        if kind is SessionKind.FAMILIARIZATION:
            seats = room.join("Ana", "Ben")
            opening.start(app, room.session_id)
            own = [joining.enter_drill(app, each) for each in seats]
            clock.pass_s(4000)
        else:
            own = room.start_all("Ana", "Ben")
            end(app, clock, own[0])
            clock.pass_s(LIMIT_S * 2 + 100)
        for name, attempt_id in zip(given, own, strict=True):
            given[name].append(attempt_id)
            attempts.get_state(app, attempt_id)
            if kind is not SessionKind.FAMILIARIZATION:
                settle(app, attempt_id)
        opening.end(app, room.session_id, by="Tess Hale")
    return Days(app=app, clock=clock, rooms=rooms, attempts=given)


@pytest.fixture
def make_days(tmp_path: Path, tiny_library: Path) -> Iterator[Callable[..., Days]]:
    opened: list[App] = []

    def make(factor: float, end: End) -> Days:
        clock = FakeClock()
        app = make_tiny_app(tmp_path / f"data-{len(opened)}", tiny_library, clock)
        opened.append(app)
        return hold(app, clock, factor, end)

    yield make
    for app in opened:
        app.close()


def read_exports(days: Days) -> dict[str, str]:
    team_id = days.rooms[0].team_id
    told = {kind.value: read_file(write_export(days.app, team_id, kind)) for kind in Format}
    for kind in (Format.PDF, Format.CERTIFICATES_PDF):
        told[f"person {kind.value}"] = read_file(write_person_export(days.app, days.ana, kind=kind))
    return {name: " ".join(days.blank(text).split()) for name, text in told.items()}


def read_pages(days: Days, monkeypatch: pytest.MonkeyPatch, peer: list[Peer]) -> dict[str, str]:
    app, team_id = days.app, days.rooms[0].team_id
    admin = account_sessions.find_viewer(app, set_up(app, name="Kim Lee", secret=PHRASE), is_local=False)
    cookies = {}
    for role in (Role.PRINCIPAL, Role.TRAINER):
        manage.add_account(app, admin, name=role.value, secret=PHRASE, roles=frozenset({role}))
        cookies[role] = sign_in(app, name=role.value, secret=PHRASE, origin=Origin(address="192.0.2.1"))
    monkeypatch.setattr(page_state, "open_app", lambda settings, clock: app)
    page_state.get_services.clear()
    addresses: list[tuple[str, dict[str, str]]] = [
        ("team", {"team": team_id}),
        ("results", {"team": team_id}),
        ("plan", {"team": team_id}),
        ("record", {"person": days.ana}),
        *(("records", {"team": team_id, "view": view}) for view in ("people", "sessions", "gaps")),
        *(("session", {"session": room.session_id}) for room in days.rooms[1:]),
    ]
    drills = [("drill", {"attempt": each}) for each in days.attempts["Ana"]]
    drills += [("drill", {"attempt": each, "replay": "1"}) for each in days.attempts["Ana"]]
    told = {}
    for role, cookie in cookies.items():
        peer[0] = Peer(is_local=False, cookie=cookie)
        for name, query in (*addresses, *(drills if role is Role.PRINCIPAL else ())):
            page = make_page(name)
            for key, value in query.items():
                page.query_params[key] = value
            shown = page.run()
            if name == "results":
                assert any("chosen-by" in str(each.key) for each in shown.selectbox) is (role is Role.TRAINER)
            if name == "records" and role is Role.PRINCIPAL:
                assert {each.key for each in shown.button} <= {"verify"}
            charts = [each for kind in ("vega_lite_chart", "arrow_vega_lite_chart") for each in shown.get(kind)]
            text = "\n".join([read_page(shown), *(str(each.proto) for each in charts)])
            for each in shown.code:  # codes and addresses are drawn by chance
                text = text.replace(str(each.value), "#")
            told[days.blank(f"{role.value} {name} {query}")] = days.blank(text)
    page_state.get_services.clear()
    return told


@pytest.mark.parametrize("handed_in", ["the second", "both"])
def test_every_page_file_and_paper_is_the_same_with_and_without_extended_time(
    make_days: Callable[..., Days], monkeypatch: pytest.MonkeyPatch, peer: list[Peer], handed_in: str
) -> None:
    begun: list[App] = []

    def end(app: App, clock: FakeClock, attempt_id: str) -> None:
        begun.append(app)
        if handed_in == "both" or (handed_in == "the second" and begun.count(app) == 2):
            play(app, clock, attempt_id)

    longer, usual = (make_days(factor, end) for factor in (FACTOR, 1.0))
    rows = [load_attempt(longer.app, each) for each in longer.attempts["Ana"]]
    assert all(row.extra_time == FACTOR for row in rows)
    assert rows[1].timing.state is (AttemptState.SUBMITTED if handed_in == "both" else AttemptState.TIMED_OUT)
    told, control = read_exports(longer), read_exports(usual)
    assert told.keys() == control.keys()
    for name in told:
        # rows of one moment come in no order that means anything
        assert sorted(told[name].split()) == sorted(control[name].split()), name
    compared = export_team(longer.app, longer.rooms[0].team_id, by_name=True)
    assert set(compared["person_id"]) == {"Ben Hill"}
    assert set(compared["extra_time"]) == {"no"}
    assert set(compared["limit_s"]) == {LIMIT_S}
    # how long a build would take follows the load of the machine
    monkeypatch.setattr("sim.builds.queue.os.getloadavg", lambda: (0.0, 0.0, 0.0))
    pages, usual_pages = (read_pages(days, monkeypatch, peer) for days in (longer, usual))
    for name in pages:
        if "results" in name:  # Ana's drills are not compared
            assert "time allowance" not in pages[name]
            assert "Ana Lopez" not in pages[name]
        else:
            assert _split(pages[name]) == _split(usual_pages[name]), name


def _split(page: str) -> list[str]:
    return sorted(re.split(r"[<>\s]+", page))


def test_who_submits_after_the_usual_limit_has_no_time_anywhere(
    make_days: Callable[..., Days], monkeypatch: pytest.MonkeyPatch, peer: list[Peer]
) -> None:
    def hand_in_late(app: App, clock: FakeClock, attempt_id: str) -> None:
        clock.pass_s(LATE_S)
        attempts.get_state(app, attempt_id)
        payload = {"final_zone": None, "not_on_camera": False}
        event = Event.read(tab_id=TAB, seq=1, t_client_ms=LATE_S * 1000.0, kind=EventKind.SUBMIT, payload=payload)
        accept_events(app, attempt_id, tab_id=TAB, events=[event])

    days = make_days(FACTOR, hand_in_late)
    row = load_attempt(days.app, days.attempts["Ana"][1])
    assert row.timing.state is AttemptState.SUBMITTED
    assert (row.timing.used_s or 0.0) > LIMIT_S
    told = {**read_exports(days), **read_pages(days, monkeypatch, peer)}
    betraying = [write_time(row.timing.used_s or 0.0), f"{row.timing.used_s:g}", f"PT{row.timing.used_s:g}S"]
    for name, text in told.items():
        for word in betraying:
            assert word not in text, (name, word)
    assert "within the time allowed" in told["pdf"]
    assert "within the time allowed" in told["person pdf"]
    entries = json.loads(write_export(days.app, days.rooms[0].team_id, Format.JSON))["entries"]
    results = [each["content"]["data"] for each in entries if each["kind"] == "result" and each["content"]]
    assert {each["used_s"] for each in results} == {None}
    assert "ended_at" not in results[0]
