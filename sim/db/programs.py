"""Programs, their steps and their changes, and who was given which form; on one open transaction."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import select

from sim.attempt.options import Options, ProfileName, read_options
from sim.db.columns import MOST_SAID, Col, Row, cascade, column, inner, metadata, set_null, several, told
from sim.db.rows import Rows, RowsOf, is_any, whole
from sim.db.teams import PersonRow, Teams
from sim.errors import StoreError
from sim.program.plan import StepKind

PROGRAM = "program"
CHOSEN = "chosen"
LOOKED = "looked"
"""How somebody came by a form: in its turn in a program, because a trainer chose it, or by looking at a drill that is
not theirs. Else the attempt's mode."""


class ProgramRow(Row, table="program", of="team", sorted_by="created_at program_id"):
    """Training programs."""

    unknown = partial(StoreError, "this program does not exist", todo="go back to the list of programs")
    program_id: Col[str] = column(32, primary_key=True)
    plan_id: Col[str] = column(32, index=True)  # the same for the teams that follow one plan
    team_id: Col[str] = column(32, cascade("team.team_id"), index=True)
    aim: Col[str] = column(300)  # what it is for, in the trainer's words
    recording_id: Col[str] = column(80)  # the recording whose parallel forms its drills are
    second_recording_id: Col[str] = column(80, default="")  # everybody's drills after are on their other one
    profile: Col[ProfileName] = column()
    options: Col[Options] = column(several(read_options))
    time_zone: Col[str] = column(64)  # IANA name; its days are days there
    training_on: Col[date | None] = column()  # day of the training, None while there is none
    training_at: Col[str] = column(5)  # when it begins on that day, "HH:MM", or ""
    request_key: Col[str] = column(64, unique=True)  # the same for a plan sent twice
    calendar_number: Col[int] = column()  # calendar addresses with a lower one are no longer valid
    waiting_seed: Col[int | None] = column(default=None)  # where lots decided who is trained first
    margin: Col[float] = column(default=0.05)  # fall in match (IDF1) up to which accuracy counts as held
    smallest: Col[float] = column(default=0.3)  # smallest share of time worth having
    compare_on: Col[date | None] = column(default=None)  # None: the day after the last drill after is due
    created_at: Col[datetime] = column()
    closed_at: Col[datetime | None] = column(default=None)  # set once it is put away

    @property
    def recordings(self) -> tuple[str, ...]:
        return (self.recording_id, self.second_recording_id) if self.second_recording_id else (self.recording_id,)


class LookRow(Row, table="comparison_look", of="team"):
    """Looks at a team's comparison."""

    team_id: Col[str] = column(32, cascade("team.team_id"), primary_key=True)
    key: Col[str] = column(64, primary_key=True)  # of the drills that it was looked at with
    at: Col[datetime] = column()


class StepRow(Row, table="program_step", of="program", sorted_by="number due_to due_from step_id"):
    """Steps of programs."""

    unknown = partial(StoreError, "this step of a program does not exist", todo="go back to the program's page")
    step_id: Col[str] = column(32, primary_key=True)
    program_id: Col[str] = column(32, cascade("program.program_id"), index=True)
    kind: Col[StepKind] = column()
    number: Col[int] = column()  # of its kind
    due_from: Col[date] = column()
    due_to: Col[date] = column()  # that day included
    dropped_at: Col[datetime | None] = column(default=None)


class PlaceRow(Row, table="program_place", of="program"):
    """Order of drills in a program. Which order of drills someone has."""

    program_id: Col[str] = column(32, cascade("program.program_id"), primary_key=True)
    person_id: Col[str] = told("who", 32, cascade("person.person_id"), primary_key=True)
    place: Col[int] = told("which order")  # of forms; it never changes


class ChangeRow(Row, table="program_change", of="program", sorted_by="change_id"):
    """Changes of programs."""

    change_id: Col[int] = inner("", "", primary_key=True)  # given by the database, in order
    program_id: Col[str] = column(32, cascade("program.program_id"), index=True)
    changed_at: Col[datetime] = column()
    words: Col[str] = column(400)


class ExposureRow(Row, table="exposure", of="person"):
    """Drills someone has been given or has looked at. So that nobody is measured on a drill they know."""

    person_id: Col[str] = told("who", 32, cascade("person.person_id"), primary_key=True)
    form_id: Col[str] = told("which drill", 80, primary_key=True)
    attempt_id: Col[str | None] = column(64, set_null("attempt.attempt_id"), index=True)  # it was given in
    given_at: Col[datetime] = told("when")  # first
    how: Col[str] = told("how chosen", 16)  # `PROGRAM`, `CHOSEN`, `LOOKED`, or the mode of the attempt
    reason: Col[str] = told("why", 300)  # why a trainer chose the form, or ""


class DayOff(Row, table="day_off", of="", sorted_by="first_on day_off_id"):
    """Days without drills."""

    day_off_id: Col[str] = column(32, primary_key=True)
    first_on: Col[date] = column()
    last_on: Col[date] = column()
    name: Col[str] = column(120)


class Requirement(Row, table="requirement", of="", sorted_by="due_on title requirement_id", audit="requirement {}"):
    """Requirements."""

    unknown = partial(StoreError, "this requirement does not exist", todo="reload the page")
    requirement_id: Col[str] = column(32, primary_key=True)
    number: Col[int] = column()  # how often it was stated; a change is refused where that is another by now
    title: Col[str] = column(80)
    source: Col[str] = column(200)  # the law or policy that asks for it, "" for none
    drills: Col[int] = column()  # how many, in the twelve months up to the day on which they are due
    trainings: Col[int] = column()
    roles: Col[frozenset[str]] = column(several(frozenset))  # of whom, empty for everyone
    due_on: Col[date] = column()  # the first such day, never before it was stated
    is_yearly: Col[bool] = column()  # it is due on that day of each year
    time_zone: Col[str] = column(64)  # IANA name; its days are days there
    stated_at: Col[datetime] = column()
    stated_by: Col[str] = column(120)
    ended_at: Col[datetime | None] = column(default=None)  # since when it is required no more


def sort_steps(steps: Iterable[StepRow]) -> tuple[StepRow, ...]:
    return tuple(sorted(steps, key=lambda step: list(StepKind).index(step.kind)))


class ProgramsTable(RowsOf[ProgramRow]):
    def list_steps(self, program_ids: Iterable[str]) -> tuple[StepRow, ...]:
        return sort_steps(self.list_rows(StepRow, StepRow.program_id.in_(list(program_ids))))


LOOKED_AT = "recording/"
"""What stands before the id of a recording where a row is about all of it; no id of a form has a slash."""
_IS_LOOK = ExposureRow.form_id.startswith(LOOKED_AT, autoescape=True)


class ExposuresTable(Rows):
    def note_look(self, row: ExposureRow, *, recording_id: str) -> None:
        """Note that somebody saw a form, and so its recording, outside a measured drill: the first time of each."""
        self.insert_new(row)
        self.insert_new(replace(row, form_id=f"{LOOKED_AT}{recording_id}", how=LOOKED))

    def list_looks(self, person_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """Return when people first saw a recording outside measured drills, by person_id and recording_id."""
        chosen = select(ExposureRow.person_id, ExposureRow.form_id, ExposureRow.given_at)
        found = self.connection.execute(chosen.where(ExposureRow.person_id.in_(list(person_ids)), _IS_LOOK))
        return {(person_id, form_id.removeprefix(LOOKED_AT)): given_at for person_id, form_id, given_at in found}

    def list_seen(self, person_id: str) -> frozenset[str]:
        return frozenset(self.list_values(ExposureRow.form_id, ExposureRow.person_id == person_id, ~_IS_LOOK))

    def list_versions(self) -> dict[str, frozenset[str]]:
        attempt = metadata.tables["attempt"]
        is_it = (attempt.c.attempt_id == ExposureRow.attempt_id) & (attempt.c.form_id == ExposureRow.form_id)
        chosen = select(ExposureRow.form_id, attempt.c.form_version).outerjoin_from(ExposureRow.table, attempt, is_it)
        found: dict[str, set[str]] = {}
        for form_id, version in self.connection.execute(whole(chosen.where(~_IS_LOOK).distinct())):
            found.setdefault(form_id, set()).update([version] if version else [])
        return {form_id: frozenset(versions) for form_id, versions in found.items()}

    def list_of_team(self, team_id: Teams) -> tuple[ExposureRow, ...]:
        joined = select(ExposureRow.table).join(PersonRow.table, PersonRow.person_id == ExposureRow.person_id)
        order = (ExposureRow.given_at, ExposureRow.person_id, ExposureRow.form_id)
        return self.read(ExposureRow, joined.where(is_any(PersonRow.team_id, team_id), ~_IS_LOOK).order_by(*order))


class LinkKind(StrEnum):
    RECORD = "record"
    DRILL = "drill"
    TEAM_EXERCISE = "exercise"


class LinkRow(Row, table="link", of="person", sorted_by="-issued_at link_id"):
    """Links. Which links to a record, drill or team exercise were given to someone, and by whom; not the links."""

    link_id: Col[str] = column(32, primary_key=True)
    kind: Col[LinkKind] = told("to what")  # what it opens
    person_id: Col[str] = told("for whom", 32, cascade("person.person_id"), index=True)  # and whose
    attempt_id: Col[str | None] = column(64, cascade("attempt.attempt_id"), index=True)  # None for a record
    issued_by: Col[str] = told("by whom", 120)  # "" where nobody was signed in
    issued_at: Col[datetime] = told("when")
    expires_at: Col[datetime] = told("until when it works")
    ended_at: Col[datetime | None] = told("when it was ended", default=None)  # before that


class Message(Row, table="mail_message", of="person account", sorted_by="queued_at message_id"):
    """Mail. Reminders, and what is overdue, where a mail server is set: waiting, or sent and then without text."""

    message_id: Col[str] = column(32, primary_key=True)
    person_id: Col[str | None] = told("to whom", 32, cascade("person.person_id"), index=True)
    account_id: Col[str | None] = column(32, cascade("account.account_id"), index=True, default=None)
    key: Col[str] = column(160, unique=True)  # what it is about: nobody is sent the same twice
    subject: Col[str] = told("subject", 200)
    body: Col[str] = told("text, until it was sent")  # "" then
    queued_at: Col[datetime] = told("since when it waits")
    sent_at: Col[datetime | None] = told("when sent", default=None)
    refused: Col[str] = told("why the mail server refused it", MOST_SAID, default="")  # for good; "" while it may


class MailState(Row, table="mail_state", of=""):
    """How sending mail goes."""

    server: Col[str] = column(300, primary_key=True)
    sent_count: Col[int] = column(default=0)
    sent_at: Col[datetime | None] = column(default=None)
    failed_at: Col[datetime | None] = column(default=None)
    failure: Col[str] = column(MOST_SAID, default="")  # "" once it worked again
    queued_up_to: Col[datetime | None] = column(default=None)  # when reminders were looked for last
