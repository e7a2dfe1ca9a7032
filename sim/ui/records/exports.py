"""The buttons that hand the record over; each file is made, and that recorded, only when its button is pressed."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App
from sim.services.comparison.report.handover import make_file_stem
from sim.services.training_record.exports.write import Format, write_export
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import find_zone, make_file
from sim.ui.parts.blocks import draw_quiet
from sim.ui.records import wording as words

BUTTONS = (
    (Format.PDF, words.PDF, "record.pdf", "application/pdf"),
    (Format.CSV, words.TABLES, "record-tables.zip", "application/zip"),
    (Format.JSON, words.JSON, "record.json", "application/json"),
    (Format.HSEEP, words.HSEEP, "hseep.csv", "text/csv"),
    (Format.XAPI, words.XAPI, "xapi.json", "application/json"),
)


def draw_exports(view: TeamRecordView) -> None:
    """Draw a button a form of export."""
    draw_quiet(words.EXPORT_NOTE)
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


def _write(team_id: str, kind: Format, zone: tzinfo, app: App, viewer: Viewer) -> bytes:
    return write_export(app, team_id, kind, zone=zone, by=viewer.name)
