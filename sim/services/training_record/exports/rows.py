"""The record as rows for spreadsheets: who was trained in what, and each recorded drill with its measures."""

import json
from datetime import UTC, tzinfo

from sim.services.ledger.gaps import Gap
from sim.services.ledger.record import Record
from sim.services.training_record.view import ATTENDANCE_WORDS
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
    "place",
    "instructor",
    "qualification",
    "attendance",
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
            session.place,
            session.instructor,
            session.qualification,
            ATTENDANCE_WORDS[guest.attendance],
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
            result.ended_at.astimezone(zone).date().isoformat(),
            result.form,
            result.form_version,
            result.mode,
            result.phase,
            result.state,
            f"{result.used_s:g}",
            {True: "yes", False: "no", None: ""}[result.passed],
            " ".join(key for key, is_met in result.criteria.items() if is_met is False),
            json.dumps(result.parts, sort_keys=True),
            result.program,
            str(result.number),
        )
        for result in record.results
    ]
    return TextTable(name="drills", header=DRILL_HEADER, rows=tuple(rows))


def make_gap_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a gap, closed ones too, with what was done since it opened: notes, and the re-drill."""
    rows = [
        (
            gap.name,
            gap.skill,
            gap.opened_at.astimezone(zone).date().isoformat(),
            "" if gap.closed_at is None else gap.closed_at.astimezone(zone).date().isoformat(),
            "; ".join(_list_done(record, gap, zone)),
        )
        for gap in record.gaps
    ]
    return TextTable(name="gaps", header=GAP_HEADER, rows=tuple(rows))


def _list_done(record: Record, gap: Gap, zone: tzinfo) -> list[str]:
    done = [
        note.words
        for note in record.notes
        if note.kind == "remediation" and note.person_id == gap.person_id and note.at >= gap.opened_at
    ]
    if gap.redrill_at is not None:
        closed = ", which closed it" if gap.is_closed_by_redrill else ""
        done.append(f"re-drill given on {gap.redrill_at.astimezone(zone).date().isoformat()}{closed}")
    return done
