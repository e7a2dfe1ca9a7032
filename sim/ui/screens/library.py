"""Library: every drill, how hard it looks, and how long people really took."""

import streamlit as st

from sim.services.library.form_library import FormLibrary, get_form_library
from sim.ui.library import library_wording as wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.store_trouble import draw_store_trouble
from sim.ui.parts.tables import draw_download, draw_text_table


def draw() -> None:
    """Draw the page."""
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.LEAD)
    library = get_form_library(get_app())
    draw_store_trouble(library.store_trouble)
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
    st.header(wording.HOW_TITLE, anchor=False)
    draw_list(wording.HOW)
    st.page_link("screens/new_drill.py", label=wording.MAKE_NEW)


def _choose(library: FormLibrary) -> FormLibrary:
    titles = {choice.name: choice.title for choice in library.choices}
    chosen = st.selectbox(
        wording.COUNTED, list(titles), format_func=lambda name: titles[name], key="counted", help=wording.COUNTED_NOTE
    )
    draw_quiet(wording.COUNTED_NOTE)
    return get_form_library(get_app(), chosen=chosen)


draw()
