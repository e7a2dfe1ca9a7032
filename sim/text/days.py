"""How the training record writes a day."""

from datetime import datetime, tzinfo


def write_date(at: datetime, zone: tzinfo) -> str:
    """Return a day: "Sep 14, 2026"."""
    day = at.astimezone(zone)
    return f"{day:%b} {day.day}, {day.year}"
