"""The district's days without drills beside weekends: US federal holidays, and days off that someone entered."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sim.db.programs import DayOff
from sim.drill.plan import SchoolDays
from sim.errors import PlanError
from sim.services.app.wiring import App
from sim.services.program.words import write_day
from sim.text.typed import clean_typed

YEARS_BACK, YEARS_ON = 1, 5
MOST_DAYS = 120
MOST_NAME = 120
MOST_ENTERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OffLine:
    """Days without drills as a list shows them; `day_off_id` "" for a federal holiday, which stays."""

    day_off_id: str
    days: str
    name: str


def load_school_days(app: App) -> SchoolDays:
    """Return the school days of last year to five years from now. Raises StoreError: the database cannot be read."""
    today = app.clock.read().wall.date()
    off = dict(_list_federal(today.year))
    with app.store.read() as work:
        rows = work.days_off.list_all()
    for row in rows:
        for number in range((row.last_on - row.first_on).days + 1):
            off.setdefault(row.first_on + timedelta(days=number), row.name)
    return SchoolDays(off=off)


def list_off(app: App) -> tuple[OffLine, ...]:
    """Return the days off from today on, for a year: federal holidays and those that someone entered."""
    today = app.clock.read().wall.date()
    until = today + timedelta(days=366)
    with app.store.read() as work:
        rows = [row for row in work.days_off.list_all() if row.last_on >= today]
    lines = [(row.first_on, OffLine(day_off_id=row.day_off_id, days=_write_days(row), name=row.name)) for row in rows]
    lines += [
        (day, OffLine(day_off_id="", days=write_day(day), name=name))
        for day, name in _list_federal(today.year)
        if today <= day <= until
    ]
    return tuple(line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].day_off_id)))


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
        rows = work.days_off.list_all()
        if len(rows) >= MOST_ENTERED:
            raise PlanError(f"there are {MOST_ENTERED} entries already", todo="remove some first")
        if not any((row.first_on, row.last_on) == (first_on, last_on) for row in rows):
            row = DayOff(day_off_id=secrets.token_urlsafe(12), first_on=first_on, last_on=last_on, name=words)
            work.days_off.add(row)


def remove_day_off(app: App, day_off_id: str) -> bool:
    """Take days off out again; return whether they were there."""
    with app.store.write() as work:
        return work.days_off.remove(day_off_id)


@cache
def _list_federal(year: int) -> tuple[tuple[date, str], ...]:
    """Return the US federal holidays around a year, with the days on which they are observed."""
    import holidays  # noqa: PLC0415 - loaded when a plan is made, not at a start

    found = holidays.country_holidays("US", years=range(year - YEARS_BACK, year + YEARS_ON + 1))
    return tuple(sorted((day, name) for day, name in found.items()))


def _write_days(row: DayOff) -> str:
    if row.first_on == row.last_on:
        return write_day(row.first_on)
    return f"{write_day(row.first_on)} to {write_day(row.last_on)}"
