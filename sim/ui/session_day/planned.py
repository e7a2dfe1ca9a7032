"""A session that is planned for later: when it is, the invitation, moving it and cancelling it."""

from datetime import datetime, time, timedelta
from functools import partial

import streamlit as st

from sim.drill.session_day import DOORS
from sim.services.session_day.board import Board
from sim.services.session_day.opening import move_session
from sim.services.session_day.running import end
from sim.ui.page.page_state import find_zone, get_app, get_viewer
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.local_time import write_day, write_time
from sim.ui.records.sessions import draw_invitation
from sim.ui.session_day import session_wording as wording
from sim.ui.session_day.people import draw_people

USUAL_TIME = time(9, 0)
STEP = timedelta(minutes=15)


def choose_time(key: str, *, proposed: datetime | None = None) -> datetime | None:
    """Draw the choice of a day and hour where the page is open; return that moment, None while one is missing."""
    zone = find_zone()
    now = get_app().clock.read().wall.astimezone(zone)
    first = proposed.astimezone(zone) if proposed else datetime.combine(now.date() + timedelta(1), USUAL_TIME, zone)
    left, right = st.columns(2)
    day = left.date_input(
        wording.PLAN_DAY,
        value=first.date(),
        format="MM/DD/YYYY",
        key=f"plan-day-{key}",
    )
    hour = right.time_input(wording.PLAN_TIME, value=first.time(), step=STEP, format="12h", key=f"plan-time-{key}")
    return None if day is None or hour is None else datetime.combine(day, hour, zone)


def draw_planned(board: Board) -> None:
    st.info(wording.PLANNED.format(day=write_day(board.begins_at), opens=write_time(board.begins_at - DOORS)))
    draw_wait(board.wait)
    draw_invitation(board.session_id, with_reminder=True)
    move, cancel = st.columns(2)
    with move.popover(wording.MOVE, width="stretch", key="move"):
        moment = choose_time(f"move-{board.session_id}", proposed=board.begins_at)
        place = st.text_input(wording.PLACE, value=board.place, key=f"move-place-{board.session_id}")
        draw_quiet(wording.MOVE_NOTE)
        pressed = st.button(wording.MOVE_SURE, key="move-sure", type="primary")
        if pressed and moment is not None and run_action(partial(_move, board.session_id, moment, place)):
            st.rerun()
    with cancel.popover(wording.CANCEL, width="stretch", key="cancel"):
        st.write(wording.CANCEL_NOTE)
        if st.button(wording.CANCEL_SURE, key="cancel-sure"):
            run_and_redraw(lambda: end(get_app(), board.session_id, by=get_viewer().name))
    draw_people(board)


def _move(session_id: str, moment: datetime, place: str) -> bool:
    move_session(get_app(), session_id, planned_at=moment, place=place, by=get_viewer().name)
    return True
