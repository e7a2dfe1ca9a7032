"""Moments as they are read where the page is open: in the zone of `page_state.find_zone`, as everything on pages."""

from datetime import datetime

from sim.text.times import write_time_of_day
from sim.ui.page.page_state import find_zone


def write_time(moment: datetime) -> str:
    """Return the time of day: "10:04 AM"."""
    return write_time_of_day(moment.astimezone(find_zone()))


def write_day(moment: datetime) -> str:
    """Return day and time: "Nov 25, 10:04 AM"."""
    local = moment.astimezone(find_zone())
    return f"{local:%b} {local.day}, {write_time(moment)}"
