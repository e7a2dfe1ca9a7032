"""A reminder to practice, every week, as a calendar file (RFC 5545)."""

from datetime import date, datetime, time, timedelta

from sim.services.app.wiring import App

NAME = "practice-reminder.ics"
AT = time(8, 0)
TAKES = timedelta(minutes=10)
PRODUCT = "-//Sightline//Practice reminder//EN"


def write_weekly_reminder(app: App, *, today: date, address: str, key: str) -> bytes:
    """Return a calendar with one event that comes back every Monday at 8, from the next one on.

    Its times are those of whoever reads the calendar, wherever they are. It says nothing of anybody's results.
    """
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - loaded when first needed

    first = today + timedelta(days=7 - today.weekday())
    begins = datetime.combine(first, AT)
    event = Event()
    event.add("uid", f"practice-{key}@sightline")
    event.add("dtstamp", app.clock.read().wall.replace(microsecond=0))
    event.add("summary", "Camera search practice (2 to 5 minutes)")
    event.add("description", f"Your next lesson or drill: {address}")
    event.add("url", address)
    event.add("dtstart", begins)
    event.add("dtend", begins + TAKES)
    event.add("rrule", {"freq": "weekly", "byday": "mo"})
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Camera search practice")
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
