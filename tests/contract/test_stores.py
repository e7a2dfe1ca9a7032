"""Drills, programs and sessions in the database: one body over every kind of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.attempt.attempt import Attempt, AttemptState, Mode, Phase, begin, brief, pause, resume, seal, submit, tick
from sim.attempt.events import Event, EventKind
from sim.attempt.options import Device, DrillOption, ProfileName
from sim.attempt.team_exercise import Role
from sim.db.attempts import AttemptRow, ExerciseRow, MemberRow, StoredEvent
from sim.db.programs import ChangeRow, ExposureRow, ProgramRow, StepRow
from sim.db.sessions import InvitedRow, SessionRow, is_open
from sim.db.store import Store, open_store
from sim.db.teams import PersonRow, TeamRow
from sim.errors import StoreError
from sim.program.plan import StepKind
from sim.program.session_day import DOORS, Attendance, Day, SessionKind, Starting
from sim.rules.counts import list_familiar_since
from tests.support.fake_clock import NOON, FakeClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def make_attempt(attempt_id: str = "a1", *, person_id: str | None = None) -> AttemptRow:
    timing = Attempt(attempt_id=attempt_id, state=AttemptState.ASSIGNED, limit_s=300.0, created_at=NOON)
    return AttemptRow(
        timing=timing,
        person_id=person_id,
        form_id="form-1",
        form_version="1",
        recording_id="tiny",
        truth_sha256="0" * 64,
        mode=Mode.PRACTICE,
        profile=ProfileName.CLOUD,
        options=frozenset({DrillOption.INTERRUPTIONS, DrillOption.APPEARANCE_SEARCH}),
        phase=None,
        is_demo=False,
    )


def make_ended(attempt_id: str, *, person_id: str) -> AttemptRow:
    clock = FakeClock()
    row = make_attempt(attempt_id, person_id=person_id)
    timing = begin(brief(row.timing, clock.read()), clock.read())
    clock.pass_s(60)
    timing = submit(timing, clock.read(), came_s=60.0, complete_s=60.0)
    return replace(row, timing=timing, phase=Phase.BEFORE, mode=Mode.ASSESSMENT)


def make_event(
    seq: int, *, tab: str = "t1", kind: EventKind = EventKind.PAUSE, t_ms: float | None = None
) -> StoredEvent:
    event = Event.read(
        tab_id=tab, seq=seq, t_client_ms=t_ms or seq * 10.0, kind=kind, payload={"t_s": 1.5, "é": ["x", None]}
    )
    earliest_s = None if seq == 2 else 0.5
    return StoredEvent(event=event, arrived_at=NOON, arrived_s=2.0, counted=True, earliest_s=earliest_s)


def add_team(store: Store, team_id: str, *, is_demo: bool = False, people: int = 1) -> None:
    with store.write() as work:
        work.insert(TeamRow(team_id=team_id, name=f"Team {team_id}", is_demo=is_demo, created_at=NOON))
        for number in range(people):
            person_id = f"{team_id}-p{number}"
            work.people.add(
                PersonRow(person_id=person_id, team_id=team_id, name=f"N{number}", created_at=NOON, left_at=None)
            )


def test_an_attempt_comes_back_as_it_was_stored(store: Store) -> None:
    clock = FakeClock()
    row = make_attempt()
    with store.write() as work:
        work.attempts.add(row)
    with store.read() as work:
        assert work.attempts.get("a1") == row
    timing = begin(brief(row.timing, clock.read()), clock.read())
    timing = resume(pause(timing, clock.pass_s(12.5)), clock.pass_s(60))
    timing = seal(tick(timing, clock.pass_s(301.25)))
    changed = replace(
        row,
        timing=timing,
        phase=Phase.AFTER,
        leader_tab="t9",
        score_json='{"a":1}',
        metric_versions='{"a":2}',
        extra_time=1.25,
        unheard_s=61.5,
        late_events=12,
        mark_tabs=2,
        paused_actions=3,
    )
    with store.write() as work:
        work.save_row(changed)
    with store.read() as work:
        assert work.attempts.get("a1") == changed


def test_events_come_back_complete_and_by_browser_time_and_those_of_no_attempt_are_refused(store: Store) -> None:
    with store.write() as work:
        work.attempts.add(make_attempt())
        work.events.append({"a1": [make_event(2), make_event(1), make_event(1, tab="t0", t_ms=15.0)]})
    with store.read() as work:
        log = work.events.list_all("a1")
    assert [(s.event.tab_id, s.event.seq) for s in log] == [("t1", 1), ("t0", 1), ("t1", 2)]
    assert log[0] == make_event(1)
    with store.write() as work:
        work.events.append({"a1": [make_event(1, t_ms=99.0)]})
    with pytest.raises(StoreError), store.write() as work:
        work.events.append({"nobody": [make_event(1)]})
    with pytest.raises(RuntimeError), store.write() as work:
        work.events.append({"a1": [make_event(3)]})
        raise RuntimeError("an error takes back the whole unit")
    with store.read() as work:
        assert work.events.list_all("a1") == log


@pytest.mark.parametrize("changed", [{"kind": "dance"}, {"payload": "{"}, {"payload": '{"t_s": "x"}'}])
def test_an_event_that_was_changed_by_hand_is_told(store: Store, changed: dict[str, str]) -> None:
    with store.write() as work:
        work.attempts.add(make_attempt())
        work.events.append({"a1": [make_event(1)]})
        work.events.connection.execute(StoredEvent.table.update().values(changed))
    with store.read() as work, pytest.raises(StoreError, match="someone has changed it"):
        work.events.list_all("a1")


def test_practice_that_was_left_before_it_began_is_not_under_way(store: Store) -> None:
    clock = FakeClock()
    for mode, waiting, running in (
        (Mode.PRACTICE, False, True),
        (Mode.FAMILIARIZATION, False, True),
        (Mode.ASSESSMENT, True, True),
        (Mode.TEAM_EXERCISE, True, True),
    ):
        row = replace(make_attempt(mode.value), mode=mode)
        with store.write() as work:
            work.attempts.add(row)
            assert (work.attempts.list_under_way() == {"tiny"}) is waiting
            row = replace(row, timing=brief(row.timing, clock.read()))
            work.save_row(row)
            assert (work.attempts.list_under_way() == {"tiny"}) is waiting
            row = replace(row, timing=begin(row.timing, clock.read()))
            work.save_row(row)
            assert (work.attempts.list_under_way() == {"tiny"}) is running
            clock.pass_s(60)
            work.save_row(replace(row, timing=submit(row.timing, clock.read(), came_s=60.0, complete_s=60.0)))
            assert work.attempts.list_under_way() == frozenset()


def add_exercise(store: Store, team_id: str = "team") -> tuple[ExerciseRow, tuple[MemberRow, ...]]:
    add_team(store, team_id, people=2)
    exercise = ExerciseRow(exercise_id="c1", team_id=team_id, form_id="form-1", leading=Role.LEAD, created_at=NOON)
    members = tuple(
        MemberRow(exercise_id="c1", role=role, person_id=f"{team_id}-p{number}", attempt_id=f"a{number}")
        for number, role in enumerate((Role.VIEWER, Role.LEAD))
    )
    with store.write() as work:
        work.insert(exercise)
        for member in members:
            row = make_attempt(member.attempt_id, person_id=member.person_id)
            work.attempts.add(replace(row, mode=Mode.TEAM_EXERCISE))
            work.insert(member)
    return exercise, members


def test_an_exercise_comes_back_as_it_was_stored_its_members_by_role_and_once(store: Store) -> None:
    exercise, (viewer, lead) = add_exercise(store)
    changed = replace(exercise, leading=Role.VIEWER, score_json="{}")
    with store.write() as work:
        work.save_row(changed)
        work.change(MemberRow, MemberRow.attempt_id == "a0", seen_at=NOON + timedelta(seconds=3))
        work.change(MemberRow, MemberRow.attempt_id == "a0", camera_id="CAM-02")
    with store.read() as work:
        assert work.exercises.get("c1") == changed
        assert work.exercises.list_all(team_id="team") == (changed,)
        seen = replace(viewer, seen_at=NOON + timedelta(seconds=3), camera_id="CAM-02")
        assert work.exercises.list_members("c1") == (lead, seen)
        assert work.find_row(MemberRow, MemberRow.attempt_id == "a0") == seen
        assert work.find_row(MemberRow, MemberRow.attempt_id == "nobody") is None
        with pytest.raises(StoreError, match="does not exist"):
            work.exercises.get("c2")
    for twice in (replace(viewer, attempt_id="a9"), replace(viewer, role=Role.MAP)):
        with pytest.raises(StoreError), store.write() as work:
            work.insert(twice)


def test_ended_drills_of_a_phase_are_listed_with_their_measures(store: Store) -> None:
    add_team(store, "team", people=2)
    add_team(store, "demo", is_demo=True)
    ended = make_ended("done", person_id="team-p0")
    score = '{"idf1": 0.5, "appearance_recall": null, "wrong_person_s": 2.0, "passed": true}'
    with store.write() as work:
        for row in (
            replace(ended, score_json=score, device=Device.TABLET),
            make_ended("demo", person_id="demo-p0"),
            replace(make_ended("exercise", person_id="team-p1"), mode=Mode.TEAM_EXERCISE),
            replace(make_ended("practice", person_id="team-p1"), phase=None),
            replace(make_ended("known", person_id="team-p1"), phase=None, mode=Mode.FAMILIARIZATION),
            replace(make_attempt("open", person_id="team-p1"), phase=Phase.BEFORE),
        ):
            work.attempts.add(row)
    with store.read() as work:
        drills = work.attempts.list_drills()
        assert work.attempts.list_drills(team_id="team") == drills
        assert work.attempts.list_drills(team_id="demo").person_id == ("demo-p0",)
        assert work.attempts.list_drills(team_id="nobody").person_id == ()
        assert list_familiar_since(work, team_id=None) == {"team-p1": ended.timing.ended_at}
        assert list_familiar_since(work, team_id="demo") == {}
        assert work.attempts.list_unsettled(team_id="demo") == ("demo",)
        assert {person.person_id for person in work.people.list_all()} == {"team-p0", "team-p1", "demo-p0"}
    assert (drills.person_id, drills.phase, drills.device) == (("team-p0",), ("before",), ("tablet",))
    measures = (drills.idf1, drills.appearance_recall, drills.appearance_precision, drills.wrong_person_s)
    assert measures == ((0.5,), (None,), (None,), (2.0,))
    assert (drills.options, drills.used_s) == (("appearance-search interruptions",), (60.0,))
    assert drills.released_at == (NOON,)


def test_open_attempts_are_found_by_what_may_still_happen_to_them(store: Store) -> None:
    clock = FakeClock()
    running = begin(brief(make_attempt("r").timing, clock.read()), clock.read())
    late = tick(replace(running, attempt_id="t"), clock.pass_s(301))
    with store.write() as work:
        for timing in (running, late, seal(replace(late, attempt_id="waits"))):
            work.attempts.add(replace(make_attempt(), timing=timing))
        done = seal(replace(late, attempt_id="done"))
        work.attempts.add(replace(make_attempt(), timing=done, score_json="{}"))
        work.attempts.add(make_attempt("assigned"))
    with store.read() as work:
        assert set(work.attempts.list_unsettled()) == {"r", "t", "waits"}


def make_program() -> ProgramRow:
    return ProgramRow(
        program_id="g1",
        plan_id="g1",
        team_id="team",
        aim='Find a student "fast" <b>',
        recording_id="tiny",
        profile=ProfileName.CLOUD,
        options=frozenset({DrillOption.INTERRUPTIONS}),
        time_zone="America/New_York",
        training_on=NOON.date(),
        training_at="14:30",
        request_key="key-g1",
        calendar_number=1,
        created_at=NOON,
    )


def make_step(step_id: str, kind: StepKind, *, number: int = 1) -> StepRow:
    from_, to = NOON.date(), NOON.date() + number * DAY
    return StepRow(step_id=step_id, program_id="g1", kind=kind, number=number, due_from=from_, due_to=to)


def make_exposure(form_id: str) -> ExposureRow:
    return ExposureRow(person_id="team-p0", form_id=form_id, attempt_id=None, given_at=NOON, how="program", reason="")


def test_a_program_comes_back_as_it_was_stored_with_its_steps_in_order(store: Store) -> None:
    add_team(store, "team")
    steps = [
        make_step("s4", StepKind.RETENTION),
        make_step("s3", StepKind.TRAINING),
        make_step("s2", StepKind.BEFORE, number=2),
        make_step("s1", StepKind.BEFORE),
    ]
    with store.write() as work:
        work.insert(make_program())
        work.insert(*steps)
    moved = replace(steps[1], due_to=NOON.date() + 9 * DAY, dropped_at=NOON)
    closed = replace(make_program(), training_on=None, closed_at=NOON, calendar_number=2)
    with store.write() as work:
        assert work.programs.get("g1") == make_program()
        work.save_row(closed)
        work.save_row(moved)
        for words in ("first", "second"):
            work.insert(ChangeRow(program_id="g1", changed_at=NOON, words=words))
    with store.read() as work:
        assert work.programs.list_all(team_id="team") == work.programs.list_all() == (closed,)
        assert work.programs.list_steps(["g1"]) == (steps[3], steps[2], moved, steps[0])
        assert work.steps.get("s3") == moved
        assert work.find_row(ProgramRow, ProgramRow.request_key == "key-g1") == closed
        assert work.find_row(ProgramRow, ProgramRow.request_key == "other") is None
        assert [change.words for change in work.list_rows(ChangeRow, ChangeRow.program_id == "g1")] == [
            "first",
            "second",
        ]
        for ask in (lambda: work.programs.get("no"), lambda: work.steps.get("no")):
            with pytest.raises(StoreError, match="does not exist"):
                ask()


def test_the_ledger_keeps_the_first_time_only(store: Store) -> None:
    add_team(store, "team")
    with store.write() as work:
        work.insert_new(make_exposure("f1"))
        work.insert_new(make_exposure("f2"))
        work.insert_new(replace(make_exposure("f1"), how="practice"))
    with store.read() as work:
        assert work.exposures.list_seen("team-p0") == {"f1", "f2"}
        assert work.exposures.list_of_team("team") == (make_exposure("f1"), make_exposure("f2"))
        assert work.exposures.list_versions() == {"f1": frozenset(), "f2": frozenset()}
    with store.write() as work:
        work.attempts.add(replace(make_attempt(person_id="team-p0"), form_id="f3", form_version="v3"))
    with store.read() as work:
        assert work.exposures.list_versions()["f3"] == {"v3"}


def make_session(session_id: str = "s1", *, code: str = "BCDFGH", makes_up: str | None = None) -> SessionRow:
    day = Day(kind=SessionKind.BEFORE, starting=Starting.TOGETHER, expires_at=NOON + 12 * HOUR)
    return SessionRow(
        session_id=session_id,
        team_id="team",
        step_id=None,
        makes_up=makes_up,
        day=day,
        profile=ProfileName.CLOUD,
        options=frozenset({DrillOption.INTERRUPTIONS}),
        place='Room 12, "north" <b>wing</b>',
        code=code,
        link_number=1,
        created_at=NOON,
        team="Team",
        school="School",
        content="Search",
        content_version="1",
    )


def make_invited(person: int, *, session_id: str = "s1") -> InvitedRow:
    who = {"session_id": session_id, "person_id": f"team-p{person}", "name": f"Person {person}"}
    return InvitedRow(**who, attendance=Attendance.INVITED, extra_time=1.0, seat=1, return_code="")


def fill(store: Store) -> None:
    add_team(store, "team", people=2)
    with store.write() as work:
        work.insert(make_session())
        for number in range(2):
            work.insert(make_invited(number))


def test_a_code_leads_to_the_session_only_while_it_is_open(store: Store) -> None:
    fill(store)
    with store.read() as work:
        assert work.sessions.find_by_code("BCDFGH", now=NOON) == make_session()
        assert work.sessions.find_by_code("BCDFGJ", now=NOON) is None
        assert work.sessions.find_by_code("BCDFGH", now=NOON + 12 * HOUR) is None
        assert work.sessions.list_all(*is_open(NOON)) == (make_session(),)
        assert work.sessions.list_all(*is_open(NOON + 12 * HOUR)) == ()
    with store.write() as work:
        row = work.sessions.get("s1")
        planned = replace(row, day=replace(row.day, planned_at=NOON + DOORS + HOUR))
        work.save_row(planned)
        assert work.sessions.get("s1") == planned
        assert work.sessions.find_by_code("BCDFGH", now=NOON) is None
        assert work.sessions.find_by_code("BCDFGH", now=NOON + HOUR) == planned
        assert [work.sessions.list_all(*is_open(at)) for at in (NOON, NOON + HOUR)] == [(), (planned,)]
        work.save_row(replace(row, day=replace(row.day, ended_at=NOON)))
    with store.read() as work:
        assert work.sessions.find_by_code("BCDFGH", now=NOON) is None
        assert work.sessions.list_all(*is_open(NOON)) == ()


def test_an_attempt_leads_to_the_latest_session_it_was_given_in(store: Store) -> None:
    fill(store)
    with store.write() as work:
        work.attempts.add(make_attempt(person_id="team-p0"))
        assert work.sessions.find_by_attempt("a1") is None
        work.save_row(replace(work.sessions.get_invited("s1", "team-p0"), attempt_id="a1"))
        work.insert(replace(make_session("s2", code="ZZZZZZ", makes_up="s1"), created_at=NOON + HOUR))
        work.insert(replace(make_invited(0, session_id="s2"), attempt_id="a1"))
    with store.read() as work:
        found = work.sessions.find_by_attempt("a1")
        assert found is not None
        assert found.session_id == "s2"
        assert [row.session_id for row in work.sessions.list_of_person("team-p0")] == ["s2", "s1"]
    with pytest.raises(StoreError), store.write() as work:
        work.save_row(replace(make_invited(1), attempt_id="nothing"))


def test_signs_of_life_are_stored_every_few_seconds_and_survive_a_clock_set_back(store: Store) -> None:
    fill(store)

    def note(seconds: float, attempt_id: str = "") -> float:
        with store.write() as work:
            at, invited = NOON + timedelta(seconds=seconds), work.sessions.get_invited("s1", "team-p0")
            if attempt_id:
                work.sessions.note_seen([attempt_id], at=at)
            elif invited.is_seen_anew(at):
                work.save_row(replace(invited, seen_at=at))
            seen_at = work.sessions.get_invited("s1", "team-p0").seen_at
        assert seen_at is not None
        return (seen_at - NOON).total_seconds()

    assert [note(at) for at in (0.0, 3.0, 5.0, -600.0)] == [0.0, 0.0, 5.0, -600.0]
    with store.write() as work:
        work.attempts.add(make_attempt(person_id="team-p0"))
        work.save_row(replace(work.sessions.get_invited("s1", "team-p0"), attempt_id="a1"))
        assert set(work.attempts.find_all(["a1", "a3"])) == {"a1"}
    assert note(60.0, attempt_id="a1") == 60.0
    with store.read() as work:
        assert work.sessions.get_invited("s1", "team-p1").seen_at is None
