"""The join screen, for a projector: a code to scan, a code to say, and how many are in."""

from html import escape

import streamlit as st

from sim.compare.checks.counting import USUAL_DEVICE
from sim.drill.session_day import get_phase
from sim.services.session_day.board import Board, Stage
from sim.services.session_day.joining import make_join_token, make_screen_code
from sim.services.session_day.opening import renew_link
from sim.services.session_day.qr import draw_qr
from sim.services.session_day.sessions import get_spoken_code
from sim.services.team.counting import foresee_device
from sim.text.short_names import shorten_names
from sim.ui.page.page_state import JOIN_PARAM, get_app, make_address
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.not_counted import DEVICES
from sim.ui.session_day import session_wording as wording


def draw_join_screen(board: Board, *, is_projected: bool = False) -> None:
    """Draw it, with nothing to press, as it draws itself again; of a session that is over, nothing."""
    if board.is_over:
        return
    app = get_app()
    code = make_screen_code(app, board.session_id)
    link = make_address(f"join?{JOIN_PARAM}={code.token}")
    short = make_address("join")
    joined = wording.JOINED.format(joined=len(board.rows) - board.count(Stage.AWAY), invited=len(board.rows))
    wanted = "" if get_phase(board.kind) is None else foresee_device(app, board.team_id)
    # a code to scan invites phones, on which a drill would not count
    picture = "" if wanted == USUAL_DEVICE else draw_qr(link)
    scan = (
        f'<div class="sl-join-scan"><img src="{escape(picture)}" alt="{escape(wording.SCAN)}"></div>' if picture else ""
    )
    lines = [wording.ON_DEVICE.format(device=DEVICES[wanted])] if wanted else []
    lines += [wording.SCAN, wording.OR_OPEN] if picture else [wording.OPEN_THERE]
    told = "".join(f'<p class="sl-join-small">{escape(line)}</p>' for line in lines)
    st.html(
        f'<div class="sl-join">{scan}'
        f'<div class="sl-join-words">{told}'
        f'<p class="sl-join-address">{escape(_shorten(short))}</p>'
        f'<p class="sl-join-small">{escape(wording.AND_TYPE)}</p>'
        f'<p class="sl-join-code">{escape(code.typed)}</p>'
        f'<p class="sl-join-small">{escape(wording.CHANGES)}</p>'
        f'<p class="sl-join-count" role="status">{escape(joined)}</p></div></div>{_write_names(board)}'
    )
    if not is_projected and is_local(short):
        st.warning(wording.ONLY_HERE)


def draw_join_link(board: Board) -> None:
    """Draw the link and the code to send before the day, and what replaces them."""
    app = get_app()
    link = make_address(f"join?{JOIN_PARAM}={make_join_token(app, board.session_id)}")
    with st.expander(wording.COPY, key="link"):
        st.code(link, language=None, wrap_lines=True)
        draw_quiet(wording.COPY_NOTE.format(code=get_spoken_code(app, board.session_id)))
        draw_quiet(wording.RENEW_NOTE)
        if st.button(wording.RENEW, key="renew"):
            run_and_redraw(lambda: renew_link(app, board.session_id))


def _write_names(board: Board) -> str:
    """Return who has joined, by short name, in the order of names: as they come, on everybody's screen."""
    shown = shorten_names({row.person_id: row.name for row in board.rows})
    names = [shown[row.person_id] for row in board.rows if row.stage is not Stage.AWAY]
    return f'<ul class="sl-join-names">{"".join(f"<li>{escape(name)}</li>" for name in names)}</ul>' if names else ""


def _shorten(address: str) -> str:
    return address.removeprefix("http://")
