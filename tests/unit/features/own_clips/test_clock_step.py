from datetime import date, datetime

import pytest

from sim.features.own_clips.page_clock import read_clock, write_reading

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "clock", "has_tenths"),
    [
        ("8:02:13 AM", datetime(2026, 11, 27, 8, 2, 13), False),
        ("08:02:13pm", datetime(2026, 11, 27, 20, 2, 13), False),
        (" 12:00:00 a.m. ", datetime(2026, 11, 27), False),
        ("12:30:00 P.M.", datetime(2026, 11, 27, 12, 30), False),
        ("20.02.13", datetime(2026, 11, 27, 20, 2, 13), False),
        ("8:02:13.4 PM", datetime(2026, 11, 27, 20, 2, 13, 400_000), True),
        ("14:30:05,25", datetime(2026, 11, 27, 14, 30, 5, 250_000), True),
    ],
)
def test_a_clock_is_read_as_it_stands_in_the_picture(text: str, clock: datetime, has_tenths: bool) -> None:
    assert read_clock(text, day=DAY) == (clock, has_tenths)


@pytest.mark.parametrize("text", ["", "8:02", "half past seven", "25:00:00", "13:00:00 PM", "0:10:10 AM", "8:61:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_clock(text, day=DAY) is None


@pytest.mark.parametrize("text", ["8:02:13 AM", "12:00:00 AM", "12:59:59 PM", "8:02:13.4 PM"])
def test_a_reading_is_written_as_it_was_typed(text: str) -> None:
    read = read_clock(text, day=DAY)
    assert read is not None
    assert write_reading(read[0], has_tenths=read[1]) == text
