"""One person's training record on paper, for the personnel file: set like a team's."""

from datetime import tzinfo
from typing import Any, Final

from sim.drill.session_day import Attendance
from sim.services.ledger.record import Record
from sim.services.ledger.trainings import CAME
from sim.services.training_record.exports.paper import NOT_ENTERED, Heading, make_section, set_record
from sim.services.training_record.exports.pdf import DRILLS, GAP_HEADER, GAPS, UNSCORED
from sim.services.training_record.exports.rows import make_gap_rows
from sim.services.training_record.tables import write_guest, write_hours, write_planned
from sim.services.training_record.view import PersonRecordView
from sim.text.days import write_date
from sim.text.tables import TextTable

ACKNOWLEDGED: Final = "{name} has read this record and acknowledged it on {day}."
CHANGED: Final = "{name} acknowledged this record on {day}; something was recorded since."
NOT_YET: Final = "{name} has not acknowledged this record yet."
MEANING: Final = "Acknowledging says that one knows what is recorded, not that one agrees."
SIGNATURES: Final = ("{name} (signature, date)", "For the school or district (name, title, signature, date)")


def write_person_pdf(view: PersonRecordView, record: Record, heading: Heading) -> bytes:
    """Return one person's record as a PDF, with nobody else in it. Raises ReportError: Typst refused."""
    return set_record(
        heading,
        facts=_list_facts(view, record),
        sections=_list_sections(view, record, heading.zone),
        signatures=[line.format(name=view.name) for line in SIGNATURES],
    )


def _list_facts(view: PersonRecordView, record: Record) -> tuple[tuple[str, str], ...]:
    came = sum(session.is_done_by(guest) for session in record.sessions for guest in session.guests)
    held = sum(guest.attendance is not Attendance.INVITED for session in record.sessions for guest in session.guests)
    trained = sum(len(training.list_who(*CAME)) for training in record.trainings)
    return (
        ("Team", f"{view.team} ({view.standing})" if view.standing else view.team),
        ("Trainings attended", str(trained)),
        ("Sessions taken part in", f"{came} of {held}"),
        ("Drills recorded", str(len(record.results))),
        ("Still to practice", str(len(view.open_gaps))),
        ("Next refresher", view.refresher or "-"),
    )


def _list_sections(view: PersonRecordView, record: Record, zone: tzinfo) -> list[dict[str, Any]]:
    gaps = make_gap_rows(record, zone, write_day=write_date)
    words = NOT_YET if not view.acknowledged else ACKNOWLEDGED if view.is_acknowledged else CHANGED
    said = (words.format(name=view.name, day=view.acknowledged), MEANING)
    return [
        make_section("Trainings", (), view.trainings, shares=(1.6, 2.4, 2.2, 2, 1.4, 2)),
        make_section("Sessions", (), _make_sessions(record, zone), shares=(1.6, 2.4, 1.5, 1.6, 2, 2)),
        make_section("Recorded drills", DRILLS, view.results, shares=(1.5, 1.7, 1.4, 1.3, 3.9, 0.7, 1.6)),
        make_section(
            "Team exercises and getting to know the console",
            (UNSCORED,),
            view.unscored,
            shares=(1.6, 3, 2.4, 0.8, 2),
        ),
        make_section(
            "What is still to be practiced, and what was closed",
            (GAPS,),
            TextTable(name="gaps", header=gaps.header[1:], rows=tuple(row[1:] for row in gaps.rows)),
            shares=(3, 1.3, 1.3, 3),
            header=GAP_HEADER[1:],
        ),
        make_section("What was done and remarked", (), view.notes, shares=(1.3, 0.9, 4.6, 2)),
        make_section("Acknowledgement", said, None),
    ]


def _make_sessions(record: Record, zone: tzinfo) -> TextTable:
    rows = [
        (
            write_planned(session, zone) + (", canceled" if session.is_canceled else ""),
            f"{session.content}, version {session.content_version}. Need: {session.need or NOT_ENTERED}",
            write_hours(session, none="-"),
            session.place or NOT_ENTERED,
            ", ".join(part for part in (session.instructor or NOT_ENTERED, session.qualification) if part),
            write_guest(session, guest),
        )
        for session in sorted(record.sessions, key=lambda each: each.begins_at, reverse=True)
        for guest in session.guests
    ]
    header = ("Day", "Content", "Length", "Place", "Instructor", "Attendance")
    return TextTable(name="sessions", header=header, rows=tuple(rows))
