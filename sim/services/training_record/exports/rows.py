"""The record as rows for spreadsheets: who was trained in what, and each recorded drill with its measures."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from sim.db.ledger import write_moment
from sim.services.ledger.gaps import Gap
from sim.services.ledger.record import Record
from sim.services.training_event.view import write_known
from sim.services.training_record.parts import write_parts
from sim.services.training_record.tables import (
    ATTENDANCE_WORDS,
    write_attendance,
    write_guest_known,
    write_outcome,
    write_phase,
    write_result,
    write_what,
)
from sim.text.tables import TextTable

ATTENDANCE_HEADER = (
    "school",
    "team",
    "person",
    "date",
    "kind",
    "need",
    "content",
    "content_version",
    "hours",
    "hours_measured",
    "hours_entered",
    "hours_entered_by",
    "place",
    "instructor",
    "qualification",
    "attendance",
    "known_by",
    "reason",
    "makes_up_session",
    "session_id",
)
DRILL_HEADER = (
    "school",
    "team",
    "person",
    "date",
    "form",
    "form_version",
    "mode",
    "phase",
    "ended",
    "time_s",
    "passed",
    "not_met",
    "measures",
    "program",
    "ledger_entry",
    "began_at_utc",
    "known_by",
    "given_for",
    "result",
    "parts",
    "paused_s",
)
TRAINING_HEADER = (
    "school",
    "team",
    "person",
    "date",
    "time",
    "training",
    "topics",
    "content_version",
    "need",
    "minutes",
    "minutes_entered_by",
    "place",
    "instructor",
    "qualification",
    "provider",
    "standard",
    "state",
    "attendance",
    "known_by",
    "reason",
    "makes_up_training",
    "training_id",
)
GAP_HEADER = ("person", "gap", "open_since", "closed_on", "remediation")


def make_attendance_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a person invited, as `training-record-attendance.csv` has them."""
    rows = [
        (
            session.school,
            session.team,
            guest.name,
            session.begins_at.astimezone(zone).date().isoformat(),
            session.kind,
            session.need,
            session.content,
            session.content_version,
            "" if session.hours is None else f"{session.hours:g}",
            "" if session.measured_hours is None else f"{session.measured_hours:g}",
            "" if session.typed_hours is None else f"{session.typed_hours:g}",
            session.typed_by,
            session.place,
            session.instructor,
            session.qualification,
            write_attendance(session, guest),
            write_guest_known(guest),
            guest.reason,
            session.makes_up or "",
            session.session_id,
        )
        for session in record.sessions
        for guest in session.guests
    ]
    return TextTable(name="attendance", header=ATTENDANCE_HEADER, rows=tuple(rows))


def make_drill_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a recorded drill, its measures as JSON in one cell."""
    rows = [
        (
            result.school,
            result.team,
            result.name,
            result.began_at.astimezone(zone).date().isoformat(),
            result.form,
            result.form_version,
            result.mode,
            result.phase,
            result.state,
            _write_seconds(result.used_s),
            {True: "yes", False: "no", None: ""}[result.passed],
            " ".join(key for key, is_met in result.criteria.items() if is_met is False),
            json.dumps(result.parts, sort_keys=True),
            result.program,
            str(result.number),
            write_moment(result.began_at),
            result.known_by,
            write_phase(result, record.trainings, zone),
            write_result(result),
            write_parts(result),
            f"{result.paused_s:g}" if result.paused_s else "",
        )
        for result in record.results
    ]
    return TextTable(name="drills", header=DRILL_HEADER, rows=tuple(rows))


def make_training_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a person expected at a training, as `trainings.csv` has them."""
    rows = [
        (
            training.school,
            training.team,
            person.name,
            training.begins_at.astimezone(zone).date().isoformat(),
            f"{training.begins_at.astimezone(zone):%H:%M}",
            training.title,
            training.topics,
            training.version,
            training.need,
            str(training.minutes),
            training.minutes_by,
            training.place,
            training.instructor,
            training.qualification,
            training.provider,
            training.standard,
            training.state.value,
            ATTENDANCE_WORDS[person.attendance],
            write_known(person),
            person.reason,
            training.makes_up or "",
            training.training_id,
        )
        for training in record.trainings
        for person in training.attendees
    ]
    return TextTable(name="trainings", header=TRAINING_HEADER, rows=tuple(rows))


def make_unscored_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a team exercise or look at the console, as `exercises.csv` has them."""
    rows = [
        (
            each.school,
            each.team,
            each.name,
            each.began_at.astimezone(zone).date().isoformat(),
            write_what(each),
            write_outcome(each),
            _write_seconds(each.used_s),
            each.known_by,
            str(each.number),
        )
        for each in record.unscored
    ]
    header = ("school", "team", "person", "date", "what", "result", "time_s", "known_by", "ledger_entry")
    return TextTable(name="exercises", header=header, rows=tuple(rows))


def _write_seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:g}"


def _write_iso(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def make_gap_rows(
    record: Record, zone: tzinfo = UTC, *, write_day: Callable[[datetime, tzinfo], str] = _write_iso
) -> TextTable:
    """Return a row a gap, closed ones too, with what was done since it opened: notes, and the re-drill."""
    rows = [
        (
            gap.name,
            gap.skill,
            write_day(gap.opened_at, zone),
            "" if gap.closed_at is None else write_day(gap.closed_at, zone),
            "; ".join(_list_done(record, gap, zone, write_day)),
        )
        for gap in record.gaps
    ]
    return TextTable(name="gaps", header=GAP_HEADER, rows=tuple(rows))


def _list_done(record: Record, gap: Gap, zone: tzinfo, write_day: Callable[[datetime, tzinfo], str]) -> list[str]:
    done = [
        note.words
        for note in record.notes
        if note.kind == "remediation" and note.person_id == gap.person_id and note.at >= gap.opened_at
    ]
    if gap.redrill_at is not None:
        closed = ", which closed it" if gap.is_closed_by_redrill else ""
        done.append(f"re-drill given on {write_day(gap.redrill_at, zone)}{closed}")
    return done
