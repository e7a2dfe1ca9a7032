"""Session: open one for a team, or run the one that the address names."""

import streamlit as st

from sim.features.session.board import Board, get_board
from sim.features.session.opening import start_due
from sim.features.session.page_people import draw_calls, draw_people
from sim.features.session.page_setup import KINDS, draw_planned, draw_setup
from sim.features.session.page_shown import (
    DEBRIEF,
    draw_board,
    draw_join_link,
    draw_join_screen,
    draw_projected,
    draw_results,
)
from sim.features.session.page_steps import draw_steps
from sim.features.team.page_giving import draw_chosen_team
from sim.ui.page.page_state import PROJECTED_PARAM, SESSION_PARAM, TEAM_PARAM, get_app, get_param, go_to_page
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import fragment
from sim.ui.parts.address_card import draw_projector_link
from sim.ui.parts.blocks import choose_view, draw_quiet, escape_markdown, write_day

VIEWS = {"join": "Join screen", "board": "Board", "people": "People", "results": "Results"}

LOOK_EVERY_S = 2.0
DRAW = {"join": draw_join_screen, "board": draw_board, "people": draw_people, "results": draw_results}
LIVE = ("join", "board")


def draw() -> None:
    session_id = get_param(SESSION_PARAM)
    if session_id is None:
        _draw_new()
        return
    projected = get_param(PROJECTED_PARAM)
    if projected is not None:
        draw_projected(session_id, is_debrief=projected == DEBRIEF)
        return
    board = get_board(get_app(), session_id)
    st.title(f"{KINDS[board.session.day.kind.value]}: {escape_markdown(board.team)}", anchor=False)
    draw_quiet(", ".join(part for part in (board.session.place, write_day(board.session.begins_at)) if part))
    if board.is_ahead:
        draw_planned(board)
    else:
        _draw_session(session_id, board)
    if st.button("New session", key="new-session"):
        go_to_page("session", **{TEAM_PARAM: board.session.team_id})


def _draw_session(session_id: str, board: Board) -> None:
    views, projector = st.columns([5, 3], vertical_alignment="center")
    with views:
        shown = [name for name in DRAW if not (board.is_over and name == "join")]
        first = "join" if "join" in shown and not board.is_briefed and not board.is_started else "board"
        names = {name: VIEWS[name] for name in shown}
        view = choose_view("Show", names, first=first, key=f"view-{board.session.session_id}-{board.is_over}")
    if view in LIVE and not board.is_over:
        with projector:
            draw_projector_link("session", **{SESSION_PARAM: session_id})
    _draw_live(session_id, view)
    if view in LIVE:
        _draw_shown(session_id, view)
    if view == "join" and not board.is_over:
        draw_join_link(board)
    if view not in LIVE:
        DRAW[view](board)


@fragment(run_every=LOOK_EVERY_S)
def _draw_live(session_id: str, view: str) -> None:
    start_due(get_app(), session_id)
    board = get_board(get_app(), session_id)
    with st.container(key="steps"):
        draw_steps(board)
    if view == "people":
        draw_calls(board)


@fragment(run_every=LOOK_EVERY_S)
def _draw_shown(session_id: str, view: str) -> None:
    DRAW[view](get_board(get_app(), session_id))


def _draw_new() -> None:
    chosen = draw_chosen_team(
        "session",
        title="Session",
        no_team="Make a team first. A session is held with its people.",
        to_team="Go to Team",
    )
    if chosen is None:
        return
    if chosen.is_demo:
        st.info("A demo team holds no sessions: its people are invented.")
        st.page_link(find_script("team"), label="Go to Team")
    else:
        draw_setup(chosen.team_id)


draw()
