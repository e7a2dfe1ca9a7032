"""What stands on the projector: the code to join, the board, and what the room missed. No call for help, no button."""

from base64 import b64encode
from html import escape
from math import ceil
from urllib.parse import urlencode

import streamlit as st

from sim.errors import RecordingError
from sim.services.session_day.board import get_board
from sim.services.session_day.group_debrief import GroupDebrief, MissedPlace, get_group_debrief, load_missed_still
from sim.services.session_day.running import start_due
from sim.text.counts import write_count
from sim.ui.page import theme
from sim.ui.page.page_state import PROJECTED_PARAM, SESSION_PARAM, get_app, make_address
from sim.ui.parts.blocks import draw_lead, draw_quiet
from sim.ui.parts.fragment import fragment
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.plan_svg import find_floors, write_plan
from sim.ui.session_day import session_wording as wording
from sim.ui.session_day.board import draw_board
from sim.ui.session_day.join_screen import draw_join_screen

LOOK_EVERY_S = 1.0
DEBRIEF = "debrief"
ROOM = "room"


def draw_projector_link(session_id: str, *, of_debrief: bool = False) -> None:
    """Draw the way to the view for the room; it opens in a tab of its own, to be moved to the projector."""
    query = {SESSION_PARAM: session_id, PROJECTED_PARAM: DEBRIEF if of_debrief else ROOM}
    st.link_button(
        wording.PROJECT_DEBRIEF if of_debrief else wording.PROJECT,
        make_address(f"session?{urlencode(query)}"),
        icon=":material/present_to_all:",
        help=wording.PROJECT_NOTE,
    )


def draw_projected(session_id: str, *, is_debrief: bool) -> None:
    """Draw the view for the room: the debrief of all, or the course of the session as it is now."""
    st.html(theme.PROJECTOR_CSS)
    if is_debrief:
        _draw_debrief(session_id)
    else:
        _draw_course(session_id)


@fragment(run_every=LOOK_EVERY_S)
def _draw_course(session_id: str) -> None:
    start_due(get_app(), session_id)
    board = get_board(get_app(), session_id)
    if board.paused_at is not None:
        st.html(f'<p class="sl-announce" role="status">{escape(wording.PAUSED_BOARD)}</p>')
    elif board.starts_in_s is not None:
        said = wording.COUNT_DOWN.format(seconds=ceil(board.starts_in_s))
        st.html(f'<p class="sl-announce" role="timer">{escape(said)}</p>')
    elif not (board.is_over or board.is_briefed or board.is_started):
        draw_join_screen(board, is_projected=True)
    else:
        draw_board(board)


def _draw_debrief(session_id: str) -> None:
    view = get_group_debrief(get_app(), session_id)
    st.title(wording.GROUP_TITLE, anchor=False)
    if view.held_until:
        st.info(wording.GROUP_HELD.format(day=view.held_until))
        return
    if not view.drills:
        st.info(wording.GROUP_EMPTY)
        return
    draw_lead(wording.GROUP_COUNT.format(drills=write_count(view.drills, "drill"), passed=view.passed))
    if not view.missed:
        st.success(wording.GROUP_NONE)
    else:
        _draw_missed(view)
    if view.rule:
        st.header(wording.GROUP_RULE, anchor=False)
        st.html(f'<p class="sl-rule">{escape(view.rule)}</p>')


def _draw_missed(view: GroupDebrief) -> None:
    plan, pictures = st.columns(2, gap="medium")
    with plan:
        for floor, name in find_floors(view.plan, view.marks):
            title = wording.GROUP_MAP.format(name=name)
            svg = write_plan(view.plan, floor=floor, true_path=(), marks=view.marks, title=title)
            picture = b64encode(svg.encode()).decode()
            st.html(f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title, quote=True)}" width="100%">')
        for number, each in enumerate(view.missed, start=1):
            st.html(f'<p class="sl-missed"><strong>{number}</strong> {escape(_write(each))}</p>')
    with pictures:
        for each in view.missed:
            _draw_still(view, each)


def _draw_still(view: GroupDebrief, each: MissedPlace) -> None:
    try:
        jpeg = load_missed_still(get_app(), view, each)
    except RecordingError as error:
        draw_quiet(error.on_screen)
        return
    if jpeg is not None:
        picture = f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"
        st.image(picture, width="stretch", caption=escape_markdown(_write(each)), alt=_write(each))


def _write(each: MissedPlace) -> str:
    form = wording.GROUP_MISSED_AT if each.clock else wording.GROUP_MISSED
    return form.format(camera=each.camera, time=each.clock, missed=each.missed, all=each.of)
