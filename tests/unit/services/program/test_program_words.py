"""Days on the board: the year is said where it is not this one."""

from datetime import date

from sim.services.program.words import write_date


def test_another_year_is_said() -> None:
    today = date(2026, 11, 27)
    assert write_date(date(2026, 11, 28), today=today) == "Nov 28"
    assert write_date(date(2027, 11, 28), today=today) == "Nov 28, 2027"
