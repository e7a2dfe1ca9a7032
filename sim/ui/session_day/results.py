"""What came out of a session: after everybody has ended, or when the trainer asks for it."""

import streamlit as st

from sim.drill.attempt import ENDED, AttemptState
from sim.drill.session_day import SessionKind
from sim.services.session_day.board import Board
from sim.services.session_day.sessions import list_results
from sim.services.team.given_drills import AttemptCard
from sim.ui.page.page_state import ATTEMPT_PARAM, get_app
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.session_day import session_wording as wording
from sim.ui.session_day.projector import draw_projector_link

ENDINGS = {
    AttemptState.SUBMITTED: wording.STAGES["finished"],
    AttemptState.TIMED_OUT: wording.RESULT_RAN_OUT,
    AttemptState.ABANDONED: wording.STAGES["given up"],
}


def draw_results(board: Board) -> None:
    """Draw a line a person who has ended: how it ended, and the way to the debrief."""
    if board.kind is SessionKind.FAMILIARIZATION:
        st.info(wording.RESULTS_NONE)
        return
    if not board.all_ended:
        st.info(wording.RESULTS_WAIT)
        if not st.toggle(wording.RESULTS_NOW, key=f"results-now-{board.session_id}"):
            return
    ended = [card for card in list_results(get_app(), board.session_id) if card.state in ENDED]
    if not ended:
        st.info(wording.RESULTS_EMPTY)
    for card in sorted(ended, key=lambda each: each.person_name.casefold()):
        _draw_line(card)
    if ended:
        draw_projector_link(board.session_id, of_debrief=True)
        draw_quiet(wording.RESULTS_NOTE)


def _draw_line(card: AttemptCard) -> None:
    name = escape_markdown(card.person_name)
    with st.container(border=True, key=f"result-{card.attempt_id}"):
        said, way = st.columns([5, 3], vertical_alignment="center")
        judged = {True: wording.RESULT_PASSED, False: wording.RESULT_FAILED, None: ""}[card.passed]
        said.markdown(f"**{name}** · {ENDINGS[card.state]}" + (f" · {judged}" if judged else ""))
        if card.state is not AttemptState.ABANDONED:
            way.page_link(
                "screens/drill.py",
                label=wording.DEBRIEF.format(name=name),
                query_params={ATTEMPT_PARAM: card.attempt_id},
            )
