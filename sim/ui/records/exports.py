"""The buttons that hand the record over; each file is made, and that recorded, only when its button is pressed."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App
from sim.services.comparison.handover import make_file_stem
from sim.services.training_record.certificates import make_certificate_table
from sim.services.training_record.exports.write import Format, write_export
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import find_zone, get_app, make_file
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.tables import draw_text_table
from sim.ui.records import wording

PDF_TYPE, CSV_TYPE = "application/pdf", "text/csv"
BUTTONS = (
    (Format.PDF, wording.PDF, "record.pdf", PDF_TYPE),
    (Format.LOG_PDF, wording.LOG_PDF, "drill-log.pdf", PDF_TYPE),
    (Format.LOG_CSV, wording.LOG_CSV, "drill-log.csv", CSV_TYPE),
    (Format.CERTIFICATES_PDF, wording.CERTIFICATES_PDF, "certificates.pdf", PDF_TYPE),
    (Format.CERTIFICATES_CSV, wording.CERTIFICATES_CSV, "certificates.csv", CSV_TYPE),
    (Format.CSV, wording.TABLES, "record-tables.zip", "application/zip"),
    (Format.JSON, wording.JSON, "record.json", "application/json"),
)


def draw_exports(view: TeamRecordView) -> None:
    """Draw a button a form of export."""
    draw_quiet(wording.EXPORT_NOTE)
    zone, stem = find_zone(), make_file_stem(view.team)
    with st.container(horizontal=True, key="record-exports"):
        for kind, label, name, mime in BUTTONS:
            st.download_button(
                label,
                data=make_file(partial(_write, view.team_id, kind, zone)),
                file_name=f"{stem}-{name}",
                mime=mime,
                type="primary" if kind is Format.PDF else "secondary",
                key=f"export-{kind.value}",
                on_click="ignore",
            )
    _draw_certificates(view)


def _draw_certificates(view: TeamRecordView) -> None:
    table = make_certificate_table(view.record, now=get_app().clock.read().wall, zone=find_zone())
    if table.rows:
        st.subheader(wording.CERTIFICATES, anchor=False)
        draw_text_table(table, label=wording.CERTIFICATES)


def _write(team_id: str, kind: Format, zone: tzinfo, app: App, viewer: Viewer) -> bytes:
    return write_export(app, team_id, kind, zone=zone, by=viewer.name)
