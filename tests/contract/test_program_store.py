"""Programs and the ledger of forms, over the database that stores are tried on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.db.programs import ChangeRow, ExposureRow, ProgramRow, StepRow
from sim.db.rows import PersonRow, TeamRow
from sim.db.store import Store, open_store
from sim.drill.guide_steps import StepKind
from sim.drill.options import DrillOption
from sim.drill.profile import ProfileName
from sim.errors import StoreError
from tests.contract.test_stores import make_attempt
from tests.support.fake_clock import NOON

DAY = date(2026, 9, 14)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    with opened.write() as work:
        work.teams.add_team(TeamRow(team_id="t", name="T", is_demo=True, created_at=NOON))
        work.teams.add_person(PersonRow(person_id="p", team_id="t", name="P", created_at=NOON, left_at=None))
    yield opened
    opened.close()


def make_program(program_id: str = "g1") -> ProgramRow:
    return ProgramRow(
        program_id=program_id,
        team_id="t",
        aim='Find a student "fast" <b>',
        recording_id="tiny",
        profile=ProfileName.CLOUD,
        options=frozenset({DrillOption.INTERRUPTIONS}),
        time_zone="America/New_York",
        training_on=DAY,
        training_at="14:30",
        request_key=f"key-{program_id}",
        calendar_number=1,
        created_at=NOON,
    )


def make_step(step_id: str, kind: StepKind, *, number: int = 1, program_id: str = "g1") -> StepRow:
    return StepRow(
        step_id=step_id,
        program_id=program_id,
        kind=kind,
        number=number,
        due_from=DAY,
        due_to=DAY + timedelta(days=number),
    )


def make_exposure(form_id: str) -> ExposureRow:
    return ExposureRow(person_id="p", form_id=form_id, attempt_id=None, given_at=NOON, how="program", reason="")


def test_a_program_comes_back_as_it_was_stored_with_its_steps_in_order(store: Store) -> None:
    steps = [
        make_step("s4", StepKind.RETENTION),
        make_step("s3", StepKind.TRAINING),
        make_step("s2", StepKind.BEFORE, number=2),
        make_step("s1", StepKind.BEFORE),
    ]
    with store.write() as work:
        work.programs.add(make_program(), steps)
    moved = replace(steps[1], due_to=DAY + timedelta(days=9), dropped_at=NOON)
    closed = replace(make_program(), training_on=None, closed_at=NOON, calendar_number=2)
    with store.write() as work:
        assert work.programs.get("g1") == make_program()
        work.programs.save(closed)
        work.programs.save_step(moved)
        for words in ("first", "second"):
            work.programs.add_change(ChangeRow(program_id="g1", changed_at=NOON, words=words))
    with store.read() as work:
        assert work.programs.list_of_team("t") == work.programs.list_all() == (closed,)
        assert work.programs.list_steps(["g1"]) == (steps[3], steps[2], moved, steps[0])
        assert work.programs.get_step("s3") == moved
        assert work.programs.find_request("key-g1") == closed
        assert work.programs.find_request("other") is None
        assert [change.words for change in work.programs.list_changes("g1")] == ["first", "second"]
        for ask in (lambda: work.programs.get("no"), lambda: work.programs.get_step("no")):
            with pytest.raises(StoreError, match="does not exist"):
                ask()


def test_the_ledger_keeps_the_first_time_only(store: Store) -> None:
    with store.write() as work:
        assert work.exposures.add(make_exposure("f1"))
        assert work.exposures.add(make_exposure("f2"))
        assert not work.exposures.add(replace(make_exposure("f1"), how="practice"))
    with store.read() as work:
        assert work.exposures.list_seen("p") == {"f1", "f2"}
        assert work.exposures.list_of_team("t") == (make_exposure("f1"), make_exposure("f2"))
        assert work.exposures.list_versions() == {"f1": frozenset(), "f2": frozenset()}
    with store.write() as work:
        work.attempts.add(replace(make_attempt(person_id="p"), form_id="f3", form_version="v3"))
    with store.read() as work:
        assert work.exposures.list_versions()["f3"] == {"v3"}
