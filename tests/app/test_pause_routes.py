"""A pause over HTTP: from 5 s on nothing of a drill can be seen, asked, marked or submitted until it ends."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.attempt.arrivals import LEARNS_WITHIN_S
from sim.attempt.attempt import Mode
from sim.attempt.events import Event, EventKind
from sim.attempt.options import DrillOption
from sim.console.footage_access import RUNS_FOR_S, make_links
from sim.console.intake import clamp_events
from sim.console.scores import settle
from sim.features.debrief import debrief
from sim.features.drill.routes import make_routes
from sim.features.session import attendance
from sim.features.team.given_drills import list_attempts
from sim.features.team.team_view import get_team_view
from tests.app.test_outline_route import make_query
from tests.support.driven_drill import OTHER_TAB, TAB, Drill, event, mark, submit
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import reopen

CLIPS = ("main/CAM-01.mp4", "wall/wall-0.mp4", "thumbs/CAM-02.webp")
SPOT = {"camera_id": "CAM-01", "frame": 0, "x": 0.9, "y": 0.05}
HINT = {"hint": "next-camera", "camera_id": None, "t_s": 0.0, "on": []}


class RoomDrill(Drill):
    def __init__(self, room: Room, client: TestClient) -> None:
        self.room, self.app, self.client = room, room.app, client
        (self.attempt_id,) = room.start_all("Ana")
        with self.app.store.write() as work:
            row = work.attempts.get(self.attempt_id)
            options = frozenset({DrillOption.APPEARANCE_SEARCH, DrillOption.HINTS})
            work.save_row(replace(row, options=options, mode=Mode.PRACTICE))
        self.links = make_links(self.app, row)
        self.url = f"/api/attempts/{self.attempt_id}"
        self.headers = {"Authorization": f"Bearer {self.links.token}"}

    def pause(self) -> None:
        attendance.pause(self.app, self.room.session_id, reason="fire alarm")

    def resume(self) -> None:
        attendance.resume(self.app, self.room.session_id)

    def look(self) -> list[int]:
        links = self.links
        crop = f"{links.link_crops()}/CAM-01/0/0-0-32-32.jpg"
        urls = [*(links.link(path) for path in CLIPS), links.link_index(CLIPS[0]), links.link_timeline(), crop]
        urls.append(links.reference_url or "")
        answers = [self.client.get(url) for url in urls]
        answers += [self.client.get(url, headers={"Range": "bytes=0-99"}) for url in urls[:2]]
        return [answer.status_code for answer in answers]

    def ask(self) -> list[int]:
        bodies = {"similar": make_query(self.app), "outline": SPOT, "hint": HINT}
        return [
            self.client.post(f"{self.url}/{name}", headers=self.headers, json=body).status_code
            for name, body in bodies.items()
        ]

    def search(self, clock: FakeClock, seconds: int) -> None:
        for _ in range(seconds // 4):
            clock.pass_s(4)
            self.send()

    def send(self, *events: dict[str, Any], tab: str = TAB, waiting: int = 0) -> Any:
        body = {"tab": tab, "events": list(events), "waiting": waiting}
        return self.client.post(f"{self.url}/events", headers=self.headers, json=body)

    @property
    def log(self) -> Sequence[Event]:
        with self.app.store.read() as work:
            return clamp_events(work.events.list_all(self.attempt_id))

    @property
    def now_ms(self) -> float:
        return float(self.state()["elapsed_ms"])

    @property
    def marks(self) -> list[str]:
        told = [fix["mark_id"] for fix in self.state()["marks"]]
        scored = [each.payload["mark_id"] for each in self.log if each.kind is EventKind.MARK]
        assert sorted(told) == sorted(scored)
        return sorted(told)

    @property
    def tries(self) -> int:
        return self.room.row("Ana").paused_actions


@pytest.fixture
def ana(drill_app: App, client: TestClient) -> RoomDrill:
    return RoomDrill(open_room(drill_app), client)


def test_nothing_can_be_seen_asked_marked_or_submitted_in_a_pause(ana: RoomDrill, clock: FakeClock) -> None:
    """The attack: a script goes on with the token of a page that the trainer has paused."""
    clock.pass_s(20)
    assert ana.send(event(1, "open"), mark(2, "before", t_ms=19_000)).json()["ack"] == 2
    ana.pause()
    clock.pass_s(LEARNS_WITHIN_S)
    assert set(ana.look()) <= {200, 206}
    assert ana.ask() == [200, 200, 200]
    assert ana.send(mark(3, "known")).json()["paused"] is True
    assert ana.tries == 0
    clock.pass_s(7)
    assert set(ana.look()) == {409}
    assert RUNS_FOR_S <= LEARNS_WITHIN_S, "posts keep no footage open"
    assert ana.ask() == [409, 409, 409]
    assert ana.tries == 3
    forged = ana.send(mark(4, "forged", t_ms=ana.now_ms)).json()
    assert (forged["ack"], forged["left_out"], forged["state"]) == (4, 1, "running")
    assert ana.send(mark(1, "other", t_ms=ana.now_ms), tab=OTHER_TAB).json()["left_out"] == 1
    refused = ana.send(mark(5, "last", t_ms=1000), submit(6, t_ms=1000))
    assert refused.status_code == 409
    assert refused.json()["paused"] is True
    assert "your trainer has paused the drill" in refused.json()["error"]
    assert ana.marks == ["before", "known"]
    assert ana.tries == 7
    assert ana.state()["paused"] is True
    clock.pass_s(600)
    assert set(ana.look()) == {409}
    ana.resume()
    assert set(ana.look()) <= {200, 206}
    clock.pass_s(1)
    assert ana.ask() == [200, 200, 200]
    ended = ana.send(mark(5, "last", t_ms=ana.now_ms), submit(6, t_ms=ana.now_ms)).json()
    assert (ended["state"], ended["elapsed_ms"], ended["paused_ms"]) == ("submitted", 21_000, 612_000)
    assert ana.marks == ["before", "known", "last"]
    assert set(ana.look()) <= {200, 206}


def test_the_trainer_is_told_and_it_stays_with_the_attempt(ana: RoomDrill, clock: FakeClock) -> None:
    ana.send(event(1, "open"))
    ana.search(clock, 20)
    ana.pause()
    clock.pass_s(4)
    ana.send()
    clock.pass_s(8)
    ana.send(event(2, "hidden"), event(3, "visible"), event(4, "play", {"t_s": 0.0, "speed": 1.0}), mark(5, "a"))
    ana.send(event(6, "play", {"t_s": 1.0, "speed": 1.0, "tick": True}))
    ana.send(submit(7))
    assert ana.tries == 3
    ana.resume()
    ana.send(submit(7))
    said = "3 actions came while the drill was paused. What is done in a pause does not count."
    row = settle(ana.app, ana.attempt_id)
    assert (row.paused_actions, row.late_events, row.unheard_s) == (3, 0, 0.0)
    assert said in debrief.get_debrief(ana.app, ana.attempt_id).remarks
    with ana.app.store.write() as work:
        work.save_row(replace(row, mode=Mode.ASSESSMENT))
    assert [card.row.paused_actions for card in list_attempts(ana.app, ana.room.team_id)] == [3]
    lines = [drill.text for person in get_team_view(ana.app, ana.room.team_id).people for drill in person.before]
    assert any(said.removesuffix(".") in line for line in lines)


def test_a_restart_in_a_pause_opens_nothing(ana: RoomDrill, clock: FakeClock) -> None:
    clock.pass_s(20)
    ana.send(event(1, "open"))
    ana.pause()
    clock.pass_s(30)
    app = reopen(ana.app, clock)
    with TestClient(Starlette(routes=make_routes(lambda: app))) as client:
        ana.app, ana.client = app, client
        assert set(ana.look()) == {409}
        assert ana.ask() == [409, 409, 409]
        assert ana.send(mark(2, "a", t_ms=19_900)).json()["ack"] == 1
        assert ana.send(submit(2, t_ms=19_900)).status_code == 409
        assert ana.marks == []
        ana.resume()
        assert set(ana.look()) <= {200, 206}
        assert ana.send(mark(2, "a", t_ms=19_900)).json()["ack"] == 2
        assert ana.marks == ["a"]


def test_a_submit_on_its_way_when_the_pause_began_is_in_when_it_ends(ana: RoomDrill, clock: FakeClock) -> None:
    ana.send(event(1, "open"))
    ana.search(clock, 60)
    clock.pass_s(2)
    sent = (mark(2, "a", t_ms=61_200), submit(3, t_ms=61_900))
    ana.pause()
    clock.pass_s(9)
    assert ana.send(*sent).status_code == 409
    for _ in range(40):
        clock.pass_s(1)
        assert ana.send(waiting=2).json()["ack"] == 1
    ana.resume()
    clock.pass_s(0.5)
    ended = ana.send(*sent).json()
    assert (ended["state"], ended["elapsed_ms"]) == ("submitted", 62_500)
    assert ana.marks == ["a"]
    row = settle(ana.app, ana.attempt_id)
    assert (row.timing.used_s, row.late_events, row.unheard_s) == (62.5, 0, 0.0)
    assert 61_200 in [each.t_client_ms for each in ana.log]


@pytest.mark.parametrize("is_back_in_pause", [True, False])
def test_marks_made_offline_count_but_in_a_pause(ana: RoomDrill, clock: FakeClock, *, is_back_in_pause: bool) -> None:
    ana.send(event(1, "open"))
    ana.search(clock, 60)
    clock.pass_s(30)
    ana.pause()
    clock.pass_s(100)
    done = [
        mark(2, "before", t_ms=75_000),
        mark(3, "in pause", t_ms=140_000),
        event(4, "note", {"text": "in pause"}, t_ms=150_000),
    ]
    if is_back_in_pause:
        answer = ana.send(*done).json()
        clock.pass_s(1)
        ana.resume()
    else:
        ana.resume()
        clock.pass_s(20)
        done.append(mark(5, "after", t_ms=205_000))
        answer = ana.send(*done).json()
    assert (answer["ack"], answer["left_out"]) == (done[-1]["seq"], 2)
    assert ana.marks == (["before"] if is_back_in_pause else ["after", "before"])
    assert ana.state()["note"] == ""
    made = {each.payload["mark_id"]: each.t_client_ms for each in ana.log if each.kind is EventKind.MARK}
    assert made["before"] == 75_000
    assert made.get("after", 105_000) == 105_000
    assert ana.tries == 2
    ana.send(submit(done[-1]["seq"] + 1, t_ms=ana.now_ms))
    assert settle(ana.app, ana.attempt_id).late_events == 1


def test_marks_set_back_by_a_tab_that_was_there_wait_for_the_end(ana: RoomDrill, clock: FakeClock) -> None:
    """The attack: say nothing as the pause begins, look at what the browser has, and set the marks back."""
    ana.send(event(1, "open"))
    ana.search(clock, 60)
    clock.pass_s(2)
    ana.pause()
    clock.pass_s(300)
    answer = ana.send(mark(2, "set back", t_ms=61_000)).json()
    assert (answer["ack"], ana.marks, ana.tries) == (1, [], 1)
    ana.send(waiting=1)
    assert ana.send(mark(2, "set back", t_ms=61_000)).json()["ack"] == 1
    ana.resume()
    clock.pass_s(1)
    assert ana.send(mark(2, "set back", t_ms=20_000)).json()["ack"] == 2
    assert [each.t_client_ms for each in ana.log if each.kind is EventKind.MARK] == [57_000]


def test_a_second_tab_that_was_silent_is_no_way_round(ana: RoomDrill, clock: FakeClock) -> None:
    """The attack: one tab is there all the time, another says nothing for long and then sets its marks back."""
    ana.send(event(1, "open"), tab=OTHER_TAB)
    ana.send(event(1, "open"))
    ana.search(clock, 60)
    ana.pause()
    clock.pass_s(30)
    answer = ana.send(mark(2, "set back", t_ms=50_000), tab=OTHER_TAB).json()
    assert (answer["ack"], ana.marks, ana.tries) == (1, [], 1)


def test_a_page_opened_after_a_pause_that_it_did_not_see_loses_nothing(ana: RoomDrill, clock: FakeClock) -> None:
    ana.send(event(1, "open"))
    ana.search(clock, 40)
    clock.pass_s(20)
    ana.pause()
    clock.pass_s(300)
    ana.resume()
    clock.pass_s(30)
    for tab, first in ((TAB, 2), (OTHER_TAB, 1)):
        sent = (event(first, "open", t_ms=ana.now_ms - 900), mark(first + 1, tab, t_ms=ana.now_ms - 500))
        assert ana.send(*sent, tab=tab).json()["left_out"] == 0
    assert ana.marks == sorted((TAB, OTHER_TAB))
    assert [each.t_client_ms for each in ana.log if each.kind is EventKind.MARK] == [pytest.approx(89_500, abs=2)] * 2
