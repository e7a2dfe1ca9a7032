"""Session days in the database: the same body over every kind of it, as in `test_stores`."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sim.db.sessions import InvitedRow, SessionRow
from sim.db.store import Store, open_store
from sim.drill.guide_steps import StepKind
from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.drill.session_day import DOORS, Attendance, Day, SessionKind, Starting
from sim.errors import StoreError
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
