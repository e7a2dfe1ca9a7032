import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from sim.errors import HoldError, SimError
from sim.text.tables import TextTable, round_beside, write_table_csv
from sim.text.times import write_clock, write_minutes, write_utc
from sim.text.words import clean_name, clean_typed, fold_name
from sim.text.workbooks import write_workbook


@pytest.mark.parametrize(
    ("t_s", "words"), [(0, "8:00:00 AM"), (160, "8:02:40 AM"), (4 * 3600, "12:00:00 PM"), (0.95, "8:00:00 AM")]
)
def test_site_time_reads_as_the_cameras_show_it(t_s, words):
    assert write_clock(datetime(2026, 10, 14, 8, 0), t_s) == words


@pytest.mark.parametrize(("seconds", "words"), [(45, "45 s"), (60, "1 minute"), (90, "1 min 30 s"), (360, "6 minutes")])
def test_spans_read_as_people_say_them(seconds, words):
    assert write_minutes(seconds) == words


def test_other_systems_are_told_a_moment_in_utc():
    moment = datetime(2026, 11, 1, 1, 30, 0, 1999, tzinfo=ZoneInfo("America/New_York"), fold=1)
    assert write_utc(moment) == "2026-11-01T06:30:00.001Z"


@pytest.mark.parametrize(
    ("value", "goal", "text"),
    [
        (5.3, 5.0, "5.3"),
        (5.04, 5.0, "5.04"),
        (5.0, 5.0, "5"),
        (4.7, 5.0, "4.7"),
        (5.6, 5.0, "6"),
        (59.6, 60.0, "59.6"),
        (59.4, 60.0, "59"),
        (25.4, 25.0, "25.4"),
        (0.0, 5.0, "0"),
    ],
)
def test_a_measure_beside_its_goal_is_not_rounded_onto_it(value: float, goal: float, text: str) -> None:
    assert round_beside(value, goal) == text


@given(st.floats(0, 200), st.sampled_from([5.0, 10.0, 20.0, 25.0, 60.0, 80.0, 90.0, 100.0]))
def test_what_is_printed_is_at_the_goal_only_where_the_measure_is(value: float, goal: float) -> None:
    printed = float(round_beside(value, goal))
    assert abs(printed - value) <= 0.5
    if abs(value - goal) >= 1e-4:
        assert printed != goal


def test_downloads_open_in_a_spreadsheet_and_start_no_formula():
    rows = (("=1+1", "5:12"), ("@Zo\u00eb", "\u22122"), ("-a", "+4"))
    data = write_table_csv(TextTable(name="x", header=("Person", "Before"), rows=rows))
    assert data.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(data), dtype=str)
    assert list(read["Person"]) == ["'=1+1", "'@Zo\u00eb", "'-a"]
    assert list(read["Before"]) == ["5:12", "\u22122", "'+4"]


@pytest.mark.parametrize(
    "text", ["left \u05e2\u05d1\u05e8", "zero\u200dwidth", "<b>&'\"; --", "\U0001f469\u200d\U0001f467"]
)
def test_what_people_write_is_kept_without_surplus_blanks(text: str) -> None:
    assert clean_typed(f"  {text}\n\tmore ", what="reason", fault=HoldError) == f"{text} more"


@pytest.mark.parametrize(
    ("sign", "said"), [("\x00", "U+0000"), ("\x1b", "U+001B"), ("\ud800", "U+D800"), ("\u202e", "U+202E")]
)
def test_signs_that_nobody_types_are_refused_by_number(sign: str, said: str) -> None:
    with pytest.raises(HoldError, match="the reason holds a sign") as refused:
        clean_typed(f"a{sign}b", what="reason", fault=HoldError)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\u202a Jos\u0065\u0301  Hill\u202c", "Jos\u00e9 Hill"),
        ("\ufeffAna\u200b", "Ana"),
        ("\u0639\u0644\u06cc\u200c\u0646\u0698\u0627\u062f", "\u0639\u0644\u06cc\u200c\u0646\u0698\u0627\u062f"),
    ],
)
def test_names_are_kept_as_they_are_spelled_without_what_came_with_pasting(pasted: str, kept: str) -> None:
    assert clean_name(pasted, what="name", most=80, fault=HoldError) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jos\u0065\u0301", "JOS\u00c9"),
        ("\uff21na", "ana"),
        ("Ana  Hill\u200e", "ana hill"),
        ("\u0639\u0644\u06cc\u200c\u0646", "\u0639\u0644\u06cc\u0646"),
    ],
)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SimError("this session has ended"), "This session has ended."),
        (SimError("the name is taken", todo="choose another one"), "The name is taken. Choose another one."),
        (SimError("the PIN has 3 digits", expected="6 or more"), "The PIN has 3 digits. Needed: 6 or more."),
        (
            SimError("the reason has 400 letters", expected="at most 300", todo="shorten it"),
            "The reason has 400 letters. Shorten it (at most 300).",
        ),
        (SimError("job.yaml cannot be read", todo="delete it"), "job.yaml cannot be read. Delete it."),
        (SimError("t_s: 12 is late"), "t_s: 12 is late."),
        (
            SimError("the clip is gone", todo="restore it, or build it with `python -m sim footage build`"),
            "The clip is gone. Ask the person who runs Sightline here.",
        ),
        (SimError("Enter a reason (up to 300 characters)."), "Enter a reason (up to 300 characters)."),
    ],
)
def test_a_page_says_it_in_sentences_without_labels(error: SimError, said: str) -> None:
    assert error.on_screen == said
