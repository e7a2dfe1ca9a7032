"""How the training record writes a day."""

from datetime import date, datetime, tzinfo

from sim.text.times import write_time_of_day


def write_date(at: datetime, zone: tzinfo) -> str:
    """Return a day: "Sep 14, 2026"."""
    day = at.astimezone(zone)
    return f"{day:%b} {day.day}, {day.year}"


def write_date_and_time(at: datetime, zone: tzinfo) -> str:
    """Return a day and its hour: "Sep 14, 2026, 2:30 PM"."""
    return f"{write_date(at, zone)}, {write_time_of_day(at.astimezone(zone))}"


def write_plain_day(day: date) -> str:
    """Return a day as everybody reads it: "Nov 27, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"
