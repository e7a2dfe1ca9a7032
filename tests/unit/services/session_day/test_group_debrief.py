"""What the room missed most: counted over all, without a name, and only once nobody is left whom it would tell."""

from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest

from sim.drill.event import Event, EventKind
from sim.drill.session_day import SessionKind, Starting
from sim.drill.simulated import simulate
from sim.errors import SessionError
from sim.scoring.moments import Boxed, BoxRole, Scene
from sim.services.app.wiring import App
from sim.services.attempt.intake import accept_events
from sim.services.session_day import opening, running
from sim.services.session_day.group_debrief import _find_scene, get_group_debrief, load_missed_still
from sim.tasks.common.skill import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.session_app import NAMES, Room, open_room

TAB = "0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11"


def open_same(app: App, clock: FakeClock) -> Room:
    """A session in which everybody seeks the same student, each beginning alone."""
    room = open_room(app)
    clock.pass_s(1)
    chosen = next(known for known in app.catalog.list_forms() if known.form.use == "parallel")
    plan = opening.Plan(
        team_id=room.team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.EACH,
        person_ids=tuple(room.people.values()),
        recording_id=chosen.recording_id,
        form_id=chosen.form.form_id,
    )
    return Room(app=app, session_id=opening.open_session(app, plan), team_id=room.team_id, people=room.people)


def begin(room: Room, name: str) -> str:
    (attempt_id,) = room.read_briefing(*room.join(name))
    running.begin_own(room.app, attempt_id)
    return attempt_id


def hand_in_nothing(app: App, attempt_id: str) -> None:
    payload = {"final_zone": None, "not_on_camera": False, "note": ""}
    event = Event(tab_id=TAB, seq=1, t_client_ms=1000.0, kind=EventKind.SUBMIT, payload=payload)
    accept_events(app, attempt_id, tab_id=TAB, events=[event])


def search_well(app: App, clock: FakeClock, attempt_id: str) -> None:
    with app.store.read() as work:
        known = app.catalog.get_form(work.attempts.get(attempt_id).form_id)
    events = simulate(
        known.form.task,
        app.catalog.get_truth(known.recording_id),
        rng=np.random.default_rng(3),
        skill=PERFECT,
        limit_s=known.form.limit_s,
        look_alikes=app.catalog.list_look_alikes(known.recording_id, known.form.target),
    )
    clock.pass_s(events[-1].t_client_ms / 1000.0)
    accept_events(app, attempt_id, tab_id=events[0].tab_id, events=events)


def test_misses_are_counted_over_the_room_and_shown_on_map_and_frames(drill_app: App, clock: FakeClock) -> None:
    room = open_same(drill_app, clock)
    ana, ben, cy = (begin(room, name) for name in ("Ana", "Ben", "Cy"))
    clock.pass_s(5)
    for attempt_id in (ana, ben):
        hand_in_nothing(drill_app, attempt_id)
    search_well(drill_app, clock, cy)
    view = get_group_debrief(drill_app, room.session_id)
    assert (view.held_until, view.drills, view.passed) == ("", 3, 1)
    assert view.missed
    assert all((each.missed, each.of) == (2, 3) for each in view.missed)
    assert all(each.clock for each in view.missed)
    assert [mark.number for mark in view.marks] == sorted((mark.number for mark in view.marks), reverse=True)
    assert view.rule
    for each in view.missed:
        assert each.scene is None or {boxed.role for boxed in each.scene.boxes} == {BoxRole.STUDENT}
    pictures = [load_missed_still(drill_app, view, each) for each in view.missed]
    assert any(picture is not None and picture.startswith(b"\xff\xd8") for picture in pictures)
    told = repr({**asdict(view), "plan": None})
    for name in NAMES:
        assert name.split()[0] not in told


def test_it_waits_for_those_who_still_have_to_do_these_drills(drill_app: App, clock: FakeClock) -> None:
    room = open_same(drill_app, clock)
    ana = begin(room, "Ana")
    clock.pass_s(5)
    hand_in_nothing(drill_app, ana)
    view = get_group_debrief(drill_app, room.session_id)
    assert view.held_until
    assert not view.missed


def test_a_room_in_which_nobody_has_ended_has_none(drill_app: App) -> None:
    view = get_group_debrief(drill_app, open_room(drill_app).session_id)
    assert (view.drills, view.missed, view.held_until) == (0, (), "")
    with pytest.raises(SessionError):
        get_group_debrief(drill_app, "nothing")


def test_of_several_frames_the_one_in_which_the_student_is_largest_is_shown() -> None:
    def make_view(*frames: tuple[int, tuple[float, float, float, float]], is_good: bool = False) -> SimpleNamespace:
        moments = [
            SimpleNamespace(
                is_good=is_good,
                place="CAM-06, 3:06:22 PM",
                scenes=(Scene(camera_id="CAM-06", frame=frame, boxes=(Boxed(role=BoxRole.STUDENT, box_xyxy=box),)),),
            )
            for frame, box in frames
        ]
        return SimpleNamespace(moments=SimpleNamespace(moments=moments))

    edge, middle, near = (0.0, 90.0, 8.0, 140.0), (200.0, 90.0, 240.0, 190.0), (200.0, 0.0, 400.0, 300.0)
    views = [make_view((10, edge)), make_view((40, middle)), make_view((70, near), is_good=True)]
    found = _find_scene(views, "CAM-06", "3:06:22 PM")
    assert found is not None
    assert found.frame == 40, "not at the edge, and none of what was found"
    assert _find_scene(views, "CAM-06", "3:07:00 PM") is None
