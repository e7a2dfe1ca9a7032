"""Handing over and deleting everything about one person, at the end of their page."""

from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.privacy.delete import delete_person
from sim.services.privacy.export import export_person
from sim.ui.page.page_state import get_app, get_viewer, keep_flash, make_file
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import privacy_wording as wording


def draw_person_data(person_id: str, name: str) -> bool:
    """Draw both, for anyone who may; return whether the person has just been deleted."""
    viewer = get_viewer()
    is_owner = may(viewer, Duty.KEEP_RECORD)
    if not is_owner and viewer.person_id != person_id:
        return False
    with st.expander(wording.HAND_OVER.format(name=escape_markdown(name)), key=f"data-{person_id}"):
        draw_quiet(wording.HAND_OVER_NOTE)
        st.download_button(
            wording.DOWNLOAD,
            data=make_file(lambda app, asking: export_person(app, asking, person_id)),
            file_name="everything.zip",
            mime="application/zip",
            key=f"export-{person_id}",
            on_click="ignore",
        )
        st.page_link("screens/stored.py", label=wording.LINK)
    return is_owner and _draw_delete(person_id, name)


def _draw_delete(person_id: str, name: str) -> bool:
    with st.expander(wording.DELETE, key=f"delete-{person_id}"):
        draw_quiet(wording.DELETE_NOTE.format(name=name))
        with st.form(f"delete-form-{person_id}", border=False):
            typed = st.text_input(wording.TYPE_NAME, key=f"delete-name-{person_id}")
            pressed = st.form_submit_button(wording.DELETE_BUTTON, key=f"delete-button-{person_id}")
        if not pressed:
            return False
        done = run_action(partial(delete_person, get_app(), get_viewer(), person_id, name=typed))
    if done is None:
        return False
    keep_flash(wording.DELETED.format(name=name))
    return True
