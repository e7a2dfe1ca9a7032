"""The text and the calendar file that invite to a session."""

from datetime import UTC, timedelta, tzinfo

import streamlit as st
from icalendar import Alarm

from sim.app.signed import write_code
from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.db.sessions import SessionRow
from sim.features.program.calendar import CalendarFile, make_event, start_calendar
from sim.program.session_day import KIND_WORDS, SessionKind, is_canceled
from sim.text.times import write_day, write_time_of_day
from sim.ui.page.page_state import (
    find_zone,
    get_app,
    make_address,
)
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import draw_file, draw_quiet

TAKES = {SessionKind.FAMILIARIZATION: "about 3 minutes"}
USUAL = "up to half an hour"
LASTS = timedelta(hours=1)
MISSED = "You missed the camera search session. Here is another one."
CANCELED = "The session on {when} will not take place. There is nothing to do."


def write_invitation(app: App, session_id: str, *, zone: tzinfo, is_reminder: bool = False, address: str = "") -> str:
    """Return the text for everybody invited, or absent before: what, where, when, how to join. It names nobody."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get(row.team_id)
    title = f"Camera search: {KIND_WORDS[row.day.kind.value].lower()}, {team.name}"
    if is_canceled(row.day):
        return "\n".join((title, "", CANCELED.format(when=_write_when(row, zone))))
    first = (
        "A reminder of your camera search session." if is_reminder else MISSED if row.makes_up else "You are invited."
    )
    where = f" Where: {row.place}." if row.place else ""
    return "\n".join(
        (
            title,
            "",
            f"{first} On {_write_when(row, zone)}.{where}",
            f"It takes {TAKES.get(row.day.kind, USUAL)} at a computer. There is nothing to install.",
            f"Open {address or 'the join page'} and type the code {write_code(row.code)}. Then type the code that the "
            "trainer's screen shows, or sign in with your PIN.",
            "If you can't attend, tell your trainer to arrange another day.",
        )
    )


def make_session_calendar(app: App, session_id: str, *, zone: tzinfo) -> CalendarFile:
    """Return the session as a calendar file (RFC 5545), with an alarm an hour before a planned one. It names nobody."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get(row.team_id)
        plans = work.ledger.list_of(Subjects(session_id=session_id), kinds=[LedgerKind.SESSION_PLANNED])
    begins = row.begins_at.astimezone(UTC).replace(microsecond=0)
    ends = begins + LASTS if row.day.planned_at else row.day.expires_at.astimezone(UTC).replace(microsecond=0)
    title = f"Camera search, {KIND_WORDS[row.day.kind.value].lower()}: {team.name}"
    event = make_event(
        f"session-{session_id}",
        at=app.clock.read().wall,
        sequence=max(0, len(plans) - 1),
        title=title,
        text=write_invitation(app, session_id, zone=zone),
        is_off=row.day.ended_at is not None,
    )
    event.add("dtstart", begins)
    event.add("dtend", ends)
    if row.place:
        event.add("location", row.place)
    if row.day.planned_at is not None and row.day.ended_at is None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -timedelta(hours=1))
        event.add_component(alarm)
    calendar = start_calendar()
    calendar.add_component(event)
    return CalendarFile(name="camera-search-session.ics", body=bytes(calendar.to_ical()))


def _write_when(row: SessionRow, zone: tzinfo) -> str:
    """Return the planned day and hour, or the day of one opened for at once, and until when it can be joined."""
    begins, ends = row.begins_at.astimezone(zone), row.day.expires_at.astimezone(zone)
    if row.day.planned_at is None:
        return f"{write_day(begins.date())}, until {write_time_of_day(ends)}"
    return f"{write_day(begins.date())}, at {write_time_of_day(begins)}"


def draw_invitation(session_id: str, *, with_reminder: bool) -> None:
    app, zone = get_app(), find_zone()
    draw_quiet("Send this text, with the calendar file, to those invited. It names nobody.")
    join = make_address("join")
    address = "" if is_local(join) else join
    st.code(write_invitation(app, session_id, zone=zone, address=address), language=None, wrap_lines=True)
    file = make_session_calendar(app, session_id, zone=zone)
    draw_file("Calendar file", file.body, file.name, key=f"calendar-{session_id}")
    if with_reminder:
        with st.expander("Reminder", key=f"reminder-{session_id}"):
            draw_quiet("Send this a day before. The calendar file reminds automatically an hour before.")
            text = write_invitation(app, session_id, zone=zone, is_reminder=True, address=address)
            st.code(text, language=None, wrap_lines=True)
