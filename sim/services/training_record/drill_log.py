"""The drill log that states ask schools for: every training, session, exercise and drill, its length, who took part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from sim.db.ledger import LedgerKind
from sim.drill.session_day import Attendance
from sim.services.accounts.drill_access import NOBODY
from sim.services.ledger.record import Record, ResultRecord, SessionRecord, UnscoredRecord
from sim.services.ledger.trainings import Training, TrainingState
from sim.services.training_record.tables import KIND_WORDS
from sim.text.tables import TextTable
from sim.text.times import write_date_and_time

HEADER: Final = (
    "Date and time",
    "Type",
    "Minutes",
    "Minutes are",
    "Took part",
    "Present, no drill",
    "Absent",
    "Place",
    "Conducted by",
    "Notes",
)
COLUMNS: Final = (
    "school",
    "team",
    "date",
    "time",
    "type",
    "minutes",
    "minutes_from",
    "took_part",
    "present_no_drill",
    "absent",
    "participants",
    "place",
    "conducted_by",
    "standard",
    "notes",
)
TYPED: Final = "entered by {by}"
MEASURED: Final = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line; `took_part` began a drill or came to a training, `without_drill` counts who came and began none."""

    at: datetime
    team: str
    school: str
    kind: str
    minutes: float | None
    minutes_from: str
    took_part: tuple[str, ...]
    absent: int
    place: str
    conducted_by: str
    standard: str
    notes: str
    without_drill: int = 0


def list_log(record: Record) -> tuple[LogLine, ...]:
    """Return the log, the earliest first: only what was held, ended or done."""
    lines = [*_list_trainings(record), *_list_sessions(record), *_list_exercises(record), *_list_alone(record)]
    return tuple(sorted(lines, key=lambda line: (line.at, line.kind)))


def make_log_table(record: Record, zone: tzinfo) -> TextTable:
    rows = [
        (
            write_date_and_time(line.at, zone),
            line.kind,
            _write_minutes(line),
            line.minutes_from,
            str(len(line.took_part)),
            str(line.without_drill),
            str(line.absent),
            line.place or "-",
            line.conducted_by or "-",
            "; ".join(part for part in (line.notes, line.standard and f"Meets {line.standard}") if part) or "-",
        )
        for line in list_log(record)
    ]
    return TextTable(name="drill-log", header=HEADER, rows=tuple(rows))


def make_log_rows(record: Record, zone: tzinfo) -> TextTable:
    """Return the log as `drill-log.csv` has it, with the names of those who took part."""
    rows = [
        (
            line.school,
            line.team,
            line.at.astimezone(zone).date().isoformat(),
            f"{line.at.astimezone(zone):%H:%M}",
            line.kind,
            _write_minutes(line),
            line.minutes_from,
            str(len(line.took_part)),
            str(line.without_drill),
            str(line.absent),
            "; ".join(line.took_part),
            line.place,
            line.conducted_by,
            line.standard,
            line.notes,
        )
        for line in list_log(record)
    ]
    return TextTable(name="drill-log", header=COLUMNS, rows=tuple(rows))


def _list_trainings(record: Record) -> Iterator[LogLine]:
    for training in record.trainings:
        if training.state is TrainingState.HELD:
            yield _make_training(training)


def _make_training(training: Training) -> LogLine:
    return LogLine(
        at=training.begins_at,
        team=training.team,
        school=training.school,
        kind=f"Training: {training.title}",
        minutes=training.minutes,
        minutes_from=TYPED.format(by=training.minutes_by or NOBODY),
        took_part=tuple(each.name for each in training.list_who(Attendance.PRESENT)),
        absent=len(training.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        place=training.place,
        conducted_by=", ".join(part for part in (training.instructor, training.qualification) if part),
        standard=training.standard,
        notes=training.topics,
    )


def _list_sessions(record: Record) -> Iterator[LogLine]:
    for session in record.sessions:
        has_come = session.list_took_part() or session.list_who(Attendance.PRESENT)
        if session.ended_at is not None and not session.is_canceled and has_come:
            yield _make_session(session)


def _make_session(session: SessionRecord) -> LogLine:
    hours = session.hours
    source = "not known" if hours is None else MEASURED
    if session.typed_hours is not None:
        source = TYPED.format(by=session.typed_by or NOBODY)
    return LogLine(
        at=session.planned_at or session.opened_at,
        team=session.team,
        school=session.school,
        kind=f"Camera-search session: {KIND_WORDS.get(session.kind, session.kind).lower()}",
        minutes=None if hours is None else hours * 60.0,
        minutes_from=source,
        took_part=tuple(guest.name for guest in session.list_took_part()),
        without_drill=len(session.list_without_drill()),
        absent=len(session.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        place=session.place,
        conducted_by=", ".join(part for part in (session.instructor, session.qualification) if part),
        standard="",
        notes="; ".join(
            part for part in (session.need, "" if session.list_took_part() else "nobody did a drill") if part
        ),
    )


def _list_exercises(record: Record) -> Iterator[LogLine]:
    found: dict[str, list[UnscoredRecord]] = {}
    for each in record.unscored:
        if each.kind == LedgerKind.TEAM_EXERCISE:
            found.setdefault(each.exercise_id or f"{each.form_title} {each.began_at}", []).append(each)
    for members in found.values():
        last = max(members, key=lambda each: each.began_at)
        kind = f"Team exercise: {last.form_title}"
        yield _make_alone(last, at=last.began_at, kind=kind, names=[each.name for each in members])


def _list_alone(record: Record) -> Iterator[LogLine]:
    for result in record.results:
        if result.session_id is None:
            yield LogLine(
                at=result.began_at,
                team=result.team,
                school=result.school,
                kind=f"Camera-search drill done alone: {result.form_title}",
                **_tell_minutes(result),
                took_part=(result.name,),
                absent=0,
                place="",
                conducted_by="",
                standard="",
                notes="",
            )


def _make_alone(each: UnscoredRecord, *, at: datetime, kind: str, names: list[str]) -> LogLine:
    return LogLine(
        at=at,
        team=each.team,
        school=each.school,
        kind=kind,
        **_tell_minutes(each),
        took_part=tuple(sorted(names, key=str.casefold)),
        absent=0,
        place="",
        conducted_by="",
        standard="",
        notes="",
    )


def _tell_minutes(each: ResultRecord | UnscoredRecord) -> dict[str, Any]:
    """Return how long a drill took; the drill's time limit where its time is not told."""
    is_told = each.used_s is not None
    seconds = each.usual_limit_s if each.used_s is None else each.used_s
    return {"minutes": seconds / 60.0, "minutes_from": MEASURED if is_told else "the drill's time limit"}


def _write_minutes(line: LogLine) -> str:
    if line.minutes is None:
        return "-"
    return f"{line.minutes:.0f}" if line.minutes >= 10 else f"{line.minutes:.1f}"
