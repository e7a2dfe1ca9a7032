"""Which school a team belongs to, on the team page."""

import streamlit as st

from sim.services.team import team
from sim.services.team.team import TeamCard
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_action
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import team_wording as wording


def draw_school_field() -> str:
    """Draw the field for a new team's school; return what is in it. Who is for some schools chooses one of them."""
    schools = get_viewer().schools
    if schools is not None:
        return st.selectbox(wording.SCHOOL, sorted(schools), key="own-school")
    return st.text_input(wording.SCHOOL, placeholder=wording.SCHOOL_HINT, help=wording.SCHOOL_NOTE, key="school")


def draw_school(card: TeamCard) -> None:
    """Draw the form that changes a team's school."""
    with st.expander(wording.SCHOOL_OF.format(school=escape_markdown(card.school)), key=f"school-of-{card.team_id}"):
        with st.form("change-school", border=False):
            school = st.text_input(
                wording.SCHOOL,
                value="" if card.school == card.name else card.school,
                help=wording.SCHOOL_NOTE,
                key=f"school-{card.team_id}",
            )
            pressed = st.form_submit_button(wording.SCHOOL_SAVE, key="save-school")
        if pressed:
            saved = run_action(lambda: _save(card.team_id, school))
            if saved:
                st.rerun()


def _save(team_id: str, school: str) -> bool:
    team.set_school(get_app(), team_id, school)
    return True
