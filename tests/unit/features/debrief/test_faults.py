from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.app.settings import read_settings
from sim.app.wiring import App, open_app
from sim.attempt.attempt import Mode
from sim.attempt.events import EventKind, FaultReport
from sim.attempt.posted import ReportedFault
from sim.console import attempts
from sim.db.attempts import AttemptRow
from sim.features.debrief.console_use import compare_faults
from sim.features.debrief.debrief import get_debrief
from sim.features.debrief.map import MOST_MARKS, MapMark, MapView, choose_marks
from sim.features.debrief.practice import make_practice_views
from sim.features.operations.demo import SteppedClock, play_attempt
from sim.features.team import team
from sim.footage.recording.open import Recording
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT, Skill
from sim.tasks.common.task_words import Advice, Trains
from tests.support.fake_clock import FakeClock
from tests.support.faulty_recording import DEAD, LATE, MISNAMED, SLOW, read_faults
from tests.support.given import load_attempt
from tests.support.played_attempt import Act, play_by_acts, play_by_skill
from tests.support.story_truth import SHIPPED
from tests.support.tiny_app import lay_out_library, make_tiny_app

START = datetime(2026, 9, 14, 8, 0, 0)


def report(camera_id: str, fault: ReportedFault, text: str = "") -> FaultReport:
    return FaultReport(fault_id=f"{camera_id}-{fault}", camera_id=camera_id, fault=fault, t_s=1.0, text=text)


def compare(faults: tuple, *reports: FaultReport, window_s: tuple[float, float] = (0.0, 60.0)) -> list[tuple[str, ...]]:
    views = compare_faults(faults, reports, window_s=window_s, duration_s=90.0, start=START, names={"A": "Lobby"})
    return [(view.camera_id, view.wrong, view.reported, view.outcome) for view in views]


@pytest.mark.parametrize(
    ("fault", "words", "kind"),
    [
        ({"kind": "clock-offset", "offset_s": -95}, "Its clock is 1 min 35 s slow", ReportedFault.WRONG_CLOCK),
        ({"kind": "wrong-name", "shown": 'The "Gym"'}, 'It calls itself “The "Gym"”', ReportedFault.WRONG_NAME),
        (
            {"kind": "dead-span", "from_s": 10, "to_s": 20.5},
            "No picture, 8:00:10 AM to 8:00:20 AM",
            ReportedFault.NO_PICTURE,
        ),
        ({"kind": "dirty-lens"}, "A dirty lens", ReportedFault.UNCLEAR),
        ({"kind": "glare", "at": [0.5, 0.5]}, "Glare of bright light", ReportedFault.UNCLEAR),
        ({"kind": "low-light", "from_s": 30}, "Too little light, from 8:00:30 AM on", ReportedFault.UNCLEAR),
        (
            {"kind": "moved-view", "from_s": 30, "to_s": 90, "yaw_deg": 5},
            "Someone turned it, from 8:00:30 AM on",
            ReportedFault.MOVED,
        ),
        ({"kind": "low-frame-rate", "fps": 2.5}, "Choppy: 2.5 pictures a second", ReportedFault.CHOPPY),
    ],
)
def test_every_kind_of_fault_is_found_by_its_report_and_no_other(fault: dict, words: str, kind: ReportedFault) -> None:
    faults = read_faults({"camera": "A", **fault})
    assert [line[1:] for line in compare(faults)] == [(words, "", "missed")]
    (found,) = compare(faults, report("A", kind, "look"))
    assert (found[1], found[3]) == (words, "found")
    assert found[2].endswith(": look")
    for other in set(ReportedFault) - {kind, ReportedFault.OTHER}:
        assert [line[3] for line in compare(faults, report("A", other))] == ["missed", "no such fault"]
    assert [line[3] for line in compare(faults, report("B", kind))] == ["missed", "no such fault"]


def test_what_another_drill_asks_about_is_not_told() -> None:
    faults = read_faults({"camera": "A", "kind": "clock-offset", "offset_s": -95})
    reports = (report("A", ReportedFault.WRONG_CLOCK), report("B", ReportedFault.WRONG_CLOCK))
    views = compare_faults(
        faults,
        reports,
        window_s=(0.0, 60.0),
        duration_s=90.0,
        start=START,
        names={},
        untold={ReportedFault.WRONG_CLOCK},
    )
    assert [(view.wrong, view.reported, view.outcome) for view in views] == [
        ("Not shown here", "Clock is wrong", "another drill asks about this")
    ] * 2, "the one that is right is told like the one that is not"


def test_outside_the_time_asked_for_only_what_was_reported_is_told() -> None:
    faults = read_faults({"kind": "dead-span", "camera": "A", "from_s": 70, "to_s": 80})
    assert compare(faults) == []
    assert [line[3] for line in compare(faults, report("A", ReportedFault.NO_PICTURE))] == ["found"]


@pytest.fixture
def faulty_app(tmp_path: Path, faulty_recording: Recording, clock: FakeClock) -> Iterator[App]:
    app = make_tiny_app(tmp_path / "data", lay_out_library(tmp_path / "library", faulty_recording), clock)
    yield app
    app.close()


def test_the_debrief_tells_found_missed_and_wrongly_reported(faulty_app: App, clock: FakeClock) -> None:
    reports = [(LATE, "wrong-clock"), (SLOW, "choppy"), (SLOW, "moved"), (DEAD, "unclear")]
    acts: list[Act] = [
        (n + 1.0, EventKind.FAULT, {"fault_id": str(n), "camera_id": camera, "fault": fault, "t_s": 1.0, "text": ""})
        for n, (camera, fault) in enumerate(reports)
    ]
    acts.append((5.0, EventKind.UNFAULT, {"fault_id": "3"}))
    form_id = faulty_app.catalog.list_forms()[0].form.form_id
    faults = get_debrief(faulty_app, play_by_acts(faulty_app, clock, form_id, acts)).faults
    assert {(view.camera_id, view.outcome) for view in faults} == {
        (LATE, "found"),
        (SLOW, "found"),
        (SLOW, "no such fault"),
        (DEAD, "missed"),
        (MISNAMED, "missed"),
    }
    late = next(view for view in faults if view.camera_id == LATE)
    assert (late.camera_name, late.wrong) == ("Cafeteria", "Its clock is 1 min 35 s slow")


def play(app: App, person_id: str | None, skill: Skill, *, days_ago: int, form_id: str = "tiny-trace-a") -> str:
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - timedelta(days=days_ago)))
    earlier = replace(app, clock=clock)
    attempt_id = attempts.create(earlier, form_id=form_id, mode=Mode.PRACTICE, person_id=person_id)
    play_attempt(earlier, clock, attempt_id, rng=np.random.default_rng(1), skill=skill)
    return attempt_id


def test_the_last_try_stands_beside_this_one(drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Maple Ridge")
    person_id, other_id = (team.add_person(drill_app, team_id, name) for name in ("Ana Lopez", "Ben Hill"))
    first = get_debrief(drill_app, play(drill_app, person_id, FOLLOWER, days_ago=3))
    play(drill_app, other_id, PERFECT, days_ago=2)
    play(drill_app, None, PERFECT, days_ago=2)
    view = get_debrief(drill_app, play(drill_app, person_id, PERFECT, days_ago=1, form_id="tiny-trace-b"))
    assert first.last_try is None
    last = view.last_try
    assert last is not None
    assert (last.title, last.asked_the_same) == (first.title, False)
    *lines, (label, _, _) = last.lines
    assert label == "Time"
    before, now = ({part.label: part.value for part in each.parts} for each in (first, view))
    assert lines
    assert all((then, this) == (before[label], now[label]) for label, then, this in lines)
    assert (view.person, view.school) == ("Ana Lopez", "Maple Ridge")


PREFIX = f"{SHIPPED.name}-"


@pytest.fixture
def shipped_app(tmp_path: Path, clock: FakeClock) -> App:
    return open_app(read_settings({"SIGHTLINE_DATA": str(tmp_path)}), clock)


def make_row(app: App, form_id: str, *, person_id: str | None = None) -> AttemptRow:
    attempt_id = attempts.create_practice(app, form_id=form_id)
    with app.store.read() as work:
        return replace(work.attempts.get(attempt_id), person_id=person_id)


def choose(app: App, row: AttemptRow, *trains: Trains) -> list[str | None]:
    _, following, views = make_practice_views(app, row, [Advice("Do.", trains=each) for each in trains])
    return [
        None if view is None or view.form_id is None else view.form_id.removeprefix(PREFIX)
        for view in (following, *views)
    ]


def test_again_is_the_same_drill_and_next_is_another(shipped_app: App) -> None:
    for name, after in (
        ("practice-1", "practice-2"),
        ("pull-up-2", "pull-up-1"),
        ("screening-1", None),
        ("short-search-2", "short-search-3"),
        ("short-search-8", "practice-1"),
    ):
        again, following, _ = make_practice_views(shipped_app, make_row(shipped_app, PREFIX + name), [])
        assert again is not None
        assert again.form_id == PREFIX + name
        assert (None if following is None else following.form_id) == (None if after is None else PREFIX + after)


def test_each_skill_gets_a_drill_that_trains_it(shipped_app: App) -> None:
    row = make_row(shipped_app, f"{PREFIX}practice-1")
    catalog = shipped_app.catalog
    following, alike = choose(shipped_app, row, Trains.LOOK_ALIKES)
    target = catalog.get_form(f"{PREFIX}{alike}").form.target
    assert catalog.list_look_alikes(SHIPPED.name, target)
    _, many = choose(shipped_app, row, Trains.NEXT_CAMERA)
    forms = [known.form for known in catalog.list_forms() if known.recording_id == row.recording_id]
    traces = [form for form in forms if (form.type, form.use) == ("trace", "practice")]
    legs = {form.form_id: form.difficulty.legs for form in traces if form.difficulty}
    assert legs[f"{PREFIX}{many}"] == max(legs.values())
    assert choose(shipped_app, row, Trains.LAST_PLACE) == ["practice-2", "locate-1"]
    assert choose(shipped_app, row, Trains.CHECKS) == ["practice-2", "screening-1"]
    assert choose(shipped_app, row, Trains.SAME) == [following] == ["practice-2"]
    assert catalog.get_form(f"{PREFIX}{following}").form.target != catalog.get_form(row.form_id).form.target


@pytest.mark.parametrize("is_on_team", [True, False])
def test_nobody_is_offered_a_form_that_measures(shipped_app: App, *, is_on_team: bool) -> None:
    person_id = team.add_person(shipped_app, team.add_team(shipped_app, "Front office"), "Ana") if is_on_team else None
    row = make_row(shipped_app, f"{PREFIX}practice-1", person_id=person_id)
    chosen = choose(shipped_app, row, *Trains)
    uses = [shipped_app.catalog.get_form(f"{PREFIX}{form}").form.use for form in chosen if form is not None]
    assert uses
    assert set(uses) == {"practice"}


@pytest.mark.parametrize("done", ["trace-a", "practice-1"])
def test_nobody_practices_where_their_team_is_measured(shipped_app: App, done: str) -> None:
    office = team.add_team(shipped_app, "Front office")
    ana, ben = (team.add_person(shipped_app, office, name) for name in ("Ana", "Ben"))
    measured = attempts.create(shipped_app, form_id=f"{PREFIX}trace-a", mode=Mode.ASSESSMENT, person_id=ana)
    row = make_row(shipped_app, PREFIX + done, person_id=ben)
    row = load_attempt(shipped_app, measured) if done == "trace-a" else row
    again, following, views = make_practice_views(shipped_app, row, [Advice("Do.", trains=each) for each in Trains])
    offered = [view.form_id for view in (following, *views) if view is not None and view.form_id is not None]
    assert again is None
    assert following is not None
    assert SHIPPED.name not in {shipped_app.catalog.get_form(form_id).recording_id for form_id in offered}


def test_where_all_footage_measures_the_team_nothing_is_offered(drill_app: App) -> None:
    ana = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Ana")
    attempts.create(drill_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT, person_id=ana)
    row = make_row(drill_app, "tiny-practice-1", person_id=ana)
    advice = [Advice("Slow down."), Advice("Watch.", trains=Trains.CHECKS)]
    again, following, views = make_practice_views(drill_app, row, advice)
    assert (again, following) == (None, None)
    assert [(view.sentence, view.form_id) for view in views] == [("Watch.", None)]


FORM = "tiny-trace-a"


def get_map(app: App, attempt_id: str) -> MapView:
    view = get_debrief(app, attempt_id).map
    assert view is not None
    return view


def make_mark_act(number: int, camera_id: str, t_s: float, *, x: float, y: float) -> Act:
    place = {"camera_id": camera_id, "frame": round(t_s * 10), "t_s": t_s, "x": x, "y": y}
    return (1.0 + number / 1000.0, EventKind.MARK, {"mark_id": f"mark-{number}", **place})


def test_marks_are_numbered_by_site_time_and_told_apart_in_words(drill_app: App, clock: FakeClock) -> None:
    view = get_map(drill_app, play_by_skill(drill_app, clock, FORM, FOLLOWER, seed=1))
    assert [mark.number for mark in view.marks] == list(range(1, len(view.marks) + 1))
    assert [mark.t_s for mark in view.marks] == sorted(mark.t_s for mark in view.marks)
    assert {mark.kind: mark.words for mark in view.marks} == {"right": "correct", "wrong person": "wrong person"}


def test_a_mark_on_nobody_lies_before_its_camera(drill_app: App, clock: FakeClock) -> None:
    act = make_mark_act(1, "CAM-03", 0.0, x=0.01, y=0.99)
    (mark,) = get_map(drill_app, play_by_acts(drill_app, clock, FORM, [(0.0, EventKind.OPEN, {}), act])).marks
    assert (mark.kind, mark.words, mark.camera_id) == ("nobody", "no one there", "CAM-03")
    site = drill_app.catalog.get_recording("tiny").site
    camera = site.get_camera("CAM-03")
    assert mark.floor == camera.floor
    assert 0.0 < np.hypot(mark.x_m - camera.position_m[0], mark.y_m - camera.position_m[1]) < 10.0


def test_a_mark_above_the_horizon_stays_on_the_plan(drill_app: App, clock: FakeClock) -> None:
    acts = [make_mark_act(n, f"CAM-0{n}", 0.0, x=0.0, y=0.0) for n in range(1, 5)]
    marks = get_map(drill_app, play_by_acts(drill_app, clock, FORM, [(0.0, EventKind.OPEN, {}), *acts])).marks
    points = [point for space in drill_app.catalog.get_recording("tiny").site.spaces for point in space.polygon]
    xs, ys = zip(*points, strict=True)
    assert len(marks) == 4
    for mark in marks:
        assert min(xs) <= mark.x_m <= max(xs)
        assert min(ys) <= mark.y_m <= max(ys)


def test_the_axis_has_the_student_s_stretches_and_what_was_watched(drill_app: App, clock: FakeClock) -> None:
    acts: list[Act] = [
        (0.0, EventKind.OPEN, {}),
        (1.0, EventKind.FOCUS, {"camera_id": "CAM-02", "t_s": 3.0}),
        (1.0, EventKind.PLAY, {"t_s": 3.0, "speed": 1.0}),
        (4.0, EventKind.PLAY, {"t_s": 6.0, "speed": 1.0, "tick": True}),
        (6.0, EventKind.PAUSE, {"t_s": 8.0}),
    ]
    attempt_id = play_by_acts(drill_app, clock, FORM, acts)
    view = get_map(drill_app, attempt_id)
    assert [(span.camera_id, span.from_s, span.to_s) for span in view.watched] == [("CAM-02", 3.0, 8.0)]
    truth = drill_app.catalog.get_truth("tiny")
    target = drill_app.catalog.get_form(FORM).form.target
    own = sorted((a.start_s, a.end_s, a.camera_id) for a in truth.appearances if a.person_id == target)
    assert sorted((span.from_s, span.to_s, span.camera_id) for span in view.student) == own


def test_of_many_marks_the_right_ones_and_the_earliest_are_drawn() -> None:
    place: dict[str, Any] = {
        "t_s": 0.0,
        "clock": "8:00:00 AM",
        "camera_id": "C",
        "camera_name": "C",
        "x_m": 0.0,
        "y_m": 0.0,
    }
    kinds = ["nobody"] * 200 + ["right"] * 30
    marks = [
        MapMark(number=number, kind=kind, words=kind, count=1, floor="1", **place)
        for number, kind in enumerate(kinds, start=1)
    ]
    assert [mark.number for mark in choose_marks(marks)] == [*range(1, MOST_MARKS - 29), *range(201, 231)]
    assert choose_marks(marks[:5]) == tuple(marks[:5])
