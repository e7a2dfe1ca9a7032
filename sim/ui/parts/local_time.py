"""Moments as they are read where the page is open: in the browser's own time zone."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def write_time(moment: datetime) -> str:
    """Return the time of day: "10:04 AM"."""
    return f"{_move(moment):%I:%M %p}".lstrip("0")


def write_day(moment: datetime) -> str:
    """Return day and time: "Nov 25, 10:04 AM"."""
    local = _move(moment)
    return f"{local:%b} {local.day}, {write_time(moment)}"


def _move(moment: datetime) -> datetime:
    return moment.astimezone(find_zone())


def find_zone() -> tzinfo:
    """Return the time zone of the browser, UTC where it tells none."""
    name = st.context.timezone
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
