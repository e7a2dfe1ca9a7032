"""What is sent to those invited to a session, and to those who were absent: a text, and the day as a calendar file."""

from datetime import UTC, tzinfo

from icalendar import Calendar, Event

from sim.drill.session_day import SessionKind
from sim.services.ledger.view import KIND_WORDS
from sim.services.programme.calendar import PRODUCT, CalendarFile
from sim.services.programme.words import write_day, write_time
from sim.services.session_day.codes import write_code
from sim.services.wiring import App

TAKES = {SessionKind.FAMILIARISATION: "about 3 minutes"}
USUAL = "up to half an hour"


def write_invitation(app: App, session_id: str, *, zone: tzinfo = UTC) -> str:
    """Return the text for everybody invited, or absent before: what, where, until when, how to join. It names nobody.

    Raises:
        SessionError: unknown session.
    """
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get_team(row.team_id)
    opens, ends = row.created_at.astimezone(zone), row.day.expires_at.astimezone(zone)
    first = "You missed the camera search session. Here is another one." if row.makes_up else "You are invited."
    where = f" Where: {row.place}." if row.place else ""
    return "\n".join(
        (
            f"Camera search: {KIND_WORDS[row.day.kind.value].lower()}, {team.name}",
            "",
            f"{first} On {write_day(opens.date())}, until {write_time(ends.time())}.{where}",
            f"It takes {TAKES.get(row.day.kind, USUAL)} at a computer. There is nothing to install.",
            f"Open the join page and type the code {write_code(row.code)}.",
            "Please tell your trainer if you cannot come: another day is found.",
        )
    )


def make_session_calendar(app: App, session_id: str) -> CalendarFile:
    """Return the session as a calendar file (RFC 5545). It names nobody. Raises SessionError: unknown session."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get_team(row.team_id)
    event = Event()
    event.add("uid", f"session-{session_id}@sightline")
    event.add("dtstamp", row.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", row.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtend", row.day.expires_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", f"Camera search, {KIND_WORDS[row.day.kind.value].lower()}: {team.name}")
    event.add("description", write_invitation(app, session_id))
    if row.place:
        event.add("location", row.place)
    event.add("status", "CONFIRMED" if row.day.ended_at is None else "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return CalendarFile(name="camera-search-session.ics", body=bytes(calendar.to_ical()))
