"""Drills: for trainers every drill, how hard it looks and how long people took; for everyone else those to choose."""

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.course.home import get_home
from sim.services.library.form_library import FormLibrary, get_form_library
from sim.ui.course.home import draw_cards, find_today
from sim.ui.drill.own_drills import draw_own_drills, draw_walk_drills
from sim.ui.library import wording
from sim.ui.page.page_state import find_zone, get_app, get_last_attempt_id, get_learner, get_viewer
from sim.ui.page.wording import HOME
from sim.ui.parts.blocks import draw_download, draw_lead, draw_list, draw_quiet, draw_text_table, escape_markdown


def draw() -> None:
    st.title("Drills", anchor=False)
    if may(get_viewer(), Duty.TRAIN):
        _draw_library()
    else:
        _draw_choice()


def _draw_choice() -> None:
    view = get_home(
        get_app(), get_learner(), today=find_today(), zone=find_zone(), last_attempt_id=get_last_attempt_id()
    )
    if view.problem:
        draw_quiet(view.problem)
    elif not view.cards:
        st.info(
            "There is no drill to practice on here yet. Your trainer gives you drills; they appear under My results."
        )
    draw_cards(view.cards)
    if not view.problem and may(get_viewer(), Duty.SEE_OWN):
        draw_own_drills()
        draw_walk_drills()
    st.page_link("screens/start.py", label=HOME)


def _draw_library() -> None:
    draw_lead("Every drill on this computer, how hard it looks, and how long people really took.")
    library = get_form_library(get_app())
    if library.damaged:
        st.warning(escape_markdown(library.damaged))
    if len(library.choices) > 1:
        library = _choose(library)
    if not library.done:
        st.info(wording.EMPTY)
    for recording in library.recordings:
        name = f"{recording.title}, {recording.place}"
        st.header(escape_markdown(name), anchor=False)
        draw_quiet(
            "To measure. Made on this computer; nobody practices on it."
            if recording.is_private
            else "For practice only. Anyone can look up or work out its answers, so results on it are no evidence."
        )
        draw_text_table(recording.table, label=name)
        draw_download(recording.table, "library")
    draw_walk_drills()
    st.header("How to read this", anchor=False)
    draw_list(wording.HOW)


def _choose(library: FormLibrary) -> FormLibrary:
    titles = {choice.name: choice.title for choice in library.choices}
    chosen = st.selectbox(
        "Drills counted", list(titles), format_func=lambda name: titles[name], key="counted", help=wording.COUNTED_NOTE
    )
    draw_quiet(wording.COUNTED_NOTE)
    return get_form_library(get_app(), chosen=chosen)


draw()
