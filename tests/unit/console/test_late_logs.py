import random
from collections.abc import Mapping, Sequence
from datetime import UTC

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.attempt.events import Event, EventKind
from sim.attempt.replay import LASTING, Replay, replay_all
from sim.console import attempts
from sim.console.intake import accept_events, clamp_events
from sim.console.scores import settle
from sim.db.attempts import SilenceRow
from sim.features.debrief import debrief
from sim.features.record.exports import make_drill_rows
from sim.features.record.load import load_team_record
from sim.features.record.tables import make_result_table
from sim.features.team import given_drills, team
from sim.features.team.team_view import get_team_view
from tests.support.driven_drill import OTHER_TAB, TAB
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import LIMIT_S

Act = tuple[int, float, EventKind, Mapping[str, object]]
NOTHING: Sequence[Act] = ()


class Trainee:
    def __init__(self, app: App, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        self.team_id = team.add_team(app, "Front office")
        self.person_id = team.add_person(app, self.team_id, "Heron")
        self.attempt_id = given_drills.create_attempt(app, self.person_id, Phase.BEFORE)
        attempts.get_briefing(app, self.attempt_id)
        attempts.begin(app, self.attempt_id)
        self.began_s = clock.steady_s

    def post(self, at_s: float, acts: Sequence[Act] = NOTHING, *, tab: str = TAB, waiting: int = 0) -> str:
        self.clock.pass_s(at_s - (self.clock.steady_s - self.began_s))
        events = [
            Event.read(tab_id=tab, seq=seq, t_client_ms=made_s * 1000.0, kind=kind, payload=dict(payload))
            for seq, made_s, kind, payload in acts
        ]
        return accept_events(self.app, self.attempt_id, tab_id=tab, events=events, waiting=waiting).state

    def beat(self, from_s: float, to_s: float) -> None:
        at_s = from_s
        while at_s <= to_s:
            self.post(at_s)
            at_s += 4.0

    def marks(self) -> dict[str, float]:
        with self.app.store.read() as work:
            log = work.events.list_all(self.attempt_id)
        return {
            str(event.payload["mark_id"]): round(event.t_client_ms / 1000.0, 3)
            for event in clamp_events(log)
            if event.kind is EventKind.MARK
        }

    def line(self) -> str:
        (line,) = get_team_view(self.app, self.team_id).people[0].before
        return line.text


@pytest.fixture
def trainee(drill_app: App, clock: FakeClock) -> Trainee:
    return Trainee(drill_app, clock)


def opened(seq: int, made_s: float) -> Act:
    return seq, made_s, EventKind.OPEN, {"width": 1366, "height": 768, "touch": False}


def mark(seq: int, made_s: float) -> Act:
    payload = {"mark_id": f"f{seq}", "camera_id": "CAM-01", "frame": 32, "t_s": 3.2, "x": 0.5, "y": 0.5}
    return seq, made_s, EventKind.MARK, payload


def submitted(seq: int, made_s: float) -> Act:
    return seq, made_s, EventKind.SUBMIT, {"final_zone": None, "not_on_camera": False, "note": ""}


def test_a_submit_of_a_heard_tab_in_the_grace_cannot_say_it_was_made_long_before(trainee: Trainee) -> None:
    trainee.post(1.0, [opened(1, 1.0)])
    trainee.beat(4.0, LIMIT_S + 6.0)
    trainee.post(LIMIT_S + 7.0, [mark(2, 3.0), submitted(3, 3.0)])
    assert settle(trainee.app, trainee.attempt_id).timing.used_s == LIMIT_S
    assert trainee.marks() == {}


@pytest.mark.parametrize("wrong_s", [-3e8, -100.0, 100.0, 3e8])
def test_a_browser_whose_clock_is_off_is_taken_within_seconds(trainee: Trainee, wrong_s: float) -> None:
    trainee.post(1.0, [opened(1, 1.0 + wrong_s)])
    for seq in range(2, 40):
        trainee.post(float(seq), [mark(seq, seq - 0.5 + wrong_s)])
    assert all(abs(made_s - (int(name[1:]) - 0.5)) <= 3.5 for name, made_s in trainee.marks().items())
    assert len(trainee.marks()) == 38


def test_a_clock_that_jumps_about_keeps_the_order_and_loses_nothing(trainee: Trainee) -> None:
    trainee.post(1.0, [opened(1, 1.0)])
    trainee.post(2.0, [mark(2, 1.5), mark(3, 9_000.0), mark(4, -50.0), mark(5, 1.9)])
    assert list(trainee.marks()) == ["f4", "f2", "f5", "f3"]
    assert set(trainee.marks().values()) <= {0.0, 1.5, 1.9, 2.0}


def test_a_minute_offline_loses_no_mark_nor_its_time_and_is_told(trainee: Trainee) -> None:
    trainee.post(1.0, [opened(1, 1.0)])
    trainee.beat(4.0, 40.0)
    acts = [mark(seq, 40.0 + seq / 10.0) for seq in range(2, 502)]
    trainee.post(100.0, acts[:200], waiting=300)
    trainee.post(100.5, acts[200:400], waiting=100)
    trainee.post(101.0, acts[400:])
    trainee.post(104.0, [submitted(502, 103.9)])
    settle(trainee.app, trainee.attempt_id)
    marks = trainee.marks()
    assert len(marks) == 500
    assert all(made_s == pytest.approx(40.0 + int(name[1:]) / 10.0) for name, made_s in marks.items())
    with trainee.app.store.read() as work:
        (silence,) = (row.silence for row in work.list_rows(SilenceRow, SilenceRow.attempt_id == trainee.attempt_id))
    assert (silence.from_s, silence.to_s, silence.is_offline) == (40.0, pytest.approx(101.0), True)
    shown = debrief.get_debrief(trainee.app, trainee.attempt_id)
    assert shown.remarks[0] == "Nothing was heard from the browser for 61 seconds."
    assert shown.remarks[1].startswith("500 actions arrived")
    assert "Nothing was heard from the browser for 61 seconds" in trainee.line()


def test_a_whole_log_that_comes_in_bulk_is_told(trainee: Trainee) -> None:
    trainee.post(90.0, [opened(1, 0.5), *(mark(seq, float(seq)) for seq in range(2, 12)), submitted(12, 20.0)])
    row = settle(trainee.app, trainee.attempt_id)
    assert row.timing.used_s == 90.0
    assert row.late_events == 12
    assert row.unheard_s == pytest.approx(89.5)
    said = "12 actions arrived more than 10 seconds late, so their times are the browser's own."
    record = load_team_record(trainee.app, trainee.team_id)
    assert said.removesuffix(".") in trainee.line()
    assert said in make_result_table(record, UTC).rows[0][4], "and for good"
    sheet = make_drill_rows(record)
    assert said in sheet.rows[0][sheet.header.index("remarks")]


def test_a_drill_of_which_everything_was_heard_is_told_nothing_of(trainee: Trainee) -> None:
    played = (3, 1.6, EventKind.PLAY, {"t_s": 0.0, "speed": 1.0})
    trainee.post(1.0, [opened(1, 1.0), (2, 1.5, EventKind.FOCUS, {"camera_id": "CAM-01", "t_s": 0.0}), played])
    trainee.beat(4.0, 60.0)
    trainee.post(61.0, [mark(4, 60.5), submitted(5, 61.0)])
    row = settle(trainee.app, trainee.attempt_id)
    assert (row.unheard_s, row.late_events, row.unopened_marks) == (0.0, 0, 0)
    assert debrief.get_debrief(trainee.app, trainee.attempt_id).remarks == ()


def test_a_drill_that_waited_long_is_said_not_to_be_clean(trainee: Trainee) -> None:
    stalls = [
        (seq, float(seq), EventKind.STALL, {"t_s": 1.0, "seconds": wait_s}) for seq, wait_s in ((1, 4.0), (2, 8.5))
    ]
    trainee.post(60.0, [*stalls, submitted(3, 3.0)])
    (card,) = given_drills.list_attempts(trainee.app, trainee.team_id)
    assert card.row.stall_s == pytest.approx(12.5)
    said = "The connection cost about 12 seconds, so this time may not be comparable."
    assert debrief.get_debrief(trainee.app, trainee.attempt_id).remarks[0] == said
    assert f". {said}"[:-1] in trainee.line()


CAMERAS = ("CAM-01", "CAM-02", "CAM-03")


def make_event(rng: random.Random, tab: str, seq: int, at_s: float) -> Event:
    name, camera, t_s = f"n{rng.randrange(6)}", rng.choice(CAMERAS), round(rng.uniform(0, 15), 1)
    kinds: dict[EventKind, dict[str, object]] = {
        EventKind.PLAY: {"t_s": t_s, "speed": rng.choice((1, 2, -1)), "tick": True},
        EventKind.SPEED: {"t_s": t_s, "speed": rng.choice((1, 4))},
        EventKind.PAUSE: {"t_s": t_s},
        EventKind.SEEK: {"from_s": 0.0, "t_s": t_s},
        EventKind.FOCUS: {"camera_id": camera, "t_s": t_s},
        EventKind.PIN: {"camera_id": camera, "t_s": t_s, "wall_s": 2.0},
        EventKind.SYNC: {"t_s": t_s, "to": "wall"},
        EventKind.NOTE: {"text": f"note {seq}", "t_s": t_s},
        EventKind.KEY: {"name": "play", "t_s": t_s},
        EventKind.VIEW: {"name": "timeline", "from_s": 0.0, "to_s": t_s + 1, "t_s": t_s},
        EventKind.MARK: {"mark_id": name, "camera_id": camera, "frame": 3, "t_s": t_s, "x": 0.5, "y": 0.5},
        EventKind.UNMARK: {"mark_id": name, "t_s": t_s},
        EventKind.BOOKMARK: {"bookmark_id": name, "camera_id": camera, "t_s": t_s, "text": ""},
        EventKind.CHOICE: {"key": name, "value": rng.choice(("a", "")), "t_s": t_s},
        EventKind.CLIP: {"clip_id": name, "camera_id": camera, "from_s": 0.0, "to_s": t_s + 1, "t_s": t_s},
        EventKind.SUGGESTION: {"number": 1, "rank": 1, "t_s": t_s},
        EventKind.CALL: {"call_id": name, "t_s": t_s},
        EventKind.REPLY: {"call_id": name, "value": "yes", "t_s": t_s},
    }
    kind = rng.choice(list(kinds))
    return Event.read(tab_id=tab, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=kinds[kind])


def list_standing(found: Replay) -> tuple[object, ...]:
    made = (found.marks, found.bookmarks, found.faults, found.choices, found.clips, found.own_view, found.note)
    said = (found.final_zone, found.not_on_camera, found.list_similar())
    return (*made, *said, found.camera_id, found.t_s, found.speed, found.wall_s, found.timeline_s)


@pytest.mark.parametrize("seed", range(5))
def test_the_state_is_that_of_the_whole_log(drill_app: App, clock: FakeClock, seed: int) -> None:
    rng = random.Random(seed)
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    seqs = {TAB: 0, OTHER_TAB: 0}
    for second in range(1, 40):
        clock.pass_s(1.0)
        tab = rng.choice((TAB, TAB, OTHER_TAB))
        batch = []
        for part in range(rng.randrange(6)):
            seqs[tab] += 1
            batch.append(make_event(rng, tab, seqs[tab], second - 0.9 + part / 10.0))
        accept_events(drill_app, attempt_id, tab_id=tab, events=batch)
    with drill_app.store.read() as work:
        whole = clamp_events(work.events.list_all(attempt_id))
        standing = clamp_events(work.events.list_standing(attempt_id, lasting=LASTING))
    assert len(standing) < len(whole)
    part, full = replay_all(standing), replay_all(whole)
    assert list_standing(part) == list_standing(full)
    assert {name: (call.came_s, call.ended_s) for name, call in part.calls.items()} == {
        name: (call.came_s, call.ended_s) for name, call in full.calls.items()
    }
