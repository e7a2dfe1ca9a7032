"""A team's or one person's training record, drill log and certificates on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Final

from sim.db.sessions import Attendee, InvitedRow, SessionRow, Training
from sim.features.record.drill_log import LogKind, LogTemplate, list_log, make_log
from sim.features.record.tables import (
    NOT_ENTERED,
    ON_TIME,
    make_gap_history,
    make_gap_table,
    make_note_table,
    make_own_sessions,
    make_result_table,
    make_training_table,
    make_unscored_table,
    write_attendance,
    write_attendee,
    write_hours,
    write_instructor,
    write_when,
)
from sim.features.record.view import (
    Certificate,
    CertificateState,
    PersonLine,
    PersonRecordView,
    TeamRecordView,
    make_people_table,
    write_until,
)
from sim.features.session.attendance import write_guest_known
from sim.features.training.view import (
    PRESENCE,
    list_facts,
    make_attendance_table,
    write_approval,
    write_came_as,
    write_entered,
    write_presence,
    write_rule,
)
from sim.ledger.record import MADE_UP_LATER, Record, find_trained_at
from sim.program.session_day import CAME, KIND_WORDS, Attendance
from sim.rules.drill_access import NOBODY
from sim.text.tables import TextTable, make_table
from sim.text.times import write_date, write_date_and_time
from sim.text.words import make_breakable, shorten, write_count


def clean(value: Any) -> Any:
    """Return content whose texts the report's letters can print, and break where too long for their column."""
    if isinstance(value, str):
        return make_breakable(value)
    if isinstance(value, Mapping):
        return {key: clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, list | tuple) else value


def make_section(
    title: str, *lines: str, table: TextTable | None = None, shares: Sequence[float] = (), level: int = 2
) -> dict[str, Any]:
    """Return a heading, sentences but empty ones, and a table as the template takes them; one without rows: "None."."""
    if table is not None and not table.rows:
        lines, table = (*lines, "None."), None
    found = None if table is None else {"header": table.header, "rows": table.rows, "shares": shares}
    return {"title": title, "level": level, "lines": [line for line in lines if line], "table": found}


KIND: Final = "Camera-search training"
SIGNED: Final = ("Prepared by (name, title, signature, date)", "Reviewed by (name, title, signature, date)")
DRILLS: Final = (
    "Practice is never recorded. Each part of a drill's pass rule is written out with what came of it; all have to be "
    "met.",
    ON_TIME,
)
UNSCORED: Final = "Nothing of these is scored for one person."
EXERCISES: Final = "Team exercises and getting to know the console"
GAPS: Final = "A part of a drill that was not passed stays open until a later drill passes it."
REMARKED: Final = "What was done and remarked"


def tell_team(view: TeamRecordView, zone: tzinfo, now: datetime) -> dict[str, Any]:
    record, former = view.record, make_people_table(view.former, are_former=True)
    gone = "People who are not on the team any more"
    none = "No training is recorded. The drills below test a training; they are none."
    drills, unscored = make_result_table(record, zone), make_unscored_table(record, zone)
    sections = [
        make_section("People", table=make_people_table(view.people), shares=(2, 1.4, 1, 1.4, 2.8, 1.6, 1.6)),
        *([make_section(gone, table=former, shares=(2, 2, 1.4, 1, 1.4, 2.8))] if view.former else ()),
        make_section("Trainings", "" if record.trainings else none),
        *(_training_section(each, zone, now) for each in record.trainings),
        make_section("Sessions", "" if record.sessions else "No session is recorded."),
        *(_session_section(each, zone) for each in record.sessions),
        make_section("Recorded drills", *DRILLS, table=drills, shares=(1.3, 1.3, 1.4, 1.7, 2.4, 3, 0.9, 1.4)),
        make_section(EXERCISES, UNSCORED, table=unscored, shares=(1.6, 1.6, 2.6, 2, 0.8, 1.8)),
        make_section("Gaps", GAPS, table=make_gap_history(record, zone), shares=(2, 3, 1.3, 1.3, 3)),
        make_section(REMARKED, table=make_note_table(record, zone), shares=(1.6, 1.2, 0.8, 4.4, 1.6)),
    ]
    return {"kind": KIND, "facts": view.facts, "sections": sections, "signatures": SIGNED}


def _training_section(training: Training, zone: tzinfo, now: datetime) -> dict[str, Any]:
    return make_section(
        f"{training.title}, {write_date_and_time(training.begins_at, zone)}",
        *(f"{name}: {text}".replace("\n", "; ") for name, text in list_facts(training, zone, now)),
        PRESENCE,
        table=make_attendance_table(training, zone),
        shares=(1.9, 1.1, 1.6, 2, 2, 1.8),
        level=3,
    )


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
        f"Need: {session.need or NOT_ENTERED}. Instructor: {write_instructor(session)}.",
        table=guests,
        shares=(2, 1.5, 2.4, 2.4),
        level=3,
    )


def tell_log(record: Record, zone: tzinfo, template: LogTemplate) -> dict[str, Any]:
    lines = list_log(record)
    facts = (
        ("Entries", str(len(lines))),
        ("Trainings", str(sum(line.kind is LogKind.TRAINING for line in lines))),
        ("Minutes in all", f"{sum(line.minutes or 0.0 for line in lines):,.0f}"),
    )
    has_source = any("_from" in each.shows for each in template.columns)
    section = make_section(
        "Log",
        "“Entered by” marks minutes that someone typed; the others were measured." if has_source else "",
        "Only what was held, ended or done is here: a training counts once it was closed with at least one person "
        "present. In a session, only those who began a drill took part; anyone who was present without one is counted "
        "beside them.",
        template.note,
        f"After: {template.source}. {template.link}" if template.source else "",
        table=make_log(record, zone, template),
        shares=[each.width for each in template.columns],
    )
    kind = "Drill log: trainings, sessions, team exercises and drills that took place"
    return {"kind": kind, "facts": facts, "sections": [section], "signatures": template.signatures, "wide": True}


def tell_certificates(certificates: Iterable[Certificate], zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return the certificates that were earned, a page each; expired ones say so."""
    return {"pages": [_make_page(each, zone, now) for each in certificates if each.earned_at is not None]}


def _make_page(certificate: Certificate, zone: tzinfo, now: datetime) -> dict[str, Any]:
    training, drill = certificate.training, certificate.drill
    told = dict(list_facts(training, zone, now))
    names = ("Place", "Topics", "Version of the content", "Instructor", "Provider or vendor", "Meets", "Approved by")
    begin = write_date_and_time(training.begins_at, zone)
    facts = (
        ("Held", f"{begin}, {training.minutes} minutes, {write_entered(training)}"),
        ("Present", write_presence(training, certificate.person, zone)),
        *((name, told.get(name, "")) for name in names),
        ("Drill passed", "" if drill is None else f"{drill.form_title}, {write_date(drill.began_at, zone)}"),
        ("Attended means", told["Attended means"]),
        ("Rule", write_rule(training)),
        ("Valid until", write_until(certificate, zone)),
    )
    return {
        "name": certificate.person.name,
        "training": training.title,
        "earned": "" if certificate.earned_at is None else write_date(certificate.earned_at, zone),
        "expired": "Expired" if certificate.state is CertificateState.EXPIRED else "",
        "facts": [(name, value) for name, value in facts if value],
    }


MOST_LINES: Final = 8
MOST_CELL, MOST_PARTS = 100, 400  # letters of a cell on one page; the parts of a pass rule are not cut


def tell_summaries(
    view: TeamRecordView | PersonRecordView, zone: tzinfo, required: Mapping[str, Sequence[str]], *, district: str
) -> dict[str, Any]:
    """Return one page for each person, or for the one; `required` are lines about what the district asks of them."""
    lines = (view.line,) if isinstance(view, PersonRecordView) else (*view.people, *view.former)
    of = (view.who.team, view.who.school if view.who.school != view.who.team else "", district)
    return {
        "pages": [
            {"name": line.name, "subtitle": ", ".join(filter(None, (*of, line.standing)))}
            | _make_summary(view.record.narrow(line.person_id), line, required.get(line.person_id, ()), zone)
            for line in lines
        ]
    }


def _make_summary(record: Record, line: PersonLine, required: Sequence[str], zone: tzinfo) -> dict[str, Any]:
    trainings = [(each, person) for each, person in record.expected if each.is_held is not False]
    sessions = [(each, guest) for each, guest in record.invited if not each.is_canceled]
    held = [each for each, _ in trainings if each.is_held]
    trained = (find_trained_at(each, line.person_id, record.trainings, is_whole=True) for each in held)
    ended = [(each, guest) for each, guest in sessions if each.ended_at is not None]
    gaps = sorted(record.gaps, key=lambda each: each.closed_at is not None)
    facts = (
        ("Trainings attended", f"{sum(at is not None for at in trained)} of {len(held)}"),
        ("Sessions taken part in", f"{sum(each.is_done_by(guest) for each, guest in ended)} of {len(ended)}"),
        ("Recorded drills passed", f"{sum(bool(each.passed) for each in record.results)} of {len(record.results)}"),
        ("Still to practice", str(sum(each.closed_at is None for each in gaps))),
    )
    expected = (
        f"{line.name} was expected at {write_count(len(trainings), 'training')} and invited to "
        f"{write_count(len(sessions), 'session')}."
    )
    missed = [write_when(each, zone) for each, guest in sessions if guest.attendance is Attendance.ABSENT]
    became: list[tuple[datetime, str, str, Attendee | InvitedRow]]
    became = [(each.begins_at, each.title, write_came_as(each, person), person) for each, person in trainings]
    became += [(each.begins_at, KIND_WORDS[each.kind], write_attendance(each, own), own) for each, own in sessions]
    columns = {
        "When": lambda each, _: write_date_and_time(each.begins_at, zone),
        "Training": lambda each, _: each.title,
        "Minutes there": _write_minutes,
        "Attendance, and how it is known": lambda each, person: write_attendee(each, person, zone),
        "Approved by": lambda each, _: write_approval(each, zone) or "-",
    }
    by_itself = {"", *(MADE_UP_LATER.format(each) for each in ("training", "session"))}
    corrections = TextTable(
        name="corrections",
        header=("Of", "What", "Attendance became", "Why", "By"),
        rows=tuple(
            (write_date(at, zone), what, told, person.reason, person.by or NOBODY)
            for at, what, told, person in became
            if person.reason not in by_itself
        ),
    )
    sections = [
        make_section(
            "What was required",
            *(required[:MOST_LINES] or ("The district states no requirement.",)),
            expected,
            f"Next refresher: {line.refresher}." if line.refresher else "",
            f"Did not come to: session of {'; '.join(missed[-MOST_LINES:])}." if missed else "",
        ),
        _cut("Trainings", make_table("trainings", trainings[::-1], columns), 1.4, 2, 1.2, 2.6, 1.6),
        _cut("Recorded drills", make_result_table(record, zone), 1.4, 1.5, 1.4, 1.7, 3.2, 0.8, 1.5),
        _cut("Still to practice, and what was closed", make_gap_table(gaps, zone), 4, 1.5, 2),
        _cut("Corrections of attendance", corrections, 1.2, 2, 1.5, 3, 1.5),
        make_section("Acknowledged", f"On {line.acknowledged}." if line.acknowledged else "Not yet."),
    ]
    return {"facts": facts, "sections": sections}


def _write_minutes(training: Training, person: Attendee) -> str:
    if not training.is_held or person.attendance is not Attendance.PRESENT:
        return "-"
    return f"{training.count_minutes(person)} of {training.minutes}; {training.needed_minutes} needed"


def _cut(title: str, table: TextTable, *shares: float) -> dict[str, Any]:
    """Return a section with the first rows and letters of a table, and how many rows more the whole record has."""
    more = len(table.rows) - MOST_LINES
    most = MOST_PARTS if table.name == "drills" else MOST_CELL
    rows = tuple(tuple(shorten(cell, most=most) for cell in row) for row in table.rows[:MOST_LINES])
    told = (f"The latest {MOST_LINES}; {more} more in the whole record.",) if more > 0 else ()
    return make_section(title, *told, table=replace(table, rows=rows), shares=shares[: len(table.header)])


def tell_person(view: PersonRecordView, zone: tzinfo) -> dict[str, Any]:
    record, name = view.record, view.who.name
    came = sum(session.is_done_by(guest) for session, guest in record.invited)
    held = sum(guest.attendance is not Attendance.INVITED for _, guest in record.invited)
    facts = (
        ("Team", f"{view.who.team} ({view.line.standing})" if view.line.standing else view.who.team),
        ("Trainings attended", str(sum(len(training.list_who(*CAME)) for training in record.trainings))),
        ("Sessions taken part in", f"{came} of {held}"),
        ("Drills recorded", str(len(record.results))),
        ("Still to practice", str(sum(gap.closed_at is None for gap in record.gaps))),
        ("Next refresher", view.line.refresher or "-"),
    )
    said = f"{name} has not acknowledged this record yet."
    if view.is_acknowledged:
        said = f"{name} has read this record and acknowledged it on {view.line.acknowledged}."
    elif view.line.acknowledged:
        said = f"{name} acknowledged this record on {view.line.acknowledged}; something was recorded since."
    noted = PRESENCE if record.trainings else ""
    drills, to_practice = make_result_table(record, zone), "What is still to be practiced, and what was closed"
    sections = [
        make_section("Trainings", noted, table=make_training_table(record, zone), shares=(1.6, 2.4, 2.2, 2, 1.4, 2)),
        make_section("Sessions", table=make_own_sessions(record, zone), shares=(1.6, 2.4, 1.5, 1.6, 2, 2)),
        make_section("Recorded drills", *DRILLS, table=drills, shares=(1.4, 1.5, 1.7, 2.6, 3.3, 0.9, 1.5)),
        make_section(EXERCISES, UNSCORED, table=make_unscored_table(record, zone), shares=(1.6, 3, 2.4, 0.8, 2)),
        make_section(to_practice, GAPS, table=make_gap_history(record, zone), shares=(3, 1.3, 1.3, 3)),
        make_section(REMARKED, table=make_note_table(record, zone), shares=(1.3, 0.9, 4.6, 2)),
        make_section(
            "Acknowledgement", said, "Acknowledging says that one knows what is recorded, not that one agrees."
        ),
    ]
    signed = (f"{name} (signature, date)", "For the school or district (name, title, signature, date)")
    return {"kind": KIND, "facts": facts, "sections": sections, "signatures": signed}
