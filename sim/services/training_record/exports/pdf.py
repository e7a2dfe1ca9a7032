"""A team's training record on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from sim import __version__
from sim.db.ledger import Head
from sim.drill.session_day import Attendance
from sim.services.app.accessible_pdf import compile_pdf
from sim.services.ledger.record import Record, SessionRecord
from sim.services.ledger.trainings import CAME, Training
from sim.services.training_event.view import list_facts, make_attendance_table, write_begin, write_entered, write_rule
from sim.services.training_record.certificates import Certificate, CertificateState, write_until
from sim.services.training_record.drill_log import list_log, make_log_table
from sim.services.training_record.exports.rows import make_gap_rows
from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.tables import (
    KIND_WORDS,
    write_attendance,
    write_guest,
    write_guest_known,
    write_hours,
    write_planned,
)
from sim.services.training_record.view import PersonLine, PersonRecordView, TeamRecordView
from sim.text.tables import TextTable
from sim.text.times import write_date
from sim.text.words import make_breakable, write_count

TEMPLATE: Final = Path(__file__).parent / "record.typ"
NOT_ENTERED: Final = "not entered"
PROOF: Final = (
    "Every line of this record stands in a ledger whose entries hold each other by SHA-256. The head below says where "
    "the ledger ended. Keep this page: with it anyone who has the ledger can show that nothing before it was changed, "
    "moved, taken out or cut off since."
)
CHECK: Final = "python -m sim records verify --head {number}:HASH, with the hash above and no spaces in it"
SIGNED: Final = ("Prepared by (name, title, signature, date)", "Reviewed by (name, title, signature, date)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a paper is called and whose it is."""

    title: str  # of the paper
    kind: str  # what it is, in the line below the title
    # school, district: whose; "" where nobody said
    school: str
    district: str
    made_at: datetime
    zone: tzinfo  # whose days are written
    head: Head  # where the ledger ends
    reduced: int = 0  # how many entries are kept as hashes only


def set_record(
    heading: Heading,
    *,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[dict[str, Any]],
    signatures: Sequence[str] = SIGNED,
    is_wide: bool = False,
) -> bytes:
    """Return a record as a PDF; `sections` are those of `make_section`, signatures and how to check it come last."""
    content = {
        **_make_head(heading),
        "facts": [[clean(name), clean(value)] for name, value in facts],
        "sections": list(sections),
        "signatures": [clean(line) for line in signatures],
        "wide": is_wide,
        "proof": _make_proof(heading),
    }
    return compile_paper(TEMPLATE, content, made_at=heading.made_at, zone=heading.zone)


def _make_head(heading: Heading) -> dict[str, Any]:
    day = heading.made_at.astimezone(heading.zone)
    return {
        "title": clean(heading.title),
        "subtitle": f"{heading.kind}. Made on {day:%B} {day.day}, {day.year}.",
        "org": [clean(line) for line in write_org(heading)],
        "date": [day.year, day.month, day.day],
        "foot": write_foot(heading.head),
    }


def write_org(heading: Heading) -> tuple[str, ...]:
    """Return whose a paper is: the school's line, and the district's where one is named."""
    told = (("School", heading.school), ("District", heading.district))
    return tuple(f"{name}: {value}" for name, value in told if value)


def write_foot(head: Head) -> str:
    """Return what stands below every page: the program, and where the ledger ends."""
    return f"Sightline {__version__}, ledger {head.number}:{head.sha256[:12]}"


def compile_paper(template: Path, content: Mapping[str, Any], *, made_at: datetime, zone: tzinfo) -> bytes:
    """Return what a template makes of its content, as a PDF. Raises ReportError: Typst refused."""
    midnight = made_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return compile_pdf(template, content, what="record", at=midnight)


def make_section(
    title: str,
    lines: Sequence[str],
    table: TextTable | None,
    *,
    shares: Sequence[float] = (),
    header: Sequence[str] = (),
    level: int = 2,
) -> dict[str, Any]:
    """Return a heading, sentences and a table as the template takes them; a table without rows is "None."."""
    found = None
    if table is not None and table.rows:
        found = {
            "header": [clean(cell) for cell in header or table.header],
            "rows": [[clean(cell) for cell in row] for row in table.rows],
            "shares": list(shares),
        }
    return {
        "title": clean(title),
        "level": level,
        "lines": [clean(line) for line in (lines if found or not table else (*lines, "None."))],
        "table": found,
    }


def _make_proof(heading: Heading) -> dict[str, Any]:
    head = heading.head
    kept = write_count(heading.reduced, "entry is", "entries are")
    gone = (f"{kept} kept as hashes only, as their period is over.",) if heading.reduced else ()
    return make_section(
        "How to check this record",
        (PROOF, *gone),
        TextTable(
            name="proof",
            header=("What", "Value"),
            rows=(
                ("Ledger entry", str(head.number)),
                ("Its hash (SHA-256)", " ".join(head.sha256[start : start + 8] for start in range(0, 64, 8))),
                ("To check it", CHECK.format(number=head.number)),
                ("Program", f"Sightline {__version__}"),
            ),
        ),
        shares=(2, 5),
    )


def clean(text: str) -> str:
    """Return a text that the report's letters can print, and that breaks where it is too long for its column."""
    return make_breakable(text)


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


LOG_KIND: Final = "Drill log: trainings, sessions, team exercises and drills that took place"
LOG_MEANING: Final = (
    "“Entered by” marks minutes that someone typed; the others were measured. Only what was held, ended or done is "
    "here: a training counts once it was closed with at least one person present. In a session, only those who began a "
    "drill took part; anyone who was present without one is counted beside them."
)
LOG_SIGNATURES: Final = (
    "Principal or designee (name, signature, date)",
    "Safety coordinator (name, signature, date)",
)


def write_log_pdf(record: Record, heading: Heading) -> bytes:
    lines = list_log(record)
    facts = (
        ("Entries", str(len(lines))),
        ("Trainings", str(sum(line.kind.startswith("Training") for line in lines))),
        ("Minutes in all", f"{sum(line.minutes or 0.0 for line in lines):,.0f}"),
    )
    table = make_log_table(record, heading.zone)
    section = make_section("Log", (LOG_MEANING,), table, shares=(1.5, 2.6, 0.9, 1.4, 0.7, 0.9, 0.8, 1.2, 1.7, 2.4))
    return set_record(heading, facts=facts, sections=[section], signatures=LOG_SIGNATURES, is_wide=True)


CERTIFICATE_TEMPLATE: Final = Path(__file__).parent / "certificate.typ"
CERTIFICATE_SIGNATURES: Final = (
    "Instructor (signature, date)",
    "For the school or district (name, title, signature, date)",
)


def write_certificates_pdf(certificates: Sequence[Certificate], heading: Heading) -> bytes:
    """Return the certificates that were earned as a PDF, a page each; expired ones say so. Raises ReportError."""
    day = heading.made_at.astimezone(heading.zone)
    content = {
        "title": clean(heading.title),
        "date": [day.year, day.month, day.day],
        "none": "No certificate has been earned yet.",
        "foot": f"Made on {write_date(heading.made_at, heading.zone)}. {write_foot(heading.head)}",
        "signatures": list(CERTIFICATE_SIGNATURES),
        "pages": [_make_page(each, heading) for each in certificates if each.earned_at is not None],
    }
    return compile_paper(CERTIFICATE_TEMPLATE, content, made_at=heading.made_at, zone=heading.zone)


def _make_page(certificate: Certificate, heading: Heading) -> dict[str, Any]:
    training, zone = certificate.training, heading.zone
    drill = certificate.drill
    facts = (
        ("Held", f"{write_begin(training, zone)}, {training.minutes} minutes, {write_entered(training)}"),
        ("Place", training.place),
        ("Topics", training.topics),
        ("Version of the content", training.version),
        ("Instructor", ", ".join(part for part in (training.instructor, training.qualification) if part)),
        ("Provider or vendor", training.provider),
        ("Meets", training.standard),
        ("Drill passed", "" if drill is None else f"{drill.form_title}, {write_date(drill.began_at, zone)}"),
        ("Rule", write_rule(training)),
        ("Valid until", write_until(certificate, zone)),
    )
    return {
        "name": clean(certificate.name),
        "training": clean(training.title),
        "earned": "" if certificate.earned_at is None else write_date(certificate.earned_at, zone),
        "expired": "Expired" if certificate.state is CertificateState.EXPIRED else "",
        "org": [clean(line) for line in write_org(heading)],
        "facts": [[name, clean(value)] for name, value in facts if value],
    }


CHANGED: Final = "{name} acknowledged this record on {day}; something was recorded since."
PERSON_MEANING: Final = "Acknowledging says that one knows what is recorded, not that one agrees."
PERSON_SIGNATURES: Final = ("{name} (signature, date)", "For the school or district (name, title, signature, date)")


def write_person_pdf(view: PersonRecordView, record: Record, heading: Heading) -> bytes:
    return set_record(
        heading,
        facts=_list_facts(view, record),
        sections=_list_person_sections(view, record, heading.zone),
        signatures=[line.format(name=view.name) for line in PERSON_SIGNATURES],
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


def _list_person_sections(view: PersonRecordView, record: Record, zone: tzinfo) -> list[dict[str, Any]]:
    gaps = make_gap_rows(record, zone, write_day=write_date)
    words = (
        "{name} has not acknowledged this record yet."
        if not view.acknowledged
        else "{name} has read this record and acknowledged it on {day}."
        if view.is_acknowledged
        else CHANGED
    )
    said = (words.format(name=view.name, day=view.acknowledged), PERSON_MEANING)
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
