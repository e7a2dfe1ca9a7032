from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

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
