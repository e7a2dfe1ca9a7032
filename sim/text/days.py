"""How the training record writes a day."""

from datetime import date, datetime, tzinfo


def write_date(at: datetime, zone: tzinfo) -> str:
    """Return a day: "Sep 14, 2026"."""
    day = at.astimezone(zone)
    return f"{day:%b} {day.day}, {day.year}"


def write_plain_day(day: date) -> str:
    """Return a day as everybody reads it: "Nov 27, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"
