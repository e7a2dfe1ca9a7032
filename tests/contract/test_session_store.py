"""Session days in the database: the same body over every kind of it, as in `test_stores`."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.session_rows import InvitedRow, SessionRow
from sim.db.store import Store, open_store
from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.drill.session_day import DOORS, Attendance, Day, SessionKind, Starting
from sim.drill.steps import StepKind
from sim.errors import SessionError, StoreError
from tests.contract.test_program_store import make_program, make_step
from tests.contract.test_stores import add_team, make_attempt
from tests.support.fake_clock import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    add_team(opened, "team", people=3)
    yield opened
    opened.close()


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
    )


def make_invited(person: int, *, session_id: str = "s1") -> InvitedRow:
    return InvitedRow(
        session_id=session_id,
        person_id=f"team-p{person}",
        attendance=Attendance.INVITED,
        extra_time=1.0,
        seat=1,
        return_code="",
    )


def fill(store: Store, *, people: int = 2) -> None:
    with store.write() as work:
        work.sessions.add(make_session())
        for number in range(people):
            work.sessions.invite(make_invited(number))


def test_a_session_comes_back_as_it_was_stored(store: Store) -> None:
    row = make_session()
    with store.write() as work:
        work.sessions.add(row)
    with store.read() as work:
        assert work.sessions.get("s1") == row
    day = replace(row.day, briefing_at=NOON, started_at=NOON + HOUR, ended_at=NOON + 2 * HOUR)
    changed = replace(row, day=day, step_id="step-1", place="", link_number=2)
    with store.write() as work:
        plan = replace(make_program(), team_id="team")
        work.programs.add(plan, [make_step("step-1", StepKind.BEFORE, program_id=plan.program_id)])
        work.sessions.save(changed)
    with store.read() as work:
        assert work.sessions.get("s1") == changed
        assert work.sessions.list_of_team("team") == (changed,)


def test_an_unknown_session_or_guest_is_said_so(store: Store) -> None:
    fill(store)
    with pytest.raises(SessionError, match="session does not exist"), store.read() as work:
        work.sessions.get("nothing")
    with pytest.raises(SessionError, match="not invited"), store.read() as work:
        work.sessions.get_invited("s1", "team-p2")


def test_a_code_leads_to_the_session_only_while_it_is_open(store: Store) -> None:
    fill(store)
    with store.read() as work:
        assert work.sessions.find_by_code("BCDFGH", now=NOON) == make_session()
        assert work.sessions.find_by_code("BCDFGJ", now=NOON) is None
        assert work.sessions.find_by_code("BCDFGH", now=NOON + 12 * HOUR) is None
        assert work.sessions.list_open(NOON) == (make_session(),)
        assert work.sessions.list_open(NOON + 12 * HOUR) == ()
        assert not work.sessions.has_ended("BCDFGH")
    with store.write() as work:
        row = work.sessions.get("s1")
        planned = replace(row, day=replace(row.day, planned_at=NOON + DOORS + HOUR))
        work.sessions.save(planned)
        assert work.sessions.get("s1") == planned
        assert work.sessions.find_by_code("BCDFGH", now=NOON) is None
        assert work.sessions.find_by_code("BCDFGH", now=NOON + HOUR) == planned
        assert (work.sessions.list_open(NOON), work.sessions.list_open(NOON + HOUR)) == ((), (planned,))
        work.sessions.save(replace(row, day=replace(row.day, ended_at=NOON)))
    with store.read() as work:
        assert work.sessions.find_by_code("BCDFGH", now=NOON) is None
        assert work.sessions.list_open(NOON) == ()
        assert work.sessions.has_ended("BCDFGH")


def test_a_name_is_given_once_until_it_is_freed(store: Store) -> None:
    fill(store)
    with store.write() as work:
        assert work.sessions.take_name("s1", "team-p0", at=NOON, return_code="KLMN")
        assert not work.sessions.take_name("s1", "team-p0", at=NOON + HOUR, return_code="PQRS")
        assert not work.sessions.take_name("s1", "team-p2", at=NOON, return_code="PQRS")
    with store.write() as work:
        row = work.sessions.get_invited("s1", "team-p0")
        assert (row.joined_at, row.seen_at, row.return_code) == (NOON, NOON, "KLMN")
        assert work.sessions.find_by_return_code("s1", "KLMN") == row
        work.sessions.save_invited(replace(row, joined_at=None, seat=2))
    with store.write() as work:
        assert work.sessions.find_by_return_code("s1", "KLMN") is None
        assert work.sessions.take_name("s1", "team-p0", at=NOON + HOUR, return_code="PQRS")


def test_of_many_who_want_one_name_at_once_one_gets_it(store: Store) -> None:
    fill(store)
    barrier, got = threading.Barrier(12), []

    def ask(number: int) -> None:
        barrier.wait()
        with store.write() as work:
            if work.sessions.take_name("s1", "team-p0", at=NOON, return_code=f"R{number}"):
                got.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    with store.read() as work:
        assert work.sessions.get_invited("s1", "team-p0").return_code == f"R{got[0]}"


def test_changes_of_attendance_are_kept_in_order(store: Store) -> None:
    fill(store)
    with store.write() as work:
        row = work.sessions.get_invited("s1", "team-p0")
        first = work.sessions.note_change(row, became=Attendance.ABSENT, reason="ill", at=NOON)
        row = replace(row, attendance=Attendance.ABSENT)
        work.sessions.save_invited(row)
        second = work.sessions.note_change(row, became=Attendance.MADE_UP, reason="came later", at=NOON + HOUR)
        other = work.sessions.note_change(make_invited(1), became=Attendance.PRESENT, reason="", at=NOON)
    with store.read() as work:
        assert work.sessions.list_changes("s1") == (first, other, second)
        assert (second.number, second.was, second.became) == (2, Attendance.ABSENT, Attendance.MADE_UP)


def test_an_attempt_leads_to_the_latest_session_it_was_given_in(store: Store) -> None:
    fill(store)
    with store.write() as work:
        work.attempts.add(make_attempt(person_id="team-p0"))
        assert work.sessions.find_by_attempt("a1") is None
        work.sessions.save_invited(replace(work.sessions.get_invited("s1", "team-p0"), attempt_id="a1"))
        work.sessions.add(replace(make_session("s2", code="ZZZZZZ", makes_up="s1"), created_at=NOON + HOUR))
        work.sessions.invite(replace(make_invited(0, session_id="s2"), attempt_id="a1"))
    with store.read() as work:
        found = work.sessions.find_by_attempt("a1")
        assert found is not None
        assert found.session_id == "s2"
        assert [row.session_id for row in work.sessions.list_of_person("team-p0")] == ["s2", "s1"]
    with pytest.raises(StoreError), store.write() as work:
        work.sessions.save_invited(replace(make_invited(1), attempt_id="nothing"))


def test_help_waits_until_it_is_answered_and_can_be_asked_for_again(store: Store) -> None:
    with store.write() as work:
        work.attempts.add(make_attempt())
        first = work.help.ask("a1", at=NOON, elapsed_s=61.5)
        assert work.help.ask("a1", at=NOON + HOUR, elapsed_s=99.0) == first
        assert work.help.answer("a1", at=NOON + HOUR) == 1
        assert work.help.answer("a1", at=NOON + HOUR) == 0
        second = work.help.ask("a1", at=NOON + 2 * HOUR, elapsed_s=120.0)
    with store.read() as work:
        assert work.help.list_of(["a1", "other"]) == (replace(first, answered_at=NOON + HOUR), second)
    with pytest.raises(StoreError), store.write() as work:
        work.help.ask("nobody", at=NOON, elapsed_s=0.0)


def test_signs_of_life_are_stored_every_few_seconds_and_survive_a_clock_set_back(store: Store) -> None:
    fill(store)
    who = {"session_id": "s1", "person_id": "team-p0"}

    def note(seconds: float, **by: str) -> float:
        with store.write() as work:
            work.sessions.note_seen(at=NOON + timedelta(seconds=seconds), **by)
            seen_at = work.sessions.get_invited("s1", "team-p0").seen_at
        assert seen_at is not None
        return (seen_at - NOON).total_seconds()

    assert [note(at, **who) for at in (0.0, 3.0, 5.0, -600.0)] == [0.0, 0.0, 5.0, -600.0]
    with store.write() as work:
        work.attempts.add(make_attempt(person_id="team-p0"))
        work.sessions.save_invited(replace(work.sessions.get_invited("s1", "team-p0"), attempt_id="a1"))
        assert set(work.attempts.find_all(["a1", "a3"])) == {"a1"}
    assert note(60.0, attempt_id="a1") == 60.0
    with store.read() as work:
        assert work.sessions.get_invited("s1", "team-p1").seen_at is None


def test_who_was_invited_stays_known_after_leaving_the_team(store: Store) -> None:
    fill(store)
    with store.write() as work:
        for number in (0, 2):
            work.teams.remove_person(f"team-p{number}", at=NOON)
    with store.read() as work:
        assert [person.person_id for person in work.teams.list_people("team")] == ["team-p0", "team-p1"]
        assert len(work.sessions.list_invited("s1")) == 2


def test_removing_a_demo_team_takes_its_sessions(store: Store) -> None:
    add_team(store, "demo", is_demo=True)
    with store.write() as work:
        work.sessions.add(replace(make_session("gone"), team_id="demo"))
        work.sessions.invite(replace(make_invited(0, session_id="gone"), person_id="demo-p0"))
        work.sessions.note_change(
            replace(make_invited(0, session_id="gone"), person_id="demo-p0"),
            became=Attendance.ABSENT,
            reason="",
            at=NOON,
        )
    with store.write() as work:
        work.teams.remove_demo_teams()
    with store.read() as work:
        assert work.sessions.list_invited("gone") == work.sessions.list_changes("gone") == ()
