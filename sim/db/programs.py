"""Programs, their steps and their changes in the database, on one open transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, true, update
from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.db.rows import read_row, write_row
from sim.drill.attempt import AttemptState, Mode
from sim.drill.guide_steps import StepKind
from sim.drill.options import Options, read_options, write_options
from sim.drill.profile import ProfileName
from sim.errors import StoreError

PROGRAM = "program"
CHOSEN = "chosen"
LOOKED = "looked"
"""How somebody came by a form: in its turn in a program, because a trainer chose it, or by looking at a drill that is
not theirs. Else the attempt's mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    program_id: str
    team_id: str
    aim: str  # what it is for, in the trainer's words
    recording_id: str  # the recording whose parallel forms its drills are
    # profile, options: what its drills are given with
    profile: ProfileName
    options: Options
    time_zone: str  # IANA name; its days are days there
    training_on: date | None  # day of the training, None while there is none
    training_at: str  # when it begins on that day, "HH:MM", or ""
    request_key: str  # the same for a plan sent twice
    calendar_number: int  # calendar addresses with a lower one are no longer valid
    created_at: datetime
    closed_at: datetime | None = None  # set once it is put away
    # what the order of people was drawn with where lots decided who is trained first; else None
    waiting_seed: int | None = None
    margin: float = 0.05  # fall in match (IDF1) up to which accuracy counts as held
    smallest: float = 0.3  # smallest share of time worth having
    compare_on: date | None = None  # day of the comparison; None: the day after the last drill after is due
    second_recording_id: str = ""  # everybody's drills after are on the other one of two; "" for one recording

    @property
    def recordings(self) -> tuple[str, ...]:
        return (self.recording_id, self.second_recording_id) if self.second_recording_id else (self.recording_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a program: the `number`-th of its kind, due from a day to a day, both counted."""

    step_id: str
    program_id: str
    kind: StepKind
    number: int
    due_from: date
    due_to: date
    dropped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    program_id: str
    changed_at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """One attempt given for a step, or a familiarization drill handed in, as it is stored: by what boards are drawn."""

    attempt_id: str
    person_id: str
    step_id: str | None
    mode: Mode
    state: AttemptState
    used_s: float | None
    released_at: datetime | None
    ended_at: datetime | None
    limit_s: float
    profile: ProfileName
    paused_s: float | None = 0.0
    """For how long its clock was stopped; None while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    person_id: str
    form_id: str
    attempt_id: str | None  # the attempt it was given in, None once that is gone
    given_at: datetime
    how: str  # `PROGRAM`, `CHOSEN`, `LOOKED`, or the mode of the attempt
    reason: str  # why a trainer chose the form, or ""


_PROGRAM = tables.program.c
_STEP = tables.program_step.c
_CHANGE = tables.program_change.c
_PLACE = tables.program_place.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramsTable:
    connection: Connection

    def add(self, row: ProgramRow, steps: Iterable[StepRow]) -> None:
        self.connection.execute(insert(tables.program).values(**_to_values(row)))
        for step in steps:
            self.add_step(step)

    def get(self, program_id: str) -> ProgramRow:
        """Return one program. Raises StoreError: none."""
        found = self.find(program_id)
        if found is None:
            raise StoreError("this program does not exist", todo="go back to the list of programs")
        return found

    def find(self, program_id: str) -> ProgramRow | None:
        chosen = select(tables.program).where(_PROGRAM.program_id == program_id)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_row(found)

    def find_request(self, request_key: str) -> ProgramRow | None:
        """Return the program that was made from this very request, if any."""
        chosen = select(tables.program).where(_PROGRAM.request_key == request_key)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else _to_row(found)

    def list_of_team(self, team_id: str) -> tuple[ProgramRow, ...]:
        """Return a team's programs, the oldest first."""
        return self._list(_PROGRAM.team_id == team_id)

    def list_all(self) -> tuple[ProgramRow, ...]:
        """Return every program, the oldest first."""
        return self._list(true())

    def save(self, row: ProgramRow) -> None:
        """Write every value of a program that exists."""
        values = _to_values(row)
        program_id = values.pop("program_id")
        self.connection.execute(update(tables.program).where(_PROGRAM.program_id == program_id).values(**values))

    def add_step(self, step: StepRow) -> None:
        self.connection.execute(insert(tables.program_step).values(**write_row(step)))

    def save_step(self, step: StepRow) -> None:
        """Write every value of a step that exists."""
        values = write_row(step)
        step_id = values.pop("step_id")
        self.connection.execute(update(tables.program_step).where(_STEP.step_id == step_id).values(**values))

    def get_step(self, step_id: str) -> StepRow:
        """Return one step, a dropped one too. Raises StoreError: there is none of that id."""
        chosen = select(tables.program_step).where(_STEP.step_id == step_id)
        found = self.connection.execute(chosen).mappings().first()
        if found is None:
            raise StoreError("this step of a program does not exist", todo="go back to the program's page")
        return read_row(StepRow, found)

    def list_steps(self, program_ids: Iterable[str]) -> tuple[StepRow, ...]:
        """Return the steps of some programs by day, kind and number; dropped ones too."""
        chosen = (
            select(tables.program_step)
            .where(_STEP.program_id.in_(list(program_ids)))
            .order_by(_STEP.due_to, _STEP.due_from, _STEP.number, _STEP.step_id)
        )
        found = [read_row(StepRow, row) for row in self.connection.execute(chosen).mappings()]
        kinds = list(StepKind)
        return tuple(sorted(found, key=lambda step: (kinds.index(step.kind), step.number)))

    def find_place(self, program_id: str, person_id: str) -> int | None:
        """Return a person's place in the order of forms; None while they have taken none."""
        mine = (_PLACE.program_id == program_id) & (_PLACE.person_id == person_id)
        return self.connection.scalar(select(_PLACE.place).where(mine))

    def take_place(self, program_id: str, person_id: str) -> int:
        """Return a person's place in the order of forms, 0, 1, 2 ...: the next free one on their first call."""
        found = self.find_place(program_id, person_id)
        if found is not None:
            return found
        latest = self.connection.scalar(select(func.max(_PLACE.place)).where(_PLACE.program_id == program_id))
        place = 0 if latest is None else latest + 1
        self.connection.execute(
            insert(tables.program_place).values(program_id=program_id, person_id=person_id, place=place)
        )
        return place

    def add_change(self, row: ChangeRow) -> None:
        self.connection.execute(insert(tables.program_change).values(**write_row(row)))

    def list_changes(self, program_id: str) -> tuple[ChangeRow, ...]:
        """Return a program's changes in the order they were made."""
        chosen = select(tables.program_change).where(_CHANGE.program_id == program_id).order_by(_CHANGE.change_id)
        return tuple(read_row(ChangeRow, found) for found in self.connection.execute(chosen).mappings())

    def add_look(self, team_id: str, key: str, *, at: datetime) -> None:
        """Note that a team's comparison was looked at with drills that `key` stands for; once each."""
        if (team_id, key) not in self.list_looks():
            self.connection.execute(insert(tables.look).values(team_id=team_id, key=key, at=at))

    def list_looks(self) -> frozenset[tuple[str, str]]:
        """Return every look at a comparison: team_id and key."""
        found = self.connection.execute(select(tables.look.c.team_id, tables.look.c.key))
        return frozenset((team_id, key) for team_id, key in found)

    def list_given(self, *, team_id: str | None = None) -> tuple[GivenRow, ...]:
        """Return every attempt that was given for a step, and every familiarization drill handed in, as it stands.

        Of one team, or of all with None.
        """
        attempt = tables.attempt.c
        familiar = (attempt.mode == Mode.FAMILIARIZATION.value) & (attempt.state == AttemptState.SUBMITTED.value)
        columns = (
            attempt.attempt_id,
            attempt.person_id,
            attempt.step_id,
            attempt.mode,
            attempt.state,
            attempt.used_s,
            attempt.released_at,
            attempt.ended_at,
            attempt.limit_s,
            attempt.profile,
            case((attempt.paused_at.is_(None), attempt.paused_s)).label("paused_s"),
        )
        chosen = (
            select(*columns)
            .where(attempt.person_id.is_not(None), attempt.step_id.is_not(None) | familiar)
            .order_by(attempt.created_at, attempt.attempt_id)
        )
        if team_id is not None:
            person = tables.person.c
            chosen = chosen.where(attempt.person_id.in_(select(person.person_id).where(person.team_id == team_id)))
        return tuple(read_row(GivenRow, found) for found in self.connection.execute(chosen).mappings())

    def _list(self, condition: ColumnElement[bool]) -> tuple[ProgramRow, ...]:
        chosen = select(tables.program).where(condition).order_by(_PROGRAM.created_at, _PROGRAM.program_id)
        return tuple(_to_row(found) for found in self.connection.execute(chosen).mappings())


def _to_values(row: ProgramRow) -> dict[str, object]:
    return write_row(row, options=write_options(row.options))


def _to_row(found: RowMapping) -> ProgramRow:
    return read_row(ProgramRow, found, options=read_options(found[_PROGRAM.options].split()))


_OFF = tables.day_off.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """Days without drills that someone entered: from one to another, both counted, and what they are."""

    day_off_id: str
    first_on: date
    last_on: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOffTable:
    """Days without drills, on one open transaction."""

    connection: Connection

    def add(self, row: DayOff) -> None:
        self.connection.execute(insert(tables.day_off).values(**write_row(row)))

    def remove(self, day_off_id: str) -> bool:
        """Take them out; return whether they were there."""
        return self.connection.execute(delete(tables.day_off).where(_OFF.day_off_id == day_off_id)).rowcount == 1

    def list_all(self) -> tuple[DayOff, ...]:
        """Return all, the earliest first."""
        chosen = select(tables.day_off).order_by(_OFF.first_on, _OFF.day_off_id)
        return tuple(read_row(DayOff, found) for found in self.connection.execute(chosen).mappings())
