"""One door for every export of a team's record: the file is made, and recorded with the ledger's head."""

import io
import zipfile
from datetime import UTC, tzinfo
from enum import StrEnum

from sim.records.chain import Json
from sim.records.ledger_rows import Draft, Head, LedgerKind, Subjects
from sim.services.app.wiring import App
from sim.services.ledger.heads import note_head
from sim.services.training_record.exports.data import write_record_json
from sim.services.training_record.exports.hseep import make_hseep_rows
from sim.services.training_record.exports.rows import make_attendance_rows, make_drill_rows, make_gap_rows
from sim.services.training_record.exports.xapi import write_statements
from sim.services.training_record.load import load_person_record, load_team_record
from sim.services.training_record.view import get_person_view, get_team_view
from sim.text.tables import write_table_csv


class Format(StrEnum):
    """In which form."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    HSEEP = "hseep"
    XAPI = "xapi"


def write_export(app: App, team_id: str, kind: Format, *, zone: tzinfo = UTC, by: str = "") -> bytes:
    """Return a team's record as a file. CSV is a ZIP of three tables.

    Raises:
        StoreError: unknown team.
        ReportError: the PDF could not be set.
    """
    now = app.clock.read().wall
    record = load_team_record(app, team_id)
    with app.store.read() as work:
        head = work.ledger.get_head()
    if kind is Format.PDF:
        from sim.services.training_record.exports.pdf import write_record_pdf  # noqa: PLC0415 - Typst is large

        body = write_record_pdf(get_team_view(app, team_id, zone=zone), head=head, made_at=now, zone=zone)
    elif kind is Format.JSON:
        body, head = write_record_json(app.store, team_id=team_id, made_at=now)
    elif kind is Format.XAPI:
        body = write_statements(app, record)
    elif kind is Format.HSEEP:
        body = write_table_csv(make_hseep_rows(record, zone))
    else:
        tables = (make_attendance_rows(record, zone), make_drill_rows(record, zone), make_gap_rows(record, zone))
        body = _pack({f"{table.name}.csv": write_table_csv(table) for table in tables})
    _note_export(app, Subjects(team_id=team_id), kind, head=head, by=by)
    return body


def write_person_export(app: App, person_id: str, *, zone: tzinfo = UTC, by: str = "") -> bytes:
    """Return one person's record as a PDF for the personnel file; that is recorded as every export is.

    Raises:
        StoreError: unknown person.
        ReportError: the PDF could not be set.
    """
    from sim.services.training_record.exports.person_pdf import write_person_pdf  # noqa: PLC0415 - Typst is large

    view, record = get_person_view(app, person_id, zone=zone), load_person_record(app, person_id)
    with app.store.read() as work:
        head = work.ledger.get_head()
    body = write_person_pdf(view, record, head=head, made_at=app.clock.read().wall, zone=zone)
    _note_export(app, Subjects(team_id=view.team_id, person_id=person_id), Format.PDF, head=head, by=by)
    return body


def _note_export(app: App, subjects: Subjects, kind: Format, *, head: Head, by: str) -> None:
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
