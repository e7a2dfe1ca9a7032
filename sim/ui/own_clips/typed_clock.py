"""A clock in a picture as somebody types it."""

import re
from datetime import date, datetime, time

_TYPED = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)(?:[.,](\d{1,2}))?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE)


def read_clock(text: str, *, day: date) -> tuple[datetime, bool] | None:
    """Return the moment, and whether tenths were typed; None where it is no time of day.

    "8:02:13 AM", "20.02.13" and "8:02:13.4 pm" are.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    tenths, half = found[4], (found[5] or "").lower()
    if half and not 1 <= hours <= 12:
        return None
    hours = hours % 12 + (12 if half == "p" else 0) if half else hours
    try:
        at = time(hours, minutes, seconds, round(float(f"0.{tenths or 0}") * 1_000_000))
    except ValueError:
        return None
    return datetime.combine(day, at), tenths is not None


def write_reading(clock: datetime, *, has_tenths: bool) -> str:
    """Return a reading as it is typed: "8:02:13 AM", with tenths where there were any."""
    tenths = f".{clock.microsecond // 100_000}" if has_tenths else ""
    return f"{clock.hour % 12 or 12}:{clock:%M:%S}{tenths} {'AM' if clock.hour < 12 else 'PM'}"
