"""The school's own days: which time zone they are in, and which day it is there now."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sim.errors import PlanError
from sim.services.app.wiring import App

USUAL_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


@cache
def list_zones() -> tuple[str, ...]:
    """Return the names of all time zones, the usual ones first."""
    others = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return (*USUAL_ZONES, *(name for name in others if name not in USUAL_ZONES), "UTC")


def get_zone(name: str) -> ZoneInfo:
    """Return a time zone. Raises PlanError: there is none of that name."""
    if name not in list_zones():
        raise PlanError(f"there is no time zone {name[:40]!r}", expected="a name such as America/New_York")
    return ZoneInfo(name)


def get_today(app: App, zone: str) -> date:
    """Return the day that it is now in a time zone. Raises PlanError: unknown time zone."""
    return app.clock.read().wall.astimezone(get_zone(zone)).date()


def to_utc(day: date, at: str, zone: str) -> datetime:
    """Return the moment of a day and "HH:MM" at the school, in UTC.

    A time that the change to summer time leaves out is taken as the clock before the change would have shown it; one
    that comes twice is the first of the two.
    """
    return datetime.combine(day, read_time(at), tzinfo=get_zone(zone)).astimezone(UTC)


def read_time(text: str) -> time:
    """Return the time of day that "HH:MM" says. Raises PlanError: it says none."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as error:
        raise PlanError(f"{text[:20]!r} is no time of day", expected="hours and minutes, as 14:30") from error
