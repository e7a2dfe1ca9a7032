"""The gap tracker: what is open, and what was done about it."""

import streamlit as st

from sim.services.ledger.notes import MOST_WORDS, note_remediation
from sim.services.ledger.view import TeamRecordView
from sim.ui.blocks import draw_quiet
from sim.ui.records import wording as words
from sim.ui.roster import run_action
from sim.ui.session import TEAM_PARAM, get_app, get_viewer
from sim.ui.tables import draw_text_table


def draw_gaps(view: TeamRecordView) -> None:
    """Draw the open gaps, the form for a remediation, and the way to the next drill."""
    draw_quiet(words.GAPS_NOTE)
    if not view.gaps.rows:
        st.info(words.GAPS_NONE)
        return
    draw_text_table(view.gaps, label=words.GAPS)
    names = {line.person_id: line.name for line in view.people if line.gaps}
    if names:
        with st.form(f"remedy-{view.team_id}", border=False, clear_on_submit=True):
            chosen = st.selectbox(
                words.WHO, list(names), format_func=lambda person_id: names[person_id], key="remedy-who"
            )
            said = st.text_input(words.REMEDY, placeholder=words.REMEDY_HINT, max_chars=MOST_WORDS, key="remedy-words")
            pressed = st.form_submit_button(words.SAVE, key="remedy-save")
        if pressed and chosen:
            run_action(lambda: note_remediation(get_app(), chosen, words=said, by=get_viewer().name))
    st.page_link("screens/team.py", label=words.REDRILL, query_params={TEAM_PARAM: view.team_id})
