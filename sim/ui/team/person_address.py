"""The mail address of a person, on their page: typed or corrected there."""

import streamlit as st

from sim.services.roster.address import get_address, set_address
from sim.ui.page.page_state import get_limited_app, keep_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.team import person_wording as wording


def draw_person_address(person_id: str) -> None:
    app = get_limited_app()
    known = get_address(app, person_id)
    with st.form(f"address-form-{person_id}", border=False):
        typed = st.text_input(
            wording.ADDRESS, value=known, placeholder=wording.ADDRESS_HINT, key=f"address-{person_id}"
        )
        draw_quiet(wording.ADDRESS_NOTE)
        pressed = st.form_submit_button(wording.ADDRESS_SAVE, key=f"address-save-{person_id}")
    if not pressed:
        return
    kept = run_action(lambda: set_address(app, person_id, typed))
    if kept is not None:
        keep_flash(wording.ADDRESS_SAVED.format(address=kept) if kept else wording.ADDRESS_GONE)
        st.rerun()
