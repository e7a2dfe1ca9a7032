"""The buttons that hand the record over; each file is made, and that recorded, only when its button is pressed."""

from functools import partial

import streamlit as st

from sim.services.ledger.exports.write import Format, write_export
from sim.services.ledger.view import TeamRecordView
from sim.services.report.handover import make_file_stem
from sim.ui.blocks import draw_quiet
from sim.ui.records import wording as words
from sim.ui.session import find_zone, get_app, get_viewer

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
    app, zone, by, stem = get_app(), find_zone(), get_viewer().name, make_file_stem(view.team)
    with st.container(horizontal=True, key="record-exports"):
        for kind, label, name, mime in BUTTONS:
            st.download_button(
                label,
                data=partial(write_export, app, view.team_id, kind, zone=zone, by=by),
                file_name=f"{stem}-{name}",
                mime=mime,
                type="primary" if kind is Format.PDF else "secondary",
                key=f"export-{kind.value}",
                on_click="ignore",
            )
