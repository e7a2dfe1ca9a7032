"""One door for every export of a team's record: the file is made, and recorded with the ledger's head."""

import io
import json
import zipfile
from collections.abc import Collection
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from sim import __version__
from sim.db.ledger import Draft, Entry, Head, Json, LedgerKind, Subjects, write_moment
from sim.db.store import Store
from sim.services.app.wiring import App
from sim.services.ledger.record import Record
from sim.services.ledger.verify import note_head
from sim.services.training_record.certificates import list_certificates, make_certificate_table
from sim.services.training_record.drill_log import make_log_rows
from sim.services.training_record.exports.rows import (
    make_attendance_rows,
    make_drill_rows,
    make_gap_rows,
    make_training_rows,
    make_unscored_rows,
)
from sim.services.training_record.load import load_person_record, load_team_record
from sim.services.training_record.view import get_person_view, get_team_view
from sim.text.tables import write_table_csv

SCHEMA_VERSION = 1


def write_record_json(
    store: Store, *, team_id: str | None, person_id: str | None = None, made_at: datetime
) -> tuple[bytes, Head]:
    """Return the JSON and where the ledger ended.

    It has every entry's hashes. The content is in it of entries about the team, of one person of it where one is
    named, and of removals; with neither, of all. Of a session that was voided it has only that, and why.
    """
    with store.read() as work:
        entries = tuple(work.ledger.iterate())
        head = work.ledger.get_head()
    voided = {entry.subjects.session_id for entry in entries if entry.kind == LedgerKind.SESSION_VOIDED}
    explained = [number for entry in entries for number in _list_removed(entry)]
    about: dict[str, Json] = {"team_id": team_id, "person_id": person_id}
    data: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "format": "Sightline training record, see docs/training-record.md",
        "program": f"Sightline {__version__}",
        "made_at": write_moment(made_at),
        "about": about,
        "head": {"number": head.number, "sha256": head.sha256},
        "removed": list[Json](sorted(explained)),
        "entries": [
            _to_data(entry, is_told=_is_told(entry, team_id, person_id) and not _is_of_voided(entry, voided))
            for entry in entries
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"), head


def _is_told(entry: Entry, team_id: str | None, person_id: str | None) -> bool:
    if entry.body is None:
        return False
    if entry.kind == "content-removed" or (team_id is None and person_id is None):
        return True
    is_of_team = team_id is None or entry.subjects.team_id == team_id
    return is_of_team and (person_id is None or entry.subjects.person_id == person_id)


def _is_of_voided(entry: Entry, voided: Collection[str | None]) -> bool:
    return entry.subjects.session_id in voided and entry.kind != LedgerKind.SESSION_VOIDED


def _to_data(entry: Entry, *, is_told: bool) -> dict[str, Json]:
    content: Json = json.loads(entry.body) if is_told and entry.body is not None else None
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at,
        "content_sha256": entry.content_sha256,
        "previous_sha256": entry.previous_sha256,
        "sha256": entry.sha256,
        "content": content,
    }


def _list_removed(entry: Entry) -> list[int]:
    if entry.kind != "content-removed" or entry.body is None:
        return []
    numbers: list[int] = json.loads(entry.body)["data"]["numbers"]
    return numbers


class Format(StrEnum):
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    LOG_PDF = "drill-log-pdf"
    LOG_CSV = "drill-log-csv"
    CERTIFICATES_PDF = "certificates-pdf"
    CERTIFICATES_CSV = "certificates-csv"


PAPERS = (Format.PDF, Format.LOG_PDF, Format.CERTIFICATES_PDF)


def write_export(app: App, team_id: str, kind: Format, *, zone: tzinfo = UTC, by: str = "") -> bytes:
    now = app.clock.read().wall
    record = load_team_record(app, team_id)
    with app.store.read() as work:
        head = work.ledger.get_head()
    if kind in PAPERS:
        body = _write_paper(app, team_id, kind, record, head=head, zone=zone)
    elif kind is Format.JSON:
        body, head = write_record_json(app.store, team_id=team_id, made_at=now)
    elif kind is Format.CSV:
        tables = (
            make_attendance_rows(record, zone),
            make_training_rows(record, zone),
            make_drill_rows(record, zone),
            make_unscored_rows(record, zone),
            make_gap_rows(record, zone),
        )
        body = _pack({f"{table.name}.csv": write_table_csv(table) for table in tables})
    else:
        table = {
            Format.LOG_CSV: lambda: make_log_rows(record, zone),
            Format.CERTIFICATES_CSV: lambda: make_certificate_table(record, now=now, zone=zone),
        }[kind]()
        body = write_table_csv(table)
    _note_export(app, Subjects(team_id=team_id), kind, head=head, by=by)
    return body


def write_person_export(
    app: App, person_id: str, *, kind: Format = Format.PDF, zone: tzinfo = UTC, by: str = ""
) -> bytes:
    from sim.services.training_record.exports import pdf  # noqa: PLC0415 - Typst

    view, record = get_person_view(app, person_id, zone=zone), load_person_record(app, person_id)
    now = app.clock.read().wall
    with app.store.read() as work:
        head = work.ledger.get_head()
    title = "Certificates" if kind is Format.CERTIFICATES_PDF else "Training record"
    heading = pdf.Heading(
        title=f"{title}: {view.name}",
        kind=pdf.KIND,
        school=view.school,
        district=app.settings.district,
        made_at=now,
        zone=zone,
        head=head,
        reduced=record.reduced,
    )
    if kind is Format.CERTIFICATES_PDF:
        found = list_certificates(record, now=now, zone=zone)
        body = pdf.write_certificates_pdf(found, heading)
    else:
        body = pdf.write_person_pdf(view, record, heading)
    _note_export(app, Subjects(team_id=view.team_id, person_id=person_id), kind, head=head, by=by)
    return body


def _write_paper(app: App, team_id: str, kind: Format, record: Record, *, head: Head, zone: tzinfo) -> bytes:
    from sim.services.training_record.exports import pdf  # noqa: PLC0415 - Typst

    view, now = get_team_view(app, team_id, zone=zone), app.clock.read().wall
    titles = {Format.PDF: "Training record", Format.LOG_PDF: "Drill log", Format.CERTIFICATES_PDF: "Certificates"}
    heading = pdf.Heading(
        title=f"{titles[kind]}: {view.team}",
        kind=pdf.LOG_KIND if kind is Format.LOG_PDF else pdf.KIND,
        school=view.school,
        district=app.settings.district,
        made_at=now,
        zone=zone,
        head=head,
        reduced=record.reduced,
    )
    if kind is Format.LOG_PDF:
        return pdf.write_log_pdf(record, heading)
    if kind is Format.CERTIFICATES_PDF:
        found = list_certificates(record, now=now, zone=zone)
        return pdf.write_certificates_pdf(found, heading)
    return pdf.write_record_pdf(view, heading)


def _note_export(app: App, subjects: Subjects, kind: Format, *, head: Head, by: str) -> None:
    app = app.unrestricted()
    data: dict[str, Json] = {"format": kind.value, "head": f"{head.number}:{head.sha256}"}
    with app.store.write() as work:
        work.ledger.append(
            Draft(
                kind=LedgerKind.EXPORTED,
                at=app.clock.read().wall,
                by=by,
                subjects=subjects,
                data=data,
            )
        )
    note_head(app, head)


def _pack(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()
