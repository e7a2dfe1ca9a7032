"""The drill log that states ask schools for: every training, session, exercise and drill, its length, who took part.

Its columns and words come from a template: a file that comes along, or one of the district's own.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.app.wiring import App
from sim.checked import check, parse_toml, read_file, write_file
from sim.db.ledger import LedgerKind, Result
from sim.db.sessions import SessionRow, Training, TrainingState
from sim.errors import LedgerError, SimError, StoreError
from sim.features.comparison.handover import make_file_stem
from sim.features.record.tables import join_parts
from sim.ledger.record import Record
from sim.program.session_day import KIND_WORDS, Attendance
from sim.rules.drill_access import NOBODY
from sim.rules.viewer import Duty, Viewer, require
from sim.text.tables import FORMULA_SIGNS, TextTable, make_table
from sim.text.times import write_date, write_date_and_time, write_time_of_day
from sim.text.words import clean_typed

MEASURED: Final = "measured"


class LogKind(StrEnum):
    TRAINING = "training"
    SESSION = "session"
    EXERCISE = "exercise"
    ALONE = "alone"  # a drill in no session


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line; `took_part` began a drill or came to a training, `without_drill` counts who came and began none."""

    of: Training | SessionRow | Result
    at: datetime
    kind: LogKind
    title: str  # what was taught or drilled
    minutes: float | None
    minutes_from: str
    took_part: tuple[str, ...]
    absent: int = 0
    notes: str = ""
    without_drill: int = 0

    def tell(self, name: str) -> str:
        """Return what it is about has under a name, "" where it has nothing of the kind."""
        return getattr(self.of, name, "")


def _write_minutes(line: LogLine) -> str:
    if line.minutes is None:
        return ""
    return f"{line.minutes:.0f}" if line.minutes >= 10 else f"{line.minutes:.1f}"


USUAL_WORDS: Final[Mapping[LogKind, str]] = {
    LogKind.TRAINING: "Training",
    LogKind.SESSION: "Camera-search session",
    LogKind.EXERCISE: "Team exercise",
    LogKind.ALONE: "Camera-search drill done alone",
}


# What a column of a template can show.
SHOWS: Final[Mapping[str, Callable[[LogLine, "LogTemplate", tzinfo], str]]] = {
    "school": lambda line, _, __: line.of.school,
    "team": lambda line, _, __: line.of.team,
    "date": lambda line, _, zone: write_date(line.at, zone),
    "iso_date": lambda line, _, zone: line.at.astimezone(zone).date().isoformat(),
    "time": lambda line, _, zone: write_time_of_day(line.at.astimezone(zone)),
    "time_24h": lambda line, _, zone: f"{line.at.astimezone(zone):%H:%M}",
    "date_and_time": lambda line, _, zone: write_date_and_time(line.at, zone),
    "kind": lambda line, template, _: f"{template.words.get(line.kind) or USUAL_WORDS[line.kind]}: {line.title}",
    "minutes": lambda line, _, __: _write_minutes(line),
    "minutes_from": lambda line, _, __: line.minutes_from,
    "minutes_and_from": lambda line, _, __: f"{_write_minutes(line)} {line.minutes_from}".strip(),
    "took_part": lambda line, _, __: str(len(line.took_part)),
    "present_no_drill": lambda line, _, __: str(line.without_drill),
    "absent": lambda line, _, __: str(line.absent),
    "participants": lambda line, _, __: "; ".join(line.took_part),
    "place": lambda line, _, __: line.tell("place"),
    "conducted_by": lambda line, _, __: line.tell("taught_by"),
    "standard": lambda line, _, __: line.tell("standard"),
    "notes": lambda line, _, __: line.notes,
    "notes_and_standard": lambda line, _, __: join_parts(
        line.notes, f"Meets {line.tell('standard')}" if line.tell("standard") else ""
    ),
}


def _refuse(why: str) -> PydanticCustomError:
    return PydanticCustomError("template", "{why}", {"why": why})


def _check_words(text: str) -> str:
    try:
        cleaned = clean_typed(text, what="text", fault=SimError)
    except SimError as error:
        raise _refuse(error.what) from error
    if cleaned.startswith(FORMULA_SIGNS):
        raise _refuse(f"{cleaned[:20]!r} begins like a formula")
    return cleaned


def _check_shows(name: str) -> str:
    if name and name not in SHOWS:
        raise _refuse(f"no column shows {name[:40]!r}, but {', '.join(SHOWS)}, or nothing, to be filled in by hand")
    return name


Line = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_check_words)]
Note = Annotated[str, Field(max_length=400), AfterValidator(_check_words)]
SIGNATURES: Final = ("Principal or designee (name, signature, date)", "Safety coordinator (name, signature, date)")


class LogColumn(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    head: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_check_words)]
    shows: Annotated[str, AfterValidator(_check_shows)] = ""  # a name of `SHOWS`, "" where it is filled in by hand
    width: float = Field(default=1.0, ge=0.5, le=5.0)  # on paper, beside the others


class LogTemplate(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1]
    name: Line
    title: Line = "Drill log"
    source: Note = ""  # the statute or form it is made after
    link: Note = ""
    note: Note = ""
    words: dict[LogKind, Line] = Field(default_factory=dict)
    columns: list[LogColumn] = Field(min_length=1, max_length=14)
    file_columns: list[LogColumn] = Field(default_factory=list, max_length=30)  # of the CSV, where those are others
    signatures: list[Line] = Field(default=list(SIGNATURES), max_length=4)

    @model_validator(mode="after")
    def _check_twice(self) -> Self:
        for name, columns in (("columns", self.columns), ("file_columns", self.file_columns)):
            heads = [each.head.casefold() for each in columns]
            twice = next((n for n, head in enumerate(heads) if head in heads[:n]), None)
            if twice is not None:
                raise _refuse(f"{name}: the head {columns[twice].head!r} stands twice")
        return self


def list_log(record: Record) -> tuple[LogLine, ...]:
    """Return the log, the earliest first: only what was held, ended or done."""
    lines = [_make_training(each) for each in record.trainings if each.state is TrainingState.HELD]
    for session in record.sessions:
        has_come = session.list_who(Attendance.PRESENT) or any(guest.did_drill for guest in session.guests)
        if session.day.ended_at is not None and not session.is_canceled and has_come:
            lines.append(_make_session(session))
    exercises: dict[str, list[Result]] = {}
    for each in record.unscored:
        if each.kind is LedgerKind.TEAM_EXERCISE:
            exercises.setdefault(each.exercise_id or f"{each.form_title} {each.began_at}", []).append(each)
    lines += [_make_drill(LogKind.EXERCISE, members) for members in exercises.values()]
    lines += [_make_drill(LogKind.ALONE, [each]) for each in record.results if each.session_id is None]
    return tuple(sorted(lines, key=lambda line: (line.at, line.kind, line.title)))


def make_log(record: Record, zone: tzinfo, template: LogTemplate, *, is_file: bool = False) -> TextTable:
    """Return the log as a template has it, on paper or in a file; what nobody entered is "-" on paper alone."""
    columns = template.file_columns if is_file and template.file_columns else template.columns
    none = "" if is_file else "-"
    cells: dict[str, Callable[..., str]] = {
        each.head: lambda line, shows=each.shows: (SHOWS[shows](line, template, zone) or none) if shows else ""
        for each in columns
    }
    return make_table("drill-log", zip(list_log(record)), cells)


def _make_training(training: Training) -> LogLine:
    return LogLine(
        of=training,
        at=training.begins_at,
        kind=LogKind.TRAINING,
        title=training.title,
        minutes=training.minutes,
        minutes_from=f"entered by {training.minutes_by or NOBODY}",
        took_part=tuple(
            f"{each.name} (partly)" if training.is_partly(each) else each.name
            for each in training.list_who(Attendance.PRESENT)
        ),
        absent=len(training.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        notes=training.topics,
    )


def _make_session(session: SessionRow) -> LogLine:
    hours = session.hours
    measured = "not known" if hours is None else MEASURED
    took_part = tuple(guest.name for guest in session.guests if guest.did_drill)
    return LogLine(
        of=session,
        at=session.begins_at,
        kind=LogKind.SESSION,
        title=KIND_WORDS[session.kind].lower(),
        minutes=None if hours is None else hours * 60.0,
        minutes_from=measured if session.typed_hours is None else f"entered by {session.typed_by or NOBODY}",
        took_part=took_part,
        without_drill=len(session.list_without_drill()),
        absent=len(session.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        notes=join_parts(session.need, "" if took_part else "nobody did a drill"),
    )


def _make_drill(kind: LogKind, results: Sequence[Result]) -> LogLine:
    """Return what was done in no session; it took the drill's time limit where its time is not told."""
    last = max(results, key=lambda each: each.began_at)
    return LogLine(
        of=last,
        at=last.began_at,
        kind=kind,
        title=last.form_title,
        minutes=(last.usual_limit_s if last.used_s is None else last.used_s) / 60.0,
        minutes_from="the drill's time limit" if last.used_s is None else MEASURED,
        took_part=tuple(sorted((each.name for each in results), key=str.casefold)),
    )


SHIPPED: Final = Path(__file__).parent / "drill_logs"
OWN_LOGS: Final = "drill-logs"  # the folder of the data folder with templates of one's own
STANDARD: Final = "standard"
MOST_BYTES: Final = 20_000
MOST_OWN: Final = 20
_OWN: Final = "own-"
_TODO: Final = "correct the file and add it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTemplates:
    found: Mapping[str, LogTemplate]  # by name of the file, the standard one first
    problems: Sequence[str]  # what is wrong with files of one's own

    @property
    def own(self) -> list[str]:
        """Which of them can be removed."""
        return [key for key in self.found if key.startswith(_OWN)]


def read_template(data: bytes, *, name: str) -> LogTemplate:
    if len(data) > MOST_BYTES:
        raise LedgerError(f"{name} has more than {MOST_BYTES:,} bytes", todo=_TODO)
    found = parse_toml(data, source=name, fault=LedgerError)
    return check(LogTemplate, found, source=name, newest=1, fault=LedgerError, todo=_TODO)


def _list_files(app: App) -> dict[str, Path]:
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}
    own = {f"{_OWN}{path.stem}": path for path in sorted((app.settings.data / OWN_LOGS).glob("*.toml"))}
    return {STANDARD: shipped.pop(STANDARD), **shipped, **own}


def list_templates(app: App) -> LogTemplates:
    found, problems = {}, []
    for key, path in _list_files(app).items():
        try:
            found[key] = read_template(read_file(path, fault=LedgerError), name=path.name)
        except SimError as error:
            problems.append(error.on_screen)
    return LogTemplates(found=found, problems=problems)


def get_template(app: App, key: str) -> LogTemplate:
    return read_template(read_template_file(app, key), name=key)


def read_template_file(app: App, key: str) -> bytes:
    path = _list_files(app).get(key)
    if path is None:
        raise LedgerError("This form of the drill log is gone. Reload the page and choose another one.")
    return read_file(path, fault=LedgerError)


def add_template(app: App, viewer: Viewer, name: str, data: bytes) -> None:
    """Keep a template of the district's own, under the name that it has in it. Raises LedgerError: what is wrong."""
    require(viewer, Duty.STATE_REQUIREMENTS)
    template, known = read_template(data, name=name[:80]), list_templates(app)
    if template.name.casefold() in {each.name.casefold() for each in known.found.values()}:
        raise LedgerError(f"There is a drill log called {template.name!r} already. Give yours another name.")
    if len(known.own) >= MOST_OWN:
        raise LedgerError(f"There are {MOST_OWN} drill logs of your own. Remove one first.")
    path = app.settings.data / OWN_LOGS / f"{make_file_stem(template.name)}-{secrets.token_hex(2)}.toml"
    write_file(path, data, fault=StoreError)


def remove_template(app: App, viewer: Viewer, key: str) -> None:
    require(viewer, Duty.STATE_REQUIREMENTS)
    path = _list_files(app).get(key)
    if path is not None and key.startswith(_OWN):
        path.unlink(missing_ok=True)
