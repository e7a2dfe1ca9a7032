"""One door for every export of a team's record: the file is made, and recorded with the ledger's head."""

import io
import zipfile
from datetime import UTC, tzinfo
from enum import StrEnum

from sim.db.chain import Json
from sim.db.ledger import Draft, Head, LedgerKind, Subjects
from sim.services.app.wiring import App
from sim.services.ledger.heads import note_head
from sim.services.ledger.record import Record
from sim.services.training_record.certificates import list_certificates, make_certificate_table
from sim.services.training_record.drill_log import make_log_rows
from sim.services.training_record.exports.data import write_record_json
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


class Format(StrEnum):
    """In which form."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    LOG_PDF = "drill-log-pdf"
    LOG_CSV = "drill-log-csv"
    CERTIFICATES_PDF = "certificates-pdf"
    CERTIFICATES_CSV = "certificates-csv"


PAPERS = (Format.PDF, Format.LOG_PDF, Format.CERTIFICATES_PDF)


def write_export(app: App, team_id: str, kind: Format, *, zone: tzinfo = UTC, by: str = "") -> bytes:
    """Return a team's record as a file. CSV is a ZIP of tables."""
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
    """Return one person's record, or their certificates, as a PDF; that is recorded as every export is."""
    from sim.services.training_record.exports import certificate_pdf, paper, pdf, person_pdf  # noqa: PLC0415 - Typst

    view, record = get_person_view(app, person_id, zone=zone), load_person_record(app, person_id)
    now = app.clock.read().wall
    with app.store.read() as work:
        head = work.ledger.get_head()
    title = "Certificates" if kind is Format.CERTIFICATES_PDF else "Training record"
    heading = paper.Heading(
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
        body = certificate_pdf.write_certificates_pdf(found, heading)
    else:
        body = person_pdf.write_person_pdf(view, record, heading)
    _note_export(app, Subjects(team_id=view.team_id, person_id=person_id), kind, head=head, by=by)
    return body


def _write_paper(app: App, team_id: str, kind: Format, record: Record, *, head: Head, zone: tzinfo) -> bytes:
    from sim.services.training_record.exports import certificate_pdf, log_pdf, paper, pdf  # noqa: PLC0415 - Typst

    view, now = get_team_view(app, team_id, zone=zone), app.clock.read().wall
    titles = {Format.PDF: "Training record", Format.LOG_PDF: "Drill log", Format.CERTIFICATES_PDF: "Certificates"}
    heading = paper.Heading(
        title=f"{titles[kind]}: {view.team}",
        kind=log_pdf.KIND if kind is Format.LOG_PDF else pdf.KIND,
        school=view.school,
        district=app.settings.district,
        made_at=now,
        zone=zone,
        head=head,
        reduced=record.reduced,
    )
    if kind is Format.LOG_PDF:
        return log_pdf.write_log_pdf(record, heading)
    if kind is Format.CERTIFICATES_PDF:
        found = list_certificates(record, now=now, zone=zone)
        return certificate_pdf.write_certificates_pdf(found, heading)
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
