"""What the room missed most: counted over all, without a name, and only once nobody is left whom it would tell."""

from dataclasses import asdict

import numpy as np

from sim.drill.event import Event, EventKind
from sim.drill.session_day import SessionKind, Starting
from sim.drill.simulated import simulate
from sim.scoring.moments import BoxRole
from sim.services.app.wiring import App
from sim.services.attempt.intake import accept_events
from sim.services.session_day import opening, running
from sim.services.session_day.group_debrief import get_group_debrief, load_missed_still
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
