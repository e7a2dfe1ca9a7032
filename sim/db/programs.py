"""Programs, their steps and their changes, and who was given which form; on one open transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain

from sqlalchemy import ColumnElement, func, select

from sim.attempt.options import Options, read_options
from sim.attempt.profile import ProfileName
from sim.db.columns import Col, Row, Several, cascade, column, inner, set_null, told
from sim.db.rows import Rows, whole
from sim.errors import StoreError
from sim.program.guide_steps import StepKind

PROGRAM = "program"
CHOSEN = "chosen"
LOOKED = "looked"
"""How somebody came by a form: in its turn in a program, because a trainer chose it, or by looking at a drill that is
not theirs. Else the attempt's mode."""


class ProgramRow(Row, table="program", of="team", title="Training programs"):
    program_id: Col[str] = column(32, primary_key=True)
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)
    aim: Col[str] = column(300)  # what it is for, in the trainer's words
    recording_id: Col[str] = column(80)  # the recording whose parallel forms its drills are
    # everybody's drills after are on the other one of two; "" for one recording
    second_recording_id: Col[str] = column(80, default="")
    # profile, options: what its drills are given with
    profile: Col[ProfileName] = column()
    options: Col[Options] = column(Several(read_options, 120))
    time_zone: Col[str] = column(64)  # IANA name; its days are days there
    training_on: Col[date | None] = column()  # day of the training, None while there is none
    training_at: Col[str] = column(5)  # when it begins on that day, "HH:MM", or ""
    request_key: Col[str] = column(64, unique=True)  # the same for a plan sent twice
    calendar_number: Col[int] = column()  # calendar addresses with a lower one are no longer valid
    # what the order of people was drawn with where lots decided who is trained first; else None
    waiting_seed: Col[int | None] = column(default=None)
    margin: Col[float] = column(default=0.05)  # fall in match (IDF1) up to which accuracy counts as held
    smallest: Col[float] = column(default=0.3)  # smallest share of time worth having
    compare_on: Col[date | None] = column(default=None)  # None: the day after the last drill after is due
    created_at: Col[datetime] = column()
    closed_at: Col[datetime | None] = column(default=None)  # set once it is put away

    @property
    def recordings(self) -> tuple[str, ...]:
        return (self.recording_id, self.second_recording_id) if self.second_recording_id else (self.recording_id,)


class LookRow(Row, table="comparison_look", of="team", title="Looks at a team's comparison"):
    """That it was looked at with drills it was not looked at with before; `key` stands for them."""

    team_id: Col[str] = column(32, cascade("team.team_id"), primary_key=True)
    key: Col[str] = column(64, primary_key=True)
    at: Col[datetime] = column()


class StepRow(Row, table="program_step", of="program", title="Steps of programs"):
    """One step of a program: the `number`-th of its kind, due from a day to a day, both counted."""

    step_id: Col[str] = column(32, primary_key=True)
    program_id: Col[str] = column(32, cascade("program.program_id"), index=True)
    kind: Col[StepKind] = column()
    number: Col[int] = column()
    due_from: Col[date] = column()
    due_to: Col[date] = column()
    dropped_at: Col[datetime | None] = column(default=None)


class PlaceRow(
    Row,
    table="program_place",
    of="program",
    title="Order of drills in a program",
    what="Which order of drills someone has.",
):
    """Which place in the order of forms somebody has; it is taken once and never changes."""

    program_id: Col[str] = column(32, cascade("program.program_id"), primary_key=True)
    person_id: Col[str] = told("who", 32, cascade("person.person_id"), primary_key=True)
    place: Col[int] = told("which order")


class ChangeRow(Row, table="program_change", of="program", title="Changes of programs"):
    change_id: Col[int] = inner("", "", primary_key=True)  # given by the database, in order
    program_id: Col[str] = column(32, cascade("program.program_id"), index=True)
    changed_at: Col[datetime] = column()
    words: Col[str] = column(400)


class ExposureRow(
    Row,
    table="exposure",
    of="person",
    title="Drills someone has been given or has looked at",
    what="So that nobody is measured on a drill they know.",
):
    """The first time that somebody was given a form."""

    person_id: Col[str] = told("who", 32, cascade("person.person_id"), primary_key=True)
    form_id: Col[str] = told("which drill", 80, primary_key=True)
    # the attempt it was given in, None once that is gone
    attempt_id: Col[str | None] = column(64, set_null("attempt.attempt_id"), index=True)
    given_at: Col[datetime] = told("when")
    how: Col[str] = told("how chosen", 16)  # `PROGRAM`, `CHOSEN`, `LOOKED`, or the mode of the attempt
    reason: Col[str] = told("why", 300)  # why a trainer chose the form, or ""


class DayOff(Row, table="day_off", of="", title="Days without drills"):
    """Days without drills that someone entered: from one to another, both counted, and what they are."""

    day_off_id: Col[str] = column(32, primary_key=True)
    first_on: Col[date] = column()
    last_on: Col[date] = column()
    name: Col[str] = column(120)


class ProgramsTable(Rows):
    def add(self, row: ProgramRow, steps: Iterable[StepRow]) -> None:
        self.insert(row)
        self.insert(*steps)

    def get(self, program_id: str) -> ProgramRow:
        """Return one program. Raises StoreError: none."""
        found = self.by_key(ProgramRow, program_id)
        if found is None:
            raise StoreError("this program does not exist", todo="go back to the list of programs")
        return found

    def list_of_team(self, team_id: str) -> tuple[ProgramRow, ...]:
        """Return a team's programs, the oldest first."""
        return self.list_all(ProgramRow.team_id == team_id)

    def list_all(self, *where: ColumnElement[bool]) -> tuple[ProgramRow, ...]:
        """Return every program, the oldest first."""
        return self.list_rows(ProgramRow, *where, order_by=(ProgramRow.created_at, ProgramRow.program_id))

    def list_recordings(self, *where: ColumnElement[bool]) -> frozenset[str]:
        """Return the recordings that programs are on, of whatever school: nobody may practice on what measures."""
        chosen = whole(select(ProgramRow.recording_id, ProgramRow.second_recording_id).where(*where))
        return frozenset(chain.from_iterable(self.connection.execute(chosen))) - {""}

    def get_step(self, step_id: str) -> StepRow:
        """Return one step, a dropped one too. Raises StoreError: there is none of that id."""
        found = self.by_key(StepRow, step_id)
        if found is None:
            raise StoreError("this step of a program does not exist", todo="go back to the program's page")
        return found

    def list_steps(self, program_ids: Iterable[str]) -> tuple[StepRow, ...]:
        """Return the steps of some programs by day, kind and number; dropped ones too."""
        order = (StepRow.due_to, StepRow.due_from, StepRow.number, StepRow.step_id)
        found = self.list_rows(StepRow, StepRow.program_id.in_(list(program_ids)), order_by=order)
        kinds = list(StepKind)
        return tuple(sorted(found, key=lambda step: (kinds.index(step.kind), step.number)))

    def find_place(self, program_id: str, person_id: str) -> int | None:
        """Return a person's place in the order of forms; None while they have taken none."""
        found = self.by_key(PlaceRow, program_id, person_id)
        return None if found is None else found.place

    def take_place(self, program_id: str, person_id: str) -> int:
        """Return a person's place in the order of forms, 0, 1, 2 ...: the next free one on their first call."""
        found = self.find_place(program_id, person_id)
        if found is not None:
            return found
        latest = self.connection.scalar(select(func.max(PlaceRow.place)).where(PlaceRow.program_id == program_id))
        place = 0 if latest is None else latest + 1
        self.insert(PlaceRow(program_id=program_id, person_id=person_id, place=place))
        return place

    def list_changes(self, program_id: str) -> tuple[ChangeRow, ...]:
        """Return a program's changes in the order they were made."""
        return self.list_rows(ChangeRow, ChangeRow.program_id == program_id, order_by=(ChangeRow.change_id,))

    def add_look(self, team_id: str, key: str, *, at: datetime) -> None:
        """Note that a team's comparison was looked at with drills that `key` stands for; once each."""
        if (team_id, key) not in self.list_looks():
            self.insert(LookRow(team_id=team_id, key=key, at=at))

    def list_looks(self) -> frozenset[tuple[str, str]]:
        """Return every look at a comparison: team_id and key."""
        return frozenset((row.team_id, row.key) for row in self.list_rows(LookRow))

    def list_days_off(self) -> tuple[DayOff, ...]:
        """Return all days without drills, the earliest first."""
        return self.list_rows(DayOff, order_by=(DayOff.first_on, DayOff.day_off_id))
