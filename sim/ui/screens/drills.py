"""Drills: for trainers every drill, how hard it looks and how long people took; for everyone else those to choose."""

import streamlit as st

from sim.services.accounts.viewer import Duty, may
from sim.services.course.home import get_home
from sim.services.library.form_library import FormLibrary, get_form_library
from sim.ui.course.home import draw_cards, find_today
from sim.ui.drill.own_drills import draw_own_drills
from sim.ui.drill.walk_drills import draw_walk_drills
from sim.ui.library import library_wording as wording
from sim.ui.page.page_state import find_zone, get_app, get_last_attempt_id, get_learner, get_viewer
from sim.ui.page.wording import HOME
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table


def draw() -> None:
    st.title(wording.TITLE, anchor=False)
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
        st.info(wording.NONE)
    draw_cards(view.cards)
    if not view.problem and may(get_viewer(), Duty.SEE_OWN):
        draw_own_drills()
        draw_walk_drills()
    st.page_link("screens/start.py", label=HOME)


def _draw_library() -> None:
    draw_lead(wording.LEAD)
    library = get_form_library(get_app())
    if library.damaged:
        st.warning(escape_markdown(library.damaged))
    if len(library.choices) > 1:
        library = _choose(library)
    if not library.done:
        st.info(wording.EMPTY)
    for recording in library.recordings:
        name = wording.PLACE.format(title=recording.title, place=recording.place)
        st.header(escape_markdown(name), anchor=False)
        draw_quiet(wording.MEASURES if recording.is_private else wording.PRACTICE_ONLY)
        draw_text_table(recording.table, label=name)
        draw_download(recording.table, "library")
    draw_walk_drills()
    st.header(wording.HOW_TITLE, anchor=False)
    draw_list(wording.HOW)


def _choose(library: FormLibrary) -> FormLibrary:
    titles = {choice.name: choice.title for choice in library.choices}
    chosen = st.selectbox(
        wording.COUNTED, list(titles), format_func=lambda name: titles[name], key="counted", help=wording.COUNTED_NOTE
    )
    draw_quiet(wording.COUNTED_NOTE)
    return get_form_library(get_app(), chosen=chosen)


draw()
