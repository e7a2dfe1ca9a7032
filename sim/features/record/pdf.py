"""A team's or one person's training record, drill log and certificates on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from sim.app.accessible_pdf import compile_pdf
from sim.db.ledger import Head
from sim.db.sessions import SessionRow
from sim.db.trainings import Training
from sim.features.record.drill_log import LogKind, LogTemplate, list_log, make_log
from sim.features.record.export_rows import make_gap_rows
from sim.features.record.tables import (
    ON_TIME,
    make_note_table,
    make_result_table,
    make_training_table,
    make_unscored_table,
    write_attendance,
    write_guest,
    write_hours,
    write_when,
)
from sim.features.record.view import (
    Certificate,
    CertificateState,
    PersonRecordView,
    TeamRecordView,
    make_former_table,
    make_people_table,
    write_until,
)
from sim.features.session.attendance import write_guest_known
from sim.features.training.view import (
    PRESENCE,
    list_facts,
    make_attendance_table,
    write_entered,
    write_presence,
    write_rule,
)
from sim.ledger.record import CAME, Record
from sim.program.session_day import KIND_WORDS, Attendance
from sim.text.tables import TextTable, make_table
from sim.text.times import write_date, write_date_and_time
from sim.text.words import make_breakable
from sim.version import VERSION

FOLDER: Final = Path(__file__).parent
NOT_ENTERED: Final = "not entered"
PROOF: Final = (
    "Every line of this record stands in a ledger whose entries hold each other by SHA-256. The head below says where "
    "the ledger ended. Keep this page: with it anyone who has the ledger can show that nothing before it was changed, "
    "moved, taken out or cut off since."
)
CHECK: Final = "python -m sim records verify --head {number}:HASH, with the hash above and no spaces in it"
KIND: Final = "Camera-search training"
FOR_SCHOOL: Final = "For the school or district (name, title, signature, date)"
SIGNED: Final = ("Prepared by (name, title, signature, date)", "Reviewed by (name, title, signature, date)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    title: str  # of the paper
    # school, district: whose; "" where nobody said
    school: str
    district: str
    made_at: datetime
    zone: tzinfo  # whose days are written
    head: Head  # where the ledger ends

    @property
    def day(self) -> datetime:
        return self.made_at.astimezone(self.zone)

    def write_zone(self) -> str:
        """Return whose times the paper has: "Times are in America/New York"."""
        return f"Times are in {str(self.zone).replace('_', ' ')}"

    def list_owners(self) -> list[str]:
        told = (("School", self.school), ("District", self.district))
        return [f"{name}: {value}" for name, value in told if value]

    def write_foot(self) -> str:
        return f"Sightline {VERSION}, ledger {self.head.number}:{self.head.sha256[:12]}"


def set_paper(template: str, content: Mapping[str, Any], heading: Heading) -> bytes:
    """Return what a template makes of its content, as a PDF. Raises ReportError: Typst refused."""
    day = heading.day
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    whole = {"title": heading.title, "date": [day.year, day.month, day.day], **content}
    return compile_pdf(FOLDER / template, _clean(whole), what="record", at=midnight)


def _clean(value: Any) -> Any:
    """Return content whose texts the report's letters can print, and break where too long for their column."""
    if isinstance(value, str):
        return make_breakable(value)
    if isinstance(value, Mapping):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list | tuple) else value


def set_record(
    heading: Heading,
    *,
    facts: Sequence[tuple[str, str]],
    sections: Sequence[dict[str, Any]],
    kind: str = KIND,
    signatures: Sequence[str] = SIGNED,
    is_wide: bool = False,
) -> bytes:
    """Return a record as a PDF; `sections` are those of `make_section`, signatures and how to check it come last.

    `kind` is what the paper is, in the line below its title.
    """
    head = heading.head
    proof = (
        ("Ledger entry", str(head.number)),
        ("Its hash (SHA-256)", " ".join(head.sha256[start : start + 8] for start in range(0, 64, 8))),
        ("To check it", CHECK.format(number=head.number)),
        ("Program", f"Sightline {VERSION}"),
    )
    table = TextTable(name="proof", header=("What", "Value"), rows=proof)
    content = {
        "subtitle": f"{kind}. Made on {heading.day:%B} {heading.day.day}, {heading.day.year}. {heading.write_zone()}.",
        "org": heading.list_owners(),
        "foot": heading.write_foot(),
        "facts": facts,
        "sections": sections,
        "signatures": signatures,
        "wide": is_wide,
        "proof": make_section("How to check this record", PROOF, table=table, shares=(2, 5)),
    }
    return set_paper("record.typ", content, heading)


def make_section(
    title: str,
    *lines: str,
    table: TextTable | None = None,
    shares: Sequence[float] = (),
    header: Sequence[str] = (),
    level: int = 2,
) -> dict[str, Any]:
    """Return a heading, sentences and a table as the template takes them; a table without rows is "None."."""
    found = None
    if table is not None and table.rows:
        found = {"header": header or table.header, "rows": table.rows, "shares": shares}
    told = lines if found or table is None else (*lines, "None.")
    return {"title": title, "level": level, "lines": told, "table": found}


DRILLS: Final = (
    "Practice is never recorded. Each part of a drill's pass rule is written out with what came of it; all have to be "
    "met.",
    ON_TIME,
)
UNSCORED: Final = "Nothing of these is scored for one person."
EXERCISES: Final = "Team exercises and getting to know the console"
FORMER: Final = "People who are not on the team any more"
GAPS: Final = "A part of a drill that was not passed stays open until a later drill passes it."
GAP_HEADER: Final = ("Name", "To practice", "Open since", "Closed", "What was done")
NO_TRAINING: Final = "No training is recorded. The drills below test a training; they are none."
REMARKED: Final = "What was done and remarked"


def write_record_pdf(view: TeamRecordView, heading: Heading) -> bytes:
    zone, record = heading.zone, view.record
    people, former = make_people_table(view.people), make_former_table(view.former)
    unscored, notes = make_unscored_table(record, zone), make_note_table(record, zone, with_names=True)
    drills, gaps = make_result_table(record, zone), make_gap_rows(record, zone, write_day=write_date)
    sections = [make_section("People", table=people, shares=(2, 1.4, 1, 1.4, 2.8, 1.6, 1.6))]
    if view.former:
        sections.append(make_section(FORMER, table=former, shares=(2, 2, 1.4, 1, 1.4, 2.8)))
    sections.append(make_section("Trainings", *(() if record.trainings else (NO_TRAINING,))))
    sections += [_training_section(training, heading) for training in record.trainings]
    sections.append(make_section("Sessions", *(() if record.sessions else ("No session is recorded.",))))
    sections += [_session_section(session, zone) for session in record.sessions]
    sections += [
        make_section("Recorded drills", *DRILLS, table=drills, shares=(1.3, 1.3, 1.4, 1.7, 2.4, 3, 0.9, 1.4)),
        make_section(EXERCISES, UNSCORED, table=unscored, shares=(1.6, 1.6, 2.6, 2, 0.8, 1.8)),
        make_section("Gaps", GAPS, table=gaps, shares=(2, 3, 1.3, 1.3, 3), header=GAP_HEADER),
        make_section(REMARKED, table=notes, shares=(1.6, 1.2, 0.8, 4.4, 1.6)),
    ]
    return set_record(heading, facts=view.facts, sections=sections)


def _training_section(training: Training, heading: Heading) -> dict[str, Any]:
    facts = list_facts(training, heading.zone, heading.made_at)
    lines = [f"{name}: {value}" for name, text in facts for value in (text.replace("\n", "; "),)]
    lines.append(PRESENCE)
    table = make_attendance_table(training, heading.zone)
    title = f"{training.title}, {write_date_and_time(training.begins_at, heading.zone)}"
    return make_section(title, *lines, table=table, shares=(1.9, 1.1, 1.6, 2, 2, 1.8), level=3)


def _session_section(session: SessionRow, zone: tzinfo) -> dict[str, Any]:
    unknown = "still open" if session.ended_at is None else NOT_ENTERED
    guests = make_table(
        "guests",
        zip(session.guests, strict=True),
        {
            "Invited": lambda guest: guest.name,
            "Attendance": lambda guest: write_attendance(session, guest),
            "How known": lambda guest: write_guest_known(guest) or "-",
            "Reason of a correction": lambda guest: guest.reason or "-",
        },
    )
    return make_section(
        f"{KIND_WORDS[session.kind]}, {write_date(session.begins_at, zone)}",
        f"Content: {session.content}, version {session.content_version}. "
        f"Length: {write_hours(session, none=unknown)}. Place: {session.place or NOT_ENTERED}.",
        f"Need: {session.need or NOT_ENTERED}. Instructor: {_write_instructor(session)}.",
        table=guests,
        shares=(2, 1.5, 2.4, 2.4),
        level=3,
    )


def _write_instructor(session: SessionRow) -> str:
    return ", ".join(part for part in (session.instructor or NOT_ENTERED, session.qualification) if part)


LOG_KIND: Final = "Drill log: trainings, sessions, team exercises and drills that took place"
LOG_MINUTES: Final = "“Entered by” marks minutes that someone typed; the others were measured."
LOG_MEANING: Final = (
    "Only what was held, ended or done is "
    "here: a training counts once it was closed with at least one person present. In a session, only those who began a "
    "drill took part; anyone who was present without one is counted beside them."
)


def write_log_pdf(record: Record, heading: Heading, template: LogTemplate) -> bytes:
    lines = list_log(record)
    facts = (
        ("Entries", str(len(lines))),
        ("Trainings", str(sum(line.kind is LogKind.TRAINING for line in lines))),
        ("Minutes in all", f"{sum(line.minutes or 0.0 for line in lines):,.0f}"),
    )
    after = f"After: {template.source}. {template.link}" if template.source else ""
    table = make_log(record, heading.zone, template)
    shares = [each.width for each in template.columns]
    minutes = LOG_MINUTES if any("_from" in each.shows for each in template.columns) else ""
    told = filter(None, (minutes, LOG_MEANING, template.note, after))
    section = make_section("Log", *told, table=table, shares=shares)
    signed = template.signatures
    return set_record(heading, kind=LOG_KIND, facts=facts, sections=[section], signatures=signed, is_wide=True)


OF_TRAINING: Final = ("Place", "Topics", "Version of the content", "Instructor", "Provider or vendor", "Meets")


def write_certificates_pdf(certificates: Sequence[Certificate], heading: Heading) -> bytes:
    """Return the certificates that were earned as a PDF, a page each; expired ones say so. Raises ReportError."""
    content = {
        "none": "No certificate has been earned yet.",
        "foot": f"Made on {write_date(heading.made_at, heading.zone)}. {heading.write_zone()}. {heading.write_foot()}",
        "signatures": ("Instructor (signature, date)", FOR_SCHOOL),
        "pages": [_make_page(each, heading) for each in certificates if each.earned_at is not None],
    }
    return set_paper("certificate.typ", content, heading)


def _make_page(certificate: Certificate, heading: Heading) -> dict[str, Any]:
    training, zone, drill = certificate.training, heading.zone, certificate.drill
    told = dict(list_facts(training, zone, heading.made_at))
    begin = write_date_and_time(training.begins_at, zone)
    person = training.find(certificate.person_id)
    present = "" if person is None else write_presence(training, person, zone)
    facts = (
        ("Held", f"{begin}, {training.minutes} minutes, {write_entered(training)}"),
        ("Present", present),
        *((name, told.get(name, "")) for name in OF_TRAINING),
        ("Drill passed", "" if drill is None else f"{drill.form_title}, {write_date(drill.began_at, zone)}"),
        ("Rule", write_rule(training)),
        ("Valid until", write_until(certificate, zone)),
    )
    return {
        "name": certificate.name,
        "training": training.title,
        "earned": "" if certificate.earned_at is None else write_date(certificate.earned_at, zone),
        "expired": "Expired" if certificate.state is CertificateState.EXPIRED else "",
        "org": heading.list_owners(),
        "facts": [(name, value) for name, value in facts if value],
    }


CHANGED: Final = "{name} acknowledged this record on {day}; something was recorded since."
NOT_YET: Final = "{name} has not acknowledged this record yet."
READ: Final = "{name} has read this record and acknowledged it on {day}."
PERSON_MEANING: Final = "Acknowledging says that one knows what is recorded, not that one agrees."


def write_person_pdf(view: PersonRecordView, heading: Heading) -> bytes:
    record, zone, name = view.record, heading.zone, view.who.name
    pairs = [(session, guest) for session in record.sessions for guest in session.guests]
    came = sum(session.is_done_by(guest) for session, guest in pairs)
    held = sum(guest.attendance is not Attendance.INVITED for _, guest in pairs)
    facts = (
        ("Team", f"{view.who.team} ({view.standing})" if view.standing else view.who.team),
        ("Trainings attended", str(sum(len(training.list_who(*CAME)) for training in record.trainings))),
        ("Sessions taken part in", f"{came} of {held}"),
        ("Drills recorded", str(len(record.results))),
        ("Still to practice", str(sum(gap.closed_at is None for gap in record.gaps))),
        ("Next refresher", view.refresher or "-"),
    )
    words = CHANGED if view.acknowledged and not view.is_acknowledged else READ if view.acknowledged else NOT_YET
    said = words.format(name=name, day=view.acknowledged)
    drills = make_result_table(record, zone, with_names=False)
    others = make_unscored_table(record, zone, with_names=False)
    gaps = make_gap_rows(record, zone, write_day=write_date)
    own_gaps = TextTable(name="gaps", header=GAP_HEADER[1:], rows=tuple(row[1:] for row in gaps.rows))
    trainings, sessions = make_training_table(record, zone), _make_sessions(record, zone)
    known = [PRESENCE] if record.trainings else []
    to_practice = "What is still to be practiced, and what was closed"
    sections = [
        make_section("Trainings", *known, table=trainings, shares=(1.6, 2.4, 2.2, 2, 1.4, 2)),
        make_section("Sessions", table=sessions, shares=(1.6, 2.4, 1.5, 1.6, 2, 2)),
        make_section("Recorded drills", *DRILLS, table=drills, shares=(1.4, 1.5, 1.7, 2.6, 3.3, 0.9, 1.5)),
        make_section(EXERCISES, UNSCORED, table=others, shares=(1.6, 3, 2.4, 0.8, 2)),
        make_section(to_practice, GAPS, table=own_gaps, shares=(3, 1.3, 1.3, 3)),
        make_section(REMARKED, table=make_note_table(record, zone), shares=(1.3, 0.9, 4.6, 2)),
        make_section("Acknowledgement", said, PERSON_MEANING),
    ]
    return set_record(heading, facts=facts, sections=sections, signatures=(f"{name} (signature, date)", FOR_SCHOOL))


def _make_sessions(record: Record, zone: tzinfo) -> TextTable:
    latest = sorted(record.sessions, key=lambda each: each.begins_at, reverse=True)
    return make_table(
        "sessions",
        [(session, guest) for session in latest for guest in session.guests],
        {
            "Day": lambda session, _: write_when(session, zone),
            "Content": lambda session, _: (
                f"{session.content}, version {session.content_version}. Need: {session.need or NOT_ENTERED}"
            ),
            "Length": lambda session, _: write_hours(session, none="-"),
            "Place": lambda session, _: session.place or NOT_ENTERED,
            "Instructor": lambda session, _: _write_instructor(session),
            "Attendance": write_guest,
        },
    )
