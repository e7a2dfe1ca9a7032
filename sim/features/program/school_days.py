"""The school's days: time zones, days without drills, a program's steps, its calendar (RFC 5545) and its reminders.

Calendars and reminders name steps and days, and nobody.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from sim.app.signed import CALENDAR
from sim.app.wiring import App
from sim.db.programs import ChangeRow, DayOff, ProgramRow, StepRow
from sim.errors import AccessError, PlanError
from sim.program.plan import RETENTION, SchoolDays, Slot, StepKind
from sim.text.times import write_day, write_minutes, write_time_of_day
from sim.text.words import clean_typed

if TYPE_CHECKING:
    from icalendar import Calendar, Event


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
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as error:
        raise PlanError(f"{text[:20]!r} is no time of day", expected="hours and minutes, as 14:30") from error


FEED_PATH = "/calendar/{token}.ics"
ASKED_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    step_id: str
    title: str
    text: str


def list_reminders(app: App, program_id: str, *, address: str = "") -> tuple[Reminder, ...]:
    """Return a text a step, in the order of the program: of a drill that is over, to those who have not done it."""
    with app.store.read() as work:
        program = work.programs.get(program_id)
        steps = [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]
    limit_s = find_limit_s(app, program)
    today = get_today(app, program.time_zone)
    return tuple(
        Reminder(
            step_id=step.step_id,
            title=name_step(step.kind, step.number),
            text=write_reminder(program, step, limit_s=limit_s, address=address, is_over=step.due_to < today),
        )
        for step in steps
        if step.kind is not StepKind.TRAINING or step.due_to >= today
    )


def find_limit_s(app: App, program: ProgramRow) -> float:
    """Return the longest that a drill of a program takes, seconds; 0 where its footage has none yet."""
    forms = [known.form for known in app.catalog.list_forms() if known.recording_id in program.recordings]
    return max((form.limit_s for form in forms if form.use == "parallel"), default=0.0)


def write_reminder(
    program: ProgramRow, step: StepRow, *, limit_s: float, address: str = "", is_over: bool = False
) -> str:
    """Return the reminder of a step as plain text; `limit_s` is the longest that a drill of it takes."""
    lines = _write_lines(program, step, limit_s=limit_s, address=address, is_over=is_over)
    return "\n".join((name_step_long(step.kind, step.number), "", *lines))


def _write_lines(program: ProgramRow, step: StepRow, *, limit_s: float, address: str, is_over: bool) -> list[str]:
    if step.kind is StepKind.TRAINING:
        at = f" at {write_time_of_day(read_time(program.training_at))}" if program.training_at else ""
        return [
            f"The training is on {write_day(step.due_from)}{at}.",
            "If you can't attend, tell your trainer to arrange another day.",
        ]
    when = f"Please do this {'on' if step.due_from == step.due_to else 'from'} {write_span(step)}."
    if is_over:
        when = f"This was due by {write_day(step.due_to)} and is not done yet. Please do it as soon as you can."
    takes = "about 3 minutes" if step.kind is StepKind.FAMILIARIZATION else f"at most {write_minutes(limit_s)}"
    last = (
        "Nothing is scored: it only shows you the controls."
        if step.kind is StepKind.FAMILIARIZATION
        else "Please do it alone and in one go, and do not talk about it with others before they have done theirs."
    )
    return [
        f"{when} It takes {takes} at a computer.",
        f"Open {address}, or the link that your trainer sends you. There is nothing to install."
        if address
        else "Open the link that your trainer sends you. There is nothing to install.",
        last,
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    name: str
    body: bytes


def make_calendar(app: App, program_id: str) -> CalendarFile:
    with app.store.read() as work:
        program = work.programs.get(program_id)
        steps = work.programs.list_steps([program_id])
        changes = work.list_rows(ChangeRow, ChangeRow.program_id == program_id)
        team = work.teams.get(program.team_id)
    limit_s = find_limit_s(app, program)
    return CalendarFile(
        name="training-program.ics",
        body=write_calendar(program, steps, changes, title=f"Camera search training: {team.name}", limit_s=limit_s),
    )


def write_calendar(
    program: ProgramRow, steps: tuple[StepRow, ...], changes: tuple[ChangeRow, ...], *, title: str, limit_s: float
) -> bytes:
    """Return the calendar. Steps are whole days and block nobody's time; steps taken out are in it as canceled."""
    from icalendar import vText  # noqa: PLC0415 - loaded when first needed

    calendar = start_calendar()
    calendar.add("name", vText(title))
    calendar.add("x-wr-calname", vText(title))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    changed_at = max((change.changed_at for change in changes), default=program.created_at)
    for step in steps:
        event = make_event(
            step.step_id,
            at=changed_at,
            sequence=len(changes),
            title=name_step_long(step.kind, step.number),
            text=write_reminder(program, step, limit_s=limit_s),
            is_off=step.dropped_at is not None or program.closed_at is not None,
        )
        if step.kind is StepKind.TRAINING and program.training_at:
            event.add("dtstart", to_utc(step.due_from, program.training_at, program.time_zone))
        else:
            event.add("dtstart", step.due_from)
            event.add("dtend", step.due_to + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def start_calendar() -> "Calendar":
    from icalendar import Calendar  # noqa: PLC0415 - as above

    calendar = Calendar()
    calendar.add("prodid", "-//Sightline//Training program//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def make_event(uid: str, *, at: datetime, sequence: int, title: str, text: str, is_off: bool) -> "Event":
    """Return an event without its time; one with a higher `sequence` replaces what calendars have."""
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", f"{uid}@sightline")
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("summary", title)
    event.add("description", text)
    event.add("status", "CANCELED" if is_off else "CONFIRMED")
    return event


def make_feed_path(app: App, program_id: str) -> str:
    with app.store.read() as work:
        program = work.programs.get(program_id)
    return FEED_PATH.format(token=CALENDAR.sign(app.access.secret, [program_id, program.calendar_number]))


def read_feed(app: App, token: str) -> CalendarFile:
    def parse(program_id: str, number: int) -> tuple[str, int]:
        return str(program_id), number

    program_id, number = CALENDAR.read(app.access.secret, token, parse)
    now = app.clock.read()
    app.rate_limit.note(f"calendar {program_id}", now_s=now.steady_s, most=ASKED_A_MINUTE)
    with app.store.read() as work:
        program = work.by_key(ProgramRow, program_id)
        steps = work.programs.list_steps([program_id])
    if program is None:
        raise AccessError("this calendar is gone", todo="take it out of your calendars")
    if program.calendar_number != number:
        raise AccessError("this calendar address was replaced", todo="ask your trainer for the new one")
    last = max((step.due_to for step in steps), default=program.created_at.date())
    if now.wall.date() > last + timedelta(days=60):
        raise AccessError("this calendar address has expired", todo="take it out of your calendars")
    return make_calendar(app, program.program_id)
