"""A table as a workbook, opened by openpyxl and by pandas: types, formats, a header that stays, and no formula."""

import io
from datetime import datetime, timedelta

import pandas as pd
from openpyxl import load_workbook

from sim.text.tables import TextTable
from sim.text.workbooks import write_workbook

TABLE = TextTable(
    name="drills",
    header=("Who", "Time", "Match", "Clips", "Day", "Code", "=Note"),
    rows=(
        ("=cmd|' /C calc'!A0", "5:12", "93%", "1,204", "Nov 30, 2026", "0042", "-1"),
        ("Ana Sílva", "125:09", "7%", "3", "Dec 1, 2026", "17", "+1"),
        ("Dee", "", "", "", "", "", ""),
    ),
)


def test_a_table_opens_with_types_and_a_frozen_head() -> None:
    data = write_workbook(TABLE)
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None and sheet.title == "drills" and sheet.freeze_panes == "A2"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][1:6] == [timedelta(minutes=5, seconds=12), 0.93, 1204, datetime(2026, 11, 30), "0042"]
    assert rows[3] == ["Dee", *[None] * 6]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}, "no formula"
    assert [sheet.cell(2, at).number_format for at in (2, 3, 4, 5)] == ["[m]:ss", "0%", "#,##0", "mmm d, yyyy"]
    table = pd.read_excel(io.BytesIO(data))
    assert list(table.columns) == list(TABLE.header)
    assert table["Who"].tolist() == [row[0] for row in TABLE.rows]
    assert table["Clips"].sum() == 1207
