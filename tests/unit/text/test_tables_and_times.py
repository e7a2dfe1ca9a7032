from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.text.tables import round_beside
from sim.text.times import write_clock, write_minutes, write_utc


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
