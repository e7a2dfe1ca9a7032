"""One door for every export of a team's record: the file is made, and recorded with the ledger's head."""

import json
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from itertools import chain
from pathlib import Path

from sim.app.accessible_pdf import compile_pdf
from sim.app.wiring import App
from sim.canonical import Json, write_moment
from sim.db.ledger import Entry, Head, LedgerKind, Subjects
from sim.features.record import pdf
from sim.features.record.drill_log import STANDARD, get_template, make_log
from sim.features.record.tables import (
    make_gap_history,
    make_session_table,
    write_attendance,
    write_outcome,
    write_phase,
    write_remarks,
    write_result,
    write_what_was_done,
)
from sim.features.record.view import (
    PersonRecordView,
    TeamRecordView,
    get_person_view,
    get_team_view,
    list_certificates,
    make_certificate_table,
)
from sim.features.requirements.requirements import list_standings, make_lacking_table, write_what
from sim.features.session.attendance import write_guest_known
from sim.features.training.view import write_approval, write_came_as, write_known, write_stay
from sim.ledger.pass_parts import write_parts
from sim.ledger.record import Record
from sim.ledger.verify import note_head, write_head
from sim.rules.drill_access import say_known
from sim.text.tables import TextTable, make_table, own_columns, pack_files, write_cell, write_table_csv
from sim.text.times import write_date, write_date_and_time
from sim.text.words import BOX
from sim.text.workbooks import write_workbook
from sim.version import VERSION

SCHEMA_VERSION = 1
_OF_DRILL = own_columns("school", "team", person="name")
_OF_PAIR = {**own_columns("school", "team"), **own_columns(part=1, person="name")}


def make_attendance_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "attendance",
        record.invited,
        {
            **_OF_PAIR,
            "date": lambda session, _: _write_iso(session.begins_at, zone),
            **own_columns("kind", "need", "content", "content_version", "hours", hours_measured="measured_hours"),
            **own_columns(hours_entered="typed_hours", hours_entered_by="typed_by", place="place"),
            **own_columns("instructor", "qualification"),
            "attendance": write_attendance,
            "known_by": lambda _, guest: write_guest_known(guest),
            **own_columns("reason", part=1),
            **own_columns(makes_up_session="makes_up", session_id="session_id"),
        },
    )


def make_drill_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "drills",
        zip(record.results, strict=True),
        {
            **_OF_DRILL,
            "date": lambda result: _write_iso(result.began_at, zone),
            **own_columns("form", "form_version", "mode", "phase", ended="state", time_s="used_s"),
            "passed": lambda result: {True: "yes", False: "no", None: ""}[result.passed],
            "not_met": lambda result: " ".join(key for key, is_met in result.criteria.items() if is_met is False),
            "measures": lambda result: json.dumps(result.parts, sort_keys=True),
            **own_columns("program", ledger_entry="number"),
            "began_at_utc": lambda result: write_moment(result.began_at),
            "known_by": lambda result: say_known(result.known_by),
            "given_for": lambda result: write_phase(result, record),
            "result": write_result,
            "parts": write_parts,
            "remarks": write_remarks,
            "paused_s": lambda result: write_cell(result.doubts.get("paused_s")),
        },
    )


def make_training_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "trainings",
        record.expected,
        {
            **_OF_PAIR,
            "date": lambda training, _: _write_iso(training.begins_at, zone),
            "time": lambda training, _: f"{training.begins_at.astimezone(zone):%H:%M}",
            **own_columns(training="title", topics="topics", content_version="version", need="need"),
            **own_columns("minutes", minutes_entered_by="minutes_by", place="place"),
            **own_columns("instructor", "qualification", "provider", "standard", "state"),
            "attendance": write_came_as,
            "least_minutes": lambda training, _: str(training.needed_minutes),
            "approved": lambda training, _: write_approval(training, zone),
            "present_for": lambda training, person: write_stay(training, person, zone),
            "known_by": lambda _, person: write_known(person),
            **own_columns("reason", part=1),
            **own_columns(makes_up_training="makes_up", training_id="training_id"),
        },
    )


def make_unscored_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    return make_table(
        "exercises",
        zip(record.unscored, strict=True),
        {
            **_OF_DRILL,
            "date": lambda each: _write_iso(each.began_at, zone),
            "what": write_what_was_done,
            "result": write_outcome,
            **own_columns(time_s="used_s"),
            "known_by": lambda each: say_known(each.known_by),
            **own_columns(ledger_entry="number"),
        },
    )


def make_gap_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    made = make_gap_history(replace(record, is_of_one=False), zone, write_day=_write_iso)
    return replace(made, header=("person", "gap", "open_since", "closed_on", "remediation"))


def _write_iso(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _write_json(app: App, team_id: str) -> tuple[bytes, Head]:
    """Return the JSON and where the ledger ended.

    It has every entry's hashes. The content is in it of entries about the team, and of removals; of a session that was
    voided it has only that, and why.
    """
    with app.store.read() as work:
        entries, head = tuple(work.ledger.iterate()), work.ledger.get_head()
    voided = {entry.session_id for entry in entries if entry.kind == LedgerKind.SESSION_VOIDED} - {None}

    def tell(entry: Entry) -> Json:
        is_voided = entry.session_id in voided and entry.kind != LedgerKind.SESSION_VOIDED
        is_told = entry.kind == LedgerKind.CONTENT_REMOVED or (entry.team_id == team_id and not is_voided)
        return json.loads(entry.body) if entry.body is not None and is_told else None

    hashes = ("number", "kind", "at", "content_sha256", "previous_sha256", "sha256")
    removals = (entry.data["numbers"] for entry in entries if entry.kind == LedgerKind.CONTENT_REMOVED)
    data = {
        "schema_version": SCHEMA_VERSION,
        "format": "Sightline training record, see docs/training-record.md",
        "program": f"Sightline {VERSION}",
        "made_at": write_moment(app.clock.read().wall),
        "about": {"team_id": team_id, "person_id": None},
        "head": head._asdict(),
        "removed": sorted(chain.from_iterable(removals)),
        "entries": [{name: getattr(entry, name) for name in hashes} | {"content": tell(entry)} for entry in entries],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"), head


class Format(StrEnum):
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    LOG_PDF = "drill-log-pdf"
    LOG_CSV = "drill-log-csv"
    CERTIFICATES_PDF = "certificates-pdf"
    CERTIFICATES_CSV = "certificates-csv"
    SUMMARY_PDF = "one-page-pdf"
    XLSX = "xlsx"


PAPERS = {
    Format.PDF: "Training record",
    Format.LOG_PDF: "Drill log",
    Format.CERTIFICATES_PDF: "Certificates",
    Format.SUMMARY_PDF: "On one page",
}


def write_export(
    app: App, team_id: str, kind: Format, *, zone: tzinfo = UTC, by: str = "", log: str = STANDARD
) -> bytes:
    """Return a team's record in a format, the drill log by the template called `log`; and note that it was exported."""
    return _write(app, get_team_view(app, team_id, zone=zone), kind, zone=zone, by=by, log=log)


def write_person_export(
    app: App, person_id: str, *, kind: Format = Format.PDF, zone: tzinfo = UTC, by: str = "", is_redacted: bool = False
) -> bytes:
    view = get_person_view(app, person_id, zone=zone, is_redacted=is_redacted)
    return _write(app, view, kind, zone=zone, by=by)


def _write(
    app: App, view: TeamRecordView | PersonRecordView, kind: Format, *, zone: tzinfo, by: str, log: str = STANDARD
) -> bytes:
    who, record, now = view.who, view.record, app.clock.read().wall
    with app.store.read() as work:
        head = work.ledger.get_head()
    if kind in PAPERS:
        body = _write_paper(app, view, kind, head=head, zone=zone, log=log)
    elif kind is Format.JSON:
        body, head = _write_json(app, who.team_id)
    elif kind is Format.LOG_CSV:
        body = write_table_csv(make_log(record, zone, get_template(app, log), is_file=True))
    elif kind is Format.CERTIFICATES_CSV:
        body = write_table_csv(make_certificate_table(record, now=now, zone=zone))
    else:
        makers = (make_attendance_rows, make_training_rows, make_drill_rows, make_unscored_rows, make_gap_rows)
        tables = [make(record, zone) for make in makers]
        if kind is Format.CSV:
            files = {f"{table.name}.csv": write_table_csv(table) for table in tables}
            body = pack_files(files, made_at=datetime(1980, 1, 1))
        else:
            body = write_workbook(
                make_session_table(record.sessions, zone),
                *tables,
                make_log(record, zone, get_template(app, log), is_file=True),
                make_certificate_table(record, now=now, zone=zone),
                make_lacking_table(list_standings(app, team_id=who.team_id), is_of_team=True),
            )
    about = Subjects(team_id=who.team_id, person_id=who.person_id)
    data: dict[str, Json] = {"format": kind.value, "head": write_head(head)}
    with app.unrestricted().store.write() as work:
        work.ledger.note(LedgerKind.EXPORTED, at=app.clock.read().wall, by=by, subjects=about, data=data)
    note_head(app, head)
    return body


def _write_paper(
    app: App, view: TeamRecordView | PersonRecordView, kind: Format, *, head: Head, zone: tzinfo, log: str
) -> bytes:
    """Return a record on paper, its days those of `zone`; `head` is where the ledger ends. Raises ReportError."""
    now, title, template, district = app.clock.read().wall, PAPERS[kind], "record", app.settings.district
    if kind is Format.LOG_PDF:
        form = get_template(app, log)
        title, content = form.title, pdf.tell_log(view.record, zone, form)
    elif kind is Format.CERTIFICATES_PDF:
        certificates = list_certificates(view.record, now=now, zone=zone)
        template, content = "certificate", pdf.tell_certificates(certificates, zone, now)
    elif kind is Format.SUMMARY_PDF:
        required: dict[str, list[str]] = {}
        for each in list_standings(app, team_id=view.who.team_id):
            told = f"{each.requirement.title}: {write_what(each.requirement)}, {each.until}: "
            told += f"{each.lacks} missing." if each.lacks else "done."
            required.setdefault(each.person.person_id, []).append(told)
        template, content = "summary", pdf.tell_summaries(view, zone, required, district=district)
    elif isinstance(view, TeamRecordView):
        content = pdf.tell_team(view, zone, now)
    else:
        content = pdf.tell_person(view, zone)
    day = now.astimezone(zone)
    whole = pdf.clean(
        {
            "title": f"{title}: {view.who.name}",
            "date": [day.year, day.month, day.day],
            "made_on": write_date(now, zone),
            "made_at": write_date_and_time(now, zone),
            "zone": str(zone).replace("_", " "),
            "program": f"Sightline {VERSION}",
            "head": {"number": str(head.number), "begin": head.sha256[:12], "sha256": head.sha256},
            **content,
            "school": view.who.school,
            "district": district,
        }
    )
    if BOX in json.dumps(whole, ensure_ascii=False):
        whole["unprinted"] = f" {BOX}: a letter that this paper cannot print; the record has it."
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return compile_pdf(Path(__file__).with_name(f"{template}.typ"), whole, what="record", at=midnight)
