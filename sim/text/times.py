"""Times as people read them, and as other systems do."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def write_clock(start_time: datetime, t_s: float) -> str:
    """Return site time as the cameras show it: 08:00 plus 160 s gives "8:02:40 AM"."""
    moment = start_time + timedelta(seconds=t_s)
    return f"{moment:%I:%M:%S %p}".lstrip("0")


def write_time_of_day(at: datetime | time) -> str:
    """Return a time as a clock on the wall shows it: "2:30 PM"; a moment is given in its zone."""
    return f"{at:%I:%M %p}".lstrip("0")


def write_minutes(seconds: float) -> str:
    """Return a span in words: 360 gives "6 minutes", 90 gives "1 min 30 s", 45 gives "45 s"."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    if rest == 0:
        return f"{minutes} minute" + ("" if minutes == 1 else "s")
    return f"{minutes} min {rest} s"


def write_utc(moment: datetime) -> str:
    """Return an aware moment as other systems are told it (ISO 8601, RFC 3339): "2026-10-14T13:00:00.000Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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


def write_day(day: date) -> str:
    """Return a day: "Mon, Sep 14, 2026"."""
    return f"{day:%a, %b} {day.day}, {day.year}"
