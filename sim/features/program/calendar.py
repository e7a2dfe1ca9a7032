"""A program as a calendar (RFC 5545), to download or under a signed address; and its reminders.

They name steps and days, and nobody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sim.app.signed import CALENDAR
from sim.app.wiring import App
from sim.db.programs import ChangeRow, ProgramRow, StepRow
from sim.errors import AccessError
from sim.features.program.school_days import get_today, name_step, name_step_long, read_time, to_utc, write_span
from sim.program.guide_steps import StepKind
from sim.text.times import write_day, write_minutes, write_time_of_day

if TYPE_CHECKING:
    from icalendar import Calendar, Event

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
