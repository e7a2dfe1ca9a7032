"""Tables of words and numbers on a page, each with its download."""

import csv
import io

import streamlit as st

from sim.services.comparison_tables import TextTable
from sim.ui import team_wording as wording
from sim.ui.blocks import draw_table


def draw_text_table(table: TextTable, *, label: str = "") -> None:
    """Draw a table that scrolls in itself; `label` names it, its first column where none is given."""
    draw_table(table.header, table.rows, label=label or table.header[0])


def draw_download(table: TextTable, file_stem: str) -> None:
    """Draw the button that hands the table over, as a file named after `file_stem` and the table."""
    st.download_button(
        wording.DOWNLOAD,
        data=write_csv(table),
        file_name=f"{file_stem}-{table.name}.csv",
        mime="text/csv",
        key=f"download-{table.name}",
        on_click="ignore",
    )


def write_csv(table: TextTable) -> bytes:
    """Return the table as CSV that spreadsheets open: UTF-8 with BOM, no cell that starts a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.header)
    writer.writerows([_guard(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _guard(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
