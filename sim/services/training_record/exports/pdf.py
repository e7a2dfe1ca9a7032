"""A team's training record on paper."""

from datetime import tzinfo
from typing import Any, Final

from sim.services.ledger.record import SessionRecord
from sim.services.ledger.trainings import Training
from sim.services.training_event.view import list_facts, make_attendance_table, write_begin
from sim.services.training_record.exports.paper import NOT_ENTERED, Heading, make_section, set_record
from sim.services.training_record.exports.rows import make_gap_rows
from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.tables import KIND_WORDS, write_attendance, write_guest_known, write_hours
from sim.services.training_record.view import PersonLine, TeamRecordView
from sim.text.days import write_date
from sim.text.tables import TextTable

KIND: Final = "Camera-search training"
DRILLS: Final = (
    "Practice is never recorded. Each part of a drill's pass rule is written out with what came of it; all have to be "
    "met.",
    ON_TIME,
)
UNSCORED: Final = "Nothing of these is scored for one person."
GAPS: Final = "A part of a drill that was not passed stays open until a later drill passes it."
GAP_HEADER: Final = ("Name", "To practice", "Open since", "Closed", "What was done")


def write_record_pdf(view: TeamRecordView, heading: Heading) -> bytes:
    """Return a team's record as a PDF. Raises ReportError: Typst refused."""
    return set_record(heading, facts=view.facts, sections=_list_sections(view, heading))


def _list_sections(view: TeamRecordView, heading: Heading) -> list[dict[str, Any]]:
    zone, record = heading.zone, view.record
    none = () if record.trainings else ("No training is recorded. The drills below test a training; they are none.",)
    sections = [
        make_section("People", (), _make_people(view.people), shares=(2, 1.4, 1, 1.4, 2.8, 1.6, 1.6)),
        make_section("Trainings", none, None),
    ]
    sections += [_training_section(training, heading) for training in record.trainings]
    sections.append(make_section("Sessions", () if record.sessions else ("No session is recorded.",), None))
    sections += [_session_section(session, zone) for session in record.sessions]
    sections += [
        make_section("Recorded drills", DRILLS, view.results, shares=(1.5, 1.5, 1.7, 1.4, 1.3, 3.6, 0.7, 1.5)),
        make_section(
            "Team exercises and getting to know the console",
            (UNSCORED,),
            view.unscored,
            shares=(1.6, 1.6, 2.6, 2, 0.8, 1.8),
        ),
        make_section(
            "Gaps",
            (GAPS,),
            make_gap_rows(record, zone, write_day=write_date),
            shares=(2, 3, 1.3, 1.3, 3),
            header=GAP_HEADER,
        ),
        make_section("What was done and remarked", (), view.notes, shares=(1.6, 1.2, 0.8, 4.4, 1.6)),
    ]
    if view.former:
        people = make_section(
            "People who are not on the team any more",
            (),
            _make_former(view.former),
            shares=(2, 2, 1.4, 1, 1.4, 2.8),
        )
        sections.insert(1, people)
    return sections


def _make_people(lines: tuple[PersonLine, ...]) -> TextTable:
    return TextTable(
        name="people",
        header=("Name", "Trained", "Sessions", "Last drill", "Still to practice", "Refresher", "Acknowledged"),
        rows=tuple(
            (
                line.name,
                line.trained or "-",
                f"{line.attended} of {line.invited}",
                line.latest or "-",
                ", ".join(line.gaps) or "-",
                line.refresher or "-",
                line.acknowledged or "-",
            )
            for line in lines
        ),
    )


def _make_former(lines: tuple[PersonLine, ...]) -> TextTable:
    return TextTable(
        name="former",
        header=("Name", "Now", "Trained", "Sessions", "Last drill", "Still to practice"),
        rows=tuple(
            (
                line.name,
                line.standing,
                line.trained or "-",
                f"{line.attended} of {line.invited}",
                line.latest or "-",
                ", ".join(line.gaps) or "-",
            )
            for line in lines
        ),
    )


def _training_section(training: Training, heading: Heading) -> dict[str, Any]:
    facts = list_facts(training, heading.zone, heading.made_at)
    lines = tuple(f"{name}: {value}" for name, text in facts for value in (text.replace("\n", "; "),))
    table = make_attendance_table(training, heading.zone)
    title = f"{training.title}, {write_begin(training, heading.zone)}"
    return make_section(title, lines, table, shares=(2, 1.5, 2, 2.4, 2.4), level=3)


def _session_section(session: SessionRecord, zone: tzinfo) -> dict[str, Any]:
    unknown = "still open" if session.ended_at is None else NOT_ENTERED
    qualification = f", {session.qualification}" if session.qualification else ""
    lines = (
        f"Content: {session.content}, version {session.content_version}. "
        f"Length: {write_hours(session, none=unknown)}. Place: {session.place or NOT_ENTERED}.",
        f"Need: {session.need or NOT_ENTERED}. Instructor: {session.instructor or NOT_ENTERED}{qualification}.",
    )
    guests = TextTable(
        name="guests",
        header=("Invited", "Attendance", "How known", "Reason of a correction"),
        rows=tuple(
            (guest.name, write_attendance(session, guest), write_guest_known(guest) or "-", guest.reason or "-")
            for guest in session.guests
        ),
    )
    title = f"{KIND_WORDS.get(session.kind, session.kind)}, {write_date(session.begins_at, zone)}"
    return make_section(title, lines, guests, shares=(2, 1.5, 2.4, 2.4), level=3)
