"""The drill log that states ask schools for: every training, session, exercise and drill, its length, who took part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from sim.db.ledger import LedgerKind
from sim.db.results import Result
from sim.db.sessions import SessionRow
from sim.db.trainings import Training, TrainingState
from sim.features.record.tables import join_parts
from sim.ledger.record import Record
from sim.program.session_day import KIND_WORDS, Attendance
from sim.rules.drill_access import NOBODY
from sim.text.tables import TextTable, make_table, own_columns
from sim.text.times import write_date_and_time

MEASURED: Final = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line; `took_part` began a drill or came to a training, `without_drill` counts who came and began none."""

    of: Training | SessionRow | Result
    at: datetime
    kind: str
    minutes: float | None
    minutes_from: str
    took_part: tuple[str, ...]
    absent: int = 0
    notes: str = ""
    without_drill: int = 0

    def tell(self, name: str) -> str:
        """Return what it is about has under a name, "" where it has nothing of the kind."""
        return getattr(self.of, name, "")


def list_log(record: Record) -> tuple[LogLine, ...]:
    """Return the log, the earliest first: only what was held, ended or done."""
    lines = [_make_training(each) for each in record.trainings if each.state is TrainingState.HELD]
    for session in record.sessions:
        has_come = session.list_took_part() or session.list_who(Attendance.PRESENT)
        if session.day.ended_at is not None and not session.is_canceled and has_come:
            lines.append(_make_session(session))
    exercises: dict[str, list[Result]] = {}
    for each in record.unscored:
        if each.kind is LedgerKind.TEAM_EXERCISE:
            exercises.setdefault(each.exercise_id or f"{each.form_title} {each.began_at}", []).append(each)
    for members in exercises.values():
        last = max(members, key=lambda each: each.began_at)
        names = sorted((each.name for each in members), key=str.casefold)
        lines.append(_make_alone(last, f"Team exercise: {last.form_title}", names))
    lines += [
        _make_alone(each, f"Camera-search drill done alone: {each.form_title}", [each.name])
        for each in record.results
        if each.session_id is None
    ]
    return tuple(sorted(lines, key=lambda line: (line.at, line.kind)))


def make_log_table(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "drill-log",
        zip(list_log(record), strict=True),
        {
            "Date and time": lambda line: write_date_and_time(line.at, zone),
            "Type": lambda line: line.kind,
            "Minutes": _write_minutes,
            "Minutes are": lambda line: line.minutes_from,
            "Took part": lambda line: str(len(line.took_part)),
            "Present, no drill": lambda line: str(line.without_drill),
            "Absent": lambda line: str(line.absent),
            "Place": lambda line: line.tell("place") or "-",
            "Conducted by": lambda line: line.tell("taught_by") or "-",
            "Notes": lambda line: (
                join_parts(line.notes, line.tell("standard") and f"Meets {line.tell('standard')}") or "-"
            ),
        },
    )


def make_log_rows(record: Record, zone: tzinfo) -> TextTable:
    return make_table(
        "drill-log",
        zip(list_log(record), strict=True),
        {
            "school": lambda line: line.of.school,
            "team": lambda line: line.of.team,
            "date": lambda line: line.at.astimezone(zone).date().isoformat(),
            "time": lambda line: f"{line.at.astimezone(zone):%H:%M}",
            **own_columns(type="kind"),
            "minutes": _write_minutes,
            **own_columns("minutes_from"),
            "took_part": lambda line: str(len(line.took_part)),
            **own_columns(present_no_drill="without_drill", absent="absent"),
            "participants": lambda line: "; ".join(line.took_part),
            "place": lambda line: line.tell("place"),
            "conducted_by": lambda line: line.tell("taught_by"),
            "standard": lambda line: line.tell("standard"),
            **own_columns("notes"),
        },
    )


def _make_training(training: Training) -> LogLine:
    return LogLine(
        of=training,
        at=training.begins_at,
        kind=f"Training: {training.title}",
        minutes=training.minutes,
        minutes_from=f"entered by {training.minutes_by or NOBODY}",
        took_part=tuple(each.name for each in training.list_who(Attendance.PRESENT)),
        absent=len(training.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        notes=training.topics,
    )


def _make_session(session: SessionRow) -> LogLine:
    hours = session.hours
    measured = "not known" if hours is None else MEASURED
    return LogLine(
        of=session,
        at=session.begins_at,
        kind=f"Camera-search session: {KIND_WORDS[session.kind].lower()}",
        minutes=None if hours is None else hours * 60.0,
        minutes_from=measured if session.typed_hours is None else f"entered by {session.typed_by or NOBODY}",
        took_part=tuple(guest.name for guest in session.list_took_part()),
        without_drill=len(session.list_without_drill()),
        absent=len(session.list_who(Attendance.ABSENT, Attendance.MADE_UP)),
        notes=join_parts(session.need, "" if session.list_took_part() else "nobody did a drill"),
    )


def _make_alone(each: Result, kind: str, names: Iterable[str]) -> LogLine:
    """Return what was done in no session; it took the drill's time limit where its time is not told."""
    return LogLine(
        of=each,
        at=each.began_at,
        kind=kind,
        minutes=(each.usual_limit_s if each.used_s is None else each.used_s) / 60.0,
        minutes_from="the drill's time limit" if each.used_s is None else MEASURED,
        took_part=tuple(names),
    )


def _write_minutes(line: LogLine) -> str:
    if line.minutes is None:
        return "-"
    return f"{line.minutes:.0f}" if line.minutes >= 10 else f"{line.minutes:.1f}"
