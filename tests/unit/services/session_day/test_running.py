"""The course of a session: waiting, briefing, start, end; servers that die and clocks that jump."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from sim.drill.attempt import AttemptState
from sim.drill.event import Event, EventKind
from sim.drill.session_day import Attendance, Place, SessionKind, Starting
from sim.drill.simulated import simulate
from sim.errors import AttemptError, SessionError
from sim.scoring.moments import BoxRole
from sim.services.app.wiring import App
from sim.services.attempt import attempts, scores
from sim.services.attempt import questions as help_requests
from sim.services.attempt.intake import accept_events
from sim.services.debrief import page as debrief
from sim.services.library.form_library import get_form_library
from sim.services.session_day import attendance, joining, opening, running
from sim.services.session_day.board import Stage
from sim.services.session_day.group_debrief import get_group_debrief, load_missed_still
from sim.services.session_day.sessions import get_details, get_invitation, set_extra_time, suggest
from sim.services.team.attempts_table import export_team
from sim.tasks.common.simulated_user import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.session_app import NAMES, Room, open_room
from tests.support.tiny_app import LIMIT_S, reopen


def place_of(room: Room, own: str) -> Place:
    return joining.get_seat(room.app, own).place


def test_together_everybody_waits_reads_and_starts_at_one_moment(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    assert place_of(room, ana) is Place.WAITING
    with pytest.raises(SessionError, match="not open"):
        joining.enter_drill(drill_app, ana)
    with pytest.raises(SessionError, match="briefing first"):
        running.start(drill_app, room.session_id)
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    assert len(set(given)) == 2
    assert [room.row(name).stage for name in ("Ana", "Ben", "Cy")] == [Stage.BRIEFING, Stage.BRIEFING, Stage.AWAY]
    clock.pass_s(5)
    with pytest.raises(SessionError, match="wait for the start"):
        running.begin_own(drill_app, given[0])
    assert running.start(drill_app, room.session_id) == 2
    with drill_app.store.read() as work:
        released = {work.attempts.get(each).timing.released_at for each in given}
    assert released == {clock.read().wall}
    clock.pass_s(30)
    assert running.start(drill_app, room.session_id) == 0
    assert [room.row(name).used_s for name in ("Ana", "Ben", "Cy")] == [30.0, 30.0, None]


def test_who_comes_late_or_is_not_looking_begins_alone(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.pass_s(60)
    running.note_seen(drill_app, given[0])
    assert (room.row("Ana").is_there, room.row("Ben").is_there, room.row("Ben").quiet_s) == (True, False, 60.0)
    assert running.start(drill_app, room.session_id) == 1
    assert attempts.get_state(drill_app, given[1]) is AttemptState.BRIEFED
    assert not running.is_held(drill_app, given[1])
    running.begin_own(drill_app, given[1])
    (late,) = room.read_briefing(*room.join("Cy"))
    running.begin_own(drill_app, late)
    assert room.board.count(Stage.DRILL) == 3


def test_getting_to_know_the_console_begins_with_the_start(drill_app: App) -> None:
    room = open_room(drill_app, kind=SessionKind.FAMILIARIZATION)
    (ana,) = room.join("Ana")
    assert place_of(room, ana) is Place.WAITING
    running.start(drill_app, room.session_id)
    attempt_id = joining.enter_drill(drill_app, ana)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert joining.enter_drill(drill_app, ana) == attempt_id


def test_a_drill_goes_on_after_the_session_has_ended(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    ana, ben = room.join("Ana", "Ben")
    (attempt_id,) = room.read_briefing(ana)
    running.begin_own(drill_app, attempt_id)
    running.end(drill_app, room.session_id)
    assert (place_of(room, ana), place_of(room, ben)) == (Place.DRILL, Place.OVER)
    with pytest.raises(SessionError, match="has ended"):
        room.join("Cy")
    with pytest.raises(SessionError, match="not open"):
        joining.enter_drill(drill_app, ben)
    assert not room.board.all_ended
    clock.pass_s(LIMIT_S)
    assert room.row("Ana").stage is Stage.TIMED_OUT
    assert room.board.all_ended


def test_a_briefing_whose_session_ended_before_the_start_is_held_no_more(drill_app: App) -> None:
    room = open_room(drill_app)
    (own,) = room.join("Ana")
    running.show_briefing(drill_app, room.session_id)
    (attempt_id,) = room.read_briefing(own)
    assert running.is_held(drill_app, attempt_id)
    running.end(drill_app, room.session_id)
    assert not running.is_held(drill_app, attempt_id)
    with pytest.raises(SessionError, match="has ended"):
        running.start(drill_app, room.session_id)
    again = open_room(drill_app, team_id=room.team_id)
    (own,) = again.join("Ana")
    running.show_briefing(drill_app, again.session_id)
    assert again.read_briefing(own) == [attempt_id]
    assert running.is_held(drill_app, attempt_id)


def test_a_killed_server_forgets_nothing(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.pass_s(10)
    clock.restart(epoch="run-2")
    second = reopen(drill_app, clock)
    assert running.start(second, room.session_id) == 2
    clock.pass_s(40)
    clock.restart(epoch="run-3")
    clock.pass_s(20)
    third = reopen(second, clock)
    again = Room(app=third, session_id=room.session_id, team_id=room.team_id, people=room.people)
    assert joining.enter_drill(third, ana) == given[0]
    assert [again.row(name).used_s for name in ("Ana", "Ben")] == [60.0, 60.0]
    second.close()
    third.close()


def test_a_wall_clock_set_back_or_on_gives_and_takes_no_time(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    ana, ben = room.join("Ana", "Ben")
    running.show_briefing(drill_app, room.session_id)
    given = room.read_briefing(ana, ben)
    clock.set_wall(-3600)
    assert (room.row("Ana").quiet_s, room.row("Ana").is_there) == (0.0, True)
    assert running.start(drill_app, room.session_id) == 2
    clock.pass_s(10)
    clock.set_wall(7200)
    assert room.row("Ana").used_s == 10.0
    clock.set_wall(22 * 3600)  # with the two hours before, short of 24: a seat ends 12 hours after its day
    assert room.board.is_over
    assert (room.row("Ana").used_s, room.row("Ana").stage) == (10.0, Stage.DRILL)
    assert place_of(room, ana) is Place.DRILL
    assert attempts.get_state(drill_app, given[1]) is AttemptState.RUNNING


def test_what_the_console_posts_is_a_sign_of_life(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    running.begin_own(drill_app, attempt_id)
    clock.pass_s(50)
    assert not room.row("Ana").is_there
    accept_events(drill_app, attempt_id, tab_id="0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11", events=())
    assert (room.row("Ana").is_there, room.row("Ana").quiet_s) == (True, 0.0)


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


def came(room: Room) -> dict[str, str]:
    return {name: room.row(name).attendance.value for name in room.people}


def test_who_joins_a_make_up_has_made_it_up(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    running.end(drill_app, room.session_id)
    hint = suggest(drill_app, room.team_id, makes_up=room.session_id, step_id=None)
    assert set(hint.person_ids) == {room.people["Ben"], room.people["Cy"]}
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    running.end(drill_app, second.session_id)
    third = open_room(drill_app, team_id=room.team_id, makes_up=second.session_id)
    third.join("Ben")
    assert came(room) == {"Ana": "present", "Ben": "made_up", "Cy": "absent"}
    assert came(second) == {"Ana": "absent", "Ben": "made_up", "Cy": "absent"}
    (change,) = attendance.list_changes(drill_app, room.session_id)
    assert (change.name, change.was, change.became) == ("Ben Hill", Attendance.ABSENT, Attendance.MADE_UP)


def test_a_correction_needs_a_reason_and_is_kept(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    running.end(drill_app, room.session_id)
    ben = room.people["Ben"]
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(SessionError, match="reason"):
            attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason=reason)
    words = 'came, "no device" <b>=1+1'
    assert attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason=words)
    assert not attendance.correct(drill_app, room.session_id, ben, Attendance.PRESENT, reason="again")
    clock.pass_s(60)
    assert attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="mixed up")
    changes = attendance.list_changes(drill_app, room.session_id)
    assert [(each.was.value, each.became.value, each.reason) for each in changes] == [
        ("absent", "present", words),
        ("present", "absent", "mixed up"),
    ]


def test_who_was_put_down_as_absent_and_joins_is_present_with_a_record(drill_app: App) -> None:
    room = open_room(drill_app)
    attendance.correct(drill_app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="called in ill")
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    room.join("Ana")
    changes = attendance.list_changes(drill_app, room.session_id)
    assert [each.became.value for each in changes] == ["absent", "present", "absent", "present"]


def test_a_call_for_help_waits_on_the_board_until_it_is_answered(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    with pytest.raises(AttemptError, match="does not run"):
        help_requests.ask_help(drill_app, attempt_id)
    running.begin_own(drill_app, attempt_id)
    assert attempts.get_console(drill_app, attempt_id).data["help"] == {"asked": 0, "answered": 0}
    asked_at = clock.pass_s(42).wall
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 1, "answered": 0}
    clock.pass_s(5)
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 1, "answered": 0}
    assert (room.row("Ana").help_at, room.row("Ben").help_at) == (asked_at, None)
    help_requests.answer_help(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").help_at is None
    assert help_requests.get_help(drill_app, attempt_id) == {"asked": 1, "answered": 1}
    assert help_requests.ask_help(drill_app, attempt_id) == {"asked": 2, "answered": 1}
    calls = get_details(drill_app, room.session_id, room.people["Ana"]).calls
    assert [(call.elapsed_s, call.answered_at is None) for call in calls] == [(42.0, False), (47.0, True)]
    with pytest.raises(SessionError, match="no drill yet"):
        help_requests.answer_help(drill_app, room.session_id, room.people["Ben"])


def test_who_did_not_come_to_the_make_up_session_after_all_has_made_up_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana", "Ben"))
    room.join("Ana")
    running.end(drill_app, room.session_id)
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    second.join("Ben")
    ben = room.people["Ben"]
    assert room.row("Ben").attendance is Attendance.MADE_UP
    attendance.correct(drill_app, second.session_id, ben, Attendance.ABSENT, reason="another person")
    assert room.row("Ben").attendance is Attendance.ABSENT
    attendance.correct(drill_app, second.session_id, ben, Attendance.PRESENT, reason="it was them")
    assert room.row("Ben").attendance is Attendance.MADE_UP
    attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="no")
    attendance.correct(drill_app, room.session_id, ben, Attendance.MADE_UP, reason="elsewhere")
    attendance.correct(drill_app, second.session_id, ben, Attendance.ABSENT, reason="not there")
    assert room.row("Ben").attendance is Attendance.MADE_UP, "what a trainer entered themselves stays"


def test_a_name_taken_by_mistake_at_a_make_up_session_has_made_up_nothing(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana", "Ben"))
    room.join("Ana")
    running.end(drill_app, room.session_id)
    second = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    (seat,) = second.join("Ben")
    assert room.row("Ben").attendance is Attendance.MADE_UP
    joining.leave_seat(drill_app, seat)
    assert (room.row("Ben").attendance, second.row("Ben").attendance) == (Attendance.ABSENT, Attendance.INVITED)
    second.join("Ben")
    assert room.row("Ben").attendance is Attendance.MADE_UP


@pytest.fixture
def room(drill_app: App) -> Room:
    return open_room(drill_app, starting=Starting.EACH, extra_time={"Ana": 1.5})


def test_the_limit_is_longer_wherever_it_is_shown_or_compared(room: Room, clock: FakeClock) -> None:
    attempt_id = begin(room, "Ana")
    other = begin(room, "Ben")
    assert attempts.get_briefing(room.app, attempt_id).limit_s == 1.5 * LIMIT_S
    assert attempts.get_console(room.app, attempt_id).data["limit_s"] == 1.5 * LIMIT_S
    clock.pass_s(LIMIT_S)
    assert attempts.get_state(room.app, attempt_id) is AttemptState.RUNNING
    assert attempts.get_state(room.app, other) is AttemptState.TIMED_OUT
    clock.pass_s(0.5 * LIMIT_S)
    assert attempts.get_state(room.app, attempt_id) is AttemptState.TIMED_OUT


def test_nothing_that_the_trainee_gets_names_it(room: Room, clock: FakeClock) -> None:
    attempt_id, other = begin(room, "Ana"), begin(room, "Ben")
    data = [attempts.get_console(room.app, each).data for each in (attempt_id, other)]
    assert data[0].keys() == data[1].keys()
    assert "extra" not in json.dumps(data[0])
    briefing = attempts.get_briefing(room.app, attempt_id)
    assert "extra" not in repr(briefing)
    clock.pass_s(2 * LIMIT_S)
    scores.settle(room.app, attempt_id)
    assert "extra" not in repr(debrief.get_debrief(room.app, attempt_id)).lower()


def test_the_board_cannot_tell_who_has_it(room: Room, clock: FakeClock) -> None:
    for name in ("Ana", "Ben"):
        begin(room, name)
    for _ in range(4):
        ana, ben = room.row("Ana"), room.row("Ben")
        assert replace(ana, person_id="", name="") == replace(ben, person_id="", name="")
        clock.pass_s(LIMIT_S / 4 - 1)
    clock.pass_s(60)
    ana, ben = room.row("Ana"), room.row("Ben")
    assert (ana.stage, ana.used_s) == (ben.stage, ben.used_s) == (Stage.TIMED_OUT, None)
    assert get_details(room.app, room.session_id, room.people["Ana"]).extra_time == 1.5


def test_it_stays_out_of_the_times_that_others_are_measured_by(room: Room, clock: FakeClock) -> None:
    for name in ("Ana", "Ben"):
        begin(room, name)
    clock.pass_s(2 * LIMIT_S)
    table = export_team(room.app, room.team_id, by_name=True).set_index("person_id")
    assert dict(table["extra_time"]) == {"Ben Hill": "no"}, "no file tells who had it"
    with room.app.store.read() as work:
        assert [row.person_id for row in work.attempts.list_done()] == [room.people["Ben"]]
    assert get_form_library(room.app).done == 1


def test_it_can_be_set_until_the_clock_runs_and_is_kept_for_the_next_session(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    (attempt_id,) = room.read_briefing(*room.join("Ben"))
    set_extra_time(app, room.session_id, ben, 2.0)
    assert attempts.get_briefing(app, attempt_id).limit_s == 2.0 * LIMIT_S
    set_extra_time(app, room.session_id, ben, 1.25)
    assert attempts.get_briefing(app, attempt_id).limit_s == 1.25 * LIMIT_S
    with pytest.raises(SessionError):
        set_extra_time(app, room.session_id, ben, 3.0)
    running.begin_own(app, attempt_id)
    with pytest.raises(SessionError, match="clock has started"):
        set_extra_time(app, room.session_id, ben, 1.0)
    assert not get_details(app, room.session_id, ben).can_change_time
    assert get_invitation(app, room.team_id).extra_time == {
        room.people["Ana"]: 1.5,
        ben: 1.25,
        room.people["Cy"]: 1.0,
    }
    later = open_room(app, names=(), team_id=room.team_id)
    assert later.row("Ana").person_id == room.people["Ana"]
    with app.store.read() as work:
        assert opening.find_usual_extra_time(work, ben) == 1.0


def test_a_drill_given_before_takes_the_sessions_time_and_console(drill_app: App) -> None:
    first = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = first.read_briefing(*first.join("Ana"))
    running.end(drill_app, first.session_id)
    again = open_room(drill_app, team_id=first.team_id, starting=Starting.EACH, extra_time={"Ana": 1.5})
    assert again.read_briefing(*again.join("Ana")) == [attempt_id]
    assert attempts.get_briefing(drill_app, attempt_id).limit_s == 1.5 * LIMIT_S
