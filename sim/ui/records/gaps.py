"""The gap tracker: what is open, and what was done about it."""

from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Duty, may, may_change
from sim.services.team.given_drills import give_redrill
from sim.services.team.redrill_cards import GapCard, list_gap_cards
from sim.services.training_record.notes import MOST_WORDS, note_remediation
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import find_zone, get_app, get_viewer, make_attempt_address
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import draw_drill_link, draw_list, draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.records import wording


def draw_gaps(view: TeamRecordView) -> None:
    """Draw a card a person with open gaps and their re-drill, and the form for a remediation."""
    draw_quiet(wording.GAPS_NOTE)
    cards = list_gap_cards(get_app(), view.record.gaps, zone=find_zone())
    if not cards:
        st.info(wording.GAPS_NONE)
        return
    for card in cards:
        with st.container(border=True, key=f"gaps-{card.person_id}"):
            _draw_card(card)
    names = {line.person_id: line.name for line in view.people if line.gaps}
    if names and may_change(get_viewer()):
        with st.form(f"remedy-{view.team_id}", border=False, clear_on_submit=True):
            chosen = st.selectbox(
                wording.WHO, list(names), format_func=lambda person_id: names[person_id], key="remedy-who"
            )
            said = st.text_input(
                wording.REMEDY, placeholder=wording.REMEDY_HINT, max_chars=MOST_WORDS, key="remedy-words"
            )
            pressed = st.form_submit_button(wording.SAVE, key="remedy-save")
        if pressed and chosen:
            run_action(lambda: note_remediation(get_app(), chosen, words=said, by=get_viewer().name))


def _draw_card(card: GapCard) -> None:
    said, redrill = st.columns([3, 2], vertical_alignment="center")
    with said:
        st.markdown(f"**{escape_markdown(card.name)}**")
        draw_list(card.lines)
    with redrill:
        _draw_redrill(card)


def _draw_redrill(card: GapCard) -> None:
    is_trainer = may(get_viewer(), Duty.TRAIN)
    if card.waiting is not None and not is_trainer:
        draw_quiet(wording.REDRILL_WAITS.format(day=card.waiting.day))
    elif card.waiting is not None:
        draw_drill_link(card.waiting.attempt_id, wording.OPEN_REDRILL.format(day=card.waiting.day), is_open=True)
        draw_send(
            wording.SEND_REDRILL,
            wording.SEND_REDRILL_NOTE.format(name=escape_markdown(card.name)),
            partial(make_attempt_address, card.waiting.attempt_id, card.person_id),
            key=f"send-redrill-{card.person_id}",
        )
    elif card.why_not:
        draw_quiet(wording.NO_REDRILL.format(why=card.why_not))
    elif is_trainer and st.button(wording.GIVE_REDRILL, key=f"redrill-{card.person_id}"):
        give = partial(give_redrill, get_app(), card.person_id, after=card.after, by=get_viewer().name)
        if run_action(give) is not None:
            st.rerun()
