"""The buttons that hand a comparison over: the report, the tables, the numbers."""

import streamlit as st

from sim.services.comparison.report.handover import Handover, make_file_stem, write_json, write_report, write_tables
from sim.ui.page.page_state import find_zone, make_file
from sim.ui.parts.blocks import draw_quiet
from sim.ui.team import team_wording as wording


def draw_downloads(handover: Handover, *, key: str) -> None:
    """Draw the buttons; each file is made only when its button is pressed."""
    stem = make_file_stem(handover.title)
    zone = find_zone()
    st.subheader(wording.TAKE, anchor=False)
    draw_quiet(wording.TAKE_NOTE.format(people=wording.BY_NAME if handover.by_name else wording.BY_PSEUDONYM))
    with st.container(horizontal=True, key=f"take-{key}"):
        st.download_button(
            wording.REPORT,
            data=make_file(lambda app, _: write_report(handover, made_at=app.clock.read().wall, zone=zone)),
            file_name=f"{stem}-report.pdf",
            mime="application/pdf",
            type="primary",
            key=f"report-{key}",
            on_click="ignore",
        )
        st.download_button(
            wording.BUNDLE,
            data=make_file(lambda app, _: write_tables(handover, made_at=app.clock.read().wall)),
            file_name=f"{stem}-tables.zip",
            mime="application/zip",
            key=f"bundle-{key}",
            on_click="ignore",
        )
        st.download_button(
            wording.JSON,
            data=make_file(lambda _, __: write_json(handover)),
            file_name=f"{stem}.json",
            mime="application/json",
            key=f"json-{key}",
            on_click="ignore",
        )
