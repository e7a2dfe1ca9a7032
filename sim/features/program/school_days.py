"""The school's days: what they and a program's steps are called, time zones, and days without drills."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sim.app.wiring import App
from sim.db.programs import DayOff, StepRow
from sim.errors import PlanError
from sim.program.guide_steps import StepKind
from sim.program.plan import RETENTION, SchoolDays, Slot
from sim.text.times import write_day
from sim.text.typed import clean_typed

YEARS_BACK, YEARS_ON = 1, 5
MOST_DAYS = 120
MOST_NAME = 120
MOST_ENTERED = 200
USUAL_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def name_step(kind: StepKind, number: int, *, of: int = 0) -> str:
    """Return a step's name: "Before 2", "Training", "3 months after"; with `of`, "Before 2 of 3"."""
    if kind is StepKind.FAMILIARIZATION:
        return "Get to know the console"
    if kind is StepKind.TRAINING:
        return "Training"
    if kind is StepKind.RETENTION:
        return f"{RETENTION[number - 1]} after" if number <= len(RETENTION) else f"Later drill {number}"
    name = f"{'Before' if kind is StepKind.BEFORE else 'After'} {number}"
    return f"{name} of {of}" if of > 1 else name


def name_step_long(kind: StepKind, number: int) -> str:
    """Return a step's name as a title says it: "Search drill 2 before the training"."""
    if kind in (StepKind.FAMILIARIZATION, StepKind.TRAINING):
        return {
            StepKind.FAMILIARIZATION: "Get to know the search console",
            StepKind.TRAINING: "Camera search training",
        }[kind]
    if kind is StepKind.RETENTION:
        when = RETENTION[number - 1] if number <= len(RETENTION) else "some time"
        return f"Search drill {when} after the training"
    side = "before" if kind is StepKind.BEFORE else "after"
    return f"Search drill {number} {side} the training"


def write_date(day: date, *, today: date | None = None) -> str:
    """Return a day at its shortest: "Sep 14"; with its year where that is not this one: "Sep 14, 2027"."""
    return f"{day:%b} {day.day}" if today is None or day.year == today.year else f"{day:%b} {day.day}, {day.year}"


def write_span(step: StepRow | Slot) -> str:
    """Return the days of a step: one day, or from one to the other."""
    if step.due_from == step.due_to:
        return write_day(step.due_from)
    first = (
        f"{step.due_from:%a, %b} {step.due_from.day}"
        if step.due_from.year == step.due_to.year
        else write_day(step.due_from)
    )
    return f"{first} to {write_day(step.due_to)}"


def load_school_days(app: App) -> SchoolDays:
    """Return the school days of last year to five years from now. Raises StoreError: the database cannot be read."""
    today = app.clock.read().wall.date()
    off = dict(_list_federal(today.year))
    with app.store.read() as work:
        rows = work.list_rows(DayOff)
    spans = [(row.first_on, row.last_on, row.name) for row in rows]
    for first, last, name in (*spans, *_list_winters(rows, today.year)):
        for number in range((last - first).days + 1):
            off.setdefault(first + timedelta(days=number), name)
    return SchoolDays(off=off)


def _list_winters(rows: Sequence[DayOff], year: int) -> list[tuple[date, date, str]]:
    """Return the usual winter breaks around a year, but for those in which someone entered days of their own."""
    winters = [(date(each, 12, 20), date(each + 1, 1, 3)) for each in range(year - YEARS_BACK, year + YEARS_ON + 1)]
    return [
        (first, last, "the usual winter break")
        for first, last in winters
        if not any(row.first_on <= last and first <= row.last_on for row in rows)
    ]


def list_off(app: App) -> tuple[tuple[str, str, str], ...]:
    """Return the days off from today on, for a year: id, days and name; id "" where nobody entered them."""
    today = app.clock.read().wall.date()
    until = today + timedelta(days=366)
    with app.store.read() as work:
        rows = work.list_rows(DayOff)
    spans = [(row.first_on, row.last_on, row.name, row.day_off_id) for row in rows]
    spans += [(*each, "") for each in _list_winters(rows, today.year) if each[0] <= until]
    spans += [(day, day, name, "") for day, name in _list_federal(today.year) if day <= until]
    lines = (
        (first, (key, write_day(first) if first == last else f"{write_day(first)} to {write_day(last)}", name))
        for first, last, name, key in spans
        if last >= today
    )
    return tuple(line for _, line in sorted(lines))


def add_day_off(app: App, *, first_on: date, last_on: date, name: str) -> None:
    """Enter days without drills, both counted. Steps that are planned already stay as they are."""
    words = clean_typed(name, what="name", fault=PlanError)
    if not words or len(words) > MOST_NAME:
        raise PlanError("the days off need a name", expected=f"1 to {MOST_NAME} characters", todo="say what they are")
    if last_on < first_on:
        raise PlanError(
            f"the days off would end on {write_day(last_on)}, before they begin", todo="choose a later last day"
        )
    if (last_on - first_on).days >= MOST_DAYS:
        raise PlanError(f"these are more than {MOST_DAYS} days", todo="enter a long break in parts")
    today = app.clock.read().wall.date()
    if last_on < today - timedelta(days=1) or first_on > today + timedelta(days=365 * YEARS_ON):
        raise PlanError("these days are over, or too far away", expected=f"days within {YEARS_ON} years from now")
    with app.store.write() as work:
        rows = work.list_rows(DayOff)
        if len(rows) >= MOST_ENTERED:
            raise PlanError(f"there are {MOST_ENTERED} entries already", todo="remove some first")
        if not any((row.first_on, row.last_on) == (first_on, last_on) for row in rows):
            row = DayOff(day_off_id=secrets.token_urlsafe(12), first_on=first_on, last_on=last_on, name=words)
            work.insert(row)


def remove_day_off(app: App, day_off_id: str) -> bool:
    with app.store.write() as work:
        return work.delete(DayOff, DayOff.day_off_id == day_off_id) == 1


@cache
def _list_federal(year: int) -> tuple[tuple[date, str], ...]:
    import holidays  # noqa: PLC0415 - loaded when a plan is made, not at a start

    found = holidays.country_holidays("US", years=range(year - YEARS_BACK, year + YEARS_ON + 1))
    return tuple(sorted((day, name) for day, name in found.items()))


@cache
def list_zones() -> tuple[str, ...]:
    others = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return (*USUAL_ZONES, *(name for name in others if name not in USUAL_ZONES), "UTC")


def get_zone(name: str) -> ZoneInfo:
    if name not in list_zones():
        raise PlanError(f"there is no time zone {name[:40]!r}", expected="a name such as America/New_York")
    return ZoneInfo(name)


def get_today(app: App, zone: str) -> date:
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
