"""One person's training record on paper, for the personnel file: PDF/UA-1, set like a team's."""

from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from sim.drill.session_day import Attendance
from sim.records.ledger_rows import Head
from sim.services.ledger.record import Record
from sim.services.training_record.exports.pdf import make_section, set_record
from sim.services.training_record.exports.rows import make_gap_rows
from sim.services.training_record.view import ATTENDANCE_WORDS, CAME, PersonRecordView, write_planned
from sim.text.tables import TextTable

NOT_ENTERED: Final = "not entered"
ACKNOWLEDGED: Final = "{name} has read this record and acknowledged it on {day}."
CHANGED: Final = "{name} acknowledged this record on {day}; something was recorded since."
NOT_YET: Final = "{name} has not acknowledged this record yet."
MEANING: Final = "Acknowledging says that one knows what is recorded, not that one agrees."


def write_person_pdf(
    view: PersonRecordView, record: Record, *, head: Head, made_at: datetime, zone: tzinfo = UTC
) -> bytes:
    """Return one person's record as a PDF, with nobody else in it; the same on the same day gives the same bytes.

    Args:
        view: as their page shows it.
        record: theirs, as `load_person_record` gives it.
        head: where the ledger ends.
        made_at: when.
        zone: whose days are written.

    Raises:
        ReportError: Typst refused.
    """
    return set_record(
        title=f"Training record: {view.name}",
        facts=_list_facts(view, record),
        sections=_list_sections(view, record, zone),
        reduced=record.reduced,
        head=head,
        made_at=made_at,
        zone=zone,
    )


def _list_facts(view: PersonRecordView, record: Record) -> tuple[tuple[str, str], ...]:
    came = sum(guest.attendance in CAME for session in record.sessions for guest in session.guests)
    held = sum(guest.attendance is not Attendance.INVITED for session in record.sessions for guest in session.guests)
    return (
        ("Team", view.team),
        ("Sessions attended", f"{came} of {held}"),
        ("Drills recorded", str(len(record.results))),
        ("Still to practice", str(len(view.open_gaps))),
        ("Next refresher", view.refresher or "-"),
    )


def _list_sections(view: PersonRecordView, record: Record, zone: tzinfo) -> list[dict[str, Any]]:
    gaps = make_gap_rows(record, zone)
    words = NOT_YET if not view.acknowledged else ACKNOWLEDGED if view.is_acknowledged else CHANGED
    remarks = TextTable(
        name="remarks",
        header=("Remark", "By"),
        rows=tuple((note.words, note.by) for note in record.notes if note.kind == "acknowledged"),
    )
    said = (words.format(name=view.name, day=view.acknowledged), MEANING)
    return [
        make_section("Sessions", (), _make_sessions(record, zone), shares=(1.7, 2.6, 1, 1.9, 2.4, 1.5)),
        make_section(
            "Recorded drills",
            ("Practice is never recorded.",),
            view.results,
            shares=(1.5, 1.8, 1.3, 1.6, 1.6, 0.8, 0.9),
        ),
        make_section(
            "What is still to be practiced, and what was closed",
            ("A part of a drill that was not passed stays open until a later drill passes it.",),
            TextTable(name="gaps", header=gaps.header[1:], rows=tuple(row[1:] for row in gaps.rows)),
            shares=(3, 1.3, 1.3, 3),
            header=("To practice", "Open since", "Closed", "What was done"),
        ),
        make_section("What was done", (), view.notes, shares=(1.3, 5, 2)),
        make_section("Acknowledgement", said, remarks if remarks.rows else None, shares=(5, 2)),
    ]


def _make_sessions(record: Record, zone: tzinfo) -> TextTable:
    rows = [
        (
            write_planned(session, zone) + (", cancelled" if session.is_cancelled else ""),
            f"{session.content}, version {session.content_version}. Need: {session.need or NOT_ENTERED}",
            "-" if session.hours is None else f"{session.hours:g} h",
            session.place or NOT_ENTERED,
            ", ".join(part for part in (session.instructor or NOT_ENTERED, session.qualification) if part),
            ATTENDANCE_WORDS[guest.attendance],
        )
        for session in sorted(record.sessions, key=lambda each: each.begins_at, reverse=True)
        for guest in session.guests
    ]
    header = ("Day", "Content", "Length", "Place", "Instructor", "Attendance")
    return TextTable(name="sessions", header=header, rows=tuple(rows))
