"""Names and PINs of a team's people, on the page Team."""

import streamlit as st

from sim.services.accounts.passwords import draw_pin
from sim.services.accounts.roster_accounts import list_without_pin, set_pin
from sim.services.accounts.sessions import is_set_up
from sim.services.accounts.team_link import make_team_token
from sim.services.accounts.viewer import Duty, may
from sim.services.team.team_view import TeamView
from sim.ui.page.page_state import get_app, get_viewer, make_own_address
from sim.ui.parts import account_wording as words
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.parts.plain_text import escape_markdown


def draw_pins(view: TeamView) -> None:
    """Draw how PINs are given out; nothing where nobody signs in."""
    app, viewer = get_app(), get_viewer()
    people = {person.person_id: person.name for person in view.people}
    if not people or not may(viewer, Duty.SET_PINS) or not is_set_up(app):
        return
    with st.expander(words.PINS, key=f"pins-{view.team_id}"):
        draw_quiet(words.PINS_NOTE)
        st.markdown(words.TEAM_LINK)
        token = make_team_token(app, viewer, view.team_id)
        st.code(make_own_address(f"/account/sign-in?team={token}"), language=None, wrap_lines=True)
        without = list_without_pin(app, view.team_id)
        if without and st.button(words.PINS_ALL, key=f"pins-all-{view.team_id}"):
            given = [(name, pin) for person_id in without if (pin := draw_pin()) and (name := _give(person_id, pin))]
            st.warning(words.PINS_SHOWN)
            draw_table(words.PINS_COLUMNS, given, label=words.PINS)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                words.PIN_WHO,
                list(people),
                index=None,
                format_func=lambda person_id: people[person_id],
                key=f"pin-who-{view.team_id}",
            )
            pressed = st.button(words.PIN_GIVE, key=f"pin-give-{view.team_id}", disabled=chosen is None)
        if pressed and chosen is not None:
            pin = draw_pin()
            name = _give(chosen, pin)
            if name:
                st.warning(
                    words.PIN_SHOWN.format(name=escape_markdown(people[chosen]), sign_in=escape_markdown(name), pin=pin)
                )


def _give(person_id: str, pin: str) -> str | None:
    return run_action(lambda: set_pin(get_app(), get_viewer(), person_id, pin))
