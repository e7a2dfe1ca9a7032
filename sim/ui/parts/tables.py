"""Tables of words and numbers on a page, each with its download."""

import streamlit as st

from sim.text.tables import TextTable, write_table_csv
from sim.ui.page import wording
from sim.ui.page.page_state import make_file
from sim.ui.parts.blocks import draw_quiet, draw_table

MOST_ROWS = 60


def draw_text_table(table: TextTable, *, label: str = "") -> None:
    """Draw a table that scrolls in itself; `label` names it, its first column where none is given.

    One of very many rows is left to its download.
    """
    if len(table.rows) > MOST_ROWS:
        draw_quiet(wording.MANY_ROWS.format(rows=f"{len(table.rows):,}"))
    else:
        draw_table(table.header, table.rows, label=label or table.header[0])


def draw_download(table: TextTable, file_stem: str) -> None:
    """Draw the button that hands the table over, as a file named after `file_stem` and the table."""
    st.download_button(
        wording.DOWNLOAD_TABLE,
        data=make_file(lambda _, __: write_table_csv(table)),
        file_name=f"{file_stem}-{table.name}.csv",
        mime="text/csv",
        key=f"download-{table.name}",
        on_click="ignore",
    )
